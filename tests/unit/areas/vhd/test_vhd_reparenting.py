# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Other parents, and parents that were changed."""

from __future__ import annotations

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.hosts import GB, add_disk, add_machine
from areas.interruption import converge_despite_cuts
from areas.vhd.disk_host import CHILD, GOLDEN, GRANDCHILD, disk_at, host_with_chain, refusals, step_of

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import RunFailed
from hyperv_lab.simulation import virtual_disks

MOVED = "D:\\t\\moved.vhdx"


def test_parent_that_was_moved() -> None:
    host = host_with_chain()
    host.files.rename(GOLDEN, "moved.vhdx")
    assert GOLDEN in refusals(host, path=CHILD)["path"]
    assert "reparent: true" in refusals(host, path=CHILD, parent=MOVED)["parent"]
    options = {"path": CHILD, "parent": MOVED, "reparent": True}
    converge_despite_cuts("vhd", host, options)
    done = converge("vhd", SimulatedHost(host), options)
    assert done.result["disk"]["parent"] == MOVED
    assert "IgnoreIdMismatch" not in step_of(done, "Set-VHD").step.parameters
    assert len(virtual_disks.chain(host, GRANDCHILD)) == 3


def test_same_parent_in_other_letters_is_left_alone() -> None:
    host = host_with_chain()
    done = converge("vhd", SimulatedHost(host), {"path": CHILD, "parent": GOLDEN.upper(), "reparent": True})
    assert not done.plan.steps


def test_parent_that_does_not_fit_is_the_hosts_error_and_needs_the_option() -> None:
    host = host_with_chain()
    add_disk(host, {"path": MOVED, "size": 40 * GB})
    options = {"path": CHILD, "parent": MOVED, "reparent": True}
    with pytest.raises(RunFailed, match="ignore_id_mismatch"):
        run_area("vhd", SimulatedHost(host), options)
    assert disk_at(host, CHILD).parent_path == GOLDEN
    converge("vhd", SimulatedHost(host), {**options, "ignore_id_mismatch": True})
    assert disk_at(host, CHILD).parent_path == MOVED


def test_parent_that_grew_after_its_children_were_made() -> None:
    host = host_with_chain()
    entry = host.files.entry(GOLDEN)
    disk_at(host, GOLDEN).size = 60 * GB
    disk_at(host, GOLDEN).touch()
    virtual_disks.set_file_length(host, entry)
    text = refusals(host, path=CHILD, parent=GOLDEN)["path"]
    assert "has grown to 60 GB" in text and "ignore_id_mismatch" in text
    assert "ignore_id_mismatch" in refusals(host, path=CHILD, parent=GOLDEN, reparent=True)["parent"]


def test_parent_that_was_written_to_is_tied_again_only_with_the_option() -> None:
    host = host_with_chain()
    disk_at(host, GOLDEN).touch()
    options = {"path": CHILD, "parent": GOLDEN, "reparent": True}
    assert "0xC03A000E" in refusals(host, **options)["ignore_id_mismatch"]
    converge_despite_cuts("vhd", host, {**options, "ignore_id_mismatch": True})
    converge("vhd", SimulatedHost(host), {**options, "ignore_id_mismatch": True})
    assert len(virtual_disks.chain(host, GRANDCHILD)) == 3


def test_disk_of_a_machine_is_given_another_parent_only_while_it_is_off() -> None:
    host = host_with_chain()
    add_disk(host, {"path": MOVED, "size": 40 * GB})
    machine = add_machine(host, "web01", disks=[GRANDCHILD])
    machine.start()
    options = {"path": GRANDCHILD, "parent": MOVED, "reparent": True, "ignore_id_mismatch": True}
    assert "VM web01" in refusals(host, **options)["parent"]
    machine.turn_off()
    converge("vhd", SimulatedHost(host), options)


def test_parents_that_cannot_be() -> None:
    host = host_with_chain()
    add_disk(host, {"path": "D:\\t\\large.vhdx", "size": 50 * GB})
    for parent, word in (
        (GRANDCHILD, "itself builds on"),
        ("D:\\none.vhdx", "no file"),
        ("D:\\t\\large.vhdx", "50 GB"),
    ):
        assert word in refusals(host, path=CHILD, parent=parent, reparent=True)["parent"]
