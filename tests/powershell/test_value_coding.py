# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Values on the channel: what goes in comes out."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hyperv_lab.engine.powershell.value_coding import ValueCoding
from hyperv_lab.objects import enum_member
from hyperv_lab.simulation import readers
from hyperv_lab.simulation.values import Credential, Record, Value
from hyperv_lab.topology import default_topology, load_topology

assert readers  # its import teaches objects their properties
HOST = load_topology(default_topology()).host("hv01")
RECORDS: dict[str, Record] = {}


def keep(record: Record) -> str:
    """Remember under a made-up key."""
    key = f"record {len(RECORDS)}"
    RECORDS[key] = record
    return key


CODING = ValueCoding(lambda key: RECORDS[key] if key in RECORDS else _live(key), keep)


def _live(key: str) -> Any:
    if key != HOST.key:
        raise KeyError(key)
    return HOST


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        2**63,
        1.5,
        "ä\n\0",
        uuid.uuid4(),
        datetime(2026, 1, 31, 10, 0, 0, 123456, UTC),
        timedelta(days=-1, microseconds=5),
        enum_member("VMState", "Running"),
        Credential("u", "p"),
        [1, ["a", None]],
        {"$": "table", "a": [uuid.UUID(int=0)]},
        HOST,
    ],
)
def test_round_trip(value: Value) -> None:
    assert CODING.decode(json.loads(json.dumps(CODING.encode(value)))) == value


def test_records_travel_whole_and_are_found_again() -> None:
    record = Record(HOST, "X.Y", "k", {"Path": "D:\\", "Inner": Record(HOST, "X.Z", "k2", {"A": 1})})
    encoded = CODING.encode(record)
    assert encoded["frozen"] is True
    assert encoded["values"]["Inner"]["values"] == {"A": 1}
    assert CODING.decode({"$": "object", "key": encoded["key"]}) is record


def test_live_objects_carry_values_only_when_asked() -> None:
    assert "values" not in CODING.encode(HOST)
    assert CODING.encode(HOST, with_values=True)["values"]["Name"] == CODING.encode(HOST.get("Name"))


def test_gone_and_unknown() -> None:
    with pytest.raises(KeyError):
        CODING.decode({"$": "object", "key": "VirtualMachine:gone"})
    with pytest.raises(ValueError, match="unknown kind"):
        CODING.decode({"$": "colour", "value": "red"})
    # an enumeration of .NET itself becomes its name
    assert CODING.decode({"$": "enum", "type": "System.DayOfWeek", "name": "Monday", "number": 1}) == "Monday"


def test_times_of_dotnet_have_seven_decimals() -> None:
    assert CODING.decode({"$": "time", "value": "2026-01-31T10:00:00.1234567Z"}) == datetime(
        2026, 1, 31, 10, 0, 0, 123456, UTC
    )
