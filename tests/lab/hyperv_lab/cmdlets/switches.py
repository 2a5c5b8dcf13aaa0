# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Virtual switches."""

from __future__ import annotations

from ..simulation import switches as rules
from ..simulation.errors import OperationFailed, invalid_operation, invalid_parameter, not_found
from ..simulation.switches import PhysicalAdapter, VirtualSwitch
from ..simulation.wildcards import has_wildcard, matches
from .context import Context
from .registry import cmdlet


def switches_matching(ctx: Context, pattern: str) -> list[VirtualSwitch]:
    """Switches whose name matches a wildcard pattern, by name."""
    found = [switch for switch in ctx.host.switches.values() if matches(pattern, switch.name)]
    return sorted(found, key=lambda switch: switch.name.casefold())


def switch_missing(name: str) -> OperationFailed:
    """The error for a name that no switch has (NET-01)."""
    return invalid_parameter(  # NET-01
        f'Hyper-V was unable to find a virtual switch with name "{name}".', target=name
    )


def switch_named(ctx: Context, name: str) -> VirtualSwitch:
    """The one switch that -SwitchName means.

    Raises:
        OperationFailed: none (NET-01), or more than one of that name.
    """
    found = [
        switch for switch in ctx.host.switches.values() if switch.name.casefold() == name.casefold()
    ] or switches_matching(ctx, name)
    if not found:
        raise switch_missing(name)
    if len(found) > 1:  # NET-02
        raise invalid_operation(f"More than one virtual switch matches '{name}'.")
    return found[0]


@cmdlet("Hyper-V", "Get-VMSwitch", "Name Id SwitchType")
def get_switch(ctx: Context) -> None:
    """Switches, by name."""
    kinds = {text.casefold() for text in ctx.texts("SwitchType")}

    def show(switch: VirtualSwitch) -> None:
        if not kinds or switch.kind.casefold() in kinds:
            ctx.emit(switch)

    if ctx.has("Id"):
        for identifier in ctx.items("Id"):
            switch = ctx.host.switches.get(identifier)
            if switch is None:
                ctx.error(not_found("No Ethernet switch could be found matching the specified criteria."))
            else:
                show(switch)
        return
    pattern = ctx.text("Name")
    found = switches_matching(ctx, pattern or "*")
    if pattern and not found and not has_wildcard(pattern):
        ctx.error(switch_missing(pattern))
    for switch in found:
        show(switch)


@cmdlet(
    "Hyper-V",
    "New-VMSwitch",
    "Name SwitchType NetAdapterName NetAdapterInterfaceDescription AllowManagementOS Notes MinimumBandwidthMode "
    "EnableIov EnablePacketDirect "
    "EnableEmbeddedTeaming Id",
)
def new_switch(ctx: Context) -> None:
    """Make a switch."""
    host = ctx.host
    adapters: list[PhysicalAdapter] = []
    for name in ctx.texts("NetAdapterName"):
        adapters.append(rules.find_physical(host, name=name))
    for description in ctx.texts("NetAdapterInterfaceDescription"):
        adapters.append(rules.find_physical(host, description=description))
    teaming = ctx.boolean("EnableEmbeddedTeaming")
    if len(adapters) > 1 and teaming is False:  # NET-13
        raise invalid_parameter("A virtual switch on several network adapters needs embedded teaming.")
    if ctx.boolean("EnableIov"):
        raise invalid_parameter("The lab's network cards do not support SR-IOV.")
    kind = "External" if adapters else ctx.required("SwitchType").capitalize()
    if ctx.whatif:
        return
    allowed = ctx.boolean("AllowManagementOS")
    switch = rules.create_switch(
        host,
        ctx.required("Name"),
        kind,
        adapters=adapters,
        allow_management=allowed is not False,
        switch_id=ctx.guid("Id"),
    )
    switch.notes = ctx.text("Notes") or ""
    mode = ctx.text("MinimumBandwidthMode")
    if mode is not None:
        switch.bandwidth_mode = "Absolute" if mode == "Default" else mode
    switch.embedded_teaming = len(adapters) > 1 if teaming is None else teaming
    switch.packet_direct = bool(ctx.boolean("EnablePacketDirect"))
    ctx.emit(switch)


