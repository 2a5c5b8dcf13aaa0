# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""DVD drives of machines."""

from __future__ import annotations

from ..simulation import drive_store
from ..simulation.errors import invalid_parameter, invalid_state
from ..simulation.machine import VirtualMachine
from ..simulation.settings import Controller, DvdDrive
from .context import Context
from .registry import cmdlet


@cmdlet("Hyper-V", "Get-VMDvdDrive", "VMName VM VMSnapshot VMDriveController ControllerNumber ControllerLocation")
def get_dvds(ctx: Context) -> None:
    """DVD drives, by slot."""
    number, location = ctx.integer("ControllerNumber"), ctx.integer("ControllerLocation")
    if ctx.has("VMDriveController"):
        drives = [
            drive for controller in ctx.components("VMDriveController", Controller) for drive in controller.drives
        ]
    else:
        drives = [drive for settings in ctx.settings() for drive in settings.dvds]
    for drive in drives:
        if (
            isinstance(drive, DvdDrive)
            and number in (None, drive.controller.number)
            and location in (None, drive.location)
        ):
            ctx.emit(drive)


@cmdlet(
    "Hyper-V",
    "Add-VMDvdDrive",
    "VMName VM VMDriveController ControllerNumber ControllerLocation Path AllowUnverifiedPaths",
)
def add_dvd(ctx: Context) -> None:
    """Add DVD drives."""

    def add(machine: VirtualMachine, number: int | None) -> None:
        if not ctx.whatif:
            ctx.emit_if_passthru(
                drive_store.add_dvd(machine, number, ctx.integer("ControllerLocation"), ctx.text("Path") or None)
            )

    if ctx.has("VMDriveController"):
        ctx.each(
            ctx.components("VMDriveController", Controller),
            lambda controller: add(controller.machine, controller.number),
        )
        return
    ctx.each(ctx.machines(name="VMName"), lambda machine: add(machine, ctx.integer("ControllerNumber")))


def _chosen(ctx: Context) -> list[DvdDrive]:
    if ctx.has("VMDvdDrive"):
        return ctx.components("VMDvdDrive", DvdDrive)
    found: list[DvdDrive] = []
    for machine in ctx.machines(name="VMName"):
        drives = [
            drive
            for drive in machine.settings.dvds
            if ctx.integer("ControllerNumber") in (None, drive.controller.number)
            and ctx.integer("ControllerLocation") in (None, drive.location)
        ]
        if not drives:
            ctx.error(invalid_parameter(f"'{machine.name}' has no DVD drive at the given location."))
        found += drives[:1]
    return found


@cmdlet(
    "Hyper-V",
    "Set-VMDvdDrive",
    "VMName VMDvdDrive ControllerNumber ControllerLocation ToControllerNumber ToControllerLocation Path "
    "AllowUnverifiedPaths",
)
def set_dvd(ctx: Context) -> None:
    """Insert an image (also while running), eject with a null path, or move the drive."""

    def change(drive: DvdDrive) -> None:
        given = any(name.casefold() == "path" for name in ctx.call.parameters)
        path = ctx.text("Path") or None
        if given and path:
            drive_store.check_image(drive.machine, path)
        if given and drive.machine.state not in ("Off", "Running", "Paused"):
            raise invalid_state(
                f"The DVD drive of '{drive.machine.name}' cannot be changed in the state {drive.machine.state}."
            )
        if ctx.whatif:
            return
        if ctx.has("ToControllerNumber") or ctx.has("ToControllerLocation"):
            drive_store.move_drive(drive, None, ctx.integer("ToControllerNumber"), ctx.integer("ToControllerLocation"))
        if given:
            drive.path = path
            drive.machine.refresh_files()
        ctx.emit_if_passthru(drive)

    ctx.each(_chosen(ctx), change)


@cmdlet("Hyper-V", "Remove-VMDvdDrive", "VMName VMDvdDrive ControllerNumber ControllerLocation")
def remove_dvd(ctx: Context) -> None:
    """Remove DVD drives."""

    def remove(drive: DvdDrive) -> None:
        if not ctx.whatif:
            drive_store.remove_drive(drive)
            ctx.emit_if_passthru(drive)

    ctx.each(_chosen(ctx), remove)
