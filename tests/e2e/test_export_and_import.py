# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A machine is exported, and what is none of ours stays."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

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
