# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The fleet that is measured: machines of both generations, each with two disks, an adapter and a start-up order."""

from __future__ import annotations

import typing as t

TEMPLATE = r"D:\Templates\server.vhdx"
SWITCH = "fleet"


def topology(latencies: t.Mapping[str, float]) -> dict[str, t.Any]:
    """Return a lab with one host that is large enough."""
    return {
        "hosts": [
            {
                "name": "hv01",
                "cpus": 128,
                "memory": "4 TiB",
                "accounts": [{"username": "Administrator", "password": "Lab-Passw0rd"}],
                "volumes": [{"letter": "C", "size": "256 GiB"}, {"letter": "D", "size": "200 TiB"}],
                "nics": [{"name": "Ethernet", "management": True}],
                "latencies": dict(latencies),
            }
        ]
    }


def preparation() -> list[dict[str, t.Any]]:
    """Return the tasks that make the switch and the template, before anything is measured."""
    return [
        {"name": "Switch", "datacenter.hyperv.switch": {"name": SWITCH, "type": "private"}},
        {"name": "Template", "datacenter.hyperv.vhd": {"path": TEMPLATE, "size": "40 GiB", "type": "dynamic"}},
    ]


def fleet(size: int, parallel: int = 1) -> dict[str, t.Any]:
    """Return the task that declares so many machines, worked on side by side."""
    return {
        "name": "Fleet",
        "datacenter.hyperv.vm": {
            **({"parallel": parallel} if parallel > 1 else {}),
            "defaults": {
                "path": r"D:\VMs",
                "processor": {"count": 2},
                "memory": {"startup": "1 GiB", "dynamic": True, "minimum": "512 MiB", "maximum": "2 GiB"},
                "adapters": [{"name": "lan", "switch": SWITCH, "vlan": {"mode": "access", "id": 20}}],
                "automatic_start": {"action": "nothing"},
                "state": "running",
            },
            "vms": [_machine(number) for number in range(1, size + 1)],
        },
    }


def _machine(number: int) -> dict[str, t.Any]:
    name = f"vm{number:03d}"
    second_generation = number % 2 == 1
    system, data = ("scsi:0:0", "scsi:0:1") if second_generation else ("ide:0:0", "scsi:0:0")
    machine: dict[str, t.Any] = {
        "name": name,
        "generation": 2 if second_generation else 1,
        "notes": f"machine {number} of the benchmark",
        "disks": [
            {"slot": system, "path": rf"D:\VMs\{name}\os.vhdx", "parent": TEMPLATE},
            {"slot": data, "path": rf"D:\VMs\{name}\data.vhdx", "size": "100 GiB"},
        ],
    }
    if second_generation:
        machine["boot_order"] = [f"disk {system}", "adapter lan"]
    return machine
