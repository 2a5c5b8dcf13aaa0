# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Building the estate that a topology describes."""

from __future__ import annotations

import os
import re
import typing as t
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import yaml

from ..cmdlets.registry import load_cmdlets
from ..simulation.clock import Clock
from ..simulation.errors import OperationFailed, signed
from ..simulation.estate import Estate
from ..simulation.faults import Fault
from ..simulation.files import Volume
from ..simulation.guests import GuestSystem
from ..simulation.host import GIBIBYTE, Account, Host, Timings
from ..simulation.localisation import LANGUAGES
from ..simulation.releases import RELEASES
from ..simulation.switches import PhysicalAdapter, create_switch, find_physical
from ..simulation.virtual_disks import create_differencing, create_plain, disk_of, set_file_length
from .content import MACHINE, PHYSICAL_DISK, add_file, add_host_devices, add_machine, add_physical_disk
from .document import Part, TopologyError

_HOST = (
    "name", "release", "cpus", "memory", "numa_nodes", "culture", "domain", "accounts", "volumes", "nics", "switches",
    "folders", "files", "disks", "machines", "services", "hyperv", "guest", "latencies", "timings", "faults", "wire",
    "vm_path", "disk_path", "memory_reserve", "mac_range", "physical_disks", "disk_pools", "virtual_sans", "gpus",
    "pci_devices",
)  # fmt: skip
_FOLDERS = ("C:\\Windows\\Temp", "C:\\Users\\Public", "C:\\ProgramData")
_LATENCIES = ("request", "shell", "process", "module", "cmdlet", "cmdlets")
_FAULT = ("cmdlet", "call", "times", "error_id", "category", "hresult", "message", "after", "delay")
_DISK = ("path", "size", "type", "parent", "used", "stale", "minimum_size", "guest")
_GUEST = tuple(field.name for field in fields(GuestSystem))


def default_topology() -> dict[str, t.Any]:
    """One host, `hv01`, of Windows Server 2022 with an account, two volumes and two network cards."""
    return {
        "hosts": [
            {
                "name": "hv01",
                "accounts": [{"username": "Administrator", "password": "Lab-Passw0rd"}],
                "volumes": [{"letter": "C", "size": "256 GiB", "used": "40 GiB"}, {"letter": "D", "size": "4 TiB"}],
                "nics": [{"name": "Ethernet", "management": True}, {"name": "Ethernet 2"}],
            }
        ]
    }


