# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Building one host: resources, volumes, network cards, accounts, faults."""

from __future__ import annotations

import re
import typing as t

from ..simulation.errors import OperationFailed
from ..simulation.estate import Estate
from ..simulation.faults import Fault
from ..simulation.files import Volume
from ..simulation.guests import GuestSystem
from ..simulation.host import Account, Host
from ..simulation.localisation import LANGUAGES
from ..simulation.releases import RELEASES
from ..simulation.settings import GIBIBYTE
from ..simulation.switches import PhysicalAdapter
from .content import add_disks, add_files, add_machines, add_switches
from .reading import Section, TopologyError, parse_size

DEFAULT_ACCOUNT = Account("Administrator", "HyperV-Lab-2026!")
"""What a host gets that declares no account."""

_KEYS = (
    "release processors memory memory_reserve numa_nodes culture domain accounts volumes adapters mac_range machine_path disk_path hyperv services "
    "blank_disk_guest switches folders files disks machines latencies timings faults wire"
).split()
_FOLDERS = ("C:\\Windows\\Temp", "C:\\Users\\Public", "C:\\ProgramData")


def add_host(estate: Estate, name: str, number: int, values: t.Any, place: str) -> Host:
    """Make a host and add it to the estate. Raises TopologyError."""
    section = Section(values, place, _KEYS)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,14}", name):
        raise TopologyError(f"{place}: '{name}' is not a computer name (letters, digits and hyphens, at most 15)")
    host = Host(
        estate,
        name,
        release=section.choice("release", RELEASES, "2022"),
        processors=section.integer("processors", 16, lowest=1),
        memory=section.size("memory", 64 * GIBIBYTE),
        memory_reserve=section.size("memory_reserve", 2 * GIBIBYTE),
        numa_nodes=section.integer("numa_nodes", 1, lowest=1),
        culture=section.choice("culture", LANGUAGES, "en-US"),
        domain=section.text("domain", "lab.example"),
    )
    prefix = f"00155D{number + 1:02X}"
    host.mac_minimum, host.mac_maximum = prefix + "0000", prefix + "FFFF"
    if section.has("mac_range"):
        host.mac_minimum, host.mac_maximum = _mac_range(section)
    _add_accounts(host, section)
    _add_volumes(host, section)
    _add_adapters(host, section, number)
    host.machine_path = section.text("machine_path", host.machine_path)
    host.disk_path = section.text("disk_path", host.disk_path)
    _add_latencies(host, section)
    for key, value in section.section("timings", vars(host.timings)).values.items():
        setattr(host.timings, key, section.section("timings").number(key, 0.0) if value is not None else 0.0)
    if section.has("blank_disk_guest"):
        host.blank_disk_guest = read_guest(section.section("blank_disk_guest"))
    try:
        for folder in (*_FOLDERS, host.machine_path, host.disk_path, *section.texts("folders")):
            host.files.make_directory(folder)
        add_files(host, section)
        add_switches(host, section)
        add_disks(host, section)
        add_machines(host, section)
    except OperationFailed as failure:
        raise TopologyError(f"{place}: {failure.message}") from failure
    if not section.flag("hyperv", True):
        host.installed_modules.discard("hyper-v")
        host.services.pop("vmms", None)
    for service, status in section.section("services").values.items():
        if status not in ("Running", "Stopped"):
            raise TopologyError(f"{section.at('services')}.{service}: 'Running' or 'Stopped' is expected")
        host.services[str(service)] = str(status)
    host.faults = [read_fault(fault, fault_place) for fault_place, fault in section.entries("faults")]
    if section.has("wire"):
        _add_wire(host, section)
    estate.hosts[name] = host
    return host


def _mac_range(section: Section) -> tuple[str, str]:
    texts = [text.replace("-", "").replace(":", "").upper() for text in section.texts("mac_range")]
    if len(texts) != 2 or not all(re.fullmatch(r"[0-9A-F]{12}", text) for text in texts) or texts[0] > texts[1]:
        raise TopologyError(f"{section.at('mac_range')}: the first and the last address are expected")
    return texts[0], texts[1]


def _add_accounts(host: Host, section: Section) -> None:
    for place, entry in section.entries("accounts"):
        account = Section(entry, place, ("username", "password", "administrator"))
        if not account.has("username") or not account.has("password"):
            raise TopologyError(f"{place}: username and password are needed")
        host.accounts[account.text("username").casefold()] = Account(
            account.text("username"), account.text("password"), account.flag("administrator", True)
        )
    if not host.accounts:
        host.accounts[DEFAULT_ACCOUNT.username.casefold()] = DEFAULT_ACCOUNT


