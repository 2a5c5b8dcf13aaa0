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
from .host_error import BadReply, ConnectionLost, HostError, Unreachable
from .operation import (
    FUNCTIONS,
    OPERATION,
    PAYLOAD,
    WAIT_SECONDS,
    Operation,
    OperationReport,
    in_the_way,
    operation_key,
    understand_operations,
    watching_step,
)
from .operation_watch import OperationWatch, WatchFailed, reply_of, without_answer
from .plan import Plan, PlannedStep, Refusal, State, Unreadable
from .references import AFTER, reading_again, secret_names
from .reply import BatchReply
from .step import HOST_FACTS, Replies, Step, StepReply
from .target_failure import TargetFailure, all_others_done, changed_targets, failure_text, failures_in

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
        operation_wait_seconds: how long one exchange waits for the end of an operation.
        title: the task in words, for others who meet an operation that it started.
        say: takes lines about the progress of long work, for people.
    """

    holder: str
    check: bool = False
    lock_wait_seconds: int = 120
    deadline_seconds: int = 3600
    secrets: t.Mapping[str, t.Mapping[str, str]] = dataclasses.field(default_factory=dict, repr=False)
    operation_wait_seconds: float = WAIT_SECONDS
    title: str = "a task"
    say: c.Callable[[str], None] = lambda line: None


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
        joined: whether the run waited for an operation that an earlier run of the same task had started.
    """

    plan: Plan
    after: State
    result: dict[str, t.Any]
    warnings: tuple[str, ...]
    exchanges: int
    host: t.Mapping[str, t.Any]
    observed: tuple[Step, ...]
    joined: bool = False


@dataclasses.dataclass(frozen=True)
class Prepared:
    """A run whose plan is left to an asynchronous job.

    Attributes:
        batch: applies the plan. Its answer counts as good when no step fails, those of an operation included.
        forecast: the outcome, with the state that the plan foretells.
    """

    batch: Batch
    forecast: Outcome


