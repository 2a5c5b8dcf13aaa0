# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Objects that scripts look into: types, enumerations, live state."""

from __future__ import annotations

from lab_shells import Shell


def test_types_and_values(shell: Shell) -> None:
    answers = shell.values(
        "$vm.GetType().FullName",
        "$vm -is [Microsoft.HyperV.PowerShell.VirtualMachine]",
        "$vm.State -eq 'Running'",
        "$vm.State -eq [Microsoft.HyperV.PowerShell.VMState]::Running",
        "[int] $vm.State",
        "$vm.State.GetType().FullName",
        "$vm.HardDrives[0].Path",
        "$vm.HardDrives[0].GetType().Name",
        "$vm.NetworkAdapters[0].SwitchName",
        "$vm.VMId -eq $vm.Id -and $vm.Id -is [guid]",
        "$vm.Uptime -is [timespan] -and $vm.CreationTime -is [datetime]",
        "$vm.MemoryStartup",
        "$null -eq $vm.NoSuchProperty",
        "\"$vm\" -eq \"VirtualMachine (Name = 'web01') [Id = '$($vm.Id)']\"",
        "(Get-VHD $vm.HardDrives[0].Path).VhdFormat.ToString()",
        before="$vm = Get-VM web01",
    )
    assert answers == [
        "Microsoft.HyperV.PowerShell.VirtualMachine",
        True,
        True,
        True,
        2,
        "Microsoft.HyperV.PowerShell.VMState",
        "D:\\VMs\\web01.vhdx",
        "HardDiskDrive",
        "Inside",
        True,
        True,
        2**30,
        True,
        True,
        "VHDX",
    ]


def test_properties_are_live(shell: Shell) -> None:
    before, after, disks, gone = shell.values(
        "$vm.State.ToString()",
        "Stop-VM $vm -Force; $vm.State.ToString()",
        "Add-VMHardDiskDrive -VM $vm -Path (New-VHD D:\\VMs\\x.vhdx -SizeBytes 1GB).Path; $vm.HardDrives.Count",
        "Remove-VM $vm -Force; $vm.Name",
        before="$vm = Get-VM web01",
    )
    assert (before, after, disks, gone) == ("Running", "Off", 2, "web01")


def test_change_by_somebody_else_is_seen(shell: Shell) -> None:
    process = shell.start("-Command", "-")
    assert process.stdin and process.stdout
    process.stdin.write(
        b"$vm = Get-VM web01; $vm.State.ToString(); Start-Sleep -Milliseconds 1500; $vm.State.ToString()\n"
    )
    process.stdin.close()
    process.stdin = None
    assert process.stdout.readline().strip() == b"Running"
    machine = shell.host.machines_named("web01")[0]
    with shell.host.estate.lock:
        machine.turn_off()
    output, errors = process.communicate(timeout=30)
    assert (output.strip(), errors) == (b"Off", b"")


def test_objects_are_arguments(shell: Shell) -> None:
    answers = shell.values(
        "Get-VMHardDiskDrive -VM (Get-VM) | ForEach-Object VMName | Sort-Object",
        "Get-VM web01 | Get-VMScsiController | ForEach-Object ControllerNumber",
        "$boot = Get-VMHardDiskDrive db01; Set-VMFirmware db01 -FirstBootDevice $boot;"
        "(Get-VMFirmware db01).BootOrder[0].Device.Path",
        "(Compare-Object (Get-VM web01) (Get-VM web01)).Count",
        "@(Get-VM web01, web02 | Group-Object State)[0].Count",
        "@(Get-VM | Select-Object -First 1 -Property Name, State | ForEach-Object { $_.PSObject.Properties.Name })",
    )
    assert answers[0] == ["db01", "web01", "web02"]
    assert answers[1] == 0
    assert answers[2] == "D:\\VMs\\db01.vhdx"
    assert answers[3:] == [0, 2, ["Name", "State"]]
