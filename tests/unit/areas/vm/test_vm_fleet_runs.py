# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Runs of fleets: what becomes of the others when one VM fails, and work side by side."""

from __future__ import annotations

import time
import typing as t

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.interruption import converge_despite_cuts
from areas.vm.vm_host import machine, simulated_host

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import RunFailed
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.task_result import failure
from hyperv_lab.simulation.faults import Fault

DEFAULTS: dict[str, t.Any] = {
    "memory": {"startup": "1 GB"},
    "disks": [{"slot": "scsi:0:0", "path": "D:\\{name}\\system.vhdx", "size": "10 GB"}],
    "state": "running",
}
FLEET: dict[str, t.Any] = {"defaults": DEFAULTS, "vms": [{"name": "web{number:02}", "count": 4}]}


def failed_run(host: t.Any, options: dict[str, t.Any]) -> RunFailed:
    with pytest.raises(RunFailed) as caught:
        run_area("vm", SimulatedHost(host), options)
    return caught.value


@pytest.mark.parametrize("parallel", [1, 3])
def test_the_failure_of_one_machine_does_not_stop_the_others(parallel: int) -> None:
    host = simulated_host()
    # more than the host has: Hyper-V says so when it starts
    options = {**FLEET, "vms": [*FLEET["vms"], {"name": "big", "memory": {"startup": "65 GB"}}], "parallel": parallel}
    options["vms"].reverse()
    failed = failed_run(host, options)
    assert [each.state for each in host.machines.values()].count("Running") == 4
    assert machine(host, "big").state == "Off"
    text = str(failed)
    assert text.startswith("vm big: state: stopped -> running: ") and "Not enough memory" in text
    assert "The other 4 are as declared." in text
    result = failure(failed)
    assert result["failed"] and result["changed"]
    assert set(result["vms"]) == {"big", "web01", "web02", "web03", "web04"}
    assert result["vms"]["web02"]["changed"] and result["vms"]["web02"]["state"] == "running"
    assert "failed" not in result["vms"]["web02"]
    big = result["vms"]["big"]
    assert big["failed"] and big["changed"] and big["state"] == "stopped"
    assert big["error"]["error_id"].startswith("OutOfMemory")
    assert "steps were done before" in big["msg"]
    assert result["after"]["web01"]["state"] == "running"
    assert result["failed_step"]["target"] == "vm big"


@pytest.mark.parametrize("parallel", [1, 2])
def test_the_same_where_the_work_outlives_the_connection(parallel: int) -> None:
    host = simulated_host()
    fixed = {"slot": "scsi:0:0", "path": "D:\\{name}\\system.vhdx", "size": "10 GB", "type": "fixed"}
    vms = [{"name": "big", "memory": {"startup": "65 GB"}}, {"name": "web{number}", "count": 2}]
    options = {"defaults": {**DEFAULTS, "disks": [fixed]}, "vms": vms, "parallel": parallel}
    failed = failed_run(host, options)
    assert failed.plan is not None and any(planned.long for planned in failed.plan.steps)
    assert str(failed).startswith("vm big: state: stopped -> running: ")
    result = failure(failed)
    assert {name: vm["state"] for name, vm in result["vms"].items()} == {
        "big": "stopped",
        "web1": "running",
        "web2": "running",
    }


def test_several_failures_are_all_named() -> None:
    host = simulated_host()
    host.faults.append(Fault("Start-VM", call=2, times=2, error_id="AccessDenied", category="PermissionDenied"))
    failed = failed_run(host, FLEET)
    text = str(failed)
    assert text.startswith("2 of 4 failed, the other 2 are as declared:")
    assert "- vm web02: state: stopped -> running: Hyper-V\\Start-VM failed" in text
    assert "- vm web03: " in text and "Hyper-V Administrators" in text
    again = run_area("vm", SimulatedHost(host), FLEET)
    assert {name: vm["changed"] for name, vm in again.result["vms"].items()} == {
        "web01": False,
        "web02": True,
        "web03": True,
        "web04": False,
    }


def test_on_failure_stop_ends_the_task_at_once() -> None:
    host = simulated_host()
    host.faults.append(Fault("Start-VM", call=2))
    failed = failed_run(host, {**FLEET, "on_failure": "stop"})
    assert [len(host.machines_named(f"web0{number}")) for number in (1, 2, 3, 4)] == [1, 1, 0, 0]
    assert failed.failed is not None and failed.failed.target == "vm web02"
    assert "vms" not in failure(failed)


def test_a_single_machine_stops_at_its_failure() -> None:
    host = simulated_host()
    host.faults.append(Fault("New-VHD"))
    failed = failed_run(host, {"name": "a", **DEFAULTS, "disks": [{**DEFAULTS["disks"][0], "path": "D:\\a.vhdx"}]})
    assert "steps were done before" in str(failed)


def test_a_failure_that_all_share_stops_all() -> None:
    host = simulated_host()
    run_area("vm", SimulatedHost(host), FLEET)
    # the second Get-VM is the one that steps refer to
    host.faults.append(Fault("Get-VM", call=2))
    failed = failed_run(host, {**FLEET, "defaults": {**DEFAULTS, "notes": "x"}})
    assert "Nothing was changed" in str(failed)


def test_one_refusal_refuses_the_whole_plan() -> None:
    host = simulated_host()
    run_area("vm", SimulatedHost(host), FLEET)
    untouched = host.fingerprint()
    vms = [{"name": "web01", "processor": {"count": 2}}, {"name": "web02", "notes": "x"}]
    failed = failed_run(host, {"vms": vms})
    assert [refusal.path for refusal in failed.refusals] == ["vms[0].processor.count"]
    assert host.fingerprint() == untouched


def test_side_by_side_ends_as_one_after_the_other() -> None:
    options = {**FLEET, "parallel": 4}
    first, second = simulated_host(), simulated_host()
    serial = converge("vm", SimulatedHost(first), FLEET)
    beside = converge("vm", SimulatedHost(second), options)
    assert beside.plan.parallel == 4 and serial.plan.parallel == 1
    plain = [{k: v for k, v in vm.items() if k != "id"} for vm in serial.after.values()]
    assert [{k: v for k, v in vm.items() if k != "id"} for vm in beside.after.values()] == plain


def test_cuts_while_machines_are_worked_on_side_by_side() -> None:
    vms = [{"name": "web{number}", "count": 2}, {"name": "old", "state": "absent", "delete_disks": True}]
    host = simulated_host()
    run_area(
        "vm",
        SimulatedHost(host),
        {
            "name": "old",
            **DEFAULTS,
            "state": "stopped",
            "disks": [{"slot": "scsi:0:0", "path": "D:\\old.vhdx", "size": "10 GB"}],
        },
    )
    done = converge_despite_cuts("vm", host, {"defaults": DEFAULTS, "vms": vms, "parallel": 2})
    order = [(planned.target, planned.step.call.rpartition("\\")[2]) for planned in done.plan.steps]
    barrier = order.index(("host", "Get-VMHost"))
    assert order[barrier - 1] == ("vm old", "Remove-VM")
    assert all(target != "vm old" for target, _call in order[barrier:])


def test_side_by_side_is_faster_when_cmdlets_take_their_time() -> None:
    def seconds(parallel: int) -> float:
        host = simulated_host()
        host.latencies.cmdlet = 0.01
        began = time.monotonic()
        run_area("vm", SimulatedHost(host), {**FLEET, "parallel": parallel})
        return time.monotonic() - began

    assert seconds(4) < seconds(1)
