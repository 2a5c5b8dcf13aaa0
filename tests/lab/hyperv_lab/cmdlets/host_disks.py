# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Disks of the host (module Storage)."""

from __future__ import annotations

import uuid

from ..simulation import physical_disks, virtual_disks
from ..simulation.host import Host
from ..simulation.values import Record, SimObject, Value
from ..simulation.wildcards import matches
from .context import Context
from .registry import cmdlet
from .storage import missing

_TYPE = "Microsoft.Management.Infrastructure.CimInstance#ROOT/Microsoft/Windows/Storage/MSFT_Disk"


def _records(ctx: Context) -> list[Record]:
    """One for each volume, the disks without one, and mounted virtual disks."""
    host = ctx.host
    found: list[Record] = []
    for number, letter in enumerate(_plain_volumes(host)):
        size = host.files.volumes[letter].size
        found.append(_record(ctx, number, f"LAB DISK {letter}", size, system=letter == "C"))
    for disk in host.physical_disks:
        found.append(
            _record(
                ctx,
                disk.number,
                disk.name,
                disk.size,
                bus=disk.bus,
                system=disk.system,
                serial=disk.serial,
                unique_id=disk.unique_id,
                offline=disk.offline,
                read_only=disk.read_only,
                clustered=disk.clustered,
            )
        )
    for number, path in host.mounted_disks.items():
        mounted = virtual_disks.disk_of(host.files.entry(path))  # readable even while a cmdlet works on it
        found.append(
            _record(
                ctx,
                number,
                "Msft Virtual Disk",
                mounted.size,
                bus="File Backed Virtual",
                serial="",
                read_only=mounted.read_only,
                location=path,
            )
        )
    return sorted(found, key=lambda record: int(str(record.get("Number"))))


def _plain_volumes(host: Host) -> list[str]:
    """Letters of the volumes that have a disk to themselves."""
    others = {disk.letter for disk in host.physical_disks}
    return [letter for letter in sorted(host.files.volumes) if letter not in others]


def _record(
    ctx: Context,
    number: int,
    name: str,
    size: int,
    *,
    bus: str = "SAS",
    system: bool = False,
    serial: str | None = None,
    unique_id: str | None = None,
    offline: bool = False,
    read_only: bool = False,
    clustered: bool = False,
    location: str = "",
) -> Record:
    made_up = uuid.uuid5(uuid.NAMESPACE_DNS, f"{ctx.host.name}.disk.{number}.{location}").hex.upper()
    identifier = made_up if unique_id is None else unique_id
    values: dict[str, Value] = {
        "PSComputerName": None,
        "Number": number,
        "DiskNumber": number,
        "FriendlyName": name,
        "SerialNumber": f"LAB{number:08d}" if serial is None else serial,
        "UniqueId": identifier,
        "Size": size,
        "AllocatedSize": size,
        "IsOffline": offline,
        "IsReadOnly": read_only,
        "IsSystem": system,
        "IsBoot": system,
        "IsClustered": clustered,
        "BusType": bus,
        "PartitionStyle": "RAW" if location or unique_id is not None else "GPT",
        "OperationalStatus": "Offline" if offline else "Online",
        "HealthStatus": "Healthy",
        "Location": location or f"Integrated : Adapter 0 : Port {number}",
        "Path": f"\\\\?\\scsi#disk&lab#{identifier.lower()}",
    }
    return Record(ctx.host, _TYPE, f"Disk:{number}:{identifier}", values)


#: Parameters that choose disks, and the property each is about.
_KEYS = {"Number": "Number", "UniqueId": "UniqueId", "Path": "Path"}
_PATTERNS = ("FriendlyName", "SerialNumber")


