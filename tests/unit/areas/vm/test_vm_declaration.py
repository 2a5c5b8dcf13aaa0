# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Declarations that are wrong whatever the host looks like, and names that only look wrong."""

from __future__ import annotations

import typing as t

import pytest
from areas.vm.vm_observations import bad_input, calls, plan, sent

DISK = {"slot": "scsi:0:0", "path": "D:\\a.vhdx", "size": "10 GB"}


@pytest.mark.parametrize(
    ("options", "path", "words"),
    [
        ({"memory": {"startup": "1 GB", "minimum": "2 GB"}}, "memory.minimum", "above the memory at start-up"),
        ({"memory": {"startup": "4 GB", "maximum": "2 GB"}}, "memory.maximum", "below the memory at start-up"),
        ({"memory": {"minimum": "4 GB", "maximum": "2 GB"}}, "memory.minimum", "above the maximum"),
        ({"memory": {"dynamic": False, "minimum": "1 GB"}}, "memory.minimum", "memory.dynamic is false"),
        ({"memory": {"startup": 1025 * 1024**2}}, "memory.startup", "multiple of 2 MB"),
        ({"memory": {"startup": "16 MB"}}, "memory.startup", "32 MB to"),
        ({"memory": {"buffer": 4}}, "memory.buffer", "5 to 2000"),
        ({"processor": {"count": 0}}, "processor.count", "1 to 2048"),
        ({"processor": {"reserve": 60, "maximum": 50}}, "processor.reserve", "60 > 50"),
        ({"generation": 2, "disks": [{**DISK, "slot": "ide:0:0"}]}, "disks[0].slot", "no IDE"),
        ({"disks": [{**DISK, "slot": "scsi:0:64"}]}, "disks[0].slot", "0 to 63"),
        ({"disks": [{**DISK, "slot": "scsi:4:0"}]}, "disks[0].slot", "0 to 3"),
        ({"disks": [{**DISK, "slot": "sata:0:0"}]}, "disks[0].slot", "scsi:0:1"),
        ({"disks": [DISK, {**DISK, "slot": "SCSI 0:0", "path": "D:\\b.vhdx"}]}, "disks[1].slot", "disks[0]"),
        ({"disks": [DISK, {**DISK, "slot": "scsi:0:1", "path": "d:\\x\\..\\A.VHDX"}]}, "disks[1].path", "one slot"),
        ({"disks": [{"slot": "scsi:0:0"}]}, "disks[0].path", "is needed"),
        ({"disks": [{"path": "D:\\a.vhdx"}]}, "disks[0].slot", "is needed"),
        ({"disks": [{**DISK, "path": "a.vhdx"}]}, "disks[0].path", "absolute path"),
        ({"disks": [{**DISK, "path": "D:\\a?.vhdx"}]}, "disks[0].path", "cannot hold"),
        ({"disks": [{**DISK, "path": "D:\\a.iso"}]}, "disks[0].path", ".vhd, .vhdx or .vhds"),
        ({"disks": [{**DISK, "parent": "D:\\t.vhd", "size": None}]}, "disks[0].parent", "same format"),
        ({"disks": [{**DISK, "type": "differencing"}]}, "disks[0].type", "needs a parent"),
        ({"disks": [{**DISK, "parent": "D:\\t.vhdx", "type": "fixed"}]}, "disks[0].type", "is differencing"),
        ({"disks": [{**DISK, "size": "2 MB"}]}, "disks[0].size", "smallest"),
        ({"disks": [{**DISK, "size": 10 * 1024**3 + 512}]}, "disks[0].size", "multiple of 4096"),
        ({"disks": [{**DISK, "path": "D:\\a.vhd", "size": "3 TB"}]}, "disks[0].size", "largest VHD"),
        ({"adapters": [{"name": "lan"}, {"name": "LAN"}]}, "adapters[1].name", "adapters[0]"),
        ({"adapters": [{"switch": "lan"}]}, "adapters[0].name", "is needed"),
        ({"adapters": [{"name": "a", "mac": "00:15:5D:01:02"}]}, "adapters[0].mac", "no MAC address"),
        ({"adapters": [{"name": "a", "mac": "01:15:5D:01:02:03"}]}, "adapters[0].mac", "group address"),
        ({"adapters": [{"name": "a", "mac": "00-00-00-00-00-00"}]}, "adapters[0].mac", "dynamic"),
        ({"adapters": [{"name": "a", "vlan": {"mode": "access"}}]}, "adapters[0].vlan.id", "is needed"),
        ({"adapters": [{"name": "a", "vlan": {"id": 4095}}]}, "adapters[0].vlan.id", "1 to 4094"),
        ({"adapters": [{"name": "a", "vlan": {"mode": "trunk"}}]}, "adapters[0].vlan.allowed_ids", "is needed"),
        (
            {"adapters": [{"name": "a", "vlan": {"allowed_ids": ["9-5"]}}]},
            "adapters[0].vlan.allowed_ids[0]",
            "ends before",
        ),
        ({"adapters": [{"name": "a", "vlan": {"mode": "untagged", "id": 3}}]}, "adapters[0].vlan.id", "mode untagged"),
        ({"generation": 2, "adapters": [{"name": "a", "legacy": True}]}, "adapters[0].legacy", "no legacy adapters"),
        ({"generation": 1, "boot_order": ["cd", "disk scsi:0:0"]}, "boot_order[1]", "cannot start from SCSI"),
        ({"generation": 1, "boot_order": ["adapter lan"]}, "boot_order[0]", "classes of devices"),
        ({"generation": 2, "boot_order": ["ide"]}, "boot_order[0]", "no such device"),
        ({"boot_order": ["usb"]}, "boot_order[0]", "is no entry"),
        ({"boot_order": ["network", "Network"]}, "boot_order[1]", "twice"),
        ({"boot_order": []}, "boot_order", "is empty"),
        ({"generation": 1, "secure_boot": True}, "secure_boot", "no secure boot"),
        ({"purge": ["disks"]}, "purge", "would remove all"),
        ({"path": "VMs"}, "path", "absolute path"),
    ],
)  # fmt: skip
def test_wrong_options_are_named_with_their_path(options: dict[str, t.Any], path: str, words: str) -> None:
    problem = bad_input({"name": "web01", **options})
    assert problem.path == path
    assert words in problem.problem


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("x" * 300, "has 300 characters"),
        ("x" * 101, "at most 100"),
        ("two\nlines", "line break"),
        ("tab\there", "control character"),
        (" web", "white space"),
        ("web ", "white space"),
        ("", "is needed"),
    ],
)
def test_names_that_no_vm_can_have(name: str, words: str) -> None:
    problem = bad_input({"name": name})
    assert problem.path == "name"
    assert words in problem.problem


