# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Properties of the host and of switches."""

from __future__ import annotations

import typing as t
from datetime import timedelta

from ...objects.enums import enum_member
from ..host import Host
from ..switches import VirtualSwitch
from ..values import register_readers
from .base import OBJECT, attribute, constant, enum

register_readers(
    Host.type_name,
    {
        **OBJECT,
        "Name": attribute("name"),
        "FullyQualifiedDomainName": lambda host: host.domain,
        "LogicalProcessorCount": attribute("processors"),
        "MemoryCapacity": attribute("memory"),
        "VirtualMachinePath": attribute("machine_path"),
        "VirtualHardDiskPath": attribute("disk_path"),
        "MacAddressMinimum": attribute("mac_minimum"),
        "MacAddressMaximum": attribute("mac_maximum"),
        "NumaSpanningEnabled": attribute("numa_spanning"),
        "EnableEnhancedSessionMode": attribute("enhanced_session"),
        "IovSupport": constant(False),
        "IovSupportReasons": lambda host: ["The lab's network cards do not support SR-IOV."],
        "MaximumStorageMigrations": attribute("maximum_storage_migrations"),
        "MaximumVirtualMachineMigrations": attribute("maximum_machine_migrations"),
        "VirtualMachineMigrationEnabled": attribute("migration_enabled"),
        "UseAnyNetworkForMigration": attribute("migration_any_network"),
        "VirtualMachineMigrationAuthenticationType": enum("MigrationAuthenticationType", "migration_authentication"),
        "VirtualMachineMigrationPerformanceOption": enum("VMMigrationPerformance", "migration_performance"),
        "ResourceMeteringSaveInterval": lambda host: timedelta(seconds=host.metering_interval),
        "FibreChannelWwnn": constant("C003FF0000FFFF00"),
        "FibreChannelWwpnMinimum": constant("C003FF5778E50000"),
        "FibreChannelWwpnMaximum": constant("C003FF5778E5FFFF"),
        "SupportedVmVersions": lambda host: list(host.windows.versions),
    },
)


def _description(switch: VirtualSwitch) -> str | None:
    if not switch.adapters:
        return None
    return "Teamed-Interface" if switch.embedded_teaming else switch.adapters[0].description


def _descriptions(switch: VirtualSwitch) -> list[str] | None:
    return [adapter.description for adapter in switch.adapters] or None


def _guids(switch: VirtualSwitch) -> t.Any:
    return [adapter.guid for adapter in switch.adapters] or None


register_readers(
    VirtualSwitch.type_name,
    {
        **OBJECT,
        "Id": attribute("id"),
        "Name": attribute("name"),
        "SwitchType": enum("VMSwitchType", "kind"),
        "Notes": attribute("notes"),
        "AllowManagementOS": attribute("allow_management"),
        "NetAdapterInterfaceDescription": _description,  # NET-12
        "NetAdapterInterfaceDescriptions": _descriptions,
        "NetAdapterInterfaceGuid": _guids,
        "EmbeddedTeamingEnabled": attribute("embedded_teaming"),
        "IovEnabled": attribute("iov"),
        "IovSupport": constant(False),
        "PacketDirectEnabled": attribute("packet_direct"),
        "BandwidthReservationMode": lambda switch: enum_member("VMSwitchBandwidthMode", switch.bandwidth_mode),
        "DefaultFlowMinimumBandwidthAbsolute": attribute("default_absolute"),
        "DefaultFlowMinimumBandwidthWeight": attribute("default_weight"),
        "SoftwareRscEnabled": attribute("software_rsc"),
        "DefaultQueueVrssEnabledRequested": attribute("default_vrss"),
        "DefaultQueueVmmqEnabledRequested": attribute("default_vmmq"),
    },
)
