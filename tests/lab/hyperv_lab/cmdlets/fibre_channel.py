# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Virtual SANs and Fibre Channel adapters."""

from __future__ import annotations

from ..simulation import fibre_channel as rules
from ..simulation.errors import OperationFailed
from ..simulation.fibre_channel import FibreChannelAdapter, WorldWideNames
from ..simulation.machine import VirtualMachine
from ..simulation.wildcards import has_wildcard
from .context import Context, names_match
from .registry import cmdlet

_NAMES = ("WorldWideNodeNameSetA", "WorldWidePortNameSetA", "WorldWideNodeNameSetB", "WorldWidePortNameSetB")


@cmdlet("Hyper-V", "Get-VMSan", "Name")
def get_san(ctx: Context) -> None:
    """Virtual SANs."""
    patterns = ctx.texts("Name")
    for name in patterns:
        if not has_wildcard(name):
            try:
                rules.find_san(ctx.host, name)
            except OperationFailed as failure:
                ctx.error(failure)
    for san in ctx.host.virtual_sans:
        if names_match(patterns, san.name):
            ctx.emit(san)


@cmdlet("Hyper-V", "Get-VMFibreChannelHba", "VMName VM")
def get_adapters(ctx: Context) -> None:
    """Fibre Channel adapters of machines."""
    for machine in ctx.machines(name="VMName"):
        for adapter in machine.settings.fibre_channel_adapters:
            ctx.emit(adapter)


@cmdlet("Hyper-V", "Add-VMFibreChannelHba", f"VMName VM SanName GenerateWwn {' '.join(_NAMES)}")
def add_adapter(ctx: Context) -> None:
    """Connect machines to a SAN."""

    def add(machine: VirtualMachine) -> None:
        names = rules.checked_names([ctx.required(name) for name in _NAMES]) if ctx.has(_NAMES[0]) else None
        if not ctx.whatif:
            ctx.emit_if_passthru(rules.add(machine, ctx.required("SanName"), names))

    ctx.each(ctx.machines(name="VMName"), add)


@cmdlet(
    "Hyper-V", "Set-VMFibreChannelHba", "VMFibreChannelHba SanName GenerateWwn " + " ".join(f"New{n}" for n in _NAMES)
)
def set_adapter(ctx: Context) -> None:
    """Give adapters another SAN or other names."""

    def change(adapter: FibreChannelAdapter) -> None:
        adapter.machine.require_off("the Fibre Channel adapters")  # FCH-01
        if ctx.whatif:
            return
        if ctx.has("SanName"):
            adapter.san = rules.find_san(ctx.host, ctx.required("SanName")).name
        elif ctx.flag("GenerateWwn"):
            adapter.names = rules.generated_names(ctx.host)
        else:
            old = adapter.names
            values = (old.node_a, old.port_a, old.node_b, old.port_b)
            given = [ctx.text(f"New{name}") or value for name, value in zip(_NAMES, values, strict=True)]
            adapter.names = _checked(given)
        ctx.emit_if_passthru(adapter)

    ctx.each(ctx.components("VMFibreChannelHba", FibreChannelAdapter), change)


def _checked(texts: list[str]) -> WorldWideNames:
    return rules.checked_names(texts)


@cmdlet("Hyper-V", "Remove-VMFibreChannelHba", "VMFibreChannelHba")
def remove_adapter(ctx: Context) -> None:
    """Take adapters away."""

    def remove(adapter: FibreChannelAdapter) -> None:
        if not ctx.whatif:
            rules.remove(adapter)
            ctx.emit_if_passthru(adapter)

    ctx.each(ctx.components("VMFibreChannelHba", FibreChannelAdapter), remove)
