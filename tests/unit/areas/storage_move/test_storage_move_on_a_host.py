# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Moves on a simulated host."""

from __future__ import annotations

import typing as t

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.hosts import GB, add_disk, add_machine, host_with_adapters
from areas.interruption import converge_despite_cuts, copy_of

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import Outcome, RunFailed
from hyperv_lab.simulation import checkpoints, drive_store, virtual_disks
from hyperv_lab.simulation.faults import Fault
from hyperv_lab.simulation.files import Volume
from hyperv_lab.simulation.host import Host
from hyperv_lab.simulation.machine import VirtualMachine
from hyperv_lab.simulation.storage_migration import Destinations, Migration

GOLDEN, SYSTEM, DATA = "D:\\t\\golden.vhdx", "D:\\VMs\\web\\system.vhdx", "D:\\VMs\\web\\data.vhdx"
WHOLE = {"name": "web", "destination": "E:\\VMs\\{name}"}
NEW = "E:\\VMs\\web\\Virtual Hard Disks"


def host_with_web(free: int = 100 * GB) -> tuple[Host, VirtualMachine]:
    host = host_with_adapters(())
    host.files.add_volume(Volume("E", free))
    add_disk(host, {"path": GOLDEN, "size": 40 * GB, "used": 5 * GB})
    add_disk(host, {"path": SYSTEM, "parent": GOLDEN})
    add_disk(host, {"path": DATA, "size": 10 * GB, "type": "fixed"})
    return host, add_machine(host, "web", disks=[SYSTEM, DATA])


def move(host: Host, **options: t.Any) -> Outcome:
    return converge("storage_move", SimulatedHost(host), {"name": "web", **options})


def refusals(host: Host, **options: t.Any) -> list[str]:
    before = host.fingerprint()
    with pytest.raises(RunFailed) as caught:
        run_area("storage_move", SimulatedHost(host), {"name": "web", **options})
    assert caught.value.refusals, str(caught.value)
    assert host.fingerprint() == before
    return [str(refusal) for refusal in caught.value.refusals]


def paths(machine: VirtualMachine) -> list[str | None]:
    return [drive.path for drive in machine.settings.disks]


def to_state(machine: VirtualMachine, state: str) -> None:
    if state != "Off":
        machine.start()
    if state == "Saved":
        machine.save()
    if state == "Paused":
        machine.pause()


@pytest.mark.parametrize("state", ["Off", "Running", "Saved", "Paused"])
@pytest.mark.parametrize("with_checkpoint", [False, True])
def test_everything(state: str, with_checkpoint: bool) -> None:
    host, machine = host_with_web()
    if with_checkpoint:
        checkpoints.take(machine, "first")
        checkpoints.take(machine, "second")
    to_state(machine, state)
    done = converge_despite_cuts("storage_move", host, WHOLE)
    disks = done.result["vm"]["disks"]
    assert disks["scsi:0:0"]["path"] == f"{NEW}\\system.vhdx" and disks["scsi:0:1"]["path"] == f"{NEW}\\data.vhdx"
    assert len(disks["scsi:0:0"].get("checkpoint_files", ())) == (2 if with_checkpoint else 0)
    assert done.result["vm"]["configuration_path"] == "E:\\VMs\\web"


def test_the_source_is_gone_and_the_template_is_not() -> None:
    host, machine = host_with_web()
    move(host, **WHOLE)
    assert not host.files.exists(SYSTEM) and not host.files.exists(DATA) and host.files.exists(GOLDEN)
    assert [entry.path for entry in host.files.walk("E:\\") if entry.path.endswith("-move")] == []
    machine.start()
    assert machine.state == "Running"


def test_official_defect_of_prefixes_and_of_disks_that_nobody_looked_at() -> None:
    """hv_vm_move: "already there" was StartsWith of the configuration path, and disks were not looked at."""
    host, machine = host_with_web()
    machine.path = machine.snapshot_path = machine.smart_paging_path = "D:\\VMs\\web1"
    done = move(host, destination="D:\\VMs\\web")
    assert machine.path == "D:\\VMs\\web" and done.plan.changed
    assert paths(machine) == [
        "D:\\VMs\\web\\Virtual Hard Disks\\system.vhdx",
        "D:\\VMs\\web\\Virtual Hard Disks\\data.vhdx",
    ]


