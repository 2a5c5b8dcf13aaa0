# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""An export of another host on a simulated one, which lacks what the exported machine had."""

from __future__ import annotations

import collections.abc as c
import typing as t
import uuid

from areas.hosts import GB, add_disk, add_machine, add_switch

from hyperv_lab.simulation import drive_store, machine_store, transfer
from hyperv_lab.simulation.host import Host
from hyperv_lab.simulation.settings import NetworkAdapter


def add_foreign_export(host: Host, entry: c.Mapping[str, t.Any]) -> None:
    """Export a machine that has more of everything than the host, and take all it needs away.

    Args:
        entry: `id` and `path` of the export, name of its `switch`, names of its `disks`.
    """
    folder = "D:\\of another host"
    for name in entry["disks"]:
        add_disk(host, {"path": f"{folder}\\{name}", "size": GB})
    add_switch(host, {"name": entry["switch"], "type": "private"})
    machine = add_machine(
        host, "foreign", disks=[f"{folder}\\{name}" for name in entry["disks"]], switch=entry["switch"]
    )
    del host.machines[machine.id]
    machine.id = uuid.UUID(entry["id"])
    host.machines[machine.id] = machine
    second = NetworkAdapter(machine.settings, "second")
    second.switch = machine.settings.adapters[0].switch
    machine.settings.adapters.append(second)
    host.files.make_file(f"{folder}\\image.iso", 1)
    drive_store.add_dvd(machine, None, None, f"{folder}\\image.iso")
    machine.settings.memory.startup = 10 * host.memory
    machine.settings.processor.count = 10 * host.processors
    transfer.export(machine, entry["path"], None, lambda activity, size: None)
    host.files.remove(f"{entry['path']}\\foreign\\Virtual Hard Disks", recurse=True)
    host.files.remove(folder, recurse=True)
    machine_store.remove_machine(machine)
    lost = next(switch for switch in host.switches.values() if switch.name == entry["switch"])
    del host.switches[lost.id]
