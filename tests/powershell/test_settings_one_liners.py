# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What administrators type about settings: pipelines, properties, and the error ids they meet."""

from __future__ import annotations

from lab_shells import Shell

from hyperv_lab.simulation.estate import Estate

CAUGHT = 'try {{ {} -ErrorAction Stop }} catch {{ "$($_.FullyQualifiedErrorId) $($_.CategoryInfo.Category)" }}'
COMMANDS = "Microsoft.HyperV.PowerShell.Commands"


def caught(*commands: str) -> list[str]:
    return [CAUGHT.format(command) for command in commands]


def test_processors_through_pipelines(shell: Shell, estate: Estate) -> None:
    answers = shell.values(
        "Get-VM db01 | Set-VMProcessor -Count 4 -Passthru | ForEach-Object Count",
        "Get-VM | Where-Object State -eq Off | Set-VMProcessor -HwThreadCountPerCore 2 -MaximumCountPerNumaNode 2;"
        "(Get-VMProcessor db01).MaximumCountPerNumaNode",
        "Get-VMProcessor db01 | Set-VMProcessor -EnableHostResourceProtection $true -Perfmon pmu, lbr;"
        "'{0} {1}' -f (Get-VMProcessor db01).EnablePerfmonPmu, (Get-VMProcessor db01).EnablePerfmonIpt",
        "Get-VM web* | Set-VMProcessor -RelativeWeight 200; (Get-VM web* | Get-VMProcessor).RelativeWeight",
        "(Get-VMProcessor db01).ResourcePoolName",
    )
    assert answers == [4, 2, "True False", [200, 200], "Primordial"]
    assert estate.host("hv01").machines_named("db01")[0].settings.processor.hw_thread_count_per_core == 2


def test_a_tpm_needs_a_key_protector(shell: Shell) -> None:
    answers = shell.values(
        "(Get-VMSecurity db01).TpmEnabled",
        *caught("Enable-VMTPM db01"),
        "Set-VMKeyProtector -VMName db01 -NewLocalKeyProtector; Enable-VMTPM -VMName db01;"
        "(Get-VMSecurity db01).TpmEnabled",
        "Get-VM db01 | Set-VMSecurity -EncryptStateAndVmMigrationTraffic $true;"
        "(Get-VM db01 | Get-VMSecurity).EncryptStateAndVmMigrationTraffic",
        "Set-VMSecurityPolicy db01 -Shielded $true; (Get-VMSecurity db01).Shielded",
        *caught("Disable-VMTPM db01", "Enable-VMTPM web01"),
        "(Get-VMKeyProtector web01) -join ','",
        "(Get-VMKeyProtector db01).Count -gt 4",
        "@(Get-VMKeyProtector db01).Count",
        "(Get-VMSecurity db01).GetType().FullName",
    )
    assert answers == [
        False,
        f"OperationFailed,{COMMANDS}.EnableVMTPM InvalidOperation",
        True,
        True,
        True,
        f"InvalidParameter,{COMMANDS}.DisableVMTPM InvalidArgument",
        f"InvalidState,{COMMANDS}.EnableVMTPM InvalidOperation",
        "0,0,0,4",
        True,
        1,
        "Microsoft.HyperV.PowerShell.VMSecurity",
    ]


def test_serial_ports_and_services(shell: Shell) -> None:
    answers = shell.values(
        "Set-VMComPort db01 1 \\\\.\\pipe\\db01; (Get-VM db01).ComPort1.Path",
        "Get-VMComPort db01 -Number 1 | Set-VMComPort -DebuggerMode On;(Get-VMComPort db01)[0].DebuggerMode.ToString()",
        "@(Get-VM db01 | Get-VMComPort).Count",
        *caught("Set-VMComPort -VMName db01 -Number 3 -Path x", "Set-VMComPort -VMName web01 -Number 1 -Path ''"),
        "Get-VMIntegrationService db01 | Where-Object Id -like '*6C09BB55*' | Enable-VMIntegrationService;"
        "(Get-VMIntegrationService db01 -Name 'Guest*').Enabled",
    )
    assert answers == [
        "\\\\.\\pipe\\db01",
        "On",
        2,
        f"InvalidParameter,{COMMANDS}.SetVMComPort InvalidArgument",
        f"InvalidState,{COMMANDS}.SetVMComPort InvalidOperation",
        True,
    ]


def test_what_a_running_machine_does_not_take(shell: Shell) -> None:
    answers = shell.values(
        *caught(
            "Set-VMProcessor web01 -Count 4",
            "Set-VM web01 -EnhancedSessionTransportType HvSocket",
            "Set-VMFirmware web01 -ConsoleMode COM1",
            "Set-VMMemory web01 -DynamicMemoryEnabled $true",
            "Set-VMMemory db01 -ResourcePoolName none",
            "Get-VM web01 | Set-VM -AutomaticStartDelay 5 -Passthru | ForEach-Object AutomaticStartDelay",
            "Set-VMBios db01 -EnableNumLock",
            "Set-VMProcessor nowhere -Count 1",
        )
    )
    assert answers == [
        f"InvalidState,{COMMANDS}.SetVMProcessor InvalidOperation",
        f"InvalidState,{COMMANDS}.SetVM InvalidOperation",
        f"InvalidState,{COMMANDS}.SetVMFirmware InvalidOperation",
        f"InvalidState,{COMMANDS}.SetVMMemory InvalidOperation",
        f"InvalidParameter,{COMMANDS}.SetVMMemory InvalidArgument",
        5,
        f"InvalidParameter,{COMMANDS}.SetVMBios InvalidArgument",
        f"ObjectNotFound,{COMMANDS}.SetVMProcessor ObjectNotFound",
    ]


def test_versions_and_names(shell: Shell, estate: Estate) -> None:
    answers = shell.values(
        "(New-VM old01 -Version 9.0 -NoVHD).Version",
        "(Get-VMHostSupportedVersion | Where-Object IsDefault).Version.ToString()",
        "Get-VM old01 | Update-VMVersion -Force -Confirm:$false; (Get-VM old01).Version",
        *caught("Update-VMVersion web01 -Force -Confirm:$false"),
        "Rename-VM web01 'it''s [1]';"
        "Get-VM | Where-Object Name -eq 'it''s [1]' | ForEach-Object { $_.State.ToString() }",
        'Get-VM old01 | Set-VM -Notes "a`n[AnsibleTag] k: v" -Passthru | ForEach-Object { $_.Notes.Split("`n")[1] }',
    )
    assert answers[:3] == ["9.0", "10.0", "10.0"]
    assert answers[4:] == ["Running", "[AnsibleTag] k: v"]
    assert estate.host("hv01").machines_named("old01")[0].version == "10.0"
