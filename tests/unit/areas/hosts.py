# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Small simulated hosts, made from the simulation itself, with what a test declares on them."""

from __future__ import annotations

import collections.abc as c
import typing as t

from hyperv_lab.cmdlets.registry import load_cmdlets
from hyperv_lab.simulation import drive_store, machine_store, virtual_disks
from hyperv_lab.simulation.clock import Clock
from hyperv_lab.simulation.estate import Estate
from hyperv_lab.simulation.files import Volume
from hyperv_lab.simulation.host import Host
from hyperv_lab.simulation.machine import VirtualMachine
from hyperv_lab.simulation.settings import NetworkAdapter
from hyperv_lab.simulation.switches import PhysicalAdapter, create_switch, find_physical

GB = 1024**3

Entry = t.Mapping[str, t.Any]


def host_with_adapters(names: c.Iterable[str], free: int = 4096 * GB) -> Host:
    """Return a host with volumes C and D and physical adapters of these names; its clock stands still."""
    load_cmdlets()
    estate = Estate(Clock(manual=True))
    host = Host(estate, "hv01")
    estate.hosts[host.name] = host
    host.files.add_volume(Volume("C", 256 * GB, 40 * GB))
    host.files.add_volume(Volume("D", free))
    for directory in (host.machine_path, host.disk_path):
        host.files.make_directory(directory)
    for number, name in enumerate(names, start=1):
        adapter = PhysicalAdapter(name, f"Lab Adapter #{number}", f"02AB000000{number:02X}")
        adapter.index = number
        host.physical_adapters.append(adapter)
    return host


def add_switch(host: Host, entry: Entry) -> None:
    """Add a switch: `name`, `type`, `notes`, and of an external one `adapter` and `allow_management_os`."""
    adapters = [find_physical(host, name=entry["adapter"])] if entry.get("adapter") else []
    shared = bool(entry.get("allow_management_os", True))
    kind = str(entry["type"]).capitalize()
    switch = create_switch(host, entry["name"], kind, adapters=adapters, allow_management=shared)
    switch.notes = entry.get("notes", "")


def add_disk(host: Host, entry: Entry) -> None:
    """Add a disk file: `path`, and `parent`, or `type` and `size`; `used` and `minimum_size` in bytes."""
    path = entry["path"]
    host.files.make_directory(path.rpartition("\\")[0] + "\\")
    if entry.get("parent"):
        made = virtual_disks.create_differencing(host, path, entry["parent"])
    else:
        made = virtual_disks.create_plain(host, path, entry["size"], fixed=entry.get("type") == "fixed")
    disk = virtual_disks.disk_of(made)
    disk.used, disk.minimum_size = entry.get("used", 0), entry.get("minimum_size", 0)
    virtual_disks.set_file_length(host, made)


def add_machine(host: Host, name: str, *, disks: c.Iterable[str] = (), switch: str | None = None) -> VirtualMachine:
    """Add a machine of generation 2 that is off, with these files as disks and an adapter on a switch."""
    machine = machine_store.create_machine(host, name, 2, path=None, version=None)
    for path in disks:
        drive_store.add_disk(machine, None, None, None, path)
    if switch is not None:
        adapter = NetworkAdapter(machine.settings, "Network Adapter")
        adapter.switch = next(one for one in host.switches.values() if one.name == switch)
        machine.settings.adapters.append(adapter)
    return machine