def test_letter_case_does_not_matter() -> None:
    host, machine = host_with_web()
    done = move(host, disks_path="d:\\vms\\WEB")
    assert not done.plan.changed and paths(machine) == [SYSTEM, DATA]


def test_only_what_differs_moves() -> None:
    host, machine = host_with_web()
    move(host, disks=[{"slot": "scsi:0:1", "destination": NEW}])
    assert paths(machine) == [SYSTEM, f"{NEW}\\data.vhdx"]
    done = move(host, **WHOLE)
    (call,) = (planned for planned in done.plan.steps if planned.step.call.endswith("Move-VMStorage"))
    assert [table.entries["SourceFilePath"] for table in call.step.parameters["Vhds"]] == [SYSTEM]
    assert call.long


@pytest.mark.parametrize("part", ["configuration_path", "checkpoints_path", "smart_paging_path"])
def test_a_part_alone(part: str) -> None:
    host, machine = host_with_web()
    before = {"configuration_path": machine.path, "checkpoints_path": machine.snapshot_path}
    done = move(host, **{part: "E:\\part"})
    assert done.result["vm"][part] == "E:\\part" and paths(machine) == [SYSTEM, DATA]
    assert "disks" not in done.result["vm"]
    before[part] = "E:\\part"
    assert (machine.path, machine.snapshot_path) == (before["configuration_path"], before["checkpoints_path"])


@pytest.mark.parametrize("destination", ["E:\\d", "E:\\d\\data.vhdx"])
def test_a_disk_by_the_path_that_it_had(destination: str) -> None:
    host, machine = host_with_web()
    done = move(host, disks=[{"path": DATA.upper(), "destination": destination}])
    assert paths(machine)[1] == "E:\\d\\data.vhdx" or paths(machine)[1] == "E:\\d\\DATA.VHDX"
    assert list(done.result["vm"]["disks"]) == ["scsi:0:1"]


def test_a_disk_that_only_a_checkpoint_has_moves_with_everything() -> None:
    host, machine = host_with_web()
    checkpoints.take(machine, "before")
    machine.settings.drives = [drive for drive in machine.settings.drives if "data" not in str(drive.path)]
    done = move(host, **WHOLE)
    assert done.result["vm"]["disks"]["checkpoints data.vhdx"] == {"path": f"{NEW}\\data.vhdx"}
    assert host.files.exists(f"{NEW}\\data.vhdx")


def test_branches_of_checkpoints_move_with_their_disk() -> None:
    host, machine = host_with_web()
    first = checkpoints.take(machine, "first")
    checkpoints.take(machine, "second")
    checkpoints.restore(first)
    move(host, **WHOLE)
    assert not [entry.path for entry in host.files.walk("D:\\VMs") if entry.disk is not None]
    checkpoints.restore(machine.checkpoints[1])
    machine.start()


def test_source_files_that_are_only_read_can_stay() -> None:
    host, machine = host_with_web()
    checkpoints.take(machine, "first")
    written = paths(machine)
    done = move(host, **WHOLE, retain_source=True)
    assert host.files.exists(SYSTEM) and host.files.exists(DATA)
    assert not any(host.files.exists(path or "") for path in written)
    assert sorted(done.plan.warnings) == sorted(text for text in done.plan.warnings if "does not stay" in text)
    assert len(done.plan.warnings) == 2


def test_no_room() -> None:
    host, _machine = host_with_web(free=8 * GB)
    (text,) = refusals(host, **WHOLE)
    assert text.startswith(f"destination: {DATA} of VM web (10") and "volume E: has" in text


def test_room_is_counted_over_all_machines() -> None:
    host, _machine = host_with_web(free=15 * GB)
    add_disk(host, {"path": "D:\\other.vhdx", "size": 8 * GB, "type": "fixed"})
    add_machine(host, "other", disks=["D:\\other.vhdx"])
    options = {"vms": [{"name": "web"}, {"name": "other"}], "defaults": {"disks_path": "E:\\{name}"}}
    with pytest.raises(RunFailed, match=r"vms\[1\]\.disks_path: D:\\other\.vhdx of VM other .* volume E: has"):
        run_area("storage_move", SimulatedHost(host), options)


