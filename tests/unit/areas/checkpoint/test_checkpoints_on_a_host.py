# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Checkpoints on a simulated host: taken, renamed, removed, kept."""

from __future__ import annotations

import typing as t

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.checkpoint.checkpoint_host import SYSTEM, boot, checkpoint, commands, host_with, machine, names
from areas.interruption import converge_despite_cuts

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import RunFailed
from hyperv_lab.simulation import checkpoints
from hyperv_lab.simulation.assignable_devices import AssignedDevice, PciDevice
from hyperv_lab.simulation.faults import Fault
from hyperv_lab.simulation.guests import GuestSystem

HOSTILE = ("Web[01]*", 'it\'s "Büro" $(x) `n', "a", "数据库")


def take(host: t.Any, *wanted: str, name: str = "web01", **more: t.Any) -> None:
    for each in wanted:
        checkpoints.take(machine(host, name), each, **more)
        host.estate.advance(3600)


def refusal(host: t.Any, options: dict[str, t.Any]) -> str:
    """Return why a declaration is refused; nothing is changed."""
    untouched = host.fingerprint()
    with pytest.raises(RunFailed) as failure:
        run_area("checkpoint", SimulatedHost(host), options)
    assert failure.value.refusals and host.fingerprint() == untouched
    return str(failure.value)


# Taking


@pytest.mark.parametrize("running", [True, False])
def test_one_is_taken_once(running: bool) -> None:
    host = host_with()
    if running:
        boot(host)
    outcome = converge("checkpoint", SimulatedHost(host), {"vm_name": "web01", "name": "first"})
    assert commands(outcome) == ["Checkpoint-VM"] and names(host) == ["first"]
    (shown,) = outcome.result["vm"]["checkpoints"]
    assert shown["id"] == str(checkpoint(host, "first").id) and shown["memory"] is False
    assert outcome.result["vm"]["current"] == {"id": shown["id"], "name": "first"}


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_all_kinds(name: str) -> None:
    host = host_with(name, "Web0", "web01")
    take(host, "a", name="web01")
    options = {"vm_name": name, "name": name}
    converge("checkpoint", SimulatedHost(host), options)
    assert names(host, name) == [name] and names(host, "Web0") == [] and names(host) == ["a"]
    converge("checkpoint", SimulatedHost(host), {**options, "name": "b*", "renamed_from": name})
    converge("checkpoint", SimulatedHost(host), {**options, "name": "b*", "state": "absent"})
    assert names(host, name) == [] and names(host) == ["a"]


def test_official_defect_15_a_pattern_is_a_name() -> None:
    host = host_with("web01", "web02")
    take(host, "a1", "a2")
    assert not run_area(
        "checkpoint", SimulatedHost(host), {"vm_name": "web*", "name": "a1", "state": "absent"}
    ).plan.steps
    assert not run_area(
        "checkpoint", SimulatedHost(host), {"vm_name": "web01", "name": "a*", "state": "absent"}
    ).plan.steps
    assert "no such VM" in refusal(host, {"vm_name": "web*", "name": "x"})


def test_a_name_that_begins_like_another() -> None:
    host = host_with("web1", "web10")
    take(host, "patch", "patch 10", name="web10")
    converge("checkpoint", SimulatedHost(host), {"vm_name": "web1", "name": "patch"})
    converge("checkpoint", SimulatedHost(host), {"vm_name": "web10", "name": "patch", "state": "absent"})
    assert names(host, "web10") == ["patch 10"] and names(host, "web1") == ["patch"]


@pytest.mark.parametrize("kind", ["standard", "production", "production_only"])
def test_the_type_is_that_machine_s_own_again_afterwards(kind: str) -> None:
    host = host_with()
    boot(host).settings.checkpoint_type = "Disabled"
    outcome = converge("checkpoint", SimulatedHost(host), {"vm_name": "web01", "name": "a", "type": kind})
    assert commands(outcome) == ["New-Checkpoint"] and machine(host).settings.checkpoint_type == "Disabled"
    assert outcome.result["vm"]["checkpoints"][0]["memory"] is (kind == "standard")


