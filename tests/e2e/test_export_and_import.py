# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A machine is exported and comes back, and what is none of ours stays."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_runs.environment import REPOSITORY
from ansible_runs.three_runs import assert_foretold_made_and_repeated, foretold_made_and_repeated
from ansible_runs.ways import ENGINES, Way

MACHINE: dict[str, t.Any] = {
    "name": "web01",
    "generation": 2,
    "path": r"D:\VMs",
    "memory": {"startup": "1 GiB"},
    "disks": [{"slot": "scsi:0:0", "path": r"D:\VMs\web01\system.vhdx", "size": "20 GiB"}],
}
EXPORT: dict[str, t.Any] = {"name": ["web01"], "path": r"D:\Exports", "current": True}


@pytest.mark.parametrize("engine", ENGINES)
def test_export(folder: Path, engine: str) -> None:
    with Way("winrm", engine=engine).lab(folder) as node:
        host = node.lab.host_names[0]
        run = node.run_tasks(
            {"name": "Machine", "datacenter.hyperv.vm": MACHINE},
            *foretold_made_and_repeated("Export", "vm_export", EXPORT),
            {"name": "Changed", "datacenter.hyperv.vm": {**MACHINE, "notes": "changed"}},
            *foretold_made_and_repeated("Again", "vm_export", EXPORT),
            hosts=host,
        ).succeeded()
        for name in ("Export", "Again"):
            assert_foretold_made_and_repeated(run, name, host)
        files = node.lab.estate.host(host).files
        assert files.exists(r"D:\Exports\web01\datacenter.hyperv.json")
        assert [item.name for item in files.children("D:\\Exports")] == ["web01"]

        files.make_directory(r"D:\Exports\web02")
        refused = node.run_tasks(
            {
                "name": "Other",
                "datacenter.hyperv.vm_export": {**EXPORT, "name": ["web02"], "state": "absent", "current": False},
            },
            hosts=host,
        )
        assert "did not make" in refused.event("Other").result["msg"]
        assert files.exists(r"D:\Exports\web02")


IMPORT: dict[str, t.Any] = {
    "path": r"D:\Exports\web01",
    "mode": "restore",
    "virtual_machine_path": r"D:\Back",
    "vhd_destination_path": r"D:\Back\Disks",
}
COPY: dict[str, t.Any] = {
    "path": r"D:\Exports",
    "mode": "copy",
    "name": "web02",
    "vhd_destination_path": r"D:\Copy",
    "switches": {"old": ""},
}


@pytest.mark.parametrize("engine", ENGINES)
def test_import(folder: Path, engine: str) -> None:
    with Way("winrm", engine=engine).lab(folder) as node:
        host = node.lab.host_names[0]
        switch = {"name": "old", "type": "private"}
        connected = {**MACHINE, "adapters": [{"name": "lan", "switch": "old"}]}
        ready = node.run_tasks(
            {"name": "Switches", "datacenter.hyperv.switch": {"switches": [switch, {**switch, "name": "new"}]}},
            {"name": "Machine", "datacenter.hyperv.vm": connected},
            {"name": "Export", "datacenter.hyperv.vm_export": EXPORT},
            {"name": "There", "datacenter.hyperv.vm_import": IMPORT, "ignore_errors": True},
            {"name": "Gone", "datacenter.hyperv.vm": {"name": "web01", "state": "absent", "delete_disks": True}},
            {"name": "No switch", "datacenter.hyperv.switch": {**switch, "state": "absent"}},
            {"name": "Unfit", "datacenter.hyperv.vm_import": IMPORT, "check_mode": True, "ignore_errors": True},
            *foretold_made_and_repeated("Import", "vm_import", {**IMPORT, "switches": {"old": "new"}}),
            *foretold_made_and_repeated("Copy", "vm_import", COPY),
            hosts=host,
        ).succeeded()
        assert "is there already" in ready.failure("There")["msg"]
        unfit = ready.failure("Unfit")
        (problem,) = unfit["before"]["imports"][IMPORT["path"]]["incompatibilities"]
        assert problem["message_id"] == 33012 and "old" in problem["message"]
        assert unfit["refusals"][0]["path"] == "switches"
        for name in ("Import", "Copy"):
            assert_foretold_made_and_repeated(ready, name, host)
        machines = {each.name: each for each in node.lab.estate.host(host).machines.values()}
        assert sorted(machines) == ["web01", "web02"] and not node.lab.estate.host(host).planned
        lan = machines["web01"].settings.adapters[0].switch
        assert lan is not None and lan.name == "new"
        assert machines["web02"].settings.disks[0].path == r"D:\Copy\system.vhdx"


def test_scenario_for_real_hosts(folder: Path) -> None:
    with Way("winrm").lab(folder) as node:
        host = node.lab.estate.host(node.lab.host_names[0])
        untouched = sorted(host.machines)
        node.run(REPOSITORY / "tests" / "integration" / "export_and_import.yml").succeeded()
        assert sorted(host.machines) == untouched and not host.planned
        assert not host.files.children("D:\\dcht\\exports")
