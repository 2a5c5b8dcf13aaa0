# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Adding, moving and removing drives and controllers."""

from __future__ import annotations

import typing as t
import uuid

from . import physical_disks, virtual_disks
from .errors import FILE_NOT_FOUND, invalid_parameter, invalid_state, not_found
from .machine import VirtualMachine
from .settings import Controller, Drive, DvdDrive, FloppyDrive, HardDiskDrive, PmemController, ScsiController, Settings

if t.TYPE_CHECKING:
    from .host import Host

MAXIMUM_SCSI = 4
#: Files of persistent memory devices, and of sets of disks that machines share.
PMEM_SUFFIX, SET_SUFFIX = ".vhdpmem", ".vhds"


def controllers(settings: Settings, controller_type: str) -> list[Controller]:
    """Controllers of a type ("IDE", "SCSI"), in order.

    Raises:
        OperationFailed: IDE on generation 2 (DRV-01).
    """
    if controller_type == "SCSI":
        return list(settings.scsi_controllers)
    if controller_type == "IDE":
        if settings.generation != 1:  # DRV-01
            raise invalid_parameter(
                f'The generation 2 virtual machine or snapshot "{settings.name}" does not support IDE controllers.'
            )
        return list(settings.ide_controllers)
    if controller_type == "PMEM":
        return list(settings.pmem_controllers)
    raise invalid_parameter(f"The lab has no {controller_type} controllers.")


def find_controller(settings: Settings, controller_type: str, number: int) -> Controller:
    """A controller by number. Raises OperationFailed if there is none (DRV-02)."""
    found = controllers(settings, controller_type)
    if not 0 <= number < len(found):  # DRV-02
        raise not_found(f"'{settings.name}' does not have a {controller_type} controller with the number {number}.")
    return found[number]


def drive_at(controller: Controller, location: int) -> Drive | None:
    """The drive in a slot."""
    return next(
        (
            drive
            for drive in controller.settings.drives
            if drive.controller is controller and drive.location == location
        ),
        None,
    )


def free_slot(
    machine: VirtualMachine, controller_type: str | None, number: int | None, location: int | None
) -> tuple[Controller, int]:
    """The slot that is asked for, or the first free one: IDE before SCSI on generation 1.

    Raises:
        OperationFailed: location outside the controller (DRV-03), slot in use (DRV-04), all full (DRV-05).
    """
    settings = machine.settings
    types = [controller_type.upper()] if controller_type else ["IDE", "SCSI"] if settings.generation == 1 else ["SCSI"]
    candidates: list[Controller] = []
    for each in types:
        there = controllers(settings, each)
        if number is None:
            candidates += there
        elif each == types[-1] or number < len(there):
            candidates.append(find_controller(settings, each, number))
    if machine.active and controller_type is None:
        candidates = [controller for controller in candidates if controller.controller_type == "SCSI"]
    taken: Controller | None = None
    for controller in candidates:
        used = {drive.location for drive in settings.drives if drive.controller is controller}
        if location is None:
            free = next((place for place in range(controller.locations) if place not in used), None)
            if free is not None:
                return controller, free
        elif not 0 <= location < controller.locations:  # DRV-03
            if controller is candidates[-1]:
                raise not_found(
                    f"The location {location} does not exist on the {controller.controller_type} controller."
                )
        elif location not in used:
            return controller, location
        else:
            taken = controller
    if taken is not None and number is not None:  # DRV-04
        raise not_found(
            f"Failed to add device.\nThe controller location {location} on {taken.controller_type} controller "
            f"{taken.number} of '{machine.name}' is in use."
        )
    raise not_found(  # DRV-05
        f"Failed to add device.\n'{machine.name}' has no free location on its controllers."
    )


def require_hot_pluggable(machine: VirtualMachine, controller: Controller) -> None:
    """Raise InvalidState for IDE drives of a machine that is not off (DRV-06), or any drive of a saved one (DRV-07)."""
    if machine.state == "Off":
        return
    if machine.state not in ("Running", "Paused"):  # DRV-07
        raise invalid_state(f"Failed to change drives of '{machine.name}' in the state {machine.state}.")
    if controller.controller_type != "SCSI":  # DRV-06
        raise invalid_state(
            f"Failed to add or remove device.\nThe {controller.controller_type} drives of '{machine.name}' "
            f"cannot be changed while it is running."
        )


def check_disk(machine: VirtualMachine, path: str) -> None:
    """Refuse a disk file that cannot be attached.

    Raises:
        OperationFailed: missing (0x80070002, DRV-08), not a virtual disk, broken chain, attached to the same machine
            twice (DRV-09), or in use while the machine runs.
    """
    if not machine.host.files.exists(path):  # DRV-08
        raise not_found(
            f"Failed to add device 'Virtual Hard Disk'.\nHyper-V could not find '{path}': The system cannot "
            f"find the file specified. (0x80070002)",
            hresult=FILE_NOT_FOUND,
        )
    virtual_disks.chain(machine.host, path, "attach")
    wanted = path.casefold()
    if any(drive.path is not None and drive.path.casefold() == wanted for drive in machine.settings.drives):  # DRV-09
        raise invalid_parameter(f"The disk '{path}' is attached to the virtual machine '{machine.name}' already.")


