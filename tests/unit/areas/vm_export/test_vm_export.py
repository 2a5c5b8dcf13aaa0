# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Exports on the simulation: whole ones stay, others are made, and what is none of ours is left alone."""

from __future__ import annotations

import json
import typing as t

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.hosts import GB, add_disk, add_machine, host_with_adapters
from areas.interruption import CutHost, converge_despite_cuts, copy_of, refused_without_change

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm_export.declaration import declare_exports
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import ApplyInterrupted, Outcome, RunFailed
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import BadInput
from hyperv_lab.simulation import checkpoints
from hyperv_lab.simulation.faults import Fault
from hyperv_lab.simulation.files import FileSystem, Volume

PLACE = "D:\\Exports\\web01"
MANIFEST = f"{PLACE}\\datacenter.hyperv.json"
DECLARED: dict[str, t.Any] = {"name": ["web01"], "path": "D:\\Exports"}


@pytest.fixture
def host() -> t.Any:
    """A host with the VM web01 that is off, whose disk builds on a template."""
    made = host_with_adapters(())
    add_disk(made, {"path": "D:\\Templates\\server.vhdx", "size": 40 * GB, "used": 8 * GB})
    add_disk(made, {"path": "D:\\VMs\\web01\\os.vhdx", "parent": "D:\\Templates\\server.vhdx"})
    add_machine(made, "web01", disks=["D:\\VMs\\web01\\os.vhdx"])
    return made


def export(host: t.Any, **options: t.Any) -> Outcome:
    return converge("vm_export", SimulatedHost(host), {**DECLARED, **options})


def refusal(host: t.Any, **options: t.Any) -> str:
    """The message of a declaration that is refused without a change."""
    declared = {**DECLARED, **options}
    assert refused_without_change("vm_export", host, declared)
    with pytest.raises(RunFailed) as failure:
        run_area("vm_export", SimulatedHost(host), declared)
    return str(failure.value)


def names(host: t.Any, path: str = "D:\\Exports") -> list[str]:
    return [item.name for item in host.files.children(path)]


def machine(host: t.Any, name: str = "web01") -> t.Any:
    return host.machines_named(name)[0]


def calls(outcome: Outcome) -> list[str]:
    return [planned.step.call.rpartition("\\")[2] for planned in outcome.plan.steps]


def test_an_export_is_made_once_and_whole(host: t.Any) -> None:
    outcome = export(host)
    assert outcome.result["exports"]["web01"]["state"] == "present"
    assert names(host) == ["web01"]
    manifest = json.loads(host.files.read(MANIFEST))
    paths = {entry["path"] for entry in manifest["files"]}
    assert {"Virtual Hard Disks\\os.vhdx", "Virtual Hard Disks\\server.vhdx"} < paths
    assert manifest["source"]["vm"]["id"] == str(machine(host).id)
    assert outcome.after["exports"]["web01"]["bytes"] == manifest["bytes"]
    assert [planned.long for planned in outcome.plan.steps if planned.step.call.endswith("Export-VM")] == [True]


def test_many_vms_take_as_many_reading_steps_as_one(host: t.Any) -> None:
    for number in range(2, 6):
        add_machine(host, f"web0{number}")
    one, many = SimulatedHost(host), SimulatedHost(host)
    run_area("vm_export", one, DECLARED, check=True)
    every = [f"web0{number}" for number in range(1, 6)]
    run_area("vm_export", many, {**DECLARED, "name": every}, check=True)
    assert [step.id for step in one.batches[0].steps] == [step.id for step in many.batches[0].steps]
    outcome = export(host, name=every)
    assert sorted(outcome.result["exports"]) == every and names(host) == every


def test_a_vm_that_is_gone_has_its_export_still(host: t.Any) -> None:
    export(host)
    machine(host).deleted = True
    host.machines.clear()
    host.names_changed()
    assert export(host).plan.steps == ()
    assert "has no VM of that name" in refusal(host, name=["web02"])


