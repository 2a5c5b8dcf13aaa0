# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The estate as plain values, for ``state`` and its ``--json``."""

from __future__ import annotations

from typing import Any

from hyperv_lab.simulation.estate import Estate
from hyperv_lab.simulation.host import Host
from hyperv_lab.simulation.machine import VirtualMachine


def _machine(machine: VirtualMachine) -> dict[str, Any]:
    settings = machine.settings
    return {
        "name": machine.name,
        "id": str(machine.id),
        "state": machine.state,
        "generation": machine.generation,
        "processors": settings.processor.count,
        "memory": {
            "startup": settings.memory.startup,
            "minimum": settings.memory.minimum if settings.memory.dynamic else None,
            "maximum": settings.memory.maximum if settings.memory.dynamic else None,
            "assigned": machine.assigned,
        },
        "disks": [{"slot": drive.place, "path": drive.path} for drive in settings.disks],
        "adapters": [
            {"name": adapter.name, "switch": adapter.switch.name if adapter.switch else None, "mac": adapter.mac}
            for adapter in settings.adapters
        ],
        "checkpoints": len(machine.checkpoints),
        "notes": settings.notes,
    }


def _host(host: Host) -> dict[str, Any]:
    return {
        "name": host.name,
        "release": host.release,
        "build": host.build,
        "processors": host.processors,
        "memory": {"total": host.memory, "assigned": host.memory_assigned, "available": host.memory_available},
        "services": dict(host.services),
        "volumes": [
            {"letter": volume.letter, "label": volume.label, "size": volume.size, "free": volume.free}
            for volume in host.files.volumes.values()
        ],
        "switches": [
            {
                "name": switch.name,
                "type": switch.kind,
                "adapters": [adapter.name for adapter in switch.adapters],
                "management": switch.allow_management,
                "connected": len(switch.connected()),
            }
            for switch in host.switches.values()
        ],
        "machines": sorted((_machine(machine) for machine in host.machines.values()), key=lambda one: one["name"]),
    }


def view(estate: Estate) -> dict[str, Any]:
    """Hosts with their volumes, switches and virtual machines. Sizes are bytes."""
    with estate.lock:
        estate.settle()
        return {"hosts": [_host(host) for host in estate.hosts.values()]}
