# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Disks of a VM: files made, attached, grown, detached."""

from __future__ import annotations

import dataclasses

from ...core.plan import Refusal
from ...core.setting import OFF_ONLY
from ...core.step import Step
from ..virtual_disk import (
    FilePlan,
    extension_of,
    growth_plan,
    joined,
    normal_path,
    path_key,
    plan_disk_file,
    same_path,
    type_refusals,
)
from .change import Changes, Place
from .declaration import DiskDeclaration, VmDeclaration
from .observation import ObservedDrive, ObservedVm
from .settings import HOT
from .world import World


def plan_disks(vm: VmDeclaration, place: Place, observed: ObservedVm, world: World, found: Changes) -> ObservedVm:
    """Note what brings the disks of a VM to their declaration; return the VM as it will be."""
    if vm.disks is None:
        return observed
    observed = _add_controllers(vm, place, observed, found)
    detached = _drives_to_detach(vm, observed, world)
    for drive in detached:
        observed = _detach(vm, place, observed, drive, found)
    for index, disk in enumerate(vm.disks):
        observed = _plan_disk(vm, place, observed, world, found, disk, index)
    return observed


def clear_default_dvd(vm: VmDeclaration, place: Place, observed: ObservedVm, found: Changes) -> ObservedVm:
    """Note the removal of the DVD drive that New-VM puts where a disk is declared; return the VM as it will be.

    Only of a new VM or a half-made one, and before the steps after which it no longer shows that it is half made.
    """
    if not (place.fresh or observed.is_bare):
        return observed
    for disk in vm.disks or ():
        dvd = observed.dvd_at(disk.slot)
        if dvd is None or dvd.path:
            continue
        step = place.step(
            f"dvd_{str(disk.slot).replace(':', '_')}",
            "Hyper-V\\Remove-VMDvdDrive",
            {"VMDvdDrive": place.drive(disk.slot, "DVDDrives")},
        )
        reason = f"the empty DVD drive that a new VM has at {disk.slot} -> none"
        found.add(f"{disk.option}.slot", place.planned(step, reason), states=OFF_ONLY)
        observed = dataclasses.replace(observed, dvds=tuple(other for other in observed.dvds if other != dvd))
    return observed


def _add_controllers(vm: VmDeclaration, place: Place, observed: ObservedVm, found: Changes) -> ObservedVm:
    numbers = [disk.slot.number for disk in vm.disks or () if disk.slot.controller == "SCSI"]
    needed = max(numbers, default=-1) + 1
    for number in range(observed.controllers, needed):
        step = place.step(f"controller{number}", "Hyper-V\\Add-VMScsiController", {"VM": place.vm})
        found.add(vm.where("disks"), place.planned(step, f"SCSI controller {number}"), states=OFF_ONLY)
    return dataclasses.replace(observed, controllers=max(observed.controllers, needed))


def _drives_to_detach(vm: VmDeclaration, observed: ObservedVm, world: World) -> list[ObservedDrive]:
    if "disks" not in vm.purged:
        return []
    declared = {disk.slot: disk for disk in vm.disks or ()}
    return [
        drive
        for drive in observed.drives
        if drive.slot not in declared
        or drive.disk_number is not None
        or (drive.path and not _is_disk(drive, declared[drive.slot], world))
    ]


def _detach(vm: VmDeclaration, place: Place, observed: ObservedVm, drive: ObservedDrive, found: Changes) -> ObservedVm:
    step = place.step(
        f"detach_{str(drive.slot).replace(':', '_')}",
        "Hyper-V\\Remove-VMHardDiskDrive",
        {"VMHardDiskDrive": place.drive(drive.slot)},
    )
    what = drive.path or ("a pass-through disk" if drive.disk_number is not None else "an empty drive")
    found.add(
        vm.where("purge"),
        place.planned(step, f"disk {drive.slot}: {what} -> none"),
        states=HOT if drive.slot.controller == "SCSI" else OFF_ONLY,
    )
    return dataclasses.replace(
        observed,
        drives=tuple(other for other in observed.drives if other != drive),
        boot=tuple(key for key in observed.boot if key != ("disk", drive.slot)),
    )


def _plan_disk(
    vm: VmDeclaration,
    place: Place,
    observed: ObservedVm,
    world: World,
    found: Changes,
    disk: DiskDeclaration,
    index: int,
) -> ObservedVm:
    drive = observed.drive_at(disk.slot)
    if drive is not None and drive.path and _is_disk(drive, disk, world):
        _plan_attached(vm, place, world, found, disk, drive, index)
        return observed
    if drive is not None and (drive.path or drive.disk_number is not None):
        found.refuse(
            f"{disk.option}.slot",
            f"{disk.file.path} is to be in {disk.slot} of VM {vm.name}",
            f"{drive.path or 'a pass-through disk'} is there",
            "Choose another slot, or set purge: [disks] to detach what is not declared (its file stays).",
        )
        return observed
    if not _slot_is_free(vm, observed, found, disk):
        return observed
    elsewhere = next((other for other in observed.drives if other.path and same_path(other.path, disk.file.path)), None)
    if elsewhere is not None:
        found.refuse(
            f"{disk.option}.slot",
            f"{disk.file.path} is to be in {disk.slot} of VM {vm.name}",
            f"it is attached to {elsewhere.slot} of the same VM",
            "Declare that slot, or set purge: [disks] to detach it there first.",
        )
        return observed
    user = world.observation.user_of(disk.file.path, but=(observed.id,))
    if user is not None:
        found.refuse(
            f"{disk.option}.path",
            f"{disk.file.path} is to be a disk of VM {vm.name}",
            f"it is attached to VM {user.vm}, and two VMs that write to one disk destroy it",
            "Give the disk another path, or detach it from the other VM first.",
        )
        return observed
    chains = world.observation.chains
    file_plan = plan_disk_file(disk.file, chains, f"{place.id}.disk{index}", place.lane, world.observation.file_users)
    made_by_host = joined(vm.get("path"), vm.name) if place.fresh and vm.get("path") else None
    if file_plan.made:
        world.need_directory(disk.file.path, chains.get(path_key(disk.file.path)), made_by_host)
    if not _note_file(vm, place, world, found, disk, file_plan, made=file_plan.made):
        return observed
    return _attach(place, observed, found, disk, drive, index)


