# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What became of each target of a plan where the failure of one does not end the work on the others."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from .failure_text import explained
from .host_error import HostError
from .plan import Plan, PlannedStep
from .reply import BatchReply
from .step import StepReply


@dataclasses.dataclass(frozen=True)
class TargetFailure:
    """Why the work on one target ended early.

    Attributes:
        target: what was to be changed, as people say it: `vm web01`.
        planned: the step that failed.
        error: the host's error.
        done: how many of the target's steps were done before.
        steps: how many it has.
    """

    target: str
    planned: PlannedStep
    error: HostError
    done: int
    steps: int

    @property
    def message(self) -> str:
        """What was to be done, why it failed, and how far the target is."""
        what = "; ".join(self.planned.reasons) or self.planned.step.call
        far = f"{self.done} of {self.steps} steps were done before" if self.done else "nothing of it was changed"
        return f"{what}: {explained(self.error)} ({far}.)"


def failures_in(plan: Plan, reply: BatchReply) -> tuple[TargetFailure, ...]:
    """Return the targets whose lane ended early, in the order of the plan."""
    failures = []
    for planned in plan.steps:
        step = reply.steps.get(planned.step.id)
        if step is None or step.error is None or planned.step.lane is None:
            continue
        own = [other.step.id for other in plan.steps if other.target == planned.target]
        done = sum(1 for step_id in own if _done(reply.steps.get(step_id)))
        failures.append(TargetFailure(planned.target, planned, HostError.from_wire(step.error), done, len(own)))
    return tuple(failures)


def all_others_done(plan: Plan, reply: BatchReply) -> bool:
    """Return whether there are targets that failed, and every step of all others came to its end."""
    failed = {failure.target for failure in failures_in(plan, reply)}
    return bool(failed) and all(
        planned.target in failed or _ended(reply.steps.get(planned.step.id)) for planned in plan.steps
    )


def changed_targets(plan: Plan, reply: BatchReply | None = None) -> frozenset[str]:
    """Return the targets that the plan changes, or of which the reply says that a step was done."""
    return frozenset(
        planned.target
        for planned in plan.steps
        if planned.reasons and (reply is None or _done(reply.steps.get(planned.step.id)))
    )


def with_outcome(state: c.Mapping[str, t.Any], changed: bool, failure: TargetFailure | None) -> dict[str, t.Any]:
    """Return the state of a target for the result of a task, with what became of it.

    Args:
        state: what is returned of the target anyway.
        changed: whether something was done to it.
        failure: why the work on it ended early; the result then has `failed`, `msg` and `error`, too.
    """
    if failure is None:
        return {**state, "changed": changed}
    return {**state, "changed": changed, "failed": True, "msg": failure.message, "error": failure.error.to_result()}


def failure_text(failures: c.Sequence[TargetFailure], plan: Plan) -> str:
    """Return the failures as one message."""
    targets = {planned.target for planned in plan.steps if planned.step.lane is not None}
    rest = len(targets) - len({failure.target for failure in failures})
    others = f"the other {rest} are as declared" if rest > 1 else "the other one is as declared" if rest else ""
    lines = [f"- {failure.target}: {failure.message}" for failure in failures]
    if len(failures) == 1:
        return lines[0][2:] + (f" {others[0].upper()}{others[1:]}." if others else "")
    head = f"{len(failures)} of {len(targets)} failed" + (f", {others}" if others else "")
    return "\n".join([f"{head}:", *lines])


def _ended(reply: StepReply | None) -> bool:
    return reply is not None and reply.status in ("done", "skipped")


def _done(reply: StepReply | None) -> bool:
    return reply is not None and reply.status == "done"
