# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From replies to facts."""

from __future__ import annotations

import collections.abc as c
import typing as t

from ...core.step import Replies
from ..switch.names import name_key
from ..virtual_disk import path_key
from ..virtual_disk.chain_verification import BROKEN_CHAINS, chain_problem
from ..vm.boot_entries import CLASS_WORDS
from ..vm.host_devices import lent_device_facts
from ..vm.observation import BootKey, Observation, ObservedAdapter, ObservedDrive, ObservedVm
from ..vm.power import state_word
from ..vm.reading import ADAPTERS, CHECKPOINTS, understand_replies
from ..vm.settings import COM1, COM2, KEY_PROTECTORS, ROWS, SECURITY, SERVICES, VMS, shown_setting
from .selection import RUNTIME, Selection
from .usage import USAGE, understood_usage

#: Facts of each VM, ready for a task's result.
VmFacts = list[dict[str, t.Any]]


def understood_facts(selection: Selection, replies: Replies) -> VmFacts:
    """Return the facts about the selected VMs."""
    observation = understand_replies(replies)
    wanted = None if selection.names is None else {name_key(name) for name in selection.names}
    runtime = {row["id"]: row for row in replies[VMS].rows}
    adapters = {row["id"]: row for row in _rows(replies, ADAPTERS)}
    checkpoints = {row["id"]: row for row in _rows(replies, CHECKPOINTS)}
    usage = {row["vm"]: row for row in _rows(replies, USAGE)}
    broken = {path_key(row["path"]): chain_problem(row) for row in _rows(replies, BROKEN_CHAINS)}
    facts = []
    for vm in observation.vms:
        if wanted is not None and name_key(vm.name) not in wanted:
            continue
        fact: dict[str, t.Any] = {
            "id": vm.id,
            "name": vm.name,
            "state": state_word(vm.state),
            "generation": vm.generation,
            "path": vm.path,
            "version": vm.settings["version"],
            **{field.name: runtime[vm.id][field.name] for field in RUNTIME},
        }
        fact.update(_settings(vm, selection.parts))
        if "disks" in selection.parts:
            fact["disks"] = [_disk(drive, observation) for drive in sorted(vm.drives, key=lambda drive: drive.slot)]
            if selection.verify_chains:
                for disk in fact["disks"]:
                    disk["chain_problem"] = broken.get(path_key(disk["path"])) if disk["path"] else None
        if "dvd_drives" in selection.parts:
            fact["dvd_drives"] = [{"slot": str(drive.slot), "path": drive.path or None} for drive in vm.dvds]
        if "floppy" in selection.parts:
            fact["floppy"] = vm.floppy or None
        if "controllers" in selection.parts:
            fact["scsi_controllers"] = vm.controllers
        if "adapters" in selection.parts:
            fact["adapters"] = [_adapter(adapter, adapters[adapter.id]) for adapter in vm.adapters]
        if "host_devices" in selection.parts:
            fact.update(lent_device_facts(vm))
        if "usage" in selection.parts:
            fact["usage"] = understood_usage(usage.get(vm.id))
        if "boot_order" in selection.parts:
            fact["boot_order"] = _boot_order(vm)
        if "checkpoints" in selection.parts:
            fact["checkpoints"] = [
                {
                    "id": checkpoint.id,
                    "name": checkpoint.name,
                    "type": checkpoint.type,
                    "created": checkpoints[checkpoint.id]["created"],
                    "parent": checkpoints[checkpoint.id]["parent"],
                }
                for checkpoint in vm.checkpoints
            ]
        facts.append(fact)
    return facts


def _rows(replies: Replies, step: str) -> tuple[dict[str, t.Any], ...]:
    return replies[step].rows if step in replies else ()


#: Parts that some readings belong to; the others belong to `settings`.
_PARTS = {
    SECURITY: "security",
    KEY_PROTECTORS: "key_protector",
    SERVICES: "integration_services",
    COM1: "com_ports",
    COM2: "com_ports",
}


def _settings(vm: ObservedVm, parts: c.Container[str]) -> dict[str, t.Any]:
    """Settings as options would declare them: dotted names become nested mappings."""
    nested: dict[str, t.Any] = {}
    for row in ROWS:
        if _PARTS.get(row.reader, "settings") not in parts:
            continue
        if vm.generation not in row.setting.generations or row.option not in vm.settings:
            continue
        group, _dot, name = row.option.rpartition(".")
        (nested.setdefault(group, {}) if group else nested)[name] = shown_setting(vm.settings, row.option)
    return nested


def _disk(drive: ObservedDrive, observation: Observation) -> dict[str, t.Any]:
    fact: dict[str, t.Any] = {
        "slot": str(drive.slot),
        "path": (drive.path or None) if drive.disk_number is None else None,
        "disk_number": drive.disk_number,
        "physical_disk": None,
        **drive.settings,
    }
    if drive.disk_number is not None:
        disk = observation.host_disk(drive.disk_number)
        if disk is not None:
            fact.update(physical_disk=disk.state, size=disk.size)
        else:
            fact["error"] = "the host has no disk of this number"
        return fact
    chain = observation.chain(drive.path) if drive.path else None
    if chain is not None and chain.top is not None:
        top = chain.top
        fact.update(
            type=top.type, size=top.size, file_size=top.file_size, parents=[link.path for link in chain.links[1:]]
        )
    elif chain is not None:
        fact["error"] = chain.error or ("the file is missing" if not chain.exists else "the file could not be read")
    return fact


def _adapter(adapter: ObservedAdapter, row: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {
        "id": adapter.id,
        "name": adapter.name,
        "switch": adapter.switch or None,
        "mac": adapter.mac,
        "dynamic_mac": adapter.dynamic_mac,
        "legacy": adapter.legacy,
        "vlan": adapter.vlan.state,
        "connected": row["connected"],
        "ip_addresses": row["ip_addresses"],
    }


def _boot_order(vm: ObservedVm) -> list[str]:
    if vm.generation == 1:
        return [CLASS_WORDS.get(name, name) for name in vm.boot_classes]
    names = {name_key(adapter.name): adapter.name for adapter in vm.adapters}
    return [_boot_entry(key, names) for key in vm.boot]


def _boot_entry(key: BootKey, names: t.Mapping[str, str]) -> str:
    kind, place = key
    return f"adapter {names.get(place, place)}" if kind == "adapter" else f"{kind} {place}"
