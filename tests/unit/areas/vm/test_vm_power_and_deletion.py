# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Plans of power states, restarts and deletion."""

from __future__ import annotations

import typing as t

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.vm.vm_host import machine, simulated_host
from areas.vm.vm_observations import calls, chain, link, missing, observation, plan, reasons, refusals, sent, vm

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.observation import ObservedCheckpoint
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.stuck import WITHOUT_PLUG, has_plug

WORDS = {"Off": "stopped", "Running": "running", "Saved": "saved", "Paused": "paused"}


@pytest.mark.parametrize(
    ("now", "wanted", "expected"),
    [
        ("Off", "running", ["Start-VM"]),
        ("Off", "saved", ["Save-VM"]),
        ("Off", "paused", ["Suspend-VM"]),
        ("Running", "stopped", ["Stop-Guest"]),
        ("Running", "saved", ["Save-VM"]),
        ("Running", "paused", ["Suspend-VM"]),
        ("Paused", "running", ["Resume-VM"]),
        ("Paused", "stopped", ["Stop-Guest"]),
        ("Paused", "saved", ["Save-VM"]),
        ("Saved", "running", ["Start-VM"]),
        ("Saved", "paused", ["Suspend-VM"]),
        *((now, word, []) for now, word in WORDS.items()),
        *((now, "present", []) for now in WORDS),
    ],
)
def test_the_way_to_a_power_state(now: str, wanted: str, expected: list[str]) -> None:
    made = plan({"name": "web01", "state": wanted}, observation(vm(state=now)))
    assert calls(made) == expected
    if expected:
        assert made.after["web01"]["state"] == wanted
        assert reasons(made) == [f"state: {WORDS[now]} -> {wanted}"]


def test_the_steps_on_the_way_are_all_there() -> None:
    made = plan({"name": "web01", "state": "stopped", "stop_timeout": 9}, observation(vm(state="Paused")))
    assert [planned.step.call for planned in made.steps[1:]] == ["Hyper-V\\Resume-VM", "Stop-Guest"]
    assert sent(made, "Stop-Guest") == {"Seconds": 9, "OnTimeout": "fail"}


@pytest.mark.parametrize("now", ["Running", "Paused"])
def test_turn_off_pulls_the_plug_at_once(now: str) -> None:
    made = plan({"name": "web01", "state": "stopped", "turn_off": True}, observation(vm(state=now)))
    assert calls(made) == ["Stop-VM"]
    assert sent(made, "Stop-VM") == {"TurnOff": True, "Force": True}


def test_a_saved_state_is_thrown_away_only_when_allowed() -> None:
    seen = observation(vm(state="Saved"))
    assert "turn_off: true" in refusals(plan({"name": "web01", "state": "stopped"}, seen))["state"]
    assert calls(plan({"name": "web01", "state": "stopped", "turn_off": True}, seen)) == ["Remove-VMSavedState"]


@pytest.mark.parametrize("state", ["Starting", "Stopping", "Saving", "RunningCritical", "OffCritical"])
def test_a_vm_on_its_way_is_left_alone(state: str) -> None:
    seen = observation(vm(state=state))
    assert not plan({"name": "web01", "notes": ""}, seen).changed
    for options in ({"notes": "x"}, {"state": "running"}, {"state": "saved", "turn_off": True}):
        assert f"in the state {state}" in refusals(plan({"name": "web01", **options}, seen))["name"]
    refused = refusals(plan({"name": "web01", "state": "absent"}, seen))["state"]
    assert f"in the state {state}" in refused
    assert ("turn_off: true of this task" in refused) is has_plug(state)


@pytest.mark.parametrize("state", ["Starting", "Stopping", "Saving", "Resuming", "RunningCritical", "StoppingCritical"])
def test_turn_off_ends_what_is_stuck_between_two_states(state: str) -> None:
    """Gotcha 47: a machine may be `Stopping` for ever."""
    assert calls(plan({"name": "web01", "state": "stopped", "turn_off": True}, observation(vm(state=state)))) == [
        "Stop-VMPower"
    ]
    gone = plan({**GONE, "turn_off": True, "delete_disks": True}, existing(state))
    assert calls(gone) == ["Stop-VMPower", "Remove-Item", "Remove-VM"]


@pytest.mark.parametrize("state", sorted(WITHOUT_PLUG))
def test_where_nothing_runs_there_is_no_plug_to_pull(state: str) -> None:
    for options in (GONE, {"name": "web01", "state": "stopped"}):
        made = plan({**options, "turn_off": True}, existing(state))
        (refused,) = refusals(made).values()
        assert "Bring its storage back" in refused and "turn_off" not in refused


