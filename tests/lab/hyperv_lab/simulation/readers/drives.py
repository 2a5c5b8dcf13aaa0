# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Properties of controllers and drives."""

from __future__ import annotations

from ...objects.enums import enum_member
from ..settings import (
    PRIMORDIAL,
    Controller,
    Drive,
    DvdDrive,
    FloppyDrive,
    HardDiskDrive,
    IdeController,
    PmemController,
    ScsiController,
)
from ..values import register_readers
from .base import COMPONENT, attribute, constant, enum


def _list_drives(controller: Controller) -> list[Drive]:
    return list(controller.drives)


_CONTROLLER = {**COMPONENT, "ControllerNumber": attribute("number"), "Drives": _list_drives}
register_readers(ScsiController.type_name, {**_CONTROLLER, "IsTemplate": constant(False)})
register_readers(IdeController.type_name, _CONTROLLER)
register_readers(PmemController.type_name, {**_CONTROLLER, "IsTemplate": constant(False)})
register_readers(FloppyDrive.type_name, {**COMPONENT, "Path": attribute("path"), "PoolName": constant(PRIMORDIAL)})

_DRIVE = {
    **COMPONENT,
    "Path": attribute("path"),
    "ControllerType": lambda drive: enum_member("ControllerType", drive.controller.controller_type),
    "ControllerNumber": lambda drive: drive.controller.number,
    "ControllerLocation": attribute("location"),
    "PoolName": constant(PRIMORDIAL),
}
register_readers(
    HardDiskDrive.type_name,
    {
        **_DRIVE,
        "Path": lambda drive: drive.path if drive.disk_number is None else f"Disk {drive.disk_number} {drive.full_id}",
        "DiskNumber": attribute("disk_number"),
        "MaximumIOPS": attribute("maximum_iops"),
        "MinimumIOPS": attribute("minimum_iops"),
        "PoolName": attribute("pool"),
        "QoSPolicyID": attribute("qos_policy_id"),
        "SupportPersistentReservations": attribute("persistent_reservations"),
        "WriteHardeningMethod": enum("CacheAttributes", "cache_attributes"),
        "AttachedDiskType": lambda drive: "Virtual" if drive.disk_number is None else "Physical",
    },
)
register_readers(
    DvdDrive.type_name,
    {**_DRIVE, "DvdMediaType": lambda drive: enum_member("DvdMediaType", "ISO" if drive.path else "None")},
)
