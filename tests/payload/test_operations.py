# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""docs/batch.md, "Detached": batches in a process of their own, on both engines."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from batch_runners import Reply, decode, encode
from simulated_hosts import SimulatedHost

FUNCTIONS = ["Start-Operation", "Get-Operation", "Remove-Operation"]
READ = [
    *(
        [name, name.capitalize(), "text"]
        for name in ("id", "key", "title", "holder", "state", "step", "activity", "reply")
    ),
    ["targets", "Targets", "texts"],
    ["percent", "Percent", "integer"],
]
MAKE: dict[str, Any] = {
    "id": "make",
    "call": "Hyper-V\\New-VHD",
    "with": {"Path": "D:\\fixed.vhdx", "SizeBytes": 8 * 1024**3, "Fixed": True},
    "read": [["path", "Path", "text"]],
}
FAIL = {"id": "fail", "call": "Hyper-V\\New-VHD", "with": {"Path": "Q:\\no.vhdx", "SizeBytes": 1024**3}}
THERE = {
    "id": "there",
    "call": "Microsoft.PowerShell.Management\\Test-Path",
    "with": {"LiteralPath": ["D:\\fixed.vhdx"]},
    "read": [["there", ".", "boolean"]],
}


def start(*steps: dict[str, Any], wait: float, batch: str, **request: Any) -> dict[str, Any]:
    """The step that starts an operation."""
    body = encode({"version": 1, "batch": batch, "steps": list(steps), "progress": True, **request})
    return {
        "id": "operation",
        "call": "Start-Operation",
        "with": {
            "Id": batch,
            "Body": body,
            "Key": "k",
            "Title": "a 'title'",
            "Holder": "h\u00fc",
            "Targets": ["disk D:\\fixed.vhdx"],
            "WaitSeconds": wait,
        },
        "read": READ,
    }


def get(batch: str | None, wait: float = 0) -> dict[str, Any]:
    """The step that asks for an operation."""
    parameters = {} if batch is None else {"Id": batch, "WaitSeconds": wait}
    return {"id": "operation", "call": "Get-Operation", "with": parameters, "read": READ}


@pytest.fixture
def name() -> str:
    """An id of an operation: the engine's hosts share the folder of their name."""
    return uuid.uuid4().hex


def run(host: SimulatedHost, *steps: dict[str, Any]) -> Reply:
    """Run steps that may call the functions."""
    return host.run(*steps, areas=["detached"], functions=FUNCTIONS)


def rows(reply: Reply) -> list[dict[str, Any]]:
    """What the first step read."""
    assert reply["ok"], reply["error"]
    found: list[dict[str, Any]] = reply["steps"][0].get("rows", [])
    return found


def slow(host: SimulatedHost, seconds: float) -> SimulatedHost:
    """Let a fixed disk of 8 GB take so many seconds of the wall."""
    host.host.timings.copy_seconds_per_gibibyte = seconds * host.estate.clock.speed / 8
    return host


def test_a_short_operation_has_ended_when_it_was_waited_for(make_host: Callable[..., SimulatedHost], name: str) -> None:
    host = make_host()
    before = run(host, THERE)["operations"] or 0
    reply = run(host, start(MAKE, wait=60, batch=name), THERE)
    (row,) = rows(reply)
    assert (row["id"], row["key"], row["title"], row["holder"]) == (name, "k", "a 'title'", "h\u00fc")
    assert (row["state"], row["targets"]) == ("finished", ["disk D:\\fixed.vhdx"])
    inner = decode(row["reply"], name)
    assert inner["ok"] and inner["steps"][0]["rows"] == [{"path": "D:\\fixed.vhdx"}]
    assert reply["steps"][1]["rows"] == [{"there": True}]
    assert (run(host, THERE)["operations"] or 0) <= before, "one that has ended is nobody's obstacle"


def test_the_failure_of_an_operation_is_in_its_reply(make_host: Callable[..., SimulatedHost], name: str) -> None:
    (row,) = rows(run(make_host(), start(FAIL, MAKE, wait=60, batch=name)))
    inner = decode(row["reply"], name)
    assert not inner["ok"]
    assert (inner["error"]["step"], inner["error"]["kind"]) == ("fail", "cmdlet")
    assert [step["status"] for step in inner["steps"]] == ["failed", "not_run"]


def test_an_operation_goes_on_without_whoever_started_it(make_host: Callable[..., SimulatedHost], name: str) -> None:
    """The process that ran the starting batch has ended when each of these replies has come."""
    host = slow(make_host(), 8)
    started = run(host, start(MAKE, wait=0.1, batch=name), THERE)
    (row,) = rows(started)
    assert (row["state"], row["reply"]) == ("running", None)
    assert started["steps"][1]["status"] == "not_run", "what it makes is not looked at while it works"
    assert run(host, THERE)["operations"] >= 1
    seen: list[int] = []
    until = time.monotonic() + 60
    while row["state"] == "running" and time.monotonic() < until:
        (row,) = rows(run(host, get(name, 0.5)))
        if row["percent"] >= 0 and row["state"] == "running":
            seen.append(row["percent"])
            assert (row["step"], row["activity"]) == ("make", "Creating a virtual hard disk")
    assert row["state"] == "finished" and decode(row["reply"], name)["ok"]
    assert seen and seen == sorted(seen)


def test_lanes_of_an_operation_run_side_by_side_and_tell_their_progress(
    make_host: Callable[..., SimulatedHost], name: str
) -> None:
    host = slow(make_host(), 6)
    lanes = [
        {**MAKE, "id": f"make{number}", "with": {**MAKE["with"], "Path": f"D:\\f{number}.vhdx"}, "lane": f"vm{number}"}
        for number in (1, 2)
    ]
    gone = {
        "id": "gone",
        "call": "Hyper-V\\New-VHD",
        "with": {"Path": "Q:\\no.vhdx", "SizeBytes": 1024**3},
        "lane": "x",
    }
    begin = start(*lanes, gone, wait=0.1, batch=name, parallel=3, on_failure="next_lane")
    (row,) = rows(host.run(begin, areas=["parallel", "detached"], functions=FUNCTIONS))
    seen: set[tuple[str, str]] = set()
    until = time.monotonic() + 60
    while row["state"] == "running" and time.monotonic() < until:
        (row,) = rows(run(host, get(name, 0.5)))
        seen.add((row["step"], row["activity"]))
    inner = decode(row["reply"], name)
    assert [step["status"] for step in inner["steps"]] == ["done", "done", "failed"]
    assert inner["error"]["step"] == "gone"
    assert "Creating a virtual hard disk" in {activity for _step, activity in seen}


def test_what_is_unknown_gives_nothing(make_host: Callable[..., SimulatedHost], name: str) -> None:
    assert rows(run(make_host(), get(name))) == []
    assert name not in [row["id"] for row in rows(run(make_host(), get(None)))]


def test_all_operations_are_told_without_their_replies(make_host: Callable[..., SimulatedHost], name: str) -> None:
    host = make_host()
    ours = [name, f"{name}-2"]
    run(host, start(MAKE, wait=60, batch=ours[0]))
    run(host, start(THERE, wait=60, batch=ours[1]))
    found = [row for row in rows(run(host, get(None))) if row["id"] in ours]
    assert sorted(row["id"] for row in found) == ours
    assert [row["reply"] for row in found] == [None, None]
    run(host, {"id": "operation", "call": "Remove-Operation", "with": {"Id": ours[:1]}})
    assert [row["id"] for row in rows(run(host, get(None))) if row["id"] in ours] == ours[1:]
