# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Properties of virtual machines, checkpoints, and their settings."""

from __future__ import annotations

import typing as t
from datetime import timedelta

from ...objects.enums import enum_member
from ..checkpoints import Checkpoint
from ..machine import VirtualMachine
from ..settings import (
    SECURE_BOOT_TEMPLATES,
    Bios,
    BootSource,
    ComPort,
    Firmware,
    IntegrationService,
    Memory,
    Processor,
    Security,
    Video,
)
from ..values import EnumMember, Reader, register_readers
from .base import COMPONENT, OBJECT, attribute, constant, enum, on_off


def _setting(name: str) -> Reader:
    return lambda owner: getattr(owner.settings, name)


def _setting_enum(type_name: str, name: str) -> Reader:
    return lambda owner: enum_member(type_name, getattr(owner.settings, name))


def _parent_id(owner: t.Any) -> t.Any:
    parent = owner.parent_checkpoint if isinstance(owner, VirtualMachine) else owner.parent
    return None if parent is None else parent.id


def _parent_name(owner: t.Any) -> str | None:
    parent = owner.parent_checkpoint if isinstance(owner, VirtualMachine) else owner.parent
    return None if parent is None else str(parent.name)


def later(build: int, reader: Reader) -> Reader:
    """Read a property that objects have since a build; before, it is null (HOST-06)."""
    return lambda thing: reader(thing) if thing.host.build >= build else None  # HOST-06


def _monitors(name: str) -> Reader:
    return lambda processor: name in processor.performance_monitoring


_BOTH: dict[str, Reader] = {
    **OBJECT,
    "Id": attribute("id"),
    "Name": attribute("name"),
    "Generation": _setting("generation"),
    "Version": lambda owner: owner.machine.version,
    "Path": lambda owner: owner.machine.path,
    "ConfigurationLocation": lambda owner: owner.machine.path,
    "SnapshotFileLocation": lambda owner: owner.machine.snapshot_path,
    "SmartPagingFilePath": lambda owner: owner.machine.smart_paging_path,
    "Notes": _setting("notes"),
    "ProcessorCount": lambda owner: owner.settings.processor.count,
    "MemoryStartup": lambda owner: owner.settings.memory.startup,
    "MemoryMinimum": lambda owner: owner.settings.memory.minimum,
    "MemoryMaximum": lambda owner: owner.settings.memory.maximum,
    "DynamicMemoryEnabled": lambda owner: owner.settings.memory.dynamic,
    "AutomaticStartAction": _setting_enum("StartAction", "start_action"),
    "AutomaticStartDelay": _setting("start_delay"),
    "AutomaticStopAction": _setting_enum("StopAction", "stop_action"),
    "AutomaticCriticalErrorAction": _setting_enum("CriticalErrorAction", "critical_error_action"),
    "AutomaticCriticalErrorActionTimeout": _setting("critical_error_timeout"),
    "AutomaticCheckpointsEnabled": later(16299, _setting("automatic_checkpoints")),
    "CheckpointType": _setting_enum("CheckpointType", "checkpoint_type"),
    "LockOnDisconnect": lambda owner: on_off(owner.settings.lock_on_disconnect),
    "GuestControlledCacheTypes": _setting("guest_controlled_cache_types"),
    "LowMemoryMappedIoSpace": _setting("low_mmio"),
    "HighMemoryMappedIoSpace": _setting("high_mmio"),
    "BatteryPassthroughEnabled": later(17763, _setting("battery_passthrough")),
    "ComPort1": lambda owner: owner.settings.com_ports[0],
    "ComPort2": lambda owner: owner.settings.com_ports[1],
    "EnhancedSessionTransportType": later(
        17763, _setting_enum("EnhancedSessionTransportType", "enhanced_session_transport")
    ),
    "CreationTime": attribute("created"),
    "HardDrives": lambda owner: list(owner.settings.disks),
    "DVDDrives": lambda owner: list(owner.settings.dvds),
    "FloppyDrive": lambda owner: owner.settings.floppy,
    "NetworkAdapters": lambda owner: list(owner.settings.adapters),
    "FibreChannelHostBusAdapters": lambda owner: list(owner.settings.fibre_channel_adapters),
    "IsClustered": constant(False),
    "SizeOfSystemFiles": lambda owner: sum(entry.length for entry in owner.machine.configuration_files),
    "ParentSnapshotId": _parent_id,
    "ParentSnapshotName": _parent_name,
    "CheckpointFileLocation": lambda owner: owner.machine.snapshot_path,
    "ParentCheckpointId": _parent_id,
    "ParentCheckpointName": _parent_name,
}