@pytest.mark.parametrize(("live", "value"), [(None, None), ("crash_consistent", "CaptureCrashConsistentState")])
def test_a_running_vm_is_exported_as_declared(host: t.Any, live: str | None, value: str | None) -> None:
    machine(host).start()
    outcome = export(host, live_state=live)
    (step,) = [planned.step for planned in outcome.plan.steps if planned.step.call.endswith("Export-VM")]
    assert step.parameters.get("CaptureLiveState") == value
    assert machine(host).state == "Running"


def test_cuts_at_every_step_end_in_a_whole_export(host: t.Any) -> None:
    converge_despite_cuts("vm_export", host, DECLARED)


def test_cuts_while_an_export_is_replaced(host: t.Any) -> None:
    export(host)
    host.estate.advance(3600)
    machine(host).settings.notes = "changed"
    host.files.entry("D:\\VMs\\web01\\os.vhdx").changed = host.estate.clock.utc()
    converge_despite_cuts("vm_export", host, {**DECLARED, "current": True})


def _write_disk(host: t.Any) -> None:
    host.estate.advance(3600)
    host.files.entry("D:\\VMs\\web01\\os.vhdx").changed = host.estate.clock.utc()


def _cut_before(host: t.Any, step: str, **options: t.Any) -> None:
    """Let a run end before one of its steps."""
    declared = {**DECLARED, **options}
    forecast = run_area("vm_export", SimulatedHost(host), declared, check=True)
    names_of_steps = [planned.step.id.rpartition(".")[2] for planned in forecast.plan.steps]
    with pytest.raises(ApplyInterrupted):
        run_area("vm_export", CutHost(host, steps_before_cut=names_of_steps.index(step)), declared)


def _whole_exports(host: t.Any) -> list[str]:
    folders = [PLACE, f"{PLACE}.partial\\web01", f"{PLACE}.partial\\web01.replaced"]
    return [folder for folder in folders if host.files.exists(f"{folder}\\datacenter.hyperv.json")]


@pytest.mark.parametrize("step", ["move", "replaced"])
def test_a_cut_and_then_a_failure_leave_a_whole_export(host: t.Any, step: str) -> None:
    """The place is empty between two moves: what is whole beside it must not go before the next one is whole."""
    current = {**DECLARED, "current": True}
    export(host)
    _write_disk(host)
    _cut_before(host, step, current=True)
    _write_disk(host)
    failing = copy_of(host)
    failing.faults.append(Fault("Export-VM", after=True))
    with pytest.raises(RunFailed):
        run_area("vm_export", SimulatedHost(failing), current)
    assert PLACE in _whole_exports(failing)
    for done in range(len(run_area("vm_export", SimulatedHost(host), current, check=True).plan.steps)):
        cut = copy_of(host)
        with pytest.raises(ApplyInterrupted):
            run_area("vm_export", CutHost(cut, steps_before_cut=done), current)
        assert _whole_exports(cut), f"nothing is whole after a cut before step {done + 1}"
    export(failing, current=True)
    converge_despite_cuts("vm_export", host, current)
    export(host, current=True)
    assert names(host) == ["web01"]


def test_an_older_export_comes_back_when_the_newer_one_is_not_whole(host: t.Any) -> None:
    export(host)
    _write_disk(host)
    _cut_before(host, "move", current=True)
    host.files.remove(f"{PLACE}.partial\\web01\\datacenter.hyperv.json")
    again = copy_of(host)
    assert "Export-VM" not in calls(export(again)) and names(again) == ["web01"]
    host.faults.append(Fault("Export-VM"))
    with pytest.raises(RunFailed):
        run_area("vm_export", SimulatedHost(host), {**DECLARED, "current": True})
    assert PLACE in _whole_exports(host)


