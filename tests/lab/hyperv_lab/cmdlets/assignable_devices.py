# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Discrete device assignment, and the devices of the host's Windows (module PnpDevice)."""

from __future__ import annotations

from ..simulation import assignable_devices as rules
from ..simulation.assignable_devices import DISABLED, AssignedDevice, PciDevice
from ..simulation.errors import OperationFailed, invalid_parameter
from ..simulation.machine import VirtualMachine
from ..simulation.values import Record
from ..simulation.wildcards import has_wildcard, matches
from .context import Context, names_match
from .registry import cmdlet

_LOCATION_PATHS = "DEVPKEY_Device_LocationPaths"
_CIM = "Microsoft.Management.Infrastructure.CimInstance#"


def _matching(ctx: Context) -> list[PciDevice]:
    location, instance = ctx.text("LocationPath"), ctx.text("InstancePath")
    return [
        device
        for device in ctx.host.pci_devices
        if (location is None or device.location.casefold() == location.casefold())
        and (instance is None or device.instance_path.casefold() == instance.casefold())
    ]


def _one(ctx: Context) -> PciDevice:
    if not ctx.has("LocationPath") and not ctx.has("InstancePath"):
        raise invalid_parameter("The location path or the instance path of a device is needed.")
    found = _matching(ctx)
    return found[0] if found else rules.find(ctx.host, ctx.text("LocationPath") or ctx.required("InstancePath"))


@cmdlet("Hyper-V", "Get-VMHostAssignableDevice", "InstancePath LocationPath")
def get_host_devices(ctx: Context) -> None:
    """Devices that the host's Windows has given up (DDA-02)."""
    for device in _matching(ctx):
        if device.dismounted:
            ctx.emit(device)


@cmdlet("Hyper-V", "Dismount-VMHostAssignableDevice", "InstancePath LocationPath Force")
def dismount_device(ctx: Context) -> None:
    """Take a device from the host's Windows."""
    device = _one(ctx)
    if not ctx.whatif:
        rules.dismount(device, force=ctx.flag("Force"))
        ctx.emit_if_passthru(device)


@cmdlet("Hyper-V", "Mount-VMHostAssignableDevice", "HostAssignableDevice InstancePath LocationPath")
def mount_device(ctx: Context) -> None:
    """Give devices back to the host's Windows."""
    devices = [item for item in ctx.items("HostAssignableDevice") if isinstance(item, PciDevice)] or [_one(ctx)]

    def mount(device: PciDevice) -> None:
        if not ctx.whatif:
            rules.mount(device)
            ctx.emit_if_passthru(device)

    ctx.each(devices, mount)


@cmdlet("Hyper-V", "Get-VMAssignableDevice", "VMName VM InstancePath LocationPath")
def get_assigned(ctx: Context) -> None:
    """Devices that machines have."""
    location, instance = ctx.text("LocationPath"), ctx.text("InstancePath")
    for machine in ctx.machines(name="VMName"):
        for device in machine.settings.pci_devices:
            if location is not None and device.location.casefold() != location.casefold():
                continue
            if instance is not None and device.instance_path.casefold() != instance.casefold():
                continue
            ctx.emit(device)


@cmdlet("Hyper-V", "Add-VMAssignableDevice", "VMName VM InstancePath LocationPath")
def assign_device(ctx: Context) -> None:
    """Give machines a device."""
    location = _one(ctx).location

    def assign(machine: VirtualMachine) -> None:
        if not ctx.whatif:
            ctx.emit_if_passthru(rules.assign(machine, location))

    ctx.each(ctx.machines(name="VMName"), assign)


@cmdlet("Hyper-V", "Remove-VMAssignableDevice", "VMAssignableDevice VMName InstancePath LocationPath")
def remove_device(ctx: Context) -> None:
    """Take devices from machines."""
    if ctx.has("VMAssignableDevice"):
        chosen = ctx.components("VMAssignableDevice", AssignedDevice)
    else:
        location = ctx.text("LocationPath")
        chosen = [
            device
            for machine in ctx.machines(name="VMName")
            for device in machine.settings.pci_devices
            if location is None or device.location.casefold() == location.casefold()
        ]

    def remove(device: AssignedDevice) -> None:
        if not ctx.whatif:
            rules.remove(device)
            ctx.emit_if_passthru(device)

    ctx.each(chosen, remove)