class RunFailed(Exception):
    """A run ended without reaching the declaration.

    Attributes:
        error: the host's structured error, if there is one.
        plan: the plan, if there was one already.
        done: the planned steps that ran before the failure.
        failed: the planned step that failed.
        refusals: why nothing was executed, if the plan refused.
        exchanges: number of exchanges with the host.
        failures: the targets that failed, where others went on.
        after: the state read after that; None if it was not read.
        result: the area's own keys of the task result then.
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
        failures: tuple[TargetFailure, ...] = (),
        after: State | None = None,
        result: c.Mapping[str, t.Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.error = error
        self.plan = plan
        self.done = done
        self.failed = failed
        self.refusals = refusals
        self.exchanges = exchanges
        self.failures = failures
        self.after = after
        self.result = dict(result or {})


class ApplyInterrupted(RunFailed):
    """The connection ended while the host applied the plan; it may have gone on."""


def conduct(area: Area, options: Options, exchange: Exchange, terms: Terms) -> Outcome:
    """Read the host, plan, and unless in check mode apply the plan and read again.

    A plan with long steps is applied as an operation, which the host goes on with when the connection is lost; a run of
    the same task that finds it under way waits for its end and then plans the rest.

    Raises:
        BadInput: the declaration is wrong; nothing was sent.
        Unreadable: the host's answer does not allow a decision; nothing was changed.
        RunFailed: the plan refuses, or the host reported an error.
        BadReply, Unreachable, ConnectionLost: from the exchange that reads; nothing was changed.
    """
    run_class: type[Run] = getattr(area, "run_class", Run)
    return run_class(area, options, exchange, terms).outcome()


def prepare(area: Area, options: Options, exchange: Exchange, terms: Terms, seconds: int) -> Prepared:
    """Read the host and plan, and leave it to an asynchronous job of Ansible's to apply the plan.

    Args:
        seconds: how long the job may take.

    Raises:
        Whatever `conduct` raises before it applies a plan.
    """
    if getattr(area, "run_class", Run) is not Run:
        raise RunFailed("this module does not work with async: it watches the host from here, in short exchanges")
    return Run(area, options, exchange, terms).prepared(seconds)


@dataclasses.dataclass(frozen=True)
class _Found:
    """What a run found on the host, and what it makes of it.

    Attributes:
        own: the operation of the same task that is under way.
    """

    plan: Plan
    read: BatchReply
    warnings: list[str]
    own: OperationReport | None


class Run:
    """One run of an area against one host."""

    def __init__(self, area: Area, options: Options, exchange: Exchange, terms: Terms) -> None:
        self._area = area
        self._declaration = area.declare(options)
        self._reading = area.observe(self._declaration)
        self._exchange = exchange
        self._terms = terms
        self._key = operation_key(type(area).__module__, options)
        self._watch = OperationWatch(exchange, terms.say, terms.operation_wait_seconds)
        self._sent = 0
        self._joined: list[str] = []

    def outcome(self) -> Outcome:
        """Do it; raises what `conduct` raises."""
        for attempt in range(1, PLANS_AT_MOST + 1):
            found = self._read_and_plan()
            if found.own is not None and not self._terms.check:
                self._join(found.own)
                continue
            plan, warnings, read = found.plan, [*found.warnings, *self._joined], found.read
            if found.own is not None:
                warnings.append(f"what this task wants is under way already: {found.own}; a run would wait for its end")
            if self._terms.check or not plan.changed:
                return self._ended(plan, plan.after, warnings, read, None if self._terms.check else read)
            applied = self._apply(plan, read.sequence)
            if applied.error is not None and applied.error.kind == "stale" and attempt < PLANS_AT_MOST:
                continue
            self._raise_failed_targets(plan, applied)
            _raise_failed_apply(applied, plan, self._exchanges)
            observed = self._area.understand(self._declaration, _with_host(_replies_after(applied.steps), applied.host))
            warnings += _reply_warnings(applied.steps.values())
            warnings += _skipped_warnings(plan, applied.steps)
            return self._ended(plan, self._area.state(self._declaration, observed), warnings, applied, applied)
        raise RunFailed(
            "the host was changed by other runs each time this one had made its plan; nothing was changed by this run. "
            "Run the playbook again when they have ended.",
            exchanges=self._exchanges,
        )

    def _read(self) -> BatchReply:
        """Read the host; raises RunFailed when it cannot be read."""
        read = self._send(_batch(self._area, self._reading, self._terms, _reading_lock(self._area, self._terms)))
        _raise_failed_read(read, self._exchanges)
        return read

    def prepared(self, seconds: int) -> Prepared:
        """Prepare it; raises what `prepare` raises."""
        found = self._read_and_plan()
        forecast = self._ended(found.plan, found.plan.after, found.warnings, found.read, None)
        if found.own is not None:
            batch = Batch(steps=(watching_step(found.own.id, seconds),), functions=FUNCTIONS, payload=(PAYLOAD,))
            return Prepared(
                dataclasses.replace(batch, deadline_seconds=seconds), dataclasses.replace(forecast, joined=True)
            )
        batch, _as_operation = self._applying(found.plan, found.read.sequence, seconds)
        steps = tuple(planned.step for planned in found.plan.steps)
        return Prepared(dataclasses.replace(batch, steps=steps, then=(), deadline_seconds=seconds), forecast)

    def _read_and_plan(self) -> _Found:
        """Read the host and plan."""
        read = self._read()
        operations = self._watch.all() if read.operations else ()
        own = next((report for report in operations if report.key == self._key), None)
        if own is not None and own.state == "lost" and not self._terms.check:
            self._watch.forget(own)
        running = [report for report in operations if report.state == "running"]
        try:
            plan = self._plan(read, refuse=own not in running)
        except Unreadable as problem:
            # What an operation writes to cannot be read meanwhile.
            if own in running:
                return _Found(Plan(), read, _reply_warnings(read.steps.values()), own)
            under_way = "".join(f" Under way on the host: {report}." for report in running)
            raise Unreadable(f"{problem}{under_way}") from problem
        if own in running:
            return _Found(plan, read, _reply_warnings(read.steps.values()), own)
        self._give_way(plan, running)
        return _Found(plan, read, [*_reply_warnings(read.steps.values()), *plan.warnings], None)

    @property
    def _exchanges(self) -> int:
        return self._sent + self._watch.exchanges

    def _send(self, batch: Batch) -> BatchReply:
        self._sent += 1
        return self._exchange(batch)

    def _plan(self, read: BatchReply, *, refuse: bool = True) -> Plan:
        plan = self._area.plan(
            self._declaration, self._area.understand(self._declaration, _with_host(read.steps, read.host))
        )
        if refuse:
            self._refuse(plan)
        return plan

    def _refuse(self, plan: Plan) -> None:
        """Raise RunFailed when the plan refuses something."""
        if plan.refusals:
            raise RunFailed(_refusal_text(plan.refusals), plan=plan, refusals=plan.refusals, exchanges=self._exchanges)

    def _ended(
        self, plan: Plan, after: State, warnings: list[str], reply: BatchReply, applied: BatchReply | None
    ) -> Outcome:
        """Return the outcome; without `applied`, the reply to the steps of the plan, it is the forecast."""
        return Outcome(
            plan,
            after,
            self._result(after, changed_targets(plan, applied)),
            tuple(dict.fromkeys(warnings)),
            self._exchanges,
            reply.host,
            self._reading,
            joined=bool(self._joined),
        )

    def _give_way(self, plan: Plan, operations: c.Iterable[OperationReport]) -> None:
        """Leave alone what an operation of another task changes."""
        obstacle = in_the_way(operations, self._key, plan.targets)
        if obstacle is None:
            return
        changed = {target.casefold() for target in obstacle.targets}
        common = sorted(target for target in plan.targets if target.casefold() in changed)
        raise RunFailed(
            f"{', '.join(common)}: an operation is under way: {obstacle}. Nothing was changed. Run the playbook again "
            "when it has ended; the task that started it joins it and waits.",
            plan=plan,
            exchanges=self._exchanges,
        )

    def _applying(self, plan: Plan, sequence: int | None, wait_seconds: float) -> tuple[Batch, bool]:
        """Return the batch that applies a plan and reads again, and whether an operation applies it."""
        steps = tuple(planned.step for planned in plan.steps)
        again = reading_again(self._reading)
        lock = Lock(self._terms.holder, self._terms.lock_wait_seconds, expect_sequence=sequence, advance=True)
        batch = _batch(self._area, (*steps, *again), self._terms, lock)
        batch = dataclasses.replace(batch, on_failure=plan.on_failure, parallel=plan.parallel)
        # Secrets do not go into the files of an operation (docs/batch.md); such a plan keeps its connection.
        if batch.secrets or not any(planned.long for planned in plan.steps):
            return batch, False
        operation = Operation(self._key, self._terms.title, self._terms.holder, plan.targets, wait_seconds)
        return dataclasses.replace(batch, steps=steps, then=again, operation=operation), True

    def _apply(self, plan: Plan, sequence: int | None) -> BatchReply:
        batch, detached = self._applying(plan, sequence, self._terms.operation_wait_seconds)
        try:
            reply = self._send(batch)
            if not detached or reply.failed_step == OPERATION or OPERATION not in reply.steps:
                return reply
            return self._operation_ended(plan, reply)
        except (ConnectionLost, Unreachable, BadReply) as lost:
            goes_on = "goes on with it" if detached else "may have gone on with it"
            raise ApplyInterrupted(
                f"{lost}. It happened while the host applied the plan: the host {goes_on}. "
                "Run the playbook again: it finds what was done and does the rest.",
                plan=plan,
                exchanges=self._exchanges,
            ) from lost
        except WatchFailed as failed:
            raise ApplyInterrupted(
                f"the host cannot tell how far it is: {explained(failed.error)}",
                error=failed.error,
                plan=plan,
                exchanges=self._exchanges,
            ) from failed

    def _operation_ended(self, plan: Plan, started: BatchReply) -> BatchReply:
        """Return the reply to the steps of a plan and to the reading behind them, once an operation has ended."""
        reports = understand_operations(started.steps)
        if not reports:
            return started
        names = {planned.step.id: f"{planned.target}: {'; '.join(planned.reasons)}" for planned in plan.steps}
        report = self._watch.until_end(reports[0], names)
        inner = reply_of(report)
        if inner is None:
            raise ApplyInterrupted(
                f"{without_answer(report)}. Run the playbook again: it finds what was done and does the rest.",
                plan=plan,
                exchanges=self._exchanges,
            )
        if inner.error is not None and not (plan.on_failure == "next_lane" and all_others_done(plan, inner)):
            return inner
        # the exchange that started it read the host again if it had ended by then
        after = started if reports[0].state == "finished" else self._send(self._reading_after())
        return dataclasses.replace(
            after,
            ok=after.ok and inner.ok,
            error=inner.error or after.error,
            milliseconds=inner.milliseconds,
            steps={**inner.steps, **{name: step for name, step in after.steps.items() if name != OPERATION}},
        )

    def _result(
        self, state: State, changed: frozenset[str], failures: tuple[TargetFailure, ...] = ()
    ) -> dict[str, t.Any]:
        by_target = getattr(self._area, "result_by_target", None)
        if by_target is None:
            return self._area.result(self._declaration, state)
        return dict(by_target(self._declaration, state, changed, failures))

    def _raise_failed_targets(self, plan: Plan, reply: BatchReply) -> None:
        """Raise for targets that failed while the others went on to their end."""
        if plan.on_failure == "stop" or reply.error is None or not all_others_done(plan, reply):
            return
        failures = failures_in(plan, reply)
        read_again = [step for step_id, step in reply.steps.items() if step_id.startswith(AFTER)]
        if not read_again or any(step.status not in ("done", "skipped") for step in read_again):
            return
        try:
            observed = self._area.understand(self._declaration, _with_host(_replies_after(reply.steps), reply.host))
            after = self._area.state(self._declaration, observed)
        except Unreadable:  # what failed left something that cannot be read: the failure is the news
            return
        raise RunFailed(
            failure_text(failures, plan),
            error=failures[0].error,
            plan=plan,
            done=tuple(planned for planned in plan.steps if _status(reply, planned) == "done"),
            failed=failures[0].planned,
            exchanges=self._exchanges,
            failures=failures,
            after=after,
            result=self._result(after, changed_targets(plan, reply), failures),
        )

    def _reading_after(self) -> Batch:
        lock = Lock(self._terms.holder, self._terms.lock_wait_seconds)
        return _batch(self._area, reading_again(self._reading), self._terms, lock)

    def _join(self, own: OperationReport) -> None:
        """Wait for the operation that an earlier run of this task started."""
        self._terms.say(f"joins what is under way: {own}")
        try:
            report = self._watch.until_end(own, {})
            reply = reply_of(report)
        except WatchFailed as failed:
            raise RunFailed(
                f"the host cannot tell how far it is: {explained(failed.error)}",
                error=failed.error,
                exchanges=self._exchanges,
            ) from failed
        if reply is not None and reply.error is not None:
            raise RunFailed(
                f"{own.title}, started {own.started} by {own.holder}, which this run had joined, failed: "
                f"{explained(reply.error)}",
                error=reply.error,
                exchanges=self._exchanges,
            )
        self._joined.append(
            f"joined an operation that was under way: {own.title}, started {own.started} by {own.holder}"
        )


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


def _reading_lock(area: Area, terms: Terms) -> Lock | None:
    if not getattr(area, "needs_lock", True):
        return None
    return Lock(terms.holder, terms.lock_wait_seconds)


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


def _with_host(replies: Replies, host: t.Mapping[str, t.Any]) -> dict[str, StepReply]:
    return {**replies, HOST_FACTS: StepReply(HOST_FACTS, "done", (dict(host),))}


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
