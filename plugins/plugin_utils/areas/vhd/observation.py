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
    CHECKPOINT_PATHS,
    DRIVE_PATHS,
    FILE_NOT_FOUND,
    FORMATS,
    Chain,
    Chains,
    Volume,
    attached_files,
    attached_steps,
    chain_step,
    compaction_note,
    converting_path,
    directory_of,
    extension_of,
    normal_path,
    partial_path,
    path_key,
    readable_chain,
    replaced_path,
    same_path,
    understand_chains,
    understand_volumes,
    volume_step,
)
from ..virtual_disk.chain_verification import verification_step
from ..virtual_disk.space import VOLUMES
from .declaration import DiskDeclaration, DisksDeclaration

#: Ids of the reading steps, beside those of virtual_disk.
DRIVE_CHAINS, CHECKPOINT_CHAINS = "drive_chains", "checkpoint_chains"
NEIGHBOURS, NEIGHBOUR_CHAINS = "neighbours", "neighbour_chains"
FURTHER, FURTHER_CHAINS = "further", "further_chains"
SETS, COMPACTED, MOUNTS, CHECKED = "sets", "compacted", "mounts", "checked"
#: The payload file of this area, and its functions.
MAINTENANCE_FILE = "vhd_maintenance"
READ_COMPACTED, COMPACT = "Get-CompactedSize", "Compress-Disk"

#: Extensions of virtual disk files, as FileInfo.Extension gives them.
DISK_EXTENSIONS = tuple(FORMATS)


@dataclasses.dataclass(frozen=True)
class Drive:
    """A hard disk drive of a VM or of a checkpoint.

    Attributes:
        state: the VM's power state by its Hyper-V name.
        path: the file that it has now: under checkpoints an .avhdx.
        controller: `IDE` or `SCSI`.
        vm_id: id of the VM.
        checkpoint: whether it is the drive of a checkpoint and not of the VM as it is.
    """

    vm: str
    state: str
    path: str
    controller: str
    vm_id: str = ""
    checkpoint: bool = False

    @property
    def owner(self) -> str:
        """The VM, or its checkpoints, as a message names them."""
        return f"a checkpoint of VM {self.vm}" if self.checkpoint else f"VM {self.vm}"


@dataclasses.dataclass(frozen=True)
class CompactionNote:
    """What the last compaction left noted beside a file.

    Attributes:
        file_size: bytes that the file had then.
        interrupted: whether one began and did not end, so that a read-only mount may be left of it.
    """

    file_size: int | None = None
    interrupted: bool = False


@dataclasses.dataclass(frozen=True)
class DisksObservation:
    """What was read.

    Attributes:
        chains: of the declared files, their sources and what interrupted runs left of them, by `path_key`.
        drives: of all VMs and their checkpoints; empty when no declared disk needs to know.
        drive_chains: of the drives' files and of the disk files beside the declared ones, by `path_key`; empty when
            no file that is there could be changed.
        sets: all files of the VHD Sets that are to go, by the `path_key` of the set.
        compacted: by `path_key`, of the disks that are declared to be compacted.
        read_only_mounts: numbers of the host's disks that cannot be written.
        broken: what the host says of the chains that it cannot open, by `path_key`, of the disks whose parent may be
            changed.
    """

    chains: Chains
    volumes: dict[str, Volume]
    drives: tuple[Drive, ...] = ()
    drive_chains: Chains = dataclasses.field(default_factory=dict)
    sets: t.Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    compacted: t.Mapping[str, CompactionNote] = dataclasses.field(default_factory=dict)
    read_only_mounts: frozenset[int] = frozenset()
    broken: t.Mapping[str, str] = dataclasses.field(default_factory=dict)

    def drives_of(self, path: str) -> list[Drive]:
        """Return the drives that have this very file."""
        return [drive for drive in self.drives if same_path(drive.path, path)]

    def chain_of(self, drive: Drive) -> Chain | None:
        """Return the chain of a drive's file, if it was read."""
        return self.drive_chains.get(path_key(drive.path))


def _read_paths(disk: DiskDeclaration) -> tuple[str, ...]:
    """Return the files whose chains say how things are with a disk."""
    path = disk.file.path
    left_behind = [partial_path(path), converting_path(path), replaced_path(path)]
    if disk.convert_from is not None:
        left_behind.append(replaced_path(disk.convert_from))
    if disk.leaves:
        left_behind.append(compaction_note(path))
    return (path, *left_behind, *disk.sources)


def reading_steps(declaration: DisksDeclaration) -> tuple[Step, ...]:
    """Return the steps that read the files, the volumes, and the drives of all VMs where they matter.

    Their number depends on what kinds of things are declared, not on how many. The chains of the drives' files and of
    the declared files' neighbours, each of which must be opened for it, are read only if a file that could be changed
    is there.
    """
    paths: dict[str, str] = {}
    for disk in declaration.disks:
        for path in _read_paths(disk):
            paths.setdefault(path_key(path), normal_path(path))
    steps = [chain_step(list(paths.values()), patient=True), volume_step()]
    if any(disk.needs_drives for disk in declaration.disks):
        steps += attached_steps()
    written = tuple(
        dict.fromkeys(
            normal_path(path)
            for disk in declaration.disks
            if disk.may_be_written
            for path in (disk.file.path, disk.converted, *((disk.merge_into,) if disk.merge_into else ()))
        )
    )
    if written:
        folders = [normal_path(folder) for disk in declaration.disks for folder in disk.children_in]
        steps += _user_steps(written, folders)
    return (*steps, *_special_steps(declaration))


