# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Move-VMStorage."""

from __future__ import annotations

from ..simulation import storage_migration as rules
from ..simulation.machine import VirtualMachine
from ..simulation.storage_migration import PHASE_TWO, Destinations, Migration
from .context import Context
from .registry import cmdlet

#: Share of the time after which the source's last writes follow (SMV-08).
_PHASE_ONE = 0.9


@cmdlet(
    "Hyper-V",
    "Move-VMStorage",
    "Name VM DestinationStoragePath VirtualMachinePath SnapshotFilePath SmartPagingFilePath Vhds "
    "RetainVhdCopiesOnSource",
)
def move_storage(ctx: Context) -> None:
    """Move a machine's files. It returns when all is moved; the machine may run meanwhile."""
    ctx.each(ctx.machines(), lambda machine: _move(ctx, machine))


def _move(ctx: Context, machine: VirtualMachine) -> None:
    wanted = Destinations(
        configuration=ctx.text("VirtualMachinePath"),
        checkpoints=ctx.text("SnapshotFilePath"),
        paging=ctx.text("SmartPagingFilePath"),
        disks=rules.disks_from(ctx.items("Vhds")),
        everything=ctx.text("DestinationStoragePath"),
        retain=ctx.flag("RetainVhdCopiesOnSource"),
    )
    if ctx.whatif:
        return
    rules.require_movable(machine)
    host = ctx.host
    ctx.wait(lambda: rules.moving(host) < host.maximum_storage_migrations)  # SMV-13
    migration = Migration(machine, wanted)
    migration.begin()
    size = migration.bytes
    try:
        ctx.transfer("Moving storage", int(size * _PHASE_ONE))
        machine.storage_migration = PHASE_TWO
        ctx.transfer("Moving storage", size - int(size * _PHASE_ONE))
    except BaseException:
        migration.abandon()
        raise
    migration.finish()