@pytest.mark.parametrize(
    "name", ["web*", "[web]", "a?b", "it's", 'say "hi"', "Büro", "数据库", "$(x) `n", "x" * 100, "-Force"]
)
def test_strange_names_are_legal_and_travel_as_they_are(name: str) -> None:
    made = plan({"name": name})
    assert calls(made) == ["New-VM"]
    assert sent(made, "New-VM")["Name"] == name


@pytest.mark.parametrize("name", ["web*", 'say "hi"', "a/b", "nul", "web."])
def test_a_name_that_no_folder_can_have_needs_the_hosts_own_directory(name: str) -> None:
    problem = bad_input({"name": name, "path": "D:\\VMs"})
    assert problem.path == "name"
    assert "leave out path" in problem.problem


@pytest.mark.parametrize(
    ("vms", "path", "words"),
    [
        ([{"name": "a"}, {"name": "A"}], "vms[1].name", "vms[0].name"),
        ([{"state": "absent"}], "vms[0].name", "is required"),
        ([{"name": "a", "disks": [DISK]}, {"name": "b", "disks": [DISK]}], "vms[1].disks[0].path", "VM a"),
        (
            [
                {"name": "a", "disks": [DISK]},
                {"name": "b", "disks": [{**DISK, "path": "D:\\b.vhdx", "parent": "D:\\a.vhdx"}]},
            ],
            "vms[1].disks[0].parent",
            "VM a",
        ),
        (
            [
                {"name": "a", "adapters": [{"name": "x", "mac": "00155d000001"}]},
                {"name": "b", "adapters": [{"name": "x", "mac": "00:15:5D:00:00:01"}]},
            ],
            "vms[1].adapters[0].mac",
            "a, adapter x",
        ),
    ],
)
def test_members_of_a_fleet_that_contradict_each_other(vms: list[dict[str, t.Any]], path: str, words: str) -> None:
    problem = bad_input({"vms": vms})
    assert problem.path == path
    assert words in problem.problem


def test_options_of_one_vm_do_not_stand_beside_a_fleet() -> None:
    assert bad_input({"vms": [{"name": "a"}], "state": "absent"}).path == "state"
    assert bad_input({"vms": [{"name": "a"}], "memory": {"startup": "1 GB"}}).path == "memory"
    assert bad_input({"name": "a", "defaults": {"notes": "x"}}).path == "defaults"
    assert bad_input({"vms": [{"name": "a"}], "defaults": {"name": "b"}}).path == "defaults.name"
