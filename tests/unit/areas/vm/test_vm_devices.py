# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Drives and controllers on the simulation: set, changed, left alone, and finished after a cut."""

from __future__ import annotations

import typing as t

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.devices_host import IMAGES, LUNS, PMEM_FILE, SHARED, add_devices
from areas.hosts import GB
from areas.interruption import converge_despite_cuts
from areas.vm.vm_host import machine, simulated_host

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import RunFailed
from hyperv_lab.simulation import checkpoints, drive_store
from hyperv_lab.simulation.files import Volume

POLICY = "6a1d6ad6-0e4b-4a0a-9a3e-0f1f9f3f2c11"
A, B, C = ({"path": f"D:\\disks\\{name}.vhdx", "size": "1 GB"} for name in "abc")


def at(slot: str, disk: dict[str, t.Any], **more: t.Any) -> dict[str, t.Any]:
    return {"slot": slot, **disk, **more}


def declared(*disks: dict[str, t.Any], **more: t.Any) -> dict[str, t.Any]:
    return {"name": "web01", "disks": list(disks), **more}


def host_with(*disks: dict[str, t.Any], culture_of_host: str = "en-US", **more: t.Any) -> t.Any:
    host = simulated_host()
    host.culture = culture_of_host
    add_devices(host)
    host.files.make_directory("D:\\disks")
    run_area("vm", SimulatedHost(host), declared(*disks, **more))
    return host


def done(host: t.Any, options: dict[str, t.Any]) -> list[str]:
    """Let options converge in spite of cuts, then on the host itself; return the cmdlets that changed something."""
    converge_despite_cuts("vm", host, options)
    outcome = converge("vm", SimulatedHost(host), options)
    return [planned.step.call.rpartition("\\")[2] for planned in outcome.plan.steps if planned.reasons]


def refused(host: t.Any, options: dict[str, t.Any]) -> dict[str, str]:
    simulated = SimulatedHost(host)
    before = simulated.fingerprint()
    with pytest.raises(RunFailed) as failure:
        run_area("vm", simulated, options)
    assert simulated.fingerprint() == before
    return {refusal.path: str(refusal) for refusal in failure.value.refusals}


def slots(host: t.Any) -> dict[str, str]:
    return {
        f"{drive.controller.controller_type.lower()}:{drive.controller.number}:{drive.location}": drive.path
        or (str(drive.disk_number) if drive.disk_number is not None else "")
        for drive in machine(host, "web01").settings.disks
    }


def dvds(host: t.Any) -> dict[str, str | None]:
    return {
        f"{drive.controller.controller_type.lower()}:{drive.controller.number}:{drive.location}": drive.path
        for drive in machine(host, "web01").settings.dvds
    }


# Moves


def test_a_disk_declared_in_another_slot_is_moved_and_keeps_what_it_carries() -> None:
    host = host_with(at("scsi:0:0", A, maximum_iops=300))
    assert done(host, declared(at("scsi:0:7", A))) == ["Set-VMHardDiskDrive"]
    assert slots(host) == {"scsi:0:7": A["path"]}
    assert machine(host, "web01").settings.disks[0].maximum_iops == 300


def test_disks_change_places() -> None:
    host = host_with(at("scsi:0:0", A), at("scsi:0:1", B), at("scsi:0:2", C))
    calls = done(host, declared(at("scsi:0:0", C), at("scsi:0:1", A), at("scsi:0:2", B)))
    assert calls == ["Set-VMHardDiskDrive"] * 4
    assert slots(host) == {"scsi:0:0": C["path"], "scsi:0:1": A["path"], "scsi:0:2": B["path"]}


def test_a_move_makes_room_for_a_new_disk() -> None:
    host = host_with(at("scsi:0:0", A))
    calls = done(host, declared(at("scsi:0:0", B), at("scsi:1:0", A)))
    assert calls == ["New-VHD", "Add-VMScsiController", "Set-VMHardDiskDrive", "Add-VMHardDiskDrive"]
    assert slots(host) == {"scsi:0:0": B["path"], "scsi:1:0": A["path"]}


