# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Processes on a host: environment, input, exit codes, remoting server, side by side."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from lab_shells import MODULES, Shell
from remoting_client import RemotingClient

from hyperv_lab.engine.powershell import PowerShellEngine
from hyperv_lab.simulation.estate import Estate, Session


@pytest.fixture
def bare(engine: PowerShellEngine, estate: Estate) -> Shell:
    """A host without virtual machines."""
    return Shell(engine, estate.host("hv01"))


def test_environment_of_windows(bare: Shell) -> None:
    answers = bare.values(
        "$env:COMPUTERNAME",
        "$env:ComputerName",
        "$env:UserName",
        "$env:USERDOMAIN",
        "$env:SystemDrive",
        "[IO.Directory]::Exists($env:ProgramData)",
        "[IO.Directory]::Exists($env:TEMP)",
        "$file = [IO.File]::Open([IO.Path]::Combine($env:ProgramData, 'x'), 'OpenOrCreate', 'ReadWrite', 'None');"
        "$file.Dispose(); 1",
        "Test-Path $env:ProgramData",
        "chcp.com 65001; $LASTEXITCODE",
        "powershell -NoProfile -Command '(Get-VM | Measure-Object).Count; exit 4'; $LASTEXITCODE",
    )
    assert answers == ["HV01", "HV01", "ops", "LAB", "C:", True, True, 1, True, 0, ["0", 4]]


def test_input_and_exit_codes(bare: Shell) -> None:
    assert bare.run("@($input).Count; exit 7", "a\nb\n").exit_code == 7
    finished = bare.run("[Console]::In.ReadToEnd().Length", "ä" * 1000)
    assert finished.output.strip() == "1000"
    assert bare.run("throw 'x'").exit_code == 1


def test_a_slow_cmdlet_holds_up_nobody(bare: Shell) -> None:
    bare.host.latencies.cmdlet = 0.6
    script = """
        $pool = 1..4 | ForEach-Object {
            $own = [PowerShell]::Create()
            [pscustomobject]@{ Own = $own; Run = $own.AddScript('Get-VMHost').BeginInvoke() }
        }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $names = foreach ($one in $pool) { $one.Own.EndInvoke($one.Run) | ForEach-Object Name }
        "$($names.Count) $($watch.Elapsed.TotalSeconds -lt 2.3)"
    """
    assert bare.run(script).output.strip() == "4 True"


def test_a_pipeline_can_be_stopped_while_a_cmdlet_waits(bare: Shell) -> None:
    bare.host.latencies.cmdlet = 300.0
    script = """
        $own = [PowerShell]::Create(); $run = $own.AddScript('Get-VMHost').BeginInvoke(); Start-Sleep -Milliseconds 700
        $own.Stop(); $own.InvocationStateInfo.State.ToString()
    """
    started = time.monotonic()
    assert bare.run(script).output.strip() == "Stopped"
    assert time.monotonic() - started < 200


def test_remoting_server(bare: Shell) -> None:
    """The engine's own server, spoken to with psrpcore over the lines of MS-PSRP's out-of-process transport."""
    with RemotingClient(bare.engine.start_server_mode(bare.host, bare.session)) as client:
        output = client.run("Test-Path -LiteralPath D:\\VMs; (Get-VM | Measure-Object).Count; $env:COMPUTERNAME")
    assert output == [True, 0, "HV01"]


def test_a_wrong_token_is_refused(bare: Shell) -> None:
    environment = bare.engine.command_environment(bare.host, Session("x", "hv01", "direct"))
    assert environment["HYPERV_LAB_TOKEN"] not in bare.engine.command_environment(bare.host)["HYPERV_LAB_TOKEN"]
    finished = bare.run("$env:HYPERV_LAB_TOKEN = 'guessed'; Get-VM")
    assert finished.output == "" and "refused" in finished.errors


def test_the_lab_goes_away(engine: PowerShellEngine, estate: Estate) -> None:
    with PowerShellEngine(engine.executable, MODULES) as own:
        environment = own.command_environment(estate.host("hv01"))
        folder = Path(environment["ProgramData"])
        assert folder.is_dir()
    assert not folder.exists()
    shell = Shell(engine, estate.host("hv01"))
    finished = shell.run(f"$env:HYPERV_LAB_CHANNEL = '{environment['HYPERV_LAB_CHANNEL']}'; Get-VM")
    assert "does not answer" in finished.errors
