# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""VLAN settings of adapters."""

from __future__ import annotations

from ..simulation.errors import invalid_parameter
from ..simulation.settings import VlanSetting
from .adapters import Adapter, chosen_adapters, machine_adapters
from .context import Context
from .registry import cmdlet


@cmdlet(
    "Hyper-V", "Get-VMNetworkAdapterVlan", "VMName VM VMSnapshot VMNetworkAdapter ManagementOS VMNetworkAdapterName"
)
def get_vlan(ctx: Context) -> None:
    """VLAN settings; without a machine those of all machines and of the host."""
    if ctx.has("VMSnapshot"):
        for settings in ctx.settings():
            for adapter in settings.adapters:
                ctx.emit(adapter.vlan)
        return
    if not any(ctx.has(name) for name in ("VMName", "VM", "VMNetworkAdapter", "ManagementOS")):
        everything: list[Adapter] = [
            *ctx.host.host_adapters,
            *machine_adapters(ctx, list(ctx.host.machines.values()), None),
        ]
        for each in everything:
            ctx.emit(each.vlan)
        return
    for found in chosen_adapters(ctx, name="VMNetworkAdapterName"):
        ctx.emit(found.vlan)


def parse_ids(text: str) -> list[int]:
    """VLAN ids of a list such as "1-3,7".

    Raises:
        OperationFailed: not such a list, or an id outside 1 to 4094 (VLAN-01).
    """
    numbers: list[int] = []
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if not first.isdigit() or (last and not last.isdigit()):
            raise invalid_parameter(f"'{text}' is not a list of VLAN ids.")
        numbers += range(int(first), int(last or first) + 1)
    for number in numbers:
        check_id(number)
    return sorted(set(numbers))


def check_id(number: int, *, lowest: int = 1) -> int:
    """Refuse a VLAN id outside 1 to 4094 (VLAN-01)."""
    if not lowest <= number <= 4094:  # VLAN-01
        raise invalid_parameter(f"The VLAN id {number} is outside {lowest} to 4094.")
    return number


@cmdlet(
    "Hyper-V",
    "Set-VMNetworkAdapterVlan",
    "VMName VM VMNetworkAdapter ManagementOS VMNetworkAdapterName Untagged Access VlanId Trunk NativeVlanId "
    "AllowedVlanIdList Isolated Community "
    "Promiscuous PrimaryVlanId SecondaryVlanId SecondaryVlanIdList",
)
def set_vlan(ctx: Context) -> None:
    """Set the VLAN mode of adapters, while their machines run too (VLAN-02)."""
    modes = [name for name in ("Untagged", "Access", "Trunk", "Isolated", "Community", "Promiscuous") if ctx.flag(name)]
    if len(modes) != 1:  # VLAN-03
        ctx.terminate(
            invalid_parameter("Exactly one of Untagged, Access, Trunk, Isolated, Community and Promiscuous is needed.")
        )
    ctx.each(chosen_adapters(ctx, name="VMNetworkAdapterName"), lambda adapter: _set(ctx, adapter, modes[0]))


def _set(ctx: Context, adapter: Adapter, mode: str) -> None:
    fresh = VlanSetting(adapter)
    if mode == "Access":
        fresh.mode = "Access"
        fresh.access_id = check_id(_needed(ctx, "VlanId", mode))
    elif mode == "Trunk":
        fresh.mode = "Trunk"
        fresh.native_id = check_id(_needed(ctx, "NativeVlanId", mode), lowest=0)
        fresh.allowed_ids = parse_ids(ctx.required("AllowedVlanIdList"))
    elif mode != "Untagged":
        fresh.mode = "Private"
        fresh.private_mode = mode
        fresh.primary_id = check_id(_needed(ctx, "PrimaryVlanId", mode))
        if mode == "Promiscuous":
            fresh.secondary_ids = parse_ids(ctx.required("SecondaryVlanIdList"))
        else:
            fresh.secondary_id = check_id(_needed(ctx, "SecondaryVlanId", mode))
    if ctx.whatif:
        return
    adapter.vlan = fresh  # VLAN-02
    ctx.emit_if_passthru(fresh)


def _needed(ctx: Context, parameter: str, mode: str) -> int:
    number = ctx.integer(parameter)
    if number is None:  # VLAN-03
        raise invalid_parameter(f"The mode {mode} needs {parameter}.")
    return number