def test_a_move_needs_the_vm_off() -> None:
    host = host_with(at("scsi:0:0", A), state="running")
    options = declared(at("scsi:0:1", A))
    assert "needs it off" in refused(host, options)["disks[0].slot"]
    host.estate.advance(60)
    done(host, {**options, "restart": "if_needed", "state": "running"})
    assert slots(host) == {"scsi:0:1": A["path"]} and machine(host, "web01").state == "Running"


def test_a_move_does_not_push_another_disk_away() -> None:
    host = host_with(at("scsi:0:0", A), at("scsi:0:1", B))
    assert "b.vhdx is there" in refused(host, declared(at("scsi:0:1", A)))["disks[0].slot"]
    assert done(host, declared(at("scsi:0:1", A), purge=["disks"])) == ["Remove-VMHardDiskDrive", "Set-VMHardDiskDrive"]
    assert slots(host) == {"scsi:0:1": A["path"]} and host.files.exists(B["path"])


def test_full_ide_controllers_leave_no_way_around() -> None:
    ide = [f"ide:{number}:{location}" for number in (0, 1) for location in (0, 1)]
    disks = [{"path": f"D:\\disks\\{index}.vhdx", "size": "1 GB"} for index in range(4)]
    host = host_with(*(at(*pair) for pair in zip(ide, disks, strict=True)), generation=1, scsi_controllers=0)
    options = declared(at(ide[0], disks[1]), at(ide[1], disks[0]))
    assert "no free slot" in next(iter(refused(host, options).values()))
    done(host, {**options, "scsi_controllers": 1})
    assert slots(host)[ide[0]] == disks[1]["path"] and slots(host)[ide[1]] == disks[0]["path"]


def test_the_start_up_order_goes_with_a_moved_disk() -> None:
    host = host_with(at("scsi:0:0", A), at("scsi:0:1", B), boot_order=["disk scsi:0:1", "disk scsi:0:0"])
    calls = done(host, declared(at("scsi:0:5", A), at("scsi:0:1", B), boot_order=["disk scsi:0:1", "disk scsi:0:5"]))
    assert calls == ["Set-VMHardDiskDrive"]


def test_gotcha_25_a_disk_under_a_checkpoint_is_moved_and_detached_as_what_it_is() -> None:
    host = host_with(at("scsi:0:0", A, maximum_iops=100), at("scsi:0:1", B))
    checkpoints.take(machine(host, "web01"), "before")
    assert not run_area("vm", SimulatedHost(host), declared(at("scsi:0:0", A, maximum_iops=100))).plan.changed
    assert done(host, declared(at("scsi:0:3", A))) == ["Set-VMHardDiskDrive"]
    assert done(host, declared(at("scsi:0:3", A, maximum_iops=5))) == ["Set-VMHardDiskDrive"]
    assert done(host, declared({"slot": "scsi:0:3", "state": "absent"})) == ["Remove-VMHardDiskDrive"]
    assert slots(host)["scsi:0:1"].endswith(".avhdx")


# Detaching


def test_a_slot_is_emptied_while_running_and_the_file_stays() -> None:
    host = host_with(at("scsi:0:0", A), at("scsi:0:1", B), state="running")
    options = declared({"slot": "scsi:0:1", "state": "absent"})
    assert done(host, options) == ["Remove-VMHardDiskDrive"]
    assert slots(host) == {"scsi:0:0": A["path"]} and host.files.exists(B["path"])


def test_an_empty_slot_overrides_the_defaults_of_a_fleet() -> None:
    host = simulated_host()
    options = {
        "defaults": {"disks": [{"slot": "scsi:0:0", "path": "D:\\{name}.vhdx", "size": "1 GB"}]},
        "vms": [{"name": "web01"}, {"name": "web02", "disks": [{"slot": "scsi:0:0", "state": "absent"}]}],
    }
    converge("vm", SimulatedHost(host), options)
    assert len(machine(host, "web01").settings.disks) == 1 and not machine(host, "web02").settings.disks


# What drives carry

HOT = {"minimum_iops": 100, "maximum_iops": 400, "qos_policy_id": POLICY}
COLD = {"write_cache": "enabled_and_fua", "resource_pool": "gold"}
BACK = {
    "minimum_iops": 0,
    "maximum_iops": 0,
    "qos_policy_id": "",
    "write_cache": "default",
    "resource_pool": "Primordial",
}