def test_no_volume() -> None:
    host, _machine = host_with_web()
    assert "the host has no volume X:" in refusals(host, disks=[{"slot": "scsi:0:0", "destination": "X:\\d"}])[0]


def test_a_file_that_is_there_stays() -> None:
    host, _machine = host_with_web()
    host.files.make_directory(NEW)
    host.files.make_file(f"{NEW}\\data.vhdx", 5)
    (text,) = refusals(host, **WHOLE)
    assert "a file of that name is there already" in text


def test_what_an_interrupted_move_left_is_replaced() -> None:
    host, machine = host_with_web()
    host.files.make_directory(NEW)
    host.files.make_file(f"{NEW}\\data.vhdx", 5)
    host.files.make_file(f"{NEW}\\{machine.id}.datacenter-hyperv-move", 0)
    done = converge_despite_cuts("storage_move", host, WHOLE)
    assert any("left by an interrupted move" in reason for planned in done.plan.steps for reason in planned.reasons)


def test_the_mark_of_another_machine_does_not_count() -> None:
    host, _machine = host_with_web()
    host.files.make_directory(NEW)
    host.files.make_file(f"{NEW}\\data.vhdx", 5)
    host.files.make_file(f"{NEW}\\{add_machine(host, 'other').id}.datacenter-hyperv-move", 0)
    refusals(host, **WHOLE)


def test_two_disks_of_one_name_need_two_places() -> None:
    host, machine = host_with_web()
    add_disk(host, {"path": "D:\\elsewhere\\data.vhdx", "size": GB})
    other = add_machine(host, "other", disks=["D:\\elsewhere\\data.vhdx"])
    options = {"vms": [{"name": "web"}, {"name": "other"}], "defaults": {"disks_path": "E:\\all"}}
    with pytest.raises(RunFailed, match="is to be moved there, too"):
        run_area("storage_move", SimulatedHost(host), options)
    assert paths(machine) == [SYSTEM, DATA] and paths(other) == ["D:\\elsewhere\\data.vhdx"]


def test_what_others_use_stays() -> None:
    host, _machine = host_with_web()
    add_machine(host, "shares", disks=[DATA])
    add_disk(host, {"path": "D:\\child.vhdx", "parent": SYSTEM})
    add_machine(host, "child", disks=["D:\\child.vhdx"])
    found = refusals(host, **WHOLE)
    assert any("it is also a disk of VM shares" in text for text in found)
    assert any("D:\\child.vhdx of VM child builds on it" in text for text in found)


def test_what_a_checkpoint_of_another_machine_uses_stays() -> None:
    host, _machine = host_with_web()
    other = add_machine(host, "other", disks=[DATA])
    checkpoints.take(other, "had it")
    other.settings.drives.clear()
    assert any("VM other" in text for text in refusals(host, **WHOLE))


def test_a_machine_with_persistent_memory_stays() -> None:
    host, machine = host_with_web()
    machine.turn_off()
    machine.settings.disks[1].controller = drive_store.add_pmem_controller(machine)
    assert any("persistent memory" in text for text in refusals(host, **WHOLE))


def test_what_hyperv_does_not_move() -> None:
    host, machine = host_with_web()
    machine.settings.disks[1].persistent_reservations = True
    assert any("several machines share" in text for text in refusals(host, **WHOLE))
    machine.settings.disks[1].persistent_reservations = False
    machine.settings.disks[1].disk_number = 7
    found = refusals(host, **WHOLE)
    assert any("pass-through" in text for text in found)
    assert any(
        "disk of the host itself" in text
        for text in refusals(host, disks=[{"slot": "scsi:0:1", "destination": "E:\\"}])
    )


def test_gotcha_37_a_merge_is_waited_for_by_the_user() -> None:
    host, machine = host_with_web()
    checkpoints.remove(checkpoints.take(machine, "first"))
    assert "checkpoint files are being merged" in refusals(host, **WHOLE)[0]
    host.estate.advance(600)
    move(host, **WHOLE)


def test_gotcha_25_a_disk_under_checkpoints_is_known_by_its_chain() -> None:
    host, machine = host_with_web()
    move(host, **WHOLE)
    checkpoints.take(machine, "first")
    assert paths(machine)[0] != f"{NEW}\\system.vhdx"
    assert not move(host, **WHOLE).plan.changed
    assert not move(host, disks=[{"path": SYSTEM, "destination": NEW}]).plan.changed


