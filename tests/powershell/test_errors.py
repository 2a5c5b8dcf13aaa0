# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Errors as scripts see them: ids, categories, exception types, what is terminating."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lab_shells import ESTATE, Shell

from hyperv_lab.simulation.host import Host
from hyperv_lab.topology import load_topology

HYPERV = "Microsoft.HyperV.PowerShell.Commands"
CAUGHT = "catch { @($_.FullyQualifiedErrorId, $_.CategoryInfo.Category.ToString(), $_.Exception.GetType().FullName) }"


@pytest.mark.parametrize(
    ("command", "error_id", "category"),
    [
        ("Get-VM -Name nowhere", f"InvalidParameter,{HYPERV}.GetVM", "InvalidArgument"),
        ("Get-VHD D:\\nowhere.vhdx", "InvalidParameter,Microsoft.Vhd.PowerShell.Cmdlets.GetVHD", "InvalidArgument"),
        ("Get-VM -Nmae web01", f"NamedParameterNotFound,{HYPERV}.GetVM", "InvalidArgument"),
        ("Get-VM -Name web01 -Id ([guid]::Empty)", f"AmbiguousParameterSet,{HYPERV}.GetVM", "InvalidArgument"),
        ("Set-VM -ProcessorCount 2", f"MissingMandatoryParameter,{HYPERV}.SetVM", "InvalidArgument"),
        (
            "Set-VMMemory web01 -StartupBytes lots",
            f"CannotConvertArgumentNoMessage,{HYPERV}.SetVMMemory",
            "InvalidArgument",
        ),
        (
            "Set-VM db01 -AutomaticStartAction Never",
            f"CannotConvertArgumentNoMessage,{HYPERV}.SetVM",
            "InvalidArgument",
        ),
        ("Get-VMSnapshot db01 -Name no", f"ObjectNotFound,{HYPERV}.GetVMSnapshot", "ObjectNotFound"),
        ("Remove-VMSnapshot db01 -Name no", f"InvalidParameter,{HYPERV}.RemoveVMSnapshot", "InvalidArgument"),
        (
            "Restore-VMSnapshot -VMName db01 -Confirm:$false",
            f"MissingMandatoryParameter,{HYPERV}.RestoreVMSnapshot",
            "InvalidArgument",
        ),
        ("Get-Item D:\\nowhere", "PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand", "ObjectNotFound"),
        ("Get-Item Q:\\x", "DriveNotFound,Microsoft.PowerShell.Commands.GetItemCommand", "ObjectNotFound"),
        ("Get-VMMigrationNetwork", "CommandNotFoundException", "ObjectNotFound"),
    ],
)
def test_error_ids(plain: Shell, command: str, error_id: str, category: str) -> None:
    found = plain.values(f"try {{ {command} -ErrorAction Stop }} {CAUGHT}")
    assert [found[0].lower(), found[1]] == [error_id.lower(), category]


@pytest.fixture(scope="module")
def plain(engine: object, request: pytest.FixtureRequest) -> Shell:
    """One host for all errors: none of these commands changes anything."""
    estate = load_topology(ESTATE)
    shell = Shell(request.getfixturevalue("engine"), estate.host("hv01"))
    assert shell.run("New-VM web01, db01 -ErrorAction SilentlyContinue; New-VM web01; New-VM db01").exit_code == 0
    return shell


def test_missing_machine_ends_nothing(shell: Shell) -> None:
    finished = shell.run("Get-VM nowhere, web01 | ForEach-Object Name; 'afterwards'; exit 3")
    assert finished.output.split() == ["web01", "afterwards"]
    assert finished.exit_code == 3
    assert "nowhere" in finished.errors


def test_exception_of_hyper_v(shell: Shell) -> None:
    kind, is_base, silent, preference = shell.values(
        "try { Get-VM nowhere -ErrorAction Stop } catch { $_.Exception.GetType().FullName }",
        "try { Get-VM nowhere -ErrorAction Stop }catch [Microsoft.HyperV.PowerShell.VirtualizationException] { $true }",
        "@(Get-VM nowhere -ErrorAction SilentlyContinue -ErrorVariable seen).Count + $seen.Count",
        "try { Get-VM nowhere; 'ran on' } catch { 'stopped' }",
    )
    assert kind.startswith("Microsoft.HyperV.PowerShell.Virtualization")
    assert (is_base, silent, preference) == (True, 1, "stopped")


def test_what_the_lab_does_not_simulate_is_loud(shell: Shell) -> None:
    found = shell.values(f"try {{ New-VHD D:\\new.vhdx -SourceDisk 0 -Fixed }} {CAUGHT}")
    assert found[0].startswith("NotSimulated,")


def test_each_release_has_its_own_parameters(shell_on: Callable[[Host], Shell]) -> None:
    estate = load_topology(
        {
            "hosts": [
                {"name": "old", "release": "2016", "accounts": [{"username": "a", "password": "b"}]},
                {"name": "plain", "hyperv": False, "accounts": [{"username": "a", "password": "b"}]},
            ]
        }
    )
    old = shell_on(estate.host("old"))
    assert old.values(
        "(Get-Command Set-VM).Parameters.ContainsKey('AutomaticCheckpointsEnabled')",
        "New-VM a | Out-Null; try { Set-VM a -AutomaticCheckpointsEnabled $false } catch { $_.FullyQualifiedErrorId }",
    ) == [False, f"NamedParameterNotFound,{HYPERV}.SetVM"]
    plain = shell_on(estate.host("plain"))
    assert plain.values(
        "try { Get-VM } catch { $_.FullyQualifiedErrorId }",
        "try { Hyper-V\\Get-VM } catch { $_.FullyQualifiedErrorId }",
        "@(Get-Module -ListAvailable Hyper-V).Count",
        "Test-Path C:\\",
    ) == ["CommandNotFoundException", "CouldNotAutoLoadModule", 0, True]
