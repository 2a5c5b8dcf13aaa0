# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Plans of disks: making, attaching, adopting, growing, detaching."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from areas.vm.vm_observations import (
    GB,
    TEMPLATE,
    bad_input,
    calls,
    chain,
    link,
    missing,
    observation,
    plan,
    reasons,
    refusals,
    sent,
    vm,
)

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.virtual_disk import Chain
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.observation import ObservedDrive, ObservedDvd
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.slots import Slot
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import Unreadable

PATH = "D:\\VMs\\a.vhdx"


def declared(**disk: t.Any) -> dict[str, t.Any]:
    return {"name": "web01", "disks": [{"slot": "scsi:0:0", "path": PATH, **disk}]}


@pytest.mark.parametrize(
    ("disk", "parameters"),
    [
        ({"size": "10 GB"}, {"Path": PATH, "SizeBytes": 10 * GB, "Dynamic": True}),
        ({"size": "10 GB", "type": "fixed"}, {"Path": PATH, "SizeBytes": 10 * GB, "Fixed": True}),
        ({"parent": TEMPLATE}, {"Path": PATH, "ParentPath": TEMPLATE, "Differencing": True}),
        ({"parent": TEMPLATE, "size": "20 GB"}, {"Path": PATH, "ParentPath": TEMPLATE, "Differencing": True}),
        (
            {"parent": TEMPLATE, "size": "30 GB"},
            {"Path": PATH, "ParentPath": TEMPLATE, "Differencing": True, "SizeBytes": 30 * GB},
        ),
    ],
)
def test_a_missing_file_is_made_and_attached(disk: dict[str, t.Any], parameters: dict[str, t.Any]) -> None:
    made = plan(declared(**disk), observation(vm(), chains=[missing(PATH)]))
    assert calls(made) == ["New-VHD", "Add-VMHardDiskDrive"]
    assert sent(made, "New-VHD") == parameters
    assert sent(made, "Add-VMHardDiskDrive") == {
        "ControllerType": "SCSI",
        "ControllerNumber": 0,
        "ControllerLocation": 0,
        "Path": PATH,
    }


def test_a_copy_becomes_the_disk_only_when_it_is_whole() -> None:
    made = plan(declared(copy_of=TEMPLATE, size="25 GB"), observation(vm(), chains=[missing(PATH)]))
    assert calls(made) == ["Copy-Item", "Set-VHD", "Resize-VHD", "Rename-Item", "Add-VMHardDiskDrive"]
    partial = "D:\\VMs\\a.partial.vhdx"
    assert sent(made, "Copy-Item") == {"LiteralPath": TEMPLATE, "Destination": partial, "Force": True}
    assert sent(made, "Set-VHD") == {"Path": partial, "ResetDiskIdentifier": True, "Force": True}
    assert sent(made, "Resize-VHD") == {"Path": partial, "SizeBytes": 25 * GB}
    assert sent(made, "Rename-Item") == {"LiteralPath": partial, "NewName": "a.vhdx"}


def test_directories_are_made_once_and_not_where_new_vm_makes_them() -> None:
    vms = [
        {"name": "a", "path": "D:\\VMs", "disks": [{"slot": "scsi:0:0", "path": "D:\\VMs\\a\\1.vhdx", "size": "1 GB"}]},
        {"name": "b", "disks": [{"slot": "scsi:0:0", "path": "D:\\new\\b.vhdx", "size": "1 GB"}]},
        {"name": "c", "disks": [{"slot": "scsi:0:0", "path": "D:\\NEW\\c.vhdx", "size": "1 GB"}]},
    ]
    chains = [missing(str(each["disks"][0]["path"]), directory=False) for each in vms]  # type: ignore[index]
    made = plan({"vms": vms}, observation(chains=chains))
    directories = [planned.step.parameters["Path"] for planned in made.steps if planned.step.call.endswith("New-Item")]
    assert directories == ["D:\\new"]


@pytest.mark.parametrize(
    ("disk", "there", "expected"),
    [
        ({"size": "20 GB"}, link(PATH), ["Add-VMHardDiskDrive"]),
        ({}, link(PATH, kind="fixed"), ["Add-VMHardDiskDrive"]),
        ({"size": "30 GB"}, link(PATH), ["Resize-VHD", "Add-VMHardDiskDrive"]),
        ({"parent": TEMPLATE}, link(PATH, kind="differencing", parent=TEMPLATE.lower()), ["Add-VMHardDiskDrive"]),
        ({"copy_of": TEMPLATE}, link(PATH), ["Add-VMHardDiskDrive"]),
    ],
)
def test_a_file_that_is_there_is_adopted(disk: dict[str, t.Any], there: t.Any, expected: list[str]) -> None:
    assert calls(plan(declared(**disk), observation(vm(), chains=[chain(there)]))) == expected


