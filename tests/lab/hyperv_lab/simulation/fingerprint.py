# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Everything on a host that a run could change, in a form that compares equal exactly when nothing changed."""

from __future__ import annotations

import typing as t
from dataclasses import fields

from .values import Record, SimObject

if t.TYPE_CHECKING:
    from .checkpoints import Checkpoint
    from .host import Host
    from .machine import VirtualMachine

#: What time alone changes.
_MOVING = frozenset({"Uptime", "MemoryDemand", "MemoryStatus", "CPUUsage"})


def fingerprint(host: Host) -> dict[str, t.Any]:
    """Return files with the disks in them, switches, machines with all their parts, and the host's own settings."""
    with host.estate.lock:
        host.estate.settle()
        state: dict[str, t.Any] = {"host": _properties(host)}
        for drive in host.files.volumes:
            for entry in host.files.walk(f"{drive}:\\"):
                disk = entry.disk
                inside = None if disk is None else {field.name: getattr(disk, field.name) for field in fields(disk)}
                state[f"file {entry.path}"] = (entry.length, entry.content, tuple(entry.locks), inside)
        for physical in host.physical_disks:
            state[f"disk {physical.unique_id}"] = {
                field.name: getattr(physical, field.name) for field in fields(physical)
            }
        for switch in host.switches.values():
            state[switch.key] = _properties(switch)
        for adapter in host.host_adapters:
            state[adapter.key] = _properties(adapter)
        for thing in (*host.virtual_sans, *host.partitionable_gpus, *host.pci_devices):
            state[thing.key] = _properties(thing)
        state["devices of Windows"] = [(device.key, device.enabled, device.dismounted) for device in host.pci_devices]
        for machine in (*host.machines.values(), *host.planned.values()):
            state[machine.key] = _properties(machine)
            owners: list[VirtualMachine | Checkpoint] = [machine, *machine.checkpoints]
            for owner in owners:
                state[owner.key] = _properties(owner)
                for part in owner.settings.components():
                    state[part.key] = _properties(part)
        return state


def _properties(thing: SimObject) -> dict[str, t.Any]:
    return {name: _plain(value) for name, value in thing.properties().items() if name not in _MOVING}


def _plain(value: t.Any) -> t.Any:
    if isinstance(value, Record):
        return _properties(value)
    if isinstance(value, SimObject):
        return value.key
    if isinstance(value, list):
        return [_plain(element) for element in value]
    return value
