# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""docs/batch.md, "Step" and "Reply": errors, retries, waits, lanes, deadlines, secrets."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., dict[str, Any]]

BUSY = -2147024864  # 0x80070020, sharing violation
FAIL: dict[str, Any] = {"call": "LabProbe\\Write-ProbeError", "with": {"HResult": BUSY}}
GOOD: dict[str, Any] = {"call": "LabProbe\\Get-ProbeValue"}
ERROR_KEYS = {"kind", "step", "call", "error_id", "category", "hresult", "exception", "message", "position"}


def statuses(reply: dict[str, Any]) -> list[str]:
    """Of all steps."""
    return [step["status"] for step in reply["steps"]]


def test_the_reply_names_everything(run: Run) -> None:
    reply = run({"id": "a", **GOOD})
    assert reply["version"] == 1
    assert reply["batch"] == "5f0c2a91"
    assert reply["ok"] is True
    assert reply["error"] is None
    assert reply["sequence"] is None
    assert set(reply["host"]) == {"computer", "build", "powershell", "time"}
    assert reply["host"]["computer"] == "HV01"
    assert isinstance(reply["host"]["build"], int)
    assert reply["host"]["time"].endswith("Z")
    assert isinstance(reply["milliseconds"], int)
    assert set(reply["steps"][0]) == {"id", "status", "milliseconds", "count"}


def test_an_empty_batch_is_done(run: Run) -> None:
    reply = run()
    assert reply["ok"]
    assert reply["steps"] == []


def test_a_failure_stops_the_batch(run: Run) -> None:
    reply = run({"id": "a", **GOOD}, {"id": "b", **FAIL}, {"id": "c", **GOOD})
    assert statuses(reply) == ["done", "failed", "not_run"]
    assert reply["ok"] is False
    error = reply["error"]
    assert set(error) == ERROR_KEYS
    assert error["kind"] == "cmdlet"
    assert error["step"] == "b"
    assert error["call"] == "LabProbe\\Write-ProbeError"
    assert error["error_id"] == "ProbeFailed,Write-ProbeError"
    assert error["category"] == "InvalidOperation"
    assert error["hresult"] == BUSY
    assert error["exception"] == "System.InvalidOperationException"
    assert error["message"] == "it failed"
    assert reply["steps"][1]["error"] == error
    assert set(reply["steps"][2]) == {"id", "status"}


@pytest.mark.parametrize("terminating", [False, True])
def test_errors_of_both_sorts_fail_the_step(run: Run, terminating: bool) -> None:
    step = {"id": "a", "call": FAIL["call"], "with": {"Terminating": terminating, "Output": ["x"]}}
    reply = run(step)
    assert statuses(reply) == ["failed"]
    assert reply["error"]["error_id"] == "ProbeFailed,Write-ProbeError"
    assert reply["error"]["hresult"] is None
    assert "rows" not in reply["steps"][0]


def test_collect_returns_errors_and_outputs(run: Run) -> None:
    step = {
        "id": "a",
        "call": "LabProbe\\Get-Probe",
        "with": {"Name": ["web01", "nobody", "db01", "no one"]},
        "collect": True,
        "read": [["n", "Name", "text"]],
    }
    reply = run(step, {"id": "b", **GOOD})
    assert reply["ok"]
    assert statuses(reply) == ["done", "done"]
    answer = reply["steps"][0]
    assert [row["n"] for row in answer["rows"]] == ["web01", "db01"]
    assert [error["message"] for error in answer["errors"]] == [
        "no probe is called nobody",
        "no probe is called no one",
    ]
    assert set(answer["errors"][0]) == ERROR_KEYS
    assert answer["errors"][0]["step"] == "a"
    assert "error" not in answer


def test_collect_survives_a_terminating_error(run: Run) -> None:
    step = {"id": "a", "call": FAIL["call"], "with": {"Terminating": True}, "collect": True}
    reply = run(step, {"id": "b", **GOOD})
    assert statuses(reply) == ["done", "done"]
    assert reply["steps"][0]["count"] == 0
    assert len(reply["steps"][0]["errors"]) == 1


