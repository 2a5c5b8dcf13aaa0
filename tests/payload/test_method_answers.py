# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What methods of WMI answer, on both engines: a job that has begun is judged by what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from simulated_hosts import SimulatedHost

from hyperv_lab.cmdlets import cim
from hyperv_lab.simulation import machine_store, transfer

MakeHost = Callable[..., SimulatedHost]

#: Answers of a method: a job has begun, and the method failed. As the state of a job, the latter number is
#: CompletedWithWarnings, which is success.
JOB_HAS_BEGUN, FAILED = 4096, 32768


def test_gotcha_49_a_job_ends_with_warnings_and_the_planned_machine_is_gone(
    make_host: MakeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = make_host()
    (machine,) = host.host.machines_named("off")
    identifier = str(machine.id)
    transfer.export(machine, "D:\\Exports", None, lambda activity, size: None)
    machine_store.remove_machine(machine)
    file = f"D:\\Exports\\off\\Virtual Machines\\{identifier.upper()}.vmcx"
    transfer.compare(host.host, file, copies=True)
    destroy = cim._destroy

    def as_job(*arguments: Any) -> int:
        assert destroy(*arguments) == 0
        return JOB_HAS_BEGUN

    step = {"id": "gone", "call": "Remove-PlannedVM", "with": {"Id": [identifier]}, "read": [["id", "Id", "guid"]]}
    monkeypatch.setattr(cim, "_destroy", lambda *arguments: FAILED)
    reply = host.run(step, areas=["vm_import"], functions=["Remove-PlannedVM"])
    assert reply["error"]["error_id"] == "PlannedVMNotRemoved,Remove-PlannedVM" and host.host.planned
    monkeypatch.setattr(cim, "_destroy", as_job)
    reply = host.run(step, areas=["vm_import"], functions=["Remove-PlannedVM"])
    assert reply["ok"], reply["error"]
    assert reply["steps"][0]["rows"] == [{"id": identifier}] and not host.host.planned


@pytest.mark.parametrize("answer", [0, JOB_HAS_BEGUN])
def test_gotcha_49_a_job_that_removes_nothing_is_an_error(
    make_host: MakeHost, monkeypatch: pytest.MonkeyPatch, answer: int
) -> None:
    host = make_host()
    (machine,) = host.host.machines_named("off")
    transfer.export(machine, "D:\\Exports", None, lambda activity, size: None)
    machine_store.remove_machine(machine)
    file = f"D:\\Exports\\off\\Virtual Machines\\{str(machine.id).upper()}.vmcx"
    transfer.compare(host.host, file, copies=True)
    monkeypatch.setattr(cim, "_destroy", lambda *arguments: answer)
    step = {"id": "gone", "call": "Remove-PlannedVM", "with": {"Id": [str(machine.id)], "WaitSeconds": 1}}
    reply = host.run(step, areas=["vm_import"], functions=["Remove-PlannedVM"])
    assert reply["error"]["error_id"] == "PlannedVMNotRemoved,Remove-PlannedVM"
    assert "still there after 1 seconds" in reply["error"]["message"]


@pytest.mark.parametrize(("code", "outcome"), [(JOB_HAS_BEGUN, "asked"), (FAILED, "refused"), (32775, "not_ready")])
def test_gotcha_48_49_what_a_guest_answers(
    make_host: MakeHost, monkeypatch: pytest.MonkeyPatch, code: int, outcome: str
) -> None:
    host = make_host()
    host.estate.advance(120)
    monkeypatch.setattr(cim, "_shut_down", lambda *arguments: code)
    vms = {"id": "vms", "call": "Hyper-V\\Get-VM", "where": [["Name", ["web"]]]}
    ask = {
        "id": "ask",
        "call": "Request-GuestShutdown",
        "with": {"VM": {"$ref": "vms"}},
        "read": [["outcome", "Outcome", "text"], ["problem", "Problem", "text"]],
    }
    reply = host.run(vms, ask, areas=["vm"], functions=["Request-GuestShutdown"])
    assert reply["ok"], reply["error"]
    (row,) = reply["steps"][1]["rows"]
    assert row["outcome"] == outcome
    assert (str(FAILED) in str(row["problem"])) == (outcome == "refused")