def load_topology(source: str | os.PathLike[str] | Mapping[str, t.Any]) -> Estate:
    """Build an estate.

    Args:
        source: path of a YAML file, or its content.

    Raises:
        TopologyError: naming the place and what is wanted there.
        OSError: when the file cannot be read.
    """
    if not isinstance(source, Mapping):
        try:
            source = yaml.safe_load(Path(source).read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            raise TopologyError(f"{source}: not YAML: {error}") from error
    load_cmdlets()
    top = Part(source, "", ("clock", "hosts"))
    clock = top.part("clock", ("manual", "speed"))
    estate = Estate(Clock(manual=clock.flag("manual", False), speed=clock.number("speed", 1.0) or 1.0))
    hosts = top.parts("hosts", _HOST)
    if not hosts:
        raise TopologyError("hosts: at least one host is wanted")
    for part in hosts:
        host = _host(estate, part)
        if any(host.name.casefold() == known.casefold() for known in estate.hosts):
            raise TopologyError(f"{part.at('name')}: two hosts are called {host.name}")
        estate.hosts[host.name] = host
    return estate


def _host(estate: Estate, part: Part) -> Host:
    host = Host(
        estate,
        part.text("name"),
        release=part.text("release", "2022", tuple(RELEASES)),
        processors=part.whole("cpus", 16),
        memory=part.size("memory", 64 * GIBIBYTE),
        memory_reserve=part.size("memory_reserve", 2 * GIBIBYTE),
        numa_nodes=part.whole("numa_nodes", 1),
        culture=part.text("culture", "en-US", tuple(LANGUAGES)),
        domain=part.text("domain", "lab.example"),
    )
    _mac_range(host, part)
    for account in part.parts("accounts", ("username", "password", "administrator")):
        name = account.text("username")
        host.accounts[name.casefold()] = Account(name, account.text("password"), account.flag("administrator", True))
    for volume in part.parts("volumes", ("letter", "size", "used", "label", "file_system")):
        host.files.add_volume(
            Volume(
                volume.text("letter").upper(),
                volume.size("size"),
                volume.size("used", 0),
                volume.text("label", ""),
                volume.text("file_system", "NTFS", ("NTFS", "ReFS")),
            )
        )
    if "C" not in host.files.volumes:
        host.files.add_volume(Volume("C", 256 * GIBIBYTE, 40 * GIBIBYTE))
    _network_cards(host, part)
    host.machine_path = part.text("vm_path", host.machine_path)
    host.disk_path = part.text("disk_path", host.disk_path)
    try:
        for folder in [*_FOLDERS, host.machine_path, host.disk_path, *part.items("folders")]:
            host.files.make_directory(str(folder))
    except OperationFailed as error:
        raise TopologyError(f"{part.at('folders')}: {error}") from error
    for physical in part.parts("physical_disks", PHYSICAL_DISK):
        add_physical_disk(host, physical)
    add_host_devices(host, part)
    host.disk_pools += [str(pool) for pool in part.items("disk_pools")]
    for file in part.parts("files", ("path", "size", "text")):
        add_file(host, file)
    for disk in part.parts("disks", _DISK):
        _disk(host, disk)
    for switch in part.parts("switches", ("name", "type", "nics", "management_os", "notes")):
        _switch(host, switch)
    if "guest" in part.values:
        host.blank_disk_guest = _guest(part.part("guest", _GUEST))
    timings = part.part("timings", tuple(field.name for field in fields(Timings)))
    for name in timings.values:
        setattr(host.timings, name, timings.number(name))
    for machine in part.parts("machines", MACHINE):
        add_machine(host, machine)
    for service, state in part.part("services", ("vmms",)).values.items():
        if state not in ("Running", "Stopped"):
            raise TopologyError(f"{part.at('services')}.{service}: Running or Stopped is wanted here, not {state!r}")
        host.services[service] = state
    if not part.flag("hyperv", True):
        host.installed_modules.discard("hyper-v")
        host.services.pop("vmms", None)
    latencies = part.part("latencies", _LATENCIES)
    for name in _LATENCIES[:-1]:
        setattr(host.latencies, name, latencies.number(name, 0.0))
    cmdlets = latencies.values.get("cmdlets") or {}
    slow = Part(cmdlets, latencies.at("cmdlets"), tuple(cmdlets) if isinstance(cmdlets, Mapping) else ())
    for name in slow.values:
        _known_cmdlet(name, slow.at(name))
    host.latencies.cmdlets = {name.casefold(): slow.number(name) for name in slow.values}
    host.faults = [_fault(fault) for fault in part.parts("faults", _FAULT)]
    if "wire" in part.values:
        from ..wire.options import options_from  # the simulation itself does without the wire

        try:
            host.wire = options_from(part.values["wire"])
        except ValueError as error:
            raise TopologyError(f"{part.at('wire')}: {error}") from error
    return host


def _mac_range(host: Host, part: Part) -> None:
    number = len(host.estate.hosts) + 1
    given = part.items("mac_range") or [f"00155D{number:02X}0000", f"00155D{number:02X}FFFF"]  # NET-29
    texts = [re.sub("[-:]", "", str(text)).upper() for text in given]
    if len(texts) != 2 or not all(re.fullmatch("[0-9A-F]{12}", text) for text in texts) or texts[0] > texts[1]:
        raise TopologyError(f"{part.at('mac_range')}: the first and the last address are wanted here, not {given!r}")
    host.mac_minimum, host.mac_maximum = texts


def _network_cards(host: Host, part: Part) -> None:
    for number, card in enumerate(
        part.parts("nics", ("name", "description", "mac", "speed", "up", "management")), start=1
    ):
        adapter = PhysicalAdapter(
            card.text("name"),
            card.text("description", f"Lab Ethernet Adapter #{number}"),
            re.sub("[-:]", "", card.text("mac", f"02155D00{len(host.estate.hosts):02X}{number:02X}")).upper(),
            speed=card.text("speed", "10 Gbps"),
            up=card.flag("up", True),
            management=card.flag("management", False),
        )
        adapter.index = number + 1
        host.physical_adapters.append(adapter)


def _disk(host: Host, part: Part) -> None:
    path = part.text("path")
    try:
        host.files.make_directory(path.rsplit("\\", 1)[0])
        if "parent" in part.values:
            entry = create_differencing(host, path, part.text("parent"))
        else:
            kind = part.text("type", "dynamic", ("fixed", "dynamic"))
            entry = create_plain(host, path, part.size("size"), fixed=kind == "fixed")
        disk = disk_of(entry)
        disk.used = part.size("used", 0)
        disk.stale = part.size("stale", 0)
        disk.minimum_size = part.size("minimum_size", 0)
        if "guest" in part.values:
            disk.guest = _guest(part.part("guest", _GUEST))
        set_file_length(host, entry)
    except OperationFailed as error:
        raise TopologyError(f"{part.place}: {error}") from error


def _guest(part: Part) -> GuestSystem:
    defaults = GuestSystem()
    values: dict[str, t.Any] = {}
    for name in part.values:
        default = getattr(defaults, name)
        if isinstance(default, bool):
            values[name] = part.flag(name, default)
        elif isinstance(default, float):
            values[name] = part.number(name)
        elif isinstance(default, int):
            values[name] = part.size(name)
        elif isinstance(default, tuple):
            values[name] = tuple(str(item) for item in part.items(name))
        else:
            values[name] = part.text(name)
    return GuestSystem(**values)


def _switch(host: Host, part: Part) -> None:
    kind = part.text("type", "internal", ("private", "internal", "external"))
    try:
        cards = [find_physical(host, name=str(name)) for name in part.items("nics")]
        if kind == "external" and not cards:
            raise TopologyError(f"{part.at('nics')}: an external switch needs a network card")
        switch = create_switch(
            host,
            part.text("name"),
            kind.capitalize(),
            adapters=cards,
            allow_management=part.flag("management_os", True),
        )
    except OperationFailed as error:
        raise TopologyError(f"{part.place}: {error}") from error
    switch.notes = part.text("notes", "")


def _known_cmdlet(name: str, place: str) -> None:
    if name.casefold() not in load_cmdlets():
        raise TopologyError(f"{place}: {name!r} is not a simulated cmdlet; docs/lab-cmdlets.md lists them")


def _fault(part: Part) -> Fault:
    fault = Fault(part.text("cmdlet"))
    if fault.cmdlet != "*":
        _known_cmdlet(fault.cmdlet, part.at("cmdlet"))
    if "call" in part.values:
        fault.call = part.whole("call")
    if "times" in part.values:
        fault.times = None if part.values["times"] == "always" else part.whole("times")
    if "error_id" in part.values:
        fault.error_id = None if part.values["error_id"] is None else part.text("error_id")
    fault.category = part.text("category", fault.category)
    if "hresult" in part.values:
        value = part.values["hresult"]
        try:
            fault.hresult = signed(int(str(value), 0) & 0xFFFFFFFF)
        except ValueError as error:
            raise TopologyError(
                f"{part.at('hresult')}: a number such as 0x80070020 is wanted here, not {value!r}"
            ) from error
    fault.message = part.text("message", fault.message)
    fault.after = part.flag("after", False)
    fault.delay = part.number("delay", 0.0)
    return fault
