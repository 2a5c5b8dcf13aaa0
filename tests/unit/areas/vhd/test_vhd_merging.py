# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Merging differencing disks into their parents."""

from __future__ import annotations

from area_harness import SimulatedHost, converge, run_area
from areas.hosts import GB, add_disk, add_machine
from areas.interruption import converge_despite_cuts
from areas.vhd.disk_host import CHILD, GOLDEN, GRANDCHILD, disk_at, host_with_chain, host_with_golden, refusals, step_of


def test_child_goes_into_its_parent() -> None:
    host = host_with_chain()
    options = {"path": GRANDCHILD.upper(), "state": "merged"}
    converge_despite_cuts("vhd", host, options)
    done = converge("vhd", SimulatedHost(host), options)
    assert step_of(done, "Merge-VHD").long and "DestinationPath" not in step_of(done, "Merge-VHD").step.parameters
    assert done.result["disk"] == {"path": GRANDCHILD.upper(), "exists": False}
    assert not host.files.exists(GRANDCHILD) and disk_at(host, CHILD).used > GB


def test_two_levels_at_once() -> None:
    host = host_with_chain()
    done = converge("vhd", SimulatedHost(host), {"path": GRANDCHILD, "state": "merged", "merge_into": GOLDEN.lower()})
    assert step_of(done, "Merge-VHD").step.parameters["DestinationPath"].casefold() == GOLDEN.casefold()
    assert not host.files.exists(CHILD) and host.files.exists(GOLDEN)


def test_merge_then_grow_in_one_task() -> None:
    host = host_with_chain()
    disks = [{"path": CHILD, "size": "60 GB"}, {"path": GRANDCHILD, "state": "merged"}]
    converge_despite_cuts("vhd", host, {"disks": disks})
    converge("vhd", SimulatedHost(host), {"disks": disks})
    assert disk_at(host, CHILD).size == 60 * GB


def test_other_children_of_the_parent_keep_it_from_being_written() -> None:
    host = host_with_chain()
    add_disk(host, {"path": "D:\\t\\other.vhdx", "parent": GOLDEN})
    # found beside the parent, though neither a machine nor the task has it
    texts = refusals(host, path=GRANDCHILD, state="merged", merge_into=GOLDEN)
    assert "other.vhdx" in texts["state"]
    converge("vhd", SimulatedHost(host), {"path": GRANDCHILD, "state": "merged"})


def test_child_of_a_machine_far_away_keeps_it_too() -> None:
    host = host_with_golden()
    add_disk(host, {"path": CHILD, "parent": GOLDEN})
    add_disk(host, {"path": "D:\\far\\away.vhdx", "parent": GOLDEN})
    machine = add_machine(host, "web01", disks=["D:\\far\\away.vhdx"])
    assert "away.vhdx of VM web01" in refusals(host, path=CHILD, state="merged")["state"]
    machine.settings.disks[0].path = None
    converge("vhd", SimulatedHost(host), {"path": CHILD, "state": "merged"})


def test_disk_that_others_build_on_or_have_is_not_merged() -> None:
    host = host_with_chain()
    assert GRANDCHILD in refusals(host, path=CHILD, state="merged")["state"]
    add_machine(host, "web01", disks=[GRANDCHILD])
    assert "attached to VM web01" in refusals(host, path=GRANDCHILD, state="merged")["state"]


def test_mounted_disk_and_parent_of_a_running_machine_are_in_use() -> None:
    host = host_with_chain()
    run_area("vhd", SimulatedHost(host), {"path": GRANDCHILD, "state": "mounted"})
    assert "mounted it as disk" in refusals(host, path=GRANDCHILD, state="merged")["state"]


def test_what_has_no_parent_or_another_one() -> None:
    host = host_with_chain()
    assert "has no parent" in refusals(host, path=GOLDEN, state="merged")["state"]
    texts = refusals(host, path=GRANDCHILD, state="merged", merge_into="D:\\t\\else.vhdx")
    assert CHILD in texts["merge_into"]
    host.files.rename(CHILD, "moved.vhdx")
    assert "chain is broken" in refusals(host, path=GRANDCHILD, state="merged")["state"]


def test_room_in_the_parents_volume() -> None:
    host = host_with_chain(free=8 * GB)
    disk_at(host, GRANDCHILD).used = GB
    host.files.volumes["D"].base_used = host.files.volumes["D"].free - GB // 2
    assert "volume D:" in refusals(host, path=GRANDCHILD, state="merged")["state"]
