# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Facts about disk files on a simulated host."""

from __future__ import annotations

import typing as t

import pytest
from area_harness import SimulatedHost, run_area
from areas.hosts import GB, add_disk, add_machine
from areas.vhd.disk_host import CHILD, GOLDEN, GRANDCHILD, disk_at, host_with_chain

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import BadInput
from hyperv_lab.simulation import checkpoints, virtual_disks
from hyperv_lab.simulation.host import Host


def read(host: Host, **options: t.Any) -> dict[str, t.Any]:
    before = host.fingerprint()
    outcome = run_area("vhd_info", SimulatedHost(host), options)
    assert outcome.exchanges == 1 and not outcome.plan.changed and host.fingerprint() == before
    return outcome.result


def paths(result: dict[str, t.Any]) -> list[str]:
    return [disk["path"] for disk in result["disks"]]


def test_whole_chain_of_one_file() -> None:
    result = read(host_with_chain(), path=[GRANDCHILD.upper(), "D:\\none.vhdx"])
    assert [path.upper() for path in paths(result)] == [CHILD.upper(), GRANDCHILD.upper(), GOLDEN.upper()]
    assert result["missing"] == ["D:\\none.vhdx"]
    disk = result["disks_by_path"][GRANDCHILD.upper()]
    assert disk["parents"] == [CHILD, GOLDEN] and disk["type"] == "differencing" and disk["requested"] is True
    golden = result["disks"][2]
    assert (golden["size"], golden["minimum_size"], golden["children"]) == (40 * GB, 10 * GB, [CHILD])
    assert golden["requested"] is False and disk["chain_file_size"] > golden["file_size"] > 5 * GB
    assert "valid" not in disk and "problem" not in disk


def test_folders() -> None:
    host = host_with_chain()
    assert paths(read(host, folder=["D:\\d", "D:\\none"])) == [CHILD, GRANDCHILD, GOLDEN]
    assert paths(read(host, folder=["D:\\"])) == []
    assert set(paths(read(host, folder=["D:\\"], recurse=True))) == {CHILD, GRANDCHILD, GOLDEN}


def test_users_are_machines_and_checkpoints() -> None:
    host = host_with_chain()
    machine = add_machine(host, "web01", disks=[GRANDCHILD])
    checkpoints.take(machine, "before the patch")
    result = read(host)
    top = machine.settings.disks[0].path
    assert top is not None
    assert {path.casefold() for path in paths(result)} == {path.casefold() for path in (top, GRANDCHILD, CHILD, GOLDEN)}
    golden = next(disk for disk in result["disks"] if disk["path"] == GOLDEN)
    assert [(use["vm"], use["checkpoint"], use["direct"]) for use in golden["used_by"]] == [
        ("web01", None, False),
        ("web01", "before the patch", False),
    ]
    direct = next(disk for disk in result["disks"] if disk["path"] == GRANDCHILD)["used_by"]
    assert [(use["slot"], use["state"], use["direct"]) for use in direct] == [
        ("scsi:0:0", "stopped", False),
        ("scsi:0:0", "stopped", True),
    ]


def test_many_checkpoints_of_many_machines_are_read() -> None:
    host = host_with_chain()
    for name in ("web01", "web02"):
        add_disk(host, {"path": f"D:\\{name}.vhdx", "size": 8 * GB})
        machine = add_machine(host, name, disks=[f"D:\\{name}.vhdx"])
        checkpoints.take(machine, "first")
        checkpoints.take(machine, "second")
    used = {disk["path"]: disk["used_by"] for disk in read(host)["disks"]}
    assert {(use["vm"], use["checkpoint"]) for use in used["D:\\web02.vhdx"]} == {
        ("web02", None),
        ("web02", "first"),
        ("web02", "second"),
    }
    grown = run_area("vhd", SimulatedHost(host), {"path": GOLDEN.replace("golden", "other"), "size": 8 * GB})
    assert grown.plan.changed, "the module vhd reads them, too"


def test_missing_parent_is_noticed_without_verification() -> None:
    host = host_with_chain()
    host.files.rename(GOLDEN, "moved.vhdx")
    (disk,) = read(host, path=[CHILD])["disks"]
    assert disk["missing_parent"] == GOLDEN and disk["problem"]["kind"] == "missing_parent" and "valid" not in disk
    (disk,) = read(host, path=[CHILD], verify=True)["disks"]
    assert disk["valid"] is False and disk["problem"]["kind"] == "missing_parent" and disk["problem"]["file"] == CHILD


def test_changed_parent_is_noticed_by_verification() -> None:
    host = host_with_chain()
    disk_at(host, GOLDEN).touch()
    assert "problem" not in read(host, path=[CHILD])["disks"][0]
    disk = read(host, path=[CHILD], verify=True)["disks_by_path"][CHILD]
    assert (disk["valid"], disk["problem"]["kind"]) == (False, "parent_changed")
    disks = read(host, folder=["D:\\d"], verify=True)["disks"]
    assert [disk.get("valid") for disk in disks] == [False, False, None]


def test_parent_that_grew_after_its_children_were_made() -> None:
    host = host_with_chain()
    disk_at(host, GOLDEN).size = 60 * GB
    virtual_disks.set_file_length(host, host.files.entry(GOLDEN))
    assert read(host, path=[CHILD])["disks_by_path"][CHILD]["problem"]["kind"] == "parent_grown"
    disk_at(host, GOLDEN).touch()
    assert read(host, path=[CHILD], verify=True)["disks_by_path"][CHILD]["problem"]["kind"] == "parent_grown"


def test_whole_chains_are_valid() -> None:
    host = host_with_chain()
    add_machine(host, "web01", disks=[GRANDCHILD])
    result = read(host, verify=True)
    assert [disk.get("valid") for disk in result["disks"]] == [None, True, None]
    assert result["clashes"] == []


def test_clashing_identifiers() -> None:
    host = host_with_chain()
    host.files.copy(GOLDEN, "D:\\t\\copy.vhdx")
    assert read(host, folder=["D:\\t", "D:\\d"])["clashes"] == [["D:\\t\\copy.vhdx", GOLDEN]]


def test_gotcha_26_file_that_is_locked_is_not_missing() -> None:
    host = host_with_chain()
    disk_at(host, CHILD).busy = "backup"
    result = read(host, path=[CHILD])
    assert result["missing"] == [] and result["disks"][0]["in_use"] is True
    assert "0x80070020" in result["disks"][0]["error"]


def test_reads_do_not_grow() -> None:
    def calls(number: int) -> int:
        host = host_with_chain()
        for index in range(number):
            add_disk(host, {"path": f"D:\\many\\{index}.vhdx", "parent": GOLDEN})
            add_machine(host, f"vm{index}", disks=[f"D:\\many\\{index}.vhdx"])
        host.counters.cmdlets.clear()
        assert len(read(host, folder=["D:\\many"])["disks"]) == number + 1
        return host.counters.cmdlets.total()

    assert calls(30) == calls(1)


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"path": ["a.vhdx"]}, "path[0]"),
        ({"folder": ["D:\\a", "D:\\*"]}, "folder[1]"),
        ({"recurse": True}, "recurse"),
        ({"path": []}, "path"),
    ],
)
def test_bad_input(options: dict[str, t.Any], path: str) -> None:
    with pytest.raises(BadInput) as caught:
        run_area("vhd_info", SimulatedHost(host_with_chain()), options)
    assert caught.value.path == path
