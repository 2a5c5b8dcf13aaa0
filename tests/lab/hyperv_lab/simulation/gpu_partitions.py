# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""GPUs of a host that can be shared, and the partitions that machines have of them."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .errors import OperationFailed, invalid_parameter
from .settings import Component, Settings
from .values import SimObject

if t.TYPE_CHECKING:
    from .host import Host
    from .machine import VirtualMachine

RESOURCES = ("VRAM", "Encode", "Decode", "Compute")
BOUNDS = ("Min", "Max", "Optimal")


class PartitionableGpu(SimObject):
    """A GPU of the host that can be shared.

    Attributes:
        name: its device interface path.
        partitions: into how many parts it is cut.
        most: for each resource, what one partition can have at most.
    """

    type_name = "Microsoft.HyperV.PowerShell.VMHostPartitionableGpu"

    def __init__(self, host: Host, name: str, partitions: int, vram: int) -> None:
        self.host = host
        self.name = name
        self.partitions = partitions
        self.valid_counts = sorted({1, 2, 4, 8, 16, 32, partitions})
        self.most = {"VRAM": vram, "Encode": 2**63, "Decode": vram, "Compute": vram}

    @property
    def key(self) -> str:
        return f"PartitionableGpu:{self.name.casefold()}"

    @property
    def used(self) -> int:
        """Partitions that running machines have."""
        return sum(
            1
            for machine in self.host.machines.values()
            if machine.active
            for partition in machine.settings.gpu_partitions
            if partition.placed == self.name
        )


@dataclass
class Amounts:
    """What a partition is to have of one resource; None is what Hyper-V chooses."""

    minimum: int | None = None
    maximum: int | None = None
    optimal: int | None = None


class GpuPartition(Component):
    """A machine's part of a GPU.

    Attributes:
        instance_path: the GPU that it must be of; empty for any.
        placed: the GPU that it is of while the machine is on.
    """

    type_name = "Microsoft.HyperV.PowerShell.VMGpuPartitionAdapter"
    kind = "GpuPartition"

    def __init__(self, settings: Settings, instance_path: str) -> None:
        super().__init__(settings)
        self.instance_path = instance_path
        self.placed = ""
        self.amounts = {resource: Amounts() for resource in RESOURCES}

    @property
    def name(self) -> str:
        return "GPU Partition Settings"


@dataclass
class Changes:
    """Amounts that a cmdlet was asked to set: resource and bound, to the number."""

    values: dict[tuple[str, str], int] = field(default_factory=dict)

    def check(self, partition: GpuPartition | None) -> None:
        """Refuse amounts that contradict each other, or those that there are (GPU-04)."""
        for resource in RESOURCES:
            has = partition.amounts[resource] if partition is not None else Amounts()
            low = self.values.get((resource, "Min"), has.minimum)
            high = self.values.get((resource, "Max"), has.maximum)
            best = self.values.get((resource, "Optimal"), has.optimal)
            known = [value for value in (low, best, high) if value is not None]
            if known != sorted(known):  # GPU-04
                raise invalid_parameter(f"The {resource} values must satisfy minimum <= optimal <= maximum.")

    def apply(self, partition: GpuPartition) -> None:
        """Set them."""
        for (resource, bound), value in self.values.items():
            amounts = partition.amounts[resource]
            setattr(amounts, {"Min": "minimum", "Max": "maximum", "Optimal": "optimal"}[bound], value)


def add(machine: VirtualMachine, instance_path: str, changes: Changes) -> GpuPartition:
    """Give a machine a partition, of one GPU or of any."""
    machine.require_off("the GPU partitions")  # GPU-01
    if instance_path and find(machine.host, instance_path) is None:  # GPU-03
        raise invalid_parameter(f"The host has no partitionable GPU '{instance_path}'.")
    changes.check(None)
    partition = GpuPartition(machine.settings, instance_path)
    changes.apply(partition)
    machine.settings.gpu_partitions.append(partition)
    return partition


def change(partition: GpuPartition, changes: Changes) -> None:
    """Set amounts."""
    partition.machine.require_off("the GPU partitions")
    changes.check(partition)
    changes.apply(partition)


def remove(partition: GpuPartition) -> None:
    """Take a partition away."""
    partition.machine.require_off("the GPU partitions")
    partition.settings.gpu_partitions = [each for each in partition.settings.gpu_partitions if each is not partition]


def find(host: Host, name: str) -> PartitionableGpu | None:
    """A GPU by its path, in any case."""
    return next((gpu for gpu in host.partitionable_gpus if gpu.name.casefold() == name.casefold()), None)


def place(machine: VirtualMachine) -> None:
    """Find a GPU with a free partition for each that the machine is to have.

    Raises:
        OperationFailed: there is none (GPU-02, GPU-06).
    """
    free = {gpu.name: gpu.partitions - gpu.used for gpu in machine.host.partitionable_gpus}
    chosen: list[tuple[GpuPartition, str]] = []
    for partition in machine.settings.gpu_partitions:
        wanted = partition.instance_path.casefold()
        name = next((name for name in free if free[name] > 0 and wanted in ("", name.casefold())), None)
        if name is None:  # GPU-02, GPU-06
            raise OperationFailed(
                f"'{machine.name}' failed to start.\nGPU Partition: no partitionable GPU with a free partition was "
                f"found. (Virtual machine ID {str(machine.id).upper()})"
            )
        free[name] -= 1
        chosen.append((partition, name))
    for partition, name in chosen:
        partition.placed = name