def _chosen(ctx: Context) -> list[VirtualSwitch]:
    if ctx.has("VMSwitch"):
        return ctx.components("VMSwitch", VirtualSwitch)
    found: list[VirtualSwitch] = []
    for name in ctx.texts("Name"):
        matching = switches_matching(ctx, name)
        if not matching and not has_wildcard(name):
            ctx.error(not_found(f'Hyper-V was unable to find a virtual switch with name "{name}".'))  # NET-01
        found += matching
    return found


@cmdlet(
    "Hyper-V",
    "Set-VMSwitch",
    "Name VMSwitch SwitchType NetAdapterName NetAdapterInterfaceDescription AllowManagementOS "
    "DefaultFlowMinimumBandwidthAbsolute "
    "DefaultFlowMinimumBandwidthWeight DefaultQueueVrssEnabled DefaultQueueVmmqEnabled EnableSoftwareRsc Notes",
)
def set_switch(ctx: Context) -> None:
    """Change a switch: type, physical adapter, management adapter, notes."""

    def change(switch: VirtualSwitch) -> None:
        physical: PhysicalAdapter | None = None
        name, description = ctx.text("NetAdapterName"), ctx.text("NetAdapterInterfaceDescription")
        current = [adapter for adapter in switch.adapters if name == adapter.name or description == adapter.description]
        if (name or description) and not current:
            physical = rules.find_physical(ctx.host, name=name, description=description)
        for parameter, mode in (
            ("DefaultFlowMinimumBandwidthAbsolute", "Absolute"),
            ("DefaultFlowMinimumBandwidthWeight", "Weight"),
        ):
            if ctx.has(parameter) and switch.bandwidth_mode != mode:  # NET-14
                raise invalid_parameter(
                    f"{parameter} does not fit the bandwidth mode {switch.bandwidth_mode} of the switch."
                )
        if ctx.whatif:
            return
        if physical is not None:
            switch.adapters = [physical]
            switch.kind = "External"
        kind = ctx.text("SwitchType")
        if kind is not None and kind != switch.kind:
            _change_kind(ctx, switch, kind)
        allowed = ctx.boolean("AllowManagementOS")
        if allowed is not None:
            rules.set_management(ctx.host, switch, allowed)
        if ctx.has("Notes"):
            switch.notes = ctx.required("Notes")
        for parameter, attribute in (
            ("DefaultFlowMinimumBandwidthAbsolute", "default_absolute"),
            ("DefaultFlowMinimumBandwidthWeight", "default_weight"),
        ):
            if ctx.has(parameter):
                setattr(switch, attribute, ctx.integer(parameter))
        for parameter, attribute in (
            ("EnableSoftwareRsc", "software_rsc"),
            ("DefaultQueueVrssEnabled", "default_vrss"),
            ("DefaultQueueVmmqEnabled", "default_vmmq"),
        ):
            if ctx.has(parameter):
                setattr(switch, attribute, ctx.boolean(parameter))
        ctx.emit_if_passthru(switch)

    ctx.each(_chosen(ctx), change)


def _change_kind(ctx: Context, switch: VirtualSwitch, kind: str) -> None:
    if kind == "External":
        raise invalid_parameter("A switch becomes external with -NetAdapterName or -NetAdapterInterfaceDescription.")
    if switch.adapters:
        rules.note_interruption(ctx.host, switch)
        switch.adapters = []
    switch.kind = kind
    if kind == "Private":
        ctx.host.host_adapters = [adapter for adapter in ctx.host.host_adapters if adapter.switch is not switch]
    elif not switch.allow_management:
        rules.add_host_adapter(ctx.host, switch, switch.name)


@cmdlet("Hyper-V", "Remove-VMSwitch", "Name VMSwitch Force")
def remove_switch(ctx: Context) -> None:
    """Remove switches."""

    def remove(switch: VirtualSwitch) -> None:
        if not ctx.whatif:
            rules.remove_switch(ctx.host, switch)

    chosen = _chosen(ctx)
    if chosen and not ctx.whatif:
        ctx.require_force("Are you sure you want to remove the virtual switch?")
    ctx.each(chosen, remove)


@cmdlet("Hyper-V", "Rename-VMSwitch", "Name VMSwitch NewName")
def rename_switch(ctx: Context) -> None:
    """Rename a switch; its host adapter keeps the name it had (NET-15)."""

    def rename(switch: VirtualSwitch) -> None:
        if not ctx.whatif:
            switch.name = ctx.required("NewName")  # NET-15
            ctx.emit_if_passthru(switch)

    ctx.each(_chosen(ctx), rename)
