# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Declarations that give options another value than those before them, for what is not a row of settings.

The rows of a machine's settings have two values each in `areas/vm/setting_values.py`.
"""

from __future__ import annotations

import typing as t

from areas.devices_host import SHARED
from calls.corpus_host_devices import GIVEN_UP_LOCATION

Task = tuple[str, dict[str, t.Any]]

OTHER_POLICY = "0b7a2f52-93a4-4c63-8d6e-1d5f0a7e9c11"

DISKS: list[Task] = [
    (
        "vhd",
        {
            "disks": [
                {"path": "D:\\change\\template.vhdx", "size": "2 GB"},
                {"path": "D:\\change\\copy.vhdx", "copy_of": "D:\\change\\template.vhdx"},
                {"path": "D:\\change\\old.vhd", "size": "1 GB"},
                {"path": "D:\\change\\base.vhdx", "size": "1 GB"},
                {"path": "D:\\change\\level1.vhdx", "parent": "D:\\change\\base.vhdx"},
            ]
        },
    ),
    ("vhd", {"path": "D:\\change\\new.vhdx", "convert_from": "D:\\change\\old.vhd"}),
    ("vhd", {"path": "D:\\change\\level1.vhdx", "state": "merged", "merge_into": "D:\\change\\base.vhdx"}),
    (
        "vhd",
        {"path": "D:\\change\\base.vhdx", "compact": {"when_grown": "2 MB"}, "children_in": ["D:\\change", "D:\\vms"]},
    ),
    ("vhd_info", {"path": ["D:\\change\\template.vhdx"], "folder": ["D:\\change"]}),
]

SWITCHES: list[Task] = [
    ("switch", {"name": "plain", "type": "external", "adapters": ["NIC4"], "embedded_teaming": False}),
    ("switch", {"name": "plain", "state": "absent"}),
]

MACHINES: list[Task] = [
    (
        "vm",
        {
            "name": "change01",
            "generation": 2,
            "path": "D:\\change\\vms",
            "memory": {"startup": "512 MB"},
            "disks": [
                {"slot": "scsi:0:0", "path": "D:\\change\\system.vhdx", "size": "1 GB", "type": "dynamic"},
                {"slot": "scsi:0:1", "path": "D:\\change\\data.vhdx", "parent": "D:\\change\\template.vhdx"},
                {"slot": "scsi:0:2", "path": "D:\\change\\copied.vhdx", "copy_of": "D:\\change\\template.vhdx"},
            ],
            "dvds": [{"slot": "scsi:0:10", "path": "D:\\Images\\a.iso", "state": "present"}],
            "adapters": [
                {"name": "lan", "switch": "lab", "legacy": False, "vlan": {"mode": "access", "id": 30}},
                {"name": "trunk", "vlan": {"mode": "trunk", "native_id": 5, "allowed_ids": ["7-9"]}},
            ],
        },
    ),
    (
        "vm",
        {
            "name": "change01",
            "disks": [{"slot": "scsi:0:2", "path": "D:\\change\\copied.vhdx", "resource_pool": "Primordial"}],
            "adapters": [
                {"name": "lan", "vlan": {"mode": "access", "id": 31}},
                {"name": "trunk", "vlan": {"mode": "trunk", "native_id": 6, "allowed_ids": [7, 8]}},
            ],
        },
    ),
    ("vm", {"name": "dev02", "disks": [{"slot": "scsi:0:0", "path": SHARED, "qos_policy_id": OTHER_POLICY}]}),
    ("vm", {"name": "dev03", "floppy": ""}),
    (
        "vm",
        {
            "name": "change02",
            "disks": [{"slot": "scsi:0:0", "physical_disk": {"number": 5, "with_volumes": False}}],
        },
    ),
    ("vm", {"vms": [{"name": "many{number:02}", "count": 3, "first_number": 6}]}),
    (
        "vm",
        {
            "name": "lent01",
            "fibre_channel_adapters": [
                {
                    "san": "fabric-b",
                    "state": "present",
                    "wwn_set_a": {"node": "C003FF0000FFFF01", "port": "C003FF0000000011"},
                    "wwn_set_b": {"node": "C003FF0000FFFF01", "port": "C003FF0000000012"},
                }
            ],
            "gpu_partitions": [{"gpu": "any", "state": "present"}],
            "assignable_devices": [{"location_path": GIVEN_UP_LOCATION, "state": "present", "manage_host": False}],
        },
    ),
]

MOVES: list[Task] = [
    ("storage_move", {"name": "change01", "destination": "D:\\change\\all\\{name}"}),
    (
        "storage_move",
        {
            "name": "change01",
            "configuration_path": "D:\\change\\configuration",
            "checkpoints_path": "D:\\change\\checkpoints",
            "smart_paging_path": "D:\\change\\paging",
            "disks_path": "D:\\change\\disks",
            "disks": [{"slot": "scsi:0:1", "destination": "D:\\change\\other"}],
        },
    ),
    (
        "storage_move",
        {"name": "change01", "disks": [{"path": "D:\\change\\other\\data.vhdx", "destination": "D:\\change\\data"}]},
    ),
]

CHECKPOINTS: list[Task] = [
    ("checkpoint", {"vm_name": "change01", "name": "daily 1"}),
    ("checkpoint", {"vm_name": "change01", "name": "daily 2"}),
    ("checkpoint", {"vm_name": "change01", "name": "daily 3", "keep_newest": 2, "name_prefix": "daily"}),
    ("checkpoint", {"vm_name": "change01", "name": "third day", "renamed_from": "daily 3", "keep_younger_than": "7d"}),
    ("checkpoint", {"vm_name": "change01", "name": "third day", "state": "exported", "path": "D:\\exports\\second"}),
    (
        "checkpoint",
        {
            "vm_name": "change01",
            "name": "daily 2",
            "state": "applied",
            "current_state": "checkpoint",
            "current_state_name": "before daily 2",
        },
    ),
    ("checkpoint", {"vm_name": "change01", "all": True, "state": "absent"}),
    ("checkpoint_info", {"vm_name": ["change01", "dev01"]}),
]

TRANSFERS: list[Task] = [
    (
        "vm_import",
        {
            "path": "D:\\exports",
            "mode": "copy",
            "name": "copy02",
            "virtual_machine_path": "D:\\copy02",
            "vhd_destination_path": "D:\\copy02\\disks",
            "snapshot_file_path": "D:\\copy02\\checkpoints",
            "smart_paging_file_path": "D:\\copy02\\paging",
        },
    ),
    (
        "vm_import",
        {
            "path": "D:\\foreign",
            "mode": "copy",
            "name": "foreign02",
            "switches": {"lost": ""},
            "adapters": {"second": "lab"},
            "missing_disks": {"gone.vhdx": "", "moved.vhdx": "D:\\change\\template.vhdx"},
            "eject_missing_images": True,
            "memory_startup": "2 GB",
            "processor_count": 2,
        },
    ),
    ("vm", {"name": "change01", "state": "running"}),
    (
        "vm_export",
        {
            "name": ["change01"],
            "path": "D:\\change\\exports",
            "newer_than": "12 hours",
            "live_state": "saved_state",
        },
    ),
]

#: Machines that are off stay off for `resumed`, and nothing is waited for.
POWER: list[Task] = [
    (
        "vm_power",
        {
            "groups": [
                {
                    "vms": ["many06", "many07"],
                    "wait_for": "port",
                    "wait_timeout": 600,
                    "network": ["192.168.0.0/16"],
                    "port": 3389,
                }
            ],
            "state": "resumed",
        },
    ),
    (
        "vm_power",
        {
            "vms": ["many06", "many07"],
            "state": "resumed",
            "wait_for": "port",
            "network": ["192.168.0.0/16"],
            "port": 3389,
        },
    ),
    ("vm_power", {"vms": ["many06"], "state": "resumed", "wait_for": "address"}),
]

CHANGES: list[Task] = [*DISKS, *SWITCHES, *MACHINES, *MOVES, *CHECKPOINTS, *TRANSFERS, *POWER]