def heartbeat_of(machine: VirtualMachine) -> str:
    """Name of the VMHeartbeatStatus."""
    if not machine.settings.services[1].enabled:
        return "Disabled"
    if machine.state == "Paused":
        return "Paused"
    if machine.state not in ("Running", "Stopping"):
        return "Unknown"
    return "OkApplicationsUnknown" if machine.heartbeat else "NoContact"


def _operational(machine: VirtualMachine) -> list[EnumMember]:
    names = ["Ok"]
    if machine.exporting:
        names = ["InService", "ExportingVirtualMachine"]  # EXP-09
    if machine.merges:
        names = ["InService", "MergingDisks"]  # CHK-08
    if machine.storage_migration:
        names = ["InService", machine.storage_migration]  # SMV-08
    if machine.state == "PausedCritical":
        names = ["CriticalIoError"]
    return [enum_member("VMOperationalStatus", name) for name in names]


def _status(machine: VirtualMachine) -> str:
    return "Merging disks" if machine.merges else machine.host.language.operating_normally


def _memory_status(machine: VirtualMachine) -> str:
    if not machine.heartbeat or not machine.settings.memory.dynamic:
        return ""
    return "OK" if machine.assigned >= machine.memory_demand else "Low"


register_readers(
    VirtualMachine.type_name,
    {
        **_BOTH,
        "VMId": attribute("id"),
        "VMName": attribute("name"),
        "State": enum("VMState", "state"),
        "CPUUsage": lambda machine: 1 if machine.state == "Running" and machine.heartbeat else 0,
        "MemoryAssigned": attribute("assigned"),
        "MemoryDemand": attribute("memory_demand"),
        "MemoryStatus": _memory_status,
        "Status": _status,
        "Uptime": lambda machine: timedelta(seconds=machine.uptime if machine.active else 0.0),
        "Heartbeat": lambda machine: enum_member("VMHeartbeatStatus", heartbeat_of(machine)),
        "OperationalStatus": _operational,
        "PrimaryOperationalStatus": lambda machine: _operational(machine)[0],
        "SecondaryOperationalStatus": lambda machine: next(iter(_operational(machine)[1:]), None),
        "StatusDescriptions": lambda machine: [_status(machine)],
        "IntegrationServicesVersion": lambda machine: "10.0" if machine.heartbeat else "0.0",
        "IntegrationServicesState": lambda machine: "Up to date" if machine.heartbeat else "",
        "VMIntegrationService": lambda machine: list(machine.settings.services),
        "ReplicationState": lambda machine: enum_member("VMReplicationState", "Disabled"),
        "ReplicationHealth": lambda machine: enum_member("VMReplicationHealthState", "NotApplicable"),
        "ReplicationMode": lambda machine: enum_member("VMReplicationMode", "None"),
        "VirtualMachineType": lambda machine: enum_member(
            "VirtualMachineType", "PlannedVirtualMachine" if machine.planned else "RealizedVirtualMachine"
        ),
        "VirtualMachineSubType": lambda machine: enum_member(
            "VirtualMachineSubType", f"Generation{machine.generation}"
        ),
        "ResourceMeteringEnabled": lambda machine: machine.metered_since is not None,
    },
)
register_readers(
    Checkpoint.type_name,
    {
        **_BOTH,
        "VMId": lambda checkpoint: checkpoint.machine.id,
        "VMName": lambda checkpoint: checkpoint.machine.name,
        "State": lambda checkpoint: enum_member("VMState", "Saved" if checkpoint.memory else "Off"),
        "SnapshotType": enum("SnapshotType", "kind"),
        "IsAutomaticCheckpoint": attribute("automatic"),
    },
)
register_readers(
    Processor.type_name,
    {
        **COMPONENT,
        "Count": attribute("count"),
        "Reserve": attribute("reserve"),
        "Maximum": attribute("maximum"),
        "RelativeWeight": attribute("relative_weight"),
        "MaximumCountPerNumaNode": lambda processor: processor.maximum_count_per_numa_node or processor.host.processors,
        "MaximumCountPerNumaSocket": lambda processor: processor.maximum_count_per_numa_socket or 1,
        "HwThreadCountPerCore": attribute("hw_thread_count_per_core"),
        "CompatibilityForMigrationEnabled": attribute("compatibility_for_migration"),
        "CompatibilityForOlderOperatingSystemsEnabled": attribute("compatibility_for_older_systems"),
        "ExposeVirtualizationExtensions": attribute("expose_virtualization_extensions"),
        "EnableHostResourceProtection": attribute("host_resource_protection"),
        "ResourcePoolName": attribute("resource_pool"),
        "EnableLegacyApicMode": later(17763, attribute("legacy_apic_mode")),
        "AllowACountMCount": later(17763, attribute("allow_acount_mcount")),
        **{
            f"EnablePerfmon{name.capitalize()}": later(17763, _monitors(name)) for name in ("pmu", "lbr", "pebs", "ipt")
        },
        "CompatibilityForMigrationMode": later(26100, enum("CompatibilityForMigrationMode", "compatibility_mode")),
        "ApicMode": later(20348, enum("ApicMode", "apic_mode")),
        "CpuBrandString": later(20348, attribute("brand_string")),
        "PerfCpuFreqCapMhz": later(20348, attribute("frequency_cap")),
        "L3CacheWays": later(26100, attribute("l3_cache_ways")),
    },
)
register_readers(
    Memory.type_name,
    {
        **COMPONENT,
        "Startup": attribute("startup"),
        "Minimum": attribute("minimum"),  # MEM-04: kept on machines with static memory
        "Maximum": attribute("maximum"),
        "DynamicMemoryEnabled": attribute("dynamic"),
        "Buffer": attribute("buffer"),
        "Priority": attribute("priority"),
        "MaximumPerNumaNode": lambda memory: (
            memory.maximum_per_numa_node or memory.host.memory // memory.host.numa_nodes // 1048576
        ),
        "ResourcePoolName": attribute("resource_pool"),
    },
)
register_readers(
    Bios.type_name,
    {
        **COMPONENT,
        "NumLockEnabled": attribute("num_lock"),
        "StartupOrder": lambda bios: [enum_member("BootDevice", name) for name in bios.startup_order],
    },
)
register_readers(
    Firmware.type_name,
    {
        **COMPONENT,
        "BootOrder": lambda firmware: list(firmware.boot_order),
        "SecureBoot": lambda firmware: on_off(firmware.secure_boot),
        "SecureBootTemplate": attribute("template"),
        "SecureBootTemplateId": lambda firmware: SECURE_BOOT_TEMPLATES[firmware.template],
        "PreferredNetworkBootProtocol": enum("IPProtocolPreference", "network_protocol"),
        "ConsoleMode": enum("ConsoleModeType", "console_mode"),
        "PauseAfterBootFailure": lambda firmware: on_off(firmware.pause_after_boot_failure),
    },
)
register_readers(
    Security.type_name,
    {
        **OBJECT,
        "IsDeleted": COMPONENT["IsDeleted"],
        "TpmEnabled": attribute("tpm"),
        "KsdEnabled": constant(False),
        "Shielded": attribute("shielded"),
        "EncryptStateAndVmMigrationTraffic": attribute("encrypted"),
        "VirtualizationBasedSecurityOptOut": attribute("virtualization_based_security_opt_out"),
        "BindToHostTpm": constant(False),
    },
)
register_readers(
    Video.type_name,
    {
        **COMPONENT,
        "ResolutionType": enum("ResolutionType", "resolution_type"),
        "HorizontalResolution": attribute("width"),
        "VerticalResolution": attribute("height"),
    },
)
register_readers(
    ComPort.type_name,
    {
        **COMPONENT,
        "Path": attribute("path"),
        "DebuggerMode": lambda port: on_off(port.debugger_mode),
    },
)
register_readers(
    BootSource.type_name,
    {
        **COMPONENT,
        "BootType": lambda source: enum_member("BootSourceType", source.boot_type),
        "Description": attribute("description"),
        "FirmwarePath": lambda source: f"\\{source.id}",
        "Device": attribute("device"),  # FW-04: null for a File entry
    },
)


def _service_status(service: IntegrationService) -> str:
    if not service.enabled:
        return "Disabled"
    return "Ok" if service.machine.heartbeat else "NoContact"


register_readers(
    IntegrationService.type_name,
    {
        **COMPONENT,
        "Enabled": attribute("enabled"),
        "PrimaryOperationalStatus": lambda service: enum_member(
            "VMIntegrationComponentOperationalStatus", _service_status(service)
        ),
        "PrimaryStatusDescription": lambda service: "OK" if _service_status(service) == "Ok" else "No Contact",
        "OperationalStatus": lambda service: [
            enum_member("VMIntegrationComponentOperationalStatus", _service_status(service))
        ],
        "StatusDescription": lambda service: ["OK" if _service_status(service) == "Ok" else "No Contact"],
    },
)
