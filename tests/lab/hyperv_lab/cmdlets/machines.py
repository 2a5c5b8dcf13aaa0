# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Get-, New-, Set-, Remove- and Rename-VM."""

from __future__ import annotations

from ..simulation import drive_store, machine_store, transfer
from ..simulation.errors import FileError, OperationFailed, invalid_parameter, not_found
from ..simulation.machine import VirtualMachine, check_memory
from ..simulation.settings import NetworkAdapter
from ..simulation.virtual_disks import create_plain
from .context import Context
from .registry import cmdlet
from .resources import change_memory
from .switches import switch_named


@cmdlet("Hyper-V", "Get-VM", "Name Id")
def get_vm(ctx: Context) -> None:
    """All machines, those with matching names, or the one with an id."""
    if ctx.has("Id"):
        identifier = ctx.guid("Id")
        machine = ctx.host.machines.get(identifier) if identifier else None
        if machine is None:  # VM-04
            ctx.error(not_found(f"Hyper-V was unable to find a virtual machine with id {identifier}."))
        else:
            ctx.emit(machine)
        return
    if ctx.has("Name"):
        for machine in ctx.machines():
            ctx.emit(machine)
        return
    for machine in sorted(ctx.host.machines.values(), key=lambda each: each.name.casefold()):
        ctx.emit(machine)


@cmdlet(
    "Hyper-V",
    "New-VM",
    "Name MemoryStartupBytes Generation Path SwitchName NoVHD NewVHDPath NewVHDSizeBytes VHDPath BootDevice "
    "Version Force",
)
def new_vm(ctx: Context) -> None:
    """Make a machine. It always has an adapter (VM-12), and in generation 1 a DVD drive (VM-13)."""
    if ctx.whatif:
        return
    host = ctx.host
    generation = ctx.integer("Generation") or 1
    startup = ctx.integer("MemoryStartupBytes")
    if startup is not None:
        check_memory(startup, 0, 0, dynamic=False)
    switch = switch_named(ctx, ctx.required("SwitchName")) if ctx.has("SwitchName") else None
    vhd_path = ctx.text("VHDPath")
    if vhd_path is not None and not host.files.exists(vhd_path):
        raise not_found(f"The virtual hard disk '{vhd_path}' was not found. (0x80070002)", hresult=-2147024894)
    machine = machine_store.create_machine(
        host,
        ctx.text("Name") or host.language.new_virtual_machine,
        generation,
        path=ctx.text("Path"),
        version=ctx.text("Version"),
    )
    if startup is not None:
        machine.settings.memory.startup = startup
    machine.settings.memory.dynamic = host.dynamic_memory_is_default  # MEM-13
    try:
        adapter = NetworkAdapter(machine.settings, host.language.network_adapter)  # VM-12
        adapter.switch = switch
        machine.settings.adapters.append(adapter)
        if generation == 1:
            drive_store.add_dvd(machine, 1, 0, None)  # VM-13
        if ctx.has("NewVHDPath"):
            vhd_path = machine_store.default_disk_path(machine, ctx.required("NewVHDPath"))
            create_plain(host, vhd_path, ctx.integer("NewVHDSizeBytes") or 0, fixed=False)
        if vhd_path is not None:
            drive_store.add_disk(machine, "IDE" if generation == 1 else "SCSI", 0, 0, vhd_path)
        if machine.settings.firmware is not None:
            firmware = machine.settings.firmware
            if firmware.source_of(adapter) is None:
                firmware.add_device(adapter)
            firmware.boot_order.sort(key=lambda source: source.boot_type == "Network")
        _boot_from(ctx, machine)
    except OperationFailed:
        machine_store.remove_machine(machine)  # VM-14
        raise
    ctx.emit(machine)


