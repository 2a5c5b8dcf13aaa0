# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What is on a host from the start: files, switches, virtual disks, machines."""

from __future__ import annotations

from ..simulation import drive_store, machine_store, virtual_disks
from ..simulation.errors import OperationFailed
from ..simulation.host import Host
from ..simulation.machine import check_memory
from ..simulation.settings import GIBIBYTE, NetworkAdapter
from ..simulation.switches import create_switch, find_physical
from .reading import Section, TopologyError


def add_files(host: Host, section: Section) -> None:
    """Plain files: `path` with `size` or `text`."""
    for place, entry in section.entries("files"):
        file = Section(entry, place, ("path", "size", "text"))
        path = _path(file)
        content = file.text("text").encode() if file.has("text") else None
        host.files.make_directory(path.rpartition("\\")[0] + "\\")
        host.files.make_file(path, len(content) if content is not None else file.size("size", 0), content=content)


def _path(section: Section) -> str:
    path = section.text("path")
    if len(path) < 4 or path[1:3] != ":\\":
        raise TopologyError(f"{section.at('path')}: a path such as 'D:\\Templates\\server.vhdx' is needed")
    return path


def add_switches(host: Host, section: Section) -> None:
    """Virtual switches: `name`, `type`, `adapters` of an external one, `notes`, `allow_management_os`."""
    for place, entry in section.entries("switches"):
        values = Section(entry, place, ("name", "type", "adapters", "notes", "allow_management_os"))
        if not values.has("name"):
            raise TopologyError(f"{place}: a name is needed")
        adapters = [find_physical(host, name=name) for name in values.texts("adapters")]
        kind = values.choice("type", ("External", "Internal", "Private"), "External" if adapters else "Private")
        if (kind == "External") != bool(adapters):
            raise TopologyError(f"{place}: an external switch, and no other, has adapters")
        switch = create_switch(
            host, values.text("name"), kind, adapters=adapters, allow_management=values.flag("allow_management_os", True)
        )
        switch.notes = values.text("notes")
    host.interruptions = 0


def add_disks(host: Host, section: Section) -> None:
    """Virtual disks: `path`, `size`, `type`, `parent`, `used`, `minimum_size`, `guest`."""
    from .host_building import read_guest

    for place, entry in section.entries("disks"):
        values = Section(entry, place, ("path", "size", "type", "parent", "used", "minimum_size", "guest"))
        path = _path(values)
        host.files.make_directory(path.rpartition("\\")[0] + "\\")
        try:
            if values.has("parent"):
                made = virtual_disks.create_differencing(host, path, values.text("parent"))
            else:
                fixed = values.choice("type", ("dynamic", "fixed"), "dynamic") == "fixed"
                made = virtual_disks.create_plain(host, path, values.size("size", 40 * GIBIBYTE), fixed=fixed)
        except OperationFailed as failure:
            raise TopologyError(f"{place}: {failure.message}") from failure
        disk = virtual_disks.disk_of(made)
        if values.has("guest"):
            disk.guest = read_guest(values.section("guest"))
        disk.used = min(disk.size, values.size("used", 8 * GIBIBYTE if disk.guest else 0))
        disk.minimum_size = values.size("minimum_size", disk.used)
        virtual_disks.set_file_length(host, made)


def add_machines(host: Host, section: Section) -> None:
    """Virtual machines: `name`, `generation`, `path`, `processors`, `memory`, `disks` (paths), `switch`, `state`, `notes`."""
    for place, entry in section.entries("machines"):
        values = Section(
            entry, place, ("name", "generation", "path", "version", "processors", "memory", "disks", "switch", "state", "notes")
        )
        if not values.has("name"):
            raise TopologyError(f"{place}: a name is needed")
        state = values.choice("state", ("running", "off", "saved", "paused"), "off")
        try:
            _add_machine(host, values, state)
        except OperationFailed as failure:
            raise TopologyError(f"{place}: {failure.message}") from failure


def _add_machine(host: Host, values: Section, state: str) -> None:
    machine = machine_store.create_machine(
        host,
        values.text("name"),
        values.integer("generation", 2, lowest=1),
        path=values.text("path") or None,
        version=values.text("version") or None,
    )
    settings = machine.settings
    settings.notes = values.text("notes")
    settings.processor.count = values.integer("processors", 1, lowest=1)
    settings.memory.startup = values.size("memory", GIBIBYTE)
    check_memory(settings.memory.startup, 0, 0, dynamic=False)
    for path in values.texts("disks"):
        drive_store.add_disk(machine, None, None, None, path)
    adapter = NetworkAdapter(settings, host.language.network_adapter)
    if values.has("switch"):
        wanted = values.text("switch")
        found = [switch for switch in host.switches.values() if switch.name == wanted]
        if not found:
            raise TopologyError(f"{values.at('switch')}: there is no switch '{wanted}'")
        adapter.switch = found[0]
    settings.adapters.append(adapter)
    if settings.firmware is not None:
        settings.firmware.add_device(adapter)
    else:
        drive_store.add_dvd(machine, 1, 0, None)
    if state != "off":
        machine.start()
    if state == "saved":
        machine.save()
    if state == "paused":
        machine.pause()
