# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Network adapters of machines and of the host."""

from __future__ import annotations

import re

from ..simulation import switches as switch_rules
from ..simulation.errors import OperationFailed, invalid_parameter, invalid_state, not_found
from ..simulation.machine import VirtualMachine
from ..simulation.settings import BandwidthSetting, HostAdapter, NetworkAdapter
from ..simulation.switches import VirtualSwitch
from ..simulation.wildcards import matches
from .context import Context
from .registry import cmdlet
from .switches import switch_named

Adapter = NetworkAdapter | HostAdapter


def host_adapters(ctx: Context, name: str | None) -> list[Adapter]:
    """The host's adapters with matching names (all without one); a missing name becomes an error (NET-16)."""
    wanted_switch = ctx.text("SwitchName")
    found: list[Adapter] = [
        adapter
        for adapter in ctx.host.host_adapters
        if (name is None or matches(name, adapter.name))
        and (wanted_switch is None or (adapter.switch is not None and matches(wanted_switch, adapter.switch.name)))
    ]
    if not found and name is not None:
        ctx.error(_missing(name))
    return found


def machine_adapters(
    ctx: Context, machines: list[VirtualMachine], name: str | None, *, report: bool = True
) -> list[Adapter]:
    """Adapters of machines with matching names; that none of the machines has one becomes an error (NET-16).

    Names are not unique (NET-17).
    """
    found: list[Adapter] = []
    for machine in machines:
        own: list[Adapter] = [
            adapter for adapter in machine.settings.adapters if name is None or matches(name, adapter.name)
        ]
        found += own
    if not found and machines and name is not None and report:
        ctx.error(_missing(name))
    return found


def _missing(name: str) -> OperationFailed:
    return not_found(  # NET-16
        f"Unable to find a network adapter with the name '{name}'."
    )


def chosen_adapters(ctx: Context, *, name: str = "Name") -> list[Adapter]:
    """The adapters that -VMNetworkAdapter, -ManagementOS, -VM or -VMName choose."""
    if ctx.has("VMNetworkAdapter"):
        adapters: list[Adapter] = []
        for item in ctx.items("VMNetworkAdapter"):
            if not isinstance(item, NetworkAdapter | HostAdapter):
                ctx.terminate(invalid_parameter(f"'{item}' is not a network adapter."))
            if ctx.host.find_object(item.key) is not item:
                ctx.error(not_found("The network adapter was not found."))
            else:
                adapters.append(item)
        return adapters
    if ctx.flag("ManagementOS"):
        return host_adapters(ctx, ctx.text(name))
    return machine_adapters(ctx, ctx.machines(name="VMName"), ctx.text(name))


@cmdlet("Hyper-V", "Get-VMNetworkAdapter", "VMName VM VMSnapshot Name ManagementOS SwitchName All IsLegacy")
def get_adapters(ctx: Context) -> None:
    """Adapters of machines, of a checkpoint, of the host, or all."""
    name = ctx.text("Name")
    found: list[Adapter]
    if ctx.flag("All"):
        found = [adapter for adapter in ctx.host.host_adapters if name is None or matches(name, adapter.name)]
        found += machine_adapters(ctx, list(ctx.host.machines.values()), name, report=False)
    elif ctx.flag("ManagementOS"):
        found = host_adapters(ctx, name)
    elif ctx.has("VMSnapshot"):
        found = [
            adapter
            for settings in ctx.settings()
            for adapter in settings.adapters
            if name is None or matches(name, adapter.name)
        ]
    else:
        found = machine_adapters(ctx, ctx.machines(name="VMName"), name)
    legacy = ctx.boolean("IsLegacy")
    for adapter in found:
        if legacy is None or adapter.legacy == legacy:
            ctx.emit(adapter)


