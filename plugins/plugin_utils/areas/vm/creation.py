# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Creation of a VM: the one call that makes it, and the VM that this call leaves."""

from __future__ import annotations

import typing as t

from ...core.plan import KNOWN_AFTER_APPLY, PlannedStep
from ...core.setting import shown
from ...core.size import size_text
from ...core.step import Reference
from ..virtual_disk import joined, normal_path
from .change import Place
from .declaration import DEFAULT_GENERATION, VmDeclaration
from .observation import Observation, ObservedAdapter, ObservedDvd, ObservedVm
from .slots import Slot
from .versions import version_for_new

#: Where New-VM puts the empty DVD drive of a generation 1 VM.
DEFAULT_DVD = Slot("IDE", 1, 0)

#: What every new VM has, whatever the release.
NEW_SETTINGS: dict[str, t.Any] = {
    "security.key_protector": False,
    "security.tpm": False,
    "security.shielded": False,
    "security.encrypt_state_and_migration_traffic": False,
}


def creation_step(vm: VmDeclaration, place: Place) -> PlannedStep:
    """Return the step that makes a VM, without disks; everything else follows as changes to it."""
    generation = vm.get("generation") or DEFAULT_GENERATION
    parameters: dict[str, t.Any] = {"Name": vm.name, "Generation": generation, "NoVHD": True}
    reasons = ["state: absent -> present", f"generation: {generation}"]
    startup, path = vm.get("memory.startup"), vm.get("path")
    if startup is not None:
        parameters["MemoryStartupBytes"] = startup
        reasons.append(f"memory.startup: {size_text(startup)}")
    if path is not None:
        parameters["Path"] = normal_path(path)
        reasons.append(f"path: {shown(path)}")
    version = version_for_new(vm)
    if version is not None:
        parameters["Version"] = version
        reasons.append(f"version: {version}")
    return place.planned(place.step("new", "Hyper-V\\New-VM", parameters), *reasons)


def new_reference(place_id: str) -> Reference:
    """Return the object that the creation step puts out."""
    return Reference(f"{place_id}.new")


def fresh_vm(vm: VmDeclaration, observation: Observation, number: int) -> ObservedVm:
    """Return the VM as New-VM leaves it; what depends on the release or on the host's language is left out."""
    generation = vm.get("generation") or DEFAULT_GENERATION
    vm_id = f"new {number}"
    startup, path = vm.get("memory.startup"), vm.get("path")
    return ObservedVm(
        id=vm_id,
        name=vm.name,
        state="Off",
        generation=generation,
        path=joined(path, vm.name) if path is not None else observation.host.path,
        settings={**NEW_SETTINGS, **({"memory.startup": startup} if startup is not None else {})},
        dvds=(ObservedDvd(vm_id, DEFAULT_DVD, ""),) if generation == 1 else (),
        floppy="" if generation == 1 else None,
        adapters=(ObservedAdapter(vm_id, "", KNOWN_AFTER_APPLY),),
    )