@pytest.mark.parametrize("option", [*HOT, *COLD])
def test_a_drive_setting_is_made_changed_and_left_alone(option: str) -> None:
    value = {**HOT, **COLD}[option]
    host = host_with()
    assert done(host, declared(at("scsi:0:0", A, **{option: value}))) == ["New-VHD", "Add-VMHardDiskDrive"]
    assert not run_area("vm", SimulatedHost(host), declared(at("scsi:0:0", A))).plan.changed
    assert done(host, declared(at("scsi:0:0", A, **{option: BACK[option]}))) == ["Set-VMHardDiskDrive"]
    assert done(host, declared(at("scsi:0:0", A, **{option: value}))) == ["Set-VMHardDiskDrive"]
    outcome = converge("vm", SimulatedHost(host), declared(at("scsi:0:0", A, **{option: value})))
    assert outcome.result["vm"]["disks"]["scsi:0:0"][option] == value


def test_limits_change_while_running_and_the_others_do_not() -> None:
    host = host_with(at("scsi:0:0", A), state="running")
    assert done(host, declared(at("scsi:0:0", A, **HOT))) == ["Set-VMHardDiskDrive"]
    for option, value in COLD.items():
        assert "needs it off" in refused(host, declared(at("scsi:0:0", A, **{option: value})))["disks[0]"]


def test_a_limit_that_contradicts_the_other_one_is_refused() -> None:
    host = host_with(at("scsi:0:0", A, maximum_iops=100))
    assert "Declare both" in refused(host, declared(at("scsi:0:0", A, minimum_iops=200)))["disks[0].minimum_iops"]


def test_a_guest_cluster_shares_a_disk() -> None:
    host = host_with()
    disk = {"slot": "scsi:0:1", "path": SHARED, "shared": True}
    options = {"vms": [{"name": name, "disks": [disk], "state": "running"} for name in ("n1", "n2")]}
    converge_despite_cuts("vm", host, options)
    converge("vm", SimulatedHost(host), options)
    assert all(machine(host, name).settings.disks[0].persistent_reservations for name in ("n1", "n2"))


def test_a_disk_that_hyper_v_cannot_share_is_warned_of() -> None:
    host = host_with()
    options = declared(at("scsi:0:1", A, shared=True))
    warned = run_area("vm", SimulatedHost(host), options, check=True).plan.warnings
    assert ["cluster shared volume" in text for text in warned] == [True]
    with pytest.raises(RunFailed, match="does not support virtual hard disk sharing"):
        run_area("vm", SimulatedHost(host), options)


def test_a_shared_disk_is_made_once() -> None:
    host = host_with()
    disk = {"slot": "scsi:0:1", "path": "C:\\ClusterStorage\\Volume1\\new.vhdx", "size": "1 GB", "shared": True}
    outcome = converge("vm", SimulatedHost(host), {"vms": [{"name": name, "disks": [disk]} for name in ("n1", "n2")]})
    made = [planned.step for planned in outcome.plan.steps if planned.step.call == "Hyper-V\\New-VHD"]
    assert len(made) == 1 and made[0].lane is None, "lanes run side by side, and both VMs need the file"
    gone = {"vms": [{"name": name, "state": "absent", "delete_disks": True} for name in ("n1", "n2")]}
    converge("vm", SimulatedHost(host), gone)
    assert not host.files.exists(disk["path"])


def test_shared_disks_of_lanes_side_by_side() -> None:
    host = host_with()
    disk = {"slot": "scsi:0:1", "path": "C:\\ClusterStorage\\Volume2\\new.vhdx", "size": "1 GB", "shared": True}
    converge("vm", SimulatedHost(host), {"vms": [{"name": f"n{n}", "disks": [disk]} for n in range(4)], "parallel": 4})
    assert [len(machine(host, f"n{n}").settings.disks) for n in range(4)] == [1] * 4


def test_a_disk_that_one_does_not_share_is_not_shared() -> None:
    host = host_with({"slot": "scsi:0:1", "path": SHARED})
    options = {"name": "n2", "disks": [{"slot": "scsi:0:1", "path": SHARED, "shared": True}]}
    assert "not shared" in refused(host, options)["disks[0].path"]


# Disks of the host