def check_place(path: str | None, controller: Controller) -> None:
    """Refuse a file on a controller of another kind (PMEM-04)."""
    if path is not None and (virtual_disks.suffix_of(path) == PMEM_SUFFIX) != (controller.controller_type == "PMEM"):
        raise invalid_parameter(  # PMEM-04
            f"Failed to add device.\nThe file '{path}' cannot be attached to a {controller.controller_type} controller."
        )


def add_disk(
    machine: VirtualMachine,
    controller_type: str | None,
    number: int | None,
    location: int | None,
    path: str | None,
    *,
    disk_number: int | None = None,
    shared: bool = False,
) -> HardDiskDrive:
    """Attach a disk, a disk of the host, or an empty drive. Running machines take it on SCSI only."""
    controller, place = free_slot(machine, controller_type, number, location)
    require_hot_pluggable(machine, controller)
    check_place(path, controller)
    if path is not None:
        check_disk(machine, path)
    drive = HardDiskDrive(machine.settings, controller, place, path)
    if disk_number is not None:
        physical_disks.check_attachable(machine, disk_number)
        drive.disk_number = disk_number
    if shared:
        check_sharing(drive)
        drive.persistent_reservations = True
    if machine.active and path is not None:
        machine.check_medium(drive)
    machine.settings.drives.append(drive)
    if machine.settings.firmware is not None and controller.controller_type == "SCSI":
        machine.settings.firmware.add_device(drive)  # FW-10
    machine.refresh_files()
    return drive


def check_sharing(drive: HardDiskDrive) -> None:
    """Refuse to share a disk that cannot be shared.

    Raises:
        OperationFailed: not on SCSI (DRV-20), not a VHDX or VHD Set (DRV-21), not on storage of a cluster (DRV-22).
    """
    path = drive.path or ""
    if drive.controller.controller_type != "SCSI":  # DRV-20
        raise invalid_parameter("Only a disk on a SCSI controller can be shared by virtual machines.")
    if virtual_disks.suffix_of(path) not in (".vhdx", SET_SUFFIX):  # DRV-21
        raise invalid_parameter(f"The disk '{path}' cannot be shared: it is neither a VHDX nor a VHD Set.")
    if not (path.startswith("\\\\") or "\\clusterstorage\\" in path.casefold()):  # DRV-22
        raise invalid_parameter(
            f"Failed to add device 'Virtual Hard Disk'.\nThe storage where the virtual hard disk '{path}' is located "
            "does not support virtual hard disk sharing."
        )


def set_sharing(drive: HardDiskDrive, shared: bool) -> None:
    """Let a disk be shared, or no longer (DRV-23: off only)."""
    if shared == drive.persistent_reservations:
        return
    drive.machine.require_off("the sharing of a disk")  # DRV-23
    if shared:
        check_sharing(drive)
    drive.persistent_reservations = shared


def check_limits(minimum: int, maximum: int) -> None:
    """Refuse limits of which the lower is above the upper (DRV-16). In 8 KiB operations a second; 0 is none."""
    if maximum and minimum > maximum:  # DRV-16
        raise invalid_parameter("The minimum IOPS of a disk cannot be greater than its maximum.")


def policy_id(text: str | None) -> uuid.UUID:
    """The id of a storage QoS policy; null takes the policy away. Raises OperationFailed for other texts (DRV-17)."""
    try:
        return uuid.UUID(text) if text else uuid.UUID(int=0)
    except ValueError:
        raise invalid_parameter(f"'{text}' is not the id of a storage QoS policy.") from None  # DRV-17


def set_pool(drive: HardDiskDrive, name: str) -> None:
    """Put a disk into a resource pool of virtual disks (DRV-18: that exists, off only)."""
    pool = known_pool(drive.host, name)
    if pool != drive.pool:
        drive.machine.require_off("the resource pool of a disk")
    drive.pool = pool


def known_pool(host: Host, name: str) -> str:
    """The resource pool of that name. Raises OperationFailed if there is none (DRV-18)."""
    pool = next((each for each in host.disk_pools if each.casefold() == name.casefold()), None)
    if pool is None:  # DRV-18
        raise not_found(f"There is no resource pool '{name}' of the type VHD.")
    return pool


def set_cache(drive: HardDiskDrive, attributes: str) -> None:
    """Override what a disk says about its write cache (DRV-24: off only)."""
    if attributes != drive.cache_attributes:
        drive.machine.require_off("the cache attributes of a disk")  # DRV-24
    drive.cache_attributes = attributes


def insert_floppy(drive: FloppyDrive, path: str | None) -> None:
    """Put a virtual floppy disk in, or take it out (DVD-04)."""
    machine = drive.machine
    if machine.state not in ("Off", "Running", "Paused"):
        raise invalid_state(
            f"The floppy disk drive of '{machine.name}' cannot be changed in the state {machine.state}."
        )
    if path:
        if virtual_disks.suffix_of(path) != ".vfd":  # DVD-04
            raise invalid_parameter(f"'{path}' is not a virtual floppy disk (.vfd).")
        check_image(machine, path)
    drive.path = path


