# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Modules of other people through the real connection plugins: ansible.windows over winrm and over psrp."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_shells import ESTATE, MODULES

from ansible_runs.control_node import ControlNode, Task
from hyperv_lab.running import Lab

ESTATE_SCRIPT = r"""
$ErrorActionPreference = 'Stop'
foreach ($name in 'web01', 'web02', 'db01') {
    $disk = @{ NewVHDPath = "D:\VMs\$name.vhdx"; NewVHDSizeBytes = 40GB }
    $made = New-VM -Name $name -Generation 2 -MemoryStartupBytes 1GB -SwitchName Inside -Path D:\VMs @disk
}
Start-VM -Name web*
foreach ($started in Get-VM web*) {
    while ("$($started.Heartbeat)" -notlike 'Ok*') { Start-Sleep -Milliseconds 100 }
}
$vm = Get-VM web01
$Ansible.Result = @{
    running = @(Get-VM | Where-Object State -eq Running | ForEach-Object Name | Sort-Object)
    state = $vm.State.ToString()
    type = $made.GetType().FullName
    disk = $vm.HardDrives[0].Path
    exists = Test-Path D:\VMs\web01.vhdx
    qualified = Microsoft.PowerShell.Management\Test-Path -LiteralPath 'D:\VMs\no.vhdx'
    stopped = @(Get-VM | Where-Object State -eq Running | Stop-VM -Passthru |
        ForEach-Object { "$($_.Name) $($_.State)" })
    now = $vm.State.ToString()
    moved = (Get-VM db01 | Set-VM -ProcessorCount 4 -Passthru).ProcessorCount
    computer = $env:COMPUTERNAME
}
"""

FAILING_SCRIPT = r"""
Get-VM -Name nowhere
Get-VM -Nmae web01
"""

TASKS: list[Task] = [
    {"name": "Ping", "ansible.windows.win_ping": {"data": "ä"}},
    {"name": "Estate", "ansible.windows.win_powershell": {"script": ESTATE_SCRIPT}},
    {"name": "Failure", "ansible.windows.win_powershell": {"script": FAILING_SCRIPT}},
    {
        "name": "Text",
        "ansible.builtin.raw": "Get-VM | Remove-VM -Force; @(Get-VM).Count; exit 3",
        "ignore_errors": True,
    },
]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """A lab whose hosts run PowerShell."""
    with Lab.start(ESTATE, engine="powershell", directory=tmp_path / "lab", engine_cache=MODULES) as running:
        yield running


@pytest.mark.parametrize("connection", ["winrm", "psrp"])
def test_ansible_windows(lab: Lab, tmp_path: Path, connection: str) -> None:
    run = ControlNode(lab, tmp_path, connection=connection).run_tasks(*TASKS).succeeded()
    assert run.result("Ping")["ping"] == "ä"
    assert run.result("Estate")["result"] == {
        "running": ["web01", "web02"],
        "state": "Running",
        "type": "Microsoft.HyperV.PowerShell.VirtualMachine",
        "disk": "D:\\VMs\\web01.vhdx",
        "exists": True,
        "qualified": False,
        "stopped": ["web01 Off", "web02 Off"],
        "now": "Off",
        "moved": 4,
        "computer": "HV01",
    }
    errors = run.result("Failure")["error"]
    assert [error["fully_qualified_error_id"] for error in errors] == [
        "InvalidParameter,Microsoft.HyperV.PowerShell.Commands.GetVM",
        "NamedParameterNotFound,Microsoft.HyperV.PowerShell.Commands.GetVM",
    ]
    text = run.failure("Text")
    assert (text["stdout"].strip(), text["rc"]) == ("0", 3)
    assert not lab.estate.hosts["hv01"].machines
