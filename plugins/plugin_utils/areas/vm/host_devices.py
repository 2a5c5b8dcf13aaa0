# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Devices of the host that VMs have: what is declared, read, planned and shown of all kinds together."""

from __future__ import annotations

import dataclasses
import typing as t

from ...core.plan import BadInput, State
from ...core.step import Field, Reference, Step
from .assignable_devices import (
    LOCATION_PATHS,
    NEEDED_SETTINGS,
    PCI_DEVICES,
    DeviceDeclaration,
    declared_devices,
    devices_state,
    plan_devices,
    refuse_memory,
)
from .change import Changes, Place
from .fibre_channel import FibreChannelDeclaration, declared_adapters, fibre_channel_state, plan_fibre_channel
from .fleet import Member
from .gpu_partitions import (
    AMOUNTS,
    ANY,
    GET,
    OF_GPU,
    GpuPartitionDeclaration,
    declared_partitions,
    gpu_partitions_state,
    plan_gpu_partitions,
)
from .lent_devices import FibreChannelAdapter, GpuPartition, HostDevice, HostOffers, LentDevices, WorldWideNames
from .settings import VMS

if t.TYPE_CHECKING:
    from .declaration import Declaration, VmDeclaration
    from .observation import Observation, ObservedVm
    from .world import World

SANS, FIBRE_CHANNEL, GPUS, PARTITIONS = "virtual_sans", "fibre_channel", "gpus", "gpu_partitions"
FREE, ASSIGNED, PCI, PCI_PATHS = "free_devices", "assigned_devices", "pci_devices", "pci_paths"

_VM = Field("vm", "VMId", "guid")
_ID = Field("id", "Id")
_LOCATION = Field("location", "LocationPath")

Rows = t.Callable[[str], t.Sequence[t.Mapping[str, t.Any]]]


@dataclasses.dataclass(frozen=True)
class LentDeclaration:
    """What one VM is declared to have of the host's devices; None means not managed."""

    fibre_channel: tuple[FibreChannelDeclaration, ...] | None = None
    gpu_partitions: tuple[GpuPartitionDeclaration, ...] | None = None
    devices: tuple[DeviceDeclaration, ...] | None = None


def declared_lent_devices(member: Member) -> LentDeclaration:
    """Return what a VM is declared to have.

    Raises:
        BadInput: when an entry is wrong whatever the host looks like.
    """
    adapters, partitions, devices = (
        member.lists.get(name) for name in ("fibre_channel_adapters", "gpu_partitions", "assignable_devices")
    )
    where = member.where("fibre_channel_adapters")
    return LentDeclaration(
        declared_adapters(adapters, where) if adapters is not None else None,
        declared_partitions(partitions) if partitions is not None else None,
        declared_devices(devices) if devices is not None else None,
    )


def check_lent_devices(vms: t.Iterable[VmDeclaration]) -> None:
    """Raise BadInput for what several VMs of a task cannot have at once."""
    ports: dict[str, str] = {}
    locations: dict[str, str] = {}
    for vm in vms:
        for adapter in vm.lent.fibre_channel or ():
            for port in sorted(adapter.names.ports) if adapter.names is not None and not adapter.absent else ():
                first = ports.setdefault(port, adapter.option)
                if first != adapter.option:
                    raise BadInput(adapter.option, f"its port name {port} is also that of {first}")
        for device in vm.lent.devices or ():
            if device.absent:
                continue
            first = locations.setdefault(device.location.lower(), vm.name)
            if first != vm.name:
                raise BadInput(f"{device.option}.location_path", f"{device.location} is also declared for VM {first}")


class LentNeeds:
    """Which readings of devices a declaration needs."""

    def __init__(self, declaration: Declaration) -> None:
        declared = [vm.lent for vm in declaration.vms if vm.present]
        self.fibre_channel = any(lent.fibre_channel is not None for lent in declared)
        self.partitions = any(lent.gpu_partitions is not None for lent in declared)
        self.gpus = any(partition.gpu for lent in declared for partition in lent.gpu_partitions or ())
        self.devices = any(lent.devices is not None for lent in declared)
        self.locations = tuple(device.location for lent in declared for device in lent.devices or ())
        self.memory = self.partitions or self.devices
        self.options = frozenset(NEEDED_SETTINGS if self.devices else ())


def lent_device_steps(needs: LentNeeds) -> list[Step]:
    """Return the reading steps; names and devices must not be another VM's, so all VMs are read."""
    vms = Reference(VMS)
    steps = []
    if needs.fibre_channel:
        steps += [Step(SANS, "Hyper-V\\Get-VMSan", read=(Field("name", "Name"),)), fibre_channel_step(vms)]
    if needs.partitions:
        steps.append(partitions_step(vms))
    if needs.gpus:
        steps.append(Step(GPUS, "Hyper-V\\Get-VMHostPartitionableGpu", read=(Field("name", "Name"),)))
    if needs.devices:
        steps += [assigned_step(vms), Step(FREE, "Hyper-V\\Get-VMHostAssignableDevice", read=(_LOCATION,))]
    if needs.locations:
        steps += [
            Step(
                PCI,
                "PnpDevice\\Get-PnpDevice",
                {"InstanceId": PCI_DEVICES, "PresentOnly": True},
                read=(Field("instance", "InstanceId"), Field("status", "Status")),
            ),
            Step(
                PCI_PATHS,
                "PnpDevice\\Get-PnpDeviceProperty",
                {"InstanceId": Reference(PCI, get="InstanceId"), "KeyName": LOCATION_PATHS},
                where=(("Data", needs.locations),),
                read=(Field("instance", "InstanceId"), Field("paths", "Data", "texts")),
            ),
        ]
    return steps


