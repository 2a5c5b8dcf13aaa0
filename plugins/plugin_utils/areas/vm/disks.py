# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Disks of a VM: files made, attached, grown, detached."""

from __future__ import annotations

import dataclasses

from ...core.plan import Refusal
from ...core.setting import OFF_ONLY
from ...core.size import size_text
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
    volume_of,
)
from .change import Changes, Place
from .declaration import VmDeclaration
from .dependent_disks import obstacle_to_growth
from .drive_changes import Declared, attach_states, content, is_disk, rearrange, tune_drive, with_drive
from .drive_declaration import DiskDeclaration, boot_disk_problem
from .drive_settings import NEW_DRIVE, drive_change, new_drive_parameters
from .observation import ObservedDrive, ObservedVm
from .physical_disk_plan import plan_attached_disk, plan_physical_disk
from .settings import HOT
from .world import World


def plan_disks(vm: VmDeclaration, place: Place, observed: ObservedVm, world: World, found: Changes) -> ObservedVm:
    """Note what brings the disks of a VM to their declaration; return the VM as it will be."""
    if vm.disks is None:
        return observed
    observed = rearrange(vm, place, observed, world.observation, found)
    for index, disk in enumerate(vm.disks):
        drive = observed.drive_at(disk.slot)
        if drive is not None and is_disk(drive, disk, world.observation):
            _plan_attached(vm, place, world, found, disk, drive, index)
            observed = tune_drive(place, observed, disk, found)
        elif not _is_elsewhere(observed, disk, world, found):
            observed = _plan_disk(vm, place, observed, world, found, disk, index)
    for physical in vm.physical_disks:
        drive = observed.drive_at(physical.slot)
        if drive is not None and is_disk(drive, physical, world.observation):
            plan_attached_disk(place, observed, world, found, physical)
            observed = tune_drive(place, observed, physical, found)
        elif not _is_elsewhere(observed, physical, world, found):
            observed = plan_physical_disk(vm, place, observed, world, found, physical)
    return observed


def _is_elsewhere(observed: ObservedVm, declared: Declared, world: World, found: Changes) -> bool:
    """Return whether a disk is in another slot that it could not be moved from, which has been refused."""
    return bool(found.refusals) and any(is_disk(drive, declared, world.observation) for drive in observed.drives)


def clear_default_dvd(vm: VmDeclaration, place: Place, observed: ObservedVm, found: Changes) -> ObservedVm:
    """Note the removal of the DVD drive that New-VM puts where a disk is declared; return the VM as it will be.

    Only of a new VM or a half-made one, and before the steps after which it no longer shows that it is half made.
    """
    if not (place.fresh or observed.is_bare):
        return observed
    for disk in vm.drives:
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
    if drive is not None and not drive.is_empty:
        found.refuse(
            f"{disk.option}.slot",
            f"{disk.file.path} is to be in {disk.slot} of VM {vm.name}",
            f"{content(drive, world.observation)} is there",
            "Choose another slot, or set purge: [disks] to detach what is not declared (its file stays).",
        )
        return observed
    if not _slot_is_free(vm, observed, found, disk):
        return observed
    path, others = disk.file.path, (observed.id,)
    user = world.observation.sole_user_of(path, others) if disk.shared else world.observation.user_of(path, others)
    if user is not None:
        found.refuse(
            f"{disk.option}.path",
            f"{path} is to be a disk of VM {vm.name}",
            f"it is attached to VM {user.vm}{', not shared' if disk.shared else ''}, "
            "and two VMs that write to one disk destroy it",
            "Declare shared: true for both (with a guest cluster only), or detach it from the other VM first."
            if disk.shared
            else "Give the disk another path, or detach it from the other VM first.",
        )
        return observed
    keeper = _checkpoint_with(path, world)
    if keeper is not None:
        found.refuse(
            f"{disk.option}.path",
            f"{path} is to be a disk of VM {vm.name}",
            f"{keeper} has it as it was then, and what is written to it would break that",
            "Remove the checkpoint first (checkpoint, state: absent), or give the disk another path.",
        )
        return observed
    if disk.shared and volume_of(path) is not None and "\\clusterstorage\\" not in path_key(path):
        found.warnings.append(
            f"VM {vm.name}: {path} is neither on a cluster shared volume (C:\\ClusterStorage) nor on a share; "
            "Hyper-V shares no disks elsewhere"
        )
    made_before = world.after.get(path_key(path)) if disk.shared else None
    if made_before is not None:
        return _attach(place, observed, found, disk, drive, index)
    chains = world.observation.chains
    file_plan = plan_disk_file(disk.file, chains, f"{place.id}.disk{index}", place.lane, world.observation.file_users)
    if not file_plan.refusals and not disk.shared and _is_open_elsewhere(path, world):
        found.refuse(
            f"{disk.option}.path",
            f"{path} is to be a disk of VM {vm.name}",
            "something that is not on this host has it open as a disk, "
            "such as a VM that runs on another node of a cluster",
            "Run the task on that node, or detach the disk there first.",
        )
        return observed
    made_by_host = joined(vm.get("path"), vm.name) if place.fresh and vm.get("path") else None
    if file_plan.made:
        world.need_directory(disk.file.path, chains.get(path_key(disk.file.path)), made_by_host)
    size = file_plan.after.top.size if file_plan.after is not None and file_plan.after.top is not None else None
    problem = boot_disk_problem(disk.slot, size) if observed.generation == 1 else None
    if problem is not None and not file_plan.refusals:
        asked = f"{path} is to be in {disk.slot} of VM {vm.name}"
        found.refuse(f"{disk.option}.slot", asked, problem, "Change the slot or the generation.")
        return observed
    if not _note_file(vm, place, world, found, disk, file_plan, made=file_plan.made):
        return observed
    return _attach(place, observed, found, disk, drive, index)


