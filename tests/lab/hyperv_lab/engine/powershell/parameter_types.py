# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Types of cmdlet parameters: from the short names of the documentation to those that PowerShell can bind."""

from __future__ import annotations

from dataclasses import dataclass

from ...objects import ENUM_TYPES, OBJECT_TYPES
from ...signatures import Parameter
from .csharp_names import csharp_type
from .object_source import is_provided_elsewhere

_DOTNET = {
    "String": "System.String",
    "SwitchParameter": "System.Management.Automation.SwitchParameter",
    "Boolean": "System.Boolean",
    "Byte": "System.Byte",
    "Char": "System.Char",
    "Int16": "System.Int16",
    "Int32": "System.Int32",
    "Int64": "System.Int64",
    "UInt16": "System.UInt16",
    "UInt32": "System.UInt32",
    "UInt64": "System.UInt64",
    "Single": "System.Single",
    "Double": "System.Double",
    "Guid": "System.Guid",
    "DateTime": "System.DateTime",
    "TimeSpan": "System.TimeSpan",
    "Version": "System.Version",
    "Uri": "System.Uri",
    "Type": "System.Type",
    "IPAddress": "System.Net.IPAddress",
    "Hashtable": "System.Collections.Hashtable",
    "IDictionary": "System.Collections.IDictionary",
    "Object": "System.Object",
    "PSObject": "System.Management.Automation.PSObject",
    "ScriptBlock": "System.Management.Automation.ScriptBlock",
    "PSCredential": "System.Management.Automation.PSCredential",
    "SecureString": "System.Security.SecureString",
    "CimInstance": "HyperVLab.Infrastructure.CimInstance",
}


def _short_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for full_name in [*OBJECT_TYPES, *ENUM_TYPES]:
        if "#" not in full_name and not is_provided_elsewhere(full_name):
            names.setdefault(full_name.rpartition(".")[2].casefold(), csharp_type(full_name))
    return names


_SHORT_NAMES = _short_names()


@dataclass(frozen=True)
class BindableType:
    """What a parameter is declared as.

    Attributes:
        name: full .NET name, with "[]" for an array.
        values: texts that a ValidateSet allows; empty where the type itself decides.
    """

    name: str
    values: tuple[str, ...] = ()


def bindable_type(parameter: Parameter) -> BindableType:
    """The type to declare. A type that the lab does not know takes anything (or the documented values, as text)."""
    array = "[]" if parameter.type.endswith("[]") else ""
    short = parameter.type.removesuffix("[]").removeprefix("System.")
    if short.startswith("Nullable"):
        short = short.removeprefix("Nullable").strip("`1[]<>")
    known = _DOTNET.get(short)
    if known == "System.String":
        return BindableType(known + array, tuple(parameter.values))
    if known is not None:
        return BindableType(known + array)
    found = _SHORT_NAMES.get(short.rpartition(".")[2].casefold())
    if found is not None:
        return BindableType(found + array)
    if parameter.values:
        return BindableType("System.String" + array, tuple(parameter.values))
    return BindableType("System.Object" + array)
