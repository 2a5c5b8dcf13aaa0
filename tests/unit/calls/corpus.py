# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Declarations that use every option of every module, each in the ways that lead to different calls.

They run one after another on one simulated host, so that later ones find what earlier ones made.
"""

from __future__ import annotations

import typing as t

from calls.corpus_changes import CHANGES
from calls.corpus_devices import DEVICES
from calls.corpus_host_devices import HOST_DEVICES
from calls.corpus_power import POWER

Task = tuple[str, dict[str, t.Any]]

ADAPTERS = ("NIC1", "NIC2", "NIC3", "NIC4")

#: A disk that is there from the start, because only a guest makes the partitions that shrinking asks for.
PARTITIONED = {"path": "D:\\disks\\partitioned.vhdx", "size": 20 * 1024**3, "minimum_size": 5 * 1024**3}

#: Id of a VM that is there from the start, called known01, because the host chooses ids.
KNOWN_ID = "9f1a0a60-0a49-4ea7-8f1e-0f7d9a3a6a42"

#: An export of another host, with things that this host lacks.
FOREIGN: dict[str, t.Any] = {
    "id": "53eae599-4d3b-4923-b173-6aea29cb7f42",
    "path": "D:\\foreign",
    "switch": "lost",
    "disks": ["gone.vhdx", "moved.vhdx"],
}

SWITCHES: list[Task] = [
    ("switch", {"name": "heartbeat", "type": "private", "notes": "first"}),
    ("switch", {"name": "heartbeat", "type": "internal", "allow_management_os": True, "notes": "second"}),
    ("switch", {"name": "heartbeat", "adapters": ["NIC1"], "allow_management_os": False}),
    ("switch", {"name": "heartbeat", "adapters": ["NIC2"], "allow_management_os": True}),
    ("switch", {"name": "heartbeat", "type": "private"}),
    (
        "switch",
        {
            "switches": [
                {"name": "heartbeat", "state": "absent"},
                {"name": "team", "type": "external", "adapters": ["NIC1", "NIC2"], "embedded_teaming": True},
                {
                    "name": "fast",
                    "type": "external",
                    "adapters": ["NIC3"],
                    "iov": False,
                    "minimum_bandwidth_mode": "none",
                },
                {"name": "lab", "type": "internal", "minimum_bandwidth_mode": "weight", "notes": "lab"},
            ]
        },
    ),
]

DISKS: list[Task] = [
    ("vhd", {"path": "D:\\disks\\golden.vhdx", "size": "10 GB", "type": "dynamic", "block_size": "1 MB"}),
    ("vhd", {"path": "D:\\disks\\golden.vhdx", "size": "12 GB", "physical_sector_size": 512}),
    ("vhd", {"path": "D:\\disks\\fixed.vhd", "size": "1 GB", "type": "fixed", "logical_sector_size": 512}),
    (
        "vhd",
        {
            "disks": [
                {"path": "D:\\disks\\new\\child.vhdx", "parent": "D:\\disks\\golden.vhdx", "type": "differencing"},
                {
                    "path": "D:\\disks\\new\\large.vhdx",
                    "parent": "D:\\disks\\golden.vhdx",
                    "size": "20 GB",
                    "block_size": "2 MB",
                    "physical_sector_size": 4096,
                },
                {"path": "D:\\disks\\copy.vhdx", "copy_of": "D:\\disks\\golden.vhdx", "size": "20 GB"},
                {"path": "D:\\disks\\4k.vhdx", "size": "1 GB", "logical_sector_size": 4096},
            ]
        },
    ),
    ("vhd", {"path": "D:\\disks\\partitioned.vhdx", "size": "16 GB", "allow_shrink": True}),
    ("vhd", {"path": "D:\\disks\\partitioned.vhdx", "shrink_to_minimum": True}),
    ("vhd", {"path": "D:\\disks\\partitioned.vhdx", "type": "fixed", "convert": True}),
    (
        "vhd",
        {
            "disks": [
                {"path": "D:\\disks\\fixed.vhdx", "convert_from": "D:\\disks\\fixed.vhd", "delete_source": True},
                {"path": "D:\\disks\\set.vhds", "size": "1 GB"},
                {"path": "D:\\disks\\base.vhdx", "size": "1 GB"},
                {"path": "D:\\disks\\level1.vhdx", "parent": "D:\\disks\\base.vhdx"},
                {"path": "D:\\disks\\level2.vhdx", "parent": "D:\\disks\\level1.vhdx"},
                {"path": "D:\\disks\\single.vhdx", "parent": "D:\\disks\\fixed.vhdx"},
            ]
        },
    ),
    (
        "vhd",
        {
            "path": "D:\\disks\\single.vhdx",
            "parent": "D:\\disks\\base.vhdx",
            "reparent": True,
            "ignore_id_mismatch": True,
            "unique_identifier": True,
        },
    ),
    ("vhd", {"path": "D:\\disks\\single.vhdx", "state": "absent"}),
    ("vhd", {"path": "D:\\disks\\level2.vhdx", "state": "merged", "merge_into": "D:\\disks\\base.vhdx"}),
    (
        "vhd",
        {
            "path": "D:\\disks\\base.vhdx",
            "compact": {"when_grown": "1 MB", "mode": "full", "when_in_use": "skip"},
            "children_in": ["D:\\vms"],
        },
    ),
    ("vhd", {"path": "D:\\disks\\base.vhdx", "state": "mounted", "read_only": True, "no_drive_letter": True}),
    ("vhd", {"path": "D:\\disks\\base.vhdx", "state": "dismounted"}),
    (
        "vhd",
        {
            "disks": [
                {"path": "D:\\disks\\base.vhdx", "state": "absent"},
                {"path": "D:\\disks\\set.vhds", "state": "absent"},
            ]
        },
    ),
    ("vhd_info", {"path": ["D:\\disks\\golden.vhdx"], "folder": ["D:\\disks"], "recurse": True, "verify": True}),
    ("vhd", {"path": "D:\\disks\\copy.vhdx", "state": "absent"}),
]

MACHINES: list[Task] = [
    (
        "vm",
        {
            "name": "web01",
            "generation": 2,
            "path": "D:\\vms",
            "notes": "first",
            "processor": {"count": 1},
            "memory": {"startup": "512 MB"},
            "disks": [
                {"slot": "scsi:0:0", "path": "D:\\vms\\web01\\system.vhdx", "parent": "D:\\disks\\golden.vhdx"},
                {"slot": "scsi:1:0", "path": "D:\\vms\\web01\\data.vhdx", "size": "1 GB", "type": "fixed"},
            ],
            "adapters": [
                {"name": "lan", "switch": "lab", "mac": "00:15:5D:20:00:01", "vlan": {"mode": "access", "id": 20}},
                {"name": "trunk", "switch": "team", "vlan": {"native_id": 1, "allowed_ids": [10, "100-120"]}},
            ],
            "boot_order": ["adapter lan", "disk scsi:0:0"],
            "state": "running",
        },
    ),
    (
        "vm",
        {
            "name": "web01",
            "notes": "second",
            "processor": {
                "count": 2,
                "reserve": 10,
                "maximum": 90,
                "weight": 200,
                "compatibility_for_migration": True,
            },
            "memory": {
                "startup": "1 GB",
                "dynamic": True,
                "minimum": "512 MB",
                "maximum": "2 GB",
                "buffer": 30,
                "priority": 80,
            },
            "secure_boot": False,
            "automatic_start": {"action": "start", "delay": 30},
            "automatic_stop": {"action": "shut_down"},
            "boot_order": ["disk scsi:0:0", "network"],
            "restart": "if_needed",
            "stop_timeout": 10,
            "on_stop_timeout": "turn_off",
        },
    ),
    (
        "vm",
        {
            "name": "web01",
            "secure_boot": True,
            "secure_boot_template": "MicrosoftUEFICertificateAuthority",
            "turn_off": True,
            "state": "stopped",
        },
    ),
    (
        "vm",
        {
            "name": "web01",
            "disks": [{"slot": "scsi:0:0", "path": "D:\\vms\\web01\\system.vhdx", "size": "20 GB"}],
            "adapters": [{"name": "lan", "switch": "", "mac": "dynamic", "vlan": {"mode": "untagged"}}],
            "purge": ["disks", "adapters"],
            "state": "saved",
        },
    ),
    (
        "vm",
        {
            "vms": [
                {"name": "old01", "state": "running"},
                {
                    "name": "old02",
                    "disks": [{"slot": "ide:0:1", "path": "D:\\vms\\old02.vhd", "size": "1 GB"}],
                    "adapters": [{"name": "boot", "switch": "lab", "legacy": True}],
                    "boot_order": ["cd", "ide", "network", "floppy"],
                },
            ],
            "defaults": {
                "generation": 1,
                "disks": [{"slot": "ide:0:0", "path": "D:\\vms\\{name}.vhdx", "copy_of": "D:\\disks\\golden.vhdx"}],
            },
        },
    ),
    ("vm", {"name": "old01", "state": "paused"}),
    ("vm", {"name": "old01", "state": "running"}),
    ("vm", {"name": "old01", "state": "absent", "turn_off": True, "delete_disks": True}),
]

MOVES: list[Task] = [
    (
        "storage_move",
        {
            "name": "web01",
            "configuration_path": "D:\\moved\\web01",
            "checkpoints_path": "D:\\moved\\checkpoints",
            "smart_paging_path": "D:\\moved\\paging",
            "disks_path": "D:\\moved\\disks",
            "disks": [
                {"slot": "scsi:0:0", "destination": "D:\\moved\\system\\system.vhdx"},
            ],
            "retain_source": True,
        },
    ),
    ("storage_move", {"name": "web01", "disks": [{"path": "D:\\moved\\system\\system.vhdx", "destination": "D:\\x"}]}),
    (
        "storage_move",
        {
            "vms": [{"name": "web01"}, {"name": "old02", "wait_seconds": 0}],
            "on_failure": "stop",
            "parallel": 2,
            "defaults": {"destination": "D:\\all\\{name}", "wait_seconds": 60},
        },
    ),
]

#: Every setting that the machines above do not have, each changed by the cmdlet of its own.
SETTINGS: list[Task] = [
    (
        "vm",
        {
            "name": "all01",
            "notes": "all of them",
            "tags": {"owner": "web team", "stage": 1},
            "processor": {
                "count": 4,
                "maximum_count_per_numa_node": 4,
                "maximum_count_per_numa_socket": 1,
                "threads_per_core": 2,
                "expose_virtualization_extensions": True,
                "compatibility_for_older_operating_systems": True,
                "host_resource_protection": True,
                "performance_monitoring": ["pmu", "lbr"],
                "legacy_apic_mode": True,
                "allow_acount_mcount": False,
                "compatibility_for_migration_mode": "common_cluster_feature_set",
                "apic_mode": "x2apic",
                "brand_string": "Lab CPU",
                "frequency_cap": 2000,
                "l3_cache_ways": 4,
                "resource_pool": "Primordial",
            },
            "memory": {"dynamic": False, "maximum_per_numa_node": "1 GB", "resource_pool": "Primordial"},
            "automatic_critical_error": {"action": "none", "timeout": 60},
            "checkpoint_type": "standard",
            "automatic_checkpoints": True,
            "snapshot_file_location": "D:\\checkpoints\\{name}",
            "smart_paging_file_path": "D:\\paging",
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
            "security": {"key_protector": True, "tpm": True, "virtualization_based_security_opt_out": True},
            "integration_services": {
                "guest_service_interface": True,
                "heartbeat": False,
                "key_value_pair_exchange": False,
                "shutdown": False,
                "time_synchronization": False,
                "vss": False,
            },
            "com1": {"path": "\\\\.\\pipe\\{name}", "debugger_mode": True},
            "com2": {"path": "\\\\.\\pipe\\{name}-2", "debugger_mode": True},
        },
    ),
    (
        "vm",
        {"name": "all01", "security": {"shielded": True, "encrypt_state_and_migration_traffic": True}},
    ),
    ("vm_info", {"name": ["all01"], "gather": ["usage"]}),
    (
        "vm",
        {
            "name": "all01",
            "security": {"shielded": False, "encrypt_state_and_migration_traffic": False, "tpm": False},
            "secure_boot": False,
            "integration_services": {"shutdown": True},
            "metering": False,
            "com1": {"path": ""},
            "tags": {"stage": 2},
            "purge": ["tags"],
        },
    ),
    ("vm", {"name": "num01", "generation": 1, "num_lock": True, "version": "9.0"}),
    ("vm", {"name": "num02", "renamed_from": "num01", "version": "latest", "upgrade_version": True}),
    ("vm", {"name": "num01", "renamed_from": "num02"}),
    ("vm", {"name": "known02", "id": KNOWN_ID}),
    ("vm", {"name": "num01", "generation": 1, "num_lock": False}),
    ("vm", {"vms": [{"name": "all01"}, {"name": "num01"}], "defaults": {"state": "absent"}}),
]

FLEETS: list[Task] = [
    ("vm", {"vms": [{"name": "many{number:02}", "count": 2, "first_number": 3}], "parallel": 2}),
    (
        "vm",
        {
            "vms": [{"name": "many{number:02}", "count": 2, "first_number": 4}, {"name": "many03", "state": "absent"}],
            "on_failure": "stop",
            "parallel": 2,
        },
    ),
]

CHECKPOINTS: list[Task] = [
    ("checkpoint", {"vm": "web01", "name": "first"}),
    ("checkpoint", {"vm_name": "web01", "name": "second", "type": "production"}),
    ("checkpoint", {"vm_name": "web01", "name": "third", "type": "standard", "kinds": ["standard"]}),
    ("checkpoint", {"vm_name": "web01", "name": "2nd", "renamed_from": "second", "duplicates": "newest"}),
    ("checkpoint", {"vm_name": "web01", "name": "first", "state": "applied", "current_state": "discard"}),
    ("checkpoint", {"vm_name": "web01", "name": "first", "state": "exported", "path": "D:\\exports\\first"}),
    (
        "checkpoint",
        {
            "vm_name": "web01",
            "name": "third",
            "state": "applied",
            "current_state": "checkpoint",
            "current_state_name": "kept",
        },
    ),
    (
        "checkpoint",
        {
            "vms": [{"vm_name": "web01", "name": "nightly 1", "keep_younger_than": "1 second"}],
            "defaults": {"keep_newest": 1, "name_prefix": "n", "wait": False},
            "on_failure": "continue",
            "parallel": 2,
        },
    ),
    ("checkpoint", {"vm_name": "web01", "name": "nightly 1", "state": "absent", "wait": False}),
    # there is none of that id, but the merges of the task before are waited for
    ("checkpoint", {"vm_name": "web01", "id": "00000000-0000-0000-0000-000000000001", "state": "absent"}),
    ("checkpoint", {"vm_name": "web01", "name": "2nd", "state": "absent", "subtree": True, "wait_timeout": 600}),
    ("checkpoint", {"vm_name": "web01", "all": True, "state": "absent"}),
    ("checkpoint_info", {"vm_name": ["web01"]}),
]

TRANSFERS: list[Task] = [
    ("vm_export", {"name": ["web01"], "path": "D:\\exports", "current": True, "merge_timeout": 60}),
    ("vm", {"name": "web01", "state": "running"}),
    (
        "vm_export",
        {"name": ["web01"], "path": "D:\\live", "newer_than": "1d", "live_state": "crash_consistent"},
    ),
    (
        "vm_export",
        {"name": ["web01"], "path": "D:\\live", "state": "absent", "on_failure": "stop", "parallel": 2},
    ),
    (
        "vm_import",
        {
            "vms": [
                {
                    "path": "D:\\exports",
                    "mode": "copy",
                    "name": "copy01",
                    "virtual_machine_path": "D:\\copy01",
                    "vhd_destination_path": "D:\\copy01\\disks",
                    "snapshot_file_path": "D:\\copy01",
                    "smart_paging_file_path": "D:\\copy01",
                    "vhd_source_path": "D:\\exports\\web01\\Virtual Hard Disks",
                    "allow_same_name": True,
                },
            ],
            "on_failure": "continue",
            "parallel": 2,
        },
    ),
    # what the other hosts' exports lack is put into these by the test
    (
        "vm_import",
        {
            "path": "D:\\foreign",
            "mode": "restore",
            "id": FOREIGN["id"],
            "name": "foreign01",
            "switches": {"lost": "lab"},
            "adapters": {"second": ""},
            "missing_disks": {"gone.vhdx": "", "moved.vhdx": "D:\\disks\\golden.vhdx"},
            "eject_missing_images": True,
            "memory_startup": "1 GB",
            "processor_count": 1,
            "remove_planned": True,
        },
    ),
    ("vm", {"vms": [{"name": name, "state": "absent", "turn_off": True} for name in ("copy01", "foreign01")]}),
]

ENDINGS: list[Task] = [
    ("vm", {"name": "old02", "state": "absent", "delete_checkpoints": True}),
    ("vm_info", {}),
    ("vm_info", {"gather": ["disks", "floppy", "controllers"], "verify_chains": True}),
    (
        "vm_info",
        {"name": ["web01"], "gather": ["settings", "disks", "dvd_drives", "adapters", "boot_order", "checkpoints"]},
    ),
    ("vm", {"name": "web01", "state": "absent", "turn_off": True, "delete_disks": True}),
    ("host_info", {"gather": ["host", "volumes", "adapters", "switches"]}),
]

TASKS = [
    *SWITCHES,
    *DISKS,
    *MACHINES,
    *MOVES,
    *SETTINGS,
    *FLEETS,
    *POWER,
    *DEVICES,
    *HOST_DEVICES,
    *CHECKPOINTS,
    *TRANSFERS,
    *ENDINGS,
    *CHANGES,
]
MODULES = sorted({module for module, _ in TASKS})
