# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What administrators type about drives: find, attach, move, limit, pass through, images, and the errors they get."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lab_shells import ESTATE, Shell

from hyperv_lab.simulation.host import Host
from hyperv_lab.topology import load_topology

HYPERV = "Microsoft.HyperV.PowerShell.Commands"

DEVICES: dict[str, Any] = {
    **ESTATE,
    "hosts": [
        {
            **ESTATE["hosts"][0],
            "physical_disks": [
                {"size": "100 GiB", "serial": "LUN-A", "unique_id": "5000AAAA"},
                {"size": "200 GiB", "serial": "LUN-B", "unique_id": "5000BBBB", "clustered": True},
            ],
            "disk_pools": ["gold"],
            "files": [
                {"path": "D:\\Images\\a.iso", "size": "1 MiB"},
                {"path": "D:\\Images\\boot.vfd", "size": "1440 KiB"},
            ],
            "disks": [{"path": f"D:\\VMs\\{name}.vhdx", "size": "10 GiB"} for name in ("old", "web", "data")],
            "machines": [
                {"name": "old", "generation": 1, "path": "D:\\VMs", "disks": ["D:\\VMs\\old.vhdx"]},
                {"name": "web", "path": "D:\\VMs", "disks": ["D:\\VMs\\web.vhdx"], "state": "running"},
            ],
        }
    ],
}


@pytest.fixture
def devices(shell_on: Callable[[Host], Shell]) -> Shell:
    """A host with disks of its own, images, and a machine of each generation."""
    return shell_on(load_topology(DEVICES).host("hv01"))


def test_drives_are_found_and_filtered(devices: Shell) -> None:
    assert devices.values(
        "(Get-VM | Get-VMHardDiskDrive | Where-Object ControllerType -eq SCSI).Path",
        "(Get-VM old).HardDrives[0].Path",
        "@((Get-VM).HardDrives | Where-Object DiskNumber -ne $null).Count",
        'Get-VM old | Get-VMDvdDrive | % { "$($_.ControllerType) $($_.ControllerNumber):$($_.ControllerLocation)" }',
        "(Get-VM web).HardDrives[0].GetType().FullName",
        "(Get-VM web | Get-VMScsiController).Drives[0].Path",
    ) == [
        "D:\\VMs\\web.vhdx",
        "D:\\VMs\\old.vhdx",
        0,
        "IDE 1:0",
        "Microsoft.HyperV.PowerShell.HardDiskDrive",
        "D:\\VMs\\web.vhdx",
    ]


def test_drives_are_attached_limited_moved_and_detached(devices: Shell) -> None:
    answers = devices.values(
        "(Add-VMHardDiskDrive web -Path D:\\VMs\\data.vhdx -MaximumIOPS 500 -Passthru).MaximumIOPS",
        "Get-VMHardDiskDrive web -ControllerLocation 1 | Set-VMHardDiskDrive -MinimumIOPS 50 -Passthru |"
        " ForEach-Object { $_.MinimumIOPS }",
        "(Get-VM web).HardDrives[1] | Remove-VMHardDiskDrive; @((Get-VM web).HardDrives).Count",
        "Get-VM old | Add-VMHardDiskDrive -ControllerType SCSI -ControllerNumber 0 -ControllerLocation 9 -Path "
        "D:\\VMs\\data.vhdx -ResourcePoolName gold -OverrideCacheAttributes WriteCacheDisabled;"
        '(Get-VM old).HardDrives[1] | ForEach-Object { "$($_.PoolName) $($_.WriteHardeningMethod)" }',
        "Set-VMHardDiskDrive old -ControllerType SCSI -ControllerNumber 0 -ControllerLocation 9 -ToControllerType IDE "
        "-ToControllerNumber 0 -ToControllerLocation 1; (Get-VM old).HardDrives.ControllerLocation",
        "Add-VMScsiController old; Get-VMScsiController old -ControllerNumber 1 | Remove-VMScsiController;"
        "@(Get-VMScsiController old).Count",
    )
    assert answers == [500, 50, 1, "gold WriteCacheDisabled", [0, 1], 1]