def test_the_export_of_another_vm_that_a_cut_has_left_is_not_replaced(host: t.Any) -> None:
    export(host)
    _write_disk(host)
    _cut_before(host, "move", current=True)
    converge("vm", SimulatedHost(host), {"name": "web01", "state": "absent"})
    add_machine(host, "web01")
    assert "is the export of another VM" in refusal(host, current=True)


def test_an_export_that_comes_back_is_no_free_space(host: t.Any) -> None:
    host.files.add_volume(Volume("E", 20 * GB))
    there = {"path": "E:\\Exports", "current": True}
    export(host, **there)
    _write_disk(host)
    _cut_before(host, "move", **there)
    _write_disk(host)
    assert run_area("vm_export", SimulatedHost(host), {**DECLARED, **there}, check=True).plan.changed
    host.files.remove("E:\\Exports\\web01.partial\\web01.replaced", recurse=True)
    host.files.make_file("E:\\other.bin", 8 * GB)
    assert "left for it" in refusal(host, **there)
    assert export(host, path="E:\\Exports").plan.changed


def test_cuts_while_an_export_is_removed(host: t.Any) -> None:
    export(host)
    whole = converge_despite_cuts("vm_export", host, {**DECLARED, "state": "absent"})
    assert whole.result["exports"]["web01"]["state"] == "absent"


@pytest.mark.parametrize("after", [False, True])
def test_a_failed_export_is_made_again(host: t.Any, after: bool) -> None:
    host.faults.append(Fault("Export-VM", after=after))
    with pytest.raises(RunFailed):
        run_area("vm_export", SimulatedHost(host), DECLARED)
    assert not host.files.exists(PLACE)
    outcome = export(host)
    assert "Export-VM" in calls(outcome) and names(host) == ["web01"]


def test_a_whole_export_that_was_not_moved_is_not_made_again(host: t.Any) -> None:
    host.faults.append(Fault("Move-Item"))
    with pytest.raises(RunFailed):
        run_area("vm_export", SimulatedHost(host), DECLARED)
    outcome = export(host)
    assert "Export-VM" not in calls(outcome) and names(host) == ["web01"]


def test_official_defect_vm_transfer_a_folder_is_no_export(host: t.Any) -> None:
    """The official module takes any folder of that name for the export."""
    host.files.make_directory(f"{PLACE}\\Virtual Machines")
    text = refusal(host)
    assert "did not make" in text and "Virtual Machines" in text
    assert "did not make" in refusal(host, state="absent")


def test_an_export_by_hand_is_not_taken_for_one_of_ours(host: t.Any) -> None:
    from hyperv_lab.simulation import transfer

    transfer.export(machine(host), "D:\\Exports", None, lambda activity, size: None)
    assert "did not make" in refusal(host)


def test_official_defect_vm_transfer_a_partial_export_is_no_export(host: t.Any) -> None:
    export(host)
    host.files.remove(f"{PLACE}\\Virtual Hard Disks\\os.vhdx")
    outcome = export(host)
    assert outcome.plan.before["exports"]["web01"]["state"] == "damaged"
    assert host.files.exists(f"{PLACE}\\Virtual Hard Disks\\os.vhdx")


def test_files_of_others_in_an_export_keep_it(host: t.Any) -> None:
    export(host)
    host.files.write(f"{PLACE}\\readme.txt", b"mine")
    assert export(host).plan.steps == ()
    assert "readme.txt" in refusal(host, state="absent")


def test_a_folder_of_another_with_the_name_of_ours(host: t.Any) -> None:
    host.files.make_directory(f"{PLACE}.partial")
    assert "without the mark" in refusal(host)
    assert converge("vm_export", SimulatedHost(host), {**DECLARED, "state": "absent"}).plan.steps == ()


def test_another_vm_of_the_same_name_does_not_lose_its_export(host: t.Any) -> None:
    export(host)
    host.machines.clear()
    host.names_changed()
    add_machine(host, "web01")
    assert export(host).plan.steps == ()
    assert "another VM of that name" in refusal(host, current=True)