@pytest.mark.parametrize("key", [{"serial": "lun-a"}, {"unique_id": "5000aaaa"}, {"number": 4}])
def test_a_disk_of_the_host_goes_offline_and_to_the_vm(key: dict[str, t.Any]) -> None:
    host = host_with()
    options = declared({"slot": "scsi:0:1", "physical_disk": key})
    assert done(host, options) == ["Set-Disk", "Add-VMHardDiskDrive"]
    assert slots(host) == {"scsi:0:1": "4"} and host.physical_disks[0].offline
    result = run_area("vm", SimulatedHost(host), options).result["vm"]["disks"]["scsi:0:1"]
    assert result == {"physical_disk": {"number": 4, "serial": "LUN-A", "unique_id": "5000AAAA"}}


def test_a_disk_of_the_host_comes_and_goes_while_running() -> None:
    host = host_with(at("scsi:0:0", A), state="running")
    lun = {"slot": "scsi:0:1", "physical_disk": {"serial": "LUN-A"}}
    assert done(host, declared(at("scsi:0:0", A), lun, purge=["disks"])) == ["Set-Disk", "Add-VMHardDiskDrive"]
    assert done(host, declared(at("scsi:0:0", A), purge=["disks"])) == ["Remove-VMHardDiskDrive"]
    assert host.physical_disks[0].offline


def test_a_disk_of_the_host_that_is_offline_is_only_attached_moved_and_tuned() -> None:
    host = host_with()
    host.physical_disks[0].offline = True
    lun = {"physical_disk": {"serial": "LUN-A"}}
    assert done(host, declared(at("scsi:0:1", lun, maximum_iops=9))) == ["Add-VMHardDiskDrive"]
    assert done(host, declared(at("scsi:0:2", lun))) == ["Set-VMHardDiskDrive"]
    assert done(host, declared(at("scsi:0:2", lun, maximum_iops=8))) == ["Set-VMHardDiskDrive"]


def test_an_attached_disk_that_somebody_brought_online_goes_offline_again() -> None:
    lun = {"slot": "scsi:0:1", "physical_disk": {"serial": "LUN-A"}}
    host = host_with(lun)
    host.physical_disks[0].offline = False
    assert done(host, declared(lun, state="running")) == ["Set-Disk", "Start-VM"]


def test_gotcha_34_a_number_that_became_another_disk_is_not_taken_for_the_declared_one() -> None:
    host = host_with({"slot": "scsi:0:1", "physical_disk": {"serial": "LUN-A"}})
    first, second, _third = host.physical_disks
    first.number, second.number = second.number, first.number
    options = declared({"slot": "scsi:0:1", "physical_disk": {"serial": "LUN-A"}})
    assert "pass-through disk 4 (no serial number" in refused(host, options)["disks[0].slot"]
    assert done(host, {**options, "purge": ["disks"]}) == ["Remove-VMHardDiskDrive", "Add-VMHardDiskDrive"]
    assert slots(host) == {"scsi:0:1": "5"}


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        ({"system": True}, {"number": 4}, "starts from disk 4"),
        ({"clustered": True}, {"number": 4}, "failover cluster"),
        ({}, {"number": 9}, "no such disk"),
        ({}, {"serial": "none"}, "no such disk"),
        ({"serial": "LUN-C"}, {"serial": "LUN-C"}, "2 such disks"),
        ({"unique_id": "5000BBBB"}, {"number": 4}, "unique id 5000BBBB too"),
        ({}, {"number": 0}, "starts from disk 0"),
    ],
)
def test_disks_of_the_host_that_no_vm_gets(change: dict[str, t.Any], key: dict[str, t.Any], words: str) -> None:
    host = host_with()
    for name, value in change.items():
        setattr(host.physical_disks[0], name, value)
    options = declared({"slot": "scsi:0:1", "physical_disk": key})
    assert words in refused(host, options)["disks[0].physical_disk"]


def test_a_disk_of_another_vm_stays_there_though_that_is_off() -> None:
    host = host_with({"slot": "scsi:0:1", "physical_disk": {"serial": "LUN-A"}})
    options = {"name": "other", "disks": [{"slot": "scsi:0:0", "physical_disk": {"number": 4}}]}
    assert "VM web01 has disk 4" in refused(host, options)["disks[0].physical_disk"]


