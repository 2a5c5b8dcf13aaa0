# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Hard disk drives of machines."""

from __future__ import annotations

from ..simulation import drive_store, physical_disks
from ..simulation.errors import OperationFailed, invalid_parameter
from ..simulation.machine import VirtualMachine
from ..simulation.settings import Controller, HardDiskDrive, Settings
from .context import Context
from .registry import cmdlet


@cmdlet(
    "Hyper-V",
    "Get-VMHardDiskDrive",
    "VMName VM VMSnapshot VMDriveController ControllerType ControllerNumber ControllerLocation",
)
def get_drives(ctx: Context) -> None:
    """Hard disk drives, by slot."""
    kind, number, location = (
        ctx.text("ControllerType"),
        ctx.integer("ControllerNumber"),
        ctx.integer("ControllerLocation"),
    )
    if ctx.has("VMDriveController"):
        for controller in ctx.components("VMDriveController", Controller):
            for drive in controller.drives:
                if isinstance(drive, HardDiskDrive) and location in (None, drive.location):
                    ctx.emit(drive)
        return
    for settings in ctx.settings():
        for drive in settings.disks:
            if kind is not None and drive.controller.controller_type.casefold() != kind.casefold():
                continue
            if number is not None and drive.controller.number != number:
                continue
            if location is not None and drive.location != location:
                continue
            ctx.emit(drive)


@cmdlet(
    "Hyper-V",
    "Add-VMHardDiskDrive",
    "VMName VM VMDriveController ControllerType ControllerNumber ControllerLocation Path DiskNumber MaximumIOPS "
    "MinimumIOPS AllowUnverifiedPaths OverrideCacheAttributes QoSPolicyID ResourcePoolName "
    "SupportPersistentReservations",
)
def add_drive(ctx: Context) -> None:
    """Attach disks."""

    def add(machine: VirtualMachine, kind: str | None, number: int | None) -> None:
        _check_medium(ctx)
        if ctx.whatif:
            return
        drive_store.check_limits(ctx.integer("MinimumIOPS") or 0, ctx.integer("MaximumIOPS") or 0)
        drive = drive_store.add_disk(
            machine,
            kind,
            number,
            ctx.integer("ControllerLocation"),
            ctx.text("Path"),
            disk_number=ctx.integer("DiskNumber"),
            shared=ctx.flag("SupportPersistentReservations"),
        )
        _tune(ctx, drive, fresh=True)
        ctx.emit_if_passthru(drive)

    if ctx.has("VMDriveController"):
        ctx.each(
            ctx.components("VMDriveController", Controller),
            lambda controller: add(controller.machine, controller.controller_type, controller.number),
        )
        return
    ctx.each(
        ctx.machines(name="VMName"),
        lambda machine: add(machine, ctx.text("ControllerType"), ctx.integer("ControllerNumber")),
    )


def _check_medium(ctx: Context) -> None:
    if ctx.has("Path") and ctx.has("DiskNumber"):
        raise invalid_parameter("A drive holds a file or a disk of the host; -Path and -DiskNumber exclude each other.")


def _tune(ctx: Context, drive: HardDiskDrive, *, fresh: bool = False) -> None:
    maximum, minimum = ctx.integer("MaximumIOPS"), ctx.integer("MinimumIOPS")
    drive_store.check_limits(
        drive.minimum_iops if minimum is None else minimum, drive.maximum_iops if maximum is None else maximum
    )
    if not fresh:
        sharing = ctx.boolean("SupportPersistentReservations")
        if sharing is not None:
            drive_store.set_sharing(drive, sharing)
    if ctx.given("QoSPolicyID"):
        drive.qos_policy_id = drive_store.policy_id(ctx.text("QoSPolicyID"))
    if ctx.has("ResourcePoolName"):
        if fresh:
            drive.pool = drive_store.known_pool(ctx.host, ctx.required("ResourcePoolName"))
        else:
            drive_store.set_pool(drive, ctx.required("ResourcePoolName"))
    if ctx.has("OverrideCacheAttributes"):
        if fresh:
            drive.cache_attributes = ctx.required("OverrideCacheAttributes")
        else:
            drive_store.set_cache(drive, ctx.required("OverrideCacheAttributes"))
    if maximum is not None:
        drive.maximum_iops = maximum
    if minimum is not None:
        drive.minimum_iops = minimum


