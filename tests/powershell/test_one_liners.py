# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What administrators type: pipelines, wildcards, -Passthru, -WhatIf."""

from __future__ import annotations

from lab_shells import Shell

from hyperv_lab.simulation.assignable_devices import PciDevice
from hyperv_lab.simulation.estate import Estate
from hyperv_lab.simulation.fibre_channel import VirtualSan
from hyperv_lab.simulation.gpu_partitions import PartitionableGpu


def test_the_running_ones_are_stopped(shell: Shell, estate: Estate) -> None:
    stopped = shell.values(
        'Get-VM | Where-Object State -eq Running | Stop-VM -Passthru | ForEach-Object { "$($_.Name) $($_.State)" }'
    )
    assert sorted(stopped) == ["web01 Off", "web02 Off"]
    assert {machine.state for machine in estate.host("hv01").machines.values()} == {"Off"}


def test_names_are_wildcards(shell: Shell) -> None:
    web, either, escaped = shell.values(
        "(Get-VM -Name web*).Count",
        "@(Get-VM web0[12], db01 | Sort-Object Name | ForEach-Object Name)",
        "(Get-VM -Name 'd?01').Name",
    )
    assert (web, either, escaped) == (2, ["db01", "web01", "web02"], "db01")


def test_settings_go_through_pipelines(shell: Shell) -> None:
    answers = shell.values(
        "Get-VM db01 | Set-VM -ProcessorCount 4 -Notes 'two words' -Passthru | ForEach-Object ProcessorCount",
        "(Get-VM db01 | Get-VMProcessor).Count",
        "(Get-VM db01).Notes",
        "Set-VMMemory db01 -DynamicMemoryEnabled $true -MinimumBytes 512MB -MaximumBytes 2GB;"
        "(Get-VMMemory db01).Maximum",
        "Get-VM db01 | Rename-VM -NewName db02 -Passthru | ForEach-Object Name",
        "Hyper-V\\Get-VM db02 | Get-VMNetworkAdapter | ForEach-Object SwitchName",
    )
    assert answers == [4, 4, "two words", 2 * 2**30, "db02", "Inside"]


def test_create_attach_move_remove(shell: Shell, estate: Estate) -> None:
    before = """
        New-VHD -Path D:\\VMs\\data.vhdx -SizeBytes 10GB -Dynamic | Out-Null
        Add-VMHardDiskDrive -VMName db01 -Path D:\\VMs\\data.vhdx -ControllerType SCSI -ControllerLocation 5
    """
    location, size, count = shell.values(
        "Get-VMHardDiskDrive -VMName db01 -ControllerLocation 5 | ForEach-Object Path",
        "(Get-VM db01).HardDrives | ForEach-Object Path | Get-VHD | ForEach-Object Size |"
        "Measure-Object -Sum | ForEach-Object Sum",
        "Get-VMHardDiskDrive -VMName db01 | Where-Object ControllerLocation -eq 5 | Remove-VMHardDiskDrive;"
        "@((Get-VM db01).HardDrives).Count",
        before=before,
    )
    assert (location, size, count) == ("D:\\VMs\\data.vhdx", 50 * 2**30, 1)
    assert shell.values("Get-VM db* | Remove-VM -Force; @(Get-VM).Count") == [2]
    assert not estate.host("hv01").machines_named("db01")


def test_what_if_changes_nothing(shell: Shell, estate: Estate) -> None:
    finished = shell.run("Stop-VM web01 -Force -WhatIf; Remove-VM db01 -Force -WhatIf; (Get-VM web01).State")
    assert finished.exit_code == 0 and finished.errors == ""
    assert "What if:" in finished.output and "web01" in finished.output
    assert finished.output.strip().endswith("Running")
    assert len(estate.host("hv01").machines) == 3


def test_removal_asks_unless_forced(shell: Shell, estate: Estate) -> None:
    finished = shell.run("Remove-VM db01")
    assert finished.errors != "" and len(estate.host("hv01").machines) == 3
    assert shell.run("Remove-VM db01 -Force").errors == ""
    assert len(estate.host("hv01").machines) == 2