def _boot_from(ctx: Context, machine: VirtualMachine) -> None:
    device = ctx.text("BootDevice")
    if device is None:
        return
    settings = machine.settings
    if settings.firmware is not None:
        wanted = {"NetworkAdapter": "Network", "VHD": "Drive", "CD": "Drive"}.get(device)
        if wanted is None:
            raise invalid_parameter(f"A generation 2 virtual machine cannot start from {device}.")
        if device == "CD":
            drive_store.add_dvd(machine, None, None, None)
            settings.firmware.boot_order.insert(0, settings.firmware.boot_order.pop())
            return
        settings.firmware.boot_order.sort(key=lambda source: source.boot_type != wanted)
    elif settings.bios is not None:
        first = {"VHD": "IDE", "NetworkAdapter": "LegacyNetworkAdapter"}.get(device, device)
        settings.bios.startup_order.sort(key=lambda each: each != first)


@cmdlet(
    "Hyper-V",
    "Set-VM",
    "Name VM GuestControlledCacheTypes LowMemoryMappedIoSpace HighMemoryMappedIoSpace BatteryPassthroughEnabled "
    "ProcessorCount DynamicMemory "
    "StaticMemory MemoryMinimumBytes MemoryMaximumBytes MemoryStartupBytes AutomaticStartAction "
    "AutomaticStopAction AutomaticStartDelay "
    "AutomaticCriticalErrorAction AutomaticCriticalErrorActionTimeout AutomaticCheckpointsEnabled "
    "LockOnDisconnect Notes NewVMName "
    "SnapshotFileLocation SmartPagingFilePath CheckpointType EnhancedSessionTransportType",
)
def set_vm(ctx: Context) -> None:
    """Change settings of machines."""
    if ctx.flag("DynamicMemory") and ctx.flag("StaticMemory"):  # MEM-05
        ctx.terminate(invalid_parameter("The parameters DynamicMemory and StaticMemory cannot be used together."))
    if ctx.flag("StaticMemory") and (ctx.has("MemoryMinimumBytes") or ctx.has("MemoryMaximumBytes")):  # MEM-05
        ctx.terminate(invalid_parameter("MemoryMinimumBytes and MemoryMaximumBytes cannot be used with StaticMemory."))
    ctx.each(ctx.machines(), lambda machine: _set_vm(ctx, machine))


_OFF_ONLY = (
    "ProcessorCount",
    "DynamicMemory",
    "StaticMemory",
    "LowMemoryMappedIoSpace",
    "HighMemoryMappedIoSpace",
    "GuestControlledCacheTypes",
    "AutomaticStopAction",
    "SmartPagingFilePath",
    "EnhancedSessionTransportType",
    "BatteryPassthroughEnabled",
)
"""Parameters that need the machine off (VM-15)."""


