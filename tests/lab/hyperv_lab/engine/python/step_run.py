# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Running one step: calls, retries, waits, filters, projection (docs/batch.md, "Step")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hyperv_lab.engine.python.commands import Command
from hyperv_lab.engine.python.concealment import Concealment
from hyperv_lab.engine.python.exact_text import ordinal_fold
from hyperv_lab.engine.python.problems import BatchProblem, Problem, problem_of_record
from hyperv_lab.engine.python.projection import row_of
from hyperv_lab.engine.python.selection import Filter, select
from hyperv_lab.simulation.clock import Clock
from hyperv_lab.simulation.errors import CmdletError, ErrorRecord, signed

LEAST_PAUSE = 0.01


@dataclass
class StepResult:
    """What became of a step."""

    status: str = "failed"
    objects: list[Any] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    error: Problem | None = None


def is_tolerated(problem: Problem, entries: Sequence[Mapping[str, Any]]) -> bool:
    """Whether one of the step's `tolerate` entries fits the error in all its keys."""
    return any(all(_same(problem[key], key, wanted) for key, wanted in entry.items()) for entry in entries)


def _same(actual: Any, key: str, wanted: Any) -> bool:
    if key == "hresult":
        return actual is not None and actual == signed(wanted & 0xFFFFFFFF)
    if actual is None:
        return False
    texts = {ordinal_fold(str(actual))}
    if key == "error_id":
        texts.add(ordinal_fold(str(actual).split(",", 1)[0]))
    return ordinal_fold(str(wanted)) in texts


class StepRun:
    """One step whose parameters are known.

    Args:
        step: as in the request.
        command: what it calls.
        parameters: values by name.
        clock: simulated time.
        deadline: simulated time after which nothing new starts, or None.
        concealment: masks secrets in texts.
    """

    def __init__(
        self,
        step: Mapping[str, Any],
        command: Command,
        parameters: dict[str, Any],
        clock: Clock,
        deadline: float | None,
        concealment: Concealment,
    ) -> None:
        self._step = step
        self._command = command
        self._parameters = parameters
        self._clock = clock
        self._deadline = deadline
        self._concealment = concealment
        self._began = clock.now()
        self.result = StepResult()

    def run(self) -> None:
        """Fill `result`.

        Raises:
            BatchProblem: of kinds timeout, deadline, ambiguous, missing, projection.
        """
        result = self.result
        wait = self._step.get("wait")
        until = Filter(wait["until"]) if wait else None
        while True:
            passed = self._call_with_retries()
            if result.error is not None:
                return
            result.objects = select(result.objects, self._step.get("where"))
            if until is None or (result.objects and all(until.accepts(thing) for thing in result.objects)):
                break
            assert wait is not None
            if passed >= wait["seconds"]:
                raise BatchProblem("timeout", f"not reached in {wait['seconds']} seconds")
            if self._late():
                raise BatchProblem("deadline", "the deadline of the batch cut the wait short")
            self._pause(wait.get("every_seconds") or 1)
        self._check_count(len(result.objects))
        fields = self._step.get("read")
        if fields:
            result.rows = [row_of(thing, fields) for thing in result.objects]
        result.status = "done"

    def _check_count(self, count: int) -> None:
        expect = self._step.get("expect", "any")
        if count > 1 and expect in ("one", "none_or_one"):
            raise BatchProblem("ambiguous", f"{count} objects match")
        if count == 0 and expect == "one":
            raise BatchProblem("missing", "no object matches")

    def _call_with_retries(self) -> float:
        result = self.result
        retry = self._step.get("retry")
        while True:
            problems = self._call()
            passed = self._clock.now() - self._began
            if not retry or passed >= retry["seconds"] or self._late():
                break
            numbers = {signed(number & 0xFFFFFFFF) for number in retry["hresults"]}
            if not any(problem["hresult"] in numbers for problem in problems):
                break
            self._pause(retry.get("every_seconds") or 1)
        problems = [problem for problem in problems if not is_tolerated(problem, self._step.get("tolerate") or ())]
        result.errors = []
        if self._step.get("collect"):
            result.errors = problems
        elif problems:
            result.error = problems[0]
        return passed

    def _call(self) -> list[Problem]:
        result = self.result
        result.objects, result.warnings = [], []
        try:
            outcome = self._command.run(self._parameters)
        except CmdletError as error:
            return [self._problem(error.record)]
        result.objects = [value for value in outcome.output if value is not None]
        if not self._step.get("secret"):
            result.warnings = [self._concealment.hide(text) for text in outcome.warnings]
        return [self._problem(record) for record in outcome.errors]

    def _problem(self, record: ErrorRecord) -> Problem:
        message = None if self._step.get("secret") else self._concealment.hide(record.message)
        return problem_of_record(record, self._step, message)

    def _late(self) -> bool:
        return self._deadline is not None and self._clock.now() >= self._deadline

    def _pause(self, seconds: float) -> None:
        if self._deadline is not None:
            seconds = min(seconds, self._deadline - self._clock.now())
        self._clock.sleep(max(seconds, LEAST_PAUSE))
