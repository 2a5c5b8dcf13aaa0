# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The steps that read, and the observation that their rows make.

All machines are read and not only the declared ones: a file that another machine uses must stay where it is.
"""

from __future__ import annotations

import typing as t

from ...core.step import Field, Reference, Replies, Step
from ..virtual_disk import CHAINS, chain_step, path_key, understand_chains, understand_volumes, volume_step
from ..virtual_disk.space import VOLUMES
from ..vm.slots import Slot
from .declaration import Moves
from .observation import Drive, Machine, Observation

VMS, DRIVES, CHECKPOINTS, CHECKPOINT_CHAINS = "vms", "drives", "checkpoints", "checkpoint_chains"
FILES, DIRECTORIES = "files", "directories"

_MANAGEMENT = "Microsoft.PowerShell.Management"
_DRIVE = (
    Field("controller", "ControllerType", "enum"),
    Field("number", "ControllerNumber", "integer"),
    Field("location", "ControllerLocation", "integer"),
    Field("path", "Path"),
    Field("disk_number", "DiskNumber", "integer"),
    Field("shared", "SupportPersistentReservations", "boolean"),
)
#: A folder or a drive that is not there: nothing is in it then.
_NOT_THERE = ({"category": "ObjectNotFound"},)


def reading_steps(declaration: Moves) -> tuple[Step, ...]:
    """Return the reading steps; their number does not depend on how many machines there are."""
    vms = Reference(VMS)
    steps = [
        Step(
            VMS,
            "Hyper-V\\Get-VM",
            read=(
                Field("id", "Id", "guid"),
                Field("name", "Name"),
                Field("state", "State", "enum"),
                Field("configuration_path", "Path"),
                Field("checkpoints_path", "SnapshotFileLocation"),
                Field("smart_paging_path", "SmartPagingFilePath"),
                Field("status", "OperationalStatus", "enums"),
                Field("replication", "ReplicationState", "enum"),
                Field("clustered", "IsClustered", "boolean"),
                Field("system_files", "SizeOfSystemFiles", "integer"),
            ),
        ),
        Step(DRIVES, "Hyper-V\\Get-VMHardDiskDrive", {"VM": vms}, read=(Field("vm", "VMId", "guid"), *_DRIVE)),
        Step(
            CHECKPOINTS,
            "Hyper-V\\Get-VMSnapshot",
            {"VM": vms},
            read=(Field("vm", "VMId", "guid"), Field("drives", "HardDrives", "objects", _DRIVE)),
        ),
        chain_step([Reference(DRIVES, where=(("DiskNumber", (None,)),), get="Path")]),
        chain_step([Reference(CHECKPOINTS, get="HardDrives.Path")], CHECKPOINT_CHAINS),
        volume_step(),
    ]
    folders = list(declaration.disk_folders)
    if folders:
        steps += [
            Step(
                DIRECTORIES,
                f"{_MANAGEMENT}\\Get-Item",
                {"LiteralPath": folders},
                read=(Field("path", "FullName"),),
                tolerate=_NOT_THERE,
            ),
            Step(
                FILES,
                f"{_MANAGEMENT}\\Get-ChildItem",
                {"LiteralPath": folders},
                read=(Field("path", "FullName"), Field("size", "Length", "integer")),
                tolerate=_NOT_THERE,
            ),
        ]
    return tuple(steps)


def understand_replies(replies: Replies) -> Observation:
    """Return the observation from the replies to the reading steps."""

    def rows(step: str) -> tuple[dict[str, t.Any], ...]:
        return replies[step].rows if step in replies else ()

    drives: dict[str, list[Drive]] = {}
    for row in rows(DRIVES):
        drives.setdefault(row["vm"], []).append(_drive(row))
    checkpoint_drives: dict[str, list[Drive]] = {}
    for row in rows(CHECKPOINTS):
        checkpoint_drives.setdefault(row["vm"], []).extend(_drive(drive) for drive in row["drives"])
    return Observation(
        tuple(
            Machine(
                row["id"],
                row["name"],
                row["state"],
                {
                    option: row[option] or ""
                    for option in ("configuration_path", "checkpoints_path", "smart_paging_path")
                },
                tuple(row["status"]),
                row["replication"] or "Disabled",
                bool(row["clustered"]),
                row["system_files"] or 0,
                tuple(drives.get(row["id"], ())),
                tuple(checkpoint_drives.get(row["id"], ())),
            )
            for row in rows(VMS)
        ),
        understand_chains((*rows(CHECKPOINT_CHAINS), *rows(CHAINS))),
        understand_volumes(rows(VOLUMES)),
        {path_key(row["path"]): row["size"] or 0 for row in rows(FILES)},
        frozenset(path_key(row["path"]) for row in rows(DIRECTORIES)),
    )


def _drive(row: t.Mapping[str, t.Any]) -> Drive:
    slot = Slot(row["controller"], row["number"], row["location"])
    return Drive(slot, row["path"] or "", row["disk_number"], bool(row["shared"]))