def _add_volumes(host: Host, section: Section) -> None:
    declared = section.section("volumes")
    values: dict[str, t.Any] = {"C": 127 * GIBIBYTE, "D": 2048 * GIBIBYTE}
    if declared.values:
        values = {str(letter).rstrip(":").upper(): entry for letter, entry in declared.values.items()}
    if "C" not in values:
        raise TopologyError(f"{declared.place}: the volume C is needed")
    for letter, entry in values.items():
        if not re.fullmatch(r"[A-Z]", letter):
            raise TopologyError(f"{declared.place}.{letter}: a drive letter is expected")
        default_used = 20 * GIBIBYTE if letter == "C" else 0
        if isinstance(entry, dict):
            volume = Section(entry, declared.at(letter), ("size", "used", "label"))
            made = Volume(letter, volume.size("size", 127 * GIBIBYTE), volume.size("used", default_used), volume.text("label"))
        else:
            made = Volume(letter, parse_size(entry, declared.at(letter)), default_used)
        if made.base_used > made.size:
            raise TopologyError(f"{declared.at(letter)}: {made.base_used} bytes used do not fit into {made.size} bytes")
        host.files.add_volume(made)


def _add_adapters(host: Host, section: Section, number: int) -> None:
    entries = section.entries("adapters")
    if not section.has("adapters"):
        entries = [("", {"name": "Ethernet", "management": True}), ("", {"name": "Ethernet 2"})]
    for index, (place, entry) in enumerate(entries):
        adapter = Section(entry, place, ("name", "description", "mac", "speed", "up", "management"))
        if not adapter.has("name"):
            raise TopologyError(f"{place}: a name is needed")
        suffix = f" #{index + 1}" if index else ""
        host.physical_adapters.append(
            PhysicalAdapter(
                adapter.text("name"),
                adapter.text("description", f"Lab Ethernet Adapter{suffix}"),
                adapter.text("mac", f"02AB00{number + 1:02X}00{index + 1:02X}").replace("-", "").upper(),
                speed=adapter.text("speed", "10 Gbps"),
                up=adapter.flag("up", True),
                management=adapter.flag("management", False),
            )
        )


def _add_latencies(host: Host, section: Section) -> None:
    latencies = section.section("latencies", ("cmdlet", "cmdlets", "request", "shell", "process", "module"))
    for name in ("cmdlet", "request", "shell", "process", "module"):
        setattr(host.latencies, name, latencies.number(name, 0.0))
    single = latencies.section("cmdlets")
    host.latencies.cmdlets = {str(name).casefold(): single.number(name, 0.0) for name in single.values}


def read_guest(section: Section) -> GuestSystem:
    """The operating system that a mapping describes. Raises TopologyError."""
    base = GuestSystem()
    known = Section(
        section.values,
        section.place,
        ("name", "boot_seconds", "address_seconds", "shutdown_seconds", "integration_services", "ignores_shutdown", "boot_entry", "boot_writes", "addresses"),
    )
    return GuestSystem(
        name=known.text("name", base.name),
        boot_seconds=known.number("boot_seconds", base.boot_seconds),
        address_seconds=known.number("address_seconds", base.address_seconds),
        shutdown_seconds=known.number("shutdown_seconds", base.shutdown_seconds),
        integration_services=known.flag("integration_services", base.integration_services),
        ignores_shutdown=known.flag("ignores_shutdown", base.ignores_shutdown),
        boot_entry=known.text("boot_entry", base.boot_entry),
        boot_writes=known.size("boot_writes", base.boot_writes),
        addresses=known.flag("addresses", base.addresses),
    )


def read_fault(values: t.Any, place: str) -> Fault:
    """The fault that a mapping describes. Raises TopologyError."""
    section = Section(values, place, ("cmdlet", "call", "times", "error_id", "category", "hresult", "message", "after", "delay"))
    if not section.has("cmdlet"):
        raise TopologyError(f"{place}: the name of a cmdlet is needed, or '*'")
    base = Fault(section.text("cmdlet"))
    hresult = section.values.get("hresult")
    if isinstance(hresult, str):
        try:
            hresult = int(hresult, 0)
        except ValueError:
            raise TopologyError(f"{section.at('hresult')}: a number such as 0x80070020 is expected") from None
    base.call = section.integer("call", 1, lowest=1) if section.has("call") else None
    times = section.values.get("times", 1)
    base.times = None if times == "always" else section.integer("times", 1, lowest=1)
    base.error_id = section.text("error_id", base.error_id or "") or None
    if "error_id" in section.values and section.values["error_id"] is None:
        base.error_id = None
    base.category = section.text("category", base.category)
    base.hresult = hresult
    base.message = section.text("message", base.message)
    base.after = section.flag("after", False)
    base.delay = section.number("delay", 0.0)
    return base


def _add_wire(host: Host, section: Section) -> None:
    from ..wire.options import options_from  # imported late: the simulation does not need the wire

    try:
        host.wire = options_from(section.section("wire").values)
    except ValueError as error:
        raise TopologyError(f"{section.at('wire')}: {error}") from error