def test_a_disk_goes_to_one_vm_of_a_task_and_from_one_that_is_deleted() -> None:
    host = host_with({"slot": "scsi:0:1", "physical_disk": {"serial": "LUN-A"}})
    both = [
        {"name": "n1", "disks": [{"slot": "scsi:0:0", "physical_disk": {"unique_id": "5000BBBB"}}]},
        {"name": "n2", "disks": [{"slot": "scsi:0:0", "physical_disk": {"number": 5}}]},
    ]
    assert "VM n1 is to have disk 5" in refused(host, {"vms": both})["vms[1].disks[0].physical_disk"]
    heir = {"name": "n1", "disks": [{"slot": "scsi:0:0", "physical_disk": {"serial": "LUN-A"}}]}
    done(host, {"vms": [heir, {"name": "web01", "state": "absent"}]})
    assert machine(host, "n1").settings.disks[0].disk_number == 4


def test_a_number_is_a_key_with_a_warning() -> None:
    host = host_with()
    options = declared({"slot": "scsi:0:1", "physical_disk": {"number": 4}})
    first = run_area("vm", SimulatedHost(host), options)
    assert ["declare serial instead" in text for text in first.plan.warnings] == [True]
    assert not run_area("vm", SimulatedHost(host), options).plan.warnings


def test_a_vm_with_a_disk_of_the_host_is_deleted_once_its_checkpoints_are_merged() -> None:
    host = host_with(at("scsi:0:0", A))
    checkpoints.take(machine(host, "web01"), "before")
    lun = {"slot": "scsi:0:1", "physical_disk": {"serial": "LUN-A"}}
    run_area("vm", SimulatedHost(host), declared(at("scsi:0:0", A), lun))
    options = {"name": "web01", "state": "absent", "delete_checkpoints": True, "delete_disks": True}
    converge("vm", SimulatedHost(host), options)
    assert not host.files.exists(A["path"]) and host.physical_disks[0].offline


def test_volumes_of_the_host_go_with_a_disk_only_if_that_is_declared() -> None:
    host = host_with()
    host.files.add_volume(Volume("E", 100 * GB))
    host.physical_disks[0].letter = "E"
    lun = {"serial": "LUN-A"}
    options = declared({"slot": "scsi:0:1", "physical_disk": lun})
    assert "volumes on it: E:\\" in refused(host, options)["disks[0].physical_disk.with_volumes"]
    allowed = declared({"slot": "scsi:0:1", "physical_disk": {**lun, "with_volumes": True}})
    host.files.make_directory("E:\\VMs")
    run_area(
        "vm", SimulatedHost(host), {"name": "web02", "disks": [{"slot": "scsi:0:0", **A, "path": "E:\\VMs\\a.vhdx"}]}
    )
    assert "VM web02 has files on disk 4" in refused(host, allowed)["disks[0].physical_disk"]
    run_area("vm", SimulatedHost(host), {"name": "web02", "state": "absent", "delete_disks": True})
    assert done(host, allowed) == ["Set-Disk", "Add-VMHardDiskDrive"]
    assert "E" not in host.files.volumes
    assert not run_area("vm", SimulatedHost(host), options).plan.changed


def test_a_mounted_file_is_not_a_disk_to_pass_through() -> None:
    host = host_with(at("scsi:0:0", A))
    from hyperv_lab.simulation import virtual_disks

    entry = host.files.find("D:\\Templates\\server.vhdx")
    virtual_disks.disk_of(entry).disk_number = 7
    host.mounted_disks[7] = entry.path
    options = declared({"slot": "scsi:0:1", "physical_disk": {"number": 7}})
    assert "mounted virtual disk file" in refused(host, options)["disks[0].physical_disk"]


def test_gotcha_36_a_drive_without_its_disk_gets_it() -> None:
    host = host_with()
    for location in (1, 2):
        drive_store.add_disk(machine(host, "web01"), "SCSI", 0, location, None)
    lun = {"slot": "scsi:0:1", "physical_disk": {"serial": "LUN-A"}, "maximum_iops": 7}
    assert done(host, declared(lun, at("scsi:0:2", A, maximum_iops=8))) == [
        "New-VHD",
        "Set-VMHardDiskDrive",
        "Set-Disk",
        "Set-VMHardDiskDrive",
    ]
    assert slots(host) == {"scsi:0:1": "4", "scsi:0:2": A["path"]}