def test_a_deletion_waits_for_a_guest_that_is_just_shutting_down() -> None:
    """A run that was cut may have asked it, and the same task again goes on."""
    assert calls(plan({**GONE, "restart": "if_needed"}, existing("Stopping"))) == ["Stop-Guest", "Remove-VM"]
    assert refusals(plan({**GONE, "restart": "if_needed"}, existing("Starting")))


def test_a_deletion_ends_a_guest_that_shuts_down_for_ever() -> None:
    host = simulated_host()
    simulated = SimulatedHost(host)
    run_area(
        "vm",
        simulated,
        {"name": "web01", "disks": [{"slot": "scsi:0:0", "path": DISK, "size": "1 GB"}], "state": "running"},
    )
    machine(host, "web01").state = "Stopping"
    converge("vm", simulated, {**GONE, "turn_off": True, "delete_disks": True})
    assert not host.machines


@pytest.mark.parametrize(
    ("now", "wanted", "expected"),
    [
        ("Running", "present", ["Stop-Guest", "Set-VMProcessor", "Start-VM"]),
        ("Running", "running", ["Stop-Guest", "Set-VMProcessor", "Start-VM"]),
        ("Paused", "present", ["Stop-Guest", "Set-VMProcessor", "Suspend-VM"]),
        ("Running", "saved", ["Stop-Guest", "Set-VMProcessor", "Save-VM"]),
        ("Off", "running", ["Set-VMProcessor", "Start-VM"]),
    ],
)
def test_a_restart_ends_in_the_state_that_it_had_or_that_is_declared(
    now: str, wanted: str, expected: list[str]
) -> None:
    options = {"name": "web01", "processor": {"count": 2}, "state": wanted, "restart": "if_needed"}
    assert calls(plan(options, observation(vm(state=now)))) == expected


def test_changes_come_after_a_stop_that_is_declared_anyway() -> None:
    options = {"name": "web01", "processor": {"count": 2}, "state": "stopped"}
    assert calls(plan(options, observation(vm(state="Running")))) == ["Stop-Guest", "Set-VMProcessor"]


def test_changes_come_after_a_start_that_makes_them_possible() -> None:
    options = {"name": "web01", "processor": {"weight": 5}, "state": "running"}
    assert calls(plan(options, observation(vm(state="Saved")))) == ["Start-VM", "Set-VMProcessor"]
    refused = refusals(plan({**options, "state": "present"}, observation(vm(state="Saved"))))["processor.weight"]
    assert "it is saved" in refused and "restart: if_needed" in refused


@pytest.mark.parametrize(
    ("processor", "more", "expected"),
    [
        ({"weight": 5}, {}, ["Start-VM", "Set-VMProcessor", "Save-VM"]),
        ({"count": 2}, {}, ["Start-VM", "Stop-Guest", "Set-VMProcessor", "Save-VM"]),
        ({"count": 2}, {"state": "running"}, ["Start-VM", "Stop-Guest", "Set-VMProcessor", "Start-VM"]),
        ({"count": 2}, {"turn_off": True}, ["Remove-VMSavedState", "Set-VMProcessor", "Save-VM"]),
    ],
)
def test_a_saved_vm_is_restored_for_a_change_and_saved_again(
    processor: dict[str, int], more: dict[str, t.Any], expected: list[str]
) -> None:
    options = {"name": "web01", "processor": processor, "restart": "if_needed", **more}
    assert calls(plan(options, observation(vm(state="Saved")))) == expected


def test_files_are_made_before_a_vm_is_stopped_for_them() -> None:
    options = {
        "name": "web01",
        "generation": 1,
        "disks": [{"slot": "ide:0:1", "path": "D:\\a.vhdx", "size": "1 GB"}],
        "restart": "if_needed",
    }
    seen = observation(vm(state="Running", generation=1), chains=[missing("D:\\a.vhdx")])
    assert calls(plan(options, seen)) == ["New-VHD", "Stop-Guest", "Add-VMHardDiskDrive", "Start-VM"]


DISK = "D:\\VMs\\web01.vhdx"
GONE = {"name": "web01", "state": "absent"}


def existing(state: str = "Off", **more: t.Any) -> t.Any:
    top = link(DISK, kind="differencing", parent="D:\\T\\server.vhdx")
    return observation(
        vm(state=state, disks={"scsi:0:0": DISK}, **more), chains=[chain(top, link("D:\\T\\server.vhdx"))]
    )


