# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Disks of the host itself that hold no volume of the lab: local disks and LUNs that a machine can get whole."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .errors import OperationFailed, in_use, invalid_parameter, not_found

if t.TYPE_CHECKING:
    from .host import Host
    from .machine import VirtualMachine


@dataclass(eq=False)
class PhysicalDisk:
    """A disk of the host.

    Attributes:
        number: what Windows calls it until the next start (DISK-01).
        size: bytes.
        offline: whether Windows leaves it alone.
        system: whether Windows starts from it or runs on it.
        clustered: whether a cluster has it.
        letter: drive letter of the one volume on it, or None.
    """

    number: int
    name: str
    serial: str
    unique_id: str
    size: int
    bus: str = "SAS"
    offline: bool = False
    read_only: bool = False
    system: bool = False
    clustered: bool = False
    letter: str | None = None


def storage_error(code: int, message: str) -> OperationFailed:
    """A refusal of the module Storage, whose ids carry the code of MSFT_Disk's methods."""
    return OperationFailed(
        message,
        error_id=f"StorageWMI {code}",
        category="NotSpecified",
        exception_type="Microsoft.Management.Infrastructure.CimException",
    )


def with_number(host: Host, number: int) -> PhysicalDisk | None:
    """The disk that has a number now."""
    return next((disk for disk in host.physical_disks if disk.number == number), None)


def users(host: Host, number: int) -> list[VirtualMachine]:
    """Machines that have a disk, running or not."""
    return [
        machine
        for machine in host.machines.values()
        if any(drive.disk_number == number for drive in machine.settings.disks)
    ]


def set_offline(host: Host, disk: PhysicalDisk, offline: bool) -> None:
    """Take a disk offline, or bring it online.

    Raises:
        OperationFailed: the host's own disk (DISK-02), one of a cluster (DISK-03), one that a machine runs on
            (DISK-04).
    """
    if offline and disk.system:  # DISK-02
        raise storage_error(40001, "Access Denied\n\nThe disk holds the system or boot volume of Windows.")
    if disk.clustered:  # DISK-03
        raise storage_error(4, "The operation is not permitted on a clustered disk.")
    if not offline and any(machine.active for machine in users(host, disk.number)):  # DISK-04
        raise storage_error(4, "The disk is in use by a virtual machine.")
    if disk.letter is not None and offline != disk.offline:  # DISK-05
        (host.files.take_away if offline else host.files.bring_back)(disk.letter)
    disk.offline = offline


def check_attachable(machine: VirtualMachine, number: int) -> None:
    """Refuse a disk of the host that cannot be attached to a machine.

    Raises:
        OperationFailed: no such disk (DRV-12), online (DRV-13), or of another machine (DRV-14).
    """
    disk = with_number(machine.host, number)
    if disk is None:  # DRV-12
        raise not_found(f"Failed to add device 'Physical Disk Drive'.\nThe disk number {number} was not found.")
    if not disk.offline:  # DRV-13
        raise invalid_parameter(
            f"Failed to add device 'Physical Disk Drive'.\nThe disk {number} is online in the management "
            f"operating system and cannot be used by '{machine.name}'."
        )
    other = users(machine.host, number)
    if other:  # DRV-14
        raise in_use(
            f"Failed to add device 'Physical Disk Drive'.\nThe disk {number} is attached to the virtual machine "
            f"'{other[0].name}'."
        )


def check_usable(machine: VirtualMachine, number: int) -> None:
    """Refuse a start on a disk of the host that is gone, online, or used by a running machine (DRV-15)."""
    disk = with_number(machine.host, number)
    busy = any(other is not machine and other.active for other in users(machine.host, number))
    if disk is None or not disk.offline or busy:  # DRV-15
        raise in_use(
            f"'{machine.name}' failed to start.\nFailed to open attachment 'Disk {number}': the disk is not available."
        )
