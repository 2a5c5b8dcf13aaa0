# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the host says about disk files and who uses them, and the steps that ask it."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from ...core.step import Field, Reference, Replies, Step
from ..virtual_disk import (
    CHAINS,
    Chain,
    Chains,
    Volume,
    chain_step,
    normal_path,
    partial_path,
    path_key,
    readable_chain,
    same_path,
    understand_chains,
    understand_volumes,
    volume_step,
)
from ..virtual_disk.space import VOLUMES
from .declaration import DisksDeclaration

#: Ids of the reading steps, beside those of virtual_disk.
VMS, DRIVES, DRIVE_CHAINS = "vms", "drives", "drive_chains"


@dataclasses.dataclass(frozen=True)
class Drive:
    """A hard disk drive of a VM.

    Attributes:
        state: the VM's power state by its Hyper-V name.
        path: the file that it has now: under checkpoints an .avhdx.
        controller: `IDE` or `SCSI`.
    """

    vm: str
    state: str
    path: str
    controller: str


@dataclasses.dataclass(frozen=True)
class DisksObservation:
    """What was read.

    Attributes:
        chains: of the declared files, their sources and half-made copies, by `path_key`.
        drives: of all VMs; empty when no declared disk needs to know.
        drive_chains: of the drives' files, by `path_key`; empty when no file that is there could be changed.
    """

    chains: Chains
    volumes: dict[str, Volume]
    drives: tuple[Drive, ...] = ()
    drive_chains: Chains = dataclasses.field(default_factory=dict)

    def drives_of(self, path: str) -> list[Drive]:
        """Return the drives that have this very file."""
        return [drive for drive in self.drives if same_path(drive.path, path)]

    def chain_of(self, drive: Drive) -> Chain | None:
        """Return the chain of a drive's file, if it was read."""
        return self.drive_chains.get(path_key(drive.path))


def reading_steps(declaration: DisksDeclaration) -> tuple[Step, ...]:
    """Return the steps that read the files, the volumes, and the drives of all VMs where they matter.

    Their number depends on what kinds of things are declared, not on how many. The chains of the drives' files, each of
    which must be opened for it, are read only if a file that could be changed is there.
    """
    paths: dict[str, str] = {}
    for disk in declaration.disks:
        for path in (disk.file.path, partial_path(disk.file.path), *disk.sources):
            paths.setdefault(path_key(path), normal_path(path))
    steps = [chain_step(list(paths.values())), volume_step()]
    if declaration.needs_drives:
        steps += [
            Step(VMS, "Hyper-V\\Get-VM", read=(Field("id", "Id", "guid"), Field("state", "State", "enum"))),
            Step(
                DRIVES,
                "Hyper-V\\Get-VMHardDiskDrive",
                {"VM": Reference(VMS)},
                where=(("DiskNumber", (None,)),),
                read=(
                    Field("vm_id", "VMId", "guid"),
                    Field("vm", "VMName"),
                    Field("path", "Path"),
                    Field("controller", "ControllerType", "enum"),
                ),
            ),
        ]
    written = [normal_path(disk.file.path) for disk in declaration.disks if disk.may_be_written]
    if written:
        there = Reference(CHAINS, where=(("Path", tuple(written)), ("Exists", (True,))), get="Path")
        steps.append(chain_step([there, Reference(DRIVES, get="Path")], DRIVE_CHAINS))
    return tuple(steps)


def understand_replies(declaration: DisksDeclaration, replies: Replies) -> DisksObservation:
    """Return the observation from the replies to the reading steps.

    Raises:
        Unreadable: when a declared file is there but cannot be opened.
    """
    chains = understand_chains(replies[CHAINS].rows)
    for disk in declaration.disks:
        readable_chain(chains, disk.file.path)
    states = {row["id"]: row["state"] for row in _rows(replies, VMS)}
    return DisksObservation(
        chains=chains,
        volumes=understand_volumes(replies[VOLUMES].rows),
        drives=tuple(
            Drive(row["vm"], states.get(row["vm_id"], "Other"), row["path"], row["controller"])
            for row in _rows(replies, DRIVES)
            if row["path"]
        ),
        drive_chains=understand_chains(_rows(replies, DRIVE_CHAINS)),
    )


def _rows(replies: Replies, step: str) -> c.Sequence[dict[str, t.Any]]:
    return replies[step].rows if step in replies else ()
