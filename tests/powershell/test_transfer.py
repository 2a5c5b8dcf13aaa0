# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Export, comparison and import as administrators type them."""

from __future__ import annotations

from lab_shells import Shell

from hyperv_lab.simulation.estate import Estate

FILE = "$file = (Get-ChildItem 'D:\\Export\\db01\\Virtual Machines\\*.vmcx').FullName\n"


def test_export_and_copy_with_a_new_id(shell: Shell, estate: Estate) -> None:
    names, path, count, kind = shell.values(
        "Export-VM -Name db01 -Path D:\\Export;"
        "(Get-ChildItem D:\\Export\\db01 | ForEach-Object Name | Sort-Object) -join ', '",
        FILE
        + "$copy = Import-VM -Path $file -Copy -GenerateNewId -VhdDestinationPath D:\\New; $copy.HardDrives[0].Path",
        "@(Get-VM db01).Count",
        "(Get-VM db01)[0].VirtualMachineType.ToString()",
    )
    assert names == "Snapshots, Virtual Hard Disks, Virtual Machines"
    assert (path, count, kind) == ("D:\\New\\db01.vhdx", 2, "RealizedVirtualMachine")
    assert not estate.host("hv01").planned


def test_the_same_id_is_an_error(shell: Shell) -> None:
    error, remaining = shell.values(
        "Get-VM db01 | Export-VM -Path D:\\Export\n" + FILE + "Import-VM -Path $file -ErrorAction SilentlyContinue;"
        "$Error[0].FullyQualifiedErrorId",
        "@(Get-VM db01).Count",
    )
    assert (error, remaining) == ("InvalidParameter,Microsoft.HyperV.PowerShell.Commands.ImportVM", 1)


def test_a_report_is_repaired_through_its_sources(shell: Shell) -> None:
    before = "Export-VM db01 -Path D:\\Export; Remove-VM db01 -Force; Rename-VMSwitch Inside Outside\n" + FILE
    before += "$global:report = Compare-VM -Path $file"
    kind, message, name, left, planned, imported = shell.values(
        "$report.Incompatibilities[0].Source.GetType().Name",
        '"$($report.Incompatibilities[0].MessageId) $($report.Incompatibilities[0].Message)"',
        "$report.Incompatibilities[0].Source.SwitchName",
        "$report.Incompatibilities[0].Source | Disconnect-VMNetworkAdapter;"
        "$global:report = Compare-VM -CompatibilityReport $report; @($report.Incompatibilities).Count",
        '"$(@(Get-VM db01 -ErrorAction Ignore).Count) $($report.VM.VirtualMachineType)"',
        "(Import-VM -CompatibilityReport $report).State.ToString() + ' ' + (Get-VM db01).Path",
        before=before,
    )
    assert kind == "VMNetworkAdapter"
    assert message == "33012 Could not find Ethernet switch 'Inside'."
    assert (name, left, planned) == ("Inside", 0, "0 PlannedVirtualMachine")
    assert imported == "Off D:\\Export\\db01"
