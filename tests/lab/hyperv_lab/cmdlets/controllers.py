# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Controllers of machines."""

from __future__ import annotations

from ..simulation import drive_store
from ..simulation.machine import VirtualMachine
from ..simulation.settings import PmemController, ScsiController, Settings
from .context import Context
from .registry import cmdlet


def _get(ctx: Context, controller_type: str) -> None:
    wanted = ctx.integer("ControllerNumber")

    def show(settings: Settings) -> None:
        for controller in drive_store.controllers(settings, controller_type):
            if wanted is None or controller.number == wanted:
                ctx.emit(controller)

    ctx.each(ctx.settings(), show)


@cmdlet("Hyper-V", "Get-VMScsiController", "VMName VM VMSnapshot ControllerNumber")
def get_scsi(ctx: Context) -> None:
    """SCSI controllers."""
    _get(ctx, "SCSI")


@cmdlet("Hyper-V", "Get-VMIdeController", "VMName VM VMSnapshot ControllerNumber")
def get_ide(ctx: Context) -> None:
    """IDE controllers; an error on generation 2 (DRV-01)."""
    _get(ctx, "IDE")


@cmdlet("Hyper-V", "Add-VMScsiController", "VMName VM")
def add_scsi(ctx: Context) -> None:
    """Add a SCSI controller."""

    def add(machine: VirtualMachine) -> None:
        if not ctx.whatif:
            ctx.emit_if_passthru(drive_store.add_scsi_controller(machine))

    ctx.each(ctx.machines(name="VMName"), add)


@cmdlet("Hyper-V", "Remove-VMScsiController", "VMName ControllerNumber VMScsiController")
def remove_scsi(ctx: Context) -> None:
    """Remove a SCSI controller."""

    def remove(controller: ScsiController) -> None:
        if not ctx.whatif:
            drive_store.remove_scsi_controller(controller)
            ctx.emit_if_passthru(controller)

    if ctx.has("VMScsiController"):
        ctx.each(ctx.components("VMScsiController", ScsiController), remove)
        return

    def by_number(machine: VirtualMachine) -> None:
        controller = drive_store.find_controller(machine.settings, "SCSI", ctx.integer("ControllerNumber") or 0)
        assert isinstance(controller, ScsiController)
        remove(controller)

    ctx.each(ctx.machines(name="VMName"), by_number)


@cmdlet("Hyper-V", "Get-VMPmemController", "VMName VM VMSnapshot ControllerNumber")
def get_pmem(ctx: Context) -> None:
    """Persistent memory controllers."""
    _get(ctx, "PMEM")


@cmdlet("Hyper-V", "Add-VMPmemController", "VMName VM")
def add_pmem(ctx: Context) -> None:
    """Add a persistent memory controller."""

    def add(machine: VirtualMachine) -> None:
        if not ctx.whatif:
            ctx.emit_if_passthru(drive_store.add_pmem_controller(machine))

    ctx.each(ctx.machines(name="VMName"), add)


@cmdlet("Hyper-V", "Remove-VMPmemController", "VMName VMPmemController")
def remove_pmem(ctx: Context) -> None:
    """Remove persistent memory controllers."""

    def remove(controller: PmemController) -> None:
        if not ctx.whatif:
            drive_store.remove_pmem_controller(controller)
            ctx.emit_if_passthru(controller)

    if ctx.has("VMPmemController"):
        ctx.each(ctx.components("VMPmemController", PmemController), remove)
        return
    ctx.each(
        [controller for machine in ctx.machines(name="VMName") for controller in machine.settings.pmem_controllers],
        remove,
    )