def test_a_machine_that_is_stuck_is_refused_with_the_way_out(host: t.Any) -> None:
    machine(host).state = "Stopping"
    text = refusal(host)
    assert "in the state Stopping" in text and "turn_off: true" in text


def test_gotcha_1_names_are_not_unique(host: t.Any) -> None:
    add_machine(host, "WEB01")
    assert "several VMs have that name" in refusal(host) and "id and name" in refusal(host)


def test_gotcha_5_and_official_defect_15_a_name_is_no_pattern(host: t.Any) -> None:
    add_machine(host, "web1")
    assert "has no VM of that name" in refusal(host, name=["web[0-9]"])
    add_machine(host, "web[0-9]")
    export(host, name=["web[0-9]"])
    assert names(host) == ["web[0-9]"]


def test_gotcha_29_a_name_that_is_the_beginning_of_another(host: t.Any) -> None:
    for name in ("web0", "web011"):
        add_machine(host, name)
    export(host, name=["web0", "web01", "web011"])
    export(host, name=["web01"], state="absent")
    assert names(host) == ["web0", "web011"]


def test_gotcha_37_a_merge_is_waited_for_or_refused(host: t.Any) -> None:
    checkpoint = checkpoints.take(machine(host), "a")
    checkpoints.remove(checkpoint)
    assert "merged into its disks" in refusal(host, merge_timeout=0)
    assert "current" in refusal(host, current=True)
    outcome = export(host, merge_timeout=600)
    assert "Get-VM" in calls(outcome)[1:] and outcome.result["exports"]["web01"]["state"] == "present"
    assert names(host, f"{PLACE}\\Virtual Hard Disks") == ["os.vhdx", "server.vhdx"]


def test_gotcha_37_a_merge_that_does_not_end_is_an_error(host: t.Any) -> None:
    host.timings.merge_seconds = 10_000
    checkpoints.remove(checkpoints.take(machine(host), "a"))
    with pytest.raises(RunFailed) as failure:
        run_area("vm_export", SimulatedHost(host), {**DECLARED, "merge_timeout": 1})
    assert failure.value.error is not None and failure.value.error.kind == "timeout"
    host.estate.advance(10_000)
    assert export(host).result["exports"]["web01"]["state"] == "present"


def test_gotcha_39_only_export_vm_exports(host: t.Any) -> None:
    """An export over WMI without the disks would stop all merging of the VM."""
    outcome = export(host)
    assert calls(outcome).count("Export-VM") == 1 and "Invoke-CimMethod" not in calls(outcome)
    checkpoints.remove(checkpoints.take(machine(host), "a"))
    host.estate.advance(600)
    assert not machine(host).merges


def test_disks_that_cannot_be_exported(host: t.Any) -> None:
    drive = machine(host).settings.disks[0]
    drive.persistent_reservations = True
    assert "shared disks: scsi:0:0" in refusal(host)
    drive.persistent_reservations, drive.path, drive.disk_number = False, None, 3
    assert "pass-through disks: scsi:0:0" in refusal(host)


def test_disks_of_one_name_are_refused_before_anything_is_written(host: t.Any) -> None:
    add_disk(host, {"path": "D:\\VMs\\other\\OS.vhdx", "size": GB})
    from hyperv_lab.simulation import drive_store

    drive_store.add_disk(machine(host), None, None, None, "D:\\VMs\\other\\OS.vhdx")
    assert "have the same name" in refusal(host)


def test_the_space_is_checked_first(host: t.Any) -> None:
    host.files.add_volume(Volume("E", 4 * GB))
    text = refusal(host, path="E:\\Exports")
    assert "volume E: has 4 GB left" in text and "it takes 8" in text
    assert "no volume Q:" in refusal(host, path="Q:\\Exports")
    add_machine(host, "small")
    assert export(host, name=["small"], path="E:\\Exports").plan.changed


