# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Disks of the host that a VM gets whole: taken offline on the host, and attached."""

from __future__ import annotations

from ...core.plan import PlannedStep
from ...core.setting import OFF_ONLY
from ...core.step import Reference, Step
from ..virtual_disk import is_inside
from .change import Changes, Place
from .declaration import VmDeclaration
from .drive_changes import attach_states, content, with_drive
from .drive_declaration import PhysicalDiskDeclaration, boot_disk_problem
from .drive_settings import NEW_DRIVE, drive_change, new_drive_parameters
from .observation import ObservedDrive, ObservedVm
from .physical_disks import HostDisk, find_disk
from .world import World


def plan_physical_disk(
    vm: VmDeclaration,
    place: Place,
    observed: ObservedVm,
    world: World,
    found: Changes,
    declared: PhysicalDiskDeclaration,
) -> ObservedVm:
    """Note what attaches a disk of the host that is not in its slot; return the VM as it will be."""
    asked = f"{declared.key} is to be in {declared.slot} of VM {vm.name}"
    option = f"{declared.option}.physical_disk"
    disk, obstacle, remedy = find_disk(declared.key, world.observation.host_disks)
    if disk is None or disk.number is None:
        found.refuse(option, asked, obstacle, remedy)
        return observed
    drive = observed.drive_at(declared.slot)
    if drive is not None and not drive.is_empty:
        found.refuse(
            f"{declared.option}.slot",
            asked,
            f"{content(drive, world.observation)} is there",
            "Choose another slot, or set purge: [disks] to detach what is not declared (nothing is deleted).",
        )
        return observed
    if observed.dvd_at(declared.slot) is not None:
        found.refuse(
            f"{declared.option}.slot",
            asked,
            "a DVD drive is there",
            "Choose another slot, or remove the DVD drive (an entry of dvds with state: absent).",
        )
        return observed
    owner = world.observation.owner_of_disk(disk.number, but=(observed.id, *world.leaving))
    name = owner.name if owner is not None else world.lent_disks.get(disk.number)
    if name is not None:
        has = "has" if owner is not None else "is to have"
        found.refuse(option, asked, f"VM {name} {has} {disk}, and a disk belongs to one VM", "Detach it there first.")
        return observed
    problem = boot_disk_problem(declared.slot, disk.size) if observed.generation == 1 else None
    if problem is not None:
        found.refuse(option, asked, problem, "Change the slot or the generation.")
        return observed
    if not disk.offline and disk.places and not _volumes_may_go(option, asked, declared, disk, world, found):
        return observed
    world.lent_disks[disk.number] = vm.name
    if declared.key.name == "number":
        found.warnings.append(
            f"VM {vm.name}: the number of {disk} can be another after the host has started anew; "
            f"declare {'serial' if disk.serial else 'unique_id'} instead"
        )
    return _attach(place, observed, found, declared, disk, disk.number, drive)


def _volumes_may_go(
    option: str, asked: str, declared: PhysicalDiskDeclaration, disk: HostDisk, world: World, found: Changes
) -> bool:
    """Return whether the host may lose the volumes that it has on a disk; note a refusal where it may not."""
    places = ", ".join(disk.places)
    observation = world.observation
    files = [(observation.vm_name(drive.vm), drive.path) for drive in observation.drives if drive.path]
    files += [(vm.name, vm.path) for vm in observation.vms if vm.path]
    for name, path in files:
        if any(is_inside(path, place) for place in disk.places):
            found.refuse(
                option, asked, f"VM {name} has files on {disk} of the host: {path}", "Move that VM's storage first."
            )
            return False
    if not declared.key.with_volumes:
        found.refuse(
            f"{option}.with_volumes",
            asked,
            f"{disk} is online, and the host has volumes on it: {places}",
            "Set with_volumes: true to take them from the host with the disk (nothing on them is deleted).",
        )
        return False
    return True


def plan_attached_disk(
    place: Place,
    observed: ObservedVm,
    world: World,
    found: Changes,
    declared: PhysicalDiskDeclaration,
) -> None:
    """Note what takes an attached disk offline that somebody has brought online: the VM could not start on it."""
    disk = find_disk(declared.key, world.observation.host_disks).disk
    if disk is None or disk.offline:
        return
    read, step = _offline_steps(place, declared, disk)
    found.add(f"{declared.option}.physical_disk", read, step, states=OFF_ONLY)


def _offline_steps(place: Place, declared: PhysicalDiskDeclaration, disk: HostDisk) -> tuple[PlannedStep, PlannedStep]:
    """Return the step that finds the disk, and the one that takes it offline."""
    read = _find_step(place, declared, disk)
    step = place.step(
        f"offline_{_name(declared)}", "Storage\\Set-Disk", {"InputObject": Reference(read.id), "IsOffline": True}
    )
    return place.planned(read), place.planned(step, f"{disk} of the host: online -> offline")


def _find_step(place: Place, declared: PhysicalDiskDeclaration, disk: HostDisk) -> Step:
    return Step(
        f"{place.id}.host_disk_{_name(declared)}",
        "Storage\\Get-Disk",
        where=disk.conditions,
        expect="one",
        lane=place.lane,
    )


def _name(declared: PhysicalDiskDeclaration) -> str:
    return str(declared.slot).replace(":", "_")


def _attach(
    place: Place,
    observed: ObservedVm,
    found: Changes,
    declared: PhysicalDiskDeclaration,
    disk: HostDisk,
    number: int,
    drive: ObservedDrive | None,
) -> ObservedVm:
    name, read = _name(declared), _find_step(place, declared, disk)
    steps: list[PlannedStep] = [place.planned(read)]
    if not disk.offline:
        steps = [*_offline_steps(place, declared, disk)]
    number_now = Reference(read.id, get="Number")
    reason = f"disk {declared.slot}: none -> pass-through {disk}"
    if drive is not None:
        call = drive_change(declared.settings, drive.settings)
        parameters = {"VMHardDiskDrive": place.drive(declared.slot), "DiskNumber": number_now}
        if call is not None:
            parameters.update(call.parameters)
        step = place.step(f"insert_disk_{name}", "Hyper-V\\Set-VMHardDiskDrive", parameters)
        settings = {**drive.settings, **declared.settings}
    else:
        call = new_drive_parameters(declared.settings)
        step = place.step(
            f"attach_{name}",
            "Hyper-V\\Add-VMHardDiskDrive",
            {
                "VM": place.vm,
                **declared.slot.parameters,
                "DiskNumber": number_now,
                **call.parameters,
                "Passthru": True,
            },
        )
        found.devices[("disk", declared.slot)] = step.id
        settings = {**NEW_DRIVE, **declared.settings}
    reasons = call.reasons if call is not None else ()
    states = attach_states(declared.slot) & (call.states if call is not None else attach_states(declared.slot))
    steps.append(place.planned(step, reason, *(f"disk {declared.slot}: {text}" for text in reasons)))
    found.add(f"{declared.option}.physical_disk", *steps, states=states)
    return with_drive(observed, ObservedDrive(observed.id, declared.slot, "", number, settings))