def test_gotcha_36_an_empty_drive_gives_way_to_a_disk_that_moves_in() -> None:
    host = host_with(at("scsi:0:0", A))
    drive_store.add_disk(machine(host, "web01"), "SCSI", 0, 1, None)
    assert done(host, declared(at("scsi:0:1", A))) == ["Remove-VMHardDiskDrive", "Set-VMHardDiskDrive"]


# Controllers


def test_gotcha_35_controllers_come_and_go_at_the_end() -> None:
    host = host_with(at("scsi:2:0", A))
    assert len(machine(host, "web01").settings.scsi_controllers) == 3
    assert not run_area("vm", SimulatedHost(host), declared(at("scsi:2:0", A), scsi_controllers=3)).plan.changed
    assert done(host, {"name": "web01", "scsi_controllers": 4}) == ["Add-VMScsiController"]
    assert done(host, {"name": "web01", "scsi_controllers": 3}) == ["Remove-VMScsiController"]
    assert "scsi:2:0" in refused(host, {"name": "web01", "scsi_controllers": 1})["scsi_controllers"]
    assert done(host, declared(at("scsi:0:0", A), scsi_controllers=1)) == [
        "Set-VMHardDiskDrive",
        "Remove-VMScsiController",
        "Remove-VMScsiController",
    ]
    assert slots(host) == {"scsi:0:0": A["path"]}


def test_controllers_need_the_vm_off() -> None:
    host = host_with(state="running")
    for count in (0, 2):
        assert "needs it off" in refused(host, {"name": "web01", "scsi_controllers": count})["scsi_controllers"]


def test_persistent_memory_has_its_controller() -> None:
    host = host_with()
    disk = {"slot": "pmem:0:0", "path": PMEM_FILE}
    assert done(host, declared(disk)) == ["Add-VMPmemController", "Add-VMHardDiskDrive"]
    assert done(host, declared({"slot": "pmem:0:1", "path": PMEM_FILE})) == ["Set-VMHardDiskDrive"]
    assert done(host, declared({"slot": "pmem:0:1", "state": "absent"})) == ["Remove-VMHardDiskDrive"]
    new = {"slot": "pmem:0:0", "path": "D:\\disks\\new.vhdpmem", "size": "1 GB"}
    assert done(host, declared(new)) == ["New-VHD", "Add-VMHardDiskDrive"]


def test_persistent_memory_needs_a_later_release() -> None:
    host = host_with()
    from hyperv_lab.simulation.releases import RELEASES

    host.windows = RELEASES["2016"]
    with pytest.raises(RunFailed, match="VMPmemController"):
        run_area("vm", SimulatedHost(host), declared({"slot": "pmem:0:0", "path": PMEM_FILE}))


# DVD drives and the floppy disk drive


@pytest.mark.parametrize(("generation", "slot"), [(1, "ide:1:1"), (2, "scsi:0:5")])
def test_dvd_drives_come_and_go_with_their_images(generation: int, slot: str) -> None:
    host = host_with(generation=generation)
    vm: dict[str, t.Any] = {"name": "web01", "dvds": [{"slot": slot, "path": IMAGES[0]}]}
    assert done(host, vm) == ["Add-VMDvdDrive"]
    assert not run_area("vm", SimulatedHost(host), {"name": "web01", "dvds": [{"slot": slot}]}).plan.changed
    assert done(host, {"name": "web01", "dvds": [{"slot": slot, "path": IMAGES[1]}]}) == ["Set-VMDvdDrive"]
    assert done(host, {"name": "web01", "dvds": [{"slot": slot, "path": ""}]}) == ["Set-VMDvdDrive"]
    assert dvds(host)[slot] is None
    assert done(host, {"name": "web01", "dvds": [{"slot": slot, "state": "absent"}]}) == ["Remove-VMDvdDrive"]
    assert slot not in dvds(host)


