# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The functions of `checkpoint.ps1`: a checkpoint of another type than the machine's, and the wait for merges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hyperv_lab.engine.python.area_functions.area_function import AreaFunction, PlainObject, Toolbox
from hyperv_lab.engine.python.exact_text import exact_text
from hyperv_lab.simulation.errors import ErrorRecord

TYPES = ("standard", "production", "productiononly")
BUSY = frozenset({"MergingDisks", "DeletingSnapshot", "CreatingSnapshot", "ApplyingSnapshot"})


def _new_checkpoint(toolbox: Toolbox, parameters: Mapping[str, Any]) -> None:
    machine = toolbox.must("Hyper-V\\Get-VM", Id=parameters["VM"].get("Id"))[0]
    before = exact_text(machine.get("CheckpointType"))
    folder = str(machine.get("ConfigurationLocation")).rstrip("\\")
    mark = f"{folder}\\{exact_text(machine.get('Id'))}.{before}.datacenter-hyperv-checkpoint"
    toolbox.must("Microsoft.PowerShell.Management\\New-Item", Path=mark, ItemType="File", Force=True)
    toolbox.must("Hyper-V\\Set-VM", VM=machine, CheckpointType=parameters["Type"])
    try:
        toolbox.outcome.output += toolbox.must(
            "Hyper-V\\Checkpoint-VM", VM=machine, SnapshotName=parameters["Name"], Passthru=True
        )
    finally:
        toolbox.must("Hyper-V\\Set-VM", VM=machine, CheckpointType=before)
        toolbox.must("Microsoft.PowerShell.Management\\Remove-Item", LiteralPath=mark, Force=True)


@dataclass
class _Waiting:
    identifier: Any
    name: str
    calm: int = 0


def _wait_for_merge(toolbox: Toolbox, parameters: Mapping[str, Any]) -> None:
    machines = parameters["VM"]
    waiting = [
        _Waiting(machine.get("Id"), str(machine.get("Name")))
        for machine in (machines if isinstance(machines, list) else [machines])
    ]
    seconds = parameters.get("Seconds", 3600)
    files = parameters.get("Gone") or []
    gone = {str(path).casefold() for path in (files if isinstance(files, list) else [files])}
    began = toolbox.clock.now()
    while True:
        for entry in list(waiting):
            machine = toolbox.must("Hyper-V\\Get-VM", Id=entry.identifier)[0]
            busy = any(exact_text(word) in BUSY for word in machine.get("OperationalStatus"))
            busy = busy or any(str(drive.get("Path")).casefold() in gone for drive in machine.get("HardDrives"))
            entry.calm = 0 if busy else entry.calm + 1
            if entry.calm >= 2:
                waiting.remove(entry)
                passed = int(toolbox.clock.now() - began)
                toolbox.outcome.output.append(PlainObject(Id=entry.identifier, Name=entry.name, Seconds=passed))
        if not waiting or toolbox.clock.now() - began >= seconds:
            break
        toolbox.clock.sleep(1)
    for entry in waiting:
        toolbox.outcome.errors.append(
            ErrorRecord(
                "MergeTimeout",
                "Wait-DiskMerge",
                "OperationTimeout",
                f"The disks of {entry.name} are still being merged after {seconds} seconds. The host goes on with it.",
                exception_type="System.InvalidOperationException",
            )
        )


NEW_CHECKPOINT = AreaFunction(
    "New-Checkpoint", ("VM", "Name", "Type"), _new_checkpoint, ("VM", "Name", "Type"), {"Type": TYPES}
)
WAIT_FOR_MERGE = AreaFunction("Wait-DiskMerge", ("VM", "Seconds", "Gone"), _wait_for_merge, ("VM",))