def test_gotcha_26_a_file_that_another_program_holds_is_no_missing_one() -> None:
    host, _machine = host_with_web()
    entry = host.files.find(DATA)
    assert entry is not None and entry.disk is not None
    entry.disk.busy = "backup"
    (text,) = refusals(host, **WHOLE)
    assert "the file cannot be read" in text and "0x80070020" in text


def test_gotcha_29_a_name_that_is_a_prefix_of_another_takes_nothing_along() -> None:
    host, _machine = host_with_web()
    add_disk(host, {"path": "D:\\VMs\\web\\data10.vhdx", "size": GB})
    other = add_machine(host, "web10", disks=["D:\\VMs\\web\\data10.vhdx"])
    move(host, **WHOLE)
    assert paths(other) == ["D:\\VMs\\web\\data10.vhdx"] and host.files.exists("D:\\VMs\\web\\data10.vhdx")


def test_a_vhd_set_does_not_move() -> None:
    host, _machine = host_with_web()
    virtual_disks.create_plain(host, "D:\\VMs\\shared.vhds", GB, fixed=False)
    add_machine(host, "node", disks=["D:\\VMs\\shared.vhds"])
    with pytest.raises(RunFailed, match="several machines share"):
        run_area("storage_move", SimulatedHost(host), {"name": "node", "destination": "E:\\node"})


def test_gotcha_1_names_that_are_not_unique() -> None:
    host, _machine = host_with_web()
    add_machine(host, "WEB")
    assert "the host has 2 VMs of that name" in refusals(host, **WHOLE)[0]


@pytest.mark.parametrize("name", ["we*", "web1", "w[e]b"])
def test_gotcha_5_names_are_no_patterns(name: str) -> None:
    host, _machine = host_with_web()
    with pytest.raises(RunFailed, match="the host has no VM of that name"):
        run_area("storage_move", SimulatedHost(host), {"name": name, "destination": "E:\\VMs"})


def test_gotcha_47_a_critical_state() -> None:
    host, machine = host_with_web()
    machine.start()
    machine.state = "PausedCritical"
    assert "PausedCritical" in refusals(host, **WHOLE)[0]


def test_a_missing_file() -> None:
    host, _machine = host_with_web()
    host.files.remove(DATA)
    assert any("there is no such file" in text for text in refusals(host, **WHOLE))


def test_no_such_disk() -> None:
    host, _machine = host_with_web()
    (text,) = refusals(host, disks=[{"slot": "scsi:1:0", "destination": "E:\\"}])
    assert "the VM has no such disk" in text and f"scsi:0:0 ({SYSTEM})" in text
    both = [{"slot": "scsi:0:1", "destination": "E:\\"}, {"path": DATA, "destination": "E:\\d"}]
    assert "disks[0] says where that disk is to be" in refusals(host, disks=both)[0]
    assert "keeps the name" in refusals(host, disks=[{"slot": "scsi:0:1", "destination": "E:\\x.vhdx"}])[0]


def test_a_failed_move_is_made_by_the_next_run() -> None:
    host, machine = host_with_web()
    host.faults.append(Fault("Move-VMStorage"))
    with pytest.raises(RunFailed):
        run_area("storage_move", SimulatedHost(host), WHOLE)
    assert paths(machine) == [SYSTEM, DATA]
    move(host, **WHOLE)


@pytest.mark.parametrize("of_whom", ["of somebody", "of an interrupted run"])
@pytest.mark.parametrize("what", ["everything", "one disk"])
def test_one_that_is_under_way_to_the_same_place_is_joined(of_whom: str, what: str) -> None:
    host, machine = host_with_web()
    machine.start()
    wanted = Destinations(everything="E:\\VMs\\web")
    if what == "one disk":
        wanted = Destinations(disks=[(DATA, f"{NEW}\\data.vhdx")])
    migration = Migration(machine, wanted)
    migration.begin()
    if of_whom == "of an interrupted run":
        host.files.make_file(f"{NEW}\\{machine.id}.datacenter-hyperv-move", 0)
    host.estate.schedule(30, migration, "finish")
    forecast = run_area("storage_move", SimulatedHost(copy_of(host)), WHOLE, check=True)
    assert [planned.long for planned in forecast.plan.steps if planned.reasons] == [True]
    done = run_area("storage_move", SimulatedHost(host), WHOLE)
    assert done.after == done.plan.after and not done.warnings
    assert paths(machine) == [f"{NEW}\\system.vhdx", f"{NEW}\\data.vhdx"]
    assert not move(host, **WHOLE).plan.changed