@cmdlet(
    "Hyper-V",
    "Add-VMNetworkAdapter",
    "VMName VM ManagementOS SwitchName Name IsLegacy DynamicMacAddress StaticMacAddress DeviceNaming "
    "NumaAwarePlacement",
)
def add_adapter(ctx: Context) -> None:
    """Add an adapter: to a running machine too in generation 2 (NET-18)."""
    switch = switch_named(ctx, ctx.required("SwitchName")) if ctx.has("SwitchName") else None
    mac = _mac(ctx)
    if ctx.flag("ManagementOS"):
        _add_to_host(ctx, switch, mac)
        return
    legacy = bool(ctx.boolean("IsLegacy"))

    def add(machine: VirtualMachine) -> None:
        if legacy and machine.generation == 2:  # NET-19
            raise invalid_parameter("A generation 2 virtual machine does not support legacy network adapters.")
        if machine.state not in ("Off", "Running") or (
            machine.state == "Running" and (legacy or machine.generation == 1)
        ):  # NET-18
            raise invalid_state(f"Failed to add device 'Ethernet Port' to '{machine.name}' in its current state.")
        if sum(adapter.legacy == legacy for adapter in machine.settings.adapters) >= (
            4 if legacy else 64 if ctx.host.build >= 20348 else 8
        ):
            raise invalid_parameter(f"'{machine.name}' has the maximum number of network adapters.")  # NET-23
        if ctx.whatif:
            return
        language = ctx.host.language
        adapter = NetworkAdapter(
            machine.settings,
            ctx.text("Name") or (language.legacy_network_adapter if legacy else language.network_adapter),
            legacy=legacy,
        )
        adapter.switch = switch
        if mac is not None:
            adapter.mac, adapter.dynamic_mac = mac, False
        elif machine.state == "Running":
            adapter.mac = ctx.host.next_mac()
        adapter.port.device_naming = bool(ctx.on_off("DeviceNaming"))
        if ctx.has("NumaAwarePlacement"):
            adapter.port.numa_aware_placement = bool(ctx.boolean("NumaAwarePlacement"))
        machine.settings.adapters.append(adapter)
        if machine.settings.firmware is not None:
            machine.settings.firmware.add_device(adapter)
        ctx.emit_if_passthru(adapter)

    ctx.each(ctx.machines(name="VMName"), add)


def _add_to_host(ctx: Context, switch: VirtualSwitch | None, mac: str | None) -> None:
    if switch is None:
        candidates = [each for each in ctx.host.switches.values() if each.kind != "Private"]
        if len(candidates) != 1:  # NET-24
            raise invalid_parameter(
                "-SwitchName is needed: the host does not have exactly one switch that can have host adapters."
            )
        switch = candidates[0]
    if ctx.whatif:
        return
    ctx.emit_if_passthru(switch_rules.add_host_adapter(ctx.host, switch, ctx.text("Name") or switch.name, mac))


def _mac(ctx: Context) -> str | None:
    text = ctx.text("StaticMacAddress")
    if text is None:
        return None
    plain = re.sub(r"[-:.]", "", text).upper()
    if not re.fullmatch(r"[0-9A-F]{12}", plain) or int(plain[:2], 16) & 1:  # NET-25
        raise invalid_parameter(f"The MAC address '{text}' is not valid.")
    return plain


_PORT_STATES = (
    ("MacAddressSpoofing", "mac_spoofing"),
    ("DhcpGuard", "dhcp_guard"),
    ("RouterGuard", "router_guard"),
    ("IeeePriorityTag", "ieee_priority_tag"),
    ("AllowTeaming", "allow_teaming"),
    ("DeviceNaming", "device_naming"),
)
_PORT_NUMBERS = (
    ("StormLimit", "storm_limit"),
    ("DynamicIPAddressLimit", "dynamic_address_limit"),
    ("VirtualSubnetId", "virtual_subnet_id"),
    ("VmqWeight", "vmq_weight"),
    ("IovWeight", "iov_weight"),
    ("IovQueuePairsRequested", "iov_queue_pairs"),
    ("IPsecOffloadMaximumSecurityAssociation", "ipsec_offload"),
)
_PORT_FLAGS = (
    ("VrssEnabled", "vrss_enabled"),
    ("VmmqEnabled", "vmmq_enabled"),
    ("NumaAwarePlacement", "numa_aware_placement"),
)


