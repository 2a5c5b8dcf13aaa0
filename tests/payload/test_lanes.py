# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""docs/batch.md, "parallel": lanes side by side."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., dict[str, Any]]

GOOD: dict[str, Any] = {"call": "LabProbe\\Get-ProbeValue"}
FAIL: dict[str, Any] = {"call": "LabProbe\\Write-ProbeError"}
READ = [["text", "Text", "text"]]


@pytest.fixture
def lanes(run: Run) -> Run:
    """Run steps with lanes side by side."""

    def run_lanes(*steps: dict[str, Any], **request: Any) -> dict[str, Any]:
        return run(*steps, areas=["parallel"], **{"parallel": 4, **request})

    return run_lanes


def sleep(step_id: str, lane: str | None, milliseconds: int = 300) -> dict[str, Any]:
    """A step that takes its time."""
    step: dict[str, Any] = {"id": step_id, "call": "LabProbe\\Wait-Probe", "with": {"Milliseconds": milliseconds}}
    return step if lane is None else {**step, "lane": lane}


def value(step_id: str, lane: str | None, what: Any) -> dict[str, Any]:
    """A step that says what arrived."""
    step: dict[str, Any] = {"id": step_id, **GOOD, "with": {"Value": what}, "read": READ}
    return step if lane is None else {**step, "lane": lane}


def statuses(reply: dict[str, Any]) -> list[str]:
    return [step["status"] for step in reply["steps"]]


def texts(reply: dict[str, Any]) -> dict[str, Any]:
    return {step["id"]: step["rows"][0]["text"] for step in reply["steps"] if step.get("rows")}


def test_answers_are_those_of_lanes_one_after_the_other(run: Run, lanes: Run) -> None:
    probes: dict[str, Any] = {"id": "all", "call": "LabProbe\\Get-Probe"}
    steps = [probes]
    for number, name in enumerate(("web01", "web02", "db01")):
        one = {"$ref": "all", "where": [["Id", [f"0000000{number + 1}-0000-0000-0000-000000000000"]]]}
        steps += [
            value(f"{name}.a", name, one),
            value(f"{name}.b", name, [{"$ref": f"{name}.a", "get": "Text"}, "x"]),
            {"id": f"{name}.c", "call": "LabProbe\\Write-ProbeNoise", "with": {"Message": name}, "lane": name},
        ]
    # interleaved: the order within a lane is what counts
    steps = [steps[0], *sorted(steps[1:], key=lambda step: str(step["id"])[-1])]
    steps += [value("end", None, [{"$ref": f"{name}.b", "get": "Text"} for name in ("web01", "web02", "db01")])]
    alone, beside = run(*steps), lanes(*steps)
    assert beside["ok"] and alone["ok"]
    for reply in (alone, beside):
        for step in reply["steps"]:
            step.pop("milliseconds")
    assert beside["steps"] == alone["steps"]
    assert texts(beside)["end"] == "web01|x|web02|x|db01|x"


def test_lanes_run_side_by_side(lanes: Run, runner: Any) -> None:
    reply = lanes(*[sleep(f"s{number}", f"lane {number}", 2000) for number in range(4)])
    assert reply["ok"]
    if runner.name == "powershell":  # the Python runner's clock of these tests is moved by whoever waits
        assert reply["milliseconds"] < sum(step["milliseconds"] for step in reply["steps"])


def test_no_more_lanes_at_a_time_than_allowed(lanes: Run, runner: Any) -> None:
    if runner.name == "python":
        pytest.skip("the clock of these tests is moved by whoever waits")
    reply = lanes(*[sleep(f"s{number}", f"lane {number}", 300) for number in range(6)], parallel=2)
    assert reply["milliseconds"] >= 900


def test_steps_without_a_lane_are_barriers(lanes: Run) -> None:
    reply = lanes(
        value("a", "x", "1"),
        value("b", "y", "2"),
        value("c", None, [{"$ref": "a", "get": "Text"}, {"$ref": "b", "get": "Text"}]),
        value("d", "x", {"$ref": "c", "get": "Text"}),
        value("e", "y", {"$ref": "b", "get": "Text"}),
    )
    assert texts(reply) == {"a": "1", "b": "2", "c": "1|2", "d": "1|2", "e": "2"}


def test_a_step_of_another_lane_is_no_earlier_step(lanes: Run) -> None:
    reply = lanes(value("a", "x", "1"), value("b", "y", {"$ref": "a"}), on_failure="next_lane")
    assert statuses(reply) == ["done", "failed"]
    assert reply["error"]["kind"] == "batch"


def test_a_failure_ends_its_lane_only(lanes: Run) -> None:
    reply = lanes(
        value("a", "web01", "1"),
        {"id": "b", **FAIL, "lane": "web02"},
        value("c", "web02", "2"),
        value("d", "web01", "3"),
        {"id": "e", **FAIL, "lane": "web03"},
        value("f", None, "4"),
        value("g", "web02", "5"),
        value("h", "web01", {"$ref": "b"}),
        on_failure="next_lane",
    )
    assert statuses(reply) == ["done", "failed", "not_run", "done", "failed", "done", "not_run", "not_run"]
    assert reply["error"]["step"] == "b"
    assert [step.get("error", {}).get("step") for step in reply["steps"]] == [
        None,
        "b",
        None,
        None,
        "e",
        None,
        None,
        None,
    ]


