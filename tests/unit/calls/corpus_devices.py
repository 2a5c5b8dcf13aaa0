# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Declarations that use every option of drives and controllers, on a host with disks of its own."""

from __future__ import annotations

import typing as t

from areas.devices_host import SHARED, add_devices

POLICY = "6a1d6ad6-0e4b-4a0a-9a3e-0f1f9f3f2c11"


def prepare_devices(host: t.Any) -> None:
    """Give a host the disks, images and pools that the tasks below name."""
    add_devices(host)


DEVICES: list[tuple[str, dict[str, t.Any]]] = [
    (
        "vm",
        {
            "name": "dev01",
            "scsi_controllers": 3,
            "disks": [
                {"slot": "scsi:0:0", "path": "D:\\dev\\a.vhdx", "size": "1 GB", "maximum_iops": 500},
                {"slot": "scsi:0:1", "physical_disk": {"serial": "LUN-A"}, "minimum_iops": 10},
                {"slot": "scsi:0:2", "physical_disk": {"unique_id": "5000BBBB"}},
                {"slot": "scsi:0:3", "physical_disk": {"number": 6, "with_volumes": True}},
                {"slot": "pmem:0:0", "path": "D:\\Images\\log.vhdpmem"},
            ],
            "dvds": [{"slot": "scsi:1:0", "path": "D:\\Images\\a.iso"}, {"slot": "scsi:1:1", "path": ""}],
            "boot_order": ["dvd scsi:1:0", "disk scsi:0:0"],
        },
    ),
    (
        "vm",
        {
            "name": "dev01",
            "scsi_controllers": 2,
            "disks": [
                {
                    "slot": "scsi:0:4",
                    "path": "D:\\dev\\a.vhdx",
                    "minimum_iops": 100,
                    "maximum_iops": 200,
                    "qos_policy_id": POLICY,
                    "write_cache": "disabled",
                    "resource_pool": "gold",
                },
                {"slot": "scsi:0:2", "state": "absent"},
                {"slot": "scsi:0:3", "state": "present", "physical_disk": {"number": 6}},
            ],
            "dvds": [{"slot": "scsi:1:0", "path": ""}, {"slot": "scsi:1:1", "state": "absent"}],
        },
    ),
    (
        "vm",
        {
            "name": "dev02",
            "disks": [
                {
                    "slot": "scsi:0:0",
                    "path": SHARED,
                    "shared": True,
                    "qos_policy_id": POLICY,
                    "write_cache": "enabled",
                    "resource_pool": "gold",
                    "minimum_iops": 1,
                }
            ],
        },
    ),
    ("vm", {"name": "dev02", "disks": [{"slot": "scsi:0:0", "path": SHARED, "shared": False}]}),
    (
        "vm",
        {
            "name": "dev03",
            "generation": 1,
            "floppy": "D:\\Images\\boot.vfd",
            "dvds": [{"slot": "ide:0:1"}],
            "purge": ["dvds"],
        },
    ),
]
