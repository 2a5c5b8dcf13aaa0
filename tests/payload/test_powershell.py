# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What only a real PowerShell can get wrong: the caller's preferences, processes, cultures.

Collected where there is one.
"""

from __future__ import annotations

import json

import pytest
from batch_runners import MARKER, REPOSITORY, PowerShellRunner, Reply, decode, encode, payload_text

PROBES = {
    "id": "a",
    "call": "LabProbe\\Get-Probe",
    "with": {"Name": ["web01", "db01"]},
    "read": [
        ["name", "Name", "text"],
        ["ratio", "Ratio", "number"],
        ["text", "Ratio", "text"],
        ["when", "When", "time"],
    ],
}
FAIL = {"id": "b", "call": "LabProbe\\Write-ProbeError", "with": {"HResult": -2147024864}, "collect": True}
CONFIRM = {"id": "c", "call": "LabProbe\\Get-ProbeCommonParameter", "with": {"Name": "x"}}
VALUE = {"id": "d", "call": "LabProbe\\Get-ProbeValue", "with": {"Value": [1.5, {"$seconds": 90}]}}
BAD = {"id": "e", "call": "LabProbe\\Write-ProbeError"}
STEPS = [PROBES, FAIL, CONFIRM, {**VALUE, "read": [["text", "Text", "text"]]}, BAD]

GERMAN = """
$culture = [Globalization.CultureInfo]::InvariantCulture.Clone()
$culture.NumberFormat.NumberDecimalSeparator = ','
$culture.NumberFormat.NegativeSign = '~'
$culture.DateTimeFormat.TimeSeparator = '.'
$culture.DateTimeFormat.DateSeparator = '.'
[Threading.Thread]::CurrentThread.CurrentCulture = $culture
"""


def answer(powershell: PowerShellRunner, before: str) -> Reply:
    """The reply without what differs from time to time."""
    request = {"version": 1, "batch": "b1", "steps": STEPS}
    reply = decode(powershell.answer(payload_text() + MARKER + encode(request), before), "b1")
    for part in (reply, *reply["steps"]):
        part.pop("milliseconds")
    reply["host"].pop("time")
    return reply


@pytest.mark.parametrize(
    "before",
    [
        "$ErrorActionPreference = 'SilentlyContinue'",
        "$ErrorActionPreference = 'Stop'; $WarningPreference = 'Stop'",
        "Set-StrictMode -Version Latest",
        "$PSDefaultParameterValues = @{ '*:ErrorAction' = 'Ignore'; '*:Name' = 'db01'; '*:WhatIf' = $true }",
        "$WhatIfPreference = $true; $ConfirmPreference = 'Low'",
        "$OFS = '<>'; $VerbosePreference = 'Continue'; $DebugPreference = 'Continue'",
        "$PSModuleAutoLoadingPreference = 'None'",
        "function global:Get-Probe { throw 'another one' }; function global:Format-Json { 'wrong' }",
        "Set-Alias -Name Get-Probe -Value Get-Date; $run = 5; $request = 'x'; $List = 3; $secret = 1",
        GERMAN,
    ],
)
def test_the_callers_session_changes_nothing(powershell: PowerShellRunner, before: str) -> None:
    reply = answer(powershell, before)
    assert [step["status"] for step in reply["steps"]] == ["done", "done", "done", "done", "failed"]
    assert reply["steps"][0]["rows"][1] == {"name": "db01", "ratio": 2.5, "text": "2.5", "when": "2026-01-31T10:00:02Z"}
    assert reply == answer(powershell, "")


def test_a_process_as_winrm_starts_it(powershell: PowerShellRunner) -> None:
    request = {"version": 1, "batch": "b1", "steps": [PROBES]}
    process = powershell.answer_of_process(payload_text() + MARKER + encode(request))
    assert process.returncode == 0
    assert process.stderr == b""
    reply = decode(process.stdout.decode(), "b1")
    assert [row["name"] for row in reply["steps"][0]["rows"]] == ["web01", "db01"]


def test_area_functions_exist_only_when_sent_and_named(powershell: PowerShellRunner) -> None:
    step = {"id": "a", "call": "Get-DiskChain", "with": {"NoSuch": 1}}
    request = {"version": 1, "batch": "b1", "steps": [step], "functions": ["Get-DiskChain"]}
    reply = decode(powershell.answer(payload_text(["vhd", "vm"]) + MARKER + encode(request)), "b1")
    assert reply["error"]["kind"] == "no_parameter"


def test_the_module_runs_the_same_text(powershell: PowerShellRunner) -> None:
    request = {"version": 1, "batch": "b1", "steps": [PROBES]}
    text = json.dumps(payload_text() + MARKER + encode(request))
    module = (REPOSITORY / "plugins" / "modules" / "batch.ps1").read_text("ascii")
    before = (
        f"$global:complex_args = @{{ _batch = ConvertFrom-Json -InputObject '{text.replace(chr(39), chr(39) * 2)}' }}"
    )
    result = json.loads(powershell.answer_of_script(module, before))
    assert result["changed"] is False
    assert [row["name"] for row in decode(result["reply"], "b1")["steps"][0]["rows"]] == ["web01", "db01"]
    nothing = json.loads(powershell.answer_of_script(module, "$global:complex_args = @{ _batch = 'x' }"))
    assert nothing["failed"] is True