def test_with_stop_no_lane_starts_a_step_after_a_failure(lanes: Run, runner: Any) -> None:
    reply = lanes(
        {"id": "a", **FAIL, "lane": "x"},
        sleep("b", "y", 1500),
        value("c", "y", "1"),
        value("d", None, "2"),
        parallel=2,
    )
    assert statuses(reply)[0] == "failed"
    assert statuses(reply)[2:] == ["not_run", "not_run"]
    assert reply["error"]["step"] == "a"


def test_the_deadline_holds_in_lanes(lanes: Run) -> None:
    reply = lanes(
        sleep("a", "x", 900),
        value("b", "x", "1"),
        sleep("c", "y", 900),
        value("d", "y", "2"),
        value("e", None, "3"),
        deadline_seconds=0.8,
        parallel=2,
        on_failure="next_lane",
    )
    assert statuses(reply)[1] == statuses(reply)[3] == statuses(reply)[4] == "not_run"
    assert reply["error"]["kind"] == "deadline"


def test_a_wait_in_a_lane(lanes: Run) -> None:
    wait = {"until": [["State", ["ready"]]], "seconds": 15, "every_seconds": 0.02}
    steps = [
        {
            "id": key,
            "call": "LabProbe\\Get-ProbeProgress",
            "with": {"Key": key, "ReadyAfter": 2},
            "wait": wait,
            "lane": key,
        }
        for key in ("lane1", "lane2")
    ]
    assert statuses(lanes(*steps)) == ["done", "done"]


def test_secrets_do_not_come_back_from_lanes(lanes: Run) -> None:
    secrets = {"key": {"username": "u", "password": "s3cret"}}
    reply = lanes(
        {"id": "a", **FAIL, "with": {"Message": "wrong: ", "Plain": {"$plain": "key"}}, "lane": "x"},
        {"id": "b", "call": "LabProbe\\Write-ProbeNoise", "with": {"Message": {"$plain": "key"}}, "lane": "y"},
        {"id": "c", "call": "LabProbe\\Write-ProbeNoise", "with": {"Message": "m"}, "secret": True, "lane": "z"},
        value("d", "z", {"$credential": "key"}) | {"read": [["type", "Type", "text"]]},
        secrets=secrets,
        on_failure="next_lane",
    )
    assert reply["steps"][0]["error"]["message"] == "wrong: ********"
    assert reply["steps"][1]["warnings"] == ["********"]
    assert "warnings" not in reply["steps"][2]
    assert reply["steps"][3]["rows"] == [{"type": "PSCredential"}]
    assert "s3cret" not in json.dumps(reply)


def test_a_failure_without_lane_stops_all(lanes: Run) -> None:
    reply = lanes({"id": "a", **FAIL}, value("b", "x", "1"), on_failure="next_lane")
    assert statuses(reply) == ["failed", "not_run"]


def test_many_lanes(lanes: Run) -> None:
    reply = lanes(*[value(f"s{number}", f"lane {number}", str(number)) for number in range(200)], parallel=8)
    assert texts(reply) == {f"s{number}": str(number) for number in range(200)}


def test_what_the_host_lacks_is_said_in_a_lane(lanes: Run) -> None:
    reply = lanes({"id": "a", "call": "LabProbe\\Get-Nothing", "lane": "x"}, on_failure="next_lane")
    assert reply["error"]["kind"] == "no_cmdlet"


def test_lanes_on_a_simulated_host(make_host: Callable[..., Any]) -> None:
    host = make_host()
    host.estate.advance(60)  # guests are up
    vms = {"id": "vms", "call": "Hyper-V\\Get-VM", "where": [["Name", ["off", "web", "deaf"]]]}
    steps: list[dict[str, Any]] = [vms]
    for name in ("off", "web", "deaf"):
        vm = {"$ref": "vms", "where": [["Name", [name]]]}
        steps += [
            {"id": f"{name}.notes", "call": "Hyper-V\\Set-VM", "with": {"VM": vm, "Notes": name}, "lane": name},
            {
                "id": f"{name}.directory",
                "call": "Microsoft.PowerShell.Management\\New-Item",
                "with": {"ItemType": "Directory", "Path": f"D:\\made\\{name}", "Force": True},
                "lane": name,
            },
            {
                "id": f"{name}.stop",
                "call": "Stop-Guest",
                "with": {"VM": vm, "Seconds": 5, "OnTimeout": "turn_off"},
                "read": [["outcome", "Outcome", "text"]],
                "lane": name,
            },
        ]
    again = {
        **vms,
        "id": "again",
        "read": [["name", "Name", "text"], ["notes", "Notes", "text"], ["s", "State", "enum"]],
    }
    reply = host.run(
        *steps, again, areas=["parallel", "vm"], functions=["Stop-Guest"], parallel=3, on_failure="next_lane"
    )
    assert reply["ok"], reply["error"]
    rows = {row["name"]: (row["notes"], row["s"]) for row in reply["steps"][-1]["rows"]}
    assert rows == {name: (name, "Off") for name in ("off", "web", "deaf")}
    outcomes = {step["id"]: step["rows"][0]["outcome"] for step in reply["steps"] if step["id"].endswith(".stop")}
    assert outcomes == {"off.stop": "already_off", "web.stop": "shut_down", "deaf.stop": "turned_off"}
    assert host.host.files.is_directory("D:\\made\\web")
