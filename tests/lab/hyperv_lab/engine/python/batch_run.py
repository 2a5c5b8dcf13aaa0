# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The batch runner: from a request to its reply, both as docs/batch.md specifies them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from hyperv_lab.engine.python.area_functions import AREA_FUNCTIONS
from hyperv_lab.engine.python.area_functions.area_function import AreaCommand
from hyperv_lab.engine.python.batch_form import MalformedStep, check_batch
from hyperv_lab.engine.python.batch_text import BatchText, reply_line
from hyperv_lab.engine.python.commands import Command, CommandSource, SimulatedCommands
from hyperv_lab.engine.python.concealment import Concealment
from hyperv_lab.engine.python.exact_text import iso_time
from hyperv_lab.engine.python.expressions import Expander
from hyperv_lab.engine.python.host_lock import advance, held, lock_state
from hyperv_lab.engine.python.operations import HostOperation, operations_of
from hyperv_lab.engine.python.problems import (
    BatchProblem,
    Problem,
    internal_problem,
    problem_of_exception,
    problem_of_record,
)
from hyperv_lab.engine.python.selection import StepOutputs
from hyperv_lab.engine.python.step_run import StepResult, StepRun
from hyperv_lab.simulation.errors import CmdletError
from hyperv_lab.simulation.estate import Session
from hyperv_lab.simulation.host import Host

POWERSHELL_VERSION = "5.1"
"""What a reply says; the build of Windows is appended, as Windows PowerShell does."""


class Interrupted(Exception):
    """The process that ran the batch was ended from outside; there is no reply."""