@pytest.mark.parametrize(
    ("disk", "there", "option", "words"),
    [
        ({"size": "10 GB"}, link(PATH), "size", "shrinking"),
        ({"type": "fixed", "size": "20 GB"}, link(PATH), "type", "is dynamic"),
        ({"parent": TEMPLATE}, link(PATH), "parent", "is dynamic"),
        ({"parent": TEMPLATE}, link(PATH, kind="differencing", parent="D:\\o.vhdx"), "parent", "builds on D:\\o.vhdx"),
    ],
)
def test_another_file_is_refused(disk: dict[str, t.Any], there: t.Any, option: str, words: str) -> None:
    made = plan(declared(**disk), observation(vm(), chains=[chain(there)]))
    assert words in refusals(made)[f"disks[0].{option}"]


def test_a_file_on_a_missing_parent_is_refused() -> None:
    broken = chain(link(PATH, kind="differencing", parent="D:\\gone.vhdx"), missing_parent="D:\\gone.vhdx")
    assert (
        "D:\\gone.vhdx is not there" in refusals(plan(declared(), observation(vm(), chains=[broken])))["disks[0].path"]
    )


@pytest.mark.parametrize("option", ["parent", "copy_of"])
def test_a_missing_template_is_refused(option: str) -> None:
    made = plan(declared(**{option: "D:\\T\\none.vhdx"}), observation(vm(), chains=[missing(PATH)]))
    assert "no such file" in refusals(made)[f"disks[0].{option}"]


def test_a_template_that_a_vm_writes_to_is_refused() -> None:
    off = observation(vm(), vm("golden", number=2, disks={"scsi:0:0": TEMPLATE}), chains=[missing(PATH)])
    on = observation(vm(), vm("golden", "Running", number=2, disks={"scsi:0:0": TEMPLATE}), chains=[missing(PATH)])
    assert "VM golden has that file" in refusals(plan(declared(parent=TEMPLATE), off))["disks[0].parent"]
    assert "VM golden is running" in refusals(plan(declared(copy_of=TEMPLATE), on))["disks[0].copy_of"]
    assert "Copy-Item" in calls(plan(declared(copy_of=TEMPLATE), off))


def test_nothing_says_how_to_make_the_file() -> None:
    made = plan(declared(), observation(vm(), chains=[missing(PATH)]))
    assert "Give size, parent or copy_of" in refusals(made)["disks[0].path"]


def test_a_file_that_cannot_be_read_is_not_taken_for_absent() -> None:
    locked = observation(vm(), chains=[Chain(PATH, True, error="in use by another process")])
    with pytest.raises(Unreadable, match="in use by another process"):
        plan(declared(size="1 GB"), locked)


def test_a_disk_under_a_checkpoint_is_known_by_its_chain() -> None:
    top = link("D:\\VMs\\a_1234.avhdx", kind="differencing", parent=PATH)
    seen = observation(vm(disks={"scsi:0:0": top.path}), chains=[chain(top, link(PATH)), chain(link(PATH))])
    made = plan(declared(size="20 GB", type="dynamic"), seen)
    assert not made.changed
    assert made.before["web01"]["disks"] == {"scsi:0:0": {"path": PATH, "size": 20 * GB, "type": "dynamic"}}
    assert "under a checkpoint" in refusals(plan(declared(size="30 GB"), seen))["disks[0].size"]


@pytest.mark.parametrize(
    ("slot", "path", "hot"),
    [("scsi:0:0", "D:\\a.vhdx", True), ("scsi:0:0", "D:\\a.vhd", False), ("ide:0:0", "D:\\a.vhdx", False)],
)
def test_growth_under_a_running_vm(slot: str, path: str, hot: bool) -> None:
    seen = observation(vm(state="Running", generation=1, disks={slot: path}), chains=[chain(link(path))])
    made = plan({"name": "web01", "disks": [{"slot": slot, "path": path, "size": "30 GB"}]}, seen)
    if hot:
        assert calls(made) == ["Resize-VHD"]
    else:
        assert "needs it off" in refusals(made)["disks[0].size"]


def test_another_disk_in_the_slot_is_refused_or_purged() -> None:
    seen = observation(
        vm(state="Running", disks={"scsi:0:0": "D:\\b.vhdx"}), chains=[chain(link("D:\\b.vhdx")), chain(link(PATH))]
    )
    assert "purge: [disks]" in refusals(plan(declared(), seen))["disks[0].slot"]
    made = plan({**declared(), "purge": ["disks"]}, seen)
    assert calls(made) == ["Remove-VMHardDiskDrive", "Add-VMHardDiskDrive"]
    assert reasons(made)[0] == "disk scsi:0:0: D:\\b.vhdx -> none"


def test_purge_detaches_what_is_not_declared() -> None:
    seen = observation(
        vm(disks={"scsi:0:0": PATH, "scsi:0:1": "D:\\b.vhdx"}), chains=[chain(link(PATH)), chain(link("D:\\b.vhdx"))]
    )
    assert not plan(declared(), seen).changed
    made = plan({**declared(), "purge": ["disks"]}, seen)
    assert calls(made) == ["Remove-VMHardDiskDrive"]
    assert set(made.before["web01"]["disks"]) == {"scsi:0:0", "scsi:0:1"}
    assert set(made.after["web01"]["disks"]) == {"scsi:0:0"}


