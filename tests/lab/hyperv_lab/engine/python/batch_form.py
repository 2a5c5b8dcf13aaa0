# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Checks of a request's form, before anything happens (docs/batch.md, "Request" and "Step")."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hyperv_lab.engine.python.problems import BatchProblem

VERSION = 1
STEP_KEYS = frozenset(
    {"id", "call", "with", "where", "expect", "read", "collect", "tolerate", "retry", "wait", "lane", "secret"}
)
_CALL = re.compile(r"([A-Za-z][\w.-]*\\)?[A-Za-z]+-\w+", re.ASCII)
_RUNNERS_OWN = re.compile(
    r"(Error|Warning|Information)(Action|Variable)|Out(Variable|Buffer)|PipelineVariable", re.IGNORECASE
)


class MalformedStep(BatchProblem):
    """A step whose form is wrong.

    Attributes:
        step: the step.
    """

    def __init__(self, step: Mapping[str, Any], message: str) -> None:
        super().__init__("batch", message)
        self.step = step


def check_batch(request: Any) -> None:
    """Raise BatchProblem (kind `batch`) when the request has a form that no runner understands."""
    if not isinstance(request, dict) or not isinstance(request.get("steps"), list):
        raise BatchProblem("batch", "the batch cannot be read: no object with steps")
    if request.get("version") != VERSION:
        raise BatchProblem("batch", f"version {VERSION} is known here, not {request.get('version')}")
    functions = request.get("functions") or []
    seen: set[str] = set()
    for step in request["steps"]:
        strange = set(step) - STEP_KEYS
        strange |= {name for name in step.get("with") or {} if _RUNNERS_OWN.fullmatch(name)}
        if strange:
            raise MalformedStep(step, f"a step cannot have {', '.join(sorted(strange))}")
        call = step.get("call")
        if not isinstance(call, str) or not _CALL.fullmatch(call):
            raise MalformedStep(step, "this is no call")
        if "\\" not in call and call not in functions:
            raise MalformedStep(step, f"the batch does not name {call}")
        if step["id"] in seen:
            raise MalformedStep(step, "two steps have this id")
        seen.add(step["id"])