def test_a_job_is_waited_for(shell: Shell) -> None:
    state, name = shell.values(
        '"$((Stop-VM web01 -Force -AsJob | Wait-Job).State) $((Get-VM web01).State)"',
        "(Get-VM web02 | Save-VM -Passthru -AsJob | Receive-Job -Wait).Name",
    )
    assert (state, name) == ("Completed Off", "web02")


def test_checkpoints(shell: Shell) -> None:
    kept, disk, gone = shell.values(
        "Checkpoint-VM db01 -SnapshotName before; (Get-VMCheckpoint -VMName db01).Name",
        "[IO.Path]::GetExtension((Get-VM db01).HardDrives[0].Path)",
        "Get-VMSnapshot db01 -Name before | Restore-VMSnapshot -Confirm:$false;"
        "Remove-VMSnapshot -VMName db01 -Name before; @(Get-VMSnapshot db01).Count",
    )
    assert (kept, disk, gone) == ("before", ".avhdx", 0)


def test_checkpoints_come_by_pipeline_and_go_by_age(shell: Shell) -> None:
    taken, kinds, old, left = shell.values(
        "(Get-VM web01 | Checkpoint-VM -SnapshotName x -Passthru).Name",
        '(Get-VMSnapshot web01 | ForEach-Object { "$($_.SnapshotType) $($_.IsAutomaticCheckpoint) $($_.VMName)" })',
        "(Get-VMSnapshot -VMName web01 | Where-Object CreationTime -lt (Get-Date).AddYears(-50)).Count",
        "Get-VMSnapshot -VMName web01 | Where-Object CreationTime -lt (Get-Date).AddYears(50) | Remove-VMSnapshot;"
        "@(Get-VMSnapshot -VMName web01).Count",
    )
    assert (taken, kinds, left) == ("x", "Standard False web01", 0) and not old


def test_checkpoints_by_their_place_in_the_tree(shell: Shell) -> None:
    exported, children, parent, gone, renamed = shell.values(
        "Checkpoint-VM db01 first; Get-VMCheckpoint db01 -Name first | Export-VMCheckpoint -Path D:\\Exports;"
        "Remove-VMSnapshot db01 -Name first; Test-Path D:\\Exports\\db01\\Snapshots",
        "Checkpoint-VM db01 a; Checkpoint-VM db01 b; $a = Get-VMCheckpoint db01 -Name a;"
        "(Get-VMSnapshot -ChildOf $a).Name",
        "(Get-VMSnapshot -ParentOf (Get-VM db01)).Name",
        "Get-VMSnapshot db01 -Name a | Remove-VMCheckpoint -IncludeAllChildCheckpoints; @(Get-VMSnapshot db01).Count",
        "Checkpoint-VM db01 -CheckpointName c; Rename-VMCheckpoint -VMName db01 -Name c -NewName d;"
        "(Get-VM db01).ParentCheckpointName + (Get-VMSnapshot db01).Name",
    )
    assert (exported, children, parent, gone, renamed) == (True, "b", "b", 0, "dd")


def test_volumes_cards_services_and_cim(shell: Shell) -> None:
    answers = shell.values(
        "(Get-Volume -DriveLetter D).FileSystemLabel",
        "(Get-Volume | Where-Object DriveLetter -eq D).PSTypeNames -contains"
        " 'Microsoft.Management.Infrastructure.CimInstance#MSFT_Volume'",
        "(Get-NetAdapter -Name 'Ethernet 2').Name",
        '"$((Get-Service vmms).Status)"',
        "(Get-CimInstance Win32_OperatingSystem).BuildNumber",
        "(Get-CimInstance -ClassName Win32_ComputerSystem).Name -eq $env:COMPUTERNAME",
        "(Get-Command Get-Volume).CommandType.ToString() + ' ' + (Get-Command Get-VM).CommandType",
    )
    assert answers == ["Data", True, "Ethernet 2", "Running", "20348", True, "Function Cmdlet"]