def _set_vm(ctx: Context, machine: VirtualMachine) -> None:
    settings = machine.settings
    if any(ctx.has(name) for name in _OFF_ONLY):
        machine.require_off("the settings")  # VM-15
    if ctx.has("SnapshotFileLocation") and machine.checkpoints:  # CHK-10
        raise invalid_parameter("The checkpoint location cannot be changed while there are checkpoints.")
    if ctx.whatif:
        return
    if (
        ctx.flag("DynamicMemory")
        or ctx.flag("StaticMemory")
        or any(ctx.has(name) for name in ("MemoryMinimumBytes", "MemoryMaximumBytes", "MemoryStartupBytes"))
    ):
        dynamic = True if ctx.flag("DynamicMemory") else False if ctx.flag("StaticMemory") else None
        change_memory(
            machine,
            dynamic=dynamic,
            startup=ctx.integer("MemoryStartupBytes"),
            minimum=ctx.integer("MemoryMinimumBytes"),
            maximum=ctx.integer("MemoryMaximumBytes"),
        )
    count = ctx.integer("ProcessorCount")
    if count is not None:
        if not 1 <= count <= max(ctx.host.processors, 1):  # CPU-01
            raise invalid_parameter(f"The number of virtual processors {count} is outside 1 to {ctx.host.processors}.")
        settings.processor.count = count
    for parameter, attribute in (
        ("AutomaticStartAction", "start_action"),
        ("AutomaticStopAction", "stop_action"),
        ("AutomaticCriticalErrorAction", "critical_error_action"),
        ("CheckpointType", "checkpoint_type"),
        ("EnhancedSessionTransportType", "enhanced_session_transport"),
    ):
        if ctx.has(parameter):
            setattr(settings, attribute, ctx.text(parameter))
    for parameter, attribute in (
        ("AutomaticStartDelay", "start_delay"),
        ("AutomaticCriticalErrorActionTimeout", "critical_error_timeout"),
        ("LowMemoryMappedIoSpace", "low_mmio"),
        ("HighMemoryMappedIoSpace", "high_mmio"),
    ):
        if ctx.has(parameter):
            setattr(settings, attribute, ctx.integer(parameter))
    for parameter, attribute in (
        ("GuestControlledCacheTypes", "guest_controlled_cache_types"),
        ("BatteryPassthroughEnabled", "battery_passthrough"),
        ("AutomaticCheckpointsEnabled", "automatic_checkpoints"),
    ):
        if ctx.has(parameter):
            setattr(settings, attribute, ctx.boolean(parameter))
    if ctx.has("LockOnDisconnect"):
        settings.lock_on_disconnect = bool(ctx.on_off("LockOnDisconnect"))
    if ctx.has("Notes"):
        settings.notes = ctx.required("Notes")
    if ctx.has("SnapshotFileLocation"):
        machine.snapshot_path = ctx.required("SnapshotFileLocation")
    if ctx.has("SmartPagingFilePath"):
        machine.smart_paging_path = ctx.required("SmartPagingFilePath")
    if ctx.has("NewVMName"):
        machine_store.rename_machine(machine, ctx.required("NewVMName"))
    ctx.emit_if_passthru(machine)


@cmdlet("Hyper-V", "Remove-VM", "Name VM Force")
def remove_vm(ctx: Context) -> None:
    """Remove machines; their virtual disks stay."""

    def remove(machine: VirtualMachine) -> None:
        if ctx.whatif:
            return
        if machine.planned:  # IMP-13
            transfer.remove_planned(machine)
            return
        try:
            machine_store.remove_machine(machine)
        except FileError as failure:
            raise OperationFailed(failure.message, category=failure.category, hresult=failure.hresult) from failure
        ctx.emit_if_passthru(machine)

    chosen = ctx.machines()
    if chosen and not ctx.whatif:
        ctx.require_force("Are you sure you want to remove the virtual machine?")
    ctx.each(chosen, remove)


@cmdlet("Hyper-V", "Update-VMVersion", "Name VM Force")
def update_version(ctx: Context) -> None:
    """Raise the configuration version of machines to the newest that the host knows; there is no way back."""
    newest = ctx.host.windows.default_version

    def update(machine: VirtualMachine) -> None:
        if machine.version == newest:  # VM-17
            ctx.warn(f"The virtual machine '{machine.name}' has configuration version {newest} already.")
        else:
            machine.require_off("the configuration version")  # VM-16
            if ctx.whatif:
                return
            machine.version = newest
        ctx.emit_if_passthru(machine)

    chosen = ctx.machines()
    if chosen and not ctx.whatif:
        ctx.require_force("Are you sure you want to update the configuration version?")  # VM-16
    ctx.each(chosen, update)


@cmdlet("Hyper-V", "Rename-VM", "Name VM NewName")
def rename_vm(ctx: Context) -> None:
    """Rename machines."""

    def rename(machine: VirtualMachine) -> None:
        if not ctx.whatif:
            machine_store.rename_machine(machine, ctx.required("NewName"))
            ctx.emit_if_passthru(machine)

    ctx.each(ctx.machines(), rename)
