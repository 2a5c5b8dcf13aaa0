# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Drives of every kind come to a machine, change places and go: foretold, made, repeated, on both engines."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_runs.forecast import differences
from ansible_runs.ways import ENGINES, Way

TOPOLOGY: dict[str, t.Any] = {
    "hosts": [
        {
            "name": "hv01",
            "accounts": [{"username": "Administrator", "password": "Lab-Passw0rd"}],
            "volumes": [{"letter": "C", "size": "256 GiB"}, {"letter": "D", "size": "1 TiB"}],
            "physical_disks": [
                {"size": "100 GiB", "serial": "LUN-A", "unique_id": "5000AAAA"},
                {"size": "100 GiB", "serial": "LUN-B", "unique_id": "5000BBBB", "clustered": True},
            ],
            "disk_pools": ["gold"],
            "files": [{"path": r"D:\Images\a.iso", "size": "1 MiB"}],
        }
    ]
}
FIRST: dict[str, t.Any] = {
    "name": "db [1]",
    "scsi_controllers": 2,
    "disks": [
        {"slot": "scsi:0:0", "path": r"D:\VMs\{name}\system.vhdx", "size": "10 GB", "resource_pool": "gold"},
        {"slot": "scsi:0:1", "path": r"D:\VMs\{name}\data.vhdx", "size": "10 GB"},
        {"slot": "scsi:1:0", "physical_disk": {"serial": "LUN-A"}, "maximum_iops": 500},
    ],
    "dvds": [{"slot": "scsi:0:2", "path": r"D:\Images\a.iso"}],
    "boot_order": ["dvd scsi:0:2", "disk scsi:0:0"],
}
SECOND: dict[str, t.Any] = {
    "name": "db [1]",
    "scsi_controllers": 1,
    "disks": [
        {"slot": "scsi:0:1", "path": r"D:\VMs\{name}\system.vhdx", "minimum_iops": 50},
        {"slot": "scsi:0:0", "path": r"D:\VMs\{name}\data.vhdx"},
        {"slot": "scsi:1:0", "state": "absent"},
    ],
    "dvds": [{"slot": "scsi:0:2", "path": ""}],
    "boot_order": ["disk scsi:0:1"],
}
REFUSED = {"name": "db [1]", "disks": [{"slot": "scsi:0:9", "physical_disk": {"unique_id": "5000BBBB"}}]}


@pytest.mark.parametrize("engine", ENGINES)
def test_drives_come_change_places_and_go(engine: str, folder: Path) -> None:
    with Way("psrp", engine=engine).lab(folder, TOPOLOGY) as node:
        host = node.lab.estate.host("hv01")
        run = node.run_tasks(
            *(task for name, options in (("First", FIRST), ("Second", SECOND)) for task in thrice(name, options)),
            {"name": "Refused", "ignore_errors": True, "datacenter.hyperv.vm": REFUSED},
            {
                "name": "Facts",
                "datacenter.hyperv.vm_info": {"name": ["db [1]"], "gather": ["disks"], "verify_chains": True},
            },
        )
        for name in ("First", "Second"):
            foretold, made, repeated = (run.result(f"{name}, {which}") for which in ("foretold", "made", "repeated"))
            assert foretold["changed"] and made["changed"] and not repeated["changed"]
            assert (foretold["exchanges"], made["exchanges"], repeated["exchanges"]) == (1, 2, 1)
            assert not differences(foretold["after"], made["after"])
        commands = [step["command"] for step in run.result("First, made")["plan"]]
        assert any("Set-Disk" in command and "-IsOffline" in command for command in commands)
        disks = run.result("First, made")["vm"]["disks"]
        assert disks["scsi:1:0"]["physical_disk"] == {"number": 2, "serial": "LUN-A", "unique_id": "5000AAAA"}
        assert "failover cluster" in run.failure("Refused")["msg"]
        facts = run.result("Facts")["vms"][0]["disks"]
        assert [(disk["slot"], disk["minimum_iops"], disk["chain_problem"]) for disk in facts] == [
            ("scsi:0:0", 0, None),
            ("scsi:0:1", 50, None),
        ]
        (machine,) = host.machines.values()
        assert len(machine.settings.scsi_controllers) == 1 and host.physical_disks[0].offline


def thrice(name: str, options: dict[str, t.Any]) -> list[dict[str, t.Any]]:
    """Return one declaration as three tasks: in check mode, for real, for real again."""
    call = {"datacenter.hyperv.vm": options}
    return [
        {"name": f"{name}, foretold", "check_mode": True, "diff": True, **call},
        {"name": f"{name}, made", **call},
        {"name": f"{name}, repeated", **call},
    ]