def test_gotcha_40_old_guest_services_and_old_machines() -> None:
    """Production checkpoints fail where the guest cannot be asked, or before version 6.2; the type is put back."""
    host = host_with()
    host.blank_disk_guest = GuestSystem(integration_services=False)
    boot(host)
    with pytest.raises(RunFailed) as failure:
        run_area("checkpoint", SimulatedHost(host), {"vm_name": "web01", "name": "a", "type": "production_only"})
    assert failure.value.error is not None and names(host) == []
    assert machine(host).settings.checkpoint_type == "Production"
    converge("checkpoint", SimulatedHost(host), {"vm_name": "web01", "name": "a", "type": "standard"})
    machine(host).version = "5.0"
    for kind in ("production", "production_only"):
        text = refusal(host, {"vm_name": "web01", "name": "b", "type": kind})
        assert "type:" in text and "configuration version 5.0" in text
    converge("checkpoint", SimulatedHost(host), {"vm_name": "web01", "name": "b", "type": "standard"})


def test_disks_that_no_checkpoint_can_hold_are_named() -> None:
    host = host_with()
    first, second = machine(host).settings.disks
    first.disk_number, second.persistent_reservations = 3, True
    text = refusal(host, {"vm_name": "web01", "name": "a"})
    assert "scsi:0:0 is a pass-through disk (disk 3" in text and "scsi:0:1 is shared" in text


def test_the_memory_of_a_machine_with_an_assigned_device_is_refused() -> None:
    host = host_with()
    vm = boot(host)
    device = PciDevice(host, "NVIDIA A2", "PCI\\VEN_10DE", "PCIROOT(0)#PCI(0300)#PCI(0000)")
    vm.settings.pci_devices.append(AssignedDevice(vm.settings, device))
    text = refusal(host, {"vm_name": "web01", "name": "a", "type": "standard"})
    assert "PCIROOT(0)#PCI(0300)" in text and "type: production" in text
    vm.settings.checkpoint_type = "Standard"
    assert "PCIROOT(0)" in refusal(host, {"vm_name": "web01", "name": "a"})
    converge("checkpoint", SimulatedHost(host), {"vm_name": "web01", "name": "a", "type": "production"})
    vm.turn_off()
    converge("checkpoint", SimulatedHost(host), {"vm_name": "web01", "name": "b", "type": "standard"})


def test_disabled_checkpoints_are_refused_unless_the_type_is_declared() -> None:
    host = host_with()
    machine(host).settings.checkpoint_type = "Disabled"
    assert "disabled" in refusal(host, {"vm_name": "web01", "name": "a"})


def test_a_machine_that_is_on_its_way_is_refused() -> None:
    host = host_with()
    boot(host).state = "Stopping"
    text = refusal(host, {"vm_name": "web01", "name": "a"})
    assert "stopping" in text and "turn_off: true" in text


def test_several_machines_of_a_name_are_refused() -> None:
    host = host_with("web01", "web02")
    machine(host, "web02").settings.name = "web01"
    host.names_changed()
    assert "2 VMs of that name" in refusal(host, {"vm_name": "web01", "name": "a"})


def test_many_machines_take_the_steps_of_one() -> None:
    numbers = []
    for count in (1, 12):
        wanted = [f"web{number:02}" for number in range(count)]
        simulated = SimulatedHost(host_with(*wanted))
        options = {
            "vms": [{"vm_name": name} for name in wanted],
            "defaults": {"name": "a", "keep_younger_than": "1 day"},
        }
        outcome = converge("checkpoint", simulated, options)
        assert set(outcome.result["vms"]) == set(wanted)
        numbers.append(len(simulated.batches[0].steps))
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize("parallel", [1, 3])
def test_the_failure_of_one_machine_does_not_stop_the_others(parallel: int) -> None:
    host = host_with("web01", "web02", "web03")
    host.blank_disk_guest = GuestSystem(integration_services=False)
    boot(host, "web02").settings.checkpoint_type = "ProductionOnly"
    options = {
        "vms": [{"vm_name": name} for name in ("web01", "web02", "web03")],
        "defaults": {"name": "a"},
        "parallel": parallel,
    }
    with pytest.raises(RunFailed) as failure:
        run_area("checkpoint", SimulatedHost(host), options)
    results = failure.value.result["vms"]
    assert results["web02"]["failed"] and not results["web02"]["changed"]
    assert results["web01"]["changed"] and [names(host, name) for name in results] == [["a"], [], ["a"]]
    machine(host, "web02").settings.checkpoint_type = "Production"
    converge("checkpoint", SimulatedHost(host), options)


