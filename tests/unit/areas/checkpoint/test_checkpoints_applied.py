# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Going back to a checkpoint: when there is something to do, and what is lost."""

from __future__ import annotations

import typing as t

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.checkpoint.checkpoint_host import boot, checkpoint, commands, host_with, machine, names
from areas.interruption import converge_despite_cuts, refused_without_change

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import RunFailed
from hyperv_lab.simulation import checkpoints

BACK: dict[str, t.Any] = {"vm_name": "web01", "name": "a", "state": "applied"}
DISCARD = {**BACK, "current_state": "discard"}
KEEP = {**BACK, "current_state": "checkpoint", "current_state_name": "kept"}


def changed_since() -> t.Any:
    """Return a host whose machine was changed after its checkpoint, and is off."""
    host = host_with()
    checkpoints.take(machine(host), "a")
    boot(host).turn_off()
    return host


def test_official_defect_3_a_machine_that_ran_since_is_brought_back() -> None:
    host = changed_since()
    assert str(machine(host).parent_checkpoint.name) == "a"  # type: ignore[union-attr]
    written = str(machine(host).settings.disks[0].path)
    outcome = converge("checkpoint", SimulatedHost(host), DISCARD)
    assert commands(outcome) == ["Restore-VMSnapshot"] and not host.files.exists(written)


def test_right_after_the_checkpoint_there_is_nothing_to_do() -> None:
    host = host_with()
    checkpoints.take(machine(host), "a")
    for options in (BACK, DISCARD, KEEP):
        assert not converge("checkpoint", SimulatedHost(host), options).plan.changed


def test_a_running_machine_is_always_brought_back() -> None:
    host = host_with()
    boot(host)
    checkpoints.take(machine(host), "a")
    assert "it is running" in _refused(host)
    outcome = converge("checkpoint", SimulatedHost(host), DISCARD)
    assert machine(host).state == "Off" and outcome.result["vm"]["state"] == "stopped"


def test_a_checkpoint_with_memory_leaves_the_machine_saved() -> None:
    host = host_with()
    boot(host).settings.checkpoint_type = "Standard"
    checkpoints.take(machine(host), "a")
    outcome = converge("checkpoint", SimulatedHost(host), DISCARD)
    assert outcome.result["vm"]["state"] == "saved" and outcome.result["vm"]["checkpoints"][0]["memory"] is True
    machine(host).remove_saved_state()
    assert commands(converge("checkpoint", SimulatedHost(host), BACK)) == ["Restore-VMSnapshot"]


def test_what_is_there_now_is_not_lost_silently() -> None:
    host = changed_since()
    text = _refused(host)
    assert "current_state" in text and "since a would be lost" in text
    whole = converge_despite_cuts("checkpoint", host, KEEP)
    assert commands(whole) == ["Checkpoint-VM", "Restore-VMSnapshot"]
    converge("checkpoint", SimulatedHost(host), KEEP)
    assert names(host) == ["a", "kept"] and machine(host).parent_checkpoint is checkpoint(host, "a")
    # and forth again: nothing is lost, because a is what the machine is on
    assert commands(converge("checkpoint", SimulatedHost(host), {**BACK, "name": "kept"})) == ["Restore-VMSnapshot"]


@pytest.mark.parametrize("what", ["processors", "memory", "disk"])
def test_changed_settings_are_something_to_lose(what: str) -> None:
    host = host_with()
    checkpoints.take(machine(host), "a")
    if what == "processors":
        machine(host).settings.processor.count = 3
    elif what == "memory":
        machine(host).settings.memory.startup = 3 * 1024**3
    else:
        machine(host).settings.drives.remove(machine(host).settings.disks[1])
    assert "would be lost" in _refused(host)
    converge("checkpoint", SimulatedHost(host), DISCARD)
    assert len(machine(host).settings.disks) == 2 and machine(host).settings.processor.count == 1


def test_a_paused_machine_that_has_no_checkpoint_yet_below_it() -> None:
    host = changed_since()
    checkpoints.remove(checkpoint(host, "a"))
    host.estate.advance(600)
    assert "no such checkpoint" in _refused(host)


def test_the_checkpoint_of_the_current_state_is_taken_again_when_the_name_is_there() -> None:
    host = changed_since()
    converge("checkpoint", SimulatedHost(host), KEEP)
    boot(host)
    run_area("checkpoint", SimulatedHost(host), KEEP)
    assert names(host) == ["a", "kept", "kept"]


def test_a_running_machine_after_a_cut_still_ends_at_the_checkpoint() -> None:
    host = host_with()
    checkpoints.take(machine(host), "a")
    boot(host)
    whole = run_area("checkpoint", SimulatedHost(host.estate.snapshot().host(host.name)), KEEP, check=True)
    assert commands(whole) == ["Checkpoint-VM", "Restore-VMSnapshot"]
    checkpoints.take(machine(host), "kept")  # as the cut run did
    converge("checkpoint", SimulatedHost(host), KEEP)
    assert machine(host).parent_checkpoint is checkpoint(host, "a") and names(host) == ["a", "kept", "kept"]


def test_applying_waits_for_a_merge() -> None:
    host = changed_since()
    checkpoints.take(machine(host), "b")
    checkpoints.take(machine(host), "c")
    checkpoints.remove(checkpoint(host, "b"))
    assert refused_without_change("checkpoint", host, {**DISCARD, "wait": False})
    outcome = converge("checkpoint", SimulatedHost(host), DISCARD)
    assert commands(outcome) == ["Wait-DiskMerge", "Restore-VMSnapshot"]


def test_one_of_several_by_duplicates_or_id() -> None:
    host = host_with()
    for _ in range(3):
        checkpoints.take(machine(host), "a")
    first, second, third = machine(host).checkpoints
    converge("checkpoint", SimulatedHost(host), {**BACK, "duplicates": "oldest"})
    assert machine(host).parent_checkpoint is first
    options = {"vm_name": "web01", "state": "applied", "id": str(second.id)}
    converge("checkpoint", SimulatedHost(host), options)
    assert machine(host).parent_checkpoint is second
    converge("checkpoint", SimulatedHost(host), {**BACK, "duplicates": "newest"})
    assert machine(host).parent_checkpoint is third


def test_a_checkpoint_of_the_current_state_meets_what_forbids_it() -> None:
    host = changed_since()
    machine(host).settings.disks[0].persistent_reservations = True
    with pytest.raises(RunFailed, match=r"current_state: .*scsi:0:0 is shared"):
        run_area("checkpoint", SimulatedHost(host), KEEP)


def _refused(host: t.Any) -> str:
    untouched = host.fingerprint()
    with pytest.raises(RunFailed) as failure:
        run_area("checkpoint", SimulatedHost(host), BACK)
    assert failure.value.refusals and host.fingerprint() == untouched
    return str(failure.value)