def test_what_is_half_made_counts_as_free(host: t.Any) -> None:
    host.files.add_volume(Volume("E", 12 * GB))
    host.faults.append(Fault("Export-VM", after=True))
    with pytest.raises(RunFailed):
        run_area("vm_export", SimulatedHost(host), {**DECLARED, "path": "E:\\Exports"})
    assert host.files.volumes["E"].free < 8 * GB
    assert export(host, path="E:\\Exports").plan.changed


def test_a_missing_disk_is_said_before(host: t.Any) -> None:
    host.files.remove("D:\\VMs\\web01\\os.vhdx")
    assert "os.vhdx is not there" in refusal(host)


def test_current_is_what_was_not_written_since(host: t.Any) -> None:
    first = export(host, current=True)
    assert first.result["exports"]["web01"]["current"] is True
    host.estate.advance(60)
    simulated = SimulatedHost(host)
    converge("vm", simulated, {"name": "web01", "notes": "changed"})
    check = run_area("vm_export", simulated, {**DECLARED, "current": True}, check=True)
    assert check.plan.before["exports"]["web01"]["current"] is False
    second = export(host, current=True)
    assert second.after["exports"]["web01"]["started"] > first.after["exports"]["web01"]["started"]
    host.estate.advance(60)
    machine(host).start()
    assert "running" in refusal(host, current=True)
    machine(host).turn_off()
    assert export(host, current=True).plan.changed is False  # nothing was written in between


def test_a_new_checkpoint_makes_an_export_old(host: t.Any) -> None:
    export(host, current=True)
    checkpoints.take(machine(host), "a")
    assert export(host, current=True).plan.changed
    assert export(host).plan.changed is False


def test_a_live_export_is_never_current(host: t.Any) -> None:
    machine(host).start()
    export(host)
    machine(host).turn_off()
    assert export(host, current=True).plan.changed


@pytest.mark.parametrize("limit", ["1h", "3600", "2026-01-31T10:30:00Z", "2026-01-31T11:30:00+01:00"])
def test_newer_than(host: t.Any, limit: str) -> None:
    export(host)
    if "T" not in limit:
        assert export(host, newer_than=limit).plan.changed is False
    host.estate.advance(2 * 3600)
    assert export(host).plan.changed is False
    assert export(host, newer_than=limit).plan.changed
    assert export(host, newer_than=limit).plan.changed is False


def test_an_export_that_a_vm_uses_is_not_removed(host: t.Any) -> None:
    export(host)
    machine(host).path = PLACE
    assert "VM web01 has D:\\Exports\\web01 there" in refusal(host, state="absent")


def test_the_second_of_two_runs_out_of_space(host: t.Any) -> None:
    host.files.add_volume(Volume("E", 12 * GB))
    add_disk(host, {"path": "D:\\VMs\\web02\\os2.vhdx", "size": 40 * GB, "used": 8 * GB})
    add_machine(host, "web02", disks=["D:\\VMs\\web02\\os2.vhdx"])
    text = refusal(host, name=["web01", "web02"], path="E:\\Exports")
    assert text.startswith("path: VM web02")


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"path": "Exports"}, "path"),
        ({"path": "D:\\a?b"}, "path"),
        ({"name": []}, "name"),
        ({"name": ["a/b"]}, "name[0]"),
        ({"name": ["web01", "WEB01"]}, "name[1]"),
        ({"name": ["web01", "web01.partial"]}, "name[1]"),
        ({"name": ["web01*"]}, "name[0]"),
        ({"newer_than": "soon"}, "newer_than"),
        ({"newer_than": "2026-01-31T10:00:00"}, "newer_than"),
        ({"merge_timeout": -1}, "merge_timeout"),
        ({"parallel": 0}, "parallel"),
        ({"parallel": 33}, "parallel"),
        ({"state": "absent", "current": True}, "current"),
        ({"state": "absent", "newer_than": "1d"}, "newer_than"),
    ],
)
def test_bad_input(options: dict[str, t.Any], path: str) -> None:
    with pytest.raises(BadInput) as wrong:
        declare_exports({**DECLARED, **options})
    assert wrong.value.path == path


