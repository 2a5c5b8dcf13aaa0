# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Each cmdlet that changes something fails once, before or after its work: the next run ends in the declared state."""

from __future__ import annotations

import typing as t

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.hosts import GB, add_disk, add_machine
from areas.interruption import copy_of
from areas.vhd.disk_host import CHILD, GOLDEN, GRANDCHILD, disk_at, host_with_chain, names

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import RunFailed
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.difference import differing_paths
from hyperv_lab.simulation import virtual_disks
from hyperv_lab.simulation.errors import DISK_FULL
from hyperv_lab.simulation.faults import Fault
from hyperv_lab.simulation.host import Host

OLD, LONE = "D:\\o\\old.vhd", "D:\\l\\lone.vhdx"
DECLARATIONS: dict[str, dict[str, t.Any]] = {
    "convert in place": {"path": LONE, "type": "fixed", "convert": True, "physical_sector_size": 512},
    "convert": {"path": "D:\\n\\new.vhdx", "convert_from": OLD, "delete_source": True, "size": "20 GB"},
    "make a set": {"path": "D:\\n\\shared.vhds", "convert_from": OLD},
    "copy": {"path": "D:\\n\\copy.vhdx", "copy_of": LONE, "size": "60 GB", "compact": {"when_grown": "9 GB"}},
    "merge": {"path": GRANDCHILD, "state": "merged"},
    "tie": {"path": GRANDCHILD, "parent": LONE, "reparent": True, "ignore_id_mismatch": True},
    "compact": {"path": LONE, "compact": {"when_grown": "4 GB"}},
    "shrink": {"path": LONE, "shrink_to_minimum": True, "physical_sector_size": 512},
    "mount": {"path": LONE, "state": "mounted", "read_only": True},
    "delete": {"disks": [{"path": GRANDCHILD, "state": "absent"}, {"path": CHILD, "state": "absent"}]},
    "identify": {"path": "D:\\l\\twin.vhdx", "unique_identifier": True},
}


def prepared() -> Host:
    host = host_with_chain()
    add_disk(host, {"path": OLD, "size": 10 * GB, "used": GB})
    add_disk(host, {"path": LONE, "size": 40 * GB, "used": GB, "minimum_size": 10 * GB})
    disk_at(host, LONE).stale = 8 * GB
    virtual_disks.set_file_length(host, host.files.entry(LONE))
    host.files.copy(LONE, "D:\\l\\twin.vhdx")
    add_machine(host, "db01", disks=[LONE])
    return host


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("options", DECLARATIONS.values(), ids=DECLARATIONS.keys())
def test_a_cmdlet_that_fails_once(options: dict[str, t.Any], after: bool) -> None:
    host = prepared()
    whole = converge("vhd", SimulatedHost(copy_of(host)), options)
    called = [planned.step.call.rpartition("\\")[2] for planned in whole.plan.steps]
    if "Compress-Disk" in called:
        called = ["Set-Content", "Mount-VHD", "Optimize-VHD", "Dismount-VHD"]
    assert called
    for cmdlet in dict.fromkeys(called):
        broken = copy_of(host)
        broken.faults.append(Fault(cmdlet, after=after))
        try:
            run_area("vhd", SimulatedHost(broken), options)
        except RunFailed as failure:
            assert not failure.refusals, f"{cmdlet}: {failure}"
        finished = converge("vhd", SimulatedHost(broken), options)
        wrong = differing_paths(whole.plan.after, finished.after)
        assert not wrong, f"after {cmdlet} had failed: {wrong}"


def test_volume_that_fills_up_during_a_conversion_leaves_the_disk_whole() -> None:
    host = prepared()
    link = disk_at(host, LONE).link
    host.faults.append(Fault("Convert-VHD", hresult=DISK_FULL))
    with pytest.raises(RunFailed, match="Free space on the volume"):
        run_area("vhd", SimulatedHost(host), {"path": LONE, "type": "fixed", "convert": True})
    assert names(host, "D:\\l") == ["lone.vhdx", "twin.vhdx"] and disk_at(host, LONE).link == link
    assert GOLDEN in [link.path for link in virtual_disks.chain(host, GRANDCHILD)]
