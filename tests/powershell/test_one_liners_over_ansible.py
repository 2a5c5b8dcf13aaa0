# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Administrators' one-liners through ansible.windows.win_powershell over winrm, and the errors that they provoke."""

from __future__ import annotations

import dataclasses
import typing as t
from pathlib import Path

from lab_shells import ESTATE, MODULES

from ansible_runs.control_node import ControlNode, Task
from hyperv_lab.running import Lab

COMMANDS = "Microsoft.HyperV.PowerShell.Commands"
GIBIBYTE = 2**30


@dataclasses.dataclass(frozen=True)
class Script:
    """A script that knows nothing of this project.

    Attributes:
        name: what it is for.
        text: the script. What it writes is compared.
        output: the objects that it writes.
        errors: the FullyQualifiedErrorId of each error that it writes.
    """

    name: str
    text: str
    output: tuple[t.Any, ...] = ()
    errors: tuple[str, ...] = ()

    def task(self) -> Task:
        """Return the task; each script begins where the one before has ended."""
        return {"name": self.name, "ansible.windows.win_powershell": {"script": self.text}, "failed_when": False}


SCRIPTS = (
    Script(
        "Create",
        r"""
        1..3 | ForEach-Object {
            New-VM -Name "web0$_" -Generation 2 -MemoryStartupBytes 1GB -SwitchName Inside -Path D:\VMs `
                -NewVHDPath "D:\VMs\web0$_.vhdx" -NewVHDSizeBytes 40GB
        } | ForEach-Object { "$($_.Name) $($_.State) $($_.Generation)" }
        """,
        ("web01 Off 2", "web02 Off 2", "web03 Off 2"),
    ),
    Script(
        "Change",
        r"""
        Set-VM web01 -ProcessorCount 4 -DynamicMemory -MemoryMinimumBytes 512MB -MemoryMaximumBytes 4GB
        Set-VM web01 -Notes 'it''s one'
        Get-VMProcessor web01 | Set-VMProcessor -Reserve 10
        Get-VM web01 | ForEach-Object { "$($_.ProcessorCount) $($_.MemoryMaximum / 1GB) $($_.Notes)" }
        """,
        ("4 4 it's one",),
    ),
    Script(
        "Pipe",
        r"""
        Get-VM web0[23] | Start-VM -Passthru | Get-VMNetworkAdapter | Set-VMNetworkAdapterVlan -Access -VlanId 20
        Get-VM | Get-VMNetworkAdapter | Sort-Object VMName | ForEach-Object { $_.VlanSetting.AccessVlanId }
        """,
        (0, 20, 20),
    ),
    Script(
        "Filter",
        r"""
        Get-VM | Where-Object { $_.State -eq 'Running' -and $_.Name -like 'web*' } | Select-Object -ExpandProperty Name
        (Get-VM | Measure-Object -Property MemoryStartup -Sum).Sum
        Get-VM | Group-Object State -NoElement | Sort-Object Name | ForEach-Object { "$($_.Name)=$($_.Count)" }
        """,
        ("web02", "web03", 3 * GIBIBYTE, "Off=1", "Running=2"),
    ),
    Script(
        "Disk file",
        r"""
        New-VHD -Path D:\VMs\data.vhdx -SizeBytes 20GB -Dynamic |
            Resize-VHD -SizeBytes 30GB -Passthru | ForEach-Object { $_.Size / 1GB }
        Add-VMHardDiskDrive -VMName web01 -ControllerType SCSI -ControllerLocation 7 -Path D:\VMs\data.vhdx
        (Get-VMHardDiskDrive web01 | Where-Object ControllerLocation -eq 7 | Get-VHD).VhdType.ToString()
        """,
        (30, "Dynamic"),
    ),
    Script(
        "Checkpoint",
        r"""
        Get-VM web01 | Checkpoint-VM -SnapshotName 'before [1]' -Passthru | ForEach-Object Name
        Checkpoint-VM web01 'second'
        (Get-VM web01).HardDrives | ForEach-Object { [IO.Path]::GetExtension($_.Path) }
        Get-VMSnapshot web01 | Where-Object Name -eq 'before [1]' | Restore-VMSnapshot -Confirm:$false
        (Get-VM web01).ParentSnapshotName
        Get-VMSnapshot web01 | Sort-Object CreationTime -Descending | Select-Object -Skip 1 | Remove-VMSnapshot
        (Get-VMSnapshot web01).Name
        """,
        ("before [1]", ".avhdx", ".avhdx", "before [1]", "second"),
    ),
    Script(
        "Export",
        r"""
        Get-VMSnapshot web01 | Remove-VMSnapshot
        while ((Get-VM web01).HardDrives.Path -like '*.avhdx') { Start-Sleep -Milliseconds 100 }
        Get-VM web01 | Export-VM -Path D:\Exports
        Get-ChildItem D:\Exports\web01 | Sort-Object Name | ForEach-Object Name
        (Get-ChildItem 'D:\Exports\web01\Virtual Hard Disks\*.vhdx').Count
        """,
        ("Snapshots", "Virtual Hard Disks", "Virtual Machines", 2),
    ),
    Script(
        "Import",
        r"""
        $file = (Get-ChildItem 'D:\Exports\web01\Virtual Machines' -Filter *.vmcx).FullName
        Import-VM -Path $file -Copy -ErrorAction SilentlyContinue -ErrorVariable refused
        $refused[0].FullyQualifiedErrorId
        $copy = Import-VM -Path $file -Copy -GenerateNewId -VirtualMachinePath D:\Copy -VhdDestinationPath D:\Copy\Disks
        Rename-VM $copy 'copy01'
        "$((Get-VM copy01).Id -ne (Get-VM web01).Id) $(($copy.HardDrives[0].Path))"
        """,
        (f"InvalidParameter,{COMMANDS}.ImportVM", r"True D:\Copy\Disks\web01.vhdx"),
    ),
    Script(
        "Move storage",
        r"""
        Move-VMStorage web02 -DestinationStoragePath D:\Moved\web02
        $vm = Get-VM web02
        "$($vm.State) $($vm.ConfigurationLocation) $($vm.HardDrives[0].Path)"
        Test-Path D:\VMs\web02.vhdx
        """,
        (r"Running D:\Moved\web02 D:\Moved\web02\Virtual Hard Disks\web02.vhdx", False),
    ),
    Script(
        "Power",
        r"""
        Get-VM web02, web03 | Save-VM -Passthru | ForEach-Object { $_.State.ToString() }
        Get-VM | Where-Object State -eq Saved | Start-VM
        Suspend-VM web02; (Get-VM web02).State.ToString(); Resume-VM web02
        Get-VM web0[23] | Stop-VM -TurnOff -Passthru | ForEach-Object { $_.State.ToString() }
        """,
        ("Saved", "Saved", "Paused", "Off", "Off"),
    ),
    Script(
        "Errors",
        r"""
        Get-VM nowhere
        Start-VM web03
        Set-VMProcessor web03 -Count 2
        Set-VMMemory web03 -StartupBytes 100TB
        New-VHD D:\VMs\web03.vhdx -SizeBytes 1GB -Dynamic
        Add-VMHardDiskDrive web03 -ControllerType IDE -Path D:\VMs\data.vhdx
        Remove-VM web03 -Force
        Get-VMSnapshot web03 -Name none
        Get-VMProcessor web03 -Nmae x
        "$((Get-VM web03).ProcessorCount) $((Get-VM web03).State)"
        """,
        ("1 Running",),
        (
            f"InvalidParameter,{COMMANDS}.GetVM",
            f"InvalidState,{COMMANDS}.SetVMProcessor",
            f"InvalidParameter,{COMMANDS}.SetVMMemory",
            "OperationFailed,Microsoft.Vhd.PowerShell.Cmdlets.NewVhd",
            f"InvalidParameter,{COMMANDS}.AddVMHardDiskDrive",
            f"InvalidState,{COMMANDS}.RemoveVM",
            f"ObjectNotFound,{COMMANDS}.GetVMSnapshot",
            f"NamedParameterNotFound,{COMMANDS}.GetVMProcessor",
        ),
    ),
    Script(
        "Caught errors",
        r"""
        $ErrorActionPreference = 'Stop'
        try { Get-VM copy01 | Export-VM -Path D:\Exports; Export-VM copy01 -Path D:\Exports }
        catch { $_.FullyQualifiedErrorId; $_.Exception.GetType().FullName }
        try { Mount-VHD D:\VMs\web03.vhdx }
        catch { '0x{0:X8}' -f $_.Exception.HResult; $_.CategoryInfo.Category.ToString() }
        """,
        (
            f"OperationFailed,{COMMANDS}.ExportVM",
            "Microsoft.HyperV.PowerShell.VirtualizationException",
            "0x80131500",
            "ResourceBusy",
        ),
    ),
    Script(
        "Remove",
        r"""
        Get-VM | Stop-VM -TurnOff -Force -WarningAction SilentlyContinue
        $disks = (Get-VM | Get-VMHardDiskDrive).Path
        Get-VM | Remove-VM -Force
        @(Get-VM).Count
        @($disks | Where-Object { Test-Path $_ }).Count
        $disks | Remove-Item
        @($disks | Where-Object { Test-Path $_ }).Count
        """,
        (0, 6, 0),
    ),
)


def test_one_liners_over_ansible(tmp_path: Path) -> None:
    with Lab.start(ESTATE, engine="powershell", directory=tmp_path / "lab", engine_cache=MODULES) as lab:
        run = ControlNode(lab, tmp_path, connection="winrm").run_tasks(*(script.task() for script in SCRIPTS))
        problems = []
        for script in SCRIPTS:
            result = run.event(script.name).result
            output = tuple(result.get("output", ()))
            errors = tuple(error["fully_qualified_error_id"] for error in result.get("error", ()))
            if (output, errors) != (script.output, script.errors):
                problems.append(f"{script.name}: {output} {errors} {result.get('msg')}")
        assert not problems, "\n".join(problems)
        assert not lab.estate.hosts["hv01"].machines
