# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Reading steps for drives and controllers: which a declaration needs, and what their rows mean."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from ...core.step import Condition, Field, Reference, Step
from ..virtual_disk import path_key, volume_of
from .declaration import Declaration, VmDeclaration
from .drive_settings import FIELDS
from .physical_disks import host_disks_step, partitions_step
from .settings import VMS

PMEM_CONTROLLERS, FLOPPIES, MEDIA = "pmem_controllers", "floppies", "media"

#: Get-Disk -Number for a disk that is gone.
NO_SUCH_DISK = ({"error_id": "CmdletizationQuery_NotFound_Number"},)

_VM = Field("vm", "VMId", "guid")


class DeviceNeeds:
    """Which readings of drives and controllers a declaration needs.

    Attributes:
        media: local paths of declared images. A share is not looked at: the host may not be able to with the rights of
            the connection, and Hyper-V opens it with its own.
    """

    def __init__(self, declaration: Declaration) -> None:
        present = [vm for vm in declaration.vms if vm.present]
        drives = [drive for vm in present for drive in vm.drives]
        self.settings = any(drive.settings for drive in drives)
        self.physical = any(vm.physical_disks for vm in present)
        self.all_drives = self.physical
        self.scsi = any(_has_devices(vm) for vm in present)
        self.pmem = any(slot.controller == "PMEM" for vm in present for slot in _slots(vm))
        self.floppies = any(vm.get("floppy") is not None for vm in present)
        self.dvds = any(vm.dvds is not None for vm in present)
        paths = [dvd.path for vm in present for dvd in vm.dvds or () if dvd.path and not dvd.absent]
        paths += [vm.get("floppy") for vm in present if vm.get("floppy")]
        self.media = tuple(dict.fromkeys(path for path in paths if volume_of(path) is not None))

    @property
    def drive_fields(self) -> tuple[Field, ...]:
        """More fields for the step that reads hard disk drives."""
        return FIELDS if self.settings else ()


def device_steps(needs: DeviceNeeds, where: tuple[Condition, ...]) -> list[Step]:
    """Return the reading steps, beside those for drives."""
    declared = Reference(VMS, where=where)
    steps = []
    if needs.pmem:
        steps.append(pmem_controllers_step(declared))
    if needs.floppies:
        steps.append(floppies_step(where))
    if needs.physical:
        steps += [host_disks_step(), partitions_step()]
    if needs.media:
        steps.append(media_step(needs.media))
    return steps


def pmem_controllers_step(vms: Reference) -> Step:
    """Return the step that reads persistent memory controllers."""
    read = (_VM, Field("number", "ControllerNumber", "integer"))
    return Step(PMEM_CONTROLLERS, "Hyper-V\\Get-VMPmemController", {"VM": vms}, read=read)


def floppies_step(where: tuple[Condition, ...]) -> Step:
    """Return the step that reads floppy disk drives of generation 1; Get-VMFloppyDiskDrive fails on generation 2."""
    vms = Reference(VMS, where=(("Generation", (1,)), *where))
    return Step(FLOPPIES, "Hyper-V\\Get-VMFloppyDiskDrive", {"VM": vms}, read=(_VM, Field("path", "Path")))


def media_step(paths: c.Sequence[str]) -> Step:
    """Return the step that tells which files are there: one answer for each path, in order."""
    return Step(
        MEDIA,
        "Microsoft.PowerShell.Management\\Test-Path",
        {"LiteralPath": list(paths)},
        read=(Field("exists", ".", "boolean"),),
    )


def pass_through_step() -> Step:
    """Return the step that reads the host's disks that drives hold; it is skipped where none does."""
    numbers = Reference("drives", get="DiskNumber")
    return dataclasses.replace(host_disks_step(), parameters={"Number": numbers}, tolerate=NO_SUCH_DISK)


def understood_media(needed: c.Sequence[str], rows: c.Sequence[t.Mapping[str, t.Any]]) -> dict[str, bool]:
    """Return whether the files are there, by `path_key`."""
    return {path_key(path): bool(row["exists"]) for path, row in zip(needed, rows, strict=False)}


def _has_devices(vm: VmDeclaration) -> bool:
    return bool(vm.drives or vm.dvds or vm.get("scsi_controllers") is not None)


def _slots(vm: VmDeclaration) -> list[t.Any]:
    return [drive.slot for drive in vm.drives] + list(vm.empty_slots)
