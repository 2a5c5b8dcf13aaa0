# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Converting arguments to the types of parameters, as PowerShell does."""

from __future__ import annotations

import re
import typing as t
import uuid
from datetime import datetime, timedelta

from ..objects.enums import find_enum
from ..simulation.values import EnumMember, SimObject

_INTEGERS = {
    "Int16": (-(2**15), 2**15 - 1),
    "Int32": (-(2**31), 2**31 - 1),
    "Int64": (-(2**63), 2**63 - 1),
    "UInt16": (0, 2**16 - 1),
    "UInt32": (0, 2**32 - 1),
    "UInt64": (0, 2**64 - 1),
}


class ConversionError(ValueError):
    """An argument that has not, and cannot be given, the parameter's type."""


def convert(type_name: str, value: t.Any) -> t.Any:
    """The value as the named type ("String", "Int64[]", "OnOffState", ...).

    Raises:
        ConversionError: it cannot be converted.
    """
    if type_name.endswith("[]"):
        element = type_name[:-2]
        if value is None:
            return None
        values = list(value) if isinstance(value, list | tuple) else [value]
        return [convert(element, item) for item in values]
    if isinstance(value, list | tuple) and type_name not in ("Object", "PSObject", "IDictionary", "Hashtable"):
        if len(value) != 1 or type_name == "String":
            raise ConversionError(
                f"Cannot convert 'System.Object[]' to the type '{type_name}' required by the parameter."
            )
        value = value[0]
    if value is None:
        return None
    return _scalar(type_name, value)


def _scalar(type_name: str, value: t.Any) -> t.Any:
    if type_name == "String":
        if isinstance(value, bool):
            return "True" if value else "False"
        return value.name if isinstance(value, EnumMember) else str(value)
    if type_name == "Char":
        text = str(value)
        if len(text) != 1:
            raise ConversionError(f'Cannot convert value "{text}" to type "System.Char".')
        return text
    if type_name in _INTEGERS:
        return _integer(type_name, value)
    if type_name in ("Boolean", "SwitchParameter"):
        if isinstance(value, bool):
            return value
        if isinstance(value, int) and type_name == "Boolean":
            return bool(value)
        raise ConversionError(f'Cannot convert value "{value}" to type "System.Boolean".')
    if type_name == "Guid":
        try:
            return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
        except ValueError:
            raise ConversionError(f'Cannot convert value "{value}" to type "System.Guid".') from None
    if type_name == "TimeSpan":
        return _time_span(value)
    if type_name == "DateTime":
        if isinstance(value, datetime):
            return value
        raise ConversionError(f'Cannot convert value "{value}" to type "System.DateTime".')
    if type_name == "Version":
        if re.fullmatch(r"\d+(\.\d+){1,3}", str(value)):
            return str(value)
        raise ConversionError(f'Cannot convert value "{value}" to type "System.Version".')
    enum = find_enum(type_name)
    if enum is not None:
        return _enum(type_name, value)
    if type_name in _OBJECTS:
        if isinstance(value, SimObject):
            return value
        raise ConversionError(
            f'Cannot convert the "{value}" value of type "{type(value).__name__}" to type "{type_name}".'
        )
    return value


_OBJECTS = {
    "VirtualMachine",
    "VMSnapshot",
    "VMSwitch",
    "VMNetworkAdapter",
    "VMNetworkAdapterBase",
    "HardDiskDrive",
    "DvdDrive",
    "VMDriveController",
    "VMScsiController",
    "VMProcessor",
    "VMMemory",
    "VMBios",
    "VMFirmware",
    "VMComponentObject",
    "VMIntegrationComponent",
    "VirtualMachineBase",
    "VMFibreChannelHba",
    "VMGpuPartitionAdapter",
    "VMHostAssignableDevice",
    "VMAssignedDevice",
    "CimInstance",
}


def _integer(type_name: str, value: t.Any) -> int:
    if isinstance(value, EnumMember):
        value = value.number
    try:
        number = int(value) if not isinstance(value, str) else int(value, 0) if value.strip() else 0
    except (TypeError, ValueError):
        raise ConversionError(f'Cannot convert value "{value}" to type "System.{type_name}".') from None
    low, high = _INTEGERS[type_name]
    if not low <= number <= high:
        raise ConversionError(f"Value was either too large or too small for {type_name}.")
    return number


def _time_span(value: t.Any) -> timedelta:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, int):
        return timedelta(microseconds=value / 10)
    match = re.fullmatch(r"(?:(\d+)\.)?(\d{1,2}):(\d{2})(?::(\d{2}))?", str(value))
    if match is None:
        raise ConversionError(f'Cannot convert value "{value}" to type "System.TimeSpan".')
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _enum(type_name: str, value: t.Any) -> EnumMember:
    enum = find_enum(type_name)
    assert enum is not None
    try:
        if isinstance(value, EnumMember):
            return enum.member(value.name)
        if isinstance(value, int) and not isinstance(value, bool):
            return enum.from_number(value)
        text = str(value).strip()
        return enum.from_number(int(text)) if text.isdigit() else enum.member(text)
    except KeyError:
        raise ConversionError(
            f'Cannot convert value "{value}" to type "{enum.name}". Unable to match the identifier name {value} '
            f"to a valid enumerator name. "
            f"The possible enumerator values are: {', '.join(enum.members)}"
        ) from None
