# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the host says about exports, and about the VMs it has and plans."""

from __future__ import annotations

import dataclasses
import json
import typing as t

from ..switch.names import name_key
from ..virtual_disk import Volume, directory_of, path_key
from .declaration import MARK, Import

MARKER_KIND = "datacenter.hyperv import under way"
FORMAT = 1


@dataclasses.dataclass(frozen=True)
class ObservedVm:
    """A VM of the host, or one that is planned on it.

    Attributes:
        path: directory of its configuration.
        notes: the lines of its notes.
    """

    id: str
    name: str
    path: str = ""
    notes: tuple[str, ...] = ()

    @property
    def marks(self) -> tuple[str, ...]:
        """The lines that say where it was imported from."""
        return tuple(line for line in self.notes if line.startswith(MARK))


@dataclasses.dataclass(frozen=True)
class Candidate:
    """A configuration file and the id that it is named by."""

    path: str
    id: str


@dataclasses.dataclass(frozen=True)
class Slot:
    """Where a drive is in its VM."""

    controller: str
    number: int
    location: int


@dataclasses.dataclass(frozen=True)
class Disk:
    """A disk of a VM that is to be imported: the path that it will have, and its slot."""

    path: str
    slot: Slot


@dataclasses.dataclass(frozen=True)
class Adapter:
    """A network adapter of a VM, with its address: twelve digits, or empty."""

    vm: str
    name: str
    mac: str
    dynamic: bool


@dataclasses.dataclass(frozen=True)
class Incompatibility:
    """Why a VM cannot be imported as it is.

    Attributes:
        message: text for people, localised.
        source: class of the object that it is about.
        name: that object's name.
        switch: name of the switch that an adapter had.
        path: file of a drive, and its slot.
    """

    message_id: int
    message: str
    source: str = ""
    name: str = ""
    switch: str = ""
    path: str = ""
    slot: Slot | None = None


@dataclasses.dataclass(frozen=True)
class Report:
    """What Compare-VM said.

    Attributes:
        name: name of the exported VM.
        path: directory that its configuration will have.
    """

    name: str
    path: str
    disks: tuple[Disk, ...] = ()
    adapters: tuple[Adapter, ...] = ()
    incompatibilities: tuple[Incompatibility, ...] = ()


@dataclasses.dataclass(frozen=True)
class UnderWay:
    """An import of ours that was begun.

    Attributes:
        name: the name that the VM was to get, or None for the exported one.
        files: the disk files that it was to write.
    """

    name: str | None
    files: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class FoundExport:
    """What was found of one import.

    Attributes:
        file: the configuration file, if there is exactly one that can be meant.
        disk_folder: folder that disks are copied into.
        under_way: what the mark of an import of ours says that was not finished; None if there is no such mark.
        foreign_mark: whether a file with the name of that mark is there and is none of ours.
        files: names and lengths of the export's disk files.
        occupied: those paths that disks are copied to at which there is something already, with its length.
        report: None where the VM is there already, or Compare-VM failed with `error`.
    """

    candidates: tuple[Candidate, ...] = ()
    file: str | None = None
    disk_folder: str | None = None
    under_way: UnderWay | None = None
    foreign_mark: bool = False
    files: t.Mapping[str, int] = dataclasses.field(default_factory=dict)
    occupied: t.Mapping[str, int] = dataclasses.field(default_factory=dict)
    report: Report | None = None
    error: str | None = None

    @property
    def source_id(self) -> str | None:
        """Id of the exported VM."""
        return next((each.id for each in self.candidates if each.path == self.file), None)

    @property
    def root(self) -> str | None:
        """The folder of the export."""
        return directory_of(directory_of(self.file)) if self.file is not None else None

    @property
    def marker(self) -> str | None:
        """The file that marks an import under way."""
        if self.disk_folder is None or self.source_id is None:
            return None
        return f"{self.disk_folder}\\datacenter.hyperv.{self.source_id}.import.json"


@dataclasses.dataclass(frozen=True)
class ImportObservation:
    """What was read.

    Attributes:
        vms: all VMs of the host.
        planned: VMs that are only planned.
        used: names of VMs by the `path_key` of their disk files.
        adapters: of all VMs.
        found: by the number of the import.
    """

    vms: tuple[ObservedVm, ...] = ()
    planned: tuple[ObservedVm, ...] = ()
    used: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    adapters: tuple[Adapter, ...] = ()
    switches: tuple[str, ...] = ()
    volumes: t.Mapping[str, Volume] = dataclasses.field(default_factory=dict)
    found: tuple[FoundExport, ...] = ()

    def named(self, name: str) -> tuple[ObservedVm, ...]:
        """Return the VMs of a name; it need not be unique on a host."""
        key = name_key(name)
        return tuple(vm for vm in self.vms if name_key(vm.name) == key)

    def user_of(self, path: str) -> str | None:
        """Return the name of a VM that has a disk file."""
        return self.used.get(path_key(path))


def marker_text(one: Import, files: t.Sequence[str]) -> str:
    """Return the text of the file that marks an import under way."""
    content = {"kind": MARKER_KIND, "format": FORMAT, "name": one.name, "mode": one.mode, "files": list(files)}
    return json.dumps(content, ensure_ascii=True, separators=(",", ":"))


def read_marker(text: str | None) -> UnderWay | None:
    """Return what the mark of an import under way says, or None for a text that is none of ours."""
    try:
        content = json.loads(text or "")
    except ValueError:
        return None
    if not isinstance(content, dict) or content.get("kind") != MARKER_KIND or content.get("format") != FORMAT:
        return None
    files, name = content.get("files"), content.get("name")
    if not isinstance(files, list) or not (name is None or isinstance(name, str)):
        return None
    return UnderWay(name, tuple(str(path) for path in files))
