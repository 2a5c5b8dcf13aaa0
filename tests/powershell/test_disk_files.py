# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Administrators' one-liners over virtual disk files, and the errors that they meet."""

from __future__ import annotations

import pytest
from lab_shells import Shell

MAKE = r"""
New-VHD D:\VMs\base.vhdx -SizeBytes 40GB -Dynamic | Out-Null
New-VHD D:\VMs\child.vhdx -ParentPath D:\VMs\base.vhdx -Differencing -PhysicalSectorSizeBytes 512 | Out-Null
"""
ERROR = (
    "catch { @($_.FullyQualifiedErrorId, $_.CategoryInfo.Category.ToString(), ('0x{0:X8}' -f $_.Exception.HResult)) }"
)


#: What an exception of the Hyper-V module has for an HRESULT: that it is an exception.
NO_CAUSE = "0x80131500"


def test_create_pipe_filter_convert_and_remove(shell: Shell) -> None:
    found = shell.values(
        "(Get-ChildItem D:\\VMs -Filter *.vhdx | Get-VHD | Where-Object VhdType -eq Differencing).Path",
        "(Get-VHD D:\\VMs\\child.vhdx).PhysicalSectorSize",
        "(Get-VHD D:\\VMs\\base.vhdx).VhdType -eq [Microsoft.Vhd.PowerShell.VhdType]::Dynamic",
        'Convert-VHD D:\\VMs\\base.vhdx D:\\VMs\\base.vhd -VHDType Fixed -Passthru | % { "$($_.VhdFormat)" }',
        "(Get-VHD D:\\VMs\\*.nothing -ErrorAction SilentlyContinue).Count",
        "(Get-VM db01 | Get-VMHardDiskDrive | Get-VHD).Size / 1GB",
        "Remove-Item D:\\VMs\\base.vhd; Test-Path D:\\VMs\\base.vhd",
        before=MAKE,
    )
    assert found == ["D:\\VMs\\child.vhdx", 512, True, "VHD", 0, 40, False]


def test_mount_optimize_dismount_in_a_pipe(shell: Shell) -> None:
    number, read_only, mounted = shell.values(
        "(Mount-VHD D:\\VMs\\base.vhdx -ReadOnly -NoDriveLetter -Passthru | Get-Disk).Number -gt 0",
        "(Get-Disk | Where-Object Location -eq 'D:\\VMs\\base.vhdx').IsReadOnly",
        "Get-VHD D:\\VMs\\base.vhdx | Optimize-VHD -Mode Full -Passthru | Dismount-VHD -Passthru | % Attached",
        before=MAKE,
    )
    assert (number, read_only, mounted) == (True, True, False)


def test_chain_is_merged_and_set_made(shell: Shell) -> None:
    found = shell.values(
        "Test-VHD D:\\VMs\\child.vhdx",
        "Merge-VHD D:\\VMs\\child.vhdx -Force -Passthru | ForEach-Object Path",
        "Convert-VHD D:\\VMs\\base.vhdx D:\\VMs\\a.vhds; (Get-VHDSet D:\\VMs\\a.vhds -GetAllPaths).AllPaths.Count",
        "(Get-VHDSet D:\\VMs\\a.vhds).GetType().FullName",
        before=MAKE,
    )
    assert found == [True, "D:\\VMs\\base.vhdx", 2, "Microsoft.Vhd.PowerShell.VHDSetInfo"]


def test_parent_identifier_and_size_are_set(shell: Shell) -> None:
    parent, other, size, refused = shell.values(
        "Copy-Item D:\\VMs\\base.vhdx D:\\VMs\\twin.vhdx; Set-VHD D:\\VMs\\child.vhdx -ParentPath D:\\VMs\\twin.vhdx "
        "-IgnoreIdMismatch -Passthru | % ParentPath",
        "Set-VHD D:\\VMs\\base.vhdx -ResetDiskIdentifier -Force; "
        "(Get-VHD D:\\VMs\\base.vhdx).DiskIdentifier -ne (Get-VHD D:\\VMs\\twin.vhdx).DiskIdentifier",
        "'D:\\VMs\\base.vhdx' | Resize-VHD -SizeBytes 60GB -Passthru | % { $_.Size / 1GB }",
        "try { Resize-VHD D:\\VMs\\base.vhdx -ToMinimumSize -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }",
        before=MAKE,
    )
    assert (parent, other, size) == ("D:\\VMs\\twin.vhdx", True, 60)
    assert refused.casefold() == "invalidparameter,microsoft.vhd.powershell.cmdlets.resizevhd"


@pytest.mark.parametrize(
    ("command", "error_id", "category", "hresult"),
    [
        ("New-VHD D:\\VMs\\web01.vhdx -SizeBytes 1GB", "OperationFailed,NewVHD", "ResourceExists", NO_CAUSE),
        ("Resize-VHD D:\\VMs\\nowhere.vhdx 1GB", "InvalidParameter,ResizeVHD", "InvalidArgument", NO_CAUSE),
        ("Mount-VHD D:\\VMs\\web01.vhdx", "ObjectInUse,MountVHD", "ResourceBusy", NO_CAUSE),
        ("Convert-VHD D:\\VMs\\web01.vhdx D:\\VMs\\x.vhdx", "ObjectInUse,ConvertVHD", "ResourceBusy", NO_CAUSE),
        ("Merge-VHD D:\\VMs\\db01.vhdx -Force", "InvalidParameter,MergeVHD", "InvalidArgument", None),
        ("Get-VHDSet D:\\VMs\\db01.vhdx", "InvalidParameter,GetVHDSet", "InvalidArgument", NO_CAUSE),
        ("Set-VHD D:\\VMs\\db01.vhdx -ResetDiskIdentifier", "InvalidOperation,SetVHD", "InvalidOperation", None),
    ],
)
def test_errors(shell: Shell, command: str, error_id: str, category: str, hresult: str | None) -> None:
    found = shell.values(f"try {{ {command} -ErrorAction Stop }} {ERROR}")
    identifier, _, cmdlet = error_id.partition(",")
    assert found[0].casefold() == f"{identifier},Microsoft.Vhd.PowerShell.Cmdlets.{cmdlet}".casefold()
    assert found[1] == category and hresult in (None, found[2])
