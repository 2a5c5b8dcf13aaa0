# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Checkpoints."""

from __future__ import annotations

from ..simulation import checkpoints as rules
from ..simulation.checkpoints import Checkpoint
from ..simulation.errors import invalid_parameter, not_found
from ..simulation.machine import VirtualMachine
from ..simulation.transfer import export_checkpoint
from ..simulation.wildcards import has_wildcard, matches
from .context import Context, names_match
from .registry import cmdlet


@cmdlet("Hyper-V", "Checkpoint-VM", "Name VM SnapshotName")
def checkpoint_vm(ctx: Context) -> None:
    """Take checkpoints."""

    def take(machine: VirtualMachine) -> None:
        if not ctx.whatif:
            ctx.emit_if_passthru(rules.take(machine, ctx.text("SnapshotName")))

    ctx.each(ctx.machines(), take)


@cmdlet("Hyper-V", "Get-VMSnapshot", "VMName VM Id Name SnapshotType ParentOf ChildOf")
def get_snapshot(ctx: Context) -> None:
    """Checkpoints of machines, by creation."""
    name = ctx.text("Name")
    if ctx.has("Id"):
        identifier = ctx.guid("Id")
        found = ctx.host.find_checkpoint(identifier) if identifier else None
        if found is None:
            raise not_found(f"Hyper-V was unable to find a checkpoint with id {identifier}.")
        ctx.emit(found)
        return
    if ctx.has("ParentOf"):
        owner = ctx.value("ParentOf")
        parent = (
            owner.parent_checkpoint
            if isinstance(owner, VirtualMachine)
            else owner.parent
            if isinstance(owner, Checkpoint)
            else None
        )
        candidates = [parent] if parent else []
    elif ctx.has("ChildOf"):
        chosen = ctx.components("ChildOf", Checkpoint)
        candidates = [child for each in chosen for child in each.machine.checkpoints if child.parent is each]
    else:
        candidates = [checkpoint for machine in ctx.machines(name="VMName") for checkpoint in machine.checkpoints]
    kind = ctx.text("SnapshotType")
    shown = [each for each in candidates if (name is None or matches(name, each.name)) and kind in (None, each.kind)]
    if not shown and (name is not None or kind is not None or ctx.has("ChildOf")):  # CHK-18
        ctx.error(not_found("Hyper-V was unable to find a checkpoint that fits."))
    for each in shown:
        ctx.emit(each)


def _chosen(ctx: Context) -> list[Checkpoint]:
    if ctx.has("VMSnapshot"):
        return ctx.components("VMSnapshot", Checkpoint)
    names = ctx.texts("Name")
    found = [
        checkpoint
        for machine in ctx.machines(name="VMName")
        for checkpoint in machine.checkpoints
        if names_match(names, checkpoint.name)
    ]
    if names and not found and not any(has_wildcard(name) for name in names):
        ctx.error(invalid_parameter(f"Hyper-V was unable to find a checkpoint with the name '{names[0]}'."))
    return found


@cmdlet("Hyper-V", "Remove-VMSnapshot", "VMName VM VMSnapshot Name IncludeAllChildSnapshots")
def remove_snapshot(ctx: Context) -> None:
    """Remove checkpoints. It returns before the disks are merged (CHK-06)."""

    def remove(checkpoint: Checkpoint) -> None:
        if ctx.whatif or checkpoint not in checkpoint.machine.checkpoints:
            return
        rules.remove(checkpoint, subtree=ctx.flag("IncludeAllChildSnapshots"))
        ctx.emit_if_passthru(checkpoint.machine)

    ctx.each(_chosen(ctx), remove)


@cmdlet("Hyper-V", "Restore-VMSnapshot", "VMName VM VMSnapshot Name")
def restore_snapshot(ctx: Context) -> None:
    """Go back to a checkpoint."""

    def restore(checkpoint: Checkpoint) -> None:
        if not ctx.whatif:
            rules.restore(checkpoint)
            ctx.emit_if_passthru(checkpoint)

    ctx.each(_chosen(ctx)[:1], restore)


@cmdlet("Hyper-V", "Rename-VMSnapshot", "VMName VM VMSnapshot Name NewName")
def rename_snapshot(ctx: Context) -> None:
    """Rename a checkpoint."""

    def rename(checkpoint: Checkpoint) -> None:
        if not ctx.whatif:
            checkpoint.display_name = ctx.required("NewName")
            ctx.emit_if_passthru(checkpoint)

    ctx.each(_chosen(ctx), rename)


@cmdlet("Hyper-V", "Export-VMSnapshot", "VMName VM VMSnapshot Name Path")
def export_snapshot(ctx: Context) -> None:
    """Write machines as checkpoints have them into folders of the machines' names."""

    def export(checkpoint: Checkpoint) -> None:
        if not ctx.whatif:
            export_checkpoint(checkpoint, ctx.required("Path"), ctx.transfer)
            ctx.emit_if_passthru(checkpoint)

    ctx.each(_chosen(ctx), export)
