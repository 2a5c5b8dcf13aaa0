# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The settings of a VM as rows.

A new setting is a row in ROWS, its documentation in plugins/modules/vm.py, and its behaviour in the lab. A row says
where the setting is read, which cmdlet parameter sets it, in which power states, for which generations, and what values
it takes.
"""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from ...core.setting import ANY_STATE, NOT_SAVED, OFF_ONLY, Setting
from ...core.step import Field

#: Ids of the reading steps that rows name; what each calls is in observation.py.
VMS, PROCESSORS, MEMORY, FIRMWARE = "vms", "processors", "memory", "firmware"

SET_VM = "Hyper-V\\Set-VM"
SET_PROCESSOR = "Hyper-V\\Set-VMProcessor"
SET_MEMORY = "Hyper-V\\Set-VMMemory"
SET_FIRMWARE = "Hyper-V\\Set-VMFirmware"

MEBIBYTE = 1024**2

#: Power states in which what can change while running can change.
HOT: frozenset[str] = frozenset({"Off", "Running"})

Words = t.Mapping[t.Any, str]

ON_OFF: Words = {True: "On", False: "Off"}
START_ACTIONS: Words = {"nothing": "Nothing", "start_if_running": "StartIfRunning", "start": "Start"}
STOP_ACTIONS: Words = {"turn_off": "TurnOff", "save": "Save", "shut_down": "ShutDown"}


@dataclasses.dataclass(frozen=True)
class Row:
    """A setting, how it is read, and what values it takes.

    Attributes:
        setting: the row of the planner. It is observed under its option's name.
        reader: id of the reading step.
        path, kind: the projection of its value there.
        words: declared values and the host's names for them, where they differ.
        limits: least and greatest value.
        multiple_of: what a value must be a multiple of.
        unit: `bytes` where messages show sizes.
        at_set_vm: the parameters with which Set-VM, too, sets it; so that one call sets what would take several.
    """

    setting: Setting
    reader: str
    path: str
    kind: str
    words: Words | None = None
    limits: tuple[int, int] | None = None
    multiple_of: int = 1
    unit: str = ""
    at_set_vm: c.Callable[[t.Any], dict[str, t.Any]] | None = None

    @property
    def option(self) -> str:
        """The dotted option."""
        return self.setting.option

    @property
    def field(self) -> Field:
        """The entry of the reading step's projection."""
        return Field(self.option, self.path, self.kind)

    def understood(self, value: t.Any) -> t.Any:
        """Return a value that was read as the option would declare it; an unknown name stays as it is."""
        if self.words is None:
            return value
        return next((word for word, name in self.words.items() if name == value), value)


def row(
    option: str,
    read: tuple[str, str, str],
    write: tuple[str, str],
    *,
    states: frozenset[str] = ANY_STATE,
    generations: tuple[int, ...] = (1, 2),
    since_build: int = 14393,
    words: Words | None = None,
    limits: tuple[int, int] | None = None,
    multiple_of: int = 1,
    unit: str = "",
    at_set_vm: str | c.Callable[[t.Any], dict[str, t.Any]] | None = None,
    companions: tuple[str, ...] = (),
) -> Row:
    """Return a row.

    Args:
        option: dotted option.
        read: reading step, property path, kind.
        write: cmdlet and parameter.
        at_set_vm: a parameter of Set-VM, or a function that gives several.
    """
    parameter = at_set_vm if isinstance(at_set_vm, str) else None
    setting = Setting(
        option=option,
        observed=option,
        call=write[0],
        parameter=write[1],
        states=states,
        generations=generations,
        since_build=since_build,
        to_parameter=(lambda value: words[value]) if words is not None else (lambda value: value),
        companions=companions,
    )
    return Row(
        setting,
        *read,
        words=words,
        limits=limits,
        multiple_of=multiple_of,
        unit=unit,
        at_set_vm=(lambda value: {parameter: value}) if parameter is not None else t.cast(t.Any, at_set_vm),
    )


def _memory_kind(dynamic: bool) -> dict[str, t.Any]:
    return {"DynamicMemory": True} if dynamic else {"StaticMemory": True}


#: Set-VMMemory takes the switch to dynamic memory only together with the amounts
#: (packer #4880, taliesins #51).
_AMOUNTS = ("memory.startup", "memory.minimum", "memory.maximum")

