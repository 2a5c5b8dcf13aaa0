# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What can be read of a host: for each part one step, and the rows as they stand in the result."""

from __future__ import annotations

import typing as t

from ...core.step import Field, Replies, Step

HOST, VOLUMES, ADAPTERS, SWITCHES = "host", "volumes", "adapters", "switches"
SANS, GPUS, DEVICES = "virtual_sans", "gpus", "assignable_devices"
PARTS = (HOST, VOLUMES, ADAPTERS, SWITCHES, SANS, GPUS, DEVICES)

_RESOURCES = {"vram": "VRAM", "encode": "Encode", "decode": "Decode", "compute": "Compute"}
_BOUNDS = {"minimum": "Min", "maximum": "Max", "optimal": "Optimal"}

_STEPS = {
    HOST: Step(
        HOST,
        "Hyper-V\\Get-VMHost",
        expect="one",
        read=(
            Field("name", "Name"),
            Field("domain", "FullyQualifiedDomainName"),
            Field("logical_processors", "LogicalProcessorCount", "integer"),
            Field("memory", "MemoryCapacity", "integer"),
            Field("vm_path", "VirtualMachinePath"),
            Field("disk_path", "VirtualHardDiskPath"),
            Field("mac_address_minimum", "MacAddressMinimum"),
            Field("mac_address_maximum", "MacAddressMaximum"),
            Field("numa_spanning", "NumaSpanningEnabled", "boolean"),
            Field("enhanced_session_mode", "EnableEnhancedSessionMode", "boolean"),
            Field("iov_support", "IovSupport", "boolean"),
            Field("iov_support_reasons", "IovSupportReasons", "texts"),
            Field("migration", "VirtualMachineMigrationEnabled", "boolean"),
            Field("migration_authentication", "VirtualMachineMigrationAuthenticationType", "enum"),
            Field("migration_performance", "VirtualMachineMigrationPerformanceOption", "enum"),
            Field("migration_any_network", "UseAnyNetworkForMigration", "boolean"),
            Field("maximum_migrations", "MaximumVirtualMachineMigrations", "integer"),
            Field("maximum_storage_migrations", "MaximumStorageMigrations", "integer"),
            Field("metering_interval_seconds", "ResourceMeteringSaveInterval", "seconds"),
        ),
    ),
    VOLUMES: Step(
        VOLUMES,
        "Storage\\Get-Volume",
        read=(
            Field("letter", "DriveLetter"),
            Field("label", "FileSystemLabel"),
            Field("file_system", "FileSystem"),
            Field("size", "Size", "integer"),
            Field("free", "SizeRemaining", "integer"),
            Field("path", "Path"),
        ),
    ),
    ADAPTERS: Step(
        ADAPTERS,
        "NetAdapter\\Get-NetAdapter",
        {"Physical": True},
        read=(
            Field("id", "InterfaceGuid", "guid"),
            Field("name", "Name"),
            Field("description", "InterfaceDescription"),
            Field("mac_address", "MacAddress"),
            Field("status", "Status"),
            Field("link_speed", "LinkSpeed"),
        ),
    ),
    SWITCHES: Step(
        SWITCHES,
        "Hyper-V\\Get-VMSwitch",
        read=(
            Field("id", "Id", "guid"),
            Field("name", "Name"),
            Field("type", "SwitchType", "enum"),
            Field("notes", "Notes"),
            Field("allow_management_os", "AllowManagementOS", "boolean"),
            Field("interface_descriptions", "NetAdapterInterfaceDescriptions", "texts"),
            Field("embedded_teaming", "EmbeddedTeamingEnabled", "boolean"),
            Field("minimum_bandwidth_mode", "BandwidthReservationMode", "enum"),
            Field("iov", "IovEnabled", "boolean"),
        ),
    ),
    SANS: Step(SANS, "Hyper-V\\Get-VMSan", read=(Field("name", "Name"), Field("notes", "Note"))),
    GPUS: Step(
        GPUS,
        "Hyper-V\\Get-VMHostPartitionableGpu",
        read=(
            Field("name", "Name"),
            Field("partitions", "PartitionCount", "integer"),
            Field("valid_partitions", "ValidPartitionCounts", "integers"),
            *(
                Field(f"{bound}_{resource}", f"{prefix}Partition{name}", "integer")
                for resource, name in (
                    ("vram", "VRAM"),
                    ("encode", "Encode"),
                    ("decode", "Decode"),
                    ("compute", "Compute"),
                )
                for bound, prefix in (("minimum", "Min"), ("maximum", "Max"), ("optimal", "Optimal"))
            ),
        ),
    ),
    DEVICES: Step(
        DEVICES,
        "Hyper-V\\Get-VMHostAssignableDevice",
        read=(Field("name", "Name"), Field("location_path", "LocationPath"), Field("instance_path", "InstancePath")),
    ),
}

#: Enumerations that options of this collection write in lower case.
_LOWER = ("type", "minimum_bandwidth_mode")


def reading_steps(parts: t.Collection[str]) -> tuple[Step, ...]:
    """Return one step for each part."""
    return tuple(_STEPS[part] for part in PARTS if part in parts)


def understand_replies(parts: t.Collection[str], replies: Replies) -> dict[str, t.Any]:
    """Return the parts as they stand in the result: the host as a mapping, the others as lists sorted by name."""
    found: dict[str, t.Any] = {}
    for part in PARTS:
        if part not in parts:
            continue
        rows = [_row(row) for row in replies[part].rows]
        if part == HOST:
            found[part] = rows[0]
        else:
            found[part] = sorted(rows, key=lambda row: (str(row.get("name") or row.get("letter") or "~"), str(row)))
    return found


def _row(row: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    changed = dict(row)
    for name in _LOWER:
        if isinstance(changed.get(name), str):
            changed[name] = changed[name].lower()
    if "letter" in changed:
        changed["letter"] = str(changed["letter"] or "").strip("\0 ") or None
    return changed
