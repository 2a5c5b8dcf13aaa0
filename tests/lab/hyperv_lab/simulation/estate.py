# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The whole simulated estate: hosts, time, and what is due to happen."""

from __future__ import annotations

import copy
import heapq
import threading
import typing as t
from collections.abc import Callable
from dataclasses import dataclass, field

from .clock import Clock

if t.TYPE_CHECKING:
    from .host import Host


@dataclass(frozen=True, slots=True)
class Session:
    """Who calls: user name, host name, the way in ("winrm", "psrp", "direct"), and who wants to hear of progress.

    Attributes:
        progress: takes an activity and its percentage while a long operation runs.
        start_process: starts a command line on the host in a process that belongs to no shell and gives its id; None
            where the engine has no processes.
    """

    user: str
    host: str
    transport: str
    progress: Callable[[str, int], None] | None = field(default=None, compare=False, repr=False, kw_only=True)
    start_process: Callable[[str], int] | None = field(default=None, compare=False, repr=False, kw_only=True)


class Estate:
    """All hosts with their common clock and lock.

    `lock` is re-entrant. Hold it to look at the state for longer than one call; do not hold it around `invoke`, which
    gives it up while a cmdlet waits. Copying (`copy.deepcopy`) and pickling leave the lock out.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.lock = threading.RLock()
        self.hosts: dict[str, Host] = {}
        self._due: list[tuple[float, int, t.Any, str, tuple[t.Any, ...]]] = []
        self._sequence = 0

    def __getstate__(self) -> dict[str, t.Any]:
        state = dict(self.__dict__)
        del state["lock"]
        return state

    def __setstate__(self, state: dict[str, t.Any]) -> None:
        self.__dict__.update(state)
        self.lock = threading.RLock()

    def host(self, name: str) -> Host:
        """The host with that name in any case. Raises KeyError."""
        for own_name, host in self.hosts.items():
            if own_name.casefold() == name.casefold():
                return host
        raise KeyError(name)

    def schedule(self, seconds: float, target: t.Any, method: str, *arguments: t.Any) -> None:
        """Call `target.method(*arguments)` once that many simulated seconds have passed."""
        self._sequence += 1
        heapq.heappush(self._due, (self.clock.now() + seconds, self._sequence, target, method, arguments))

    def settle(self) -> None:
        """Do what is due by now. Hold the lock."""
        due = self._due
        while due and due[0][0] <= self.clock.now():
            _, _, target, method, arguments = heapq.heappop(due)
            getattr(target, method)(*arguments)

    def next_due(self) -> float | None:
        """Simulated seconds until the next event, or None."""
        return max(0.0, self._due[0][0] - self.clock.now()) if self._due else None

    def advance(self, seconds: float) -> None:
        """Let simulated time pass, event by event, so that what an event starts counts from its own time."""
        with self.lock:
            end = self.clock.now() + seconds
            while self._due and self._due[0][0] <= end:
                self.clock.advance(max(0.0, self._due[0][0] - self.clock.now()))
                self.settle()
            self.clock.advance(max(0.0, end - self.clock.now()))

    def sleep(self, seconds: float) -> None:
        """Wait simulated seconds: at once in manual mode, else by the wall. Do not hold the lock."""
        if self.clock.manual:
            self.advance(seconds)
        else:
            self.clock.sleep(seconds)

    def snapshot(self) -> Estate:
        """An independent copy of everything."""
        with self.lock:
            return copy.deepcopy(self)
