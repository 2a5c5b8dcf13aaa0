# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Values on the channel between a PowerShell process and the simulation.

What JSON has is itself. Anything else is a JSON object whose member `$` says what it is. csharp/Wire.cs is the other
end.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from ...objects import ENUM_TYPES
from ...simulation.values import Credential, EnumMember, Record, SimObject, Value

_TICKS_PER_MICROSECOND = 10

FindObject = Callable[[str], SimObject]
KeepRecord = Callable[[Record], str]


class ValueCoding:
    """Encodes and decodes values for one process.

    Args:
        find_object: gives the object for a key that was sent before; raises KeyError when it is gone.
        keep_record: remembers an object that the simulation itself does not keep, and gives its key.
    """

    def __init__(self, find_object: FindObject, keep_record: KeepRecord) -> None:
        self._find_object = find_object
        self._keep_record = keep_record

    def encode(self, value: Value, *, with_values: bool = False) -> Any:
        """A value as JSON. ``with_values`` adds an object's own properties; objects in these are references only."""
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if isinstance(value, bytes):
            return {"$": "bytes", "value": base64.b64encode(value).decode()}
        if isinstance(value, EnumMember):
            return {"$": "enum", "type": value.type_name, "name": value.name, "number": value.number}
        if isinstance(value, SimObject):
            return self._encode_object(value, with_values)
        if isinstance(value, uuid.UUID):
            return {"$": "guid", "value": str(value)}
        if isinstance(value, datetime):
            return {"$": "time", "value": value.isoformat()}
        if isinstance(value, timedelta):
            return {"$": "span", "ticks": round(value / timedelta(microseconds=1)) * _TICKS_PER_MICROSECOND}
        if isinstance(value, Credential):
            return {"$": "credential", "username": value.username, "password": value.password}
        if isinstance(value, dict):
            return {"$": "table", "value": {key: self.encode(item) for key, item in value.items()}}
        return [self.encode(item, with_values=with_values) for item in value]

    def _encode_object(self, value: SimObject, with_values: bool) -> dict[str, Any]:
        is_record = isinstance(value, Record)
        encoded: dict[str, Any] = {
            "$": "object",
            "type": value.type_name,
            "key": self._keep_record(value) if isinstance(value, Record) else value.key,
        }
        if is_record:
            encoded["frozen"] = True
        if with_values or is_record:
            encoded["values"] = self.properties(value)
        return encoded

    def properties(self, value: SimObject) -> dict[str, Any]:
        """All properties of an object, read now."""
        return {name: self.encode(item) for name, item in value.properties().items()}

    def decode(self, encoded: Any) -> Value:
        """A value from JSON.

        Raises:
            KeyError: an object it refers to is gone.
        """
        if isinstance(encoded, list):
            return [self.decode(item) for item in encoded]
        if not isinstance(encoded, dict):
            return encoded  # type: ignore[no-any-return]  # what json.loads gives for a scalar
        match encoded["$"]:
            case "enum":
                return _enumeration(encoded)
            case "object":
                return self._find_object(encoded["key"])
            case "guid":
                return uuid.UUID(encoded["value"])
            case "time":
                return _time(encoded["value"])
            case "span":
                return timedelta(microseconds=encoded["ticks"] / _TICKS_PER_MICROSECOND)
            case "credential":
                return Credential(encoded["username"], encoded["password"])
            case "table":
                return {key: self.decode(item) for key, item in encoded["value"].items()}
            case kind:
                raise ValueError(f"a value of the unknown kind {kind!r}")


def _enumeration(encoded: dict[str, Any]) -> Value:
    known = ENUM_TYPES.get(encoded["type"])
    if known is None:
        return str(encoded["name"])  # an enumeration of .NET itself
    return EnumMember(known.name, encoded["name"], encoded["number"])


def _time(text: str) -> datetime:
    whole, point, rest = text.partition(".")
    digits = rest.rstrip("Z")[:6]  # .NET writes seven decimals, Python reads six
    return datetime.fromisoformat(f"{whole.rstrip('Z')}{point}{digits}").replace(tzinfo=UTC)