def test_an_image_changes_while_running_and_so_do_drives_on_scsi() -> None:
    host = host_with(at("scsi:0:0", A), state="running")
    assert done(host, {"name": "web01", "dvds": [{"slot": "scsi:0:1", "path": IMAGES[0]}]}) == ["Add-VMDvdDrive"]
    assert done(host, {"name": "web01", "dvds": [{"slot": "scsi:0:1", "path": IMAGES[1]}]}) == ["Set-VMDvdDrive"]
    assert done(host, {"name": "web01", "dvds": [], "purge": ["dvds"]}) == ["Remove-VMDvdDrive"]


def test_gotcha_10_the_drive_that_a_new_vm_has_is_adopted_or_purged() -> None:
    host = host_with(generation=1, dvds=[{"slot": "ide:1:0", "path": IMAGES[0]}])
    assert dvds(host) == {"ide:1:0": IMAGES[0]}
    for options, expected in (
        ({"dvds": []}, {"ide:1:0": None}),
        ({"dvds": [], "purge": ["dvds"]}, {}),
        ({"disks": [at("ide:1:0", A)], "dvds": [{"slot": "ide:0:1"}]}, {"ide:0:1": None}),
    ):
        other = simulated_host()
        add_devices(other)
        converge_despite_cuts("vm", other, {"name": "web01", "generation": 1, **options})
        run_area("vm", SimulatedHost(other), {"name": "web01", "generation": 1, **options})
        assert dvds(other) == expected


def test_gotcha_33_a_dvd_drive_is_named_without_a_type_of_controller() -> None:
    host = host_with()
    outcome = converge("vm", SimulatedHost(host), {"name": "web01", "dvds": [{"slot": "scsi:0:9", "path": ""}]})
    (step,) = [planned.step for planned in outcome.plan.steps if planned.reasons]
    assert set(step.parameters) == {"VM", "ControllerNumber", "ControllerLocation", "Passthru"}


def test_a_missing_image_is_refused_and_a_share_is_not_looked_at() -> None:
    host = host_with()
    options: dict[str, t.Any] = {"name": "web01", "dvds": [{"slot": "scsi:0:9", "path": "D:\\Images\\none.iso"}]}
    assert "no such file" in refused(host, options)["dvds[0].path"]
    share = {"name": "web01", "dvds": [{"slot": "scsi:0:9", "path": "\\\\file01\\images\\a.iso"}]}
    assert run_area("vm", SimulatedHost(host), share, check=True).plan.changed


def test_a_dvd_drive_where_a_disk_is_and_a_disk_where_a_dvd_drive_is() -> None:
    host = host_with(at("scsi:0:0", A), dvds=[{"slot": "scsi:0:1"}])
    assert "a disk is there" in refused(host, {"name": "web01", "dvds": [{"slot": "scsi:0:0"}]})["dvds[0].slot"]
    for disk in (B, A, {"physical_disk": {"serial": "LUN-A"}}):
        assert "a DVD drive is there" in refused(host, declared(at("scsi:0:1", disk)))["disks[0].slot"]
    done(host, declared(at("scsi:0:1", A), dvds=[{"slot": "scsi:0:0"}], purge=["dvds"]))
    assert slots(host) == {"scsi:0:1": A["path"]} and set(dvds(host)) == {"scsi:0:0"}


def test_a_new_dvd_drive_comes_into_the_start_up_order() -> None:
    host = host_with(at("scsi:0:0", A))
    options = declared(
        at("scsi:0:0", A), dvds=[{"slot": "scsi:0:1", "path": IMAGES[0]}], boot_order=["dvd scsi:0:1", "disk scsi:0:0"]
    )
    assert done(host, options) == ["Add-VMDvdDrive", "Set-VMFirmware"]


BOOTED = declared(at("scsi:0:0", A), dvds=[{"slot": "scsi:0:1", "path": IMAGES[0]}])


def booted_host(culture: str = "en-US") -> t.Any:
    """A host whose VM has started once: the guest has put an entry of its own in front."""
    host = host_with(at("scsi:0:0", A), culture_of_host=culture)
    order = ["disk scsi:0:0", "dvd scsi:0:1"]
    converge("vm", SimulatedHost(host), {**BOOTED, "boot_order": order, "state": "running"})
    host.estate.advance(60)
    return host


def boot_devices(host: t.Any) -> list[str]:
    firmware = machine(host, "web01").settings.firmware
    assert firmware is not None
    return [type(source.device).__name__ for source in firmware.boot_order]