def test_the_failure_of_one_machine_stops_the_others_if_asked() -> None:
    host = host_with("web01", "web02")
    host.faults.append(Fault("Checkpoint-VM"))
    options = {"vms": [{"vm_name": "web01"}, {"vm_name": "web02"}], "defaults": {"name": "a"}, "on_failure": "stop"}
    with pytest.raises(RunFailed):
        run_area("checkpoint", SimulatedHost(host), options)
    assert names(host, "web02") == []


# Renaming


def test_a_rename_is_done_once_and_takes_no_new_one() -> None:
    host = host_with()
    take(host, "old", "other")
    options = {"vm_name": "web01", "name": "new", "renamed_from": "OLD"}
    assert commands(converge_despite_cuts("checkpoint", host, options)) == ["Rename-VMSnapshot"]
    converge("checkpoint", SimulatedHost(host), options)
    assert names(host) == ["new", "other"]
    chosen = str(checkpoint(host, "other").id)
    converge("checkpoint", SimulatedHost(host), {"vm_name": "web01", "id": chosen.upper(), "name": "newer"})
    assert names(host) == ["new", "newer"]


def test_duplicates_are_refused_or_chosen() -> None:
    host = host_with()
    take(host, "a", "a", "b")
    first, second, _third = machine(host).checkpoints
    for options in (
        {"name": "c", "renamed_from": "a"},
        {"name": "a", "state": "absent"},
        {"name": "a", "state": "applied", "current_state": "discard"},
    ):
        text = refusal(host, {"vm_name": "web01", **options})
        assert str(first.id) in text and str(second.id) in text and "duplicates" in text
    assert not run_area("checkpoint", SimulatedHost(host), {"vm_name": "web01", "name": "a"}).plan.changed
    converge(
        "checkpoint",
        SimulatedHost(host),
        {"vm_name": "web01", "name": "c", "renamed_from": "a", "duplicates": "newest"},
    )
    assert (first.name, second.name) == ("a", "c")
    converge("checkpoint", SimulatedHost(host), {"vm_name": "web01", "id": str(first.id), "state": "absent"})
    assert names(host) == ["c", "b"]


# Removal


@pytest.mark.parametrize("running", [True, False])
def test_gotcha_37_removal_waits_for_the_merge(running: bool) -> None:
    host = host_with()
    take(host, "a", "b")
    if running:
        boot(host)
    options = {"vm_name": "web01", "all": True, "state": "absent"}
    whole = converge_despite_cuts("checkpoint", host, options)
    assert commands(whole) == ["Remove-VMSnapshot", "Wait-DiskMerge"]
    assert all(planned.long for planned in whole.plan.steps if planned.reasons)
    outcome = converge("checkpoint", SimulatedHost(host), options)
    assert outcome.result["vm"] == {"checkpoints": [], "current": None, "merging": False}
    assert machine(host).settings.disks[0].path == SYSTEM.format(name="web01")
    assert not [entry for entry in host.files.walk("D:\\") if entry.path.endswith(".avhdx")]


def test_gotcha_37_without_waiting_and_the_next_task_waits() -> None:
    host = host_with()
    take(host, "a", "b", "c")
    simulated = SimulatedHost(host)
    run_area("checkpoint", simulated, {"vm_name": "web01", "name": "a", "state": "absent", "wait": False})
    assert machine(host).merges
    assert "being merged" in refusal(host, {"vm_name": "web01", "name": "d", "wait": False})
    outcome = converge("checkpoint", simulated, {"vm_name": "web01", "name": "d"})
    assert commands(outcome) == ["Wait-DiskMerge", "Checkpoint-VM"] and names(host) == ["b", "c", "d"]


