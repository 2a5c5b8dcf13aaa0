# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""`Start-Operation`, `Get-Operation`, `Remove-Operation` of `detached.ps1`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hyperv_lab.engine.python.area_functions.area_function import AreaFunction, PlainObject, Toolbox
from hyperv_lab.engine.python.exact_text import iso_time
from hyperv_lab.engine.python.operations import HostOperation, await_end, begin, operations_of


def _start(toolbox: Toolbox, parameters: Mapping[str, Any]) -> None:
    batches = toolbox.batches
    host = batches.host
    operation = HostOperation(
        id=str(parameters["Id"]),
        key=str(parameters.get("Key") or ""),
        title=str(parameters.get("Title") or ""),
        holder=str(parameters.get("Holder") or ""),
        targets=[str(target) for target in parameters.get("Targets") or ()],
        started=iso_time(host.estate.clock.utc()),
    )
    body = str(parameters["Body"])
    begin(host, operation, lambda: batches.run(body, operation))
    batches.unlock()
    _tell(toolbox, operation, parameters.get("WaitSeconds") or 0, whole=True)
    if operation.state == "running":  # what comes behind reads what it makes
        batches.leave_the_rest()


def _get(toolbox: Toolbox, parameters: Mapping[str, Any]) -> None:
    wanted = parameters.get("Id")
    for operation in list(operations_of(toolbox.batches.host).values()):
        if not wanted or operation.id == wanted:
            _tell(toolbox, operation, parameters.get("WaitSeconds") or 0, whole=bool(wanted))


def _tell(toolbox: Toolbox, operation: HostOperation, seconds: float, *, whole: bool) -> None:
    await_end(operation, seconds)
    toolbox.outcome.output.append(
        PlainObject(
            Id=operation.id,
            Key=operation.key,
            Title=operation.title,
            Holder=operation.holder,
            Targets=list(operation.targets),
            Started=operation.started,
            State=operation.state,
            Step=operation.step,
            Percent=operation.percent,
            Activity=operation.activity,
            Reply=operation.reply if whole and operation.reply else None,
        )
    )


def _remove(toolbox: Toolbox, parameters: Mapping[str, Any]) -> None:
    given = parameters["Id"]
    operations = operations_of(toolbox.batches.host)
    for one in given if isinstance(given, list) else [given]:
        known = operations.get(str(one))
        if known is not None and known.reply is not None:
            del operations[known.id]


START_OPERATION = AreaFunction(
    "Start-Operation", ("Id", "Body", "Key", "Title", "Holder", "Targets", "WaitSeconds"), _start, ("Id", "Body")
)
GET_OPERATION = AreaFunction("Get-Operation", ("Id", "WaitSeconds"), _get)
REMOVE_OPERATION = AreaFunction("Remove-Operation", ("Id",), _remove, ("Id",))
