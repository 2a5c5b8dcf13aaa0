# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Read, plan, apply: one run of an area against one host, whatever carries the batches."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from .area import Area, Options
from .batch import Batch, Lock
from .failure_text import explained
from .host_error import BadReply, ConnectionLost, HostError
from .plan import Plan, PlannedStep, Refusal, State
from .references import AFTER, reading_again, secret_names
from .reply import BatchReply
from .step import Replies, Step, StepReply

#: Carries one batch to the host and brings the reply.
Exchange = c.Callable[[Batch], BatchReply]

#: How often a run plans anew because another run changed the host between its read and its apply.
PLANS_AT_MOST = 3

#: Error kinds that end a run even where the step collects its errors: nothing that such a step says can be trusted.
_NEVER_COLLECTED = frozenset({"no_module", "no_cmdlet"})


@dataclasses.dataclass(frozen=True)
class Terms:
    """The terms of a run.

    Attributes:
        holder: who runs, in words, for others who meet the host's lock.
        check: whether to stop after the plan.
        lock_wait_seconds: how long to wait for another run.
        deadline_seconds: no step starts later than this after its batch began.
        secrets: entries for the batch's secrets by name; only those that steps use are sent.
    """

    holder: str
    check: bool = False
    lock_wait_seconds: int = 120
    deadline_seconds: int = 3600
    secrets: t.Mapping[str, t.Mapping[str, str]] = dataclasses.field(default_factory=dict, repr=False)


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a run did, or in check mode would do.

    Attributes:
        plan: the plan.
        after: the state read after the changes; in check mode the forecast.
        result: the area's own keys of the task result.
        warnings: texts for the user.
        exchanges: number of exchanges with the host.
        host: what the host said about itself.
        observed: the steps that read, for rendering the plan.
    """

    plan: Plan
    after: State
    result: dict[str, t.Any]
    warnings: tuple[str, ...]
    exchanges: int
    host: t.Mapping[str, t.Any]
    observed: tuple[Step, ...]


class RunFailed(Exception):
    """A run ended without reaching the declaration.

    Attributes:
        error: the host's structured error, if there is one.
        plan: the plan, if there was one already.
        done: the planned steps that ran before the failure.
        failed: the planned step that failed.
        refusals: why nothing was executed, if the plan refused.
        exchanges: number of exchanges with the host.
    """

    def __init__(
        self,
        message: str,
        *,
        error: HostError | None = None,
        plan: Plan | None = None,
        done: tuple[PlannedStep, ...] = (),
        failed: PlannedStep | None = None,
        refusals: tuple[Refusal, ...] = (),
        exchanges: int = 0,
    ) -> None:
        super().__init__(message)
        self.error = error
        self.plan = plan
        self.done = done
        self.failed = failed
        self.refusals = refusals
        self.exchanges = exchanges


class ApplyInterrupted(RunFailed):
    """The connection ended while the host applied the plan; it may have gone on."""


def conduct(area: Area, options: Options, exchange: Exchange, terms: Terms) -> Outcome:
    """Read the host, plan, and unless in check mode apply the plan and read again.

    Raises:
        BadInput: the declaration is wrong; nothing was sent.
        Unreadable: the host's answer does not allow a decision; nothing was changed.
        RunFailed: the plan refuses, or the host reported an error.
        BadReply, Unreachable, ConnectionLost: from the exchange that reads; nothing was changed.
    """
    declaration = area.declare(options)
    reading = area.observe(declaration)
    exchanges = 0
    for attempt in range(1, PLANS_AT_MOST + 1):
        read = exchange(_batch(area, reading, terms, _reading_lock(area, terms)))
        exchanges += 1
        _raise_failed_read(read, exchanges)
        observation = area.understand(declaration, read.steps)
        plan = area.plan(declaration, observation)
        if plan.refusals:
            raise RunFailed(_refusal_text(plan.refusals), plan=plan, refusals=plan.refusals, exchanges=exchanges)
        warnings = [*_reply_warnings(read.steps.values()), *plan.warnings]
        if terms.check or not plan.changed:
            return Outcome(
                plan, plan.after, area.result(declaration, plan.after), tuple(warnings), exchanges, read.host, reading
            )
        lock = Lock(terms.holder, terms.lock_wait_seconds, expect_sequence=read.sequence, advance=True)
        steps = (*(planned.step for planned in plan.steps), *reading_again(reading))
        try:
            applied = exchange(_batch(area, steps, terms, lock))
        except (ConnectionLost, BadReply) as lost:
            raise ApplyInterrupted(
                f"{lost}. It happened while the host applied the plan: the host may have gone on with it. "
                "Run the playbook again: it finds what was done and does the rest.",
                plan=plan,
                exchanges=exchanges + 1,
            ) from lost
        exchanges += 1
        if applied.error is not None and applied.error.kind == "stale" and attempt < PLANS_AT_MOST:
            continue
        _raise_failed_apply(applied, plan, exchanges)
        after = area.state(declaration, area.understand(declaration, _replies_after(applied.steps)))
        warnings += _reply_warnings(applied.steps.values())
        warnings += _skipped_warnings(plan, applied.steps)
        return Outcome(
            plan,
            after,
            area.result(declaration, after),
            tuple(dict.fromkeys(warnings)),
            exchanges,
            applied.host,
            reading,
        )
    raise AssertionError("the last attempt returns or raises")


def _reading_lock(area: Area, terms: Terms) -> Lock | None:
    if not getattr(area, "needs_lock", True):
        return None
    return Lock(terms.holder, terms.lock_wait_seconds)


def _batch(area: Area, steps: tuple[Step, ...], terms: Terms, lock: Lock | None) -> Batch:
    called = {step.call for step in steps if step.is_function}
    wanted = secret_names(steps)
    missing = wanted - set(terms.secrets)
    if missing:
        raise KeyError(f"steps use secrets that no option gives: {', '.join(sorted(missing))}")
    return Batch(
        steps=tuple(steps),
        lock=lock,
        functions=tuple(name for name in area.functions if name in called),
        payload=tuple(area.payload) if called else (),
        secrets={name: terms.secrets[name] for name in sorted(wanted)},
        deadline_seconds=terms.deadline_seconds,
    )


def _raise_failed_read(reply: BatchReply, exchanges: int) -> None:
    error = reply.error
    if error is None and not reply.ok:
        error = HostError("internal", message="the host says that the batch failed, but not why")
    if error is None:
        collected = (entry for step in reply.steps.values() for entry in step.errors)
        error = next((HostError.from_wire(entry) for entry in collected if entry.get("kind") in _NEVER_COLLECTED), None)
    if error is not None:
        raise RunFailed(
            f"reading the host failed, nothing was changed: {explained(error)}", error=error, exchanges=exchanges
        )


def _raise_failed_apply(reply: BatchReply, plan: Plan, exchanges: int) -> None:
    error = reply.error
    if error is None and reply.ok:
        return
    if error is None:
        error = HostError("internal", message="the host says that the batch failed, but not why")
    done = tuple(planned for planned in plan.steps if _status(reply, planned) == "done")
    failed = next((planned for planned in plan.steps if planned.step.id == reply.failed_step), None)
    if failed is not None:
        place = f"{failed.target}: {'; '.join(failed.reasons) or failed.step.call}"
        message = f"{place}: {explained(error)}"
    elif reply.failed_step is not None and reply.failed_step.startswith(AFTER):
        message = f"every step of the plan was done, but reading the state afterwards failed: {explained(error)}"
    else:
        message = explained(error)
    if failed is not None or not done:
        message += f" ({len(done)} of {len(plan.steps)} steps were done before.)" if done else " (Nothing was changed.)"
    raise RunFailed(message, error=error, plan=plan, done=done, failed=failed, exchanges=exchanges)


def _status(reply: BatchReply, planned: PlannedStep) -> str:
    step = reply.steps.get(planned.step.id)
    return step.status if step is not None else "not_run"


def _replies_after(replies: Replies) -> dict[str, StepReply]:
    return {
        step_id[len(AFTER) :]: dataclasses.replace(reply, id=step_id[len(AFTER) :])
        for step_id, reply in replies.items()
        if step_id.startswith(AFTER)
    }


def _reply_warnings(replies: c.Iterable[StepReply]) -> list[str]:
    return list(dict.fromkeys(text for reply in replies for text in reply.warnings))


def _skipped_warnings(plan: Plan, replies: Replies) -> list[str]:
    skipped = [
        planned
        for planned in plan.steps
        if planned.reasons and planned.step.id in replies and replies[planned.step.id].status == "skipped"
    ]
    return [
        f"{planned.target}: {'; '.join(planned.reasons)}: not done, because what {planned.step.call} was to "
        f"work on was no longer there"
        for planned in skipped
    ]


def _refusal_text(refusals: tuple[Refusal, ...]) -> str:
    if len(refusals) == 1:
        return f"{refusals[0]} Nothing was changed."
    lines = "\n".join(f"- {refusal}" for refusal in refusals)
    return f"{len(refusals)} things that were asked for are refused, nothing was changed:\n{lines}"
