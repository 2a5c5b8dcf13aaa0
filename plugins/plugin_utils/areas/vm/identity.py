# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which VM of the host a declaration means, and its name.

It is the one with the declared id; else the one of the declared name; else the one of the name that it had before.
Names are not unique on a host, so whatever could mean two VMs is refused.
"""

from __future__ import annotations

import dataclasses

from ...core.setting import shown
from ..switch.names import name_key
from .change import Changes, Place
from .declaration import Declaration, VmDeclaration
from .observation import Observation, ObservedVm


def meant(vm: VmDeclaration, observation: Observation) -> tuple[ObservedVm, ...]:
    """Return the VMs that a declaration can mean: none, one, or several of one name."""
    if vm.id is not None:
        return tuple(observed for observed in observation.vms if observed.id == vm.id)
    named = observation.named(vm.name)
    if not named and vm.renamed_from is not None:
        return observation.named(vm.renamed_from)
    return named


def ambiguities(declaration: Declaration, observation: Observation) -> Changes:
    """Return a refusal for each declaration that does not mean exactly one VM, or one to be made."""
    found = Changes()
    owners: dict[str, VmDeclaration] = {}
    for vm in declaration.vms:
        named = meant(vm, observation)
        if len(named) > 1:
            ids = ", ".join(f"{observed.name} ({observed.id})" for observed in named)
            found.refuse(
                f"{vm.member.prefix}name",
                f"VM {vm.name} is declared",
                f"the host has {len(named)} VMs of that name: {ids}",
                "Declare the id of the one that is meant. A task with id and another name renames one.",
            )
            continue
        _refuse_identity(vm, named, observation, found)
        for observed in named:
            other = owners.setdefault(observed.id, vm)
            if other is not vm:
                found.refuse(
                    f"{vm.member.prefix}name",
                    f"VM {vm.name} is declared",
                    f"it is the VM {observed.name} ({observed.id}), which {other.member.prefix}name declares as well",
                    "Declare each VM once.",
                )
    return found


def plan_name(vm: VmDeclaration, place: Place, observed: ObservedVm, found: Changes) -> ObservedVm:
    """Note what gives a VM its declared name; its folder keeps the old one."""
    if place.fresh or name_key(observed.name) == name_key(vm.name):
        return observed
    step = place.step("rename", "Hyper-V\\Rename-VM", {"VM": place.vm, "NewName": vm.name})
    reason = f"name: {shown(observed.name)} -> {shown(vm.name)}"
    found.add(f"{vm.member.prefix}name", place.planned(step, reason))
    return dataclasses.replace(observed, name=vm.name)


def _refuse_identity(
    vm: VmDeclaration, named: tuple[ObservedVm, ...], observation: Observation, found: Changes
) -> None:
    if vm.id is not None and not named and vm.present:
        found.refuse(
            vm.where("id"),
            f"VM {vm.name} is declared to be the one with the id {vm.id}",
            "the host has none with that id",
            "Leave id out to make a new VM; Hyper-V chooses its id.",
        )
    if not named or not vm.present:
        return
    others = [other for other in observation.named(vm.name) if other.id != named[0].id]
    if others and (vm.id is None or name_key(named[0].name) != name_key(vm.name)):
        found.refuse(
            f"{vm.member.prefix}name",
            f"VM {named[0].name} ({named[0].id}) is to be called {vm.name}",
            f"the host has another VM of that name ({others[0].id})",
            "Choose another name, or rename the other one.",
        )
    if vm.id is None and vm.renamed_from is not None and name_key(named[0].name) == name_key(vm.name):
        old = observation.named(vm.renamed_from)
        if old:
            found.refuse(
                vm.where("renamed_from"),
                f"VM {vm.name} is declared to have been called {vm.renamed_from}",
                f"the host has a VM {vm.name} ({named[0].id}) and also a VM {old[0].name} ({old[0].id})",
                "Leave renamed_from out if they are two, or choose another name.",
            )
