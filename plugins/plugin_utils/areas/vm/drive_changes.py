# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Hard disk drives of a VM: which disk is in which drive, detached, moved to other slots, and what they carry."""

from __future__ import annotations

import collections.abc as c
import dataclasses

from ...core.setting import OFF_ONLY
from ..virtual_disk import is_checkpoint_file, same_path
from .change import Changes, Place
from .declaration import VmDeclaration
from .disk_moves import Move, NoWayAround, ordered_moves
from .drive_declaration import DiskDeclaration, PhysicalDiskDeclaration
from .drive_settings import drive_change
from .observation import BootKey, Observation, ObservedDrive, ObservedVm
from .settings import HOT
from .slots import Slot

Declared = DiskDeclaration | PhysicalDiskDeclaration


def is_disk(drive: ObservedDrive, declared: Declared, observation: Observation) -> bool:
    """Return whether a drive holds a declared disk: the file, a checkpoint's file on top of it, or the host's disk."""
    if isinstance(declared, PhysicalDiskDeclaration):
        meant = {disk.number for disk in observation.host_disks if declared.key.matches(disk)}
        return drive.disk_number is not None and drive.disk_number in meant
    if drive.disk_number is not None or not drive.path:
        return False
    if same_path(drive.path, declared.file.path):
        return True
    if not is_checkpoint_file(drive.path):
        return False
    chain = observation.chain(drive.path)
    return chain is not None and chain.link_at(declared.file.path) is not None


def rearrange(
    vm: VmDeclaration, place: Place, observed: ObservedVm, observation: Observation, found: Changes
) -> ObservedVm:
    """Note what detaches drives and puts others into the slots of their declaration; return the VM as it will be."""
    moving: dict[Slot, Slot] = {}
    options: dict[Slot, str] = {}
    for declared in vm.drives:
        drive = next((drive for drive in observed.drives if is_disk(drive, declared, observation)), None)
        if drive is not None and drive.slot != declared.slot:
            moving[drive.slot] = declared.slot
            options[drive.slot] = f"{declared.option}.slot"
    for drive in observed.drives:
        if drive.slot in moving:
            continue
        option = _detaching_option(vm, drive, observation)
        if option is None and drive.is_empty:  # an attach that was interrupted, where another disk is to go
            option = next((options[start] for start, end in moving.items() if end == drive.slot), None)
        if option is not None:
            observed = _detach(place, observed, drive, option, observation, found)
    fine = [_end_is_free(vm, observed, observation, moving, start, options, found) for start in moving]
    if not moving or not all(fine):
        return observed
    occupied = [drive.slot for drive in observed.drives] + [drive.slot for drive in observed.dvds]
    try:
        moves = ordered_moves(moving, occupied, observed.controllers, observed.generation == 1)
    except NoWayAround:
        found.refuse(
            next(iter(options.values())),
            f"disks of VM {vm.name} are to change places",
            "it has no free slot to put one of them in between",
            "Add a SCSI controller (scsi_controllers).",
        )
        return observed
    return _move(place, observed, moves, options, found)


def tune_drive(place: Place, observed: ObservedVm, declared: Declared, found: Changes) -> ObservedVm:
    """Note what brings the settings of an attached drive to their declaration; return the VM as it will be."""
    drive = observed.drive_at(declared.slot)
    if drive is None:
        return observed
    minimum = declared.settings.get("minimum_iops", drive.settings.get("minimum_iops", 0))
    maximum = declared.settings.get("maximum_iops", drive.settings.get("maximum_iops", 0))
    change = drive_change(declared.settings, drive.settings)
    if change is None:
        return observed
    if maximum and minimum > maximum:
        found.refuse(
            f"{declared.option}.{'minimum' if 'minimum_iops' in declared.settings else 'maximum'}_iops",
            f"disk {declared.slot} is to have limits of {minimum} to {maximum} IOPS",
            "one of them is what the drive has now, and the minimum would be above the maximum",
            "Declare both.",
        )
        return observed
    step = place.step(
        f"set_drive_{_name(declared.slot)}",
        "Hyper-V\\Set-VMHardDiskDrive",
        {"VMHardDiskDrive": place.drive(declared.slot), **change.parameters},
    )
    reasons = (f"disk {declared.slot}: {reason}" for reason in change.reasons)
    found.add(declared.option, place.planned(step, *reasons), states=change.states)
    after = dataclasses.replace(drive, settings={**drive.settings, **declared.settings})
    return with_drive(observed, after)


def with_drive(observed: ObservedVm, drive: ObservedDrive) -> ObservedVm:
    """Return a VM with a drive in place of what is in its slot."""
    others = tuple(other for other in observed.drives if other.slot != drive.slot)
    return dataclasses.replace(observed, drives=(*others, drive))


