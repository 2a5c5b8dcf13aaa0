# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The steps that read VMs and the places of their exports, and the observation that the rows make."""

from __future__ import annotations

import collections.abc as c
import datetime
import typing as t

from ...core.step import Field, Reference, Replies, Step
from ..switch.names import name_key
from ..virtual_disk import (
    CHAINS,
    Chain,
    chain_step,
    extension_of,
    path_key,
    understand_chains,
    understand_volumes,
    volume_step,
)
from ..virtual_disk.space import VOLUMES
from .declaration import ExportDeclaration
from .manifest import FileStamp, is_marker, read_manifest
from .observation import ExportedVm, ExportObservation, Folder, Found, User, distinct

#: The payload file with the functions below.
EXPORT_PAYLOAD = "vm_export"
READ_FOLDERS, READ_STAMPS, COMPLETE_EXPORT = "Get-ExportFolder", "Get-FileStamp", "Complete-VMExport"

VMS, DRIVES, CHECKPOINTS = "vms", "drives", "checkpoints"
CHECKPOINT_CHAINS, FOLDERS, CLOCK = "checkpoint_chains", "folders", "clock"
CONFIGURATIONS, STAMPS, CHECKPOINT_STAMPS = "configurations", "stamps", "checkpoint_stamps"

_DRIVE_FIELDS = (
    Field("vm", "VMId", "guid"),
    Field("path", "Path"),
    Field("disk_number", "DiskNumber", "integer"),
    Field("shared", "SupportPersistentReservations", "boolean"),
    Field("controller", "ControllerType", "enum"),
    Field("number", "ControllerNumber", "integer"),
    Field("location", "ControllerLocation", "integer"),
)
_STAMP_FIELDS = (
    Field("vm", "VMId", "guid"),
    Field("path", "Path"),
    Field("exists", "Exists", "boolean"),
    Field("length", "Length", "integer"),
    Field("changed", "Changed", "integer"),
)
_FILES = Field("files", "Files", "objects", (Field("path", "Path"), Field("length", "Length", "integer")))
_MERGING = "MergingDisks"


def folder_step(paths: c.Sequence[str], step_id: str = FOLDERS, sized: c.Sequence[str] = ()) -> Step:
    """Return the step that reads what is at paths.

    Args:
        sized: those whose files are wanted although there is no manifest.
    """
    return Step(
        step_id,
        READ_FOLDERS,
        {"Path": list(paths), **({"Sized": list(sized)} if sized else {})},
        read=(
            Field("path", "Path"),
            Field("exists", "Exists", "boolean"),
            Field("is_folder", "IsFolder", "boolean"),
            Field("names", "Names", "texts"),
            Field("text", "Text"),
            _FILES,
        ),
    )


def reading_steps(declaration: ExportDeclaration) -> tuple[Step, ...]:
    """Return the reading steps; their number does not depend on how many VMs are named."""
    paths = [
        path
        for place in declaration.places
        for path in (place.folder, place.staging, place.staged, place.replaced, place.marker)
    ]
    steps = [
        _vms_step(),
        Step(DRIVES, "Hyper-V\\Get-VMHardDiskDrive", {"VM": Reference(VMS)}, read=_DRIVE_FIELDS),
        folder_step([*paths, declaration.path], sized=[place.staging for place in declaration.places]),
    ]
    if not declaration.present:
        return tuple(steps)
    named = Reference(VMS, where=(("Name", declaration.names),))
    files = Reference(DRIVES, where=(("VMName", declaration.names), ("DiskNumber", (None,))), get="Path")
    steps += [
        Step(
            CHECKPOINTS,
            "Hyper-V\\Get-VMSnapshot",
            {"VM": named},
            # Get-VMHardDiskDrive would take one checkpoint at a time
            read=(
                Field("vm", "VMId", "guid"),
                Field("id", "Id", "guid"),
                Field("drives", "HardDrives", "objects", (Field("path", "Path"),)),
            ),
        ),
        chain_step([files]),
        chain_step([Reference(CHECKPOINTS, get="HardDrives.Path")], CHECKPOINT_CHAINS),
        volume_step(),
        Step(CONFIGURATIONS, READ_STAMPS, {"VM": named}, read=_STAMP_FIELDS),
        _stamp_step(STAMPS, CHAINS),
        _stamp_step(CHECKPOINT_STAMPS, CHECKPOINT_CHAINS),
    ]
    if declaration.newer_than is not None:
        steps.append(clock_step())
    return tuple(steps)


def clock_step() -> Step:
    """Return the step that reads the host's time."""
    return Step(
        CLOCK,
        "CimCmdlets\\Get-CimInstance",
        {"ClassName": "Win32_OperatingSystem"},
        read=(Field("now", "LocalDateTime", "time"),),
    )


def _vms_step() -> Step:
    return Step(
        VMS,
        "Hyper-V\\Get-VM",
        read=(
            Field("id", "Id", "guid"),
            Field("name", "Name"),
            Field("state", "State", "enum"),
            Field("path", "ConfigurationLocation"),
            Field("version", "Version"),
            Field("generation", "Generation", "integer"),
            Field("statuses", "OperationalStatus", "enums"),
            Field("assigned", "MemoryAssigned", "integer"),
            Field("startup", "MemoryStartup", "integer"),
        ),
    )


def _stamp_step(step_id: str, chains: str) -> Step:
    return Step(step_id, READ_STAMPS, {"File": [Reference(chains, get="Links.Path")]}, read=_STAMP_FIELDS)


