# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The managed state: what of a VM the declaration is about, read from an observation or from a forecast."""

from __future__ import annotations

import typing as t

from ...core.plan import KNOWN_AFTER_APPLY, State
from ..virtual_disk import directory_of, joined, normal_path, same_path
from .boot_order import boot_order_state
from .declaration import AdapterDeclaration, Declaration, VmDeclaration
from .drive_declaration import DiskDeclaration
from .host_devices import lent_devices_state
from .identity import meant
from .mac import DYNAMIC
from .observation import Observation, ObservedAdapter, ObservedDrive, ObservedVm
from .power import state_word
from .settings import declared_rows, shown_setting


def managed_state(declaration: Declaration, observation: Observation) -> State:
    """Return the state of each declared VM by its declared name."""
    return {vm.name: vm_state(vm, observation) for vm in declaration.vms}


def vm_state(vm: VmDeclaration, observation: Observation) -> State:
    """Return the state of one VM: its name, id and power state, and what is declared of the rest."""
    named = meant(vm, observation)
    if not named:
        state: State = {"name": vm.name, "state": "absent"}
        if vm.get("delete_disks") and vm.disks:
            chains = ((disk.slot, observation.chain(disk.file.path), disk.file.path) for disk in vm.disks)
            left = {str(slot): {"path": path} for slot, chain, path in chains if chain is not None and chain.exists}
            if left:
                state["disks"] = left
        return state
    observed = named[0]
    state = {
        "name": observed.name,
        "id": KNOWN_AFTER_APPLY if observed.id.startswith("new ") else observed.id,
        "state": state_word(observed.state),
    }
    if not vm.present:
        return state
    if vm.get("generation") is not None:
        state["generation"] = observed.generation
    if vm.get("path") is not None:
        state["path"] = path_state(vm, observed)
    if vm.get("version") is not None:
        state["version"] = observed.settings.get("version")
    for row in declared_rows(vm.member.options):
        if observed.generation in row.setting.generations:
            _put(state, row.option, _setting_state(vm, observed, row.option))
    if vm.disks is not None:
        state["disks"] = _disks_state(vm, observed, observation)
    if vm.dvds is not None:
        state["dvds"] = _dvds_state(vm, observed)
    if vm.get("scsi_controllers") is not None:
        state["scsi_controllers"] = observed.controllers
    if vm.get("floppy") is not None:
        state["floppy"] = _as_declared(observed.floppy or "", vm.get("floppy"))
    if vm.adapters is not None:
        state["adapters"] = _adapters_state(vm, observed)
    state.update(lent_devices_state(vm, observed, observation))
    if vm.boot_order is not None:
        state["boot_order"] = boot_order_state(vm, observed)
    return state


def path_state(vm: VmDeclaration, observed: ObservedVm) -> str:
    """Return the directory as the declaration names it if the VM is there, else where it is."""
    return str(vm.get("path")) if is_at_declared_path(vm, observed) else observed.path


def is_at_declared_path(vm: VmDeclaration, observed: ObservedVm) -> bool:
    """Return whether a VM is in the declared directory, or in the folder of its name that New-VM makes there."""
    path = vm.get("path")
    if vm.id is not None and same_path(directory_of(observed.path), path):
        return True  # its folder keeps the name that it was made with
    folders = [joined(path, name) for name in (observed.name, vm.name, vm.renamed_from) if name is not None]
    return any(same_path(observed.path, folder) for folder in (path, *folders))


def _setting_state(vm: VmDeclaration, observed: ObservedVm, option: str) -> t.Any:
    value = shown_setting(observed.settings, option)
    if option != "tags" or "tags" in vm.purged:
        return value
    return {key: value[key] for key in vm.get("tags") if key in (value or {})}


def _put(state: State, option: str, value: t.Any) -> None:
    *parents, name = option.split(".")
    for parent in parents:
        state = state.setdefault(parent, {})
    state[name] = value


def _disks_state(vm: VmDeclaration, observed: ObservedVm, observation: Observation) -> State:
    files = {disk.slot: disk for disk in vm.disks or ()}
    declared = {drive.slot: drive for drive in vm.drives}
    result: State = {}
    for drive in sorted(observed.drives, key=lambda drive: drive.slot):
        if drive.slot not in declared and drive.slot not in vm.empty_slots and "disks" not in vm.purged:
            continue
        if drive.disk_number is not None:
            disk = observation.host_disk(drive.disk_number)
            state: State = {"physical_disk": disk.state if disk is not None else {"number": drive.disk_number}}
        elif drive.slot in files:
            state = _disk_state(files[drive.slot], drive, observation)
        else:
            state = {"path": drive.path}
        if drive.slot in declared:
            state.update({name: drive.settings.get(name) for name in declared[drive.slot].settings})
        result[str(drive.slot)] = state
    return result


def _dvds_state(vm: VmDeclaration, observed: ObservedVm) -> State:
    declared = {dvd.slot: dvd for dvd in vm.dvds or ()}
    result: State = {}
    for drive in sorted(observed.dvds, key=lambda drive: drive.slot):
        dvd = declared.get(drive.slot)
        if dvd is not None and dvd.path is None and not dvd.absent:
            result[str(drive.slot)] = {}
        elif dvd is not None or "dvds" in vm.purged:
            result[str(drive.slot)] = {"path": _as_declared(drive.path, dvd.path if dvd is not None else None)}
    return result


def _as_declared(path: str, declared: str | None) -> str:
    return normal_path(declared) if declared and same_path(path, declared) else path


def _disk_state(disk: DiskDeclaration, drive: ObservedDrive, observation: Observation) -> State:
    chain = observation.chain(drive.path)
    link = chain.link_at(disk.file.path) if chain is not None else None
    if link is None and chain is not None:
        link = chain.top
    if link is None:
        return {"path": drive.path}
    declared = same_path(link.path, disk.file.path)
    state: State = {"path": disk.file.path if declared else link.path}
    if disk.file.size is not None:
        state["size"] = link.size
    if disk.file.type is not None:
        state["type"] = link.type
    if disk.file.parent is not None:
        same = same_path(link.parent, disk.file.parent)
        state["parent"] = normal_path(disk.file.parent) if same else link.parent
    return state


def _adapters_state(vm: VmDeclaration, observed: ObservedVm) -> State:
    result: State = {}
    seen: set[int] = set()
    for adapter in vm.adapters or ():
        named = observed.adapters_named(adapter.name)
        seen.update(id(other) for other in named)
        if named:
            result[adapter.name] = _adapter_state(adapter, named[0])
    if "adapters" in vm.purged:
        result.update({other.name: {} for other in observed.adapters if id(other) not in seen})
    return result


def _adapter_state(declared: AdapterDeclaration, adapter: ObservedAdapter) -> State:
    state: State = {}
    if declared.switch is not None:
        state["switch"] = adapter.switch
    if declared.mac is not None:
        state["mac"] = DYNAMIC if adapter.dynamic_mac else adapter.mac
    if declared.vlan is not None:
        state["vlan"] = adapter.vlan.state
    if declared.legacy is not None:
        state["legacy"] = adapter.legacy
    return state
