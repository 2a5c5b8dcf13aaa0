# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Batches that no runner understands: error kind `batch`, and nothing runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from batch_runners import MARKER, Runner, decode, encode, payload_text

Run = Callable[..., dict[str, Any]]
GOOD: dict[str, Any] = {"id": "good", "call": "LabProbe\\Get-ProbeValue"}


@pytest.mark.parametrize(
    "step",
    [
        {"call": "Get-Probe"},
        {"call": "Stop-Guest"},
        {"call": "LabProbe\\Get-Probe; whoami"},
        {"call": "LabProbe\\Get-*"},
        {"call": "C:\\evil.ps1"},
        {"call": "..\\Get-Probe"},
        {"call": "Other\\LabProbe\\Get-Probe"},
        {"call": ""},
        {"call": None},
        {"call": "LabProbe\\Get-Probe", "wiht": {}},
        {"call": "LabProbe\\Get-Probe", "with": {"ErrorAction": "SilentlyContinue"}},
        {"call": "LabProbe\\Get-Probe", "with": {"outvariable": "x"}},
        {"call": "LabProbe\\Get-Probe", "id": "good"},
    ],
)
def test_a_step_of_the_wrong_form_is_refused_before_anything_runs(run: Run, step: dict[str, Any]) -> None:
    reply = run(GOOD, {"id": "bad", **step})
    assert reply["error"]["kind"] == "batch", reply["error"]
    assert reply["error"]["step"] == step.get("id", "bad")
    assert [answer["status"] for answer in reply["steps"]] == ["not_run", "not_run"]


@pytest.mark.parametrize(
    "value",
    [
        {"$ref": "nobody"},
        {"$ref": "later"},
        {"$code": "whoami"},
        {"plain": "object"},
        {},
        {"$credential": "unknown"},
        [{"$script": "x"}],
    ],
)
def test_an_expression_that_is_none_fails_its_step(run: Run, value: Any) -> None:
    reply = run({"id": "bad", **GOOD, "with": {"Value": value}} | {"id": "bad"}, {**GOOD, "id": "later"})
    assert reply["error"]["kind"] == "batch", reply["error"]
    assert [answer["status"] for answer in reply["steps"]] == ["failed", "not_run"]


def test_another_version_is_refused(run: Run) -> None:
    reply = run(GOOD, version=2)
    assert reply["error"]["kind"] == "batch"
    assert [answer["status"] for answer in reply["steps"]] == ["not_run"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "nonsense",
        "[]",
        "5",
        '{"version":1,"batch":"x"}',
        '{"version":1,"batch":"x","steps":[',
        '{"version":1,"batch":"x","steps":[]}}',
        "gzip:AAAA",
        "gzip:!!!",
    ],
)
def test_a_body_that_cannot_be_read(runner: Runner, body: str) -> None:
    output = runner.answer(payload_text() + MARKER + body)
    reply = decode(output, "x" if body.startswith('{"version":1,"batch":"x"}') else "")
    assert reply["ok"] is False
    assert reply["error"]["kind"] == "batch"
    assert reply["steps"] == []


def test_functions_must_be_named_and_sent(run: Run) -> None:
    step = {"id": "a", "call": "Get-DiskChain", "with": {"Path": "C:\\x.vhdx"}}
    unnamed = run(step, areas=["vhd"], functions=["Stop-Guest"])
    assert unnamed["error"]["kind"] == "batch"
    assert unnamed["steps"][0]["status"] == "not_run"
    unsent = run(step, functions=["Get-DiskChain"])
    assert unsent["error"]["kind"] == "no_cmdlet"


def test_the_runners_own_functions_are_no_calls(run: Run) -> None:
    step = {"id": "a", "call": "Read-Json", "with": {"Text": "{}"}}
    assert run(step)["error"]["kind"] == "batch"


def test_keys_of_the_request_that_are_left_out(runner: Runner) -> None:
    body = encode({"version": 1, "batch": "y", "steps": [GOOD]})
    assert decode(runner.answer(payload_text() + MARKER + body), "y")["ok"]