def test_a_disk_of_the_host_is_passed_through(devices: Shell) -> None:
    answers = devices.values(
        "Get-Disk | Where-Object SerialNumber -eq LUN-A | Set-Disk -IsOffline $true;"
        "(Get-Disk -UniqueId 5000AAAA).IsOffline",
        "Get-Disk | Where-Object SerialNumber -eq LUN-A | Add-VMHardDiskDrive -VMName old -ControllerType SCSI;"
        "(Get-VM old).HardDrives[1].DiskNumber",
        "(Get-VM).HardDrives | Where-Object DiskNumber | % { (Get-Disk -Number $_.DiskNumber).SerialNumber }",
    )
    assert answers == [True, 2, "LUN-A"]
    assert devices.host.physical_disks[0].offline


def test_images_and_floppy_disks_go_in_and_out(devices: Shell) -> None:
    answers = devices.values(
        "Set-VMDvdDrive -VMName old -ControllerNumber 1 -ControllerLocation 0 -Path D:\\Images\\a.iso -Passthru |"
        " ForEach-Object { $_.DvdMediaType.ToString() }",
        "Get-VMDvdDrive old | Set-VMDvdDrive -Path $null; (Get-VM old).DVDDrives[0].DvdMediaType.ToString()",
        "Add-VMDvdDrive web -Path D:\\Images\\a.iso; (Get-VMDvdDrive web).Path",
        "Get-VM web | Get-VMDvdDrive | Remove-VMDvdDrive; @(Get-VMDvdDrive web).Count",
        "Set-VMFloppyDiskDrive old -Path D:\\Images\\boot.vfd; (Get-VM old).FloppyDrive.Path",
        "Get-VMFloppyDiskDrive old | Set-VMFloppyDiskDrive -Path $null; [string](Get-VMFloppyDiskDrive old).Path",
    )
    assert answers == ["ISO", "None", "D:\\Images\\a.iso", 0, "D:\\Images\\boot.vfd", ""]


ERRORS = [
    ("Add-VMHardDiskDrive web -DiskNumber 2", "InvalidParameter", "AddVMHardDiskDrive", "InvalidArgument"),
    ("Add-VMHardDiskDrive web -DiskNumber 77", "ObjectNotFound", "AddVMHardDiskDrive", "ObjectNotFound"),
    (
        "Add-VMHardDiskDrive web SCSI 0 0 D:\\VMs\\data.vhdx",
        "ObjectNotFound",
        "AddVMHardDiskDrive",
        "ObjectNotFound",
    ),
    (
        "(Get-VM web).HardDrives[0] | Set-VMHardDiskDrive -ToControllerLocation 5",
        "InvalidState",
        "SetVMHardDiskDrive",
        "InvalidOperation",
    ),
    ("Add-VMScsiController web", "InvalidState", "AddVMScsiController", "InvalidOperation"),
    ("Get-VMFloppyDiskDrive web", "InvalidParameter", "GetVMFloppyDiskDrive", "InvalidArgument"),
    ("Add-VMPmemController old", "InvalidParameter", "AddVMPmemController", "InvalidArgument"),
    ("Set-VMDvdDrive old -Path D:\\none.iso", "ObjectNotFound", "SetVMDvdDrive", "ObjectNotFound"),
    (
        "Add-VMHardDiskDrive web -ControllerType NVME -Path D:\\VMs\\data.vhdx",
        "CannotConvertArgumentNoMessage",
        "AddVMHardDiskDrive",
        "InvalidArgument",
    ),
    ("Set-Disk -Number 0 -IsOffline $true", "StorageWMI 40001", "Set-Disk", "NotSpecified"),
    ("Set-Disk -Number 3 -IsOffline $true", "StorageWMI 4", "Set-Disk", "NotSpecified"),
    ("Get-Disk -Number 77", "CmdletizationQuery_NotFound_Number", "Get-Disk", "ObjectNotFound"),
]


def test_errors_about_drives(devices: Shell) -> None:
    caught = 'catch { "$($_.FullyQualifiedErrorId) $($_.CategoryInfo.Category)" }'
    found = devices.values(*(f"try {{ {command} -ErrorAction Stop }} {caught}" for command, *_ in ERRORS))
    for (command, error_id, source, category), answer in zip(ERRORS, found, strict=True):
        wanted = f"{error_id},{source if '-' in source else f'{HYPERV}.{source}'} {category}"
        assert str(answer).lower() == wanted.lower(), command
