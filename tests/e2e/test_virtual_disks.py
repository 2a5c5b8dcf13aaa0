# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Virtual disk files by playbook: made, converted, compacted, given another parent, merged, mounted, deleted."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_runs.environment import REPOSITORY
from ansible_runs.three_runs import assert_foretold_made_and_repeated, foretold_made_and_repeated
from ansible_runs.ways import WAYS, Way

TOPOLOGY: dict[str, t.Any] = {
    "clock": {"speed": 50.0},
    "hosts": [
        {
            "name": "hv01",
            "accounts": [{"username": "Administrator", "password": "Lab-Passw0rd"}],
            "volumes": [{"letter": "C", "size": "256 GiB"}, {"letter": "D", "size": "1 TiB"}],
            "disks": [
                {"path": "D:\\t\\golden.vhdx", "size": "40 GiB", "used": "5 GiB", "stale": "8 GiB"},
                {"path": "D:\\d\\it's [1].vhdx", "parent": "D:\\t\\golden.vhdx"},
                {"path": "D:\\d\\old.vhd", "size": "10 GiB"},
            ],
            "machines": [{"name": "web01", "disks": ["D:\\d\\it's [1].vhdx"]}],
        }
    ],
}
GOLDEN, SYSTEM = "D:\\t\\golden.vhdx", "D:\\d\\it's [1].vhdx"
LAYER, FIXED = "D:\\d\\layer.vhdx", "D:\\d\\fixed.vhdx"
TASKS: dict[str, dict[str, t.Any]] = {
    "Convert": {"path": FIXED, "convert_from": "D:\\d\\old.vhd", "delete_source": True, "type": "fixed"},
    "Make": {
        "disks": [
            {"path": LAYER, "parent": FIXED},
            {"path": "D:\\d\\shared.vhds", "size": "2 GB"},
            {"path": "D:\\d\\copy.vhdx", "copy_of": GOLDEN, "compact": {"when_grown": "4 GB"}},
        ]
    },
    "Merge": {"path": LAYER, "state": "merged"},
    "Compact": {"path": FIXED, "type": "dynamic", "convert": True, "compact": {"when_grown": "1 GB"}},
    "Mount": {"path": GOLDEN, "state": "mounted", "read_only": True, "no_drive_letter": True},
    "Dismount": {"path": GOLDEN, "state": "dismounted"},
    "Remove": {"disks": [{"path": FIXED, "state": "absent"}, {"path": "D:\\d\\shared.vhds", "state": "absent"}]},
}


@pytest.mark.parametrize("way", [WAYS[0], *[way for way in WAYS if way.engine == "powershell"][-1:]], ids=str)
def test_virtual_disks(way: Way, folder: Path) -> None:
    with way.lab(folder, TOPOLOGY) as node:
        tasks = [task for name, options in TASKS.items() for task in foretold_made_and_repeated(name, "vhd", options)]
        refused = {
            "name": "Grow a parent",
            "datacenter.hyperv.vhd": {"path": GOLDEN, "size": "60 GB"},
            "ignore_errors": True,
        }
        facts = {"name": "Facts", "datacenter.hyperv.vhd_info": {"folder": ["D:\\d"], "verify": True}}
        run = node.run_tasks(*tasks, refused, facts).succeeded()
        for name in TASKS:
            assert_foretold_made_and_repeated(run, name, "hv01")
        assert "VM web01" in run.failure("Grow a parent")["msg"]
        disks = {disk["path"]: disk for disk in run.result("Facts")["disks"]}
        assert set(disks) == {SYSTEM, "D:\\d\\copy.vhdx", GOLDEN}
        assert disks[SYSTEM]["valid"] is True and disks[GOLDEN]["children"] == [SYSTEM]
        assert [use["vm"] for use in disks[GOLDEN]["used_by"]] == ["web01"]


def test_scenario_for_real_hosts(folder: Path) -> None:
    with WAYS[0].lab(folder) as node:
        node.run(REPOSITORY / "tests" / "integration" / "virtual_disks.yml").succeeded()
        host = node.lab.estate.host(node.lab.host_names[0])
        assert host.files.children("D:\\dcht") == []
