# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""`Get-DependentDisk` of `vm_disks.ps1`: what builds on disk files that are to grow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hyperv_lab.engine.python.area_functions.area_function import AreaFunction, PlainObject, Toolbox
from hyperv_lab.engine.python.area_functions.disk_chain import GET_DISK_CHAIN
from hyperv_lab.engine.python.exact_text import ordinal_fold

DISK_FILES = (".vhd", ".vhdx", ".avhd", ".avhdx")


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


def _folders_of_growing(parameters: Mapping[str, Any]) -> list[str]:
    wanted = list(zip(_listed(parameters["File"]), _listed(parameters["Size"]), strict=True))
    folders: dict[str, str] = {}
    for known in _listed(parameters["Chain"]):
        links = known.get("Links")
        path = ordinal_fold(known.get("Path"))
        if links and any(ordinal_fold(file) == path and links[0].get("Size") < size for file, size in wanted):
            folders.setdefault(ordinal_fold(known.get("Directory")), known.get("Directory"))
    return list(folders.values())


def _owners(toolbox: Toolbox, folders: list[str]) -> dict[str, tuple[str, str | None, str | None]]:
    owners: dict[str, tuple[str, str | None, str | None]] = {}
    machines = toolbox.must("Hyper-V\\Get-VM")
    if machines:
        for drive in toolbox.must("Hyper-V\\Get-VMHardDiskDrive", VM=machines):
            if drive.get("Path") and drive.get("DiskNumber") is None:
                owners[ordinal_fold(drive.get("Path"))] = (drive.get("Path"), drive.get("VMName"), None)
        for checkpoint in toolbox.must("Hyper-V\\Get-VMSnapshot", VM=machines):
            for drive in checkpoint.get("HardDrives"):
                if drive.get("Path") and drive.get("DiskNumber") is None:
                    owner = (drive.get("Path"), checkpoint.get("VMName"), checkpoint.get("Name"))
                    owners.setdefault(ordinal_fold(drive.get("Path")), owner)
    for item in toolbox.must("Microsoft.PowerShell.Management\\Get-ChildItem", LiteralPath=folders):
        if str(item.get("Extension")).casefold() in DISK_FILES:
            owners.setdefault(ordinal_fold(item.get("FullName")), (item.get("FullName"), None, None))
    return owners


def _get_dependent_disk(toolbox: Toolbox, parameters: Mapping[str, Any]) -> None:
    folders = _folders_of_growing(parameters)
    if not folders:
        return
    owners = _owners(toolbox, folders)
    GET_DISK_CHAIN.body(toolbox, {"Path": [path for path, _vm, _checkpoint in owners.values()]})
    chains: list[Any] = list(toolbox.outcome.output)
    toolbox.outcome.output.clear()
    for found in chains:
        _path, vm, checkpoint = owners[ordinal_fold(found.get("Path"))]
        toolbox.outcome.output.append(
            PlainObject(
                Path=found.get("Path"),
                VMName=vm,
                Checkpoint=checkpoint,
                Exists=found.get("Exists"),
                Error=found.get("Error"),
                Parents=[link.get("Path") for link in found.get("Links")[1:]],
            )
        )


GET_DEPENDENT_DISK = AreaFunction(
    "Get-DependentDisk", ("Chain", "File", "Size"), _get_dependent_disk, ("Chain", "File", "Size")
)
