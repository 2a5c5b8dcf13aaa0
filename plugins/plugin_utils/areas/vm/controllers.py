# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Controllers of drives: added as slots need them, added and removed to a declared number.

SCSI controllers are numbered by their place, so one is added and removed at the end only (HyperVDsc, VMScsiController),
and removed only when no drive is on it, because its drives would go with it.
"""

from __future__ import annotations

import dataclasses

from ...core.setting import OFF_ONLY
from ...core.step import Reference
from .change import Changes, Place
from .declaration import VmDeclaration
from .device_checks import declared_slots
from .observation import ObservedVm


def add_controllers(vm: VmDeclaration, place: Place, observed: ObservedVm, found: Changes) -> ObservedVm:
    """Note the controllers that are missing; return the VM as it will be."""
    slots = declared_slots(vm)
    scsi = [(option, slot.number + 1) for option, slot in slots if slot.controller == "SCSI"]
    declared = vm.get("scsi_controllers")
    if declared is not None:
        scsi.append((vm.where("scsi_controllers"), declared))
    for option, needed in scsi:
        for number in range(observed.controllers, needed):
            step = place.step(f"controller{number}", "Hyper-V\\Add-VMScsiController", {"VM": place.vm})
            found.add(option, place.planned(step, f"SCSI controller {number}"), states=OFF_ONLY)
        observed = dataclasses.replace(observed, controllers=max(observed.controllers, needed))
    pmem = next((option for option, slot in slots if slot.controller == "PMEM"), None)
    if pmem is not None and not observed.pmem_controllers:
        step = place.step("pmem_controller", "Hyper-V\\Add-VMPmemController", {"VM": place.vm})
        found.add(pmem, place.planned(step, "persistent memory controller 0"), states=OFF_ONLY)
        observed = dataclasses.replace(observed, pmem_controllers=1)
    return observed


def remove_controllers(vm: VmDeclaration, place: Place, observed: ObservedVm, found: Changes) -> ObservedVm:
    """Note the removal of SCSI controllers beyond the declared number; return the VM as it will be.

    Args:
        observed: the VM with its drives as they will be.
    """
    declared = vm.get("scsi_controllers")
    if declared is None:
        return observed
    slots = [drive.slot for drive in observed.drives] + [drive.slot for drive in observed.dvds]
    for number in reversed(range(declared, observed.controllers)):
        on_it = [str(slot) for slot in slots if (slot.controller, slot.number) == ("SCSI", number)]
        if on_it:
            found.refuse(
                vm.where("scsi_controllers"),
                f"VM {vm.name} is to have {declared} SCSI controllers",
                f"controller {number} has drives, which would go with it: {', '.join(sorted(on_it))}",
                "Declare those disks in other slots, or declare disks (dvds) and purge them to detach the drives.",
            )
            return observed
        read = place.step(
            f"find_controller{number}", "Hyper-V\\Get-VMScsiController", {"VM": place.vm, "ControllerNumber": number}
        )
        remove = place.step(
            f"remove_controller{number}", "Hyper-V\\Remove-VMScsiController", {"VMScsiController": Reference(read.id)}
        )
        found.add(
            vm.where("scsi_controllers"),
            place.planned(read),
            place.planned(remove, f"SCSI controller {number} -> none"),
            states=OFF_ONLY,
        )
    return dataclasses.replace(observed, controllers=min(observed.controllers, declared))
