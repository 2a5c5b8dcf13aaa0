# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Scenarios on the simulation: what people do to VMs between two runs."""

from __future__ import annotations

import typing as t

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.hosts import GB
from areas.interruption import converge_despite_cuts, refused_without_change
from areas.vm.vm_host import SWITCHES, TEMPLATE, machine, simulated_host

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import RunFailed
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import Unreadable
from hyperv_lab.simulation import checkpoints
from hyperv_lab.simulation.guests import GuestSystem
from hyperv_lab.simulation.host import Host
from hyperv_lab.simulation.virtual_disks import disk_of

WEB: dict[str, t.Any] = {
    "name": "web01",
    "path": "D:\\VMs",
    "processor": {"count": 2},
    "memory": {"startup": "1 GB", "minimum": "512 MB", "maximum": "2 GB"},
    "disks": [
        {"slot": "scsi:0:0", "path": "D:\\VMs\\web01\\system.vhdx", "parent": TEMPLATE},
        {"slot": "scsi:0:1", "path": "D:\\Data\\web01.vhdx", "size": "5 GB"},
    ],
    "adapters": [{"name": "lan", "switch": SWITCHES[0], "vlan": {"id": 20}}, {"name": "back", "switch": SWITCHES[1]}],
    "boot_order": ["disk scsi:0:0", "adapter lan"],
    "state": "running",
}


def booted() -> Host:
    host = simulated_host()
    converge("vm", SimulatedHost(host), WEB)
    host.estate.advance(60)
    return host


def test_a_guest_that_booted_changes_nothing() -> None:
    host = booted()
    firmware = machine(host, "web01").settings.firmware
    assert firmware is not None and firmware.boot_order[0].boot_type == "File"
    assert not run_area("vm", SimulatedHost(host), WEB).plan.changed


def test_a_checkpoint_changes_nothing() -> None:
    host = booted()
    checkpoints.take(machine(host, "web01"), "before")
    assert str(machine(host, "web01").settings.disks[0].path).endswith(".avhdx")
    assert not run_area("vm", SimulatedHost(host), WEB).plan.changed


@pytest.mark.parametrize("running", [True, False])
def test_a_vm_with_checkpoints_is_deleted_with_its_files(running: bool) -> None:
    host = booted()
    checkpoints.take(machine(host, "web01"), "first")
    checkpoints.take(machine(host, "web01"), "second")
    if not running:
        machine(host, "web01").turn_off()
    options = {"name": "web01", "state": "absent", "turn_off": True, "delete_checkpoints": True, "delete_disks": True}
    converge_despite_cuts("vm", host, options)
    run_area("vm", SimulatedHost(host), options)
    left = [entry.path for entry in host.files.walk("D:\\") if entry.disk is not None]
    assert sorted(left) == ["D:\\Templates\\old.vhd", TEMPLATE]


def test_a_restart_for_a_change_is_graceful_and_ends_running() -> None:
    host = booted()
    outcome = converge("vm", SimulatedHost(host), {**WEB, "processor": {"count": 4}, "restart": "if_needed"})
    assert machine(host, "web01").state == "Running"
    assert [planned.step.call for planned in outcome.plan.steps if "Stop" in planned.step.call] == ["Stop-Guest"]


@pytest.mark.parametrize("on_timeout", ["fail", "turn_off"])
def test_a_guest_that_does_not_listen(on_timeout: str) -> None:
    host = simulated_host(guest=GuestSystem(ignores_shutdown=True))
    converge("vm", SimulatedHost(host), WEB)
    host.estate.advance(60)
    options = {"name": "web01", "state": "stopped", "stop_timeout": 15, "on_stop_timeout": on_timeout}
    if on_timeout == "turn_off":
        converge("vm", SimulatedHost(host), options)
        assert machine(host, "web01").state == "Off"
    else:
        with pytest.raises(RunFailed, match="GuestShutdownTimeout"):
            run_area("vm", SimulatedHost(host), options)
        assert machine(host, "web01").active


