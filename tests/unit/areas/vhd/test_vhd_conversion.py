# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Conversions: type, block size and format; what an interruption leaves; what stands in the way."""

from __future__ import annotations

import typing as t

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.hosts import GB, add_disk, add_machine
from areas.interruption import converge_despite_cuts
from areas.vhd.disk_host import (
    CHILD,
    GOLDEN,
    commands,
    disk_at,
    host_with_chain,
    host_with_golden,
    names,
    refusals,
    step_of,
)

from hyperv_lab.simulation import checkpoints

OLD, NEW, SET = "D:\\d\\old.vhd", "D:\\d\\new.vhdx", "D:\\d\\shared.vhds"
MB = 1024**2


@pytest.mark.parametrize(
    "options",
    [
        {"type": "fixed"},
        {"block_size": "1 MB", "type": "dynamic"},
        {"block_size": "1 MB"},
        {"type": "fixed", "size": "50 GB", "physical_sector_size": 512},
    ],
)
def test_conversion_in_place_survives_cuts(options: dict[str, t.Any]) -> None:
    host = host_with_golden()
    options = {"path": GOLDEN, "convert": True, **options}
    whole = converge_despite_cuts("vhd", host, options)
    assert commands(whole)[0] == "Convert-VHD" and step_of(whole, "Convert-VHD").long
    done = converge("vhd", SimulatedHost(host), options)
    disk = disk_at(host, GOLDEN)
    assert disk.kind.lower() == options.get("type", "dynamic") and disk.used == 5 * GB
    assert names(host, "D:\\t") == ["golden.vhdx"]
    assert done.result["disk"]["type"] == disk.kind.lower()


def test_differencing_disk_becomes_one_that_stands_alone() -> None:
    host = host_with_chain()
    host.files.remove("D:\\d\\grandchild.vhdx")
    converge_despite_cuts("vhd", host, {"path": CHILD, "type": "dynamic", "convert": True})
    converge("vhd", SimulatedHost(host), {"path": CHILD, "type": "dynamic", "convert": True})
    assert (disk_at(host, CHILD).parent_path, disk_at(host, CHILD).used) == (None, 6 * GB)


def test_conversion_is_left_alone_without_a_difference() -> None:
    host = host_with_golden()
    done = converge("vhd", SimulatedHost(host), {"path": GOLDEN, "type": "dynamic", "convert": True})
    assert not done.plan.steps


@pytest.mark.parametrize("delete", [False, True])
@pytest.mark.parametrize(("source", "path"), [(OLD, NEW), (NEW, OLD), (OLD, SET), (NEW, SET)])
def test_other_format(source: str, path: str, delete: bool) -> None:
    host = host_with_golden()
    add_disk(host, {"path": source, "size": 10 * GB, "used": 2 * GB})
    options = {"path": path, "convert_from": source, "delete_source": delete}
    converge_despite_cuts("vhd", host, options)
    done = converge("vhd", SimulatedHost(host), options)
    assert done.result["disk"]["format"] == {".vhd": "vhd", "vhdx": "vhdx", "vhds": "vhdset"}[path[-4:]]
    assert host.files.exists(source) is not delete
    left = [name for name in names(host) if "converting" in name and not name.endswith(".avhdx")]
    assert not left and not [name for name in names(host) if "replaced" in name]
    assert disk_at(host, path).used == 2 * GB


def test_converted_disk_may_grow_and_get_sectors_in_the_same_task() -> None:
    host = host_with_golden()
    add_disk(host, {"path": OLD, "size": 10 * GB})
    options = {"path": NEW, "convert_from": OLD, "type": "fixed", "size": "12 GB", "physical_sector_size": 512}
    converge_despite_cuts("vhd", host, options)
    done = converge("vhd", SimulatedHost(host), options)
    assert commands(done) == ["Convert-VHD", "Set-VHD", "Rename-Item", "Resize-VHD"]


def test_conversion_needs_the_option() -> None:
    host = host_with_golden()
    assert "convert: true" in refusals(host, path=GOLDEN, type="fixed")["type"]
    assert "convert: true" in refusals(host, path=GOLDEN, block_size="1 MB")["block_size"]
    assert "another path" in refusals(host, path=GOLDEN, logical_sector_size=4096, convert=True)["logical_sector_size"]


def test_machine_that_is_off_gets_the_converted_file_and_a_running_one_refuses() -> None:
    host = host_with_golden()
    machine = add_machine(host, "db01", disks=[GOLDEN])
    machine.start()
    assert "db01" in refusals(host, path=GOLDEN, type="fixed", convert=True)["convert"]
    machine.turn_off()
    converge_despite_cuts("vhd", host, {"path": GOLDEN, "type": "fixed", "convert": True})
    done = converge("vhd", SimulatedHost(host), {"path": GOLDEN, "type": "fixed", "convert": True})
    assert step_of(done, "Set-VMHardDiskDrive").step.parameters["Path"] == GOLDEN
    machine.start()
    machine.turn_off()
    checkpoints.take(machine, "before")
    texts = refusals(host, path=GOLDEN, type="dynamic", convert=True)
    assert "checkpoint" in texts["convert"] or "VM db01" in texts["convert"]