def test_one_that_is_under_way_can_be_left_alone() -> None:
    host, machine = host_with_web()
    Migration(machine, Destinations(everything="E:\\VMs\\web")).begin()
    assert "Set wait_seconds" in refusals(host, **WHOLE, wait_seconds=0)[0]


def test_waiting_ends() -> None:
    host, machine = host_with_web()
    Migration(machine, Destinations(everything="E:\\VMs\\web")).begin()
    with pytest.raises(RunFailed) as caught:
        run_area("storage_move", SimulatedHost(host), {**WHOLE, "wait_seconds": 30})
    assert caught.value.error is not None and caught.value.error.kind == "timeout"


def test_one_that_is_under_way_elsewhere_is_refused() -> None:
    host, machine = host_with_web()
    Migration(machine, Destinations(everything="C:\\new")).begin()
    assert "StorageMigrationPhaseOne" in refusals(host, **WHOLE)[0]


def test_a_fleet_takes_two_exchanges() -> None:
    host, _machine = host_with_web()
    names = [f"vm{number}" for number in range(5)]
    for name in names:
        add_disk(host, {"path": f"D:\\VMs\\{name}.vhdx", "parent": GOLDEN})
        add_machine(host, name, disks=[f"D:\\VMs\\{name}.vhdx"])
    simulated = SimulatedHost(host)
    options = {"vms": [{"name": name} for name in names], "defaults": {"destination": "E:\\{name}"}}
    done = converge("storage_move", simulated, options)
    assert done.exchanges == 2
    assert set(done.result["vms"]) == set(names)
    assert len(simulated.batches[0].steps) == 8


@pytest.mark.parametrize("parallel", [1, 2])
def test_the_failure_of_one_machine_does_not_stop_the_others(parallel: int) -> None:
    host, machine = host_with_web()
    add_disk(host, {"path": "D:\\VMs\\other.vhdx", "size": GB})
    other = add_machine(host, "other", disks=["D:\\VMs\\other.vhdx"])
    host.faults.append(Fault("Move-VMStorage", hresult=0x80070005))
    options = {"vms": [{"name": "web"}, {"name": "other"}], "defaults": {"disks_path": "E:\\{name}"}}
    with pytest.raises(RunFailed) as caught:
        run_area("storage_move", SimulatedHost(host), {**options, "parallel": parallel})
    results = caught.value.result["vms"]
    failed, moved = (
        (results["web"], results["other"])
        if parallel == 1
        else sorted(results.values(), key=lambda each: "failed" not in each)
    )
    assert failed["failed"] and failed["error"]["hresult"] == "0x80070005"
    assert moved["changed"] and "failed" not in moved
    if parallel == 1:
        assert paths(machine) == [SYSTEM, DATA] and paths(other) == ["E:\\other\\other.vhdx"]
    converge("storage_move", SimulatedHost(host), options)


def test_the_failure_of_one_machine_stops_the_others_if_asked() -> None:
    host, _machine = host_with_web()
    add_disk(host, {"path": "D:\\VMs\\other.vhdx", "size": GB})
    other = add_machine(host, "other", disks=["D:\\VMs\\other.vhdx"])
    host.faults.append(Fault("Move-VMStorage"))
    options = {"vms": [{"name": "web"}, {"name": "other"}], "defaults": {"disks_path": "E:\\{name}"}}
    with pytest.raises(RunFailed):
        run_area("storage_move", SimulatedHost(host), {**options, "on_failure": "stop"})
    assert paths(other) == ["D:\\VMs\\other.vhdx"]


def test_a_machine_without_disks() -> None:
    host, _machine = host_with_web()
    add_machine(host, "empty")
    done = converge("storage_move", SimulatedHost(host), {"name": "empty", "destination": "E:\\empty"})
    assert done.result["vm"]["disks"] == {}