def understand_replies(declaration: ExportDeclaration, replies: Replies) -> ExportObservation:
    """Return the observation from the replies to the reading steps."""

    def rows(step: str) -> tuple[dict[str, t.Any], ...]:
        return replies[step].rows if step in replies else ()

    folders = understand_folders(rows(FOLDERS))
    found = {}
    for place in declaration.places:
        found[name_key(place.name)] = Found(
            export=folders.get(path_key(place.folder), Folder()),
            staging=folders.get(path_key(place.staging), Folder()),
            staged=folders.get(path_key(place.staged), Folder()),
            marker=folders.get(path_key(place.marker), Folder()),
            replaced=folders.get(path_key(place.replaced), Folder()),
        )
    chains = understand_chains([*rows(CHAINS), *rows(CHECKPOINT_CHAINS)])
    stamps = {path_key(row["path"]): row for row in (*rows(STAMPS), *rows(CHECKPOINT_STAMPS)) if row["exists"]}
    wanted = {name_key(name) for name in declaration.names}
    parts = _Parts(
        drives=rows(DRIVES),
        checkpoints=rows(CHECKPOINTS),
        configurations={row["vm"]: row for row in rows(CONFIGURATIONS) if row["exists"]},
        chains=chains,
        stamps=stamps,
    )
    names = {row["id"]: row["name"] for row in rows(VMS)}
    users = [User(row["name"], row["path"]) for row in rows(VMS) if row["path"]]
    users += [User(names.get(row["vm"], "?"), row["path"]) for row in rows(DRIVES) if row["path"]]
    clock = next(iter(rows(CLOCK)), None)
    return ExportObservation(
        vms=tuple(parts.vm(row) for row in rows(VMS) if name_key(row["name"]) in wanted),
        users=tuple(users),
        found=found,
        volumes=understand_volumes(rows(VOLUMES)),
        directory_exists=folders.get(path_key(declaration.path), Folder()).exists,
        now=datetime.datetime.fromisoformat(clock["now"].replace("Z", "+00:00")) if clock is not None else None,
    )


def understand_folders(rows: c.Iterable[t.Mapping[str, t.Any]]) -> dict[str, Folder]:
    """Return what is at paths, by `path_key`."""
    return {path_key(row["path"]): _folder(row) for row in rows}


class _Parts:
    """The rows of all VMs' parts."""

    def __init__(
        self,
        drives: c.Sequence[t.Mapping[str, t.Any]],
        checkpoints: c.Sequence[t.Mapping[str, t.Any]],
        configurations: t.Mapping[str, t.Mapping[str, t.Any]],
        chains: t.Mapping[str, Chain],
        stamps: t.Mapping[str, t.Mapping[str, t.Any]],
    ) -> None:
        self.drives = drives
        self.checkpoints = checkpoints
        self.configurations = configurations
        self.chains = chains
        self.stamps = stamps

    def vm(self, row: t.Mapping[str, t.Any]) -> ExportedVm:
        """Return a VM of its row."""
        drives = [drive for drive in self.drives if drive["vm"] == row["id"]]
        paths = [drive["path"] for drive in drives if drive["path"] and drive["disk_number"] is None]
        checkpoints = [each for each in self.checkpoints if each["vm"] == row["id"]]
        paths += [drive["path"] for each in checkpoints for drive in each["drives"] if drive["path"]]
        configuration = self.configurations.get(row["id"])
        state = row["state"]
        return ExportedVm(
            id=row["id"],
            name=row["name"],
            state=state,
            path=row["path"] or "",
            version=row["version"] or "",
            generation=row["generation"],
            merging=_MERGING in row["statuses"],
            memory=0 if state == "Off" else int(row["assigned"] or row["startup"] or 0),
            checkpoints=tuple(each["id"] for each in checkpoints),
            configuration=_stamp(configuration, None) if configuration is not None else None,
            files=distinct(stamp for path in paths for stamp in self._stamps_of(path)),
            unreadable=next((text for path in paths if (text := self._problem(path)) is not None), None),
            pass_through=tuple(_slot(drive) for drive in drives if drive["disk_number"] is not None),
            shared=tuple(_slot(drive) for drive in drives if _is_shared(drive)),
        )

    def _stamps_of(self, path: str) -> c.Iterator[FileStamp]:
        chain = self.chains.get(path_key(path))
        for link in chain.links if chain is not None else ():
            row = self.stamps.get(path_key(link.path))
            if row is not None:
                yield _stamp(row, link.identifier)

    def _problem(self, path: str) -> str | None:
        chain = self.chains.get(path_key(path))
        if chain is None or not chain.exists:
            return f"{path} is not there"
        if not chain.links:
            return f"{path} cannot be read: {chain.error or 'no reason given'}"
        if chain.missing_parent is not None:
            return f"{chain.missing_parent}, on which {path} builds, is not there or cannot be read"
        return None


def _folder(row: t.Mapping[str, t.Any]) -> Folder:
    is_folder = bool(row["is_folder"])
    return Folder(
        exists=bool(row["exists"]),
        is_folder=is_folder,
        names=tuple(row["names"]),
        manifest=read_manifest(row["text"]) if is_folder else None,
        files={path_key(file["path"]): file["length"] for file in row["files"]},
        marks=not is_folder and is_marker(row["text"]),
    )


def _stamp(row: t.Mapping[str, t.Any], identifier: str | None) -> FileStamp:
    return FileStamp(row["path"], int(row["length"]), int(row["changed"]), identifier)


def _slot(drive: t.Mapping[str, t.Any]) -> str:
    return f"{drive['controller'].lower()}:{drive['number']}:{drive['location']}"


def _is_shared(drive: t.Mapping[str, t.Any]) -> bool:
    return bool(drive["shared"]) or extension_of(drive["path"] or "") == ".vhds"
