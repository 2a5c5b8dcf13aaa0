# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Values that go into and come out of simulated cmdlets."""

from __future__ import annotations

import typing as t
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

if t.TYPE_CHECKING:
    from .host import Host


@dataclass(frozen=True, slots=True)
class EnumMember:
    """A member of a .NET enumeration, for example `EnumMember("Microsoft.HyperV.PowerShell.VMState", "Running", 2)`."""

    type_name: str
    name: str
    number: int

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Credential:
    """A user name with its password. The password never shows in a representation."""

    username: str
    password: str

    def __repr__(self) -> str:
        return f"Credential({self.username!r})"


Reader = Callable[[t.Any], t.Any]
READERS: dict[str, dict[str, Reader]] = {}
"""How each object type reads its properties: full type name, property name, function of the state object."""

_LOOKUP: dict[str, dict[str, Reader]] = {}


def register_readers(type_name: str, readers: Mapping[str, Reader], *, base: str | None = None) -> None:
    """Add the property readers of an object type, on top of those of `base`."""
    merged = dict(READERS[base]) if base else {}
    merged.update(readers)
    READERS[type_name] = merged
    lookup = {name.casefold(): reader for name, reader in merged.items()}
    lookup.update(merged)
    _LOOKUP[type_name] = lookup


class SimObject:
    """An object a cmdlet returns. Its properties read the state at the time of the call, as Hyper-V's objects do.

    Attributes:
        type_name: full .NET name of its type.
        host: the host it lives on.
    """

    type_name: t.ClassVar[str] = ""
    host: Host

    @property
    def key(self) -> str:
        """Stable identification inside the host, such as `VirtualMachine:<guid>`; `Host.find_object` takes it back."""
        raise NotImplementedError

    def reader_type(self) -> str:
        """Full name of the type whose readers apply.

        It differs from `type_name` only where one class serves several types.
        """
        return self.type_name

    def has(self, name: str) -> bool:
        """Whether the object has the property, in any spelling of upper and lower case."""
        lookup = _LOOKUP[self.reader_type()]
        return name in lookup or name.casefold() in lookup

    def get(self, name: str) -> Value:
        """Read a property now; None if there is no such property, as in PowerShell."""
        lookup = _LOOKUP[self.reader_type()]
        reader = lookup.get(name) or lookup.get(name.casefold())
        if reader is None:
            return None
        estate = self.host.estate
        with estate.lock:
            estate.settle()
            return t.cast("Value", reader(self))

    def properties(self) -> Mapping[str, Value]:
        """Read all properties now, under their proper names."""
        estate = self.host.estate
        with estate.lock:
            estate.settle()
            return {name: reader(self) for name, reader in READERS[self.reader_type()].items()}


class Record(SimObject):
    """An object that does not change after it was read, such as the result of Get-VHD or Get-Volume."""

    def __init__(self, host: Host, type_name: str, key: str, values: Mapping[str, Value]) -> None:
        self.host = host
        self.type_name = type_name  # type: ignore[misc]  # each record names its own type
        self._key = key
        self._values = dict(values)
        self._folded = {name.casefold(): name for name in self._values}

    @property
    def key(self) -> str:
        return self._key

    def has(self, name: str) -> bool:
        return name.casefold() in self._folded

    def get(self, name: str) -> Value:
        proper = self._folded.get(name.casefold())
        return None if proper is None else self._values[proper]

    def properties(self) -> Mapping[str, Value]:
        return dict(self._values)


Value = (
    None
    | bool
    | int
    | float
    | str
    | bytes
    | uuid.UUID
    | datetime
    | timedelta
    | EnumMember
    | SimObject
    | Credential
    | list["Value"]
    | dict[str, "Value"]
)