def content(drive: ObservedDrive, observation: Observation) -> str:
    """Return what is in a drive, as people say it."""
    if drive.disk_number is not None:
        disk = observation.host_disk(drive.disk_number)
        return f"pass-through {disk}" if disk is not None else f"pass-through disk {drive.disk_number}"
    return drive.path or "an empty drive"


def attach_states(slot: Slot) -> frozenset[str]:
    """Return the power states in which a drive comes or goes at a slot: on SCSI also while running."""
    return HOT if slot.controller == "SCSI" else OFF_ONLY


def _detaching_option(vm: VmDeclaration, drive: ObservedDrive, observation: Observation) -> str | None:
    """Return the option that wants a drive gone, or None."""
    if drive.slot in vm.empty_slots:
        return vm.empty_slots[drive.slot]
    if "disks" not in vm.purged:
        return None
    declared = next((declared for declared in vm.drives if declared.slot == drive.slot), None)
    if declared is None:
        return vm.where("purge")
    if drive.is_empty or is_disk(drive, declared, observation):
        return None
    return vm.where("purge")


def _detach(
    place: Place, observed: ObservedVm, drive: ObservedDrive, option: str, observation: Observation, found: Changes
) -> ObservedVm:
    step = place.step(
        f"detach_{_name(drive.slot)}",
        "Hyper-V\\Remove-VMHardDiskDrive",
        {"VMHardDiskDrive": place.drive(drive.slot)},
    )
    found.add(
        option,
        place.planned(step, f"disk {drive.slot}: {content(drive, observation)} -> none"),
        states=attach_states(drive.slot),
    )
    if is_checkpoint_file(drive.path or ""):
        found.warnings.append(
            f"VM {observed.name}: {drive.path} has what was written to the disk in slot {drive.slot} since its "
            "checkpoint. Nothing merges the file once the drive is gone, and it stays. Remove the checkpoints "
            "first (checkpoint, state: absent) where those data are still wanted."
        )
    return dataclasses.replace(
        observed,
        drives=tuple(other for other in observed.drives if other != drive),
        boot=tuple(key for key in observed.boot if key != ("disk", drive.slot)),
    )


def _end_is_free(
    vm: VmDeclaration,
    observed: ObservedVm,
    observation: Observation,
    moving: dict[Slot, Slot],
    start: Slot,
    options: dict[Slot, str],
    found: Changes,
) -> bool:
    """Return whether a move finds its slot free once all others are done; note a refusal where it does not."""
    end = moving[start]
    other = observed.drive_at(end)
    if other is not None and other.is_empty and end not in moving:
        # an attach that was interrupted, in the slot that the disk is to have: which of them is wanted is not clear
        obstacle, remedy = (
            "an empty drive is there",
            "Set purge: [disks] after declaring all disks, or remove that drive.",
        )
    elif other is not None and end not in moving:
        obstacle = f"{other.path or f'pass-through disk {other.disk_number}'} is there"
        remedy = "Choose another slot, or set purge: [disks] to detach what is not declared (its file stays)."
    elif observed.dvd_at(end) is not None:
        obstacle = "a DVD drive is there"
        remedy = "Choose another slot, or remove the DVD drive (an entry of dvds with state: absent)."
    else:
        return True
    found.refuse(options[start], f"the disk at {start} of VM {vm.name} is to move to {end}", obstacle, remedy)
    return False


def _move(
    place: Place, observed: ObservedVm, moves: c.Sequence[Move], options: dict[Slot, str], found: Changes
) -> ObservedVm:
    origin = {start: start for start in options}
    for index, move in enumerate(moves):
        drive = observed.drive_at(move.start)
        if drive is None:
            raise AssertionError("the moves are made of drives that are there")
        origin[move.end] = origin.pop(move.start)
        step = place.step(
            f"move{index}_{_name(move.start)}",
            "Hyper-V\\Set-VMHardDiskDrive",
            {
                "VMHardDiskDrive": place.drive(move.start),
                **{f"To{name}": value for name, value in move.end.parameters.items()},
            },
        )
        reason = f"disk {move.start} -> {move.end}"
        found.add(options[origin[move.end]], place.planned(step, reason), states=OFF_ONLY)
        after = dataclasses.replace(drive, slot=move.end)
        drives = tuple(after if other is drive else other for other in observed.drives)
        observed = dataclasses.replace(observed, drives=drives, boot=_moved_boot(observed, move))
    return observed


def _moved_boot(observed: ObservedVm, move: Move) -> tuple[BootKey, ...]:
    """Return the start-up order after a move: the entry goes with the drive, and only SCSI can be in it."""
    start: BootKey = ("disk", move.start)
    end: BootKey = ("disk", move.end)
    if move.end.controller == "SCSI":
        return tuple(end if key == start else key for key in observed.boot)
    return tuple(key for key in observed.boot if key != start)


def _name(slot: Slot) -> str:
    return str(slot).replace(":", "_")
