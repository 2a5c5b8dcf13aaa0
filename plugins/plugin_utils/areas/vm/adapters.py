# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Network adapters of a VM, by name."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ...core.plan import KNOWN_AFTER_APPLY
from ...core.setting import NOT_SAVED, OFF_ONLY, shown
from ...core.step import Reference, Step
from ..switch.names import name_key
from .change import SWITCHES, Changes, Place
from .declaration import AdapterDeclaration, VmDeclaration
from .mac import DYNAMIC
from .observation import ObservedAdapter, ObservedVm
from .settings import HOT
from .vlan import Vlan
from .world import World

#: Characters that have a meaning in a PowerShell pattern. A switch whose name has one is passed as an object.
_PATTERN = re.compile(r"[*?\[\]`]")


def plan_adapters(vm: VmDeclaration, place: Place, observed: ObservedVm, world: World, found: Changes) -> ObservedVm:
    """Note what brings the adapters of a VM to their declaration; return the VM as it will be."""
    if vm.adapters is None:
        return observed
    declared = {name_key(adapter.name) for adapter in vm.adapters}
    if place.fresh or observed.is_bare:
        for adapter in observed.adapters:
            if place.fresh or name_key(adapter.name) not in declared:
                observed = _remove(vm, place, observed, adapter, found, "adapters", "the adapter that a new VM has")
    elif "adapters" in vm.purged:
        for adapter in observed.adapters:
            if name_key(adapter.name) not in declared:
                observed = _remove(vm, place, observed, adapter, found, "purge", f"adapter {shown(adapter.name)}")
    for index, wanted in enumerate(vm.adapters):
        observed = _plan_adapter(vm, place, observed, world, found, wanted, index)
    return observed


def needs_switch_objects(vm: VmDeclaration) -> bool:
    """Return whether a VM is to be connected to a switch that must be passed as an object."""
    return any(adapter.switch and _PATTERN.search(adapter.switch) for adapter in vm.adapters or ())


def _remove(
    vm: VmDeclaration,
    place: Place,
    observed: ObservedVm,
    adapter: ObservedAdapter,
    found: Changes,
    option: str,
    what: str,
) -> ObservedVm:
    number = observed.adapters.index(adapter)
    step = place.step(
        f"remove_adapter{number}_{len(observed.adapters)}",
        "Hyper-V\\Remove-VMNetworkAdapter",
        {"VMNetworkAdapter": place.adapter(adapter.id)},
    )
    found.add(vm.where(option), place.planned(step, f"{what} -> none"), states=_plug_states(observed, adapter.legacy))
    key = ("adapter", name_key(adapter.name))
    return dataclasses.replace(
        observed,
        adapters=tuple(other for other in observed.adapters if other is not adapter),
        boot=tuple(entry for entry in observed.boot if entry != key),
    )


def _plan_adapter(
    vm: VmDeclaration,
    place: Place,
    observed: ObservedVm,
    world: World,
    found: Changes,
    wanted: AdapterDeclaration,
    index: int,
) -> ObservedVm:
    if wanted.switch:
        switch = _switch_of_host(vm, world, found, wanted)
        if switch is None:
            return observed
        wanted = dataclasses.replace(wanted, switch=switch)
    named = observed.adapters_named(wanted.name)
    if len(named) > 1:
        found.refuse(
            f"{wanted.option}.name",
            f"adapter {shown(wanted.name)} of VM {vm.name} is declared",
            f"the VM has {len(named)} adapters of that name",
            "Give them different names first (Rename-VMNetworkAdapter): a name is what tells them apart here.",
        )
        return observed
    static = {adapter.mac for adapter in named if not adapter.dynamic_mac}
    if wanted.mac is not None and wanted.mac != DYNAMIC and wanted.mac not in static:
        other = world.observation.vm_with_address(wanted.mac, world.leaving | {observed.id})
        if other is not None:
            found.refuse(
                f"{wanted.option}.mac",
                f"adapter {shown(wanted.name)} of VM {vm.name} is to have the address {wanted.mac}",
                f"VM {other.name} has it, and the two could not run at the same time",
                "Declare another address, or dynamic.",
            )
            return observed
    if not named:
        return _add(place, observed, found, wanted, index)
    return _change(vm, place, observed, found, wanted, named[0], index)


def _switch_of_host(vm: VmDeclaration, world: World, found: Changes, wanted: AdapterDeclaration) -> str | None:
    """Return the name of the declared switch as the host writes it, or None with a refusal."""
    if wanted.switch is None:
        raise AssertionError("the caller has checked this")
    key = name_key(wanted.switch)
    matches = [name for name in world.observation.switches if name_key(name) == key]
    if len(matches) == 1:
        return matches[0]
    known = ", ".join(shown(name) for name in sorted(world.observation.switches)) or "none"
    found.refuse(
        f"{wanted.option}.switch",
        f"adapter {shown(wanted.name)} of VM {vm.name} is to be on switch {shown(wanted.switch)}",
        f"the host has {len(matches)} switches of that name" if matches else "the host has no such switch",
        "Rename one of them." if matches else f"Its switches: {known}. Make the switch first, or correct the name.",
    )
    return None


