# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Declared drives and controllers: what contradicts each other, and what a generation does not have."""

from __future__ import annotations

import typing as t

from ...core.plan import BadInput
from .drive_declaration import boot_disk_problem, check_medium
from .slots import CONTROLLERS, Slot

if t.TYPE_CHECKING:
    from .declaration import VmDeclaration


def check_devices(vm: VmDeclaration) -> None:
    """Raise BadInput for drives and controllers that contradict each other."""
    disks = {drive.slot: drive.option for drive in vm.drives}
    for dvd in vm.dvds or ():
        if not dvd.absent and dvd.slot in disks:
            raise BadInput(f"{dvd.option}.slot", f"{dvd.slot} is also the slot of {disks[dvd.slot]}")
    count = vm.get("scsi_controllers")
    if count is not None:
        if not 0 <= count <= CONTROLLERS["SCSI"]:
            raise BadInput(
                vm.where("scsi_controllers"), f"{count}: a VM has 0 to {CONTROLLERS['SCSI']} SCSI controllers"
            )
        for option, slot in declared_slots(vm):
            if slot.controller == "SCSI" and slot.number >= count:
                raise BadInput(
                    vm.where("scsi_controllers"), f"is {count}, and {option} is on SCSI controller {slot.number}"
                )
    check_medium(vm.where("floppy"), vm.get("floppy"), ".vfd", "a virtual floppy disk (.vfd)")


def declared_slots(vm: VmDeclaration) -> list[tuple[str, Slot]]:
    """Return the slots that are to hold a drive, with the options that say so."""
    dvds = [(dvd.option, dvd.slot) for dvd in vm.dvds or () if not dvd.absent]
    return [(drive.option, drive.slot) for drive in vm.drives] + dvds


def device_problems(vm: VmDeclaration, generation: int) -> list[tuple[str, str]]:
    """Return which declared drives a generation does not have: option paths and texts."""
    problems = []
    for option, slot in declared_slots(vm):
        if generation == 2 and slot.controller == "IDE":
            problems.append((f"{option}.slot", f"{slot}: generation 2 has no IDE controllers; use scsi:0:0 and up"))
        if generation == 1 and slot.controller == "PMEM":
            problems.append((f"{option}.slot", f"{slot}: only generation 2 has persistent memory controllers"))
    if generation == 2:
        if vm.get("floppy") is not None:
            problems.append((vm.where("floppy"), "generation 2 has no floppy disk drive; leave it out"))
        return problems
    for dvd in vm.dvds or ():
        if dvd.slot.controller == "SCSI":
            text = f"{dvd.slot}: generation 1 has DVD drives on IDE only, such as ide:1:0"
            problems.append((f"{dvd.option}.slot", text))
    for disk in vm.disks or ():
        problem = boot_disk_problem(disk.slot, disk.file.size)
        if problem is not None:
            problems.append((f"{disk.option}.size", problem))
    return problems
