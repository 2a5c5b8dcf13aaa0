# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""C# source of the classes, enumerations and exceptions that simulated cmdlets deal in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...objects import ENUM_TYPES, OBJECT_TYPES, EnumType, ObjectType
from .csharp_names import csharp_type, member, split_type

PLAIN_TYPES: Mapping[str, str] = {
    "string": "string",
    "int": "int?",
    "long": "long?",
    "uint": "uint?",
    "ulong": "ulong?",
    "bool": "bool?",
    "double": "double?",
    "guid": "System.Guid?",
    "datetime": "System.DateTime?",
    "timespan": "System.TimeSpan?",
    "map": "System.Collections.Hashtable",
}
"""Nullable, so that a property which the simulation leaves out reads as null. PowerShell sees no other difference."""

_VIRTUALIZATION = "Microsoft.HyperV.PowerShell.Virtualization"
EXCEPTIONS: Mapping[str, str] = {
    f"{_VIRTUALIZATION}Exception": "System.Exception",
    f"{_VIRTUALIZATION}InvalidArgumentException": f"{_VIRTUALIZATION}Exception",
    f"{_VIRTUALIZATION}OperationFailedException": f"{_VIRTUALIZATION}Exception",
}
"""Exception types of the real modules with their bases; seen in error records of real hosts."""


def is_provided_elsewhere(type_name: str) -> bool:
    """Whether objects of that type reach a script another way (files: through the provider of the simulated drives)."""
    return type_name.startswith("System.IO.")


def object_source() -> str:
    """One C# source with all types."""
    parts = ["#pragma warning disable", "using HyperVLab;"]
    parts += [_enumeration(kind) for kind in ENUM_TYPES.values()]
    parts += [_class(kind) for kind in OBJECT_TYPES.values() if not is_provided_elsewhere(kind.name)]
    parts += [_exception(name, base) for name, base in EXCEPTIONS.items()]
    return "\n".join(parts) + "\n"


def _wrap(full_name: str, lines: Iterable[str]) -> str:
    namespace, _ = split_type(full_name)
    return "\n".join([f"namespace {namespace} {{", *lines, "}"])


def _enumeration(kind: EnumType) -> str:
    _, short = split_type(kind.name)
    fits = all(-(2**31) <= number < 2**31 for number in kind.members.values())
    members = ", ".join(f"{member(name)} = {number}" for name, number in kind.members.items())
    flags = "[System.Flags] " if kind.flags else ""
    return _wrap(kind.name, [f"{flags}public enum {short} : {'int' if fits else 'long'} {{ {members} }}"])


def _class(kind: ObjectType) -> str:
    _, short = split_type(kind.name)
    base = f"global::{csharp_type(kind.base)}" if kind.base else "global::HyperVLab.LabObject"
    properties = [f"  {_property(name, value)}" for name, value in kind.properties.items()]
    return _wrap(kind.name, [f"public class {short} : {base} {{", *properties, "}"])


def _property(name: str, kind: str) -> str:
    is_list = kind.endswith("[]")
    plain = property_type(kind.removesuffix("[]"))
    if is_list:
        element = plain.removesuffix("?")
        return f'public new {element}[] {member(name)} => ReadList<{element}>("{name}");'
    return f'public new {plain} {member(name)} => Read<{plain}>("{name}");'


def property_type(kind: str) -> str:
    """The C# type of a property of the object type language, lists aside."""
    if kind in PLAIN_TYPES:
        return PLAIN_TYPES[kind]
    head, _, target = kind.partition(":")
    if head == "enum" and target in ENUM_TYPES:
        return f"global::{csharp_type(target)}?"
    if head == "object" and target in OBJECT_TYPES and not is_provided_elsewhere(target):
        return f"global::{csharp_type(target)}"
    if head in ("enum", "object") or kind == "any":
        return "object"
    raise ValueError(f"unknown property type {kind!r}")


def _exception(name: str, base: str) -> str:
    _, short = split_type(name)
    return _wrap(
        name, [f"public class {short} : global::{base} {{ public {short}(string message) : base(message) {{ }} }}"]
    )