def test_a_locked_file_is_an_error_and_not_a_missing_disk() -> None:
    host = booted()
    machine(host, "web01").turn_off()
    disk_of(host.files.entry("D:\\Data\\web01.vhdx")).busy = "backup"
    untouched = host.fingerprint()
    with pytest.raises((Unreadable, RunFailed), match="web01.vhdx"):
        run_area("vm", SimulatedHost(host), WEB)
    assert host.fingerprint() == untouched


def test_a_full_volume_is_refused_before_anything_is_done() -> None:
    host = simulated_host(free=30 * GB)
    options = {"name": "db", "disks": [{"slot": "scsi:0:0", "path": "D:\\db.vhdx", "size": "64 GB", "type": "fixed"}]}
    assert refused_without_change("vm", host, options)


def test_names_that_are_patterns_hit_nothing_else() -> None:
    host = simulated_host()
    everyone = ["web01", "web02", "web*", "web0?", "web0[12]"]
    run_area("vm", SimulatedHost(host), {"vms": [{"name": name} for name in everyone]})
    converge("vm", SimulatedHost(host), {"name": "web*", "state": "absent"})
    converge("vm", SimulatedHost(host), {"name": "web0[12]", "notes": "only this one", "state": "running"})
    assert sorted(vm.name for vm in host.machines.values()) == ["web01", "web02", "web0?", "web0[12]"]
    assert [vm.name for vm in host.machines.values() if vm.settings.notes or vm.state != "Off"] == ["web0[12]"]


@pytest.mark.parametrize("culture", ["de-DE", "ja-JP"])
def test_the_language_of_the_host_does_not_matter(culture: str) -> None:
    host = simulated_host()
    host.culture = culture
    old = {
        "name": "old",
        "generation": 1,
        "disks": [{"slot": "ide:1:0", "path": "D:\\o.vhd", "size": "1 GB"}],
        "adapters": [],
        "boot_order": ["ide"],
    }
    converge_despite_cuts("vm", host, {"vms": [WEB, old, {"name": "plain", "boot_order": ["network"]}]})


def test_vms_of_one_name_are_refused_by_name_and_listed_by_id() -> None:
    host = simulated_host()
    run_area("vm", SimulatedHost(host), {"vms": [{"name": "twin"}, {"name": "other"}]})
    machine(host, "other").settings.name = "TWIN"
    host.names_changed()
    assert refused_without_change("vm", host, {"name": "twin", "state": "absent"})
    info = run_area("vm_info", SimulatedHost(host), {"name": ["twin", "none"]}).result
    assert len(info["vms"]) == 2 and info["missing"] == ["none"]


def test_a_fleet_takes_two_exchanges_and_then_one() -> None:
    host = SimulatedHost(simulated_host())
    options = {
        "defaults": {key: WEB[key] for key in ("path", "memory", "adapters", "state")},
        "vms": [
            {"name": f"n{n}", "disks": [{"slot": "scsi:0:0", "path": "D:\\VMs\\{name}\\s.vhdx", "parent": TEMPLATE}]}
            for n in range(20)
        ],
    }
    first = run_area("vm", host, options)
    assert (first.plan.changed, first.exchanges) == (True, 2)
    assert set(first.result["vms"]) == {f"n{n}" for n in range(20)}
    second = run_area("vm", host, options)
    assert (second.plan.changed, second.exchanges) == (False, 1)


def test_info_says_what_vm_declares() -> None:
    host = booted()
    found = run_area("vm_info", SimulatedHost(host), {}).result["vms_by_name"]["web01"]
    assert found["state"] == "running" and found["generation"] == 2
    assert found["memory"]["maximum"] == 2 * GB and found["processor"]["count"] == 2
    assert found["disks"][0]["parents"] == [TEMPLATE]
    assert [adapter["vlan"] for adapter in found["adapters"]] == [{"mode": "access", "id": 20}, {"mode": "untagged"}]
    assert found["boot_order"][1:3] == ["disk scsi:0:0", "adapter lan"]
    again = {key: found[key] for key in ("name", "processor", "memory", "notes", "secure_boot", "automatic_stop")}
    assert not run_area("vm", SimulatedHost(host), again).plan.changed