def _is_disk(drive: ObservedDrive, disk: DiskDeclaration, world: World) -> bool:
    """Return whether a drive holds the declared disk: the file itself, or a checkpoint's file on top of it."""
    if same_path(drive.path, disk.file.path):
        return True
    if extension_of(drive.path) not in (".avhd", ".avhdx"):
        return False
    chain = world.observation.chain(drive.path)
    return chain is not None and chain.link_at(disk.file.path) is not None


def _plan_attached(
    vm: VmDeclaration,
    place: Place,
    world: World,
    found: Changes,
    disk: DiskDeclaration,
    drive: ObservedDrive,
    index: int,
) -> None:
    chain = world.observation.chain(drive.path)
    link = chain.link_at(disk.file.path) if chain is not None else None
    if chain is None or link is None:
        reason = chain.error if chain is not None and chain.error else "the file is not there"
        found.refuse(
            f"{disk.option}.path",
            f"{disk.file.path} is to be in {disk.slot} of VM {vm.name}",
            f"the drive is there, but not the disk: {reason}",
            "Bring the file back (restore it, bring its volume online, close what holds it), or detach the drive.",
        )
        return
    refusals = type_refusals(disk.file, link)
    if refusals:
        found.refusals += refusals
        return
    plan = growth_plan(disk.file, chain, f"{place.id}.disk{index}", place.lane)
    _note_file(vm, place, world, found, disk, plan, made=False, attached=True)


def _note_file(
    vm: VmDeclaration,
    place: Place,
    world: World,
    found: Changes,
    disk: DiskDeclaration,
    plan: FilePlan,
    *,
    made: bool,
    attached: bool = False,
) -> bool:
    refusals: list[Refusal] = list(plan.refusals)
    if not refusals and plan.steps:
        option = "size" if disk.file.size is not None and not disk.file.copy_of else "path"
        refusals += world.space.take(f"{disk.option}.{option}", disk.file.path, plan.taken, plan.promised)
    found.refusals += refusals
    if refusals:
        return False
    if plan.after is not None:
        world.after[path_key(disk.file.path)] = plan.after
    if plan.steps:
        growing_hot = disk.slot.controller == "SCSI" and extension_of(disk.file.path) == ".vhdx"
        steps = [place.planned(step.step, f"disk {disk.slot}: {step.reason}") for step in plan.steps]
        if attached:
            found.add(f"{disk.option}.size", *steps, states=HOT if growing_hot else OFF_ONLY)
        else:
            found.add(f"{disk.option}.path", *steps, early=True)
    return True


def _slot_is_free(vm: VmDeclaration, observed: ObservedVm, found: Changes, disk: DiskDeclaration) -> bool:
    if observed.dvd_at(disk.slot) is None:
        return True
    found.refuse(
        f"{disk.option}.slot",
        f"{disk.file.path} is to be in {disk.slot} of VM {vm.name}",
        "a DVD drive is there",
        "Choose another slot, or remove the DVD drive first.",
    )
    return False


def _attach(
    place: Place, observed: ObservedVm, found: Changes, disk: DiskDeclaration, drive: ObservedDrive | None, index: int
) -> ObservedVm:
    path = normal_path(disk.file.path)
    step: Step
    if drive is not None:
        # an attach that was interrupted between drive and medium (os-win 2997b90)
        step = place.step(
            f"disk{index}.insert",
            "Hyper-V\\Set-VMHardDiskDrive",
            {"VMHardDiskDrive": place.drive(disk.slot), "Path": path},
        )
    else:
        step = place.step(
            f"disk{index}.attach",
            "Hyper-V\\Add-VMHardDiskDrive",
            {"VM": place.vm, **disk.slot.parameters, "Path": path, "Passthru": True},
        )
        found.devices[("disk", disk.slot)] = step.id
    found.add(
        f"{disk.option}.path",
        place.planned(step, f"disk {disk.slot}: none -> {path}"),
        states=HOT if disk.slot.controller == "SCSI" else OFF_ONLY,
    )
    others = tuple(other for other in observed.drives if other != drive)
    return dataclasses.replace(observed, drives=(*others, ObservedDrive(observed.id, disk.slot, path)))
