# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A disk file that a checkpoint has as it was is not attached, because writing to it would break the checkpoint."""

from __future__ import annotations

import typing as t

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.hosts import GB, add_disk, add_machine, host_with_adapters
from areas.interruption import refused_without_change

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import RunFailed
from hyperv_lab.simulation import checkpoints
from hyperv_lab.simulation.host import Host

SYSTEM, DATA = "D:\\VMs\\system.vhdx", "D:\\VMs\\data.vhdx"
DECLARED: dict[str, t.Any] = {"name": "web01", "disks": [{"slot": "scsi:0:1", "path": DATA}]}


@pytest.fixture
def host() -> Host:
    """A host with a VM that went back to a checkpoint from before it had its second disk."""
    made = host_with_adapters(())
    for path in (SYSTEM, DATA):
        add_disk(made, {"path": path, "size": 40 * GB})
    web = add_machine(made, "web01", disks=[SYSTEM])
    before = checkpoints.take(web, "before")
    converge("vm", SimulatedHost(made), DECLARED)
    checkpoints.take(web, "after")
    checkpoints.restore(before)
    assert len(web.settings.disks) == 1
    return made


def refusal(host: Host, options: dict[str, t.Any]) -> str:
    assert refused_without_change("vm", host, options)
    with pytest.raises(RunFailed) as failure:
        run_area("vm", SimulatedHost(host), options)
    return str(failure.value)


def test_the_vm_s_own_checkpoint_has_it(host: Host) -> None:
    text = refusal(host, DECLARED)
    assert "disks[0].path" in text and "checkpoint after of VM web01" in text


def test_the_checkpoint_of_a_declared_neighbour_has_it(host: Host) -> None:
    fleet = {"vms": [{"name": "web01", "notes": "x"}, {**DECLARED, "name": "web02"}]}
    assert "checkpoint after of VM web01" in refusal(host, fleet)


def test_once_the_checkpoint_is_gone_it_is_attached(host: Host) -> None:
    checkpoints.remove(host.machines_named("web01")[0].checkpoints[1])
    host.estate.advance(3600)
    assert converge("vm", SimulatedHost(host), DECLARED).plan.changed
    assert not converge("vm", SimulatedHost(host), DECLARED).plan.changed


def test_a_disk_under_a_checkpoint_that_the_vm_is_on_is_as_declared(host: Host) -> None:
    checkpoints.restore(host.machines_named("web01")[0].checkpoints[1])
    assert not converge("vm", SimulatedHost(host), DECLARED).plan.changed


@pytest.mark.parametrize(
    "entry", [{"purge": ["disks"], "disks": []}, {"disks": [{"slot": "scsi:0:0", "state": "absent"}]}]
)
def test_detaching_a_disk_under_a_checkpoint_warns_of_the_file_that_stays(host: Host, entry: dict[str, t.Any]) -> None:
    (web,) = host.machines_named("web01")
    written = web.settings.disks[0].path
    outcome = converge("vm", SimulatedHost(host), {"name": "web01", **entry})
    assert not web.settings.disks and written is not None and host.files.exists(written)
    (warning,) = outcome.warnings
    assert warning.startswith(f"VM web01: {written} has what was written") and "checkpoint, state: absent" in warning
    for checkpoint in list(web.checkpoints):
        checkpoints.remove(checkpoint)
    host.estate.advance(3600)
    attach = {"slot": "scsi:0:0", "path": SYSTEM}
    assert not converge("vm", SimulatedHost(host), {"name": "web01", "disks": [attach]}).warnings
    detached = converge("vm", SimulatedHost(host), {"name": "web01", **entry})
    assert detached.plan.changed and not detached.warnings
