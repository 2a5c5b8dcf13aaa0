# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The commands of `modules/LabProbe/LabProbe.psm1`, again in Python; keep both alike."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hyperv_lab.cmdlets.calls import CmdletOutcome
from hyperv_lab.engine.python.area_functions.area_function import PlainObject
from hyperv_lab.engine.python.commands import COMMON_PARAMETERS, Command
from hyperv_lab.engine.python.exact_text import ordinal_fold
from hyperv_lab.engine.python.problems import BatchProblem
from hyperv_lab.simulation.clock import Clock
from hyperv_lab.simulation.errors import CmdletError, ErrorRecord
from hyperv_lab.simulation.values import Credential, EnumMember

INVALID_OPERATION = "System.InvalidOperationException"
NAMES = ("web01", "web02", "db01", '[x]*? "quoted" $(1+1) `n', "Stra\u00dfe\u0130")
GONE = -2147023728  # 0x80070490, element not found
STATES = {"Other": 1, "Running": 2, "Off": 3}
RIGHTS = {"None": 0, "Read": 1, "Write": 2, "Delete": 4}


class Probe(PlainObject):
    """An object with every kind of property, one of which cannot be read."""

    type_name = "Probe"

    def get(self, name: str) -> Any:
        if name == "Broken":
            raise CmdletError(ErrorRecord("RuntimeException", "", "OperationStopped", "gone", GONE))
        return super().get(name)


class Part(PlainObject):
    """A part of a probe."""

    type_name = "ProbePart"


def state(name: str) -> EnumMember:
    """A member of ProbeState."""
    return EnumMember("ProbeState", name, STATES[name])


def rights(number: int) -> EnumMember:
    """A value of ProbeRights, named as .NET's ToString() does."""
    names = [name for name, bit in RIGHTS.items() if bit and number & bit]
    return EnumMember("ProbeRights", ", ".join(names) or "None", number)


def probe(index: int, **other: Any) -> Probe:
    """The probe with that number."""
    identifier = uuid.UUID(int=(index + 1) << 96)
    values: dict[str, Any] = {
        "Name": NAMES[index],
        "Id": identifier,
        "VMId": uuid.UUID(int=(0xABCDEF << 96) + index % 2),
        "Number": 9007199254740993 + index,
        "Ratio": 0.5 + index,
        "Flag": index % 2 == 0,
        "State": state(("Running", "Off", "Other", "Off", "Off")[index]),
        "Rights": rights(index),
        "Span": timedelta(milliseconds=90500 + index),
        "When": datetime(2026, 1, 31, 10, 0, index, tzinfo=UTC),
        "Empty": None,
        "One": ["single"],
        "None": [],
        "Many": ["a", "b"],
        "Numbers": [1, 2],
        "Ids": [identifier],
        "States": [state("Off"), state("Running")],
        "Part": Part(Name=f"part of {index}", Size=index),
        "Parts": [Part(Name=f"part {number} of {index}", Size=number, Labels=[f"label {number}"]) for number in (0, 1)],
    }
    return Probe(**{**values, **other})


def record(error_id: str, command: str, category: str, hresult: int | None, message: str) -> ErrorRecord:
    """An error as LabProbe's Write-ProbeRecord makes it."""
    return ErrorRecord(error_id, command, category, message, hresult or None, INVALID_OPERATION)


