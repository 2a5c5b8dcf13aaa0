# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Properties of Fibre Channel adapters, GPU partitions and assigned devices, and of what the host has for them."""

from __future__ import annotations

from ..assignable_devices import AssignedDevice, PciDevice
from ..fibre_channel import FibreChannelAdapter, VirtualSan
from ..gpu_partitions import RESOURCES, GpuPartition, PartitionableGpu
from ..values import Reader, register_readers
from .base import COMPONENT, OBJECT, attribute, constant


def _name_of_set(name: str) -> Reader:
    return lambda adapter: getattr(adapter.names, name)


register_readers(
    VirtualSan.type_name,
    {**OBJECT, "Name": attribute("name"), "Note": attribute("note"), "HostBusAdapters": constant([])},
)
register_readers(
    FibreChannelAdapter.type_name,
    {
        **COMPONENT,
        "SanName": attribute("san"),
        "WorldWideNodeNameSetA": _name_of_set("node_a"),
        "WorldWidePortNameSetA": _name_of_set("port_a"),
        "WorldWideNodeNameSetB": _name_of_set("node_b"),
        "WorldWidePortNameSetB": _name_of_set("port_b"),
    },
)


def _amount(resource: str, bound: str) -> Reader:
    return lambda partition: getattr(partition.amounts[resource], bound)


def _most(resource: str) -> Reader:
    return lambda gpu: gpu.most[resource]


_BOUNDS = (("Min", "minimum"), ("Max", "maximum"), ("Optimal", "optimal"))
register_readers(
    GpuPartition.type_name,
    {
        **COMPONENT,
        "InstancePath": attribute("instance_path"),
        **{
            f"{prefix}Partition{resource}": _amount(resource, bound)
            for resource in RESOURCES
            for prefix, bound in _BOUNDS
        },
    },
)
register_readers(
    PartitionableGpu.type_name,
    {
        **OBJECT,
        "Name": attribute("name"),
        "PartitionCount": attribute("partitions"),
        "ValidPartitionCounts": attribute("valid_counts"),
        **{f"MinPartition{resource}": constant(0) for resource in RESOURCES},
        **{f"MaxPartition{resource}": _most(resource) for resource in RESOURCES},
        **{f"OptimalPartition{resource}": _most(resource) for resource in RESOURCES},
    },
)
register_readers(
    PciDevice.type_name,
    {
        **OBJECT,
        "Name": attribute("name"),
        "InstancePath": attribute("instance_path"),
        "LocationPath": attribute("location"),
    },
)
register_readers(
    AssignedDevice.type_name,
    {**COMPONENT, "InstancePath": attribute("instance_path"), "LocationPath": attribute("location")},
)
