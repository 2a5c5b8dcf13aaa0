# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Properties of network adapters and their settings."""

from __future__ import annotations

import typing as t

from ...objects.enums import enum_member
from ..settings import BandwidthSetting, HostAdapter, NetworkAdapter, VlanSetting
from ..values import Reader, register_readers
from .base import COMPONENT, NO_GUID, OBJECT, attribute, constant, enum, on_off


def _port(name: str) -> Reader:
    return lambda adapter: getattr(adapter.port, name)


def _port_state(name: str) -> Reader:
    return lambda adapter: on_off(getattr(adapter.port, name))


_PORT: dict[str, Reader] = {
    "IsManagementOs": attribute("is_management"),
    "IsExternalAdapter": constant(False),
    "SwitchName": lambda adapter: (
        getattr(adapter, "lost_switch", None) if adapter.switch is None else adapter.switch.name
    ),
    "SwitchId": lambda adapter: NO_GUID if adapter.switch is None else adapter.switch.id,
    "AdapterId": lambda adapter: str(adapter.id).upper(),
    "MacAddress": attribute("mac"),
    "DynamicMacAddressEnabled": attribute("dynamic_mac"),
    "MacAddressSpoofing": _port_state("mac_spoofing"),
    "DhcpGuard": _port_state("dhcp_guard"),
    "RouterGuard": _port_state("router_guard"),
    "PortMirroringMode": lambda adapter: enum_member("VMNetworkAdapterPortMirroringMode", adapter.port.port_mirroring),
    "IeeePriorityTag": _port_state("ieee_priority_tag"),
    "AllowTeaming": _port_state("allow_teaming"),
    "DeviceNaming": _port_state("device_naming"),
    "StormLimit": _port("storm_limit"),
    "DynamicIPAddressLimit": _port("dynamic_address_limit"),
    "VirtualSubnetId": _port("virtual_subnet_id"),
    "VmqWeight": _port("vmq_weight"),
    "IovWeight": _port("iov_weight"),
    "IovQueuePairsRequested": _port("iov_queue_pairs"),
    "IovInterruptModeration": lambda adapter: enum_member(
        "IovInterruptModerationValue", adapter.port.iov_interrupt_moderation
    ),
    "IPsecOffloadMaxSA": _port("ipsec_offload"),
    "BandwidthSetting": attribute("bandwidth"),
    "VlanSetting": attribute("vlan"),
    "VrssEnabled": _port("vrss_enabled"),
    "VmmqEnabled": _port("vmmq_enabled"),
}


def _status(adapter: NetworkAdapter) -> list[t.Any] | None:
    return [enum_member("VMNetworkAdapterOperationalStatus", "Ok")] if adapter.machine.active else None


def _addresses(adapter: NetworkAdapter) -> list[str]:
    return adapter.machine.addresses_of(adapter) if adapter.owner is adapter.machine else []


register_readers(
    NetworkAdapter.type_name,
    {
        **COMPONENT,
        **_PORT,
        "IsLegacy": attribute("legacy"),
        "IsSynthetic": lambda adapter: not adapter.legacy,
        "Connected": lambda adapter: adapter.switch is not None,
        "ClusterMonitored": _port("monitored_in_cluster"),
        "PoolName": constant("Primordial"),
        "NumaAwarePlacement": _port("numa_aware_placement"),
        "Status": _status,
        "StatusDescription": lambda adapter: ["OK"] if adapter.machine.active else None,
        "IPAddresses": _addresses,
    },
)
register_readers(
    HostAdapter.type_name,
    {
        **OBJECT,
        **_PORT,
        "Id": lambda adapter: f"Microsoft:{str(adapter.id).upper()}",
        "Name": attribute("display_name"),
        "VMId": constant(NO_GUID),
        "VMName": constant(None),
        "VMSnapshotId": constant(NO_GUID),
        "VMSnapshotName": constant(None),
        "DeviceId": lambda adapter: f"{{{str(adapter.id).upper()}}}",
        "Status": lambda adapter: [enum_member("VMNetworkAdapterOperationalStatus", "Ok")],
        "StatusDescription": lambda adapter: ["OK"],
        "IPAddresses": lambda adapter: [],
    },
)


def _ranges(numbers: list[int]) -> str:
    """Numbers as Hyper-V writes a list: "1-3,7"."""
    parts: list[str] = []
    for number in sorted(set(numbers)):
        if parts and number == int(parts[-1].split("-")[-1]) + 1:
            parts[-1] = f"{parts[-1].split('-')[0]}-{number}"
        else:
            parts.append(str(number))
    return ",".join(parts)


def _private_mode(vlan: VlanSetting) -> t.Any:
    return None if vlan.private_mode is None else enum_member("VMNetworkAdapterPrivateVlanMode", vlan.private_mode)


register_readers(
    VlanSetting.type_name,
    {
        **OBJECT,
        "OperationMode": enum("VMNetworkAdapterVlanMode", "mode"),
        "AccessVlanId": attribute("access_id"),
        "NativeVlanId": attribute("native_id"),
        "AllowedVlanIdList": lambda vlan: list(vlan.allowed_ids),
        "AllowedVlanIdListString": lambda vlan: _ranges(vlan.allowed_ids),
        "PrivateVlanMode": _private_mode,
        "PrimaryVlanId": attribute("primary_id"),
        "SecondaryVlanId": attribute("secondary_id"),
        "SecondaryVlanIdList": lambda vlan: list(vlan.secondary_ids),
        "SecondaryVlanIdListString": lambda vlan: _ranges(vlan.secondary_ids),
        "ParentAdapter": attribute("adapter"),
        "IsTemplate": constant(False),
    },
)
register_readers(
    BandwidthSetting.type_name,
    {
        **OBJECT,
        "MinimumBandwidthAbsolute": attribute("minimum_absolute"),
        "MinimumBandwidthWeight": attribute("minimum_weight"),
        "MaximumBandwidth": attribute("maximum"),
    },
)
