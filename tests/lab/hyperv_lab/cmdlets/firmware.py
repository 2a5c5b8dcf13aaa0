# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Start-up settings: BIOS of generation 1, firmware of generation 2."""

from __future__ import annotations

from ..simulation.errors import invalid_parameter
from ..simulation.machine import VirtualMachine
from ..simulation.settings import (
    SECURE_BOOT_TEMPLATES,
    Bios,
    BootSource,
    Drive,
    Firmware,
    NetworkAdapter,
    Settings,
)
from .context import Context
from .registry import cmdlet


def _firmware(settings: Settings) -> Firmware:
    if settings.firmware is None:  # FW-01
        raise invalid_parameter(
            f'The Generation 1 virtual machine or snapshot "{settings.name}" does not support the VMFirmware cmdlets. '
            "Use Get-VMBios and Set-VMBios instead."
        )
    return settings.firmware


def _bios(settings: Settings) -> Bios:
    if settings.bios is None:  # FW-02
        raise invalid_parameter(
            f'The Generation 2 virtual machine or snapshot "{settings.name}" does not support the VMBios cmdlets. '
            "Use Get-VMFirmware and Set-VMFirmware instead."
        )
    return settings.bios


@cmdlet("Hyper-V", "Get-VMFirmware", "VMName VM VMSnapshot")
def get_firmware(ctx: Context) -> None:
    """Firmware of generation 2."""
    ctx.each(ctx.settings(), lambda settings: ctx.emit(_firmware(settings)))


@cmdlet(
    "Hyper-V",
    "Set-VMFirmware",
    "VMName VM VMFirmware BootOrder FirstBootDevice EnableSecureBoot SecureBootTemplate SecureBootTemplateId "
    "PreferredNetworkBootProtocol "
    "ConsoleMode PauseAfterBootFailure",
)
def set_firmware(ctx: Context) -> None:
    """Change firmware settings."""
    if ctx.has("VMFirmware"):
        chosen = [firmware.machine for firmware in ctx.components("VMFirmware", Firmware)]
    else:
        chosen = ctx.machines(name="VMName")
    ctx.each(chosen, lambda machine: _set_firmware(ctx, machine))


def _set_firmware(ctx: Context, machine: VirtualMachine) -> None:
    firmware = _firmware(machine.settings)
    if any(
        ctx.has(name)
        for name in (
            "EnableSecureBoot",
            "SecureBootTemplate",
            "SecureBootTemplateId",
            "BootOrder",
            "FirstBootDevice",
            "ConsoleMode",
            "PreferredNetworkBootProtocol",
            "PauseAfterBootFailure",
        )
    ):
        machine.require_off("settings")  # FW-03
    if machine.settings.security.shielded and ctx.on_off("EnableSecureBoot") is False:  # SEC-06
        raise invalid_parameter(f"Secure boot of the shielded virtual machine '{machine.name}' cannot be turned off.")
    template = _template(ctx)
    order = [_source(machine, firmware, item) for item in ctx.items("BootOrder")] if ctx.has("BootOrder") else None
    first = _source(machine, firmware, ctx.value("FirstBootDevice")) if ctx.has("FirstBootDevice") else None
    if ctx.whatif:
        return
    if order is not None:
        firmware.boot_order = list(dict.fromkeys(order))  # FW-06
    if first is not None:
        firmware.boot_order = [first, *(source for source in firmware.boot_order if source is not first)]
    if ctx.has("EnableSecureBoot"):
        firmware.secure_boot = bool(ctx.on_off("EnableSecureBoot"))
    if template is not None:
        firmware.template = template
    if ctx.has("PreferredNetworkBootProtocol"):
        firmware.network_protocol = ctx.required("PreferredNetworkBootProtocol")
    if ctx.has("ConsoleMode"):
        firmware.console_mode = ctx.required("ConsoleMode")
    if ctx.has("PauseAfterBootFailure"):
        firmware.pause_after_boot_failure = bool(ctx.on_off("PauseAfterBootFailure"))
    ctx.emit_if_passthru(firmware)


def _template(ctx: Context) -> str | None:
    if ctx.has("SecureBootTemplate"):
        wanted = ctx.required("SecureBootTemplate").casefold()
        for name in SECURE_BOOT_TEMPLATES:
            if name.casefold() == wanted:
                return name
        raise invalid_parameter(f"The secure boot template '{ctx.text('SecureBootTemplate')}' was not found.")  # FW-07
    if ctx.has("SecureBootTemplateId"):
        for name, identifier in SECURE_BOOT_TEMPLATES.items():
            if identifier == ctx.guid("SecureBootTemplateId"):
                return name
        raise invalid_parameter("The secure boot template id was not found.")
    return None


def _source(machine: VirtualMachine, firmware: Firmware, item: object) -> BootSource:
    if isinstance(item, BootSource) and item.settings is machine.settings:
        return item
    if isinstance(item, Drive | NetworkAdapter) and item.settings is machine.settings:
        existing = firmware.source_of(item)
        if existing is not None:
            return existing
        description = "EFI Network" if isinstance(item, NetworkAdapter) else "EFI SCSI Device"
        return BootSource(machine.settings, item, description)
    raise invalid_parameter(  # FW-08
        "The boot order holds a device that does not belong to the virtual machine."
    )


@cmdlet("Hyper-V", "Get-VMBios", "VMName VM VMSnapshot")
def get_bios(ctx: Context) -> None:
    """BIOS of generation 1."""
    ctx.each(ctx.settings(), lambda settings: ctx.emit(_bios(settings)))


@cmdlet("Hyper-V", "Set-VMBios", "VMName VM VMBios DisableNumLock EnableNumLock StartupOrder")
def set_bios(ctx: Context) -> None:
    """Change BIOS settings."""
    if ctx.has("VMBios"):
        chosen = [bios.machine for bios in ctx.components("VMBios", Bios)]
    else:
        chosen = ctx.machines(name="VMName")

    def change(machine: VirtualMachine) -> None:
        bios = _bios(machine.settings)
        machine.require_off("settings")  # FW-03
        order = ctx.texts("StartupOrder")
        if order:
            proper = [
                "LegacyNetworkAdapter" if name == "NetworkAdapter" else "IDE" if name == "VHD" else name
                for name in order
            ]
            if sorted(proper) != ["CD", "Floppy", "IDE", "LegacyNetworkAdapter"]:  # FW-09
                raise invalid_parameter(
                    "The start-up order must name each of CD, IDE, LegacyNetworkAdapter and Floppy once."
                )
            order = proper
        if ctx.whatif:
            return
        if order:
            bios.startup_order = order
        if ctx.flag("EnableNumLock"):
            bios.num_lock = True
        if ctx.flag("DisableNumLock"):
            bios.num_lock = False
        ctx.emit_if_passthru(bios)

    ctx.each(chosen, change)
