# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What `batch.ps1` gives as the result of an asynchronous job: the forecast, unless a step failed."""

from __future__ import annotations

import json
from typing import Any

from hyperv_lab.engine.python.batch_text import BatchText


def job_result(line: str, forecast: str) -> dict[str, Any]:
    """Return the result of a job.

    Args:
        line: the reply of its batch.
        forecast: JSON of the result that the plan foretells.
    """
    expected: dict[str, Any] = json.loads(forecast)
    reply = _reply(line)
    operation = next(
        (step["rows"][0] for step in reply["steps"] if step["id"] == "operation" and step.get("rows")), None
    )
    if reply["ok"] and operation is not None:
        if operation["state"] == "running":
            problem = "the operation has not ended in the job's time; the host goes on with it"
            return {"failed": True, "changed": True, "msg": problem}
        if operation["state"] != "finished":
            problem = "the operation ended without an answer; the host may have been restarted"
            return {"failed": True, "changed": True, "msg": problem}
        reply = _reply(operation["reply"])
    return expected if reply["ok"] else _failure(reply, expected["plan"])


def _reply(line: str) -> dict[str, Any]:
    content = BatchText(frozenset(), line.partition(":")[2]).request()
    assert isinstance(content, dict)
    return content


def _failure(reply: dict[str, Any], plan: list[dict[str, Any]]) -> dict[str, Any]:
    error, steps = reply["error"], reply["steps"]
    message = str(error["message"] or "")
    for planned, step in zip(plan, steps, strict=False):
        if step["id"] == error["step"]:
            message = f"{planned['target']}: {'; '.join(planned['reasons'])}: {message}"
    done = sum(step["status"] == "done" for step in steps)
    message += f" ({done} of {len(steps)} steps were done before.)" if done else " (Nothing was changed.)"
    return {"failed": True, "changed": bool(done), "msg": message, "error": error}
