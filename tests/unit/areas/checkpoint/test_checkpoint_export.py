# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Exports of single checkpoints: whole or not there, and nothing else is touched."""

from __future__ import annotations

import typing as t

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.checkpoint.checkpoint_host import boot, checkpoint, commands, host_with, machine
from areas.hosts import GB
from areas.interruption import CutHost, converge_despite_cuts, copy_of

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import ApplyInterrupted, RunFailed
from hyperv_lab.simulation import checkpoints

FOLDER = "D:\\Exports\\first"
EXPORT: dict[str, t.Any] = {"vm_name": "web01", "name": "a", "state": "exported", "path": FOLDER + "\\"}


def host_with_checkpoints() -> t.Any:
    host = host_with()
    checkpoints.take(machine(host), "a")
    boot(host)
    checkpoints.take(machine(host), "b")
    return host


def refusal(host: t.Any, options: dict[str, t.Any]) -> str:
    untouched = host.fingerprint()
    with pytest.raises(RunFailed) as failure:
        run_area("checkpoint", SimulatedHost(host), options)
    assert failure.value.refusals and host.fingerprint() == untouched
    return str(failure.value)


def test_an_export_is_made_once_and_is_whole_after_every_cut() -> None:
    host = host_with_checkpoints()
    whole = converge_despite_cuts("checkpoint", host, EXPORT)
    assert "Export-VMSnapshot" in commands(whole)
    assert [planned.step.call for planned in whole.plan.steps if planned.long] == ["Hyper-V\\Export-VMSnapshot"]
    outcome = converge("checkpoint", SimulatedHost(host), EXPORT)
    chosen = str(checkpoint(host, "a").id)
    shown = {"path": f"{FOLDER}\\web01", "state": "present", "checkpoint": chosen}
    assert outcome.result["vm"]["export"] == shown
    files = [entry.path for entry in host.files.walk(FOLDER) if not entry.is_directory]
    assert f"{FOLDER}\\web01\\Virtual Hard Disks\\system.vhdx" in files
    assert not [path for path in files if path.endswith(".avhdx") or ".partial" in path]


def test_what_is_there_already_is_never_overwritten() -> None:
    host = host_with_checkpoints()
    host.files.make_directory(f"{FOLDER}\\web01")
    host.files.make_file(f"{FOLDER}\\web01\\notes.txt", 10)
    assert "did not make" in refusal(host, EXPORT)
    host.files.remove(f"{FOLDER}\\web01", recurse=True)
    converge("checkpoint", SimulatedHost(host), EXPORT)
    assert "export of something else" in refusal(host, {**EXPORT, "name": "b"})
    disk = f"{FOLDER}\\web01\\Virtual Hard Disks\\data.vhdx"
    host.files.remove(disk)
    text = refusal(host, EXPORT)
    assert "damaged (virtual hard disks\\data.vhdx" in text and "vm_export" in text


def test_the_module_for_machines_does_not_take_it_for_one_of_the_machine() -> None:
    host = host_with_checkpoints()
    converge("checkpoint", SimulatedHost(host), EXPORT)
    options = {"name": ["web01"], "path": FOLDER}
    with pytest.raises(RunFailed) as failure:
        run_area("vm_export", SimulatedHost(host), options)
    assert failure.value.refusals
    converge("vm_export", SimulatedHost(host), {**options, "state": "absent"})
    converge("vm_export", SimulatedHost(host), options)
    assert "export of something else" in refusal(host, EXPORT)


def test_leftovers_of_a_cut_run_are_recognised_and_those_of_others_are_not() -> None:
    host = host_with_checkpoints()
    whole = run_area("checkpoint", SimulatedHost(copy_of(host)), EXPORT, check=True)
    with pytest.raises(ApplyInterrupted):
        run_area("checkpoint", CutHost(host, steps_before_cut=len(whole.plan.steps) - 3), EXPORT)
    finished = converge("checkpoint", SimulatedHost(host), EXPORT)
    assert "Export-VMSnapshot" not in commands(finished)
    other = {**EXPORT, "path": "D:\\Exports\\second"}
    host.files.make_directory("D:\\Exports\\second\\web01.partial\\x")
    assert "is no export of ours" in refusal(host, other)


def test_a_whole_export_of_the_machine_that_a_cut_has_left_is_kept() -> None:
    host = host_with_checkpoints()
    options = {"name": ["web01"], "path": FOLDER}
    whole = run_area("vm_export", SimulatedHost(copy_of(host)), options, check=True)
    with pytest.raises(ApplyInterrupted):
        run_area("vm_export", CutHost(host, steps_before_cut=len(whole.plan.steps) - 3), options)
    assert "whole export of something else" in refusal(host, EXPORT)
    assert not any(
        step.step.call.endswith("Export-VM") for step in converge("vm_export", SimulatedHost(host), options).plan.steps
    )


def test_no_room_no_checkpoint_and_a_missing_file() -> None:
    host = host_with_checkpoints()
    assert "no such checkpoint" in refusal(host, {**EXPORT, "name": "no"})
    assert "no volume X" in refusal(host, {**EXPORT, "path": "X:\\Exports"})
    filler = host.files.make_file("D:\\filler", host.files.volumes["D"].free - GB)
    assert "GB left for it" in refusal(host, EXPORT)
    host.files.remove(filler.path)
    machine(host).turn_off()
    host.files.remove(str(checkpoint(host, "a").settings.disks[1].path))
    assert "data.vhdx" in refusal(host, EXPORT)


def test_an_export_waits_for_a_merge() -> None:
    host = host_with_checkpoints()
    checkpoints.remove(checkpoint(host, "b"))
    assert "being merged" in refusal(host, {**EXPORT, "wait": False})
    assert commands(converge("checkpoint", SimulatedHost(host), EXPORT))[0] == "Wait-DiskMerge"
