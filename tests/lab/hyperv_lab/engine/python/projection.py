# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From output objects to the plain values of the reply's rows (docs/batch.md, "Projection")."""

from __future__ import annotations

import math
import re
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from hyperv_lab.engine.python.exact_text import exact_text, iso_time, whole_seconds
from hyperv_lab.engine.python.problems import BatchProblem
from hyperv_lab.engine.python.property_path import value_at
from hyperv_lab.objects import ENUM_TYPES
from hyperv_lab.simulation.errors import CmdletError, OperationFailed
from hyperv_lab.simulation.values import EnumMember, SimObject

ELEMENT_KINDS = {"texts": "text", "integers": "integer", "guids": "guid", "enums": "enum", "objects": "objects"}
"""Kinds of lists, and the kind of their elements."""

SCALAR_KINDS = frozenset(
    {"text", "integer", "number", "boolean", "enum", "guid", "seconds", "milliseconds", "time", "type", "count"}
)

Field = Sequence[Any]

_NET_NAMES: tuple[tuple[type, str], ...] = (
    (bool, "Boolean"),
    (str, "String"),
    (float, "Double"),
    (uuid.UUID, "Guid"),
    (timedelta, "TimeSpan"),
    (datetime, "DateTime"),
    (list, "Object[]"),
)


class _Unfit(Exception):
    """The value cannot be read as its kind."""


def short_type_name(value: Any) -> str:
    """Name of the .NET type without its namespace."""
    if isinstance(value, (SimObject, EnumMember)):
        return re.split(r"[.+]", value.type_name)[-1]
    for python_type, name in _NET_NAMES:
        if isinstance(value, python_type):
            return name
    if isinstance(value, int):
        return "Int32" if -(2**31) <= value < 2**31 else "Int64"
    return type(value).__name__


def flag_names(member: EnumMember) -> list[str]:
    """Names of the flags in a value, as .NET's ToString() lists them: from the lowest."""
    kind = ENUM_TYPES.get(member.type_name)
    if kind is None or not kind.flags or member.name in kind.members:
        return member.name.split(", ")
    return [name for name, number in kind.members.items() if number and member.number & number == number]


def row_of(thing: Any, fields: Sequence[Field], prefix: str = "") -> dict[str, Any]:
    """The row of one object.

    Raises:
        BatchProblem: kind `projection`, with the path of the property that cannot be read.
    """
    row: dict[str, Any] = {}
    for field in fields:
        name, path, kind = field[:3]
        full = f"{prefix}{path}"
        try:
            value = value_at(thing, path)
            if kind == "count":
                row[name] = _count(value)
            elif kind in ELEMENT_KINDS:
                row[name] = _list(value, kind, field, full)
            else:
                row[name] = _plain(value, kind)
        except (_Unfit, CmdletError, OperationFailed, ValueError) as error:
            message = f"the property {full} cannot be read as {kind}: {error}"
            record = error.record("") if isinstance(error, OperationFailed) else getattr(error, "record", None)
            hresult = None if record is None else record.cause
            raise BatchProblem("projection", message, property=full, hresult=hresult) from error
    return row


def _count(value: Any) -> int:
    if value is None:
        return 0
    return sum(element is not None for element in value) if isinstance(value, list) else 1


def _list(value: Any, kind: str, field: Field, path: str) -> list[Any]:
    if value is None:
        return []
    if kind == "enums" and isinstance(value, EnumMember):
        return list(flag_names(value))
    elements = value if isinstance(value, list) else [value]
    if kind == "objects":
        return [row_of(element, field[3], f"{path}.") for element in elements if element is not None]
    return [_plain(element, ELEMENT_KINDS[kind]) for element in elements]


def _plain(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "type":
        return short_type_name(value)
    if not isinstance(value, list):
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        match kind:
            case "text":
                return exact_text(value)
            case "integer":
                if isinstance(value, EnumMember):
                    return value.number
                if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,28}", value):
                    return int(value)
                if is_number and value == math.floor(value):
                    return int(value)
            case "number" if is_number and math.isfinite(value):
                return value
            case "boolean" if isinstance(value, bool):
                return value
            case "enum" if isinstance(value, (EnumMember, str)):
                return str(value)
            case "guid" if isinstance(value, (uuid.UUID, str)):
                return str(uuid.UUID(str(value)))
            case "seconds" if isinstance(value, timedelta):
                return whole_seconds(value)
            case "milliseconds" if is_number:
                return int(value / 1000)
            case "time" if isinstance(value, datetime):
                return iso_time(value)
    raise _Unfit(f"it is a {short_type_name(value)}")