def test_gotcha_37_a_merge_that_takes_too_long_fails_and_goes_on() -> None:
    host = host_with()
    host.timings.merge_seconds = 30.0
    take(host, "a")
    options = {"vm_name": "web01", "name": "a", "state": "absent", "wait_timeout": 5}
    with pytest.raises(RunFailed, match="MergeTimeout"):
        run_area("checkpoint", SimulatedHost(host), options)
    assert commands(run_area("checkpoint", SimulatedHost(host), options, check=True)) == ["Wait-DiskMerge"]
    assert commands(converge("checkpoint", SimulatedHost(host), {**options, "wait_timeout": 60})) == ["Wait-DiskMerge"]


@pytest.mark.parametrize("lost", ["base", "child"])
def test_gotcha_38_a_missing_file_is_named_before_anything_is_changed(lost: str) -> None:
    host = host_with()
    take(host, "a", "b")
    path = SYSTEM.format(name="web01") if lost == "base" else str(checkpoint(host, "b").settings.disks[0].path)
    host.files.remove(path)
    for state in ("absent", "applied"):
        assert path in refusal(host, {"vm_name": "web01", "name": "b", "state": state})
    assert path in refusal(host, {"vm_name": "web01", "keep_newest": 1})


def test_a_subtree_goes_and_the_other_branch_stays() -> None:
    host = host_with()
    take(host, "root", "left", "leaf")
    checkpoints.restore(checkpoint(host, "root"))
    take(host, "right")
    whole = converge_despite_cuts(
        "checkpoint", host, {"vm_name": "web01", "name": "left", "subtree": True, "state": "absent"}
    )
    step = next(planned.step for planned in whole.plan.steps if "Remove" in planned.step.call)
    assert step.parameters["IncludeAllChildSnapshots"] is True
    assert [one["name"] for one in whole.after["web01"]["checkpoints"]] == ["root", "right"]


def test_removing_one_in_the_middle_keeps_what_builds_on_it() -> None:
    host = host_with()
    take(host, "a", "b", "c")
    outcome = converge("checkpoint", SimulatedHost(host), {"vm_name": "web01", "name": "b", "state": "absent"})
    first, last = outcome.result["vm"]["checkpoints"]
    assert last["parent"] == first["id"]


def test_absent_of_a_machine_that_is_gone() -> None:
    outcome = converge("checkpoint", SimulatedHost(host_with()), {"vm_name": "web09", "name": "a", "state": "absent"})
    assert outcome.result == {"vm": None}


# Kinds


def kinds_host() -> t.Any:
    host = host_with()
    take(host, "mine")
    take(host, "backup", kind="Recovery")
    take(host, "made by the host", automatic=True)
    take(host, "point", kind="AppConsistentReplica")
    return host


def test_other_kinds_are_neither_counted_nor_removed() -> None:
    host = kinds_host()
    assert not run_area("checkpoint", SimulatedHost(host), {"vm_name": "web01", "keep_newest": 1}).plan.changed
    outcome = run_area("checkpoint", SimulatedHost(host), {"vm_name": "web01", "name": "backup", "state": "absent"})
    assert not outcome.plan.changed and "another kind (recovery)" in outcome.warnings[0]
    chosen = str(checkpoint(host, "point").id)
    assert "kind replica" in refusal(host, {"vm_name": "web01", "id": chosen, "state": "absent"})
    assert "backup (recovery)" in refusal(
        host, {"vm_name": "web01", "name": "mine", "subtree": True, "state": "absent"}
    )
    converge("checkpoint", SimulatedHost(host), {"vm_name": "web01", "all": True, "state": "absent"})
    assert names(host) == ["backup", "made by the host", "point"]
    options = {"vm_name": "web01", "all": True, "kinds": ["automatic", "recovery", "replica"], "state": "absent"}
    converge("checkpoint", SimulatedHost(host), options)
    assert names(host) == []


