# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A disk on which others build does not grow, whoever has these."""

from __future__ import annotations

import typing as t

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.hosts import GB, add_disk, add_machine, host_with_adapters
from areas.interruption import refused_without_change

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import RunFailed
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import Unreadable
from hyperv_lab.simulation import checkpoints
from hyperv_lab.simulation.host import Host
from hyperv_lab.simulation.virtual_disks import disk_of

BASE, CHILD = "D:\\VMs\\base.vhdx", "D:\\Others\\child.vhdx"


@pytest.fixture
def host() -> Host:
    """A host with a VM whose disk is the parent of another VM's disk, in another directory."""
    made = host_with_adapters(())
    add_disk(made, {"path": BASE, "size": 40 * GB})
    add_disk(made, {"path": CHILD, "parent": BASE})
    add_machine(made, "web01", disks=[BASE])
    return made


def declared(size: str = "50 GB", **more: t.Any) -> dict[str, t.Any]:
    return {"name": "web01", "disks": [{"slot": "scsi:0:0", "path": BASE, "size": size, **more}]}


def refusal(host: Host, options: dict[str, t.Any]) -> str:
    assert refused_without_change("vm", host, options)
    with pytest.raises(RunFailed) as failure:
        run_area("vm", SimulatedHost(host), options)
    return str(failure.value)


def test_the_disk_of_a_vm_that_is_not_declared_builds_on_it(host: Host) -> None:
    add_machine(host, "other", disks=[CHILD])
    text = refusal(host, declared())
    assert f"{CHILD} of VM other" in text and "disks[0].size" in text
    assert not converge("vm", SimulatedHost(host), declared("40 GB")).plan.changed


def test_a_file_that_is_not_attached_yet(host: Host) -> None:
    add_machine(host, "other", disks=[CHILD])
    add_machine(host, "web02")
    host.machines_named("web01")[0].settings.drives.clear()
    assert f"{CHILD} of VM other" in refusal(host, {**declared(), "name": "web02"})


def test_the_disk_of_a_checkpoint_builds_on_it(host: Host) -> None:
    other = add_machine(host, "other", disks=[CHILD])
    checkpoints.take(other, "before")
    other.settings.drives.clear()
    assert f"{CHILD} of VM other, checkpoint before" in refusal(host, declared())


def test_a_file_beside_it_builds_on_it(host: Host) -> None:
    beside = "D:\\VMs\\beside.vhdx"
    add_disk(host, {"path": beside, "parent": BASE})
    assert beside in refusal(host, declared())


def test_a_disk_that_cannot_be_read_may_build_on_it(host: Host) -> None:
    add_machine(host, "other", disks=[CHILD])
    disk_of(host.files.entry(CHILD)).busy = "backup"
    assert "cannot be read" in refusal(host, declared())


def test_without_others_it_grows(host: Host) -> None:
    add_disk(host, {"path": "D:\\VMs\\free.vhdx", "size": 40 * GB})
    add_machine(host, "other", disks=["D:\\VMs\\free.vhdx"])
    host.files.remove(CHILD)
    assert converge("vm", SimulatedHost(host), declared()).plan.changed


def test_a_disk_on_a_share_that_does_not_answer_is_not_made() -> None:
    host = host_with_adapters(())
    disks = [{"slot": "scsi:0:0", "path": "\\\\file01\\vms\\web01.vhdx", "size": "40 GB"}]
    with pytest.raises(Unreadable, match="file01.vms does not answer"):
        run_area("vm", SimulatedHost(host), {"name": "web01", "disks": disks})
