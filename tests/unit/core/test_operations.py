# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Plans with long steps: applied by an operation of the host, watched, joined, given way to."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import threading
import typing as t

import pytest
from area_harness import SimulatedHost, converge
from areas.hosts import GB, host_with_adapters

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.batch import Batch
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import (
    ApplyInterrupted,
    Outcome,
    RunFailed,
    Terms,
    conduct,
)
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.host_error import ConnectionLost
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.operation import OPERATION, START, WATCH
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import Plan, PlannedStep, State
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.reply import BatchReply
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.step import Field, Replies, Step
from hyperv_lab.engine.python.operations import operations_of
from hyperv_lab.simulation.clock import Clock

Declaration = t.Mapping[str, t.Any]


class FixedDisks:
    """A feature area of the tests: disk files of a fixed size."""

    payload: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()

    def declare(self, options: Declaration) -> Declaration:
        """The options themselves."""
        return options

    def observe(self, declaration: Declaration) -> tuple[Step, ...]:
        """Read which files are there."""
        paths = list(declaration["paths"])
        call = "Microsoft.PowerShell.Management\\Test-Path"
        return (Step("there", call, {"LiteralPath": paths}, read=(Field("there", ".", "boolean"),)),)

    def understand(self, declaration: Declaration, replies: Replies) -> dict[str, bool]:
        """Which files are there."""
        return {path: row["there"] for path, row in zip(declaration["paths"], replies["there"].rows, strict=True)}

    def plan(self, declaration: Declaration, observation: dict[str, bool]) -> Plan:
        """Make those that are missing."""
        steps = tuple(
            PlannedStep(
                Step(f"disk{number}", "Hyper-V\\New-VHD", {"Path": path, "Fixed": True, "SizeBytes": 8 * GB}),
                ("a fixed disk",),
                f"disk {path}",
                long=bool(declaration.get("long", True)),
            )
            for number, path in enumerate(declaration["paths"])
            if declaration.get("anew") or not observation[path]
        )
        # many areas begin with a step that reads objects of the host for the others
        head = PlannedStep(Step("machines", "Hyper-V\\Get-VM"), (), "host")
        after = dict.fromkeys(declaration["paths"], True)
        return Plan((head, *steps) if steps else (), self.state(declaration, observation), after)

    def state(self, declaration: Declaration, observation: dict[str, bool]) -> State:
        """Which files are there."""
        return dict(observation)

    def result(self, declaration: Declaration, state: State) -> dict[str, t.Any]:
        """The state."""
        return {"disks": state}


AREA = FixedDisks()
ONE = {"paths": ["D:\\one.vhdx"]}


def run(
    exchange: c.Callable[[Batch], BatchReply],
    options: Declaration,
    *,
    check: bool = False,
    said: list[str] | None = None,
) -> Outcome:
    """Run the area."""
    lines = said if said is not None else []
    terms = Terms("tests", check=check, lock_wait_seconds=1, title="task 'disks'", say=lines.append)
    return conduct(AREA, options, exchange, terms)


@pytest.fixture
def host() -> SimulatedHost:
    """A host whose time passes for whoever waits: an operation has ended as soon as it began."""
    return SimulatedHost(host_with_adapters((), 1024 * GB))


@pytest.fixture
def slow_host() -> SimulatedHost:
    """A host on which a fixed disk of 8 GB takes a second and a half."""
    host = host_with_adapters((), 1024 * GB)
    host.estate.clock = Clock(manual=False, speed=10)
    host.timings.copy_seconds_per_gibibyte = 15 / 8
    return SimulatedHost(host)


def test_a_short_operation_takes_the_same_two_exchanges(host: SimulatedHost) -> None:
    outcome = converge(AREA, host, ONE)
    assert outcome.result == {"disks": {"D:\\one.vhdx": True}}
    applying = host.batches[2]
    assert applying.operation is not None and applying.operation.targets == ("disk D:\\one.vhdx",)
    assert START in [step["call"] for step in applying.to_wire()["steps"]]


def test_short_steps_start_no_operation(host: SimulatedHost) -> None:
    converge(AREA, host, {**ONE, "long": False})
    assert all(batch.operation is None for batch in host.batches)
    assert not operations_of(host.host)


def test_a_failed_step_of_an_operation_fails_the_run(host: SimulatedHost) -> None:
    host.host.files.make_directory("D:\\one.vhdx.taken")
    with pytest.raises(RunFailed) as failed:
        run(host.exchange, {"paths": ["D:\\one.vhdx", "Q:\\two.vhdx"]})
    assert [planned.target for planned in failed.value.done] == ["host", "disk D:\\one.vhdx"]
    assert failed.value.failed is not None and failed.value.failed.target == "disk Q:\\two.vhdx"
    assert failed.value.error is not None and failed.value.error.call == "Hyper-V\\New-VHD"
    assert "2 of 3 steps were done before" in str(failed.value)