def test_a_vm_is_deleted_and_its_disks_stay() -> None:
    made = plan(GONE, existing())
    assert calls(made) == ["Remove-VM"]
    assert made.after == {"web01": {"name": "web01", "state": "absent"}}
    assert not plan(GONE, observation()).changed


def test_disks_go_before_the_vm_and_templates_stay() -> None:
    made = plan({**GONE, "delete_disks": True}, existing())
    assert calls(made) == ["Remove-Item", "Remove-VM"]
    assert sent(made, "Remove-Item") == {"LiteralPath": [DISK], "Force": True}


@pytest.mark.parametrize(
    ("state", "options", "expected"),
    [
        ("Running", {"turn_off": True}, ["Stop-VM", "Remove-VM"]),
        ("Paused", {"turn_off": True}, ["Stop-VM", "Remove-VM"]),
        ("Running", {"restart": "if_needed"}, ["Stop-Guest", "Remove-VM"]),
        ("Saved", {}, ["Remove-VMSavedState", "Remove-VM"]),
        ("Running", {}, None),
        ("Paused", {}, None),
    ],
)
def test_what_runs_is_deleted_only_when_it_may_stop(
    state: str, options: dict[str, t.Any], expected: list[str] | None
) -> None:
    made = plan({**GONE, **options}, existing(state))
    if expected is None:
        assert "turn_off: true" in refusals(made)["state"]
    else:
        assert calls(made) == expected


def test_checkpoints_are_deleted_only_when_allowed_and_their_merge_is_waited_for() -> None:
    avhdx = link("D:\\VMs\\web01_1.avhdx", kind="differencing", parent=DISK)
    there = vm(disks={"scsi:0:0": avhdx.path}, checkpoints=(ObservedCheckpoint("", "c", "before update"),))
    seen = observation(there, chains=[chain(avhdx, link(DISK))])
    assert "before update" in refusals(plan(GONE, seen))["state"]
    made = plan({**GONE, "delete_checkpoints": True, "delete_disks": True}, seen)
    assert calls(made) == ["Remove-VMSnapshot", "Remove-Item", "Remove-VM"]
    assert sent(made, "Remove-Item")["LiteralPath"] == [DISK]
    (wait,) = [planned.step.wait for planned in made.steps if planned.step.wait]
    assert wait.until == (("Path", (DISK, None)),)


def test_files_that_others_use_or_build_on_stay() -> None:
    shared = observation(
        vm(disks={"scsi:0:0": DISK}),
        vm("other", number=2, disks={"scsi:0:1": DISK.upper()}),
        chains=[chain(link(DISK))],
    )
    assert "also a disk of VM other" in refusals(plan({**GONE, "delete_disks": True}, shared))["delete_disks"]
    child = "D:\\child.vhdx"
    parent = observation(
        vm(disks={"scsi:0:0": DISK}),
        vm("other", number=2, disks={"scsi:0:0": child}),
        chains=[chain(link(DISK)), chain(link(child, kind="differencing", parent=DISK), link(DISK))],
    )
    assert f"{child} builds on it" in refusals(plan({**GONE, "delete_disks": True}, parent))["delete_disks"]
    both = {"defaults": {"state": "absent", "delete_disks": True}, "vms": [{"name": "web01"}, {"name": "other"}]}
    assert calls(plan(both, parent)) == ["Remove-Item", "Remove-VM", "Remove-Item", "Remove-VM"]


def test_disks_of_a_vm_that_is_gone_already_are_deleted_if_declared() -> None:
    options = {**GONE, "delete_disks": True, "disks": [{"slot": "scsi:0:0", "path": DISK}]}
    made = plan(options, observation(chains=[chain(link(DISK))]))
    assert calls(made) == ["Remove-Item"]
    assert made.before["web01"]["disks"] == {"scsi:0:0": {"path": DISK}}
    assert not plan(options, observation(chains=[missing(DISK)])).changed
    used = observation(vm("other", disks={"scsi:0:0": DISK}), chains=[chain(link(DISK))])
    assert "a disk of VM other" in refusals(plan(options, used))["disks[0].path"]


def test_a_file_that_is_gone_already_does_not_stop_a_deletion() -> None:
    seen = observation(vm(disks={"scsi:0:0": DISK}), chains=[missing(DISK)])
    assert calls(plan({**GONE, "delete_disks": True}, seen)) == ["Remove-VM"]


def test_deletions_come_first() -> None:
    options = {"vms": [{"name": "new"}, {"name": "web01", "state": "absent"}]}
    assert calls(plan(options, existing())) == ["Remove-VM", "New-VM"]
