# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""One scenario on every release of ansible-core that a Python on this machine runs, over winrm and psrp."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ansible_runs.forecast import differences
from ansible_runs.releases import RELEASES, CoreRelease, interpreter_for, programs_of
from ansible_runs.ways import Way

RUNNABLE = [release for release in RELEASES if interpreter_for(release)]

TEMPLATE = r"D:\Templates\server.vhdx"
FLEET = {
    "defaults": {
        "generation": 2,
        "path": r"D:\VMs",
        "memory": {"startup": "1 GiB"},
        "disks": [{"slot": "scsi:0:0", "path": r"D:\VMs\{name}\system.vhdx", "parent": TEMPLATE}],
        "adapters": [{"name": "lan", "switch": "matrix"}],
        "state": "running",
    },
    "vms": [{"name": "one"}, {"name": "two", "notes": "second"}],
}


@pytest.mark.parametrize("connection", ["winrm", "psrp"])
@pytest.mark.parametrize("release", RUNNABLE, ids=[release.name for release in RUNNABLE])
def test_build_repeat_and_remove(
    release: CoreRelease, connection: str, folder: Path, record_property: pytest.FixtureRequest
) -> None:
    record_property("ansible_core", release.name)  # type: ignore[operator]
    binaries = programs_of(release)
    version = subprocess.run([binaries / "ansible", "--version"], capture_output=True, text=True, check=True).stdout
    assert f"[core {release.name}." in version
    with Way(connection).lab(folder) as node:
        run = node.run_tasks(
            {
                "name": "Switch",
                "module_defaults": {"group/datacenter.hyperv.all": {"type": "private"}},
                "datacenter.hyperv.switch": {"name": "matrix"},
            },
            {"name": "Template", "datacenter.hyperv.vhd": {"path": TEMPLATE, "size": "40 GiB"}},
            {"name": "Foretold", "check_mode": True, "diff": True, "datacenter.hyperv.vm": FLEET},
            {"name": "Made", "datacenter.hyperv.vm": FLEET},
            {"name": "Repeated", "datacenter.hyperv.vm": FLEET},
            {
                "name": "With environment",
                "environment": {"NOTE": "module way"},
                "datacenter.hyperv.switch": {"name": "second", "type": "private"},
            },
            {"name": "Refused", "ignore_errors": True, "datacenter.hyperv.vm": {"name": "one", "generation": 1}},
            {
                "name": "Removed",
                "datacenter.hyperv.vm": {
                    "defaults": {"state": "absent", "turn_off": True, "delete_disks": True},
                    "vms": [{"name": "one"}, {"name": "two"}],
                },
            },
            {"name": "Read", "datacenter.hyperv.vm_info": {}},
            hosts=node.lab.host_names[0],
            binaries=binaries,
        ).succeeded()
    foretold, made, repeated = (run.result(name) for name in ("Foretold", "Made", "Repeated"))
    assert (foretold["changed"], made["changed"], repeated["changed"]) == (True, True, False)
    assert (made["exchanges"], repeated["exchanges"]) == (2, 1)
    assert not differences(foretold["after"], made["after"])
    assert "Hyper-V\\New-VM" in run.output, "the diff shows the plan as PowerShell"
    assert run.result("With environment")["changed"]
    assert "generation" in run.failure("Refused")["msg"]
    assert run.result("Removed")["changed"]
    assert run.result("Read")["vms"] == []
    for line in run.output.splitlines():
        assert "[DEPRECATION WARNING]" not in line and "[WARNING]: Module invocation had junk" not in line
