# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Floppy disk drives of machines."""

from __future__ import annotations

from ..simulation import drive_store
from ..simulation.settings import FloppyDrive, Settings
from .context import Context
from .registry import cmdlet


@cmdlet("Hyper-V", "Get-VMFloppyDiskDrive", "VMName VM VMSnapshot")
def get_floppies(ctx: Context) -> None:
    """Floppy disk drives; an error on generation 2 (DVD-05)."""

    def show(settings: Settings) -> None:
        ctx.emit(drive_store.floppy_of(settings))

    ctx.each(ctx.settings(), show)


@cmdlet("Hyper-V", "Set-VMFloppyDiskDrive", "VMName VM VMFloppyDiskDrive Path")
def set_floppy(ctx: Context) -> None:
    """Insert a virtual floppy disk, or with a null path take it out."""

    def change(drive: FloppyDrive) -> None:
        if not ctx.whatif:
            if ctx.given("Path"):
                drive_store.insert_floppy(drive, ctx.text("Path") or None)
            ctx.emit_if_passthru(drive)

    if ctx.has("VMFloppyDiskDrive"):
        ctx.each(ctx.components("VMFloppyDiskDrive", FloppyDrive), change)
        return
    ctx.each(
        [machine.settings for machine in ctx.machines(name="VMName")],
        lambda settings: change(drive_store.floppy_of(settings)),
    )
