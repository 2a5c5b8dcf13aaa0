# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A run that changes power: short exchanges, one group of machines after the other, and polls in between.

Nothing on the host waits for a guest: a guest is asked to shut down, and then looked at until it is off. So a
connection that is lost costs nothing but the next look.
"""

from __future__ import annotations

import collections.abc as c
import dataclasses
import time
import typing as t

from ...core.batch import Batch, Lock
from ...core.conduct import ApplyInterrupted, Outcome, Run, RunFailed
from ...core.failure_text import explained
from ...core.host_error import ConnectionLost, HostError, Unreachable
from ...core.operation_watch import TRIES
from ...core.plan import Plan, PlannedStep
from ...core.references import AFTER, reading_again
from ...core.reply import BatchReply
from ...core.step import Replies
from . import ports
from .addresses import usable_address
from .declaration import Declaration, Group, Member
from .observation import (
    CHANGE,
    ObservedPower,
    understand_replies,
    waiting_step,
)
from .planning import (
    ASK,
    MACHINES,
    Move,
    is_passing,
    journeys,
    machines_step,
    move,
    plan_power,
    power_state,
)

#: Seconds for a machine on its way from one state to another; after that it is stuck (stubs of VMState, gotcha 47).
SETTLE_SECONDS = 120

#: Seconds that a poll stays on the host at most, well within every time limit of WinRM.
POLL_SECONDS = 10

#: Seconds between two looks at a port.
PORT_SECONDS = 2


@dataclasses.dataclass
class Progress:
    """How far a machine is.

    Attributes:
        moves: what is still to be done.
        since: when its guest was first asked to shut down, in seconds of the run; None if it was not.
        asked: whether the guest has taken that up.
        changed: whether anything was done.
        address: by which it was reached.
        ready: whether what is waited for is there.
        failure: why it got no further.
        error: the host's error behind that.
    """

    member: Member
    vm_id: str
    moves: list[Move]
    since: float | None = None
    asked: bool = False
    changed: bool = False
    address: str | None = None
    ready: bool = False
    failure: str | None = None
    error: HostError | None = None
    failed_step: PlannedStep | None = None

    @property
    def going(self) -> bool:
        """Whether it has something to do that does not depend on its guest."""
        return self.failure is None and bool(self.moves) and not self.asked

    @property
    def waiting(self) -> bool:
        """Whether its guest is shutting down."""
        return self.failure is None and bool(self.moves) and self.since is not None

    def fail(self, text: str, error: HostError | None = None) -> None:
        """Note why it gets no further."""
        self.failure, self.error = text, error
        self.failed_step = self.moves[0].planned if self.moves else None


class PowerRun(Run):
    """One run of the area `vm_power`."""

    _declaration: Declaration

    def outcome(self) -> Outcome:
        """Do it; raises what `conduct` raises."""
        self._began = time.monotonic()
        self._host_seconds = 0.0
        self._fresh = True
        self._progress: dict[str, Progress] = {}
        read = self._read()
        self._observation = understand_replies(read.steps)
        self._host = read.host
        self._sequence = read.sequence
        if not self._terms.check:
            self._settle()
        for _attempt in range(2):
            plan = plan_power(self._declaration, self._observation)
            self._refuse(plan)
            self._give_way(plan, self._watch.all() if read.operations else ())
            if self._terms.check:
                return self._power_outcome(plan, plan.after, list(plan.warnings))
            if self._work(plan):
                after = power_state(self._declaration, self._observation)
                return self._power_outcome(plan, after, list(plan.warnings))
            read = self._read()
            self._observation = dataclasses.replace(understand_replies(read.steps), patient=True)
            self._sequence = read.sequence
        raise RunFailed(
            "the host was changed by other runs each time this one had made its plan; nothing was changed by this run. "
            "Run the playbook again when they have ended.",
            exchanges=self._exchanges,
        )

    # Time and exchanges

    @property
    def _now(self) -> float:
        """Seconds since the run began; a host whose clock runs ahead of ours (the lab's may) counts."""
        return max(time.monotonic() - self._began, self._host_seconds)

    def _pause(self, seconds: float) -> None:
        time.sleep(seconds)

    def _batch(self, steps: c.Iterable[t.Any], plan: Plan | None, *, waits: bool = False) -> Batch:
        steps = tuple(steps)
        called = tuple(dict.fromkeys(step.call for step in steps if step.is_function))
        lock = None
        if plan is not None:
            expected = self._sequence if self._fresh else None
            lock = Lock(self._terms.holder, self._terms.lock_wait_seconds, expect_sequence=expected, advance=True)
        return Batch(
            steps=steps,
            lock=lock,
            functions=called,
            payload=tuple(self._area.payload) if called else (),
            deadline_seconds=self._terms.deadline_seconds,
            on_failure="next_lane",
            parallel=self._declaration.parallel if plan is not None and not waits else 1,
        )

    def _look(self, replies: Replies) -> None:
        self._observation = dataclasses.replace(understand_replies(replies), patient=True)

    def _poll(self, vms: c.Sequence[ObservedPower], seconds: int, *, addresses: bool = False) -> None:
        """Wait on the host until one of the machines changes, for a short while, and look at all of them.

        Raises:
            ConnectionLost, Unreachable: the host could not be reached again and again.
            RunFailed: the host cannot be read.
        """
        steps = (waiting_step(vms, seconds, addresses=addresses), *self._reading) if vms else self._reading
        for lost in range(TRIES + 1):
            try:
                reply = self._send(self._batch(steps, None))
                break
            except (ConnectionLost, Unreachable) as problem:
                self._terms.say(f"the connection was lost while waiting: {problem}; the guests go on, looking again")
                if lost == TRIES:
                    raise
                self._pause(lost)
        if reply.error is not None:
            raise RunFailed(
                f"the host cannot be read any more: {explained(reply.error)}",
                error=reply.error,
                exchanges=self._exchanges,
            )
        self._host_seconds += reply.milliseconds / 1000
        self._look({step_id: step for step_id, step in reply.steps.items() if step_id != CHANGE})

    def _settle(self) -> None:
        """Wait for machines that are on their way from one state to another."""
        began = self._now
        while True:
            passing = [vm for vm in self._declared_vms() if is_passing(vm, self._declaration)]
            if not passing or self._now - began >= SETTLE_SECONDS:
                self._observation = dataclasses.replace(self._observation, patient=True)
                return
            self._terms.say(f"{_names(passing)}: {', '.join(sorted({vm.state for vm in passing}))}, waits for its end")
            self._poll(passing, POLL_SECONDS)
            self._sequence = None

    def _declared_vms(self) -> list[ObservedPower]:
        return [vm for name in self._declaration.names for vm in self._observation.named(name)]

    # Work

    def _work(self, plan: Plan) -> bool:
        """Work through the groups; False if another run changed the host before the first step.

        Raises:
            RunFailed: machines of a group did not get there; later groups are not touched.
        """
        found = journeys(self._declaration, self._observation).by_name
        self._progress = {
            name: Progress(journey.member, journey.observed.id, list(journey.moves)) for name, journey in found.items()
        }
        last = len(self._declaration.groups) - 1
        for number, group in enumerate(self._declaration.groups):
            members = [self._progress[member.name] for member in group.members]
            if not self._travel(plan, members):
                return False
            self._wait(group, members)
            if any(one.failure is not None for one in members):
                self._group_failed(plan, number)
            if number < last and group.delay and any(one.changed for one in members):
                self._terms.say(f"waits {group.delay} s before the next group")
                self._pause(group.delay)
        return True

    def _travel(self, plan: Plan, members: list[Progress]) -> bool:
        """Do the moves of a group's machines: what can be done at once, and polls while guests shut down."""
        while True:
            going = [one for one in members if one.going]
            if going:
                if not self._move(plan, going):
                    return False
                self._arrive(members)
            waiting = [one for one in members if one.waiting]
            if not waiting:
                if not any(one.going for one in members):
                    return True
                continue
            if any(one.going and one.since is None for one in members):
                continue
            self._tell_waiting(waiting)
            vms = [vm for one in waiting if (vm := self._observation.with_id(one.vm_id)) is not None]
            left = min(self._left(one) for one in waiting)
            # one that is not ready yet is asked again after this, or as soon as its heartbeat changes
            self._poll(vms, max(1, min(POLL_SECONDS, int(left) + 1)))
            self._arrive(members)

    def _left(self, one: Progress) -> float:
        return (one.since or 0.0) + self._declaration.stop_timeout - self._now

    def _move(self, plan: Plan, going: list[Progress]) -> bool:
        """Let machines make their next move, in one exchange; False if the host is not as it was read."""
        steps = [one.moves[0].planned.step for one in going]
        machines = machines_step(one.vm_id for one in going).step
        batch = self._batch((machines, *steps, *reading_again(self._reading)), plan)
        try:
            reply = self._send(batch)
        except (ConnectionLost, Unreachable) as lost:
            self._after_loss(plan, going, lost)
            return True
        if reply.error is not None and reply.error.kind == "stale":
            return False
        self._host_seconds += reply.milliseconds / 1000
        self._fresh = False
        again = {name[len(AFTER) :]: step for name, step in reply.steps.items() if name.startswith(AFTER)}
        if reply.error is not None and any(step.status in ("failed", "not_run") for step in again.values()):
            raise RunFailed(
                explained(reply.error), error=reply.error, plan=plan, done=self._done(plan), exchanges=self._exchanges
            )
        self._look(again)
        for one in going:
            self._moved(one, reply)
        return True

    def _moved(self, one: Progress, reply: BatchReply) -> None:
        step = reply.steps[one.moves[0].planned.step.id]
        if step.error is not None:
            error = HostError.from_wire(step.error)
            one.fail(explained(error), error)
        elif step.status != "done":
            one.fail("it was not there any more")
        elif one.moves[0].action == "ask":
            one.changed = True
            one.since = self._now if one.since is None else one.since
            answer = step.rows[0]
            one.asked = answer["outcome"] in ("off", "asked")
            if answer["outcome"] in ("unavailable", "refused"):
                self._fall_back(one, f"its guest cannot be asked to shut down: {answer['problem']}")
        else:
            one.changed = True
            one.moves.pop(0)

    def _arrive(self, members: list[Progress]) -> None:
        """Note machines whose guests have shut down, and those that have no time left."""
        for one in members:
            if not one.waiting:
                continue
            vm = self._observation.with_id(one.vm_id)
            if vm is None:
                one.fail("it was not there any more")
            elif vm.state == "Off":
                one.moves.pop(0)
                one.since, one.asked = None, False
            elif self._left(one) <= 0:
                how = (
                    "its guest did not shut down" if one.asked else "its guest never was ready to be asked to shut down"
                )
                self._fall_back(one, f"{how} within {self._declaration.stop_timeout} s")

    def _fall_back(self, one: Progress, why: str) -> None:
        """Do what is declared for a guest that does not shut down."""
        fallback = self._declaration.on_stop_timeout
        if fallback == "fail":
            one.fail(
                f"{why}. It goes on as it is. Set on_stop_timeout: turn_off to pull its plug then, or give it more "
                "time with stop_timeout.",
                HostError("timeout", call=ASK, message=why),
            )
            return
        self._terms.say(f"{one.member.name}: {why}; {fallback}")
        one.since, one.asked = None, False
        step_id = f"{one.moves[0].planned.step.id}.{fallback}"
        # its guest may be on its way down still
        action: t.Literal["turn_off", "save_now"] = "save_now" if fallback == "save" else "turn_off"
        one.moves[0] = move(one.member, one.vm_id, step_id, action, why)

    def _after_loss(self, plan: Plan, going: list[Progress], lost: Exception) -> None:
        """Look what became of moves whose answer was lost: the host may have made them.

        Raises:
            ApplyInterrupted: where a look does not tell (a machine that was to be reset runs in either case), or the
                host cannot be reached.
        """
        self._terms.say(f"the connection was lost while the host worked: {lost}; looking again")
        self._fresh = False
        try:
            if any(one.moves[0].action == "reset" for one in going):
                raise lost
            self._poll([], 0)
        except (ConnectionLost, Unreachable) as again:
            raise ApplyInterrupted(
                f"{again}. It happened while the host applied the plan: the host may have gone on with it. "
                "Run the playbook again: it finds what was done and does the rest.",
                plan=plan,
                exchanges=self._exchanges,
            ) from again
        for one in going:
            vm = self._observation.with_id(one.vm_id)
            if vm is None:
                one.fail("it was not there any more")
            elif vm.state == one.moves[0].goal:
                one.changed = True
                one.moves.pop(0)

    # Waits

    def _wait(self, group: Group, members: list[Progress]) -> None:
        """Wait until the guests of a group answer."""
        if group.wait_for is None:
            return
        began = self._now
        while True:
            open_ones = [one for one in members if one.failure is None and not self._answered(group, one)]
            if not open_ones:
                return
            left = began + group.wait_timeout - self._now
            if left <= 0:
                for one in open_ones:
                    one.fail(self._missing(group, one), HostError("timeout", message=self._missing(group, one)))
                return
            what = {"heartbeat": "a heartbeat", "address": "an address"}.get(group.wait_for, f"port {group.port}")
            names = ", ".join(one.member.name for one in open_ones)
            self._terms.say(f"{names}: waits for {what}, {int(self._now - began)} of {group.wait_timeout} s")
            if all(one.address is not None for one in open_ones):
                self._pause(min(PORT_SECONDS, max(left, 0.1)))
                self._host_seconds = max(self._host_seconds + PORT_SECONDS, self._now)
                self._poll([], 0)
                continue
            vms = [vm for one in open_ones if (vm := self._observation.with_id(one.vm_id)) is not None]
            self._poll(vms, max(1, min(POLL_SECONDS, int(left) + 1)), addresses=group.needs_addresses)

    def _answered(self, group: Group, one: Progress) -> bool:
        vm = self._observation.with_id(one.vm_id)
        if vm is None or vm.state != "Running":
            return vm is not None and vm.state == "Off" and self._declaration.state == "resumed"
        if group.wait_for == "heartbeat":
            return vm.answers
        one.address = usable_address(vm.addresses, group.networks)
        if one.address is None or group.port is None:
            return one.address is not None
        return ports.reachable(one.address, group.port)

    def _missing(self, group: Group, one: Progress) -> str:
        vm = self._observation.with_id(one.vm_id)
        within = f"within {group.wait_timeout} s"
        if vm is None or vm.state != "Running":
            return f"it does not run any more ({vm.state if vm is not None else 'gone'}), so nothing answers {within}"
        if group.wait_for == "heartbeat":
            return (
                f"no heartbeat {within} (it says {vm.heartbeat or 'nothing'}): the guest did not come up, or has no "
                "integration services"
            )
        if one.address is not None:
            return f"port {group.port} of {one.address} was not reached from the controller {within}"
        where = f" in {', '.join(str(each) for each in group.networks)}" if group.networks else ""
        seen = f"it reports {', '.join(vm.addresses)}" if vm.addresses else "it reports none"
        return f"no usable address{where} {within}: {seen}"

    # Results

    def _tell_waiting(self, waiting: list[Progress]) -> None:
        names = ", ".join(one.member.name for one in waiting)
        longest = max(self._declaration.stop_timeout - self._left(one) for one in waiting)
        self._terms.say(f"{names}: shutting down, {int(longest)} of {self._declaration.stop_timeout} s")

    def _done(self, plan: Plan) -> tuple[PlannedStep, ...]:
        changed = {one.member.target for one in self._progress.values() if one.changed}
        to_do = {each.planned.step.id for one in self._progress.values() for each in one.moves}
        return tuple(
            planned
            for planned in plan.steps
            if planned.target in changed and planned.step.id not in to_do and planned.step.id != MACHINES
        )

    def _results(self, after: t.Mapping[str, t.Any], plan: Plan) -> dict[str, t.Any]:
        machines: dict[str, t.Any] = {}
        planned = {step.target for step in plan.steps}
        for member in self._declaration.members:
            one = self._progress.get(member.name)
            changed = member.target in planned if self._terms.check else one is not None and one.changed
            machines[member.name] = {**after[member.name], "changed": changed}
            if one is not None and one.address is not None:
                machines[member.name]["address"] = one.address
            if one is not None and one.failure is not None:
                machines[member.name] |= {"failed": True, "msg": one.failure}
                if one.error is not None:
                    machines[member.name]["error"] = one.error.to_result()
        if self._declaration.many:
            return {"vms": machines}
        return {"vm": machines[self._declaration.names[0]]}

    def _power_outcome(self, plan: Plan, after: dict[str, t.Any], warnings: list[str]) -> Outcome:
        return Outcome(
            plan, after, self._results(after, plan), tuple(warnings), self._exchanges, self._host, self._reading
        )

    def _group_failed(self, plan: Plan, number: int) -> t.NoReturn:
        """Raise for the machines of a group that did not get there."""
        failed = [one for one in self._progress.values() if one.failure is not None]
        lines = [f"{one.member.target}: {one.failure}" for one in failed]
        groups = self._declaration.groups
        untouched = [member.name for group in groups[number + 1 :] for member in group.members]
        text = (
            lines[0] if len(lines) == 1 else "\n".join([f"{len(lines)} machines failed:", *(f"- {x}" for x in lines)])
        )
        if untouched:
            text += f"\nThe groups behind it were not touched: {', '.join(untouched)}."
        after = power_state(self._declaration, self._observation)
        raise RunFailed(
            text,
            error=failed[0].error,
            plan=plan,
            done=self._done(plan),
            failed=failed[0].failed_step,
            exchanges=self._exchanges,
            after=after,
            result=self._results(after, plan),
        )


def _names(vms: c.Iterable[ObservedPower]) -> str:
    return ", ".join(vm.name for vm in vms)