def _checkpoint_with(path: str, world: World) -> str | None:
    """Return the checkpoint, of a VM that stays, that has a file among its disks."""
    return next(
        (
            f"checkpoint {checkpoint.name} of VM {vm.name}"
            for vm in world.observation.vms
            if vm.id not in world.leaving
            for checkpoint in vm.checkpoints
            if any(same_path(file, path) for file in checkpoint.files)
        ),
        None,
    )


def _is_open_elsewhere(path: str, world: World) -> bool:
    """Whether a file is open as a disk, and neither a VM of this host has it nor the host itself has mounted it."""
    chain = world.observation.chains.get(path_key(path))
    top = chain.top if chain is not None else None
    return (
        top is not None
        and top.attached
        and top.disk_number is None
        and path_key(path) not in world.observation.file_users
    )


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
    if not refusals and plan.steps and not made:
        obstacle = obstacle_to_growth(disk.file.path, world.observation.dependent_disks)
        if obstacle is not None:
            asked = f"{disk.file.path} is to grow to {size_text(disk.file.size or 0)}"
            remedy = "Give each VM a disk of its own, or leave out size; growing a file below others breaks them."
            refusals.append(Refusal(f"{disk.option}.size", asked, obstacle, remedy))
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
        steps = [
            dataclasses.replace(place.planned(step.step, f"disk {disk.slot}: {step.reason}"), long=step.long)
            for step in plan.steps
        ]
        if attached:
            found.add(f"{disk.option}.size", *steps, states=HOT if growing_hot else OFF_ONLY)
        elif disk.shared:
            world.shared_files += [
                dataclasses.replace(planned, step=dataclasses.replace(planned.step, lane=None)) for planned in steps
            ]
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
        "Choose another slot, or remove the DVD drive (an entry of dvds with state: absent).",
    )
    return False


def _attach(
    place: Place, observed: ObservedVm, found: Changes, disk: DiskDeclaration, drive: ObservedDrive | None, index: int
) -> ObservedVm:
    path = normal_path(disk.file.path)
    step: Step
    if drive is not None:
        # an attach that was interrupted between drive and medium (os-win 2997b90)
        call = drive_change(disk.settings, drive.settings)
        step = place.step(
            f"disk{index}.insert",
            "Hyper-V\\Set-VMHardDiskDrive",
            {
                "VMHardDiskDrive": place.drive(disk.slot),
                "Path": path,
                **(call.parameters if call is not None else {}),
            },
        )
        settings = {**drive.settings, **disk.settings}
    else:
        call = new_drive_parameters(disk.settings)
        step = place.step(
            f"disk{index}.attach",
            "Hyper-V\\Add-VMHardDiskDrive",
            {"VM": place.vm, **disk.slot.parameters, "Path": path, **call.parameters, "Passthru": True},
        )
        found.devices[("disk", disk.slot)] = step.id
        settings = {**NEW_DRIVE, **disk.settings}
    reasons = [f"disk {disk.slot}: {reason}" for reason in (call.reasons if call is not None else ())]
    found.add(
        f"{disk.option}.path",
        place.planned(step, f"disk {disk.slot}: none -> {path}", *reasons),
        states=attach_states(disk.slot) & (call.states if call is not None else attach_states(disk.slot)),
    )
    return with_drive(observed, ObservedDrive(observed.id, disk.slot, path, None, settings))
