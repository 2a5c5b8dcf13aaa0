# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""GPU partitions."""

from __future__ import annotations

from ..simulation import gpu_partitions as rules
from ..simulation.gpu_partitions import BOUNDS, RESOURCES, Changes, GpuPartition
from ..simulation.machine import VirtualMachine
from .context import Context
from .registry import cmdlet

_AMOUNTS = " ".join(f"{bound}Partition{resource}" for resource in RESOURCES for bound in BOUNDS)


def _changes(ctx: Context) -> Changes:
    found = Changes()
    for resource in RESOURCES:
        for bound in BOUNDS:
            value = ctx.integer(f"{bound}Partition{resource}")
            if value is not None:
                found.values[resource, bound] = value
    return found


@cmdlet("Hyper-V", "Get-VMHostPartitionableGpu", "Name")
def get_gpus(ctx: Context) -> None:
    """GPUs of the host that can be shared."""
    name = ctx.text("Name")
    for gpu in ctx.host.partitionable_gpus:
        if name is None or gpu.name.casefold() == name.casefold():
            ctx.emit(gpu)


@cmdlet("Hyper-V", "Get-VMGpuPartitionAdapter", "VMName VM AdapterId")
def get_partitions(ctx: Context) -> None:
    """GPU partitions of machines."""
    wanted = ctx.text("AdapterId")
    for machine in ctx.machines(name="VMName"):
        for partition in machine.settings.gpu_partitions:
            if wanted is None or partition.full_id.casefold() == wanted.casefold():
                ctx.emit(partition)


@cmdlet("Hyper-V", "Add-VMGpuPartitionAdapter", f"VMName VM InstancePath {_AMOUNTS}")
def add_partition(ctx: Context) -> None:
    """Give machines a GPU partition."""

    def add(machine: VirtualMachine) -> None:
        if not ctx.whatif:
            ctx.emit_if_passthru(rules.add(machine, ctx.text("InstancePath") or "", _changes(ctx)))

    ctx.each(ctx.machines(name="VMName"), add)


@cmdlet("Hyper-V", "Set-VMGpuPartitionAdapter", f"VMName VM VMGpuPartitionAdapter AdapterId {_AMOUNTS}")
def set_partition(ctx: Context) -> None:
    """Set what partitions are to have."""

    def change(partition: GpuPartition) -> None:
        if not ctx.whatif:
            rules.change(partition, _changes(ctx))
            ctx.emit_if_passthru(partition)

    ctx.each(_chosen(ctx), change)


@cmdlet("Hyper-V", "Remove-VMGpuPartitionAdapter", "VMName VM VMGpuPartitionAdapter AdapterId")
def remove_partition(ctx: Context) -> None:
    """Take partitions away."""

    def remove(partition: GpuPartition) -> None:
        if not ctx.whatif:
            rules.remove(partition)
            ctx.emit_if_passthru(partition)

    ctx.each(_chosen(ctx), remove)


def _chosen(ctx: Context) -> list[GpuPartition]:
    if ctx.has("VMGpuPartitionAdapter"):
        return ctx.components("VMGpuPartitionAdapter", GpuPartition)
    wanted = ctx.text("AdapterId")
    return [
        partition
        for machine in ctx.machines(name="VMName")
        for partition in machine.settings.gpu_partitions
        if wanted is None or partition.full_id.casefold() == wanted.casefold()
    ]