@cmdlet(
    "Hyper-V",
    "Set-VMNetworkAdapter",
    "VMName VM VMNetworkAdapter ManagementOS Name DynamicMacAddress StaticMacAddress MacAddressSpoofing "
    "DhcpGuard RouterGuard PortMirroring "
    "IeeePriorityTag AllowTeaming DeviceNaming StormLimit DynamicIPAddressLimit VirtualSubnetId VmqWeight "
    "IovWeight IovQueuePairsRequested "
    "IovInterruptModeration IPsecOffloadMaximumSecurityAssociation VrssEnabled VmmqEnabled NumaAwarePlacement "
    "NotMonitoredInCluster "
    "MaximumBandwidth MinimumBandwidthAbsolute MinimumBandwidthWeight",
)
def set_adapter(ctx: Context) -> None:
    """Change settings of adapters."""
    if ctx.flag("DynamicMacAddress") and ctx.has("StaticMacAddress"):
        ctx.terminate(
            invalid_parameter("The parameters DynamicMacAddress and StaticMacAddress cannot be used together.")
        )
    mac = _mac(ctx)
    ctx.each(chosen_adapters(ctx), lambda adapter: _set_adapter(ctx, adapter, mac))


def _set_adapter(ctx: Context, adapter: Adapter, mac: str | None) -> None:
    if (mac is not None or ctx.flag("DynamicMacAddress") or ctx.has("DeviceNaming")) and isinstance(
        adapter, NetworkAdapter
    ):
        adapter.machine.require_off("device 'Ethernet Port'")  # NET-26
    _check_bandwidth(ctx, adapter)
    if ctx.whatif:
        return
    if mac is not None:
        adapter.mac = mac
        if isinstance(adapter, NetworkAdapter):
            adapter.dynamic_mac = False
    if ctx.flag("DynamicMacAddress") and isinstance(adapter, NetworkAdapter) and not adapter.dynamic_mac:
        adapter.dynamic_mac, adapter.mac = True, "000000000000"  # NET-20
    port = adapter.port
    for parameter, attribute in _PORT_STATES:
        if ctx.has(parameter):
            setattr(port, attribute, bool(ctx.on_off(parameter)))
    for parameter, attribute in _PORT_NUMBERS:
        if ctx.has(parameter):
            setattr(port, attribute, ctx.integer(parameter))
    for parameter, attribute in _PORT_FLAGS:
        if ctx.has(parameter):
            setattr(port, attribute, ctx.boolean(parameter))
    if ctx.has("PortMirroring"):
        port.port_mirroring = ctx.required("PortMirroring")
    if ctx.has("IovInterruptModeration"):
        port.iov_interrupt_moderation = ctx.required("IovInterruptModeration")
    if ctx.has("NotMonitoredInCluster"):
        port.monitored_in_cluster = not ctx.boolean("NotMonitoredInCluster")
    _set_bandwidth(ctx, adapter)
    ctx.emit_if_passthru(adapter)


def _check_bandwidth(ctx: Context, adapter: Adapter) -> None:
    mode = None if adapter.switch is None else adapter.switch.bandwidth_mode
    for parameter, needed in (("MinimumBandwidthAbsolute", "Absolute"), ("MinimumBandwidthWeight", "Weight")):
        if ctx.has(parameter) and mode is not None and mode != needed:  # NET-14
            raise invalid_parameter(f"{parameter} does not fit the bandwidth mode {mode} of the virtual switch.")
    weight = ctx.integer("MinimumBandwidthWeight")
    if weight is not None and not 0 <= weight <= 100:
        raise invalid_parameter(f"The bandwidth weight {weight} is outside 0 to 100.")