def test_gotcha_22_entries_without_a_device_stay_where_the_guest_put_them() -> None:
    host = booted_host()
    assert boot_devices(host)[0] == "NoneType"
    turned = {"boot_order": ["dvd scsi:0:1", "disk scsi:0:0"], "state": "stopped", "turn_off": True}
    converge("vm", SimulatedHost(host), {**BOOTED, **turned})
    assert boot_devices(host)[:3] == ["NoneType", "DvdDrive", "HardDiskDrive"]


def test_gotcha_23_disks_and_dvd_drives_are_told_apart_in_any_language() -> None:
    host = booted_host("de-DE")
    order = ["dvd", "disk scsi:0:0"]
    converge("vm", SimulatedHost(host), {**BOOTED, "boot_order": order, "state": "stopped", "turn_off": True})
    assert boot_devices(host)[:3] == ["NoneType", "DvdDrive", "HardDiskDrive"]


def test_gotcha_24_an_order_that_the_guest_has_rewritten_is_still_the_declared_one() -> None:
    host = booted_host()
    order = ["disk scsi:0:0", "dvd scsi:0:1"]
    assert not run_area("vm", SimulatedHost(host), {**BOOTED, "boot_order": order}).plan.changed


def test_a_vhd_set_is_shared_like_a_file() -> None:
    host = host_with()
    disk = {"slot": "scsi:0:1", "path": "C:\\ClusterStorage\\Volume1\\set.vhds", "size": "1 GB", "shared": True}
    options = {"vms": [{"name": name, "disks": [disk], "state": "running"} for name in ("n1", "n2")]}
    converge_despite_cuts("vm", host, options)


def test_the_floppy_disk_is_put_in_changed_left_alone_and_taken_out() -> None:
    host = host_with(generation=1, state="running")
    assert done(host, {"name": "web01", "floppy": IMAGES[2]}) == ["Set-VMFloppyDiskDrive"]
    assert not run_area("vm", SimulatedHost(host), {"name": "web01"}).plan.changed
    assert done(host, {"name": "web01", "floppy": IMAGES[3]}) == ["Set-VMFloppyDiskDrive"]
    assert done(host, {"name": "web01", "floppy": ""}) == ["Set-VMFloppyDiskDrive"]
    assert "no such file" in refused(host, {"name": "web01", "floppy": "D:\\none.vfd"})["floppy"]
    assert "no floppy" in refused(host_with(), {"name": "web01", "floppy": ""})["floppy"]


def test_a_new_vm_with_everything_is_finished_after_any_cut() -> None:
    host = simulated_host()
    add_devices(host)
    options = declared(
        at("scsi:0:0", A, **HOT),
        {"slot": "scsi:1:0", "physical_disk": {"serial": "LUN-A"}, **COLD},
        {"slot": "pmem:0:0", "path": PMEM_FILE},
        dvds=[{"slot": "scsi:1:1", "path": IMAGES[0]}],
        scsi_controllers=3,
        boot_order=["dvd scsi:1:1", "disk scsi:0:0"],
        state="running",
    )
    converge_despite_cuts("vm", host, options)


# Limits


def test_generation_1_does_not_start_from_more_than_2_tib() -> None:
    host = host_with(generation=1)
    large = {"path": "D:\\large.vhdx", "size": "3 TB"}
    assert "reaches 2 TB" in refused(host, declared(at("ide:0:0", large)))["disks[0].size"]
    from areas.hosts import add_disk

    add_disk(host, {"path": "D:\\large.vhdx", "size": 3000 * GB})
    assert "reaches 2 TB" in refused(host, declared(at("ide:0:0", {"path": "D:\\large.vhdx"})))["disks[0].slot"]
    assert done(host, declared(at("ide:0:1", {"path": "D:\\large.vhdx"}))) == ["Add-VMHardDiskDrive"]
    host.physical_disks[0].size = 3000 * GB
    lun = {"slot": "ide:0:0", "physical_disk": {"number": 4}}
    assert "reaches 2 TB" in refused(host, declared(lun))["disks[0].physical_disk"]


def test_the_devices_host_is_what_the_tests_think() -> None:
    assert [len(value) for value in LUNS.values()] == [2, 2, 2]