def floppy_of(settings: Settings) -> FloppyDrive:
    """The floppy disk drive. Raises OperationFailed on generation 2, which has none (DVD-05)."""
    if settings.floppy is None:  # DVD-05
        raise invalid_parameter(
            f'The generation 2 virtual machine or snapshot "{settings.name}" does not support floppy disk drives.'
        )
    return settings.floppy


def add_pmem_controller(machine: VirtualMachine) -> PmemController:
    """Add a persistent memory controller (PMEM-01: generation 2, PMEM-02: one, PMEM-03: off only)."""
    if machine.generation != 2:  # PMEM-01
        raise invalid_parameter("Only generation 2 virtual machines support persistent memory controllers.")
    machine.require_off("the controllers")  # PMEM-03
    if machine.settings.pmem_controllers:  # PMEM-02
        raise invalid_parameter(f"'{machine.name}' has a persistent memory controller already.")
    controller = PmemController(machine.settings)
    machine.settings.pmem_controllers.append(controller)
    return controller


def remove_pmem_controller(controller: PmemController) -> None:
    """Remove a persistent memory controller with its drives."""
    machine = controller.machine
    machine.require_off("the controllers")
    for drive in controller.drives:
        remove_drive(drive)
    machine.settings.pmem_controllers = []


def add_dvd(machine: VirtualMachine, number: int | None, location: int | None, path: str | None) -> DvdDrive:
    """Add a DVD drive: IDE on generation 1 (DVD-01), SCSI on generation 2."""
    controller_type = "IDE" if machine.generation == 1 else "SCSI"
    controller, place = free_slot(machine, controller_type, number, location)
    require_hot_pluggable(machine, controller)
    check_image(machine, path)
    drive = DvdDrive(machine.settings, controller, place, path)
    machine.settings.drives.append(drive)
    if machine.settings.firmware is not None:
        machine.settings.firmware.add_device(drive)
    machine.refresh_files()
    return drive


def check_image(machine: VirtualMachine, path: str | None) -> None:
    """Refuse a DVD image that does not exist (DVD-02)."""
    if path and not machine.host.files.exists(path):  # DVD-02
        raise not_found(
            f"Failed to add device 'Virtual CD/DVD Disk'.\nThe system cannot find '{path}'. (0x80070002)",
            hresult=FILE_NOT_FOUND,
        )


def remove_drive(drive: Drive) -> None:
    """Detach a drive; its file stays."""
    machine = drive.machine
    require_hot_pluggable(machine, drive.controller)
    machine.settings.drives = [each for each in machine.settings.drives if each is not drive]
    if machine.settings.firmware is not None:
        machine.settings.firmware.drop_device(drive)
    machine.refresh_files()


def move_drive(drive: Drive, controller_type: str | None, number: int | None, location: int | None) -> None:
    """Put a drive into another slot of its machine (DRV-10: off only)."""
    machine = drive.machine
    machine.require_off("the drive's slot")  # DRV-10
    kind = controller_type or drive.controller.controller_type
    target_number = (
        number if number is not None else drive.controller.number if kind == drive.controller.controller_type else 0
    )
    target_location = location if location is not None else drive.location
    controller = find_controller(machine.settings, kind, target_number)
    if controller is drive.controller and target_location == drive.location:
        return
    if isinstance(drive, DvdDrive) and kind == "SCSI" and machine.generation == 1:
        raise invalid_parameter("A generation 1 virtual machine has DVD drives on IDE controllers only.")
    if isinstance(drive, HardDiskDrive):
        check_place(drive.path, controller)
        if drive.persistent_reservations and controller.controller_type != "SCSI":  # DRV-20
            raise invalid_parameter("Only a disk on a SCSI controller can be shared by virtual machines.")
    before = drive.controller.controller_type
    drive.controller, drive.location = free_slot(machine, kind, target_number, target_location)
    firmware = machine.settings.firmware
    if firmware is not None and before != drive.controller.controller_type:
        if drive.controller.controller_type == "SCSI":
            firmware.add_device(drive)
        else:
            firmware.drop_device(drive)


def add_scsi_controller(machine: VirtualMachine) -> ScsiController:
    """Add a SCSI controller (CTL-01: four at most, CTL-02: off only)."""
    machine.require_off("the controllers")  # CTL-02
    if len(machine.settings.scsi_controllers) >= MAXIMUM_SCSI:  # CTL-01
        raise invalid_parameter(f"'{machine.name}' has the maximum of {MAXIMUM_SCSI} SCSI controllers.")
    controller = ScsiController(machine.settings)
    machine.settings.scsi_controllers.append(controller)
    return controller


def remove_scsi_controller(controller: ScsiController) -> None:
    """Remove a SCSI controller with its drives; the numbers of later ones shift (CTL-03)."""
    machine = controller.machine
    machine.require_off("the controllers")
    for drive in controller.drives:
        remove_drive(drive)
    machine.settings.scsi_controllers = [
        each for each in machine.settings.scsi_controllers if each is not controller
    ]  # CTL-03
