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


#: Every kind of setting, on top of the usual options.
ALL_SETTINGS: dict[str, t.Any] = {
    "processor": {
        "count": 2,
        "reserve": 5,
        "maximum": 90,
        "weight": 200,
        "maximum_count_per_numa_node": 2,
        "maximum_count_per_numa_socket": 1,
        "threads_per_core": 1,
        "compatibility_for_migration": True,
        "host_resource_protection": True,
    },
    "memory": {"buffer": 30, "priority": 80, "maximum_per_numa_node": "4 GiB"},
    "tags": {"owner": "benchmark", "tier": "web"},
    "integration_services": {
        "guest_service_interface": True,
        "heartbeat": True,
        "key_value_pair_exchange": True,
        "shutdown": True,
        "time_synchronization": False,
        "vss": True,
    },
    "automatic_start": {"action": "start", "delay": 30},
    "automatic_stop": {"action": "shut_down"},
    "automatic_critical_error": {"action": "pause", "timeout": 20},
    "checkpoint_type": "production_only",
    "automatic_checkpoints": False,
    "snapshot_file_location": r"D:\Checkpoints",
    "smart_paging_file_path": r"D:\Paging",
    "lock_on_disconnect": True,
    "metering": True,
    "video": {"resolution_type": "single", "horizontal_resolution": 1280, "vertical_resolution": 1024},
    "memory_mapped_io": {"low": "256 MiB", "high": "8 GiB"},
    "guest_controlled_cache_types": True,
    "dvds": [{"slot": "ide:1:0", "path": ""}],
}
SECOND_GENERATION_SETTINGS: dict[str, t.Any] = {
    "secure_boot": True,
    "secure_boot_template": "MicrosoftUEFICertificateAuthority",
    "firmware": {"network_boot_protocol": "ipv6", "console_mode": "com1", "pause_after_boot_failure": True},
    "security": {"tpm": True, "encrypt_state_and_migration_traffic": True},
    "dvds": [{"slot": "scsi:0:2", "path": ""}],
}


def fleet(size: int, parallel: int = 1, settings: str = "plain") -> dict[str, t.Any]:
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
            "vms": [_machine(number, settings) for number in range(1, size + 1)],
        },
    }


def _machine(number: int, settings: str) -> dict[str, t.Any]:
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
    if settings == "all":
        machine |= ALL_SETTINGS | (SECOND_GENERATION_SETTINGS if second_generation else {"num_lock": True})
        machine["com1"] = {"path": rf"\\.\pipe\{name}"}
    return machine
