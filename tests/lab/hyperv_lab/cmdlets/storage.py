# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Volumes (module Storage), and network adapters of Windows (module NetAdapter)."""

from __future__ import annotations

import uuid

from ..simulation.errors import OperationFailed
from ..simulation.files import Volume
from ..simulation.values import Record
from ..simulation.wildcards import has_wildcard, matches
from .context import Context
from .registry import cmdlet

_CIM = "Microsoft.Management.Infrastructure.CimInstance#"


def missing(what: str, cmdlet_name: str) -> OperationFailed:
    """The error of a query by key that finds nothing."""
    return OperationFailed(
        f"No matching {what} objects found.",
        error_id=f"CmdletizationQuery_NotFound_{cmdlet_name}",
        category="ObjectNotFound",
        exception_type="Microsoft.PowerShell.Cmdletization.Cim.CimJobException",
    )


@cmdlet("Storage", "Get-Volume", "DriveLetter FilePath FileSystemLabel", class_name="Get-Volume")
def get_volume(ctx: Context) -> None:
    """Volumes with their free space."""
    volumes = ctx.host.files.volumes
    if ctx.has("FilePath"):
        ctx.emit(_volume(ctx, ctx.host.files.volume_of(ctx.required("FilePath"))))
        return
    letters = [text.upper() for text in ctx.texts("DriveLetter")]
    for letter in letters:
        if letter not in volumes:
            ctx.error(missing("MSFT_Volume", "DriveLetter"))
    labels = ctx.texts("FileSystemLabel")
    for letter in sorted(volumes):
        volume = volumes[letter]
        if letters and letter not in letters:
            continue
        if labels and not any(matches(label, volume.label) for label in labels):
            continue
        ctx.emit(_volume(ctx, volume))


def _volume(ctx: Context, volume: Volume) -> Record:
    identifier = uuid.uuid5(uuid.NAMESPACE_DNS, f"{ctx.host.name}.{volume.letter}")
    path = f"\\\\?\\Volume{{{identifier}}}\\"
    return Record(
        ctx.host,
        f"{_CIM}ROOT/Microsoft/Windows/Storage/MSFT_Volume",
        f"Volume:{volume.letter}",
        {
            "PSComputerName": None,
            "DriveLetter": volume.letter,
            "FileSystemLabel": volume.label,
            "FileSystem": volume.file_system,
            "FileSystemType": volume.file_system,
            "DriveType": "Fixed",
            "HealthStatus": "Healthy",
            "OperationalStatus": "OK",
            "Size": volume.size,
            "SizeRemaining": volume.free,
            "AllocationUnitSize": 4096,
            "Path": path,
            "UniqueId": path,
            "ObjectId": path,
        },
    )


@cmdlet(
    "NetAdapter",
    "Get-NetAdapter",
    "Name InterfaceDescription InterfaceIndex Physical IncludeHidden",
    class_name="Get-NetAdapter",
)
def get_net_adapter(ctx: Context) -> None:
    """Physical adapters, and "vEthernet (...)" for each adapter of the host on a switch (NET-28)."""
    host = ctx.host
    records: list[Record] = []
    for index, adapter in enumerate(host.physical_adapters):
        records.append(
            _adapter(
                ctx,
                adapter.name,
                adapter.description,
                str(adapter.guid),
                adapter.mac,
                index + 2,
                adapter.speed,
                adapter.up,
                virtual=False,
            )
        )
    if not ctx.flag("Physical"):
        for index, own in enumerate(host.host_adapters):
            suffix = f" #{index + 1}" if index else ""
            records.append(  # NET-28
                _adapter(
                    ctx,
                    f"vEthernet ({own.name})",
                    f"Hyper-V Virtual Ethernet Adapter{suffix}",
                    str(own.id),
                    own.mac,
                    index + 40,
                    "10 Gbps",
                    True,
                    virtual=True,
                )
            )
    names, descriptions, indexes = ctx.texts("Name"), ctx.texts("InterfaceDescription"), ctx.items("InterfaceIndex")
    for name in names:
        if not has_wildcard(name) and not any(matches(name, str(record.get("Name"))) for record in records):
            ctx.error(missing("MSFT_NetAdapter", "Name"))
    for record in records:
        if names and not any(matches(name, str(record.get("Name"))) for name in names):
            continue
        if descriptions and not any(matches(text, str(record.get("InterfaceDescription"))) for text in descriptions):
            continue
        if indexes and record.get("InterfaceIndex") not in indexes:
            continue
        ctx.emit(record)


def _adapter(
    ctx: Context, name: str, description: str, guid: str, mac: str, index: int, speed: str, up: bool, *, virtual: bool
) -> Record:
    dashed = "-".join(mac[position : position + 2] for position in range(0, 12, 2))
    return Record(
        ctx.host,
        f"{_CIM}ROOT/StandardCimv2/MSFT_NetAdapter",
        f"NetAdapter:{index}",
        {
            "PSComputerName": None,
            "Name": name,
            "InterfaceDescription": description,
            "InterfaceGuid": f"{{{guid.upper()}}}",
            "InterfaceIndex": index,
            "ifIndex": index,
            "Status": "Up" if up else "Disconnected",
            "MacAddress": dashed,
            "LinkSpeed": speed if up else "0 bps",
            "Virtual": virtual,
            "HardwareInterface": not virtual,
            "MtuSize": 1500,
            "DriverDescription": description,
            "MediaConnectionState": "Connected" if up else "Disconnected",
        },
    )
