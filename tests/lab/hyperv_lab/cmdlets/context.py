# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a simulated cmdlet works with: its parameters, its host, and where its output goes."""

from __future__ import annotations

import typing as t
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from ..simulation.checkpoints import Checkpoint
from ..simulation.errors import CmdletError, ErrorRecord, OperationFailed, invalid_parameter, not_found
from ..simulation.host import Host
from ..simulation.machine import VirtualMachine
from ..simulation.settings import Settings
from ..simulation.values import EnumMember, SimObject, Value
from ..simulation.wildcards import has_wildcard, matches
from .calls import CmdletCall, CmdletOutcome
from .registry import SimulatedCmdlet

T = t.TypeVar("T")


class Context:
    """One running call of a simulated cmdlet."""

    def __init__(self, host: Host, call: CmdletCall, definition: SimulatedCmdlet) -> None:
        self.host = host
        self.call = call
        self.definition = definition
        self.outcome = CmdletOutcome()
        self.chosen_machines: dict[uuid.UUID, VirtualMachine] = {}
        self._parameters = {name.casefold(): value for name, value in call.parameters.items()}

    # Parameters

    def has(self, name: str) -> bool:
        """Whether the parameter was given with a value other than null."""
        return self._parameters.get(name.casefold()) is not None

    def given(self, name: str) -> bool:
        """Whether the parameter was given, be it with null."""
        return name.casefold() in self._parameters

    def value(self, name: str) -> Value:
        """The parameter as it came, or None."""
        return self._parameters.get(name.casefold())

    def flag(self, name: str) -> bool:
        """Whether a switch is on."""
        return bool(self._parameters.get(name.casefold(), False))

    def text(self, name: str) -> str | None:
        """A text parameter."""
        value = self.value(name)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if value is None:
            return None
        return value.name if isinstance(value, EnumMember) else str(value)

    def required(self, name: str) -> str:
        """A text parameter that the binder guarantees."""
        return self.text(name) or ""

    def integer(self, name: str) -> int | None:
        """A whole number."""
        value = self.value(name)
        return None if value is None else int(t.cast("int", value))

    def boolean(self, name: str) -> bool | None:
        """A Boolean parameter."""
        value = self.value(name)
        return None if value is None else bool(value)

    def on_off(self, name: str) -> bool | None:
        """An OnOffState parameter as a truth value."""
        value = self.text(name)
        return None if value is None else value.casefold() == "on"

    def seconds(self, name: str) -> float | None:
        """A TimeSpan in seconds."""
        value = self.value(name)
        if value is None:
            return None
        return value.total_seconds() if isinstance(value, timedelta) else float(t.cast("float", value))

    def guid(self, name: str) -> uuid.UUID | None:
        """A Guid."""
        value = self.value(name)
        return value if value is None or isinstance(value, uuid.UUID) else uuid.UUID(str(value))

    def items(self, name: str) -> list[t.Any]:
        """A parameter as a list: null is empty, a single value one element."""
        value = self.value(name)
        if value is None:
            return []
        return list(value) if isinstance(value, list | tuple) else [value]

    def texts(self, name: str) -> list[str]:
        """A list of texts."""
        return [item.name if isinstance(item, EnumMember) else str(item) for item in self.items(name)]

    @property
    def whatif(self) -> bool:
        """Whether nothing may happen."""
        return self.flag("WhatIf")

    # Output

    def emit(self, value: Value) -> None:
        """Write to the output."""
        self.outcome.output.append(value)

    def emit_if_passthru(self, value: Value) -> None:
        """Write to the output where -Passthru is given."""
        if self.flag("Passthru"):
            self.outcome.output.append(value)

    def warn(self, message: str) -> None:
        """Write a warning."""
        self.outcome.warnings.append(message)

    def error(self, failure: OperationFailed) -> None:
        """Write a non-terminating error."""
        self.outcome.errors.append(failure.record(self.definition.class_name))

    def terminate(self, failure: OperationFailed) -> t.NoReturn:
        """End the cmdlet with an error."""
        raise CmdletError(failure.record(self.definition.class_name)) from failure

    def not_simulated(self, what: str) -> t.NoReturn:
        """End the cmdlet because the lab does not know this."""
        raise not_simulated(self.definition, what)

    def each(self, things: Iterable[T], action: Callable[[T], None]) -> None:
        """Do something for each thing; a refusal becomes a non-terminating error and the next thing has its turn."""
        for thing in things:
            try:
                action(thing)
            except OperationFailed as failure:  # ERR-03
                self.error(failure)

    def require_force(self, question: str) -> None:
        """What a prompt does where nobody can answer (PWR-13)."""
        if not self.flag("Force"):  # PWR-13
            raise CmdletError(
                ErrorRecord(
                    "InvalidOperation",
                    self.definition.class_name,
                    "InvalidOperation",
                    "Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available. "
                    f"({question})",
                    exception_type="System.Management.Automation.PSInvalidOperationException",
                )
            )

    # Time

    def wait(self, until: Callable[[], bool], seconds: float | None = None) -> bool:
        """Let simulated time pass, without the lock, until a condition holds; False if it does not within that time."""
        estate = self.host.estate
        limit = None if seconds is None else estate.clock.now() + seconds
        while True:
            estate.settle()
            if until():
                return True
            now = estate.clock.now()
            if limit is not None and now >= limit:
                return False
            pause = estate.next_due()
            if estate.clock.manual and pause is None and limit is None:
                return False
            step = (
                min(1.0, pause)
                if pause is not None and not estate.clock.manual
                else pause
                if pause is not None
                else 1.0
            )
            step = max(step, 0.001)
            if limit is not None:
                step = min(step, max(limit - now, 0.001))
            estate.lock.release()
            try:
                estate.sleep(step)
            finally:
                estate.lock.acquire()

    def transfer(self, activity: str, size: int, seconds_per_gibibyte: float | None = None) -> None:
        """Let the time pass that writing `size` bytes takes the host, and report progress.

        `timings.copy_seconds_per_gibibyte` says how long, unless a pace is given. The lock is given up meanwhile:
        look again at what may have changed.
        """
        rate = self.host.timings.copy_seconds_per_gibibyte if seconds_per_gibibyte is None else seconds_per_gibibyte
        seconds = rate * size / 1024**3
        slices = max(1, min(20, round(seconds * 4)))
        for done in range(slices):
            self.progress(activity, 100 * done // slices)
            if seconds:
                self.wait(lambda: False, seconds / slices)
        self.progress(activity, 100)

    def progress(self, activity: str, percent: int) -> None:
        """Report how far a long operation is."""
        if self.call.session.progress is not None:
            self.call.session.progress(activity, percent)

    # Selection

    def machines(self, *, name: str = "Name", objects: str = "VM") -> list[VirtualMachine]:
        """The machines that -VM, or -Name / -VMName with its wildcards, choose.

        What is missing becomes a non-terminating error.
        """
        if self.has(objects):
            return self.live_machines(objects)
        chosen: list[VirtualMachine] = []
        seen: set[uuid.UUID] = set()
        for pattern in self.texts(name):
            found = self.machines_matching(pattern)
            if not found and not has_wildcard(pattern):
                self.error(self.machine_missing(pattern))  # VM-02
            for machine in found:
                if machine.id not in seen:
                    seen.add(machine.id)
                    chosen.append(machine)
                    self.chosen_machines[machine.id] = machine
        return chosen

    def live_machines(self, name: str) -> list[VirtualMachine]:
        """Machines given as objects; one that was removed meanwhile becomes an error (VM-03)."""
        chosen: list[VirtualMachine] = []
        for item in self.items(name):
            if not isinstance(item, VirtualMachine):
                self.terminate(invalid_parameter(f"'{item}' is not a virtual machine."))
            if item.deleted:  # VM-03
                self.error(not_found(f"The operation failed because the virtual machine '{item.name}' was not found."))
            else:
                chosen.append(item)
                self.chosen_machines[item.id] = item
        return chosen

    def machines_matching(self, pattern: str) -> list[VirtualMachine]:
        """Machines whose name matches a wildcard pattern (VM-01), by name."""
        if not has_wildcard(pattern):
            return self.host.machines_named(pattern.replace("`", ""))
        found = [machine for machine in self.host.machines.values() if matches(pattern, machine.name)]
        return sorted(found, key=lambda machine: machine.name.casefold())

    def machine_missing(self, name: str) -> OperationFailed:
        """The error for a name that no machine has (VM-02)."""
        message = f'Hyper-V was unable to find a virtual machine with name "{name}".'
        if self.definition.name == "Get-VM":
            return invalid_parameter(message, target=name)
        return not_found(message)

    def settings(self) -> list[Settings]:
        """The settings of the machines or of the checkpoint that the parameters choose."""
        if self.has("VMSnapshot"):
            found: list[Settings] = []
            for item in self.items("VMSnapshot"):
                if not isinstance(item, Checkpoint):
                    self.terminate(invalid_parameter(f"'{item}' is not a checkpoint."))
                found.append(item.settings)
            return found
        return [machine.settings for machine in self.machines(name="VMName")]

    def components(self, name: str, kind: type[T]) -> list[T]:
        """Objects of one kind given as parameter. A part that was removed meanwhile is refused as not found (VM-03)."""
        found: list[T] = []
        for item in self.items(name):
            if not isinstance(item, kind):
                self.terminate(invalid_parameter(f"'{item}' is not of the type that -{name} takes."))
            if not self._is_live(item):
                self.error(not_found("The operation failed because the object was not found."))
                continue
            found.append(item)
            machine = getattr(item, "machine", None)
            if isinstance(machine, VirtualMachine):
                self.chosen_machines[machine.id] = machine
        return found

    def _is_live(self, item: t.Any) -> bool:
        return isinstance(item, SimObject) and self.host.find_object(item.key) is item


def not_simulated(definition: SimulatedCmdlet, what: str) -> CmdletError:
    """The loud refusal of what the lab does not simulate."""
    return CmdletError(
        ErrorRecord(
            "NotSimulated",
            definition.class_name,
            "NotImplemented",
            f"The lab does not simulate {definition.module}\\{definition.name} {what}.",
            exception_type="System.NotImplementedException",
        )
    )


def names_match(patterns: Sequence[str], name: str) -> bool:
    """Whether one of the wildcard patterns matches; no patterns match everything."""
    return not patterns or any(matches(pattern, name) for pattern in patterns)