@pytest.mark.parametrize(
    ("entry", "fits"),
    [
        ({"error_id": "ProbeFailed,Write-ProbeError"}, True),
        ({"error_id": "probefailed"}, True),
        ({"error_id": "Probe"}, False),
        ({"error_id": "Probe*"}, False),
        ({"hresult": BUSY}, True),
        ({"hresult": BUSY + 2**32}, True),
        ({"hresult": 5}, False),
        ({"category": "InvalidOperation"}, True),
        ({"category": "ObjectNotFound"}, False),
        ({"error_id": "ProbeFailed", "hresult": BUSY, "category": "invalidoperation"}, True),
        ({"error_id": "ProbeFailed", "category": "ObjectNotFound"}, False),
    ],
)
def test_tolerate(run: Run, entry: dict[str, Any], fits: bool) -> None:
    step = {"id": "a", **FAIL, "tolerate": [{"error_id": "Other"}, entry]}
    reply = run(step)
    assert statuses(reply) == ["done" if fits else "failed"]
    if fits:
        assert reply["steps"][0]["count"] == 0
        assert "errors" not in reply["steps"][0]
    else:
        assert reply["error"]["error_id"] == "ProbeFailed,Write-ProbeError"


def test_tolerate_keeps_the_output_beside_the_error(run: Run) -> None:
    step = {
        "id": "a",
        "call": "LabProbe\\Get-Probe",
        "with": {"Name": ["nobody", "db01"]},
        "tolerate": [{"error_id": "ProbeNotFound"}],
        "read": [["n", "Name", "text"]],
    }
    assert run(step)["steps"][0]["rows"] == [{"n": "db01"}]


def test_one_error_that_is_not_tolerated_fails_the_step(run: Run) -> None:
    values = {"ErrorId": ["ProbeGone", "ProbeFailed"]}
    reply = run({"id": "a", "call": FAIL["call"], "with": values, "tolerate": [{"error_id": "ProbeGone"}]})
    assert reply["error"]["error_id"] == "ProbeFailed,Write-ProbeError"


def test_a_tolerated_terminating_error_gives_no_output(run: Run) -> None:
    values = {"Terminating": True, "Output": ["x"]}
    reply = run({"id": "a", "call": FAIL["call"], "with": values, "tolerate": [{"error_id": "ProbeFailed"}]})
    assert statuses(reply) == ["done"]
    assert reply["steps"][0]["count"] == 0


@pytest.mark.parametrize(
    ("names", "expect", "kind"),
    [
        (["web01"], "one", None),
        (["web01"], "none_or_one", None),
        ([], "none_or_one", None),
        ([], "any", None),
        (["web01", "web02"], "any", None),
        ([], "one", "missing"),
        (["web01", "web02"], "one", "ambiguous"),
        (["web01", "web02"], "none_or_one", "ambiguous"),
    ],
)
def test_expect(run: Run, names: list[str], expect: str, kind: str | None) -> None:
    reply = run({"id": "a", "call": "LabProbe\\Get-Probe", "where": [["Name", names]], "expect": expect})
    assert (reply["error"] or {}).get("kind") == kind


def progress(**more: Any) -> dict[str, Any]:
    """A step whose command is ready at its third call."""
    parameters = {"Key": "k", "ReadyAfter": 2, **more.pop("parameters", {})}
    read = [["state", "State", "text"], ["calls", "Calls", "integer"]]
    return {"id": "a", "call": "LabProbe\\Get-ProbeProgress", "with": parameters, "read": read, **more}


def test_retry_calls_again_while_the_error_has_one_of_the_hresults(run: Run) -> None:
    retry = {"hresults": [5, BUSY + 2**32], "seconds": 15, "every_seconds": 0.02}
    reply = run(progress(parameters={"HResult": BUSY}, retry=retry))
    assert reply["steps"][0]["rows"] == [{"state": "Ready", "calls": 3}]


@pytest.mark.parametrize(
    ("message", "more", "hresult"),
    [
        ("it failed", {}, None),
        ("es ist belegt (0x80070020)", {}, BUSY),
        ("'a' failed (0x80004005). 'b' failed ('0x80070070').", {}, -2147024784),
        ("a VM called 0x80070020 failed, with code (0x00000020)", {}, None),
        ("in use", {"ErrorId": ["ObjectInUse"]}, BUSY),
        ("in use (0x80070021)", {"ErrorId": ["ObjectInUse"]}, -2147024863),
        ("written (0x80070070)", {"HResult": BUSY}, BUSY),
    ],
)
def test_the_hresult_of_an_error_is_made_out(run: Run, message: str, more: dict[str, Any], hresult: int | None) -> None:
    """Exceptions of the Hyper-V module have none of their own."""
    step = {"id": "a", "call": "LabProbe\\Write-ProbeError", "with": {"Message": message, **more}}
    assert run(step)["error"]["hresult"] == hresult


