# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Declarations that use every option of devices of the host: Fibre Channel, GPU partitions, whole devices."""

from __future__ import annotations

import typing as t

from hyperv_lab.simulation.assignable_devices import PciDevice
from hyperv_lab.simulation.fibre_channel import VirtualSan
from hyperv_lab.simulation.gpu_partitions import PartitionableGpu

GPU = "\\\\?\\PCI#VEN_10DE&DEV_25B6#1"
LOCATION = "PCIROOT(0)#PCI(0300)#PCI(0000)"
#: Of a device that Windows has given up already, so that nothing is to do on the host.
GIVEN_UP_LOCATION = "PCIROOT(0)#PCI(0400)#PCI(0000)"
RESOURCES = ("vram", "encode", "decode", "compute")


def prepare_host_devices(host: t.Any) -> None:
    """Give a host the SANs, the GPU and the devices that the tasks below name."""
    host.virtual_sans += [VirtualSan(host, "fabric-a"), VirtualSan(host, "fabric-b")]
    host.partitionable_gpus.append(PartitionableGpu(host, GPU, 4, 16 * 1024**3))
    host.pci_devices.append(PciDevice(host, "card", "PCI\\VEN_10DE&DEV_1EB8\\1", LOCATION))
    given_up = PciDevice(host, "second card", "PCI\\VEN_10DE&DEV_1EB8\\2", GIVEN_UP_LOCATION)
    given_up.enabled, given_up.dismounted = False, True
    host.pci_devices.append(given_up)


def _names(last: str) -> dict[str, dict[str, str]]:
    node = "C003FF0000FFFF00"
    return {
        "wwn_set_a": {"node": node, "port": f"C003FF000000000{last}"},
        "wwn_set_b": {"node": node, "port": f"C003FF00000000F{last}"},
    }


def _amounts(optimal: int) -> dict[str, dict[str, int]]:
    return {resource: {"minimum": optimal - 1, "optimal": optimal, "maximum": optimal + 1} for resource in RESOURCES}


HOST_DEVICES: list[tuple[str, dict[str, t.Any]]] = [
    (
        "vm",
        {
            "name": "lent01",
            "automatic_stop": {"action": "turn_off"},
            "memory_mapped_io": {"high": "32 GB"},
            "fibre_channel_adapters": [{"san": "fabric-a"}, {"san": "fabric-b", **_names("1")}],
            "gpu_partitions": [{"gpu": "any", **_amounts(5)}, {"gpu": GPU}],
            "assignable_devices": [{"location_path": LOCATION, "manage_host": True}],
        },
    ),
    (
        "vm",
        {
            "name": "lent01",
            "fibre_channel_adapters": [{"san": "fabric-a", "state": "absent"}, {"san": "fabric-b", **_names("2")}],
            "gpu_partitions": [{"gpu": "any", **_amounts(9)}, {"gpu": GPU, "state": "absent"}],
            "assignable_devices": [{"location_path": LOCATION, "manage_host": True, "state": "absent"}],
        },
    ),
    ("vm", {"name": "lent01", "fibre_channel_adapters": [{"san": "fabric-a", **_names("2")}]}),
    ("vm_info", {"name": ["lent01"], "gather": ["host_devices"]}),
    ("host_info", {"gather": ["virtual_sans", "gpus", "assignable_devices"]}),
]
