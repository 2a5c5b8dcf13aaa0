# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""DVD drives and the floppy disk drive: removed, added, and what is in them."""

from __future__ import annotations

import dataclasses

from ...core.setting import NOT_SAVED, OFF_ONLY, shown
from ..virtual_disk import normal_path, path_key, same_path
from .change import Changes, Place
from .declaration import VmDeclaration
from .drive_declaration import DvdDeclaration
from .observation import ObservedDvd, ObservedVm
from .settings import HOT
from .world import World


def remove_dvds(vm: VmDeclaration, place: Place, observed: ObservedVm, found: Changes) -> ObservedVm:
    """Note the DVD drives that go; return the VM as it will be."""
    if vm.dvds is None:
        return observed
    absent = {dvd.slot: dvd.option for dvd in vm.dvds if dvd.absent}
    kept = {dvd.slot for dvd in vm.dvds if not dvd.absent}
    for drive in observed.dvds:
        purged = "dvds" in vm.purged and drive.slot not in kept
        if drive.slot not in absent and not purged:
            continue
        step = place.step(
            f"remove_dvd_{str(drive.slot).replace(':', '_')}",
            "Hyper-V\\Remove-VMDvdDrive",
            {"VMDvdDrive": place.drive(drive.slot, "DVDDrives")},
        )
        text = f"DVD drive {drive.slot}: {drive.path or 'empty'} -> none"
        found.add(
            absent.get(drive.slot, vm.where("purge")),
            place.planned(step, text),
            states=HOT if drive.slot.controller == "SCSI" else OFF_ONLY,
        )
        observed = dataclasses.replace(
            observed,
            dvds=tuple(other for other in observed.dvds if other != drive),
            boot=tuple(key for key in observed.boot if key != ("dvd", drive.slot)),
        )
    return observed


def plan_dvds(vm: VmDeclaration, place: Place, observed: ObservedVm, world: World, found: Changes) -> ObservedVm:
    """Note what brings the declared DVD drives about; return the VM as it will be.

    Args:
        observed: the VM with its disks as they will be.
    """
    for dvd in vm.dvds or ():
        if not dvd.absent:
            observed = _plan_dvd(vm, place, observed, world, found, dvd)
    return observed


def _plan_dvd(
    vm: VmDeclaration, place: Place, observed: ObservedVm, world: World, found: Changes, dvd: DvdDeclaration
) -> ObservedVm:
    drive = observed.dvd_at(dvd.slot)
    if drive is not None and (dvd.path is None or same_path(drive.path, dvd.path)):
        return observed
    if drive is None and observed.drive_at(dvd.slot) is not None:
        found.refuse(
            f"{dvd.option}.slot",
            f"a DVD drive is to be at {dvd.slot} of VM {vm.name}",
            "a disk is there",
            "Choose another slot, or declare the disk in another one.",
        )
        return observed
    if not _medium_is_there(f"{dvd.option}.path", vm, dvd.path, world, found):
        return observed
    path = normal_path(dvd.path) if dvd.path else ""
    name = str(dvd.slot).replace(":", "_")
    if drive is not None:
        step = place.step(
            f"insert_{name}",
            "Hyper-V\\Set-VMDvdDrive",
            {"VMDvdDrive": place.drive(dvd.slot, "DVDDrives"), "Path": path or None},
        )
        reason = f"DVD drive {dvd.slot}: {drive.path or 'empty'} -> {path or 'empty'}"
        found.add(f"{dvd.option}.path", place.planned(step, reason), states=NOT_SAVED)
    else:
        # without -ControllerType: the generation says on which kind of controller DVD drives are
        parameters = {"ControllerNumber": dvd.slot.number, "ControllerLocation": dvd.slot.location}
        step = place.step(
            f"add_dvd_{name}",
            "Hyper-V\\Add-VMDvdDrive",
            {"VM": place.vm, **parameters, **({"Path": path} if path else {}), "Passthru": True},
        )
        found.devices[("dvd", dvd.slot)] = step.id
        found.add(
            f"{dvd.option}.slot",
            place.planned(step, f"DVD drive {dvd.slot}: none -> {path or 'empty'}"),
            states=HOT if dvd.slot.controller == "SCSI" else OFF_ONLY,
        )
    others = tuple(other for other in observed.dvds if other.slot != dvd.slot)
    return dataclasses.replace(observed, dvds=(*others, ObservedDvd(observed.id, dvd.slot, path)))


def plan_floppy(vm: VmDeclaration, place: Place, observed: ObservedVm, world: World, found: Changes) -> ObservedVm:
    """Note what brings the declared floppy disk into its drive; return the VM as it will be."""
    declared = vm.get("floppy")
    if declared is None or same_path(observed.floppy, declared):
        return observed
    if not _medium_is_there(vm.where("floppy"), vm, declared, world, found):
        return observed
    path = normal_path(declared) if declared else ""
    step = place.step("floppy", "Hyper-V\\Set-VMFloppyDiskDrive", {"VM": place.vm, "Path": path or None})
    before = shown(observed.floppy or "empty")
    found.add(vm.where("floppy"), place.planned(step, f"floppy: {before} -> {path or 'empty'}"), states=NOT_SAVED)
    return dataclasses.replace(observed, floppy=path)


def _medium_is_there(option: str, vm: VmDeclaration, path: str | None, world: World, found: Changes) -> bool:
    """Return whether an image can be put in; what was not looked at (a share) is taken to be there."""
    if not path or world.observation.media.get(path_key(path), True):
        return True
    found.refuse(
        option,
        f"{path} is to be put into a drive of VM {vm.name}",
        "there is no such file on the host",
        "Copy it there first, or correct the path.",
    )
    return False