@pytest.mark.parametrize("parallel", [1, 2])
def test_the_failure_of_one_leaves_the_others_alone(host: t.Any, parallel: int) -> None:
    for name in ("web02", "web03"):
        add_machine(host, name)
    host.faults.append(Fault("Export-VM", call=1 if parallel > 1 else 2))
    options = {**DECLARED, "name": ["web01", "web02", "web03"], "parallel": parallel}
    with pytest.raises(RunFailed) as failure:
        run_area("vm_export", SimulatedHost(host), options)
    became = failure.value.result["exports"]
    assert [name for name, export in became.items() if export.get("failed")] == [failure.value.failures[0].target[3:]]
    assert sorted(export["state"] for export in became.values()) == ["partial", "present", "present"]
    assert converge("vm_export", SimulatedHost(host), options).result["exports"]["web02"]["state"] == "present"


def test_one_failure_can_end_the_task(host: t.Any) -> None:
    add_machine(host, "web02")
    host.faults.append(Fault("Export-VM"))
    with pytest.raises(RunFailed):
        run_area("vm_export", SimulatedHost(host), {**DECLARED, "name": ["web01", "web02"], "on_failure": "stop"})
    assert not host.files.exists("D:\\Exports\\web02")


def test_gotcha_26_a_disk_that_cannot_be_read(host: t.Any) -> None:
    disk = host.files.entry("D:\\VMs\\web01\\os.vhdx").disk
    disk.busy = "a backup"
    assert "os.vhdx cannot be read" in refusal(host)
    disk.busy = ""
    assert export(host).plan.changed


def test_what_is_on_a_share_that_does_not_answer_is_not_taken_for_absent(host: t.Any) -> None:
    options = {"name": ["web01"], "path": "\\\\file01\\backup\\exports", "state": "absent"}
    with pytest.raises(RunFailed, match="share .*file01.backup does not answer"):
        run_area("vm_export", SimulatedHost(host), options)


@pytest.mark.parametrize("above", ["\\\\file01\\backup", "\\\\file01\\backup\\exports"])
def test_a_share_answers_with_any_folder_above(host: t.Any, monkeypatch: pytest.MonkeyPatch, above: str) -> None:
    exists = FileSystem.exists
    monkeypatch.setattr(FileSystem, "exists", lambda self, path: path == above or exists(self, path))
    path = "\\\\file01\\backup\\exports\\weekly"
    outcome = run_area("vm_export", SimulatedHost(host), {"name": ["web01"], "path": path, "state": "absent"})
    assert not outcome.plan.changed and outcome.result["exports"]["web01"]["state"] == "absent"


class Scanner:
    """A program that has a file open for some seconds."""

    def __init__(self, host: t.Any, path: str, seconds: float) -> None:
        self.files = host.files
        self.files.hold(self.files.entry(path), "a scanner")
        host.estate.schedule(seconds, self, "let_go")

    def let_go(self) -> None:
        """Close the file."""
        self.files.release("a scanner")


def test_gotcha_26_what_was_just_written_may_be_open_for_a_while(host: t.Any) -> None:
    export(host)
    Scanner(host, f"{PLACE}\\Virtual Hard Disks\\os.vhdx", 10)
    assert run_area("vm_export", SimulatedHost(host), {**DECLARED, "state": "absent"}).plan.changed
    assert names(host) == []


def test_gotcha_28_an_export_that_something_holds_is_removed_later(host: t.Any) -> None:
    export(host)
    Scanner(host, f"{PLACE}\\Virtual Hard Disks\\os.vhdx", 600)
    with pytest.raises(RunFailed) as failure:
        run_area("vm_export", SimulatedHost(host), {**DECLARED, "state": "absent"})
    assert failure.value.error is not None and failure.value.error.hresult == -2147024864
    host.estate.advance(600)
    assert export(host, state="absent").plan.changed and names(host) == []
