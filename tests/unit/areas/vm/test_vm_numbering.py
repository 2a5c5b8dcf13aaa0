# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Entries of a fleet that stand for several VMs."""

from __future__ import annotations

import typing as t

import pytest
from areas.vm.vm_observations import bad_input

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm import AREA
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.declaration import Declaration
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.options import validated_options


def declared(*vms: dict[str, t.Any], **defaults: t.Any) -> Declaration:
    options = {"vms": list(vms), **({"defaults": defaults} if defaults else {})}
    return AREA.declare(validated_options("vm", options).values)


def test_names_count_from_one_or_from_where_the_user_says() -> None:
    assert declared({"name": "web{number:02}", "count": 3}).names == ("web01", "web02", "web03")
    assert declared({"name": "{number}.db", "count": 2, "first_number": 9}).names == ("9.db", "10.db")
    assert declared({"name": "n{number:03X}", "count": 2, "first_number": 171}).names == ("n0AB", "n0AC")
    assert declared({"name": "n{number}", "count": 1, "first_number": 0}).names == ("n0",)


def test_paths_and_addresses_have_the_number_and_the_name() -> None:
    made = declared(
        {
            "name": "web{number:02}",
            "count": 2,
            "first_number": 11,
            "disks": [{"slot": "scsi:0:1", "path": "E:\\{name}-{number}.vhdx", "size": "1 GB"}],
            "adapters": [{"name": "lan", "mac": "00-15-5D-20-00-{number:02x}"}],
        },
        {"name": "db"},
        path="D:\\VMs\\{name}",
        disks=[{"slot": "scsi:0:0", "path": "D:\\{name}.vhdx", "parent": "D:\\T\\{name}.vhdx"}],
    )
    first, second, other = made.vms
    assert [disk.file.path for disk in second.disks or ()] == ["D:\\web12.vhdx", "E:\\web12-12.vhdx"]
    assert [disk.file.parent for disk in first.disks or ()] == ["D:\\T\\web11.vhdx", None]
    assert [adapter.mac for vm in made.vms for adapter in vm.adapters or ()] == ["00155D20000B", "00155D20000C"]
    assert [vm.get("path") for vm in made.vms] == ["D:\\VMs\\web11", "D:\\VMs\\web12", "D:\\VMs\\db"]
    assert [vm.index for vm in made.vms] == [0, 1, 2]
    assert first.where("notes") == second.where("notes") == "vms[0].notes"
    assert other.where("notes") == "vms[1].notes"


def test_other_drives_have_them_too_and_texts_of_the_user_do_not() -> None:
    made = declared(
        {
            "name": "a{number}",
            "count": 1,
            "dvds": [{"slot": "scsi:0:9", "path": "D:\\{name}-{number}.iso"}],
            "smart_paging_file_path": "D:\\{name}\\cp",
            "snapshot_file_location": "E:\\{number:03}",
            "com1": {"path": "\\\\.\\pipe\\{name}"},
            "notes": "{number} {name}",
            "tags": {"path": "{number}"},
        }
    )
    (vm,) = made.vms
    assert vm.member.lists["dvds"][0].values["path"] == "D:\\a1-1.iso"
    assert vm.get("smart_paging_file_path") == "D:\\a1\\cp"
    assert vm.get("snapshot_file_location") == "E:\\001"
    assert vm.get("com1.path") == "\\\\.\\pipe\\a1"
    assert vm.get("notes") == "{number} {name}"
    assert vm.get("tags") == {"path": "{number}"}


def test_a_name_with_braces_is_a_name_where_nothing_counts() -> None:
    made = declared({"name": "{x}{name}"}, path="D:\\{name}\\{x}")
    assert made.names == ("{x}{name}",)
    assert made.vms[0].get("path") == "D:\\{x}{name}\\{x}"


@pytest.mark.parametrize(
    ("options", "path", "words"),
    [
        ({"vms": [{"name": "web", "count": 2}]}, "vms[0].name", "all 2"),
        ({"vms": [{"name": "web{number}"}]}, "vms[0].name", "count"),
        ({"vms": [{"name": "web{number}", "first_number": 2}]}, "vms[0].first_number", "count"),
        ({"vms": [{"name": "web{number}", "count": 0}]}, "vms[0].count", "1 to 1024"),
        ({"vms": [{"name": "web{number}", "count": 1025}]}, "vms[0].count", "1 to 1024"),
        ({"vms": [{"name": "web{number}", "count": 2, "first_number": -1}]}, "vms[0].first_number", "at least 0"),
        ({"vms": [{"name": "a{number}{nummer}", "count": 2}]}, "vms[0].name", "{nummer}"),
        ({"vms": [{"name": "a{number}{number:2}", "count": 2}]}, "vms[0].name", "{number:2}"),
        ({"vms": [{"name": "a{number}{name}", "count": 2}]}, "vms[0].name", "{name}"),
        ({"vms": [{"name": "web{number:02}", "count": 3}, {"name": "WEB02"}]}, "vms[1].name", "declared twice"),
        (
            {"vms": [{"name": "w{number}", "count": 2, "disks": [{"slot": "scsi:0:0", "path": "D:\\a.vhdx"}]}]},
            "vms[0].disks[0].path",
            "also declared as a disk of VM w1",
        ),
        (
            {"vms": [{"name": "w{number}", "count": 2, "adapters": [{"name": "a", "mac": "00155D000001"}]}]},
            "vms[0].adapters[0].mac",
            "also the address of w1",
        ),
        (
            {
                "vms": [
                    {
                        "name": "w{number}",
                        "count": 1,
                        "first_number": 256,
                        "adapters": [{"name": "a", "mac": "00:15:5D:00:00:{number:02x}"}],
                    }
                ]
            },
            "vms[0].adapters[0].mac",
            "",
        ),
        (
            {"vms": [{"name": "w{number}", "count": 1, "disks": [{"slot": "scsi:0:0", "path": "D:\\{no}.vhdx"}]}]},
            "vms[0].disks[0].path",
            "{no}",
        ),
        ({"defaults": {"path": "D:\\{number}"}, "vms": [{"name": "a"}]}, "defaults.path", "the VM has none"),
        ({"defaults": {"count": 2}, "vms": [{"name": "a"}]}, "defaults.count", "entries of vms"),
        ({"name": "web{number}", "count": 2}, "count", "entries of vms"),
        ({"vms": [{"name": "a"}], "parallel": 0}, "parallel", "1 to 32"),
        ({"vms": [{"name": "a"}], "parallel": 33}, "parallel", "1 to 32"),
    ],
)
def test_bad_patterns_are_refused_where_they_stand(options: dict[str, t.Any], path: str, words: str) -> None:
    problem = bad_input(options)
    assert problem.path == path
    assert words in problem.problem


def test_what_is_for_the_fleet_is_no_option_of_a_machine() -> None:
    assert "parallel" in str(bad_input({"vms": [{"name": "a", "parallel": 2}]}))
