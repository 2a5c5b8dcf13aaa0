# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Failures of a batch or of one of its steps, in the shape that the reply gives them (docs/batch.md, "Reply")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hyperv_lab.simulation.errors import ErrorRecord

Problem = dict[str, Any]


class BatchProblem(Exception):
    """A failure with its kind.

    Attributes:
        kind: one of the kinds of docs/batch.md.
        more: further keys for the reply, such as `parameter` or `holder`.
    """

    def __init__(self, kind: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.more = more


def _frame(kind: str, step: Mapping[str, Any], message: str | None) -> Problem:
    return {
        "kind": kind,
        "step": step.get("id"),
        "call": step.get("call"),
        "error_id": None,
        "category": None,
        "hresult": None,
        "exception": None,
        "message": message,
        "position": None,
    }


def problem_of_record(record: ErrorRecord, step: Mapping[str, Any], message: str | None) -> Problem:
    """A cmdlet's error record as the reply shows it; `message` is its text without secrets, or None."""
    problem = _frame("cmdlet", step, message)
    problem["error_id"] = record.fully_qualified
    problem["category"] = record.category
    problem["hresult"] = record.cause
    problem["exception"] = record.exception_type
    return problem


def problem_of_exception(error: BatchProblem, step: Mapping[str, Any], message: str | None) -> Problem:
    """A failure of the batch itself as the reply shows it."""
    problem = _frame(error.kind, step, message)
    problem.update(error.more)
    return problem


def internal_problem(error: Exception, step: Mapping[str, Any], message: str | None) -> Problem:
    """A failure of the runner."""
    problem = _frame("internal", step, message)
    problem["exception"] = type(error).__name__
    return problem