def _set_bandwidth(ctx: Context, adapter: Adapter) -> None:
    for parameter, attribute in (
        ("MaximumBandwidth", "maximum"),
        ("MinimumBandwidthAbsolute", "minimum_absolute"),
        ("MinimumBandwidthWeight", "minimum_weight"),
    ):
        number = ctx.integer(parameter)
        if number is not None:
            adapter.bandwidth = adapter.bandwidth or BandwidthSetting(adapter)  # NET-27
            setattr(adapter.bandwidth, attribute, number)


@cmdlet("Hyper-V", "Remove-VMNetworkAdapter", "VMName VM VMNetworkAdapter ManagementOS Name SwitchName")
def remove_adapter(ctx: Context) -> None:
    """Remove adapters."""

    def remove(adapter: Adapter) -> None:
        if isinstance(adapter, HostAdapter):
            if not ctx.whatif:
                ctx.host.host_adapters = [each for each in ctx.host.host_adapters if each is not adapter]
                if (
                    adapter.switch is not None
                    and adapter.switch.kind == "Internal"
                    and not adapter.switch.allow_management
                ):
                    adapter.switch.kind = "Private"  # NET-09
            return
        machine = adapter.machine
        if machine.state not in ("Off", "Running") or (
            machine.state == "Running" and (adapter.legacy or machine.generation == 1)
        ):  # NET-18
            raise invalid_state(f"Failed to remove device 'Ethernet Port' from '{machine.name}' in its current state.")
        if ctx.whatif:
            return
        machine.settings.adapters = [each for each in machine.settings.adapters if each is not adapter]
        if machine.settings.firmware is not None:
            machine.settings.firmware.drop_device(adapter)
        ctx.emit_if_passthru(adapter)

    ctx.each(chosen_adapters(ctx), remove)


@cmdlet("Hyper-V", "Rename-VMNetworkAdapter", "VMName VM VMNetworkAdapter ManagementOS Name NewName")
def rename_adapter(ctx: Context) -> None:
    """Rename adapters."""

    def rename(adapter: Adapter) -> None:
        if not ctx.whatif:
            adapter.display_name = ctx.required("NewName")
            ctx.emit_if_passthru(adapter)

    ctx.each(chosen_adapters(ctx), rename)


@cmdlet("Hyper-V", "Connect-VMNetworkAdapter", "VMName Name VMNetworkAdapter SwitchName VMSwitch")
def connect_adapter(ctx: Context) -> None:
    """Connect adapters to a switch."""
    if ctx.has("VMSwitch"):
        given = ctx.components("VMSwitch", VirtualSwitch)
        if not given:
            return
        switch = given[0]
    else:
        switch = switch_named(ctx, ctx.required("SwitchName"))
    ctx.each(_connectable(ctx), lambda adapter: _connect(ctx, adapter, switch))


@cmdlet("Hyper-V", "Disconnect-VMNetworkAdapter", "VMName Name VMNetworkAdapter")
def disconnect_adapter(ctx: Context) -> None:
    """Disconnect adapters from their switches."""
    ctx.each(_connectable(ctx), lambda adapter: _connect(ctx, adapter, None))


def _connectable(ctx: Context) -> list[Adapter]:
    if ctx.has("VMNetworkAdapter"):
        return chosen_adapters(ctx)
    machines = ctx.machines(name="VMName")
    names = ctx.texts("Name")
    if not names:
        return machine_adapters(ctx, machines, None)
    return [adapter for name in names for adapter in machine_adapters(ctx, machines, name)]


def _connect(ctx: Context, adapter: Adapter, switch: VirtualSwitch | None) -> None:
    if isinstance(adapter, HostAdapter):
        raise invalid_parameter("The host's own adapters are tied to their switches.")
    if not ctx.whatif:
        adapter.switch, adapter.lost_switch = switch, None
        ctx.emit_if_passthru(adapter)
