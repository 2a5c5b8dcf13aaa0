# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What `batch.ps1` gives for a job of `async`: the forecast, unless a step fails (docs/batch.md, "How it is sent")."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from batch_runners import MARKER, encode, payload_text
from simulated_hosts import SimulatedHost

FORECAST = {
    "changed": True,
    "exchanges": 1,
    "after": {"text": '\u00fc "quoted" \\ 2026-01-31T10:00:00Z', "bytes": 4398046511104, "none": None, "list": ["one"]},
    "plan": [
        {"target": "disk D:\\one.vhdx", "command": "New-VHD", "reasons": ["a disk"]},
        {"target": "disk Q:\\two.vhdx", "command": "New-VHD", "reasons": ["none -> 1 GB", "dynamic"]},
    ],
}
ONE = {"id": "one", "call": "Hyper-V\\New-VHD", "with": {"Path": "D:\\one.vhdx", "SizeBytes": 1024**3}}
TWO = {"id": "two", "call": "Hyper-V\\New-VHD", "with": {"Path": "Q:\\two.vhdx", "SizeBytes": 1024**3}}
LONG = {
    "id": "long",
    "call": "Microsoft.PowerShell.Management\\Test-Path",
    "with": {"LiteralPath": [f"D:\\{number}" for number in range(3000)]},
    "read": [["there", ".", "boolean"]],
}


@pytest.fixture
def job(make_host: Callable[..., SimulatedHost], tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """A function that runs steps as a job does, perhaps as an operation, and gives its result."""
    host = make_host()

    def run(*steps: dict[str, Any], operation: bool = False, wait: float = 60) -> dict[str, Any]:
        batch: dict[str, Any] = {"version": 1, "batch": uuid.uuid4().hex, "steps": list(steps)}
        if operation:
            start = {"Id": batch["batch"], "Body": encode(batch), "Targets": ["disk D:\\one.vhdx"], "WaitSeconds": wait}
            read = [["state", "State", "text"], ["reply", "Reply", "text"]]
            step = {"id": "operation", "call": "Start-Operation", "with": start, "read": read}
            batch = {**batch, "steps": [step], "functions": ["Start-Operation"]}
        text = payload_text(["detached"]) + MARKER + encode(batch)
        return host.module({"_batch": text, "_result": json.dumps(FORECAST)}, tmp_path)

    return run


def test_the_forecast_is_the_result_of_a_job_whose_steps_were_done(job: Callable[..., dict[str, Any]]) -> None:
    assert job(ONE) == FORECAST
    assert job(LONG) == FORECAST, "the reply was compressed"
    assert job() == FORECAST


def test_a_failed_step_is_named_with_what_it_was_for(job: Callable[..., dict[str, Any]]) -> None:
    failed = job(ONE, TWO)
    assert (failed["failed"], failed["changed"]) == (True, True)
    assert failed["msg"].startswith("disk Q:\\two.vhdx: none -> 1 GB; dynamic: ")
    assert failed["msg"].endswith(" (1 of 2 steps were done before.)")
    assert (failed["error"]["step"], failed["error"]["kind"]) == ("two", "cmdlet")


def test_nothing_done_is_said(job: Callable[..., dict[str, Any]]) -> None:
    failed = job(TWO, ONE)
    assert (failed["failed"], failed["changed"]) == (True, False)
    assert failed["msg"].startswith("disk D:\\one.vhdx: a disk: ") and failed["msg"].endswith(" (Nothing was changed.)")


def test_an_operation_counts_as_its_steps(job: Callable[..., dict[str, Any]]) -> None:
    assert job(ONE, operation=True) == FORECAST
    failed = job(LONG, TWO, operation=True)
    assert failed["failed"] and failed["error"]["step"] == "two"


def test_an_operation_that_takes_longer_than_the_job_is_no_success(job: Callable[..., dict[str, Any]]) -> None:
    slow = {**LONG, "wait": {"until": [[".", [True]]], "seconds": 300, "every_seconds": 100}}
    answer = job(slow, operation=True, wait=0)
    assert answer["failed"] and "goes on with it" in answer["msg"]
