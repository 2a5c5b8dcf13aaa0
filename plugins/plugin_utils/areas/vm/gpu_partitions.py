# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""GPU partitions of a VM: parts of GPUs of the host, by the GPU that each is of."""

from __future__ import annotations

import dataclasses
import typing as t

from ...core.plan import BadInput, State
from ...core.setting import OFF_ONLY, Setting, shown
from ...core.step import Reference
from .change import Changes, Place
from .fleet import Entry
from .lent_devices import GpuPartition

if t.TYPE_CHECKING:
    from .declaration import VmDeclaration
    from .observation import ObservedVm
    from .world import World

ADD, SET = "Hyper-V\\Add-VMGpuPartitionAdapter", "Hyper-V\\Set-VMGpuPartitionAdapter"
GET, REMOVE = "Hyper-V\\Get-VMGpuPartitionAdapter", "Hyper-V\\Remove-VMGpuPartitionAdapter"

#: The key of a partition of whichever GPU has one free.
ANY = "any"

_RESOURCES = {"vram": "VRAM", "encode": "Encode", "decode": "Decode", "compute": "Compute"}
_BOUNDS = {"minimum": "Min", "maximum": "Max", "optimal": "Optimal"}

#: One row for each amount that a partition can be given: numbers in the unit of the GPU's driver.
AMOUNTS: tuple[Setting, ...] = tuple(
    Setting(
        f"{resource}.{bound}",
        f"{resource}.{bound}",
        SET,
        f"{prefix}Partition{name}",
        states=OFF_ONLY,
    )
    for resource, name in _RESOURCES.items()
    for bound, prefix in _BOUNDS.items()
)

#: A partition of one certain GPU. Before Windows Server 2022, Hyper-V always chooses.
OF_GPU = Setting("gpu", "gpu", ADD, "InstancePath", states=OFF_ONLY, since_build=20348)


@dataclasses.dataclass(frozen=True)
class GpuPartitionDeclaration:
    """A declared partition.

    Attributes:
        gpu: the device path of a GPU; empty for any.
        amounts: by dotted option; what was left out is not managed.
    """

    option: str
    gpu: str
    amounts: t.Mapping[str, int] = dataclasses.field(default_factory=dict)
    absent: bool = False

    @property
    def shown(self) -> str:
        """The GPU as people say it."""
        return self.gpu or "any GPU"


def declared_partitions(entries: t.Sequence[Entry]) -> tuple[GpuPartitionDeclaration, ...]:
    """Return the declared partitions.

    Raises:
        BadInput: for amounts that are negative, too large, or contradict each other.
    """
    return tuple(_declared(entry) for entry in entries)


def _declared(entry: Entry) -> GpuPartitionDeclaration:
    values = entry.values
    amounts: dict[str, int] = {}
    for resource in _RESOURCES:
        for bound in _BOUNDS:
            amount = (values.get(resource) or {}).get(bound)
            if amount is None:
                continue
            if not 0 <= amount < 2**63:
                raise BadInput(f"{entry.option}.{resource}.{bound}", f"{amount} is not from 0 to {2**63 - 1}")
            amounts[f"{resource}.{bound}"] = amount
        known = [amounts[name] for name in _in_order(resource) if name in amounts]
        if known != sorted(known):
            raise BadInput(f"{entry.option}.{resource}", "must be minimum <= optimal <= maximum")
    gpu = str(values["gpu"])
    absent = values.get("state") == "absent"
    return GpuPartitionDeclaration(entry.option, "" if gpu.lower() == ANY else gpu, amounts, absent)


def _in_order(resource: str) -> tuple[str, str, str]:
    return f"{resource}.minimum", f"{resource}.optimal", f"{resource}.maximum"


def plan_gpu_partitions(
    vm: VmDeclaration, place: Place, observed: ObservedVm, world: World, found: Changes
) -> ObservedVm:
    """Note what brings the partitions to their declaration; return the VM as it will be."""
    declared = vm.lent.gpu_partitions
    if declared is None:
        return observed
    partitions = list(observed.lent.gpu_partitions)
    read = place.step("gpu_partitions", GET, {"VM": place.vm})
    work = _Work(place, found, Reference(read.id), partitions)
    entries = {entry.gpu.lower(): entry for entry in declared}
    for partition in list(partitions):
        entry = entries.get(partition.gpu.lower())
        if entry is None and "gpu_partitions" in vm.purged:
            work.remove(partition, vm.where("purge"))
        elif entry is not None and entry.absent:
            work.remove(partition, entry.option)
    for index, entry in enumerate(declared):
        if not entry.absent and _may_be(vm, entry, world, found):
            work.reach(entry, index)
    if work.uses_objects:
        # the objects are read when the VM is in the state in which they are changed
        position = next(i for i, change in enumerate(found.changes) if change.steps[0].step.id in work.step_ids)
        first = found.changes[position]
        found.changes[position] = dataclasses.replace(first, steps=(place.planned(read), *first.steps))
    return dataclasses.replace(observed, lent=dataclasses.replace(observed.lent, gpu_partitions=tuple(partitions)))


