# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A running machine's storage goes to another volume: foretold, made, repeated; and what is in the way."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_runs.forecast import differences
from ansible_runs.ways import ENGINES, Way
from hyperv_lab.simulation import checkpoints
from hyperv_lab.simulation.storage_migration import Destinations, Migration

TOPOLOGY: dict[str, t.Any] = {
    "hosts": [
        {
            "name": "hv01",
            "accounts": [{"username": "Administrator", "password": "Lab-Passw0rd"}],
            "volumes": [
                {"letter": "C", "size": "256 GiB"},
                {"letter": "D", "size": "1 TiB"},
                {"letter": "E", "size": "30 GiB"},
            ],
            "disks": [
                {"path": r"D:\Templates\server.vhdx", "size": "40 GiB", "used": "5 GiB"},
                {"path": r"D:\VMs\web [1]\system.vhdx", "parent": r"D:\Templates\server.vhdx"},
                {"path": r"D:\VMs\web [1]\data.vhdx", "size": "20 GiB", "type": "fixed"},
            ],
            "machines": [
                {
                    "name": "web [1]",
                    "generation": 2,
                    "memory": "1 GiB",
                    "disks": [r"D:\VMs\web [1]\system.vhdx", r"D:\VMs\web [1]\data.vhdx"],
                    "state": "running",
                }
            ],
        }
    ]
}
WHOLE: dict[str, t.Any] = {
    "datacenter.hyperv.storage_move": {"name": "web [1]", "destination": r"E:\VMs\{name}"},
}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_running_machine_moves(engine: str, folder: Path) -> None:
    with Way("psrp", engine=engine).lab(folder, TOPOLOGY) as node:
        host = node.lab.estate.host("hv01")
        (machine,) = host.machines.values()
        with host.estate.lock:
            checkpoints.take(machine, "before the move")
        run = node.run_tasks(
            {"name": "Foretold", "check_mode": True, "diff": True, **WHOLE},
            {"name": "Made", **WHOLE},
            {"name": "Repeated", **WHOLE},
            {
                "name": "Too much",
                "ignore_errors": True,
                "datacenter.hyperv.storage_move": {
                    "name": "web [1]",
                    "disks": [{"slot": "scsi:0:1", "destination": r"E:\second"}],
                },
            },
        )
        foretold, made, repeated = (run.result(name) for name in ("Foretold", "Made", "Repeated"))
        assert foretold["changed"] and made["changed"] and not repeated["changed"]
        assert (foretold["exchanges"], made["exchanges"], repeated["exchanges"]) == (1, 2, 1)
        assert not differences(foretold["after"], made["after"])
        assert repeated["before"] == made["after"]
        assert made["vm"]["disks"]["scsi:0:1"]["path"] == r"E:\VMs\web [1]\Virtual Hard Disks\data.vhdx"
        assert any("Move-VMStorage" in step["command"] for step in made["plan"])
        assert machine.state == "Running" and machine.path == r"E:\VMs\web [1]"
        refused = run.failure("Too much")
        assert "volume E: has" in refused["msg"] and not refused["changed"]
        assert host.files.exists(r"D:\Templates\server.vhdx")
        assert not [entry.path for entry in host.files.walk("D:\\VMs") if not entry.is_directory]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_move_that_somebody_has_started_is_joined_and_completed(engine: str, folder: Path) -> None:
    topology = {**TOPOLOGY, "clock": {"speed": 20}}
    with Way("winrm", engine=engine).lab(folder, topology) as node:
        host = node.lab.estate.host("hv01")
        (machine,) = host.machines.values()
        data = r"D:\VMs\web [1]\data.vhdx"
        with host.estate.lock:
            migration = Migration(machine, Destinations(disks=[(data, r"E:\VMs\web [1]\Virtual Hard Disks\data.vhdx")]))
            migration.begin()
            host.estate.schedule(400, migration, "finish")
        run = node.run_tasks({"name": "Joined", **WHOLE}, {"name": "Repeated", **WHOLE})
        joined, repeated = run.result("Joined"), run.result("Repeated")
        assert joined["changed"] and not repeated["changed"]
        assert repeated["before"] == joined["after"] and machine.path == r"E:\VMs\web [1]"
        assert not [entry.path for entry in host.files.walk("D:\\VMs") if not entry.is_directory]
