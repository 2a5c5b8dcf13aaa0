# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A simulated host for tests of the area `vm`, with switches and templates."""

from __future__ import annotations

import typing as t

from areas.hosts import GB, add_disk, add_switch, host_with_adapters

from hyperv_lab.simulation.guests import GuestSystem
from hyperv_lab.simulation.host import Host
from hyperv_lab.simulation.machine import VirtualMachine

SWITCHES = ("lan", "back [2]")
TEMPLATE, OLD_TEMPLATE = "D:\\Templates\\server.vhdx", "D:\\Templates\\old.vhd"


def simulated_host(*, free: int = 1024 * GB, guest: GuestSystem | None = None) -> Host:
    """Return a new host with 8 processors and 64 GB, whose blank disks boot a guest."""
    host = host_with_adapters((), free)
    host.processors = 8
    for name in SWITCHES:
        add_switch(host, {"name": name, "type": "private"})
    add_disk(host, {"path": TEMPLATE, "size": 20 * GB, "used": GB})
    add_disk(host, {"path": OLD_TEMPLATE, "size": 10 * GB})
    host.blank_disk_guest = guest or GuestSystem()
    return host


def machine(host: t.Any, name: str) -> VirtualMachine:
    """Return the simulated machine of a name."""
    (found,) = host.machines_named(name)
    assert isinstance(found, VirtualMachine)
    return found
