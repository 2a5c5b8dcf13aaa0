# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Files and virtual machines that a host has from the start."""

from __future__ import annotations

import zlib

from ..objects.enums import ENUM_TYPES
from ..simulation import drive_store, machine_store
from ..simulation.assignable_devices import PciDevice
from ..simulation.errors import OperationFailed
from ..simulation.fibre_channel import VirtualSan
from ..simulation.gpu_partitions import PartitionableGpu
from ..simulation.host import GIBIBYTE, Host
from ..simulation.machine import check_memory
from ..simulation.physical_disks import PhysicalDisk
from ..simulation.settings import NetworkAdapter
from .document import Part, TopologyError

MACHINE = ("name", "generation", "path", "version", "cpus", "memory", "disks", "switch", "notes", "state", "stuck")

STUCK = (
    "",
    *(name for name in ENUM_TYPES["Microsoft.HyperV.PowerShell.VMState"].members if name.endswith(("ing", "Critical"))),
)
"""States that a machine does not leave by itself, where a topology says so."""

PHYSICAL_DISK = (
    "number", "name", "serial", "unique_id", "size", "bus", "offline", "read_only", "system", "clustered", "letter",
)  # fmt: skip

SAN = ("name", "note")
GPU = ("name", "partitions", "vram")
PCI_DEVICE = ("name", "class", "instance", "location", "memory", "enabled", "dismounted", "partitioned")


def add_file(host: Host, part: Part) -> None:
    """A plain file of a `size`, or with a `text`."""
    path = part.text("path")
    content = part.text("text").encode() if "text" in part.values else None
    try:
        host.files.make_directory(path.rpartition("\\")[0] + "\\")
        host.files.make_file(path, part.size("size", 0) if content is None else len(content), content=content)
    except OperationFailed as error:
        raise TopologyError(f"{part.place}: {error}") from error


def add_physical_disk(host: Host, part: Part) -> None:
    """A disk of the host without a volume; its number follows those of the volumes unless it is given."""
    taken = {*range(len(host.files.volumes)), *(disk.number for disk in host.physical_disks)}
    number = part.whole("number", next(free for free in range(10_000) if free not in taken))
    if number in taken:
        raise TopologyError(f"{part.at('number')}: the host has a disk {number} already")
    serial = part.text("serial", f"LAB{number:08d}")
    letter = part.text("letter", "").upper() or None
    if letter is not None and letter not in host.files.volumes:
        raise TopologyError(f"{part.at('letter')}: the host has no volume {letter}")
    offline = part.flag("offline", False)
    if letter is not None and offline:
        host.files.take_away(letter)
    host.physical_disks.append(
        PhysicalDisk(
            number,
            part.text("name", f"LAB DISK {number}"),
            serial,
            part.text("unique_id", f"5000{zlib.crc32(f'{host.name}:{serial}'.encode()):012X}"),
            part.size("size"),
            bus=part.text("bus", "SAS"),
            offline=offline,
            read_only=part.flag("read_only", False),
            system=part.flag("system", False),
            clustered=part.flag("clustered", False),
            letter=letter,
        )
    )


def add_host_devices(host: Host, part: Part) -> None:
    """Virtual SANs, GPUs that can be shared, and devices that can be given to machines."""
    for san in part.parts("virtual_sans", SAN):
        host.virtual_sans.append(VirtualSan(host, san.text("name"), san.text("note", "")))
    for gpu in part.parts("gpus", GPU):
        name = gpu.text("name")
        host.partitionable_gpus.append(
            PartitionableGpu(host, name, gpu.whole("partitions", 4), gpu.size("vram", 16 * GIBIBYTE))
        )
    for entry in part.parts("pci_devices", PCI_DEVICE):
        location = entry.text("location")
        device = PciDevice(
            host,
            entry.text("name", "Lab Accelerator"),
            entry.text("instance", f"PCI\\VEN_10DE&DEV_1EB8\\{zlib.crc32(location.encode()):08X}"),
            location,
        )
        device.device_class = entry.text("class", "Display")
        device.memory = entry.size("memory", 0)
        device.enabled = entry.flag("enabled", True)
        device.dismounted = entry.flag("dismounted", False)
        device.partitioned = entry.flag("partitioned", False)
        host.pci_devices.append(device)


def add_machine(host: Host, part: Part) -> None:
    """A virtual machine with its disks (paths), one adapter, and a power state, perhaps stuck in one (`stuck`)."""
    stuck = part.text("stuck", "", STUCK)
    state = part.text("state", "off", ("off", "running", "saved", "paused"))
    try:
        machine = machine_store.create_machine(
            host,
            part.text("name"),
            part.whole("generation", 2),
            path=part.text("path", "") or None,
            version=part.text("version", "") or None,
        )
        settings = machine.settings
        settings.notes = part.text("notes", "")
        settings.processor.count = part.whole("cpus", 1)
        settings.memory.startup = part.size("memory", GIBIBYTE)
        check_memory(settings.memory.startup, 0, 0, dynamic=False)
        for path in part.items("disks"):
            drive_store.add_disk(machine, None, None, None, str(path))
        _add_adapter(host, part, settings.adapters, NetworkAdapter(settings, host.language.network_adapter))
        if settings.firmware is not None:
            settings.firmware.add_device(settings.adapters[0])
        else:
            drive_store.add_dvd(machine, 1, 0, None)
        if state != "off":
            machine.start()
        if state == "saved":
            machine.save()
        if state == "paused":
            machine.pause()
        machine.state = stuck or machine.state  # PWR-18
    except OperationFailed as error:
        raise TopologyError(f"{part.place}: {error}") from error


def _add_adapter(host: Host, part: Part, adapters: list[NetworkAdapter], adapter: NetworkAdapter) -> None:
    wanted = part.text("switch", "")
    if wanted:
        adapter.switch = next((switch for switch in host.switches.values() if switch.name == wanted), None)
        if adapter.switch is None:
            raise TopologyError(f"{part.at('switch')}: there is no switch {wanted!r}")
    adapters.append(adapter)