@dataclasses.dataclass
class Watched:
    """Makes exchanges with a slow host, waiting little in each, and tells when an operation has begun."""

    host: SimulatedHost
    began: threading.Event = dataclasses.field(default_factory=threading.Event)
    polls: int = 0
    cut_at_poll: int = 0

    def exchange(self, batch: Batch) -> BatchReply:
        """Make one exchange."""
        if batch.operation is not None:
            operation = dataclasses.replace(batch.operation, wait_seconds=0.1)
            reply = self.host.exchange(dataclasses.replace(batch, operation=operation))
            self.began.set()
            return reply
        if batch.steps[0].call == WATCH and "Id" in batch.steps[0].parameters:
            self.polls += 1
            if self.polls >= self.cut_at_poll > 0:
                raise ConnectionLost("the connection was cut by the test")
            step = dataclasses.replace(batch.steps[0], parameters={**batch.steps[0].parameters, "WaitSeconds": 0.1})
            batch = dataclasses.replace(batch, steps=(step,))
        return self.host.exchange(batch)


def test_a_long_operation_is_watched_and_tells_its_progress(slow_host: SimulatedHost) -> None:
    watched, said = Watched(slow_host), list[str]()
    outcome = run(watched.exchange, ONE, said=said)
    assert outcome.after == {"D:\\one.vhdx": True}
    assert watched.polls >= 2
    assert outcome.exchanges == 2 + watched.polls + 1
    shown = [line for line in said if line.startswith("disk D:\\one.vhdx: a fixed disk: ") and line.endswith(" %")]
    assert len(shown) >= 2 and shown == sorted(shown, key=lambda line: int(line.split(": ")[-1][:-2]))


def test_a_second_run_joins_what_a_cut_one_started(slow_host: SimulatedHost) -> None:
    with pytest.raises(ApplyInterrupted, match="goes on with it"):
        run(Watched(slow_host, cut_at_poll=1).exchange, ONE)
    said = list[str]()
    outcome = run(Watched(slow_host).exchange, ONE, said=said)
    assert outcome.joined and not outcome.plan.changed
    assert outcome.after == {"D:\\one.vhdx": True}
    assert any("joined" in warning for warning in outcome.warnings)
    assert said[0].startswith("joins what is under way: task 'disks'")
    assert len([batch for batch in slow_host.batches if batch.operation is not None]) == 1, "it was not started twice"
    assert run(slow_host.exchange, ONE).exchanges == 1


def test_a_check_run_tells_of_the_operation_and_waits_for_nothing(slow_host: SimulatedHost) -> None:
    with pytest.raises(ApplyInterrupted):
        run(Watched(slow_host, cut_at_poll=1).exchange, ONE)
    outcome = run(slow_host.exchange, ONE, check=True)
    assert any("is under way already" in warning for warning in outcome.warnings)
    assert operations_of(slow_host.host)[next(iter(operations_of(slow_host.host)))].state == "running"


def test_another_task_leaves_the_targets_of_an_operation_alone(slow_host: SimulatedHost) -> None:
    with pytest.raises(ApplyInterrupted):
        run(Watched(slow_host, cut_at_poll=1).exchange, ONE)
    with pytest.raises(
        RunFailed, match=r"disk D:\\one\.vhdx: an operation is under way: task 'disks' \(started .* by tests"
    ):
        run(slow_host.exchange, {"paths": ["D:\\one.vhdx", "D:\\two.vhdx"], "anew": True})
    other = run(slow_host.exchange, {"paths": ["D:\\other.vhdx"], "long": False})
    assert other.after == {"D:\\other.vhdx": True}, "what it does not touch is free"


def test_an_operation_that_the_host_lost_is_begun_again(slow_host: SimulatedHost) -> None:
    with pytest.raises(ApplyInterrupted):
        run(Watched(slow_host, cut_at_poll=1).exchange, {"paths": ["D:\\lost.vhdx"]})
    slow_host.host.estate.clock.sleep(20)
    for operation in operations_of(slow_host.host).values():
        operation.reply = ""
    slow_host.host.files.remove("D:\\lost.vhdx", recurse=False)
    outcome = run(slow_host.exchange, {"paths": ["D:\\lost.vhdx"]})
    assert outcome.after == {"D:\\lost.vhdx": True}
    assert not operations_of(slow_host.host) or all(
        operation.state != "lost" for operation in operations_of(slow_host.host).values()
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("Access to the path 'batch' is denied.\r\n", "without an answer: Access to the path 'batch' is denied. Run"),
        ("", "without an answer; the host may have been restarted. Run"),
    ],
)
def test_a_process_without_an_answer_says_why(host: SimulatedHost, answer: str, said: str) -> None:
    def exchange(batch: Batch) -> BatchReply:
        reply = host.exchange(batch)
        if batch.operation is None:
            return reply
        step = reply.steps[OPERATION]
        rows = tuple({**row, "state": "lost", "reply": answer} for row in step.rows)
        return dataclasses.replace(reply, steps={**reply.steps, OPERATION: dataclasses.replace(step, rows=rows)})

    with pytest.raises(ApplyInterrupted) as failed:
        run(exchange, ONE)
    assert f"ended {said} the playbook again" in str(failed.value)


def test_secrets_do_not_go_into_an_operation() -> None:
    from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.operation import Operation

    batch = Batch(steps=(), secrets={"key": {"text": "s"}}, operation=Operation("k", "t", "h", ()))
    with pytest.raises(ValueError, match="secrets"):
        batch.to_wire()