def run_batch(
    host: Host,
    request: Mapping[str, Any],
    session: Session,
    *,
    commands: CommandSource | None = None,
    declared_functions: Collection[str] | None = None,
    cancelled: Callable[[], bool] | None = None,
    note_step: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Run a batch.

    Args:
        host: on which.
        request: as decoded from JSON.
        session: who runs it.
        commands: the modules of the host; the simulated ones if left out.
        declared_functions: area functions whose text came with the batch; None for all there are.
        cancelled: asked before each step whether the process is to end.
        note_step: takes the id of each step that begins.

    Raises:
        Interrupted: when `cancelled` said so.
    """
    return _BatchRun(host, request, session, commands, declared_functions, cancelled, note_step).run()


class _DetachedBatches:
    """Runs batches as operations, with the same user and the same functions; see `Batches`."""

    def __init__(
        self, host: Host, session: Session, commands: CommandSource | None, declared: Collection[str] | None
    ) -> None:
        self.host = host
        self._session = session
        self._commands = commands
        self._declared = declared
        self.rest_is_left = False

    def leave_the_rest(self) -> None:
        """Let the batch end without its other steps."""
        self.rest_is_left = True

    def unlock(self) -> None:
        """Let others have the host while the batch that started an operation waits for it."""
        with self.host.estate.lock:
            lock_state(self.host).release(self)

    def run(self, body: str, operation: HostOperation) -> str:
        request = BatchText(frozenset(), body).request()
        session = replace(self._session, progress=operation.note_progress)
        return reply_line(
            run_batch(
                self.host,
                request,
                session,
                commands=self._commands,
                declared_functions=self._declared,
                note_step=operation.note_step,
            )
        )


@dataclass
class _Strand:
    """What steps that run one after the other know of each other.

    Attributes:
        lost: ids of steps that failed or did not run.
        failed_lanes: lanes whose further steps do not run.
        error: the first failure.
    """

    outputs: StepOutputs = field(default_factory=StepOutputs)
    lost: set[str] = field(default_factory=set)
    failed_lanes: set[str] = field(default_factory=set)
    error: Problem | None = None

    def branch(self) -> _Strand:
        """A strand for one lane that runs beside others."""
        return _Strand(self.outputs.branch(), set(self.lost), set(self.failed_lanes))

    def join(self, branch: _Strand, step: Mapping[str, Any]) -> None:
        """Take over what became of a step in a lane."""
        step_id = step.get("id", "")
        if step_id in branch.lost:
            self.lost.add(step_id)
        elif step_id in branch.outputs:
            self.outputs.add(step_id, branch.outputs.of(step_id))
        self.failed_lanes |= branch.failed_lanes


class _BatchRun:
    def __init__(
        self,
        host: Host,
        request: Any,
        session: Session,
        commands: CommandSource | None,
        declared_functions: Collection[str] | None,
        cancelled: Callable[[], bool] | None,
        note_step: Callable[[str], None] | None,
    ) -> None:
        self._host = host
        self._note_step = note_step
        self._batches = _DetachedBatches(host, session, commands, declared_functions)
        self._request: Mapping[str, Any] = request if isinstance(request, dict) else {}
        self._whole_request = request
        self._commands = commands or SimulatedCommands(host, session)
        self._declared = AREA_FUNCTIONS if declared_functions is None else declared_functions
        self._cancelled = cancelled
        self._clock = host.estate.clock
        self._began = self._clock.now()
        self._deadline: float | None = None
        self._sequence: int | None = None
        self._error: Problem | None = None
        self._stopped = False
        self._strand = _Strand()
        self._steps: list[dict[str, Any]] = []
        self._operations: int | None = None
        self._found: dict[str, Command] = {}
        self._concealment = Concealment({})

    def run(self) -> dict[str, Any]:
        try:
            check_batch(self._whole_request)
            self._concealment = Concealment(self._request.get("secrets") or {})
            seconds = self._request.get("deadline_seconds")
            self._deadline = None if seconds is None else self._began + seconds
            self._run_locked()
        except BatchProblem as problem:
            step = problem.step if isinstance(problem, MalformedStep) else {}
            self._error = problem_of_exception(problem, step, self._concealment.hide(problem.message))
            self._stopped = True
            self._run_steps()
        return self._reply()

    def _run_locked(self) -> None:
        lock = self._request.get("lock")
        if not lock:
            self._count_operations()
            self._run_steps()
            return
        with held(self._host, lock, self._deadline, self._batches) as state:
            self._sequence = state.sequence
            self._sequence = advance(state, lock)
            self._count_operations()
            self._run_steps()

    def _count_operations(self) -> None:
        known = operations_of(self._host)
        if known:
            self._operations = sum(operation.state != "finished" for operation in known.values())

    def _run_steps(self) -> None:
        steps = self._request.get("steps")
        steps = steps if isinstance(steps, list) else []
        parallel = self._request.get("parallel") or 1
        if parallel == 1 or self._stopped:
            self._steps += [self._take(step, self._strand) for step in steps]
        else:
            for group in _groups(steps):
                self._steps += self._run_group(group, parallel)
        self._error = self._error or self._strand.error

    def _run_group(self, steps: list[Mapping[str, Any]], parallel: int) -> list[dict[str, Any]]:
        """Run neighbouring steps whose lanes run side by side, or one step without a lane."""
        lanes: dict[str | None, list[Mapping[str, Any]]] = {}
        for step in steps:
            lanes.setdefault(step.get("lane"), []).append(step)
        if None in lanes:
            return [self._take(step, self._strand) for step in steps]
        strands = {lane: self._strand.branch() for lane in lanes}
        answers: dict[str, dict[str, Any]] = {}

        def run(lane: str | None) -> None:
            for step in lanes[lane]:
                answers[step["id"]] = self._take(step, strands[lane])

        with ThreadPoolExecutor(min(parallel, len(lanes))) as pool:
            for finished in [pool.submit(run, lane) for lane in lanes]:
                finished.result()
        for step in steps:
            self._strand.join(strands[step.get("lane")], step)
        problems = (answers[step["id"]].get("error") for step in steps)
        self._strand.error = self._strand.error or next(filter(None, problems), None)
        return [answers[step["id"]] for step in steps]

    def _take(self, step: Mapping[str, Any], strand: _Strand) -> dict[str, Any]:
        if self._cancelled is not None and self._cancelled():
            raise Interrupted
        if self._note_step is not None:
            self._note_step(str(step.get("id")))
        began = self._clock.now()
        result = StepResult("not_run")
        lane = step.get("lane")
        self._stopped = self._stopped or self._batches.rest_is_left
        try:
            if not self._stopped and self._deadline is not None and began >= self._deadline:
                raise BatchProblem("deadline", "the deadline of the batch has passed")
            if not self._stopped and (lane is None or lane not in strand.failed_lanes):
                self._run_step(step, strand, result)
        except BatchProblem as problem:
            message = None if step.get("secret") else self._concealment.hide(problem.message)
            result.error = problem_of_exception(problem, step, message)
        except CmdletError as error:  # a property that a filter could not read
            message = None if step.get("secret") else self._concealment.hide(error.record.message)
            result.error = {**problem_of_record(error.record, step, message), "kind": "projection"}
        except Interrupted:
            raise
        except Exception as error:
            message = None if step.get("secret") else self._concealment.hide(f"{type(error).__name__}: {error}")
            result.error = internal_problem(error, step, message)
        if result.error is not None:
            strand.error = strand.error or result.error
            if self._request.get("on_failure") == "next_lane" and lane is not None and result.status == "failed":
                strand.failed_lanes.add(lane)
            else:
                self._stopped = True
        if result.status in ("done", "skipped"):
            strand.outputs.add(step["id"], result.objects)
        else:
            strand.lost.add(step.get("id", ""))
        return _answer(step, result, round((self._clock.now() - began) * 1000))

    def _run_step(self, step: Mapping[str, Any], strand: _Strand, result: StepResult) -> None:
        result.status = "failed"
        expander = Expander(strand.outputs, strand.lost, self._request.get("secrets") or {})
        parameters = expander.parameters(step.get("with") or {})
        if expander.unmet is not None:
            result.status = expander.unmet
            return
        command = self._command(step["call"])
        for name in parameters:
            if not command.has_parameter(name):
                raise BatchProblem(
                    "no_parameter", f"{step['call']} of this host has no parameter {name}", parameter=name
                )
        run = StepRun(step, command, parameters, self._clock, self._deadline, self._concealment)
        try:
            run.run()
        finally:
            vars(result).update(vars(run.result))

    def _command(self, call: str) -> Command:
        folded = call.casefold()
        if folded not in self._found:
            module, separator, name = call.rpartition("\\")
            if separator:
                self._found[folded] = self._commands.find(module, name)
            elif call in self._declared and call in AREA_FUNCTIONS:
                self._found[folded] = AreaCommand(AREA_FUNCTIONS[call], self._commands, self._clock, self._batches)
            else:
                raise BatchProblem("no_cmdlet", f"this host has no {call}")
        return self._found[folded]

    def _reply(self) -> dict[str, Any]:
        return {
            "version": 1,
            "batch": str(self._request.get("batch") or ""),
            "ok": self._error is None,
            "sequence": self._sequence,
            "host": {
                "computer": self._host.name.upper(),
                "build": self._host.build,
                "powershell": f"{POWERSHELL_VERSION}.{self._host.build}.1",
                "time": iso_time(self._clock.utc()),
            },
            "milliseconds": round((self._clock.now() - self._began) * 1000),
            "operations": self._operations,
            "error": self._error,
            "steps": self._steps,
        }


def _groups(steps: list[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """Cut steps into neighbours that have lanes, and single ones that have none."""
    group: list[Mapping[str, Any]] = []
    for step in steps:
        if step.get("lane") is not None:
            group.append(step)
            continue
        if group:
            yield group
            group = []
        yield [step]
    if group:
        yield group


def _answer(step: Mapping[str, Any], result: StepResult, milliseconds: int) -> dict[str, Any]:
    answer: dict[str, Any] = {"id": step.get("id"), "status": result.status}
    if result.status != "not_run":
        answer["milliseconds"] = milliseconds
    if result.status in ("done", "skipped"):
        answer["count"] = len(result.objects)
    for key in ("errors", "warnings", "error"):
        if value := getattr(result, key):
            answer[key] = value
    if result.rows:
        answer["rows"] = result.rows
    return answer
