# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What VMs have of the host's devices, and what the host has to lend, as read."""

from __future__ import annotations

import dataclasses
import typing as t


@dataclasses.dataclass(frozen=True)
class WorldWideNames:
    """The two sets of world wide names of a Fibre Channel adapter, sixteen hexadecimal digits each, in upper case.

    Hyper-V uses one set while the VM runs, and the other while it moves to another host.
    """

    node_a: str
    port_a: str
    node_b: str
    port_b: str

    @property
    def ports(self) -> frozenset[str]:
        """Both port names, which nobody else in the fabric may have."""
        return frozenset({self.port_a, self.port_b})

    @property
    def state(self) -> dict[str, dict[str, str]]:
        """The names as options declare them."""
        return {
            "wwn_set_a": {"node": self.node_a, "port": self.port_a},
            "wwn_set_b": {"node": self.node_b, "port": self.port_b},
        }

    def __str__(self) -> str:
        return f"{self.node_a}/{self.port_a} {self.node_b}/{self.port_b}"


@dataclasses.dataclass(frozen=True)
class FibreChannelAdapter:
    """A Fibre Channel adapter of a VM; without an id and without names while it is only planned."""

    id: str
    san: str
    names: WorldWideNames | None


@dataclasses.dataclass(frozen=True)
class GpuPartition:
    """A part of a GPU that a VM has.

    Attributes:
        gpu: the device path of the GPU; empty where Hyper-V chooses one.
        amounts: by dotted option, such as `vram.minimum`; None for what Hyper-V chooses.
    """

    id: str
    gpu: str
    amounts: t.Mapping[str, int | None]


@dataclasses.dataclass(frozen=True)
class LentDevices:
    """What one VM has of the host's devices.

    Attributes:
        devices: location paths of the devices that are its own.
    """

    fibre_channel: tuple[FibreChannelAdapter, ...] = ()
    gpu_partitions: tuple[GpuPartition, ...] = ()
    devices: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class HostDevice:
    """A device that Windows on the host has.

    Attributes:
        instance: its instance id.
        location: its location path.
        enabled: whether Windows uses it.
    """

    instance: str
    location: str
    enabled: bool


@dataclasses.dataclass(frozen=True)
class HostOffers:
    """What the host has to lend.

    Attributes:
        sans: names of its virtual SANs.
        ports: Fibre Channel port names of all VMs, with the id and the name of the VM.
        gpus: device paths of its GPUs that can be shared; None where they were not read.
        free: location paths of the devices that Windows has given up, assigned to a VM or not.
        devices: declared devices that Windows has.
        owners: location path (in lower case) of each assigned device, with the id and the name of its VM.
    """

    sans: tuple[str, ...] = ()
    ports: t.Mapping[str, tuple[str, str]] = dataclasses.field(default_factory=dict)
    gpus: tuple[str, ...] | None = None
    free: tuple[str, ...] = ()
    devices: tuple[HostDevice, ...] = ()
    owners: t.Mapping[str, tuple[str, str]] = dataclasses.field(default_factory=dict)

    def device_at(self, location: str) -> HostDevice | None:
        """Return the device of Windows at a location path."""
        return next((device for device in self.devices if device.location.lower() == location.lower()), None)

    def is_free(self, location: str) -> bool:
        """Return whether Windows has given up the device at a location path."""
        return any(free.lower() == location.lower() for free in self.free)