def test_storage_moves(shell: Shell, estate: Estate) -> None:
    name, config, disk, system = shell.values(
        "Get-VM web01 | Move-VMStorage -DestinationStoragePath C:\\web01; (Get-VM web01).HardDrives[0].Path",
        '"$((Get-VM web01).Path) $((Get-VM web01).State) $((Get-VM web01).OperationalStatus)"',
        "Move-VMStorage db01 -SmartPagingFilePath C:\\db -VHDs @("
        "@{SourceFilePath = 'D:\\VMs\\db01.vhdx'; DestinationFilePath = 'C:\\db\\db01.vhdx'});"
        "(Get-VMHardDiskDrive db01).Path",
        "$null -eq (Get-VM db01).SecondaryOperationalStatus",
    )
    assert (name, config) == ("C:\\web01\\Virtual Hard Disks\\web01.vhdx", "C:\\web01 Running Ok")
    assert (disk, system) == ("C:\\db\\db01.vhdx", True)
    assert not estate.host("hv01").files.exists("D:\\VMs\\db01.vhdx")


def test_a_storage_move_that_cannot_be_has_an_error_id(shell: Shell) -> None:
    error, after = shell.values(
        "$other = @{SourceFilePath = 'D:\\other.vhdx'; DestinationFilePath = 'C:\\other.vhdx'};"
        "try { Move-VMStorage db01 -VHDs $other -ErrorAction Stop }"
        "catch { $_.FullyQualifiedErrorId }",
        "(Get-VMHardDiskDrive db01).Path",
    )
    assert error == "InvalidParameter,Microsoft.HyperV.PowerShell.Commands.MoveVMStorage"
    assert after == "D:\\VMs\\db01.vhdx"


def test_devices_of_the_host(shell: Shell, estate: Estate) -> None:
    host = estate.host("hv01")
    host.virtual_sans.append(VirtualSan(host, "fabric"))
    host.partitionable_gpus.append(PartitionableGpu(host, "gpu", 2, 2**34))
    host.pci_devices.append(PciDevice(host, "card", "PCI\\VEN_10DE&DEV_1EB8\\1", "PCIROOT(0)#PCI(0300)"))
    san, gpu, vram, location, assigned = shell.values(
        "(Get-VMSan | ForEach-Object { Add-VMFibreChannelHba db01 $_.Name -GenerateWwn -Passthru }).SanName +"
        "(Get-VM db01).FibreChannelHostBusAdapters[0].WorldWidePortNameSetA",
        "Add-VMGpuPartitionAdapter -VMName db01 -InstancePath (Get-VMHostPartitionableGpu).Name -MinPartitionVRAM 1GB;"
        "(Get-VMGpuPartitionAdapter db01).InstancePath",
        "Get-VMGpuPartitionAdapter db01 | Set-VMGpuPartitionAdapter -MaxPartitionVRAM 2GB -Passthru |"
        "ForEach-Object MaxPartitionVRAM",
        "(Get-PnpDevice -PresentOnly -InstanceId 'PCI\\*' |"
        "Get-PnpDeviceProperty -KeyName DEVPKEY_Device_LocationPaths).Data[0]",
        "Get-PnpDevice -InstanceId 'PCI\\*' | Disable-PnpDevice -Confirm:$false;"
        "Dismount-VMHostAssignableDevice -LocationPath 'PCIROOT(0)#PCI(0300)' -Force;"
        "Set-VM db01 -AutomaticStopAction TurnOff;"
        "Get-VMHostAssignableDevice |"
        "ForEach-Object { Add-VMAssignableDevice -VMName db01 -LocationPath $_.LocationPath };"
        "Get-VM db01 | Get-VMAssignableDevice | ForEach-Object InstancePath",
    )
    assert (san, gpu, vram) == ("fabricC003FF5778E50000", "gpu", 2**31)
    assert (location, assigned) == ("PCIROOT(0)#PCI(0300)", "PCIP\\VEN_10DE&DEV_1EB8\\1")
    error = shell.values(
        "try { Mount-VMHostAssignableDevice -LocationPath 'PCIROOT(0)#PCI(0300)' -ErrorAction Stop }"
        "catch { $_.FullyQualifiedErrorId }"
    )
    assert error == ["ObjectInUse,Microsoft.HyperV.PowerShell.Commands.MountVMHostAssignableDevice"]
