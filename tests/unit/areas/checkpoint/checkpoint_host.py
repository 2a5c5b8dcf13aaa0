# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A simulated host for tests of the area `checkpoint`, with a machine of two disks."""

from __future__ import annotations

import typing as t

from area_harness import SimulatedHost
from areas.hosts import GB, add_disk, add_machine, host_with_adapters

from hyperv_lab.simulation.checkpoints import Checkpoint
from hyperv_lab.simulation.guests import GuestSystem
from hyperv_lab.simulation.host import Host
from hyperv_lab.simulation.machine import VirtualMachine

SYSTEM, DATA = "D:\\VMs\\{name}\\system.vhdx", "D:\\VMs\\{name}\\data.vhdx"


def host_with(*names: str) -> Host:
    """Return a new host with machines of these names that are off, and whose guests boot and write."""
    host = host_with_adapters((), 1024 * GB)
    host.blank_disk_guest = GuestSystem()
    for name in names or ("web01",):
        folder = "".join(letter if letter.isalnum() else "_" for letter in name)
        disks = [path.format(name=folder) for path in (SYSTEM, DATA)]
        for path in disks:
            add_disk(host, {"path": path, "size": 40 * GB, "used": GB})
        add_machine(host, name, disks=disks)
    return host


def machine(host: t.Any, name: str = "web01") -> VirtualMachine:
    """Return the simulated machine of a name."""
    (found,) = host.machines_named(name)
    assert isinstance(found, VirtualMachine)
    return found


def boot(host: t.Any, name: str = "web01") -> VirtualMachine:
    """Start a machine and let its guest boot and write."""
    found = machine(host, name)
    found.start()
    host.estate.advance(60)
    return found


def names(host: t.Any, name: str = "web01") -> list[str]:
    """Return the names of a machine's checkpoints, the oldest first."""
    return [checkpoint.name for checkpoint in machine(host, name).checkpoints]


def checkpoint(host: t.Any, wanted: str, name: str = "web01") -> Checkpoint:
    """Return the newest checkpoint of a name."""
    return [one for one in machine(host, name).checkpoints if one.name == wanted][-1]


def commands(outcome: t.Any) -> list[str]:
    """Return the calls of a plan, without their modules, and without those that only find objects."""
    steps = [planned.step for planned in outcome.plan.steps if planned.reasons]
    return [step.call.rpartition("\\")[2] for step in steps]


def simulated(host: t.Any) -> SimulatedHost:
    """Return a host that batches can be run on."""
    return SimulatedHost(host)