def _may_be(vm: VmDeclaration, entry: GpuPartitionDeclaration, world: World, found: Changes) -> bool:
    if not entry.gpu:
        return True
    asked = f"VM {vm.name} is to have a partition of {entry.gpu}"
    build, gpus = world.observation.host.build, world.observation.offers.gpus
    if build is not None and build < OF_GPU.since_build:
        found.refuse(
            f"{entry.option}.gpu",
            asked,
            f"the host has Windows build {build}, and a GPU can be chosen since build {OF_GPU.since_build}",
            "Write any: Hyper-V chooses.",
        )
        return False
    if gpus is not None and entry.gpu.lower() not in {gpu.lower() for gpu in gpus}:
        found.refuse(
            f"{entry.option}.gpu",
            asked,
            "the host has no such GPU that can be shared",
            f"It has: {', '.join(gpus) or 'none'}.",
        )
        return False
    return True


@dataclasses.dataclass
class _Work:
    """Notes changes of the partitions of one VM; `partitions` follows them."""

    place: Place
    found: Changes
    objects: Reference
    partitions: list[GpuPartition]
    uses_objects: bool = False
    step_ids: set[str] = dataclasses.field(default_factory=set)

    def remove(self, partition: GpuPartition, option: str) -> None:
        number = self.partitions.index(partition)
        name = f"remove_gpu_partition{number}_{len(self.partitions)}"
        step = self.place.step(name, REMOVE, {"VMGpuPartitionAdapter": self._of(partition)})
        self._note(option, step, f"partition of {partition.gpu or 'any GPU'} -> none")
        self.partitions.remove(partition)

    def reach(self, entry: GpuPartitionDeclaration, index: int) -> None:
        there = [partition for partition in self.partitions if partition.gpu.lower() == entry.gpu.lower()]
        asked = f"{self.place.target} is to have one partition of {entry.shown}"
        if len(there) > 1:
            self.found.refuse(
                entry.option, asked, f"it has {len(there)}", "Remove all but one (Remove-VMGpuPartitionAdapter)."
            )
        elif there:
            self._change(entry, there[0], index, asked)
        else:
            self._add(entry, index)

    def _add(self, entry: GpuPartitionDeclaration, index: int) -> None:
        parameters: dict[str, t.Any] = {"VM": self.place.vm}
        if entry.gpu:
            parameters[OF_GPU.parameter] = entry.gpu
        parameters.update({row.parameter: entry.amounts[row.option] for row in AMOUNTS if row.option in entry.amounts})
        step = self.place.step(f"gpu_partition{index}.add", ADD, parameters)
        self._note(entry.option, step, f"partition of {entry.shown}: none -> added", objects=False)
        amounts: dict[str, int | None] = {row.option: entry.amounts.get(row.option) for row in AMOUNTS}
        self.partitions.append(GpuPartition("", entry.gpu, amounts))

    def _change(self, entry: GpuPartitionDeclaration, partition: GpuPartition, index: int, asked: str) -> None:
        wanted, has = entry.amounts, partition.amounts
        differing = [row for row in AMOUNTS if row.option in wanted and wanted[row.option] != has.get(row.option)]
        if not differing:
            return
        after = {**has, **wanted}
        for resource in _RESOURCES:
            values = [after.get(name) for name in _in_order(resource)]
            known = [value for value in values if value is not None]
            if known != sorted(known):
                self.found.refuse(
                    f"{entry.option}.{resource}",
                    asked,
                    f"with what it has, minimum, optimal and maximum would be {shown(values)}",
                    "Declare all three.",
                )
                return
        parameters = {row.parameter: entry.amounts[row.option] for row in differing}
        step = self.place.step(
            f"gpu_partition{index}.set", SET, {"VMGpuPartitionAdapter": self._of(partition), **parameters}
        )
        what = f"partition of {entry.shown}"
        reasons = [f"{what}: {row.option}: {shown(has.get(row.option))} -> {wanted[row.option]}" for row in differing]
        self._note(entry.option, step, *reasons)
        self.partitions[self.partitions.index(partition)] = dataclasses.replace(partition, amounts=after)

    def _of(self, partition: GpuPartition) -> Reference:
        return dataclasses.replace(self.objects, where=(("Id", (partition.id,)),))

    def _note(self, option: str, step: t.Any, *reasons: str, objects: bool = True) -> None:
        self.found.add(option, self.place.planned(step, *reasons), states=OFF_ONLY)
        self.step_ids.add(step.id)
        self.uses_objects = self.uses_objects or objects


def gpu_partitions_state(vm: VmDeclaration, observed: ObservedVm) -> State:
    """Return the declared partitions by GPU with the declared amounts, with `purge` all of them."""
    state: State = {}
    declared = {entry.gpu.lower(): entry for entry in vm.lent.gpu_partitions or ()}
    for partition in observed.lent.gpu_partitions:
        entry = declared.get(partition.gpu.lower())
        if entry is None and "gpu_partitions" not in vm.purged:
            continue
        shown_amounts: State = {}
        for name in entry.amounts if entry is not None else ():
            resource, _dot, bound = name.partition(".")
            shown_amounts.setdefault(resource, {})[bound] = partition.amounts.get(name)
        state[(entry.gpu if entry is not None else partition.gpu) or ANY] = shown_amounts
    return state