def _chosen(ctx: Context, cmdlet_name: str) -> list[Record]:
    records = _records(ctx)
    for parameter, name in _KEYS.items():
        if not ctx.has(parameter):
            continue
        found: list[Record] = []
        for wanted in ctx.items(parameter):
            same = [record for record in records if str(record.get(name)).casefold() == str(wanted).casefold()]
            if not same:
                ctx.error(missing("MSFT_Disk", cmdlet_name if cmdlet_name != "Get-Disk" else parameter))
            found += same
        return found
    return records


@cmdlet("Storage", "Get-Disk", "Number UniqueId Path FriendlyName SerialNumber", class_name="Get-Disk")
def get_disk(ctx: Context) -> None:
    """The host's disks, by number."""
    for record in _chosen(ctx, "Get-Disk"):
        for parameter in _PATTERNS:
            patterns = ctx.texts(parameter)
            if patterns and not any(matches(pattern, str(record.get(parameter))) for pattern in patterns):
                break
        else:
            ctx.emit(record)


@cmdlet("Storage", "Set-Disk", "Number UniqueId Path InputObject IsOffline IsReadOnly", class_name="Set-Disk")
def set_disk(ctx: Context) -> None:
    """Take disks offline or online, or make them read-only."""
    if ctx.has("InputObject"):
        targets = [item for item in ctx.items("InputObject") if isinstance(item, SimObject)]
    else:
        targets = list(_chosen(ctx, "Set-Disk"))

    def change(record: SimObject) -> None:
        number, identifier = record.get("Number"), record.get("UniqueId")
        disk = next(
            (each for each in ctx.host.physical_disks if (each.number, each.unique_id) == (number, identifier)), None
        )
        if disk is None:
            if record.get("IsSystem"):  # DISK-02
                raise physical_disks.storage_error(
                    40001, "Access Denied\n\nThe disk holds the system or boot volume of Windows."
                )
            ctx.not_simulated("a disk that holds a volume of the lab")
        offline, read_only = ctx.boolean("IsOffline"), ctx.boolean("IsReadOnly")
        if offline is not None:
            physical_disks.set_offline(ctx.host, disk, offline)
        if read_only is not None:
            disk.read_only = read_only

    ctx.each(targets, change)


@cmdlet("Storage", "Get-Partition", "DiskNumber PartitionNumber DriveLetter", class_name="Get-Partition")
def get_partition(ctx: Context) -> None:
    """Partitions: one on the disk of each volume. What is on a disk that is offline has no places in the host."""
    host = ctx.host
    found = [(number, letter, False) for number, letter in enumerate(_plain_volumes(host))]
    found += [(disk.number, disk.letter, disk.offline) for disk in host.physical_disks if disk.letter is not None]
    numbers, letters = ctx.items("DiskNumber"), [text.upper() for text in ctx.texts("DriveLetter")]
    for parameter, wanted, known in (
        ("DiskNumber", numbers, {number for number, _, _ in found}),
        ("DriveLetter", letters, {letter for _, letter, offline in found if not offline}),
    ):
        for value in wanted:
            if value not in known:
                ctx.error(missing("MSFT_Partition", parameter))
    for number, letter, offline in sorted(found):
        if (numbers and number not in numbers) or (letters and (offline or letter not in letters)):
            continue
        if ctx.integer("PartitionNumber") not in (None, 1):
            continue
        identifier = uuid.uuid5(uuid.NAMESPACE_DNS, f"{host.name}.{letter}")
        ctx.emit(
            Record(
                host,
                _TYPE.replace("MSFT_Disk", "MSFT_Partition"),
                f"Partition:{number}:1",
                {
                    "PSComputerName": None,
                    "DiskNumber": number,
                    "PartitionNumber": 1,
                    "DriveLetter": None if offline else letter,
                    "AccessPaths": [] if offline else [f"{letter}:\\", f"\\\\?\\Volume{{{identifier}}}\\"],
                    "Type": "Basic",
                    "IsOffline": offline,
                    "IsBoot": letter == "C",
                    "IsSystem": letter == "C",
                },
            )
        )
