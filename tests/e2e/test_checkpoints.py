# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Checkpoints by playbook: taken, kept, gone back to, removed."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_runs.three_runs import assert_foretold_made_and_repeated, foretold_made_and_repeated
from ansible_runs.ways import WAYS, Way

TOPOLOGY: dict[str, t.Any] = {
    "clock": {"speed": 50.0},
    "hosts": [
        {
            "name": "hv01",
            "accounts": [{"username": "Administrator", "password": "Lab-Passw0rd"}],
            "volumes": [{"letter": "C", "size": "256 GiB"}, {"letter": "D", "size": "1 TiB"}],
            "disks": [{"path": f"D:\\{name}.vhdx", "size": "40 GiB"} for name in ("web1", "web10")],
            "machines": [{"name": name, "disks": [f"D:\\{name}.vhdx"]} for name in ("web1", "web10")],
        }
    ],
}
BOTH = [{"vm_name": "web1"}, {"vm_name": "web10"}]
TASKS: dict[str, dict[str, t.Any]] = {
    "Take": {"vms": BOTH, "defaults": {"name": "it's [1]*", "type": "standard"}},
    "Take another": {"vm_name": "web1", "name": "second"},
    "Go back": {"vm_name": "web1", "name": "it's [1]*", "state": "applied"},
    "Keep": {"vm_name": "web1", "name": "third", "keep_newest": 2},
    "Remove": {"vms": BOTH, "defaults": {"all": True, "state": "absent"}},
}


@pytest.mark.parametrize("way", [WAYS[0], *[way for way in WAYS if way.engine == "powershell"][-1:]], ids=str)
def test_checkpoints(way: Way, folder: Path) -> None:
    with way.lab(folder, TOPOLOGY) as node:
        tasks = [
            task for name, options in TASKS.items() for task in foretold_made_and_repeated(name, "checkpoint", options)
        ]
        facts = {"name": "Facts", "datacenter.hyperv.checkpoint_info": {}}
        run = node.run_tasks(*tasks[:-3], facts, *tasks[-3:]).succeeded()
        for name in TASKS:
            assert_foretold_made_and_repeated(run, name, "hv01")
        trees = {name: vm["tree"] for name, vm in run.result("Facts")["vms_by_name"].items()}
        assert [root["name"] for root in trees["web10"]] == ["it's [1]*"]
        assert [(root["name"], root["current"]) for root in trees["web1"]] == [("second", False), ("third", True)]
        for machine in node.lab.estate.host("hv01").machines.values():
            assert not machine.checkpoints and machine.settings.disks[0].path == f"D:\\{machine.name}.vhdx"
