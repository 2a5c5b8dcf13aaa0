# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The result of a task from the outcome of a run."""

from __future__ import annotations

import typing as t

from .conduct import ApplyInterrupted, Outcome, RunFailed
from .difference import task_diff
from .plan import Plan, PlannedStep
from .rendering import Rendering, rendered_plan


def shown_plan(plan: Plan) -> list[dict[str, t.Any]]:
    """Return a plan as it stands in results: target, command and reasons of each step."""
    rendering = Rendering(planned.step for planned in plan.steps)
    return [_shown_step(planned, rendering) for planned in plan.steps]


def success(outcome: Outcome, *, diff: bool, host: str) -> dict[str, t.Any]:
    """Return the result of a run that ended as declared, or of a check run.

    Args:
        diff: whether the task was asked for a diff.
        host: name of the host, for the headers of the diff.
    """
    plan = outcome.plan
    result: dict[str, t.Any] = {
        **outcome.result,
        "changed": plan.changed or outcome.joined,
        "plan": shown_plan(plan),
        "before": plan.before,
        "after": outcome.after,
        "exchanges": outcome.exchanges,
    }
    if outcome.warnings:
        result["warnings"] = list(outcome.warnings)
    if diff and plan.changed:
        result["diff"] = task_diff(
            plan.before,
            outcome.after,
            rendered_plan(plan.steps),
            before_header=f"{host} before",
            after_header=f"{host} after",
        )
    return result


def failure(failed: RunFailed) -> dict[str, t.Any]:
    """Return the result of a run that did not reach the declaration."""
    result: dict[str, t.Any] = {
        "failed": True,
        # After a connection that broke while the host was applying, nobody knows; claiming "unchanged" would be a
        # guess.
        "changed": bool(failed.done) or isinstance(failed, ApplyInterrupted),
        "msg": str(failed),
        "exchanges": failed.exchanges,
    }
    result.update(failed.result)
    if failed.after is not None:
        result["after"] = failed.after
    if failed.error is not None:
        result["error"] = failed.error.to_result()
    if failed.refusals:
        result["refusals"] = [
            {"path": one.path, "asked": one.asked, "obstacle": one.obstacle, "remedy": one.remedy}
            for one in failed.refusals
        ]
    if failed.plan is not None:
        rendering = Rendering(planned.step for planned in failed.plan.steps)
        result["plan"] = [_shown_step(planned, rendering) for planned in failed.plan.steps]
        result["before"] = failed.plan.before
        if not failed.refusals and not isinstance(failed, ApplyInterrupted):
            result["done"] = [_shown_step(planned, rendering) for planned in failed.done]
        if failed.failed is not None:
            result["failed_step"] = _shown_step(failed.failed, rendering)
        if failed.plan.warnings:
            result["warnings"] = list(failed.plan.warnings)
    return result


def _shown_step(planned: PlannedStep, rendering: Rendering) -> dict[str, t.Any]:
    return {
        "target": planned.target,
        "command": rendering.command(planned.step),
        "reasons": list(planned.reasons),
    }
