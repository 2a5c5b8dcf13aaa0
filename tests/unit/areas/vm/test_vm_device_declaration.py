# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Declared drives and controllers that are wrong whatever the host looks like."""

from __future__ import annotations

import typing as t

import pytest
from areas.vm.vm_observations import bad_input

SERIAL = {"serial": "LUN-A"}
FILE = {"path": "D:\\a.vhdx"}


def problem(option: str, **options: t.Any) -> str:
    found = bad_input({"name": "web01", **options})
    assert found.path == option, f"{found.path}: {found.problem}"
    return found.problem


@pytest.mark.parametrize(
    ("disk", "option", "words"),
    [
        ({"slot": "scsi:4:0", **FILE}, "slot", "numbered 0 to 3"),
        ({"slot": "scsi:0:64", **FILE}, "slot", "numbered 0 to 63"),
        ({"slot": "pmem:1:0", "path": "D:\\a.vhdpmem"}, "slot", "one PMEM controller"),
        ({"slot": "pmem:0:128", "path": "D:\\a.vhdpmem"}, "slot", "numbered 0 to 127"),
        ({"slot": "pmem:0:0", **FILE}, "slot", "take .vhdpmem files"),
        ({"slot": "scsi:0:0", "path": "D:\\a.vhdpmem"}, "slot", "take .vhdpmem files"),
        ({"slot": "pmem:0:0", "physical_disk": SERIAL}, "slot", "take files only"),
        ({"slot": "scsi:0:0"}, "path", "is needed"),
        ({"slot": "scsi:0:0", "physical_disk": {}}, "physical_disk", "needs one of"),
        ({"slot": "scsi:0:0", "physical_disk": {"serial": "a", "number": 1}}, "physical_disk", "only one"),
        ({"slot": "scsi:0:0", "physical_disk": {"serial": " "}}, "physical_disk.serial", "empty"),
        ({"slot": "scsi:0:0", "physical_disk": {"number": -1}}, "physical_disk.number", "no number"),
        ({"slot": "scsi:0:0", "physical_disk": SERIAL, "size": "1 GB"}, "size", "is for a disk that is a file"),
        ({"slot": "scsi:0:0", "physical_disk": SERIAL, "shared": True}, "shared", "belongs to one VM"),
        ({"slot": "ide:0:0", **FILE, "shared": True}, "shared", "only disks on SCSI"),
        ({"slot": "scsi:0:0", "path": "D:\\a.vhd", "shared": True}, "shared", "only VHDX"),
        ({"slot": "scsi:0:0", **FILE, "parent": "D:\\p.vhdx", "shared": True}, "shared", "differencing"),
        ({"slot": "scsi:0:0", **FILE, "minimum_iops": 9, "maximum_iops": 5}, "minimum_iops", "above maximum_iops"),
        ({"slot": "scsi:0:0", **FILE, "maximum_iops": -1}, "maximum_iops", "negative"),
        ({"slot": "scsi:0:0", **FILE, "qos_policy_id": "gold"}, "qos_policy_id", "is no id"),
    ],
)
def test_disks(disk: dict[str, t.Any], option: str, words: str) -> None:
    assert words in problem(f"disks[0].{option}", disks=[disk])


@pytest.mark.parametrize(
    ("dvd", "option", "words"),
    [
        ({"slot": "pmem:0:0"}, "slot", "no DVD drives"),
        ({"slot": "dvd0"}, "slot", "is no slot"),
        ({"slot": "scsi:0:1", "path": "a.iso"}, "path", "not an absolute path"),
        ({"slot": "scsi:0:1", "path": "D:\\a.vhdx"}, "path", "not an image"),
    ],
)
def test_dvds(dvd: dict[str, t.Any], option: str, words: str) -> None:
    assert words in problem(f"dvds[0].{option}", dvds=[dvd])


def test_what_contradicts_each_other() -> None:
    disk = {"slot": "scsi:1:0", **FILE}
    assert "also the slot of disks[0]" in problem("dvds[0].slot", disks=[disk], dvds=[{"slot": "scsi:1:0"}])
    assert "SCSI controller 1" in problem("scsi_controllers", disks=[disk], scsi_controllers=1)
    assert "0 to 4" in problem("scsi_controllers", scsi_controllers=5)
    assert "not a virtual floppy disk" in problem("floppy", floppy="D:\\a.iso")
    lun = {"physical_disk": SERIAL}
    twice = [{"slot": "scsi:0:0", **lun}, {"slot": "scsi:0:1", **lun}]
    assert "also that of disks[0]" in problem("disks[1].physical_disk", disks=twice)
    assert "declare dvds" in problem("purge", purge=["dvds"])
    assert "nothing to start from" in problem("boot_order[0]", boot_order=["disk pmem:0:0"])


@pytest.mark.parametrize(
    ("generation", "options", "option"),
    [
        (1, {"disks": [{"slot": "pmem:0:0", "path": "D:\\a.vhdpmem"}]}, "disks[0].slot"),
        (2, {"disks": [{"slot": "ide:0:0", "physical_disk": SERIAL}]}, "disks[0].slot"),
        (1, {"dvds": [{"slot": "scsi:0:0"}]}, "dvds[0].slot"),
        (2, {"dvds": [{"slot": "ide:1:0"}]}, "dvds[0].slot"),
        (2, {"floppy": ""}, "floppy"),
        (1, {"disks": [{"slot": "ide:0:0", **FILE, "size": "3 TB"}]}, "disks[0].size"),
    ],
)
def test_what_a_generation_does_not_have(generation: int, options: dict[str, t.Any], option: str) -> None:
    assert problem(option, generation=generation, **options)


def test_vms_of_one_task() -> None:
    disk = {"slot": "scsi:0:0", **FILE}
    for first, second in ((False, True), (True, False), (False, False)):
        vms = [
            {"name": "a", "disks": [{**disk, "shared": first}]},
            {"name": "b", "disks": [{**disk, "shared": second}]},
        ]
        assert bad_input({"vms": vms}).path == "vms[1].disks[0].path"
    lun = [{"slot": "scsi:0:0", "physical_disk": SERIAL}]
    found = bad_input({"vms": [{"name": "a", "disks": lun}, {"name": "b", "disks": lun}]})
    assert found.path == "vms[1].disks[0].physical_disk"