def _list(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


Body = Callable[["ProbeCommands", CmdletOutcome, Mapping[str, Any]], None]


def _get_probe(commands: ProbeCommands, outcome: CmdletOutcome, given: Mapping[str, Any]) -> None:
    probes = [probe(index) for index in range(5)]
    if "Name" not in given:
        outcome.output += probes
        return
    for wanted in _list(given["Name"]):
        found = [thing for thing in probes if ordinal_fold(str(thing.get("Name"))) == ordinal_fold(str(wanted))]
        outcome.output += found
        if not found:
            outcome.errors.append(
                record("ProbeNotFound", "Get-Probe", "ObjectNotFound", -2147024894, f"no probe is called {wanted}")
            )


def _write_error(commands: ProbeCommands, outcome: CmdletOutcome, given: Mapping[str, Any]) -> None:
    outputs = _list(given.get("Output"))
    outcome.output += [PlainObject(Name=text) for text in outputs]
    message = f"{given.get('Message', 'it failed')}{given.get('Plain', '')}"
    for error_id in _list(given.get("ErrorId", "ProbeFailed")):
        error = record(
            error_id, "Write-ProbeError", given.get("Category", "InvalidOperation"), given.get("HResult"), message
        )
        if given.get("Terminating"):
            raise CmdletError(error)
        outcome.errors.append(error)
    if outputs:
        outcome.output.append(PlainObject(Name="last"))


def _type_and_text(value: Any) -> tuple[str, str | None]:
    match value:
        case None:
            return "null", None
        case bool():
            return "Boolean", str(value)
        case int():
            kind = "Int32" if abs(value) < 2**31 else "Int64" if abs(value) < 2**63 else "Decimal"
            return kind, str(value)
        case float():
            return "Double", repr(value)
        case datetime():
            return "DateTime", value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")
        case timedelta():
            return (
                "TimeSpan",
                f"{value // timedelta(hours=1):02}:{value // timedelta(minutes=1) % 60:02}:{value.seconds % 60:02}",
            )
        case uuid.UUID():
            return "Guid", str(value)
        case Credential():
            return "PSCredential", f"{value.username}/{value.password}"
        case dict():
            return "Hashtable", ";".join(f"{key}={_type_and_text(value[key])[1]}" for key in sorted(value))
        case list():
            return "Object[]", "|".join(_type_and_text(element)[1] or "" for element in value)
        case PlainObject():
            return value.type_name, str(value.get("Name"))
    return "String", str(value)


def _get_value(commands: ProbeCommands, outcome: CmdletOutcome, given: Mapping[str, Any]) -> None:
    value = given.get("Value")
    kind, text = _type_and_text(value)
    count = len(value) if isinstance(value, list) else -1
    outcome.output.append(PlainObject(Type=kind, Text=text, Count=count))


def _get_common(commands: ProbeCommands, outcome: CmdletOutcome, given: Mapping[str, Any]) -> None:
    if not given.get("WhatIf"):
        outcome.output.append(PlainObject(Name=given.get("Name")))


def _get_progress(commands: ProbeCommands, outcome: CmdletOutcome, given: Mapping[str, Any]) -> None:
    key = given.get("Key", "")
    commands.calls[key] = commands.calls.get(key, 0) + 1
    ready = commands.calls[key] > given.get("ReadyAfter", 0)
    if not ready and given.get("HResult"):
        raise CmdletError(record("ProbeBusy", "Get-ProbeProgress", "ResourceBusy", given["HResult"], "busy"))
    if ready or not given.get("Absent"):
        outcome.output.append(PlainObject(State="Ready" if ready else "Busy", Calls=commands.calls[key]))


def _write_noise(commands: ProbeCommands, outcome: CmdletOutcome, given: Mapping[str, Any]) -> None:
    outcome.warnings.append(given.get("Message", "careful"))
    outcome.output.append(PlainObject(Name="quiet"))


def _wait(commands: ProbeCommands, outcome: CmdletOutcome, given: Mapping[str, Any]) -> None:
    commands.clock.sleep(given.get("Milliseconds", 0) / 1000)


def _get_table(commands: ProbeCommands, outcome: CmdletOutcome, given: Mapping[str, Any]) -> None:
    for row in range(1, given["Rows"] + 1):
        outcome.output.append(probe(row % 5, Name=f"vm{row}", Id=uuid.UUID(int=row << 96)))


COMMANDS: dict[str, tuple[str, Body]] = {
    "Get-Probe": ("Name ProbeName", _get_probe),
    "Write-ProbeError": ("ErrorId Category HResult Message Output Terminating Credential Secure Plain", _write_error),
    "Get-ProbeValue": ("Value Other", _get_value),
    "Get-ProbeCommonParameter": ("Name WhatIf Confirm", _get_common),
    "Get-ProbeProgress": ("Key ReadyAfter HResult Absent", _get_progress),
    "Write-ProbeNoise": ("Message", _write_noise),
    "Wait-Probe": ("Milliseconds", _wait),
    "Get-ProbeTable": ("Rows", _get_table),
}
"""By name: parameters with their aliases, and what they do."""


class ProbeCommand:
    """One of them."""

    def __init__(self, commands: ProbeCommands, parameters: str, body: Body) -> None:
        self._commands = commands
        self._names = {name.casefold(): name for name in parameters.split()}
        self._body = body

    def has_parameter(self, name: str) -> bool:
        """See Command."""
        return name.casefold() in self._names or name.casefold() in COMMON_PARAMETERS

    def run(self, parameters: Mapping[str, Any]) -> CmdletOutcome:
        """See Command."""
        outcome = CmdletOutcome()
        proper = {
            self._names[name.casefold()].replace("ProbeName", "Name"): value for name, value in parameters.items()
        }
        self._body(self._commands, outcome, proper)
        return outcome


class ProbeCommands:
    """A host whose only module is LabProbe."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.calls: dict[str, int] = {}
        self._commands = {name.casefold(): ProbeCommand(self, *entry) for name, entry in COMMANDS.items()}

    def find(self, module: str, name: str) -> Command:
        """See CommandSource."""
        if module.casefold() != "labprobe":
            raise BatchProblem("no_module", f"this host has no module {module}")
        if name.casefold() not in self._commands:
            raise BatchProblem("no_cmdlet", f"this host has no {module}\\{name}")
        return self._commands[name.casefold()]
