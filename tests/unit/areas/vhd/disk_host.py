# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A simulated host with a template, for the tests of this area."""

from __future__ import annotations

import typing as t

import pytest
from area_harness import SimulatedHost, run_area
from areas.hosts import GB, add_disk, host_with_adapters

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import Outcome, RunFailed
from hyperv_lab.simulation.host import Host
from hyperv_lab.simulation.virtual_disks import VirtualDisk, disk_of

GOLDEN, CHILD, GRANDCHILD = "D:\\t\\golden.vhdx", "D:\\d\\child.vhdx", "D:\\d\\grandchild.vhdx"


def host_with_golden(free: int = 500 * GB) -> Host:
    """Return a host with a dynamic template of 40 GB that holds 5 GB and has its last partition end at 10 GB."""
    host = host_with_adapters((), free=free)
    add_disk(host, {"path": GOLDEN, "size": 40 * GB, "used": 5 * GB, "minimum_size": 10 * GB})
    return host


def host_with_chain(free: int = 500 * GB) -> Host:
    """Return the same with a child of the template and a child of that, 1 GB in each."""
    host = host_with_golden(free)
    add_disk(host, {"path": CHILD, "parent": GOLDEN, "used": GB})
    add_disk(host, {"path": GRANDCHILD, "parent": CHILD, "used": GB})
    return host


def disk_at(host: Host, path: str) -> VirtualDisk:
    """Return what a file says about itself."""
    entry = host.files.find(path)
    assert entry is not None, path
    return disk_of(entry)


def names(host: Host, folder: str = "D:\\d") -> list[str]:
    """Return the names of the files in a folder."""
    return [item.name for item in host.files.children(folder)]


def refusals(host: Host, **options: object) -> dict[str, str]:
    """Return why a declaration is refused, by the option's path; nothing may have changed."""
    before = host.fingerprint()
    with pytest.raises(RunFailed) as caught:
        run_area("vhd", SimulatedHost(host), options)
    assert caught.value.refusals, str(caught.value)
    assert host.fingerprint() == before
    return {refusal.path: str(refusal) for refusal in caught.value.refusals}


def commands(outcome: Outcome) -> list[str]:
    """Return the cmdlets that the steps with a reason call."""
    return [planned.step.call.rpartition("\\")[2] for planned in outcome.plan.steps if planned.reasons]


def step_of(outcome: Outcome, cmdlet: str) -> t.Any:
    """Return the only planned step with that cmdlet."""
    (planned,) = [one for one in outcome.plan.steps if one.step.call.rpartition("\\")[2] == cmdlet]
    return planned