def _user_steps(written: tuple[str, ...], further: list[str]) -> list[Step]:
    """Return the steps that read what builds on files, if these are there (a reference to nothing skips a step).

    Args:
        further: directories beside those of the files, which are looked through with all below them.
    """
    there = Reference(CHAINS, where=(("Path", written), ("Exists", (True,))), get="Path")
    folders = {path_key(folder): folder for folder in map(directory_of, written)}
    steps = [
        chain_step([there, DRIVE_PATHS], DRIVE_CHAINS),
        chain_step([there, CHECKPOINT_PATHS], CHECKPOINT_CHAINS),
        _files_step(NEIGHBOURS, {"LiteralPath": list(folders.values())}),
        chain_step([there, Reference(NEIGHBOURS, get="FullName")], NEIGHBOUR_CHAINS),
    ]
    if further:
        distinct = {path_key(folder): folder for folder in further}
        parameters = {"LiteralPath": list(distinct.values()), "Recurse": True}
        steps += [
            _files_step(FURTHER, parameters),
            chain_step([there, Reference(FURTHER, get="FullName")], FURTHER_CHAINS),
        ]
    return steps


def _files_step(step_id: str, parameters: dict[str, t.Any]) -> Step:
    return Step(
        step_id,
        "Microsoft.PowerShell.Management\\Get-ChildItem",
        parameters,
        where=(("Extension", DISK_EXTENSIONS),),
        tolerate=({"error_id": "PathNotFound"}, {"error_id": "DriveNotFound"}),
    )


def _special_steps(declaration: DisksDeclaration) -> list[Step]:
    """Return the steps that only some kinds of declarations need."""

    def there(chosen: c.Callable[[DiskDeclaration], bool]) -> Reference | None:
        paths = tuple(normal_path(path) for path in declaration.paths(chosen))
        return Reference(CHAINS, where=(("Path", paths), ("Exists", (True,))), get="Path") if paths else None

    steps = []
    read: tuple[Field, ...]
    sets = there(lambda disk: disk.state == "absent" and extension_of(disk.file.path) == ".vhds")
    if sets is not None:
        read = (Field("path", "Path"), Field("files", "AllPaths", "texts"))
        steps.append(Step(SETS, "Hyper-V\\Get-VHDSet", {"Path": sets, "GetAllPaths": True}, read=read, collect=True))
    compacted = there(lambda disk: disk.compact is not None)
    if compacted is not None:
        read = (
            Field("path", "Path"),
            Field("file_size", "FileSize", "integer"),
            Field("interrupted", "Interrupted", "boolean"),
        )
        steps.append(Step(COMPACTED, READ_COMPACTED, {"Path": compacted}, read=read))
    if any(disk.state == "mounted" for disk in declaration.disks):
        read = (Field("number", "Number", "integer"), Field("read_only", "IsReadOnly", "boolean"))
        steps.append(Step(MOUNTS, "Storage\\Get-Disk", read=read))
    checked = there(lambda disk: disk.reparent)
    if checked is not None:
        steps.append(verification_step([checked], CHECKED))
    return steps


def understand_replies(declaration: DisksDeclaration, replies: Replies) -> DisksObservation:
    """Return the observation from the replies to the reading steps.

    Raises:
        Unreadable: when a declared file is there but cannot be opened.
    """
    chains = understand_chains(replies[CHAINS].rows)
    for disk in declaration.disks:
        if not is_rest_of_set(disk, chains):
            readable_chain(chains, disk.file.path)
    return DisksObservation(
        chains=chains,
        volumes=understand_volumes(replies[VOLUMES].rows),
        drives=tuple(
            Drive(file.vm, file.state, file.path, file.controller, file.vm_id, file.checkpoint is not None)
            for file in attached_files(replies)
        ),
        drive_chains={
            key: chain
            for step in (FURTHER_CHAINS, NEIGHBOUR_CHAINS, CHECKPOINT_CHAINS, DRIVE_CHAINS)
            for key, chain in understand_chains(_rows(replies, step)).items()
        },
        sets={path_key(row["path"]): tuple(row["files"]) for row in _rows(replies, SETS)},
        compacted={
            path_key(row["path"]): CompactionNote(row["file_size"], bool(row["interrupted"]))
            for row in _rows(replies, COMPACTED)
        },
        read_only_mounts=frozenset(row["number"] for row in _rows(replies, MOUNTS) if row["read_only"]),
        broken={path_key(row["path"]): row["error"] or "no reason given" for row in _rows(replies, CHECKED)},
    )


def is_rest_of_set(disk: DiskDeclaration, chains: Chains) -> bool:
    """Return whether a VHD Set that is to go has lost its data already, as after an interrupted deletion."""
    chain = chains.get(path_key(disk.file.path))
    of_set = disk.state == "absent" and extension_of(disk.file.path) == ".vhds"
    return of_set and chain is not None and chain.exists and not chain.links and chain.hresult == FILE_NOT_FOUND


def _rows(replies: Replies, step: str) -> c.Sequence[dict[str, t.Any]]:
    return replies[step].rows if step in replies else ()