def _add(place: Place, observed: ObservedVm, found: Changes, wanted: AdapterDeclaration, index: int) -> ObservedVm:
    legacy = bool(wanted.legacy)
    parameters: dict[str, t.Any] = {"VM": place.vm, "Name": wanted.name}
    connected_later = bool(wanted.switch and _PATTERN.search(wanted.switch))
    if wanted.switch and not connected_later:
        parameters["SwitchName"] = wanted.switch
    if wanted.mac not in (None, DYNAMIC):
        parameters["StaticMacAddress"] = wanted.mac
    if legacy:
        parameters["IsLegacy"] = True
    parameters["Passthru"] = True
    step = place.step(f"adapter{index}.add", "Hyper-V\\Add-VMNetworkAdapter", parameters)
    where = f" on switch {shown(wanted.switch)}" if wanted.switch else ""
    steps = [place.planned(step, f"adapter {shown(wanted.name)}: none -> {'legacy' if legacy else 'added'}{where}")]
    new = Reference(step.id)
    if connected_later:
        if wanted.switch is None:
            raise AssertionError("the caller has checked this")
        steps.append(place.planned(_connect(place, index, new, wanted.switch), f"switch: {shown(wanted.switch)}"))
    if wanted.vlan is not None and wanted.vlan.mode != "untagged":
        steps.append(place.planned(_set_vlan(place, index, new, wanted.vlan), f"vlan: {wanted.vlan}"))
    found.add(f"{wanted.option}.name", *steps, states=_plug_states(observed, legacy))
    found.devices[("adapter", name_key(wanted.name))] = step.id
    adapter = ObservedAdapter(
        observed.id,
        "",
        wanted.name,
        wanted.switch or "",
        KNOWN_AFTER_APPLY if wanted.mac in (None, DYNAMIC) else str(wanted.mac),
        wanted.mac in (None, DYNAMIC),
        legacy,
        wanted.vlan or Vlan("untagged"),
    )
    return dataclasses.replace(observed, adapters=(*observed.adapters, adapter))


def _change(
    vm: VmDeclaration,
    place: Place,
    observed: ObservedVm,
    found: Changes,
    wanted: AdapterDeclaration,
    adapter: ObservedAdapter,
    index: int,
) -> ObservedVm:
    after = adapter
    target, name = place.adapter(adapter.id), shown(adapter.name)
    if wanted.legacy is not None and wanted.legacy != adapter.legacy:
        found.refuse(
            f"{wanted.option}.legacy",
            f"adapter {name} of VM {vm.name} is to be {'legacy' if wanted.legacy else 'synthetic'}",
            "an adapter cannot change its kind",
            "Remove it first (declare the others and purge: [adapters]), or give the new one another name.",
        )
        return observed
    if wanted.mac is not None and wanted.mac != (DYNAMIC if adapter.dynamic_mac else adapter.mac):
        dynamic = wanted.mac == DYNAMIC
        parameter: dict[str, t.Any] = {"DynamicMacAddress": True} if dynamic else {"StaticMacAddress": wanted.mac}
        step = place.step(
            f"adapter{index}.mac", "Hyper-V\\Set-VMNetworkAdapter", {"VMNetworkAdapter": target, **parameter}
        )
        before = DYNAMIC if adapter.dynamic_mac else adapter.mac
        found.add(
            f"{wanted.option}.mac",
            place.planned(step, f"adapter {name}: mac: {before} -> {wanted.mac}"),
            states=OFF_ONLY,
        )
        after = dataclasses.replace(after, dynamic_mac=dynamic, mac=KNOWN_AFTER_APPLY if dynamic else wanted.mac)
    if wanted.switch is not None and name_key(wanted.switch) != name_key(adapter.switch):
        if wanted.switch:
            step = _connect(place, index, target, wanted.switch)
        else:
            step = place.step(
                f"adapter{index}.disconnect", "Hyper-V\\Disconnect-VMNetworkAdapter", {"VMNetworkAdapter": target}
            )
        reason = f"adapter {name}: switch: {shown(adapter.switch or None)} -> {shown(wanted.switch or None)}"
        found.add(f"{wanted.option}.switch", place.planned(step, reason), states=NOT_SAVED)
        after = dataclasses.replace(after, switch=wanted.switch)
    if wanted.vlan is not None and wanted.vlan != adapter.vlan:
        step = _set_vlan(place, index, target, wanted.vlan)
        reason = f"adapter {name}: vlan: {adapter.vlan} -> {wanted.vlan}"
        found.add(f"{wanted.option}.vlan", place.planned(step, reason), states=NOT_SAVED)
        after = dataclasses.replace(after, vlan=wanted.vlan)
    return dataclasses.replace(
        observed, adapters=tuple(after if other is adapter else other for other in observed.adapters)
    )


def _connect(place: Place, index: int, adapter: Reference, switch: str) -> Step:
    if _PATTERN.search(switch):
        wanted: dict[str, t.Any] = {"VMSwitch": Reference(SWITCHES, where=(("Name", (switch,)),))}
    else:
        wanted = {"SwitchName": switch}
    return place.step(
        f"adapter{index}.connect", "Hyper-V\\Connect-VMNetworkAdapter", {"VMNetworkAdapter": adapter, **wanted}
    )


def _set_vlan(place: Place, index: int, adapter: Reference, vlan: Vlan) -> Step:
    return place.step(
        f"adapter{index}.vlan",
        "Hyper-V\\Set-VMNetworkAdapterVlan",
        {"VMNetworkAdapter": adapter, **vlan.parameters},
    )


def _plug_states(observed: ObservedVm, legacy: bool) -> frozenset[str]:
    """Return the power states in which an adapter can come and go: generation 2 plugs its adapters while running."""
    return HOT if observed.generation == 2 and not legacy else OFF_ONLY