@pytest.mark.parametrize("more", [{}, {"purge": ["disks"]}])
def test_a_file_elsewhere_on_the_same_vm_is_moved(more: dict[str, t.Any]) -> None:
    seen = observation(vm(disks={"scsi:0:5": PATH}), chains=[chain(link(PATH))])
    made = plan({**declared(), **more}, seen)
    assert calls(made) == ["Set-VMHardDiskDrive"]
    assert sent(made, "Set-VMHardDiskDrive") == {
        "ToControllerType": "SCSI",
        "ToControllerNumber": 0,
        "ToControllerLocation": 0,
    }


def test_a_disk_of_another_vm_is_refused() -> None:
    seen = observation(vm(), vm("other", number=2, disks={"scsi:0:0": PATH}), chains=[chain(link(PATH))])
    assert "attached to VM other" in refusals(plan(declared(), seen))["disks[0].path"]


def test_an_empty_drive_gets_its_disk() -> None:
    seen = observation(vm(disks={"scsi:0:0": ""}), chains=[chain(link(PATH))])
    made = plan(declared(), seen)
    assert calls(made) == ["Set-VMHardDiskDrive"]
    assert sent(made, "Set-VMHardDiskDrive") == {"Path": PATH}


def test_a_pass_through_disk_stays_unless_purged() -> None:
    there = vm()
    there = dataclasses.replace(there, drives=(ObservedDrive(there.id, Slot("SCSI", 0, 0), "Disk 3", 3),))
    seen = observation(there, chains=[chain(link(PATH))])
    assert "pass-through disk 3 is there" in refusals(plan(declared(), seen))["disks[0].slot"]
    assert calls(plan({**declared(), "purge": ["disks"]}, seen))[0] == "Remove-VMHardDiskDrive"


def test_an_attached_file_that_is_gone_is_not_made_anew() -> None:
    made = plan(declared(size="1 GB"), observation(vm(disks={"scsi:0:0": PATH}), chains=[missing(PATH)]))
    assert "Bring the file back" in refusals(made)["disks[0].path"]


def test_missing_scsi_controllers_are_added() -> None:
    options = {"name": "web01", "disks": [{"slot": "scsi:2:0", "path": PATH, "size": "1 GB"}]}
    made = plan(options, observation(vm(), chains=[missing(PATH)]))
    assert calls(made) == ["New-VHD", "Add-VMScsiController", "Add-VMScsiController", "Add-VMHardDiskDrive"]
    assert "needs it off" in next(
        iter(refusals(plan(options, observation(vm(state="Running"), chains=[missing(PATH)]))).values())
    )


def test_the_dvd_drive_of_a_new_vm_makes_room_and_another_does_not() -> None:
    options = {"name": "web01", "generation": 1, "disks": [{"slot": "ide:1:0", "path": PATH, "size": "1 GB"}]}
    assert calls(plan(options, observation(chains=[missing(PATH)]))) == [
        "New-VM", "New-VHD", "Remove-VMDvdDrive", "Add-VMHardDiskDrive",
    ]  # fmt: skip
    there = vm(generation=1)
    there = dataclasses.replace(there, dvds=(ObservedDvd(there.id, Slot("IDE", 1, 0), ""),))
    assert (
        "a DVD drive is there" in refusals(plan(options, observation(there, chains=[missing(PATH)])))["disks[0].slot"]
    )


def test_ide_on_a_vm_that_gets_generation_2_is_refused() -> None:
    made = plan({"name": "web01", "disks": [{"slot": "ide:0:0", "path": PATH, "size": "1 GB"}]}, observation())
    assert "declares no generation" in refusals(made)["disks[0].slot"]


def test_a_full_volume_is_refused_and_a_promise_warned_of() -> None:
    fixed = declared(size="10 GB", type="fixed")
    seen = observation(vm(), chains=[missing(PATH)], free=9 * GB)
    assert "volume D: has 9 GB left" in refusals(plan(fixed, seen))["disks[0].size"]
    assert "can grow by" in plan(declared(size="10 GB"), seen).warnings[0]
    assert (
        "no volume X:"
        in refusals(
            plan(
                {"name": "web01", "disks": [{"slot": "scsi:0:0", "path": "X:\\a.vhdx", "size": "1 GB"}]},
                observation(vm(), chains=[missing("X:\\a.vhdx")]),
            )
        )["disks[0].size"]
    )


def test_a_fleet_shares_the_space() -> None:
    vms = [
        {"name": f"n{n}", "disks": [{"slot": "scsi:0:0", "path": f"D:\\{n}.vhdx", "size": "4 GB", "type": "fixed"}]}
        for n in range(3)
    ]
    made = plan({"vms": vms}, observation(chains=[missing(f"D:\\{n}.vhdx") for n in range(3)], free=10 * GB))
    assert list(refusals(made)) == ["vms[2].disks[0].size"]


def test_parents_larger_than_their_child_are_refused() -> None:
    made = plan(declared(parent=TEMPLATE, size="10 GB"), observation(vm(), chains=[missing(PATH)]))
    assert "its parent" in refusals(made)["disks[0].size"]
    assert bad_input(declared(parent=TEMPLATE, copy_of=TEMPLATE)).path.startswith("disks[0].")
