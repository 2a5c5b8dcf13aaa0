# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a row of a VM's settings says: where it is read, what sets it, when, and which values it takes."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import operator
import typing as t

from ....core.setting import ANY_STATE, Setting
from ....core.step import Field

#: Ids of the reading steps that rows name; what each calls is in reading.py.
VMS, PROCESSORS, MEMORY, FIRMWARE, BIOS = "vms", "processors", "memory", "firmware", "bios"
SECURITY, KEY_PROTECTORS, SERVICES, COM1, COM2 = "security", "key_protectors", "services", "com1", "com2"
VIDEO = "video"

SET_VM = "Hyper-V\\Set-VM"

MEBIBYTE = 1024**2

#: Power states in which what can change while running can change.
HOT: frozenset[str] = frozenset({"Off", "Running"})

#: First builds of the releases that brought parameters (Microsoft Learn, Windows Server release information).
WINDOWS_1709, SERVER_2019, SERVER_2022, SERVER_2025 = 16299, 17763, 20348, 26100

Words = t.Mapping[t.Any, str]

ON_OFF: Words = {True: "On", False: "Off"}


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
        normal: brings a declared or a read value into the form in which equal values are equal.
        from_host: turns the value that was read into the option's unit.
        unread: the value that stands for null: what the VM has where its release does not know the setting.
        lacking: what a generation lacks that the row is not for.
        parts: for a list of words, the property that is true where a word is in it.
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
    normal: c.Callable[[t.Any], t.Any] | None = None
    from_host: c.Callable[[t.Any], t.Any] | None = None
    unread: t.Any = None
    lacking: str = ""
    parts: t.Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def option(self) -> str:
        """The dotted option."""
        return self.setting.option

    @property
    def field(self) -> Field:
        """The entry of the reading step's projection."""
        return Field(self.option, self.path, self.kind)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The entries of the reading step's projection: one, or one for each part."""
        if not self.parts:
            return (self.field,)
        return tuple(Field(f"{self.option}.{word}", path, "boolean") for word, path in self.parts.items())

    def value_in(self, row: t.Mapping[str, t.Any]) -> t.Any:
        """Return the value in a row of the reading step as the option would declare it."""
        if not self.parts:
            return self.understood(row[self.option])
        return [word for word in self.parts if row[f"{self.option}.{word}"]]

    def is_in(self, row: t.Mapping[str, t.Any]) -> bool:
        """Return whether a row of the reading step has the value."""
        return self.fields[0].name in row

    def understood(self, value: t.Any) -> t.Any:
        """Return a value that was read as the option would declare it; an unknown name stays as it is."""
        if value is None:
            return self.unread
        if self.words is not None:
            value = next((word for word, name in self.words.items() if name == value), value)
        if self.from_host is not None:
            value = self.from_host(value)
        return self.normal(value) if self.normal is not None else value


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
    to_parameters: c.Callable[[t.Any], dict[str, t.Any]] | None = None,
    calls: t.Mapping[t.Any, str] | None = None,
    fixed: t.Mapping[str, t.Any] | None = None,
    normal: c.Callable[[t.Any], t.Any] | None = None,
    same: c.Callable[[t.Any, t.Any], bool] = operator.eq,
    from_host: c.Callable[[t.Any], t.Any] | None = None,
    unread: t.Any = None,
    lacking: str = "",
    parts: t.Mapping[str, str] | None = None,
) -> Row:
    """Return a row.

    Args:
        option: dotted option.
        read: reading step, property path, kind.
        write: cmdlet and parameter; the parameter is empty where the cmdlet alone says it.
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
        same=same,
        companions=companions,
        to_parameters=to_parameters,
        calls=calls or {},
        fixed=fixed or {},
    )
    return Row(
        setting,
        *read,
        words=words,
        limits=limits,
        multiple_of=multiple_of,
        unit=unit,
        at_set_vm=(lambda value: {parameter: value}) if parameter is not None else t.cast(t.Any, at_set_vm),
        normal=normal,
        from_host=from_host,
        unread=unread,
        lacking=lacking,
        parts=parts or {},
    )
