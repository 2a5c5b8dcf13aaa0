# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Operations: batches that the host runs in a process of their own, so that they outlive the connection.

An export, a conversion or a move of storage takes minutes or hours. Windows ends what a closed WinRM shell started;
an operation belongs to no shell (docs/batch.md, "Detached").
"""

from __future__ import annotations

import collections.abc as c
import dataclasses
import hashlib
import json
import typing as t

from .step import Field, Replies, Step

#: The payload file and its functions.
PAYLOAD = "detached"
START, WATCH = "Start-Operation", "Get-Operation"
FUNCTIONS = (START, WATCH, "Remove-Operation")

#: Id of the one step that starts or watches.
OPERATION = "operation"

#: How long one exchange waits on the host for the end. The winrm connection asks again every 20 seconds at most, so
#: this stays far from its time limits.
WAIT_SECONDS = 10

_READ = (
    Field("id", "Id"),
    Field("key", "Key"),
    Field("title", "Title"),
    Field("holder", "Holder"),
    Field("targets", "Targets", "texts"),
    Field("started", "Started"),
    Field("state", "State"),
    Field("step", "Step"),
    Field("percent", "Percent", "integer"),
    Field("activity", "Activity"),
    Field("reply", "Reply"),
)


@dataclasses.dataclass(frozen=True)
class Operation:
    """How a batch that runs detached is known on the host.

    Attributes:
        key: the same for the same task, so that a second run finds what the first one started.
        title: what it is, for people.
        holder: who started it, for people.
        targets: what it changes, as plans say it: `vm web01`. Other runs leave these alone meanwhile.
        wait_seconds: how long the exchange that starts it waits for its end.
    """

    key: str
    title: str
    holder: str
    targets: tuple[str, ...]
    wait_seconds: float = WAIT_SECONDS


@dataclasses.dataclass(frozen=True)
class OperationReport:
    """What the host says about an operation.

    Attributes:
        id: id of the batch that it runs.
        started: when, ISO 8601 in UTC.
        state: `running`, `finished`, or `lost` when its process ended without a reply (the host restarted).
        step: id of the step it is at.
        percent: how far the step's call says it is, or None.
        activity: what the call says it does, perhaps in the host's language.
        reply: line with the reply of the batch, once it is finished.
    """

    id: str
    key: str
    title: str
    holder: str
    targets: tuple[str, ...]
    started: str
    state: str
    step: str = ""
    percent: int | None = None
    activity: str = ""
    reply: str = ""

    @property
    def progress(self) -> str:
        """How far it is, in words: `34 %`, or an empty text."""
        return "" if self.percent is None else f"{self.percent} %"

    def __str__(self) -> str:
        far = f", {self.progress}" if self.progress else ""
        return f"{self.title} (started {self.started} by {self.holder}{far})"


def operation_key(module: str, options: t.Mapping[str, t.Any]) -> str:
    """Return the key of a task: the same module with the same options on the same host is the same operation."""
    text = json.dumps([module, options], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def starting_step(batch_id: str, operation: Operation, body: str) -> Step:
    """Return the step that starts an operation.

    Args:
        batch_id: id of the batch it runs.
        body: that batch, encoded.
    """
    return Step(
        OPERATION,
        START,
        {
            "Id": batch_id,
            "Body": body,
            "Key": operation.key,
            "Title": operation.title,
            "Holder": operation.holder,
            "Targets": list(operation.targets),
            "WaitSeconds": operation.wait_seconds,
        },
        read=_READ,
    )


def watching_step(batch_id: str | None = None, wait_seconds: float = 0) -> Step:
    """Return the step that tells of all operations, or of one with its reply once that has come."""
    parameters = {} if batch_id is None else {"Id": batch_id, "WaitSeconds": wait_seconds}
    return Step(OPERATION, WATCH, parameters, read=_READ)


def understand_operations(replies: Replies) -> tuple[OperationReport, ...]:
    """Return the reports in the reply to a step that starts or watches."""
    reply = replies.get(OPERATION)
    return tuple(_report(row) for row in reply.rows) if reply is not None else ()


def in_the_way(reports: c.Iterable[OperationReport], key: str, targets: c.Iterable[str]) -> OperationReport | None:
    """Return a running operation of another task that changes one of the targets."""
    wanted = {target.casefold() for target in targets}
    return next(
        (
            report
            for report in reports
            if report.state == "running"
            and report.key != key
            and wanted.intersection(target.casefold() for target in report.targets)
        ),
        None,
    )


def _report(row: t.Mapping[str, t.Any]) -> OperationReport:
    percent = row.get("percent")
    return OperationReport(
        id=str(row["id"]),
        key=str(row.get("key") or ""),
        title=str(row.get("title") or ""),
        holder=str(row.get("holder") or ""),
        targets=tuple(row.get("targets") or ()),
        started=str(row.get("started") or ""),
        state=str(row["state"]),
        step=str(row.get("step") or ""),
        percent=percent if isinstance(percent, int) and percent >= 0 else None,
        activity=str(row.get("activity") or ""),
        reply=str(row.get("reply") or ""),
    )
