# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Declared faults of the wire of one host: what goes wrong, when, and how often."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

FaultKind = Literal["cut_request", "cut_receive", "refuse", "truncate_output", "garble_output"]
Moment = Literal["before", "after"]


@dataclass(slots=True)
class WireFault:
    """One thing that goes wrong.

    Attributes:
        kind:
            ``cut_request``: the connection is closed at a WSMan request;
            ``cut_receive``: the same, counting Receive requests only;
            ``refuse``: the host's ports are closed as long as the fault exists: an unreachable host;
            ``truncate_output``: the standard output (or the pipeline output) of a command ends early;
            ``garble_output``: bytes in the middle of it are replaced.
        at: the n-th occasion that meets the fault, counted from when it was declared; 1 is the next one. An occasion
            is a request (``cut_request``), a Receive (``cut_receive``), or a command (the damaged outputs).
        times: on how many occasions in a row, beginning with ``at``; 0 is for ever.
        when: for the cuts, ``before`` the request is processed, or ``after`` it, in place of the answer.
        position: for the damaged outputs, the byte where the damage begins.
        action: for ``cut_request``, count only requests of this action (``Create``, ``Command``, ``Send``, ``Receive``,
            ``Signal``, ``Delete``); empty counts all.
    """

    kind: FaultKind
    at: int = 1
    times: int = 1
    when: Moment = "before"
    position: int = 100
    action: str = ""

    def __post_init__(self) -> None:
        if self.kind not in get_args(FaultKind):
            raise ValueError(f"unknown fault '{self.kind}'; known: {', '.join(get_args(FaultKind))}")
        if self.when not in get_args(Moment):
            raise ValueError("'when' must be 'before' or 'after'")
        if self.at < 1:
            raise ValueError("'at' counts from 1")
        if self.times < 0 or self.position < 0:
            raise ValueError("'times' and 'position' must not be negative")


def fault_from(values: Mapping[str, Any]) -> WireFault:
    """A fault from plain values, as topology files and the control socket give them.

    Raises: ValueError when a key or value is not one of :class:`WireFault`'s.
    """
    known = {field.name for field in fields(WireFault)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise ValueError(f"unknown key of a fault: {', '.join(unknown)}; known: {', '.join(sorted(known))}")
    if "kind" not in values:
        raise ValueError("a fault needs 'kind'")
    for name in ("at", "times", "position"):
        if name in values and (isinstance(values[name], bool) or not isinstance(values[name], int)):
            raise ValueError(f"'{name}' of a fault must be a whole number")
    return WireFault(**values)


@dataclass(slots=True)
class _Armed:
    fault: WireFault
    seen: int = 0

    def occasion(self) -> bool:
        """Count one occasion; true when the fault strikes at it."""
        self.seen += 1
        last = self.fault.at + self.fault.times - 1
        return self.seen >= self.fault.at and (self.fault.times == 0 or self.seen <= last)


class WireFaults:
    """The faults declared for one host. Thread-safe; the wire asks it at each occasion."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._armed: dict[int, _Armed] = {}

    def add(self, fault: WireFault) -> int:
        """Declare a fault. Returns its number, for :meth:`clear`."""
        with self._lock:
            number = next(self._numbers)
            self._armed[number] = _Armed(fault)
            return number

    def clear(self, number: int | None = None) -> int:
        """Remove one fault, or all of them. Returns how many were removed."""
        with self._lock:
            if number is None:
                removed = len(self._armed)
                self._armed.clear()
                return removed
            return 1 if self._armed.pop(number, None) is not None else 0

    def listed(self) -> dict[int, WireFault]:
        """The declared faults by number, those that have already struck included."""
        with self._lock:
            return {number: armed.fault for number, armed in self._armed.items()}

    @property
    def refusing(self) -> bool:
        """Whether the host's ports are to be closed."""
        with self._lock:
            return any(armed.fault.kind == "refuse" for armed in self._armed.values())

    def at_request(self, action: str) -> Moment | None:
        """A WSMan request with this short action name came in: when to cut the connection, if at all."""
        moment: Moment | None = None
        with self._lock:
            for armed in self._armed.values():
                fault = armed.fault
                counted = (fault.kind == "cut_request" and fault.action in ("", action)) or (
                    fault.kind == "cut_receive" and action == "Receive"
                )
                if counted and armed.occasion():
                    moment = fault.when if moment is None else "before"
        return moment

    def at_command(self) -> OutputDamage | None:
        """A command or pipeline starts: the damage that its output is to take, if any."""
        damage: OutputDamage | None = None
        with self._lock:
            for armed in self._armed.values():
                if armed.fault.kind in ("truncate_output", "garble_output") and armed.occasion():
                    damage = OutputDamage(armed.fault.position, garble=armed.fault.kind == "garble_output")
        return damage


class OutputDamage:
    """Applies one damage to the output of one command, however it is cut into pieces."""

    GARBAGE = b"\x7f?#\x00"

    def __init__(self, position: int, *, garble: bool) -> None:
        self._position = position
        self._garble = garble
        self._seen = 0

    def bytes(self, data: bytes) -> bytes:
        """The next piece of a byte stream, damaged."""
        start = self._seen
        self._seen += len(data)
        if self._garble:
            offset = self._position - start
            if 0 <= offset < len(data):
                return data[:offset] + self.GARBAGE + data[offset + len(self.GARBAGE) :]
            return data
        return data[: max(0, self._position - start)]

    def text(self, data: str) -> str:
        """The next piece of text (a string object of a pipeline), damaged."""
        garbage = "?#\u007f?"
        start = self._seen
        self._seen += len(data)
        if self._garble:
            offset = self._position - start
            if 0 <= offset < len(data):
                return data[:offset] + garbage + data[offset + len(garbage) :]
            return data
        return data[: max(0, self._position - start)]
