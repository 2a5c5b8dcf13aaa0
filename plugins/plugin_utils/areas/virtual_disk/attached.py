# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which files VMs and their checkpoints have as disks."""

from __future__ import annotations

import dataclasses
import typing as t

from ...core.step import Field, Reference, Replies, Step

VMS, DRIVES, CHECKPOINTS = "vms", "drives", "checkpoints"

#: The paths of all disk files of VMs, and of checkpoints.
DRIVE_PATHS = Reference(DRIVES, get="Path")
CHECKPOINT_PATHS = Reference(CHECKPOINTS, get="HardDrives.Path")

_DRIVE = (
    Field("path", "Path"),
    Field("controller", "ControllerType", "enum"),
    Field("number", "ControllerNumber", "integer"),
    Field("location", "ControllerLocation", "integer"),
)


@dataclasses.dataclass(frozen=True)
class AttachedFile:
    """A disk file of a VM.

    Attributes:
        vm, vm_id: name and id of the VM.
        state: name of its VMState.
        path: the file.
        controller, number, location: where it is attached.
        checkpoint: name of the checkpoint that has it; None when the VM itself has it.
    """

    vm: str
    vm_id: str
    state: str
    path: str
    controller: str
    number: int
    location: int
    checkpoint: str | None = None


def attached_steps() -> tuple[Step, ...]:
    """Return the steps that read the disk files of all VMs; pass-through disks have none.

    The disks of checkpoints are read with them: Get-VMHardDiskDrive takes only one checkpoint.
    """
    whose = (Field("vm_id", "VMId", "guid"), Field("vm", "VMName"))
    return (
        Step(VMS, "Hyper-V\\Get-VM", read=(Field("id", "Id", "guid"), Field("state", "State", "enum"))),
        Step(
            DRIVES,
            "Hyper-V\\Get-VMHardDiskDrive",
            {"VM": Reference(VMS)},
            where=(("DiskNumber", (None,)),),
            read=(*whose, *_DRIVE),
        ),
        Step(
            CHECKPOINTS,
            "Hyper-V\\Get-VMSnapshot",
            {"VM": Reference(VMS)},
            read=(*whose, Field("name", "Name"), Field("drives", "HardDrives", "objects", _DRIVE)),
        ),
    )


def attached_files(replies: Replies) -> tuple[AttachedFile, ...]:
    """Return the disk files of all VMs from the replies, those of VMs before those of checkpoints."""

    def rows(step: str) -> tuple[dict[str, t.Any], ...]:
        return replies[step].rows if step in replies else ()

    states = {row["id"]: row["state"] for row in rows(VMS)}
    found: list[tuple[dict[str, t.Any], dict[str, t.Any], str | None]] = [(row, row, None) for row in rows(DRIVES)]
    found += [(row, drive, str(row["name"])) for row in rows(CHECKPOINTS) for drive in row["drives"]]
    return tuple(
        AttachedFile(
            row["vm"],
            row["vm_id"],
            states.get(row["vm_id"], "Other"),
            drive["path"],
            drive["controller"],
            drive["number"],
            drive["location"],
            checkpoint,
        )
        for row, drive, checkpoint in found
        if drive["path"]
    )
