# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""PCI Express devices of a host, and giving them whole to machines (discrete device assignment)."""

from __future__ import annotations

import typing as t

from .errors import OperationFailed, in_use, invalid_parameter, invalid_state, not_found
from .settings import Component, Settings
from .values import SimObject

if t.TYPE_CHECKING:
    from .host import Host
    from .machine import VirtualMachine

DISABLED = 22
"""CM_PROB_DISABLED: what Windows says of a device that was disabled."""


class PciDevice(SimObject):
    """A device of the host.

    Attributes:
        instance: its instance id while Windows has it, PCI\\VEN_...
        location: its location path, which stays the same.
        enabled: whether Windows uses it.
        dismounted: whether Windows has given it up, so that a machine can have it.
        memory: bytes of memory-mapped I/O space that it needs above 4 GB.
        partitioned: whether its driver knows how to reset it for machines (DDA-05).
    """

    type_name = "Microsoft.HyperV.PowerShell.VMHostAssignableDevice"

    def __init__(self, host: Host, name: str, instance: str, location: str) -> None:
        self.host = host
        self.name = name
        self.instance = instance
        self.location = location
        self.device_class = "Display"
        self.enabled = True
        self.dismounted = False
        self.memory = 0
        self.partitioned = False

    @property
    def key(self) -> str:
        return f"PciDevice:{self.location.casefold()}"

    @property
    def instance_path(self) -> str:
        """Its instance id now: Windows calls a device that it has given up by another bus."""
        return f"PCIP{self.instance[3:]}" if self.dismounted else self.instance

    @property
    def owner(self) -> VirtualMachine | None:
        """The machine that has it."""
        for machine in self.host.machines.values():
            if any(device.location.casefold() == self.location.casefold() for device in machine.settings.pci_devices):
                return machine
        return None


class AssignedDevice(Component):
    """A device that a machine has."""

    type_name = "Microsoft.HyperV.PowerShell.VMAssignedDevice"
    kind = "AssignedDevice"

    def __init__(self, settings: Settings, device: PciDevice) -> None:
        super().__init__(settings)
        self.location = device.location
        self.instance_path = device.instance_path

    @property
    def name(self) -> str:
        return "PCI Express Port"


def find(host: Host, location: str) -> PciDevice:
    """A device by its location path, in any case. Raises OperationFailed."""
    found = next((device for device in host.pci_devices if device.location.casefold() == location.casefold()), None)
    if found is None:
        raise not_found(f"The device with the location path '{location}' was not found.")
    return found


def dismount(device: PciDevice, *, force: bool) -> None:
    """Take a device from the host's Windows (DDA-05)."""
    if device.dismounted:
        raise invalid_state(f"The device '{device.location}' is dismounted already.")
    if device.enabled:  # DDA-05
        raise OperationFailed(
            f"The operation failed.\nThe device '{device.location}' is in use by the management operating system: "
            "disable it first."
        )
    if not force and not device.partitioned:  # DDA-05
        raise OperationFailed(
            "The operation failed.\nThe manufacturer of this device has not supplied any directives for securing this "
            "device while exposing it to a virtual machine. Use -Force."
        )
    device.dismounted = True


def mount(device: PciDevice) -> None:
    """Give a device back to the host's Windows, where it is disabled still (DDA-06)."""
    if not device.dismounted:
        raise invalid_state(f"The device '{device.location}' is mounted already.")
    owner = device.owner
    if owner is not None:  # DDA-06
        raise in_use(f"The operation failed.\nThe device '{device.location}' is assigned to '{owner.name}'.")
    device.dismounted = False


def assign(machine: VirtualMachine, location: str) -> AssignedDevice:
    """Give a machine a device.

    Raises:
        OperationFailed: not off (DDA-01), not dismounted (DDA-02), the stop action is not TurnOff (DDA-03), assigned
            (DDA-04).
    """
    machine.require_off("the assigned devices")  # DDA-01
    device = find(machine.host, location)
    if not device.dismounted:  # DDA-02
        raise invalid_state(f"The device '{location}' is not dismounted from the host.")
    if machine.settings.stop_action != "TurnOff":  # DDA-03
        raise invalid_parameter(
            f"'{machine.name}' failed to add device 'PCI Express Port'.\nThe automatic stop action of the "
            "virtual machine must be TurnOff to assign a device."
        )
    owner = device.owner
    if owner is not None:  # DDA-04
        raise in_use(f"The device '{location}' is assigned to '{owner.name}' already.")
    assigned = AssignedDevice(machine.settings, device)
    machine.settings.pci_devices.append(assigned)
    return assigned


def remove(assigned: AssignedDevice) -> None:
    """Take a device from a machine; the host's Windows does not get it by that."""
    assigned.machine.require_off("the assigned devices")
    assigned.settings.pci_devices = [each for each in assigned.settings.pci_devices if each is not assigned]


def check_start(machine: VirtualMachine) -> None:
    """Refuse a start that devices forbid (DDA-07, DDA-08)."""
    settings = machine.settings
    if not settings.pci_devices and not settings.gpu_partitions:
        return
    memory = settings.memory
    if memory.dynamic and memory.startup != memory.minimum:  # DDA-08
        raise OperationFailed(
            f"'{machine.name}' failed to start.\nWith dynamic memory and an assigned device or GPU partition, the "
            f"startup memory must equal the minimum memory. (Virtual machine ID {str(machine.id).upper()})"
        )
    needed = sum(find(machine.host, device.location).memory for device in settings.pci_devices)
    if needed > settings.high_mmio:  # DDA-07
        raise OperationFailed(
            f"'{machine.name}' failed to start.\nPCI Express Port: not enough memory-mapped I/O space. "
            f"(Virtual machine ID {str(machine.id).upper()})"
        )


def refuse_saving(machine: VirtualMachine) -> None:
    """Refuse to save the state of a machine with a device (DDA-09)."""
    if machine.settings.pci_devices:  # DDA-09
        raise invalid_state(f"'{machine.name}' cannot be saved: a physical device is assigned to it.")