def test_source_that_a_machine_has_is_not_deleted() -> None:
    host = host_with_golden()
    add_machine(host, "db01", disks=[GOLDEN])
    texts = refusals(host, path=NEW, convert_from=GOLDEN, delete_source=True)
    assert "VM db01" in texts["delete_source"]
    converge("vhd", SimulatedHost(host), {"path": NEW, "convert_from": GOLDEN})


def test_source_that_is_a_parent_is_not_replaced() -> None:
    host = host_with_chain()
    assert (
        CHILD
        in refusals(host, path=GOLDEN, type="fixed", convert=True, children_in=["d:/D", "X:\\none", "D:\\none"])[
            "convert"
        ]
    )


def test_source_that_is_missing_or_mounted_or_broken() -> None:
    host = host_with_chain()
    assert "no such file" in refusals(host, path=NEW, convert_from="D:\\none.vhd")["convert_from"]
    run_area("vhd", SimulatedHost(host), {"path": "D:\\d\\grandchild.vhdx", "state": "mounted"})
    texts = refusals(host, path=NEW, convert_from="D:\\d\\grandchild.vhdx")
    assert "mounted it as disk" in texts["convert_from"]
    run_area("vhd", SimulatedHost(host), {"path": "D:\\d\\grandchild.vhdx", "state": "dismounted"})
    host.files.rename(GOLDEN, "elsewhere.vhdx")
    assert GOLDEN in refusals(host, path=NEW, convert_from=CHILD)["convert_from"]


def test_room_for_both_disks_is_foreseen() -> None:
    host = host_with_golden(free=30 * GB)
    assert "volume D:" in refusals(host, path=GOLDEN, type="fixed", convert=True)["path"]


def test_sectors_that_a_vhd_cannot_have() -> None:
    host = host_with_golden()
    run_area("vhd", SimulatedHost(host), {"path": NEW, "size": "1 GB", "logical_sector_size": 4096})
    assert "4096" in refusals(host, path=OLD, convert_from=NEW)["convert_from"]


def test_interrupted_replacement_is_never_mistaken_for_a_missing_disk() -> None:
    host = host_with_golden()
    options = {"path": GOLDEN, "type": "fixed", "convert": True}
    run_area("vhd", SimulatedHost(host), options)
    host.files.rename(GOLDEN, "golden.converting.vhdx")
    add_disk(host, {"path": "D:\\t\\golden.replaced.vhdx", "size": 40 * GB})
    # without the option nothing new is made in the place of the disk
    assert "convert: true" in refusals(host, path=GOLDEN, size="40 GB")["path"]
    converge("vhd", SimulatedHost(host), options)
    assert names(host, "D:\\t") == ["golden.vhdx"] and disk_at(host, GOLDEN).kind == "Fixed"


def test_old_disk_without_the_new_one_is_said_and_left() -> None:
    host = host_with_golden()
    host.files.rename(GOLDEN, "golden.replaced.vhdx")
    text = refusals(host, path=GOLDEN, type="fixed", convert=True)["path"]
    assert "Rename D:\\t\\golden.replaced.vhdx to golden.vhdx" in text


def test_what_a_finished_conversion_left_is_said_without_the_option() -> None:
    host = host_with_golden()
    add_disk(host, {"path": "D:\\t\\golden.replaced.vhdx", "size": 40 * GB})
    done = run_area("vhd", SimulatedHost(host), {"path": GOLDEN, "size": "40 GB"})
    assert not done.plan.steps and "golden.replaced.vhdx" in " ".join(done.warnings)


def test_deletion_takes_what_conversions_left() -> None:
    host = host_with_golden()
    for name in ("golden.converting.vhdx", "golden.replaced.vhdx", "golden.partial.vhdx"):
        add_disk(host, {"path": f"D:\\t\\{name}", "size": 40 * GB})
    converge_despite_cuts("vhd", host, {"path": GOLDEN, "state": "absent"})
    converge("vhd", SimulatedHost(host), {"path": GOLDEN, "state": "absent"})
    assert names(host, "D:\\t") == []


def test_what_an_interrupted_conversion_left_does_not_count_as_a_child() -> None:
    host = host_with_golden()
    add_disk(host, {"path": "D:\\t\\child.vhdx", "parent": GOLDEN})
    disks = [
        {"path": "D:\\t\\child.vhdx", "type": "fixed", "convert": True},
        {"path": GOLDEN, "physical_sector_size": 512},
    ]
    converge_despite_cuts("vhd", host, {"disks": disks})


def test_child_stands_alone_only_if_that_is_declared() -> None:
    host = host_with_chain()
    text = refusals(host, path="D:\\d\\grandchild.vhdx", block_size="1 MB", convert=True)["block_size"]
    assert "type: dynamic" in text


def test_source_that_was_not_converted_by_the_task_stays() -> None:
    host = host_with_golden()
    add_disk(host, {"path": NEW, "size": 10 * GB})
    done = converge("vhd", SimulatedHost(host), {"path": NEW, "convert_from": GOLDEN, "delete_source": True})
    assert not done.plan.steps and f"{GOLDEN} is not deleted" in " ".join(done.warnings)