def _chosen(ctx: Context, parameter: str) -> list[HardDiskDrive]:
    if ctx.has(parameter):
        return ctx.components(parameter, HardDiskDrive)
    found: list[HardDiskDrive] = []
    for machine in ctx.machines(name="VMName"):
        try:
            found += _at(ctx, machine.settings)
        except OperationFailed as failure:
            ctx.error(failure)
    return found


def _at(ctx: Context, settings: Settings) -> list[HardDiskDrive]:
    """The drives that the given parts of a slot fit; all of them where none is given."""
    kind, number, location = (
        ctx.text("ControllerType"),
        ctx.integer("ControllerNumber"),
        ctx.integer("ControllerLocation"),
    )
    return [  # DRV-11: none is no error
        drive
        for drive in settings.disks
        if kind is None or drive.controller.controller_type.casefold() == kind.casefold()
        if number in (None, drive.controller.number)
        if location in (None, drive.location)
    ]


@cmdlet(
    "Hyper-V",
    "Set-VMHardDiskDrive",
    "VMName VMHardDiskDrive ControllerType ControllerNumber ControllerLocation Path ToControllerType "
    "ToControllerNumber ToControllerLocation DiskNumber MaximumIOPS MinimumIOPS AllowUnverifiedPaths "
    "OverrideCacheAttributes QoSPolicyID ResourcePoolName SupportPersistentReservations",
)
def set_drive(ctx: Context) -> None:
    """Give drives another disk, slot, or limits."""

    def change(drive: HardDiskDrive) -> None:
        machine = drive.machine
        path, disk_number = ctx.text("Path"), ctx.integer("DiskNumber")
        _check_medium(ctx)
        if disk_number is not None and disk_number != drive.disk_number:
            drive_store.require_hot_pluggable(machine, drive.controller)
            physical_disks.check_attachable(machine, disk_number)
        if path is not None:
            drive_store.check_place(path, drive.controller)
            if drive.path is None or path.casefold() != drive.path.casefold():
                drive_store.require_hot_pluggable(machine, drive.controller)
                drive_store.check_disk(machine, path)
                if machine.checkpoints:  # CHK-11
                    raise invalid_parameter(
                        f"The disk of '{machine.name}' cannot be replaced while there are checkpoints."
                    )
        if ctx.whatif:
            return
        if any(ctx.has(name) for name in ("ToControllerType", "ToControllerNumber", "ToControllerLocation")):
            drive_store.move_drive(
                drive,
                ctx.text("ToControllerType"),
                ctx.integer("ToControllerNumber"),
                ctx.integer("ToControllerLocation"),
            )
        if path is not None:
            drive.path, drive.disk_number = path, None
            machine.refresh_files()
        if disk_number is not None:
            drive.path, drive.disk_number = None, disk_number
            machine.refresh_files()
        _tune(ctx, drive)
        ctx.emit_if_passthru(drive)

    ctx.each(_chosen(ctx, "VMHardDiskDrive"), change)


@cmdlet(
    "Hyper-V", "Remove-VMHardDiskDrive", "VMName VMHardDiskDrive ControllerType ControllerNumber ControllerLocation"
)
def remove_drive(ctx: Context) -> None:
    """Detach disks; the files stay."""

    def remove(drive: HardDiskDrive) -> None:
        if not ctx.whatif:
            drive_store.remove_drive(drive)
            ctx.emit_if_passthru(drive)

    ctx.each(_chosen(ctx, "VMHardDiskDrive"), remove)
