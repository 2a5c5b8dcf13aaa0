# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Runs on simulated hosts: order, waits, guests that do not do what they are asked, and lost connections."""

from __future__ import annotations

import dataclasses
import os
import typing as t

import pytest
from area_harness import SimulatedHost, run_area
from areas.vm.vm_host import machine
from areas.vm_power.power_host import converge_power, failed_run, host_of, states
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm_power import ports
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm_power import run as power_run
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm_power.run import PowerRun
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.batch import Batch
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import ApplyInterrupted, RunFailed
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.host_error import ConnectionLost
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.reply import BatchReply
from hyperv_lab.engine.python.operations import HostOperation, operations_of
from hyperv_lab.simulation.faults import Fault
from hyperv_lab.simulation.guests import GuestSystem
from hyperv_lab.topology import load_topology

EXAMPLES = int(os.environ.get("HYPERV_PROPERTY_EXAMPLES", "20"))

DEAF = GuestSystem(ignores_shutdown=True)
SLOW = GuestSystem(shutdown_seconds=120)
BARE = GuestSystem(integration_services=False)


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Pauses of the controller, which take no time."""
    taken: list[float] = []
    monkeypatch.setattr(PowerRun, "_pause", lambda run, seconds: taken.append(seconds))
    return taken


def test_start_takes_two_exchanges_and_nothing_takes_one() -> None:
    host = host_of({"a": "Off", "b": "Saved", "c": "Paused", "d": "Running"})
    done = converge_power(host, {"vms": ["a", "b", "c", "d"], "state": "running"}, exchanges=2)
    assert {name: vm["changed"] for name, vm in done.result["vms"].items()} == {
        "a": True,
        "b": True,
        "c": True,
        "d": False,
    }


def test_gotcha_46_paused_and_saved_machines_are_brought_back() -> None:
    host = host_of({"a": "Paused", "b": "Saved", "c": "Off"})
    converge_power(host, {"vms": ["a", "b", "c"], "state": "resumed"})
    assert states(host) == {"a": "Running", "b": "Running", "c": "Off"}


def test_gotcha_43_a_shutdown_takes_short_exchanges() -> None:
    host = host_of({"a": "Running", "b": "Running"}, {"a": SLOW})
    simulated = SimulatedHost(host)
    done = run_area("vm_power", simulated, {"vms": ["a", "b"], "state": "stopped"})
    assert states(host) == {"a": "Off", "b": "Off"}
    assert done.exchanges > 5
    called = [step.call for batch in simulated.batches for step in batch.steps]
    assert "Stop-VMPower" not in called
    assert called.count("Request-GuestShutdown") == 2
    waits = [step for batch in simulated.batches for step in batch.steps if step.call == "Wait-VMChange"]
    assert all(step.parameters["Seconds"] <= power_run.POLL_SECONDS for step in waits)
    # who polls holds no lock
    assert all(batch.lock is None for batch in simulated.batches if batch.steps[0].call == "Wait-VMChange")


def test_stopping_converges() -> None:
    converge_power(host_of({"a": "Running", "b": "Paused", "c": "Off"}), {"vms": ["a", "b", "c"], "state": "stopped"})


def test_a_guest_that_ignores_the_shutdown_fails_and_the_others_go_on() -> None:
    host = host_of({"a": "Running", "b": "Running"}, {"a": DEAF})
    result = failed_run(host, {"vms": ["a", "b"], "state": "stopped", "stop_timeout": 30})
    assert states(host) == {"a": "Stopping", "b": "Off"}
    assert result["changed"]
    assert result["vms"]["b"] == {**result["after"]["b"], "changed": True}
    assert result["vms"]["a"]["failed"] and "within 30 s" in result["vms"]["a"]["msg"]
    assert result["error"]["kind"] == "timeout"
    assert result["msg"].startswith("vm a: its guest did not shut down within 30 s.")


@pytest.mark.parametrize(("fallback", "state"), [("turn_off", "Off"), ("save", "Saved")])
def test_what_is_declared_for_a_guest_that_ignores_the_shutdown(fallback: str, state: str) -> None:
    host = host_of({"a": "Running"}, {"a": DEAF})
    options = {"name": "a", "state": "stopped", "stop_timeout": 30, "on_stop_timeout": fallback}
    done = run_area("vm_power", SimulatedHost(host), options)
    assert states(host) == {"a": state}
    assert done.result["vm"]["changed"]
    assert not run_area("vm_power", SimulatedHost(host), options).plan.changed


def test_gotcha_44_a_guest_without_integration_services_is_not_asked_for_ever() -> None:
    host = host_of({"a": "Running"}, {"a": BARE})
    result = failed_run(host, {"name": "a", "state": "stopped", "stop_timeout": 25})
    assert "never was ready to be asked to shut down within 25 s" in result["msg"]
    assert states(host) == {"a": "Running"}
    run_area(
        "vm_power",
        SimulatedHost(host),
        {"name": "a", "state": "stopped", "stop_timeout": 0, "on_stop_timeout": "turn_off"},
    )
    assert states(host) == {"a": "Off"}


def test_gotcha_44_a_guest_that_still_starts_is_asked_again() -> None:
    host = host_of({"a": "Off"})
    machine(host, "a").start()
    converge_power(host, {"name": "a", "state": "stopped"})


def test_a_shutdown_service_that_is_disabled_is_said() -> None:
    host = host_of({"a": "Running"})
    machine(host, "a").settings.services[3].enabled = False
    assert "shutdown service is not there or not enabled" in failed_run(host, {"name": "a", "state": "stopped"})["msg"]


def test_official_defect_9_restart_is_graceful_and_acts_every_time() -> None:
    host = host_of({"a": "Running", "b": "Off"})
    simulated = SimulatedHost(host)
    converge_power(host, {"vms": ["a", "b"], "state": "restarted"})
    run_area("vm_power", simulated, {"vms": ["a", "b"], "state": "restarted"})
    calls = {step.call for batch in simulated.batches for step in batch.steps}
    assert "Hyper-V\\Restart-VM" not in calls and "Stop-VMPower" not in calls
    assert states(host) == {"a": "Running", "b": "Running"}


def test_reset_pulls_the_plug() -> None:
    host = host_of({"a": "Running", "b": "Off"}, {"a": DEAF})
    epoch = machine(host, "a").epoch
    converge_power(host, {"vms": ["a", "b"], "state": "reset"}, exchanges=2)
    assert machine(host, "a").epoch > epoch


def test_a_restart_that_the_guest_ignores_leaves_it() -> None:
    host = host_of({"a": "Running"}, {"a": DEAF})
    assert "did not shut down" in failed_run(host, {"name": "a", "state": "restarted", "stop_timeout": 20})["msg"]
    options = {"name": "a", "state": "restarted", "stop_timeout": 20, "on_stop_timeout": "turn_off"}
    run_area("vm_power", SimulatedHost(host), options)
    assert states(host) == {"a": "Running"}


def test_save_and_pause_leave_what_is_off() -> None:
    for state, word in (("Saved", "saved"), ("Paused", "paused")):
        host = host_of({"a": "Running", "b": "Off"})
        converge_power(host, {"vms": ["a", "b"], "state": word})
        assert states(host) == {"a": state, "b": "Off"}


def test_a_saved_machine_is_not_stopped_unless_that_is_allowed() -> None:
    host = host_of({"a": "Saved", "b": "Running"})
    untouched = host.fingerprint()
    result = failed_run(host, {"vms": ["a", "b"], "state": "stopped"})
    assert [entry["path"] for entry in result["refusals"]] == ["state"]
    assert host.fingerprint() == untouched
    converge_power(host, {"vms": ["a", "b"], "state": "stopped", "turn_off": True}, exchanges=2)


@pytest.mark.parametrize("state", ["Starting", "Saving", "RunningCritical", "PausedCritical"])
def test_gotcha_47_a_stuck_machine_is_refused_and_freed_where_that_is_allowed(state: str) -> None:
    host = host_of({"a": state})
    result = failed_run(host, {"name": "a", "state": "stopped"})
    assert state in result["refusals"][0]["obstacle"]
    assert "turn_off: true" in result["refusals"][0]["remedy"]
    run_area("vm_power", SimulatedHost(host), {"name": "a", "state": "stopped", "turn_off": True})
    assert states(host) == {"a": "Off"}


def test_gotcha_47_a_stuck_machine_of_a_topology_is_freed() -> None:
    part = {"name": "hung", "state": "running", "stuck": "Stopping"}
    host = load_topology(
        {"hosts": [{"name": "hv01", "volumes": [{"letter": "C", "size": "64 GiB"}], "machines": [part]}]}
    ).host("hv01")
    assert "within 0 s" in failed_run(host, {"name": "hung", "state": "stopped", "stop_timeout": 0})["msg"]
    run_area("vm_power", SimulatedHost(host), {"name": "hung", "state": "stopped", "turn_off": True})
    assert states(host) == {"hung": "Off"}


def test_gotcha_47_a_machine_on_its_way_is_waited_for() -> None:
    host = host_of({"a": "Running"}, {"a": GuestSystem(shutdown_seconds=40)})
    machine(host, "a").request_shutdown()
    forecast = run_area("vm_power", SimulatedHost(host), {"name": "a", "state": "running"}, check=True)
    assert "a run waits" in forecast.warnings[0]
    run_area("vm_power", SimulatedHost(host), {"name": "a", "state": "running"})
    assert states(host) == {"a": "Running"}


def test_a_shutdown_that_is_under_way_is_joined() -> None:
    host = host_of({"a": "Running"}, {"a": SLOW})
    machine(host, "a").request_shutdown()
    converge_power(host, {"name": "a", "state": "stopped"})


def test_gotcha_47_the_module_vm_joins_a_shutdown_too() -> None:
    host = host_of({"a": "Running"}, {"a": GuestSystem(shutdown_seconds=40)})
    machine(host, "a").request_shutdown()
    run_area("vm", SimulatedHost(host), {"name": "a", "state": "stopped"})
    assert states(host) == {"a": "Off"}


def test_official_defect_2_and_gotcha_5_names_are_exact() -> None:
    host = host_of({"web": "Running", "web01": "Running"})
    result = failed_run(host, {"vms": ["web*", "web"], "state": "stopped"})
    assert [entry["path"] for entry in result["refusals"]] == ["vms[0]"]
    assert "no VM of that name" in result["msg"]
    converge_power(host, {"name": "WEB", "state": "stopped"})
    assert states(host) == {"web": "Off", "web01": "Running"}


def test_gotcha_1_a_name_that_two_machines_have_is_refused() -> None:
    host = host_of({"a": "Off", "b": "Off"})
    machine(host, "b").settings.name = "a"
    host.names_changed()
    assert "2 VMs of that name" in failed_run(host, {"name": "a", "state": "running"})["msg"]


def test_groups_go_one_after_the_other(pauses: list[float]) -> None:
    host = host_of({"dc": "Off", "db": "Off", "web": "Off"})
    simulated = SimulatedHost(host)
    groups = [
        {"vms": ["dc"], "wait_for": "heartbeat", "delay": 30},
        {"vms": ["db"], "wait_for": "address", "delay": 7},
        {"vms": ["web"]},
    ]
    done = run_area("vm_power", simulated, {"groups": groups, "state": "running"})
    starts = [machine(host, name).started_at for name in ("dc", "db", "web")]
    assert starts[0] is not None and starts[1] is not None and starts[2] is not None
    assert starts[1] >= starts[0] + 20 and starts[2] >= starts[1] + 25
    assert pauses == [30, 7]
    assert done.result["vms"]["db"]["address"].startswith("10.")
    again = run_area("vm_power", simulated, {"groups": groups, "state": "running"})
    assert again.exchanges == 1 and pauses == [30, 7]


def test_a_group_that_fails_keeps_the_next_ones_untouched() -> None:
    host = host_of({"a": "Off", "b": "Off", "c": "Off"})
    host.faults.append(Fault("Start-VM", call=1))
    result = failed_run(host, {"groups": [{"vms": ["a", "b"]}, {"vms": ["c"]}], "state": "running"})
    assert states(host) == {"a": "Off", "b": "Running", "c": "Off"}
    assert "The groups behind it were not touched: c." in result["msg"]
    assert result["vms"]["a"]["error"]["error_id"].startswith("OperationFailed")
    assert not result["vms"]["c"]["changed"]


def test_gotcha_50_early_addresses_are_not_taken() -> None:
    early = GuestSystem(early_addresses=("0.0.0.0", "169.254.3.4", "fe80::3"), address_seconds=30)
    host = host_of({"a": "Off"}, {"a": early})
    done = run_area("vm_power", SimulatedHost(host), {"name": "a", "state": "running", "wait_for": "address"})
    assert done.result["vm"]["address"].startswith("10.")
    assert host.estate.clock.now() >= 50
    other = {"name": "a", "state": "running", "wait_for": "address", "network": ["192.168.0.0/16"], "wait_timeout": 20}
    text = failed_run(host, other)["msg"]
    assert "no usable address in 192.168.0.0/16 within 20 s: it reports 10." in text


def test_a_heartbeat_that_does_not_come() -> None:
    host = host_of({"a": "Off"}, {"a": BARE})
    result = failed_run(host, {"name": "a", "state": "running", "wait_for": "heartbeat", "wait_timeout": 30})
    assert "no heartbeat within 30 s" in result["msg"] and result["changed"]
    assert states(host) == {"a": "Running"}


def test_a_port_is_asked_by_the_controller(monkeypatch: pytest.MonkeyPatch) -> None:
    host = host_of({"a": "Off"})
    asked: list[tuple[str, int]] = []

    def reachable(address: str, port: int) -> bool:
        asked.append((address, port))
        return len(asked) > 2

    monkeypatch.setattr(ports, "reachable", reachable)
    options = {"name": "a", "state": "running", "wait_for": "port", "port": 22, "network": ["10.0.0.0/8"]}
    done = run_area("vm_power", SimulatedHost(host), options)
    assert asked == [(done.result["vm"]["address"], 22)] * 3
    again = run_area("vm_power", SimulatedHost(host), options)
    assert again.exchanges == 1 and not again.plan.changed
    monkeypatch.setattr(ports, "reachable", lambda address, port: False)
    assert "port 22 of 10." in failed_run(host, {**options, "wait_timeout": 10})["msg"]


def test_a_machine_that_an_operation_works_on_is_left_alone() -> None:
    host = host_of({"a": "Running", "b": "Running"})
    operation = HostOperation("1", "k", "task 'Export a'", "ops", ["vm A"], "2026-01-31T10:00:00Z")
    operations_of(host)["1"] = operation
    untouched = {name: machine(host, name).epoch for name in ("a", "b")}
    result = failed_run(host, {"vms": ["a", "b"], "state": "restarted"})
    assert result["msg"].startswith("vm a: an operation is under way: task 'Export a'") and not result["changed"]
    assert untouched == {name: machine(host, name).epoch for name in ("a", "b")}
    run_area("vm_power", SimulatedHost(host), {"name": "b", "state": "stopped"})
    assert states(host) == {"a": "Running", "b": "Off"}


def test_side_by_side() -> None:
    names = [f"vm{number}" for number in range(6)]
    host = host_of(dict.fromkeys(names, "Off"))
    simulated = SimulatedHost(host)
    run_area("vm_power", simulated, {"vms": names, "state": "running", "parallel": 3})
    assert simulated.batches[-1].parallel == 3
    assert set(states(host).values()) == {"Running"}


@dataclasses.dataclass
class LosingHost(SimulatedHost):
    """A host whose connection is lost at some exchanges, before or after the host has run the batch."""

    lost: frozenset[int] = frozenset()
    before: bool = False
    count: int = 0

    def exchange(self, batch: Batch) -> BatchReply:
        self.count += 1
        if self.count in self.lost and self.before:
            raise ConnectionLost("the connection was cut by the test")
        reply = super().exchange(batch)
        if self.count in self.lost:
            raise ConnectionLost("the connection was cut by the test")
        return reply


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("lost", [{2}, {3}, {3, 4, 5}, {2, 3}, {4}])
@pytest.mark.parametrize("state", ["stopped", "restarted", "running"])
def test_a_lost_connection_costs_only_another_look(before: bool, lost: set[int], state: str) -> None:
    host = host_of({"a": "Running" if state != "running" else "Off", "b": "Paused"}, {"a": SLOW})
    losing = LosingHost(host, lost=frozenset(lost), before=before)
    done = run_area("vm_power", losing, {"vms": ["a", "b"], "state": state})
    assert set(states(host).values()) == {"Off" if state == "stopped" else "Running"}
    assert done.result["vms"]["a"]["changed"]
    shutdowns = [step for batch in losing.batches for step in batch.steps if step.call == "Stop-VMPower"]
    assert not shutdowns


def test_a_connection_that_stays_lost_ends_the_run_and_the_next_one_joins() -> None:
    host = host_of({"a": "Running"}, {"a": SLOW})
    with pytest.raises(ConnectionLost):
        run_area("vm_power", LosingHost(host, lost=frozenset(range(3, 99))), {"name": "a", "state": "stopped"})
    assert states(host) == {"a": "Stopping"}
    converge_power(host, {"name": "a", "state": "stopped"})


def test_a_reset_whose_answer_was_lost_is_not_repeated() -> None:
    host = host_of({"a": "Running"})
    epoch = machine(host, "a").epoch
    with pytest.raises(ApplyInterrupted):
        run_area("vm_power", LosingHost(host, lost=frozenset({2})), {"name": "a", "state": "reset"})
    assert machine(host, "a").epoch == epoch + 1


STATES = ("Off", "Running", "Saved", "Paused")
GUESTS = (GuestSystem(), SLOW, DEAF, BARE, GuestSystem(shutdown_seconds=0, boot_seconds=1))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.sampled_from(STATES), st.sampled_from(GUESTS)), min_size=1, max_size=3),
    st.sampled_from(["running", "stopped", "saved", "paused", "resumed", "restarted", "reset"]),
    st.booleans(),
    st.sampled_from([None, 2, 3, 4]),
    st.sampled_from([1, 2]),
)
def test_every_state_is_reached_or_refused_despite_a_cut(
    machines: list[tuple[str, GuestSystem]], wanted: str, turn_off: bool, cut: int | None, parallel: int
) -> None:
    names = [f"vm{number}" for number in range(len(machines))]
    host = host_of(
        dict(zip(names, (state for state, _guest in machines), strict=True)),
        dict(zip(names, (guest for _state, guest in machines), strict=True)),
    )
    options: dict[str, t.Any] = {
        "vms": names,
        "state": wanted,
        "turn_off": turn_off,
        "on_stop_timeout": "turn_off",
        "stop_timeout": 30,
        "parallel": parallel,
    }
    untouched = host.fingerprint()
    try:
        run_area("vm_power", SimulatedHost(host), options, check=True)
    except RunFailed as failed:
        assert failed.refusals and host.fingerprint() == untouched
        return
    if cut is not None:
        try:
            run_area("vm_power", LosingHost(host, lost=frozenset({cut})), options)
        except ApplyInterrupted:
            assert wanted == "reset"
    converge_power(host, options)
