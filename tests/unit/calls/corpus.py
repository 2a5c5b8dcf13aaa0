# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Declarations that use every option of every module, each in the ways that lead to different calls.

They run one after another on one simulated host, so that later ones find what earlier ones made.
"""

from __future__ import annotations

import typing as t

Task = tuple[str, dict[str, t.Any]]

TOPOLOGY: dict[str, t.Any] = {
    "clock": {"manual": True},
    "hosts": [
        {
            "name": "hv01",
            "volumes": [{"letter": "C", "size": "256 GiB"}, {"letter": "D", "size": "4 TiB"}],
            "nics": [{"name": "NIC1"}, {"name": "NIC2"}, {"name": "NIC3"}, {"name": "NIC4"}],
        }
    ],
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
                    "iov": True,
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
    ("vhd", {"path": "D:\\disks\\copy.vhdx", "size": "16 GB", "allow_shrink": True}),
    ("vhd", {"path": "D:\\disks\\copy.vhdx", "state": "absent"}),
]

INFORMATION: list[Task] = [("host_info", {"gather": ["host", "volumes", "adapters", "switches"]})]

TASKS = SWITCHES + DISKS + INFORMATION
MODULES = sorted({module for module, _ in TASKS})