ROWS: tuple[Row, ...] = (
    row(
        "processor.count",
        (PROCESSORS, "Count", "integer"),
        (SET_PROCESSOR, "Count"),
        states=OFF_ONLY,
        limits=(1, 2048),
        at_set_vm="ProcessorCount",
    ),
    row(
        "processor.reserve",
        (PROCESSORS, "Reserve", "integer"),
        (SET_PROCESSOR, "Reserve"),
        states=NOT_SAVED,
        limits=(0, 100),
    ),
    row(
        "processor.maximum",
        (PROCESSORS, "Maximum", "integer"),
        (SET_PROCESSOR, "Maximum"),
        states=NOT_SAVED,
        limits=(0, 100),
    ),
    row(
        "processor.weight",
        (PROCESSORS, "RelativeWeight", "integer"),
        (SET_PROCESSOR, "RelativeWeight"),
        states=NOT_SAVED,
        limits=(1, 10000),
    ),
    row(
        "processor.expose_virtualization_extensions",
        (PROCESSORS, "ExposeVirtualizationExtensions", "boolean"),
        (SET_PROCESSOR, "ExposeVirtualizationExtensions"),
        states=OFF_ONLY,
    ),
    row(
        "processor.compatibility_for_migration",
        (PROCESSORS, "CompatibilityForMigrationEnabled", "boolean"),
        (SET_PROCESSOR, "CompatibilityForMigrationEnabled"),
        states=OFF_ONLY,
    ),
    row(
        "memory.dynamic",
        (MEMORY, "DynamicMemoryEnabled", "boolean"),
        (SET_MEMORY, "DynamicMemoryEnabled"),
        states=OFF_ONLY,
        at_set_vm=_memory_kind,
        companions=_AMOUNTS,
    ),
    row(
        "memory.startup",
        (MEMORY, "Startup", "integer"),
        (SET_MEMORY, "StartupBytes"),
        states=OFF_ONLY,
        limits=(32 * MEBIBYTE, 240 * 1024**4),
        multiple_of=2 * MEBIBYTE,
        unit="bytes",
        at_set_vm="MemoryStartupBytes",
    ),
    row(
        "memory.minimum",
        (MEMORY, "Minimum", "integer"),
        (SET_MEMORY, "MinimumBytes"),
        states=OFF_ONLY,
        limits=(32 * MEBIBYTE, 240 * 1024**4),
        multiple_of=2 * MEBIBYTE,
        unit="bytes",
        at_set_vm="MemoryMinimumBytes",
    ),
    row(
        "memory.maximum",
        (MEMORY, "Maximum", "integer"),
        (SET_MEMORY, "MaximumBytes"),
        states=OFF_ONLY,
        limits=(32 * MEBIBYTE, 240 * 1024**4),
        multiple_of=2 * MEBIBYTE,
        unit="bytes",
        at_set_vm="MemoryMaximumBytes",
    ),
    row(
        "memory.buffer",
        (MEMORY, "Buffer", "integer"),
        (SET_MEMORY, "Buffer"),
        states=HOT,
        limits=(5, 2000),
    ),
    row(
        "memory.priority",
        (MEMORY, "Priority", "integer"),
        (SET_MEMORY, "Priority"),
        states=HOT,
        limits=(0, 100),
    ),
    row("notes", (VMS, "Notes", "text"), (SET_VM, "Notes"), at_set_vm="Notes"),
    row(
        "automatic_start.action",
        (VMS, "AutomaticStartAction", "enum"),
        (SET_VM, "AutomaticStartAction"),
        words=START_ACTIONS,
    ),
    row(
        "automatic_start.delay",
        (VMS, "AutomaticStartDelay", "integer"),
        (SET_VM, "AutomaticStartDelay"),
        limits=(0, 2**31 - 1),
    ),
    row(
        "automatic_stop.action",
        (VMS, "AutomaticStopAction", "enum"),
        (SET_VM, "AutomaticStopAction"),
        states=OFF_ONLY,
        words=STOP_ACTIONS,
    ),
    row(
        "secure_boot",
        (FIRMWARE, "SecureBoot", "enum"),
        (SET_FIRMWARE, "EnableSecureBoot"),
        states=OFF_ONLY,
        generations=(2,),
        words=ON_OFF,
    ),
    row(
        "secure_boot_template",
        (FIRMWARE, "SecureBootTemplate", "text"),
        (SET_FIRMWARE, "SecureBootTemplate"),
        states=OFF_ONLY,
        generations=(2,),
    ),
)

SETTINGS: tuple[Setting, ...] = tuple(entry.setting for entry in ROWS)

ROW_OF: dict[str, Row] = {entry.option: entry for entry in ROWS}


def rows_read_by(reader: str) -> tuple[Row, ...]:
    """Return the rows whose values a reading step gives."""
    return tuple(entry for entry in ROWS if entry.reader == reader)
