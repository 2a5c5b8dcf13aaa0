# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""docs/batch.md, "lock": one batch at a time on a host, and the count of applied ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from batch_runners import Runner

Run = Callable[..., dict[str, Any]]
STEP = {"id": "a", "call": "LabProbe\\Get-ProbeValue"}
LOCK: dict[str, Any] = {"wait_seconds": 0, "holder": "ops@controller, task 'web \u00e9'", "expect_sequence": None}


def lock(**more: Any) -> dict[str, Any]:
    """A request's lock."""
    return {**LOCK, "advance": False, **more}


def test_without_lock_there_is_no_sequence(run: Run) -> None:
    assert run(STEP, lock=None)["sequence"] is None


def test_advance_counts_applied_batches(run: Run) -> None:
    start = run(STEP, lock=lock())["sequence"]
    assert run(STEP, lock=lock())["sequence"] == start
    assert run(STEP, lock=lock(advance=True))["sequence"] == start + 1
    assert run(STEP, lock=lock(advance=True, expect_sequence=start + 1))["sequence"] == start + 2
    assert run(STEP, lock=lock(expect_sequence=start + 2))["sequence"] == start + 2


def test_a_failed_batch_counts_too(run: Run) -> None:
    start = run(STEP, lock=lock())["sequence"]
    reply = run({"id": "a", "call": "LabProbe\\Write-ProbeError"}, lock=lock(advance=True))
    assert not reply["ok"]
    assert reply["sequence"] == start + 1


@pytest.mark.parametrize("difference", [-1, 1])
def test_another_sequence_is_stale_and_nothing_runs(run: Run, difference: int) -> None:
    start = run(STEP, lock=lock(advance=True))["sequence"]
    reply = run(STEP, lock=lock(advance=True, expect_sequence=start + difference))
    assert reply["error"]["kind"] == "stale"
    assert reply["error"]["step"] is None
    assert reply["sequence"] == start
    assert [step["status"] for step in reply["steps"]] == ["not_run"]
    assert run(STEP, lock=lock())["sequence"] == start


def test_who_holds_the_lock_is_named(run: Run, runner: Runner) -> None:
    with runner.hold_lock(41, "ops@other pid 4711, task 'db \u00e9'"):
        reply = run(STEP, lock=lock(advance=True))
    assert reply["error"]["kind"] == "locked"
    assert reply["error"]["holder"] == "ops@other pid 4711, task 'db \u00e9'"
    assert [step["status"] for step in reply["steps"]] == ["not_run"]
    assert run(STEP, lock=lock())["sequence"] == 41


def test_the_deadline_cuts_the_waiting(run: Run, runner: Runner) -> None:
    with runner.hold_lock(7, "somebody"):
        reply = run(STEP, lock=lock(wait_seconds=600), deadline_seconds=0.4)
    assert reply["error"]["kind"] == "locked"


def test_a_batch_without_lock_does_not_wait(run: Run, runner: Runner) -> None:
    with runner.hold_lock(7, "somebody"):
        assert run(STEP)["ok"]


def test_the_holder_is_left_for_whoever_meets_the_lock(run: Run, runner: Runner) -> None:
    run(STEP, lock=lock(advance=True))
    with runner.hold_lock(9, None):
        assert run(STEP, lock=lock())["error"]["holder"] is None