def test_retry_gives_up_in_time(run: Run) -> None:
    retry = {"hresults": [BUSY], "seconds": 0.2, "every_seconds": 0.05}
    reply = run(progress(parameters={"HResult": BUSY, "ReadyAfter": 1000}, retry=retry))
    assert reply["error"]["kind"] == "cmdlet"
    assert reply["error"]["hresult"] == BUSY


def test_retry_lets_other_errors_through(run: Run) -> None:
    retry = {"hresults": [BUSY], "seconds": 15, "every_seconds": 1}
    reply = run(progress(parameters={"HResult": -2147024891}, retry=retry))
    assert reply["error"]["hresult"] == -2147024891
    assert reply["milliseconds"] < 5000


@pytest.mark.parametrize("absent", [False, True])
def test_wait_calls_again_until_every_object_matches(run: Run, absent: bool) -> None:
    wait = {"until": [["State", ["ready"]]], "seconds": 15, "every_seconds": 0.02}
    reply = run(progress(parameters={"Absent": absent}, wait=wait))
    assert reply["steps"][0]["rows"] == [{"state": "Ready", "calls": 3}]


def test_wait_times_out(run: Run) -> None:
    wait = {"until": [["State", ["Ready"]]], "seconds": 0.2, "every_seconds": 0.05}
    reply = run(progress(parameters={"ReadyAfter": 1000}, wait=wait), {"id": "b", **GOOD})
    assert reply["error"]["kind"] == "timeout"
    assert statuses(reply) == ["failed", "not_run"]


def test_wait_needs_at_least_one_object(run: Run) -> None:
    wait = {"until": [["Name", ["nobody"]]], "seconds": 0.1, "every_seconds": 0.05}
    reply = run({"id": "a", "call": "LabProbe\\Get-Probe", "where": [["Name", ["nobody"]]], "wait": wait})
    assert reply["error"]["kind"] == "timeout"


def test_wait_is_for_every_object_that_the_filter_leaves(run: Run) -> None:
    wait = {"until": [["State", ["Off"]]], "seconds": 0.1, "every_seconds": 0.05}
    step = {"id": "a", "call": "LabProbe\\Get-Probe", "wait": wait}
    assert run({**step, "where": [["Flag", [False]]]})["ok"]
    assert run({**step, "where": [["Name", ["web01", "web02"]]]})["error"]["kind"] == "timeout"


def test_the_deadline_cuts_a_wait(run: Run) -> None:
    wait = {"until": [["State", ["Ready"]]], "seconds": 600, "every_seconds": 60}
    reply = run(progress(parameters={"ReadyAfter": 1000}, wait=wait), {"id": "b", **GOOD}, deadline_seconds=0.3)
    assert reply["error"]["kind"] == "deadline"
    assert statuses(reply) == ["failed", "not_run"]


def test_no_step_starts_after_the_deadline(run: Run) -> None:
    sleep = {"id": "a", "call": "LabProbe\\Wait-Probe", "with": {"Milliseconds": 600}}
    reply = run(
        sleep,
        {"id": "b", **GOOD, "lane": "x"},
        {"id": "c", **GOOD, "lane": "y"},
        deadline_seconds=0.5,
        on_failure="next_lane",
    )
    assert statuses(reply) == ["done", "not_run", "not_run"]
    assert reply["error"]["kind"] == "deadline"
    assert reply["error"]["step"] == "b"


def test_next_lane_skips_only_the_failed_lane(run: Run) -> None:
    reply = run(
        {"id": "a", **GOOD, "lane": "web01"},
        {"id": "b", **FAIL, "lane": "web01"},
        {"id": "c", **GOOD, "lane": "web02"},
        {"id": "d", **GOOD, "lane": "web01"},
        {"id": "e", **FAIL, "lane": "web03"},
        {"id": "f", **GOOD},
        on_failure="next_lane",
    )
    assert statuses(reply) == ["done", "failed", "done", "not_run", "failed", "done"]
    assert reply["ok"] is False
    assert reply["error"]["step"] == "b"
    assert [step.get("error", {}).get("step") for step in reply["steps"]] == [None, "b", None, None, "e", None]


def test_steps_that_refer_to_what_failed_do_not_run(run: Run) -> None:
    reply = run(
        {"id": "a", **FAIL, "lane": "web01"},
        {"id": "b", **GOOD, "lane": "web01"},
        {"id": "c", **GOOD, "with": {"Value": {"$ref": "b"}}, "lane": "web02"},
        {"id": "d", **GOOD, "with": {"Value": ["x", {"$ref": "c"}]}},
        {"id": "e", **GOOD, "lane": "web02"},
        on_failure="next_lane",
    )
    assert statuses(reply) == ["failed", "not_run", "not_run", "not_run", "done"]