def test_gotcha_27_an_automatic_checkpoint_comes_and_goes_with_the_machine() -> None:
    host = host_with()
    machine(host).settings.automatic_checkpoints = True
    boot(host)
    facts = run_area("checkpoint_info", SimulatedHost(host), {"vm_name": ["web01"]}).result["vms"][0]
    assert [one["kind"] for one in facts["checkpoints"]] == ["automatic"]
    machine(host).turn_off()
    assert names(host) == [] and machine(host).merges
    outcome = converge("checkpoint", SimulatedHost(host), {"vm_name": "web01", "all": True, "state": "absent"})
    assert commands(outcome) == ["Wait-DiskMerge"] and outcome.result["vm"]["merging"] is False


def test_gotcha_25_the_drive_has_the_file_of_the_checkpoint() -> None:
    host = host_with()
    take(host, "a")
    (facts,) = run_area("checkpoint_info", SimulatedHost(host), {}).result["vms"]
    assert facts["checkpoints"][0]["disks"]["scsi:0:0"] == SYSTEM.format(name="web01")
    assert str(machine(host).settings.disks[0].path).endswith(".avhdx")


# How many are kept


def test_the_newest_are_kept_and_a_new_one_counts() -> None:
    host = host_with()
    take(host, "n1", "n2", "other", "n3")
    options = {"vm_name": "web01", "name": "N4", "keep_newest": 2, "name_prefix": "n"}
    whole = converge_despite_cuts("checkpoint", host, options)
    assert commands(whole) == ["Checkpoint-VM", "Remove-VMSnapshot", "Wait-DiskMerge"]
    converge("checkpoint", SimulatedHost(host), options)
    assert names(host) == ["other", "n3", "N4"]


def test_the_young_are_kept_by_the_clock_of_the_host() -> None:
    host = host_with()
    take(host, "n1", "n2", "n3")
    host.estate.advance(1800)
    converge("checkpoint", SimulatedHost(host), {"vm_name": "web01", "keep_younger_than": "2 hours"})
    assert names(host) == ["n3"]
    host.estate.advance(86400)
    converge("checkpoint", SimulatedHost(host), {"vm_name": "web01", "keep_younger_than": "2 hours", "keep_newest": 1})
    assert names(host) == ["n3"]
    converge("checkpoint", SimulatedHost(host), {"vm_name": "web01", "name": "n3", "keep_younger_than": "2 hours"})
    assert names(host) == ["n3"]


def test_all_of_a_prefix() -> None:
    host = host_with()
    take(host, "tmp 1", "tmp* 2", "keep")
    options = {"vm_name": "web01", "all": True, "name_prefix": "tmp*", "state": "absent"}
    converge("checkpoint", SimulatedHost(host), options)
    assert names(host) == ["tmp 1", "keep"]


# Facts


def test_official_defect_17_the_shape_is_the_same_in_check_mode_and_after() -> None:
    host = host_with()
    options = {"vm_name": "web01", "name": "a"}
    forecast = run_area("checkpoint", SimulatedHost(host), options, check=True).result
    done = run_area("checkpoint", SimulatedHost(host), options).result
    assert forecast["vm"]["checkpoints"][0].keys() == done["vm"]["checkpoints"][0].keys()
    assert forecast["vm"].keys() == done["vm"].keys()


def test_the_tree_of_checkpoints() -> None:
    host = host_with("web01", "web02")
    take(host, "root", "left")
    checkpoints.restore(checkpoint(host, "root"))
    take(host, "right")
    result = run_area("checkpoint_info", SimulatedHost(host), {"vm": ["web01", "web09"]}).result
    assert result["missing"] == ["web09"] and [vm["name"] for vm in result["vms"]] == ["web01"]
    (root,) = result["vms_by_name"]["web01"]["tree"]
    assert root["name"] == "root" and not root["current"]
    assert [(child["name"], child["current"]) for child in root["children"]] == [("left", False), ("right", True)]
    assert len(run_area("checkpoint_info", SimulatedHost(host), {}).result["vms"]) == 2