def fibre_channel_step(vms: Reference) -> Step:
    """Return the step that reads Fibre Channel adapters."""
    names = [
        Field(f"{kind}_{letter}", f"WorldWide{kind.title()}NameSet{letter.upper()}")
        for letter in "ab"
        for kind in ("node", "port")
    ]
    return Step(
        FIBRE_CHANNEL, "Hyper-V\\Get-VMFibreChannelHba", {"VM": vms}, read=(_VM, _ID, Field("san", "SanName"), *names)
    )


def partitions_step(vms: Reference) -> Step:
    """Return the step that reads GPU partitions; hosts that cannot choose a GPU say nothing of it."""
    amounts = [Field(row.observed, row.parameter, "integer") for row in AMOUNTS]
    return Step(PARTITIONS, GET, {"VM": vms}, read=(_VM, _ID, Field(OF_GPU.observed, OF_GPU.parameter), *amounts))


def assigned_step(vms: Reference) -> Step:
    """Return the step that reads the devices that VMs have."""
    return Step(ASSIGNED, "Hyper-V\\Get-VMAssignableDevice", {"VM": vms}, read=(_VM, _LOCATION))


def understood_lent_devices(rows: Rows) -> dict[str, LentDevices]:
    """Return what each VM has, by its id."""
    found: dict[str, LentDevices] = {}

    def add(vm: str, **more: t.Any) -> None:
        lent = found.get(vm, LentDevices())
        found[vm] = dataclasses.replace(lent, **{name: (*getattr(lent, name), value) for name, value in more.items()})

    for row in rows(FIBRE_CHANNEL):
        names = WorldWideNames(*(str(row[name] or "").upper() for name in ("node_a", "port_a", "node_b", "port_b")))
        add(row["vm"], fibre_channel=FibreChannelAdapter(row["id"], row["san"] or "", names))
    for row in rows(PARTITIONS):
        amounts = {setting.option: row[setting.observed] for setting in AMOUNTS}
        add(row["vm"], gpu_partitions=GpuPartition(row["id"], row["gpu"] or "", amounts))
    for row in rows(ASSIGNED):
        add(row["vm"], devices=row["location"] or "")
    return found


def understood_offers(rows: Rows, names: t.Mapping[str, str], read: t.Container[str]) -> HostOffers:
    """Return what the host has to lend.

    Args:
        names: of all VMs, by id.
        read: ids of the steps that ran.
    """
    ports = {
        port: (row["vm"], names.get(row["vm"], ""))
        for row in rows(FIBRE_CHANNEL)
        for port in (str(row["port_a"] or "").upper(), str(row["port_b"] or "").upper())
        if port
    }
    status = {row["instance"]: row["status"] for row in rows(PCI)}
    return HostOffers(
        tuple(row["name"] for row in rows(SANS)),
        ports,
        tuple(row["name"] for row in rows(GPUS)) if GPUS in read else None,
        tuple(row["location"] or "" for row in rows(FREE)),
        tuple(
            HostDevice(row["instance"], path, status.get(row["instance"]) == "OK")
            for row in rows(PCI_PATHS)
            for path in row["paths"]
        ),
        {str(row["location"]).lower(): (row["vm"], names.get(row["vm"], "")) for row in rows(ASSIGNED)},
    )


def plan_lent_devices(
    vm: VmDeclaration, place: Place, observed: ObservedVm, world: World, found: Changes
) -> ObservedVm:
    """Note what brings the VM's devices to their declaration; return the VM as it will be."""
    after = plan_fibre_channel(vm, place, observed, world, found)
    after = plan_gpu_partitions(vm, place, after, world, found)
    after = plan_devices(vm, place, after, world, found)
    if vm.lent.gpu_partitions is not None or vm.lent.devices is not None:
        refuse_memory(vm, after, found)
    return after


def lent_devices_state(vm: VmDeclaration, observed: ObservedVm, observation: Observation) -> State:
    """Return the declared devices."""
    state: State = {}
    if vm.lent.fibre_channel is not None:
        state["fibre_channel_adapters"] = fibre_channel_state(vm, observed)
    if vm.lent.gpu_partitions is not None:
        state["gpu_partitions"] = gpu_partitions_state(vm, observed)
    if vm.lent.devices is not None:
        state["assignable_devices"] = devices_state(vm, observed, observation.offers)
    return state


def lent_device_facts(observed: ObservedVm) -> dict[str, t.Any]:
    """Return everything that a VM has of the host's devices, in the words of the options."""
    partitions = []
    for partition in observed.lent.gpu_partitions:
        fact: dict[str, t.Any] = {"gpu": partition.gpu or ANY}
        for name, amount in partition.amounts.items():
            resource, _dot, bound = name.partition(".")
            fact.setdefault(resource, {})[bound] = amount
        partitions.append(fact)
    return {
        "fibre_channel_adapters": [
            {"san": adapter.san, **(adapter.names.state if adapter.names is not None else {})}
            for adapter in observed.lent.fibre_channel
        ],
        "gpu_partitions": partitions,
        "assignable_devices": [{"location_path": location} for location in observed.lent.devices],
    }