def test_a_failure_without_lane_stops_the_batch(run: Run) -> None:
    reply = run({"id": "a", **FAIL}, {"id": "b", **GOOD, "lane": "x"}, on_failure="next_lane")
    assert statuses(reply) == ["failed", "not_run"]


def test_with_stop_a_lane_does_not_help(run: Run) -> None:
    reply = run({"id": "a", **FAIL, "lane": "x"}, {"id": "b", **GOOD, "lane": "y"}, on_failure="stop")
    assert statuses(reply) == ["failed", "not_run"]


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        ("LabNothing\\Get-Probe", "no_module"),
        ("LabProbe\\Get-Nothing", "no_cmdlet"),
        ("LabProbe\\Get-Pro", "no_cmdlet"),
        ("LabProbe\\Write-ProbeRecord", "no_cmdlet"),
    ],
)
def test_what_the_host_lacks(run: Run, call: str, kind: str) -> None:
    reply = run({"id": "a", "call": call}, {"id": "b", **GOOD})
    assert statuses(reply) == ["failed", "not_run"]
    assert reply["error"]["kind"] == kind
    assert reply["error"]["call"] == call


def test_a_missing_parameter_is_named_and_the_cmdlet_is_not_called(run: Run) -> None:
    reply = run({"id": "a", "call": "LabProbe\\Get-Probe", "with": {"Name": "web01", "Nam": "x", "Colour": "red"}})
    assert reply["error"]["kind"] == "no_parameter"
    assert reply["error"]["parameter"] in ("Nam", "Colour")


def test_an_alias_is_a_parameter(run: Run) -> None:
    step = {"id": "a", "call": "LabProbe\\Get-Probe", "with": {"probename": "web01"}}
    assert run(step)["steps"][0]["count"] == 1


def test_names_of_cmdlets_do_not_depend_on_case(run: Run) -> None:
    assert run({"id": "a", "call": "labprobe\\GET-PROBE"})["steps"][0]["count"] == 5


def test_nobody_is_asked_for_confirmation(run: Run) -> None:
    call = {"id": "a", "call": "LabProbe\\Get-ProbeCommonParameter", "with": {"Name": "x"}}
    assert run(call)["steps"][0]["count"] == 1
    whatif = {**call, "with": {"Name": "x", "WhatIf": True}}
    assert run(whatif)["steps"][0]["count"] == 0


def test_warnings_are_returned_and_other_talk_is_not(run: Run) -> None:
    reply = run({"id": "a", "call": "LabProbe\\Write-ProbeNoise", "read": [["n", "Name", "text"]]})
    assert reply["steps"][0]["rows"] == [{"n": "quiet"}]
    assert reply["steps"][0]["warnings"] == ["careful"]
    assert reply["steps"][0]["count"] == 1


SECRETS = {"key": {"text": "s3cret"}, "longer": {"username": "u", "password": "s3cret-and-more"}}


def test_secrets_do_not_come_back(run: Run) -> None:
    fail = {
        "id": "a",
        "call": FAIL["call"],
        "with": {"Plain": {"$plain": "longer"}, "Message": "wrong key: s3cret, "},
        "collect": True,
    }
    noise = {"id": "b", "call": "LabProbe\\Write-ProbeNoise", "with": {"Message": {"$plain": "key"}}}
    reply = run(fail, noise, secrets=SECRETS)
    assert reply["steps"][0]["errors"][0]["message"] == "wrong key: ********, ********"
    assert reply["steps"][1]["warnings"] == ["********"]
    assert "s3cret" not in json.dumps(reply)


def test_of_a_secret_step_no_texts_come_back(run: Run) -> None:
    parameters = {"Message": "the answer was 42"}
    reply = run({"id": "a", "call": FAIL["call"], "with": parameters, "secret": True})
    assert reply["error"]["error_id"] == "ProbeFailed,Write-ProbeError"
    assert reply["error"]["message"] is None
    assert "42" not in json.dumps(reply["steps"])
    reply = run({"id": "a", "call": "LabProbe\\Write-ProbeNoise", "with": parameters, "secret": True})
    assert "warnings" not in reply["steps"][0]


def test_a_secret_step_hides_the_runners_own_words_too(run: Run) -> None:
    reply = run(
        {"id": "a", "call": "LabProbe\\Get-Probe", "expect": "one", "secret": True, "read": [["n", "Name", "text"]]}
    )
    assert reply["error"]["kind"] == "ambiguous"
    assert reply["error"]["message"] is None
