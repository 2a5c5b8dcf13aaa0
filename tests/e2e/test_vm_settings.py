# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Every setting of a machine by playbook: made, changed while it runs, renamed; on both engines."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_runs.three_runs import assert_foretold_made_and_repeated, foretold_made_and_repeated
from ansible_runs.ways import WAYS, Way

TOPOLOGY: dict[str, t.Any] = {
    "clock": {"speed": 100.0},
    "hosts": [
        {
            "name": "hv01",
            "culture": "de-DE",
            "release": "2025",
            "accounts": [{"username": "Administrator", "password": "Lab-Passw0rd"}],
            "volumes": [{"letter": "C", "size": "256 GiB"}, {"letter": "D", "size": "1 TiB"}],
            "disks": [{"path": "D:\\all01.vhdx", "size": "40 GiB", "guest": {}}],
        }
    ],
}
ALL: dict[str, t.Any] = {
    "name": "all01",
    "version": "9.0",
    "notes": "Überall & $(nichts)",
    "tags": {"owner": "web team", "stage": 1},
    "processor": {
        "count": 4,
        "reserve": 10,
        "maximum": 90,
        "weight": 200,
        "maximum_count_per_numa_node": 4,
        "maximum_count_per_numa_socket": 1,
        "threads_per_core": 2,
        "expose_virtualization_extensions": True,
        "compatibility_for_migration": True,
        "compatibility_for_older_operating_systems": False,
        "host_resource_protection": True,
        "performance_monitoring": ["pmu", "lbr"],
        "legacy_apic_mode": False,
        "allow_acount_mcount": True,
        "compatibility_for_migration_mode": "common_cluster_feature_set",
        "apic_mode": "x2apic",
        "brand_string": "Lab CPU",
        "frequency_cap": 2000,
        "l3_cache_ways": 4,
        "resource_pool": "Primordial",
    },
    "memory": {
        "startup": "2 GB",
        "dynamic": False,
        "priority": 80,
        "maximum_per_numa_node": "1 GB",
        "resource_pool": "Primordial",
    },
    "automatic_start": {"action": "start", "delay": 30},
    "automatic_stop": {"action": "shut_down"},
    "automatic_critical_error": {"action": "pause", "timeout": 60},
    "checkpoint_type": "standard",
    "automatic_checkpoints": False,
    "snapshot_file_location": "D:\\Checkpoints\\{name}",
    "smart_paging_file_path": "D:\\Paging",
    "lock_on_disconnect": True,
    "metering": True,
    "video": {"resolution_type": "single", "horizontal_resolution": 1280, "vertical_resolution": 1024},
    "memory_mapped_io": {"low": "1 GB", "high": "32 GB"},
    "guest_controlled_cache_types": True,
    "enhanced_session_transport_type": "hvsocket",
    "battery_passthrough": False,
    "secure_boot": True,
    "secure_boot_template": "272e7447-90a4-4563-a4b9-8e4ab00526ce",
    "firmware": {"network_boot_protocol": "ipv6", "console_mode": "com1", "pause_after_boot_failure": True},
    "security": {"shielded": True, "virtualization_based_security_opt_out": True},
    "integration_services": {
        "guest_service_interface": True,
        "heartbeat": True,
        "key_value_pair_exchange": False,
        "shutdown": True,
        "time_synchronization": False,
        "vss": True,
    },
    "com1": {"path": "\\\\.\\pipe\\{name}", "debugger_mode": True},
    "com2": {"path": "\\\\.\\pipe\\{name}-2", "debugger_mode": False},
    "disks": [{"slot": "scsi:0:0", "path": "D:\\all01.vhdx"}],
    "state": "running",
}
TASKS: dict[str, dict[str, t.Any]] = {
    "Make": ALL,
    "Change": {
        "name": "new01",
        "renamed_from": "all01",
        "version": "latest",
        "upgrade_version": True,
        "notes": "",
        "tags": {"stage": 2},
        "purge": ["tags"],
        "processor": {"count": 2, "expose_virtualization_extensions": False, "performance_monitoring": []},
        "memory": {"minimum": "1 GB", "maximum": "4 GB"},
        "security": {"shielded": False, "tpm": False},
        "secure_boot": False,
        "com1": {"path": ""},
        "integration_services": {"time_synchronization": True},
        "restart": "if_needed",
    },
    "Old": {"name": "old01", "generation": 1, "num_lock": True},
}


@pytest.mark.parametrize("way", [WAYS[0], *[way for way in WAYS if way.engine == "powershell"][-1:]], ids=str)
def test_every_setting(way: Way, folder: Path) -> None:
    with way.lab(folder, TOPOLOGY) as node:
        tasks = [task for name, options in TASKS.items() for task in foretold_made_and_repeated(name, "vm", options)]
        wait = {"name": "Boot", "ansible.builtin.wait_for": {"timeout": 1}, "delegate_to": "localhost"}
        gather = ["settings", "security", "key_protector", "integration_services", "com_ports"]
        facts = {"name": "Facts", "datacenter.hyperv.vm_info": {"gather": gather}}
        run = node.run_tasks(*tasks[:3], wait, *tasks[3:], facts).succeeded()
        for name in TASKS:
            assert_foretold_made_and_repeated(run, name, "hv01")
        found = run.result("Facts")["vms_by_name"]["new01"]
        assert found["state"] == "running" and found["version"] == "12.0" and found["tags"] == {"stage": "2"}
        assert found["security"]["key_protector"] and not found["security"]["tpm"]
        assert found["com1"] == {"path": "", "debugger_mode": True} and found["memory"]["maximum"] == 4 * 1024**3
        assert found["integration_services"]["time_synchronization"] is True