# The host's Windows


def _windows_devices(ctx: Context) -> list[PciDevice]:
    return [device for device in ctx.host.pci_devices if not device.dismounted]


def _missing(instance: str, name: str) -> OperationFailed:
    return OperationFailed(
        f"No matching Win32_PnPEntity objects found by CIM query for instances of the class: {instance}.",
        error_id=f"CmdletizationQuery_NotFound_InstanceId,{name}",
        category="ObjectNotFound",
        exception_type="Microsoft.PowerShell.Cmdletization.Cim.CimJobException",
        target=instance,
    )


@cmdlet("PnpDevice", "Get-PnpDevice", "InstanceId Class PresentOnly", class_name="Get-PnpDevice")
def get_pnp_device(ctx: Context) -> None:
    """Devices of Windows: of the lab's hosts, those of PCI Express that the topology declares."""
    patterns, classes = ctx.texts("InstanceId"), ctx.texts("Class")
    devices = _windows_devices(ctx)
    for pattern in patterns:
        if not has_wildcard(pattern) and not any(matches(pattern, device.instance) for device in devices):
            ctx.error(_missing(pattern, "Get-PnpDevice"))
    for device in devices:
        if names_match(patterns, device.instance) and names_match(classes, device.device_class):
            ctx.emit(_describe(ctx, device))


def _describe(ctx: Context, device: PciDevice) -> Record:
    return Record(
        ctx.host,
        f"{_CIM}root/cimv2/Win32_PnPEntity",
        f"PnpDevice:{device.instance}",
        {
            "PSComputerName": None,
            "InstanceId": device.instance,
            "PNPDeviceID": device.instance,
            "FriendlyName": device.name,
            "Name": device.name,
            "Class": device.device_class,
            "Present": True,
            "Status": "OK" if device.enabled else "Error",
            "ConfigManagerErrorCode": 0 if device.enabled else DISABLED,
        },
    )


@cmdlet("PnpDevice", "Get-PnpDeviceProperty", "InstanceId KeyName", class_name="Get-PnpDeviceProperty")
def get_pnp_property(ctx: Context) -> None:
    """Properties of devices; of all those that Windows has, the lab knows the location paths."""
    keys = ctx.texts("KeyName")
    if [key.casefold() for key in keys] != [_LOCATION_PATHS.casefold()]:
        ctx.not_simulated("for other properties than DEVPKEY_Device_LocationPaths")
    for instance in ctx.texts("InstanceId"):
        found = [device for device in _windows_devices(ctx) if device.instance.casefold() == instance.casefold()]
        if not found:
            ctx.error(_missing(instance, "Get-PnpDeviceProperty"))
        for device in found:
            ctx.emit(
                Record(
                    ctx.host,
                    f"{_CIM}root/cimv2/Win32_PnPDeviceProperty",
                    f"PnpDeviceProperty:{device.instance}",
                    {
                        "PSComputerName": None,
                        "InstanceId": device.instance,
                        "KeyName": _LOCATION_PATHS,
                        "Data": [device.location, f"ACPI(_SB_)#{device.location}"],
                    },
                )
            )


def _switch(ctx: Context, enabled: bool, name: str) -> None:
    for instance in ctx.texts("InstanceId"):
        found = [device for device in _windows_devices(ctx) if device.instance.casefold() == instance.casefold()]
        if not found:
            ctx.error(_missing(instance, name))
        for device in found:
            if not ctx.whatif:
                device.enabled = enabled


@cmdlet("PnpDevice", "Disable-PnpDevice", "InstanceId", class_name="Disable-PnpDevice")
def disable_device(ctx: Context) -> None:
    """Have Windows stop using devices."""
    _switch(ctx, False, "Disable-PnpDevice")


@cmdlet("PnpDevice", "Enable-PnpDevice", "InstanceId", class_name="Enable-PnpDevice")
def enable_device(ctx: Context) -> None:
    """Have Windows use devices again."""
    _switch(ctx, True, "Enable-PnpDevice")
