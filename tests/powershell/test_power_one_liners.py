# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What administrators type about power: states, pipelines, waits, and the errors that come back."""

from __future__ import annotations

from lab_shells import Shell

from hyperv_lab.simulation.estate import Estate


def test_states_come_and_go(shell: Shell, estate: Estate) -> None:
    paused, resumed, saved, restored, off, running = shell.values(
        "(Suspend-VM web01 -Passthru).State.ToString()",
        "(Get-VM web01 | Resume-VM -Passthru).State.ToString()",
        "Save-VM web01; [string](Get-VM web01).State",
        "(Start-VM web01 -Passthru).State -eq 'Running'",
        'Stop-VM -Name web01 -TurnOff -Force; "$((Get-VM web01).State)"',
        "@(Get-VM | Where-Object { $_.State -eq 'Running' } | ForEach-Object Name)",
    )
    assert (paused, resumed, saved, restored, off) == ("Paused", "Running", "Saved", True, "Off")
    assert running == "web02"
    assert {one.name: one.state for one in estate.host("hv01").machines.values()}["web01"] == "Off"


def test_errors_have_their_ids(shell: Shell) -> None:
    missing, state, unconfirmed = shell.values(
        "try { Start-VM nowhere -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }",
        "try { Suspend-VM db01 -ErrorAction Stop } catch { $_.FullyQualifiedErrorId.Split(',')[0] }",
        "try { Restart-VM web01 -ErrorAction Stop } catch { 'refused' }",
    )
    assert missing.startswith("ObjectNotFound,")
    assert (state, unconfirmed) == ("InvalidState", "refused")


def test_a_saved_machine_must_lose_its_state_before_it_goes(shell: Shell) -> None:
    """Gotcha 45."""
    refused, gone = shell.values(
        "Save-VM web02; try { Remove-VM web02 -Force -EA Stop } catch { $_.FullyQualifiedErrorId.Split(',')[0] }",
        "Get-VM web02 | Remove-VMSavedState; Remove-VM web02 -Force; @(Get-VM | ForEach-Object Name) -contains 'web02'",
    )
    assert (refused, gone) == ("InvalidState", False)
