# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the host says about VMs that are exported, and about the places of exports."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import datetime
import typing as t

from ..switch.names import name_key
from ..virtual_disk import Volume, is_inside, path_key
from .declaration import Place
from .manifest import FILE_NAME, FileStamp, Manifest


@dataclasses.dataclass(frozen=True)
class ExportedVm:
    """A VM as far as its export needs it.

    Attributes:
        state: its power state by its Hyper-V name.
        path: directory of its configuration.
        merging: whether checkpoints are being merged into its disks.
        memory: bytes of memory that its saved or running state has.
        configuration: its configuration file, None when that was not found.
        files: its disk files, those of its checkpoints, and everything below them.
        unreadable: a disk file that could not be read, with the reason.
        pass_through, shared: slots of drives that cannot be exported.
    """

    id: str
    name: str
    state: str
    path: str
    version: str = ""
    generation: int = 2
    merging: bool = False
    memory: int = 0
    checkpoints: tuple[str, ...] = ()
    configuration: FileStamp | None = None
    files: tuple[FileStamp, ...] = ()
    unreadable: str | None = None
    pass_through: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()

    @property
    def resting(self) -> bool:
        """Whether nothing is writing to its disks."""
        return self.state in ("Off", "Saved") and not self.merging


@dataclasses.dataclass(frozen=True)
class Folder:
    """What is at a path.

    Attributes:
        names: of what is in a folder.
        manifest: what the manifest in it says, if there is one of ours.
        files: length by path below it, in the form of `path_key`; only where there is a manifest, and in folders in
            which exports grow.
        marks: whether it is a file that says that an export of ours is under way.
    """

    exists: bool = False
    is_folder: bool = False
    names: tuple[str, ...] = ()
    manifest: Manifest | None = None
    files: t.Mapping[str, int] = dataclasses.field(default_factory=dict)
    marks: bool = False

    @property
    def damage(self) -> str | None:
        """What is wrong with an export of ours, or None."""
        if self.manifest is None:
            return "it has no manifest"
        for path, length in self.manifest.files.items():
            if path not in self.files:
                return f"{path} is missing"
            if self.files[path] != length:
                return f"{path} has {self.files[path]} bytes instead of {length}"
        stem = f"virtual machines\\{self.manifest.vm_id.lower()}"
        if not {f"{stem}.vmcx", f"{stem}.xml"} & set(self.files):
            return "it has no configuration"
        return None

    @property
    def foreign(self) -> tuple[str, ...]:
        """Files in an export of ours that are none of it."""
        own = self.manifest.files if self.manifest is not None else {}
        return tuple(path for path in self.files if path not in own and path != FILE_NAME)


@dataclasses.dataclass(frozen=True)
class Found:
    """What is at the place of one export: the export, what is under way, its mark, and an older one on its way out."""

    export: Folder = Folder()
    staging: Folder = Folder()
    staged: Folder = Folder()
    marker: Folder = Folder()
    replaced: Folder = Folder()

    @property
    def under_way(self) -> bool:
        """Whether there is something of an export of ours that was not finished."""
        return self.marker.marks


@dataclasses.dataclass(frozen=True)
class User:
    """A VM that has a file as its configuration or its disk."""

    vm: str
    path: str


@dataclasses.dataclass(frozen=True)
class ExportObservation:
    """What was read.

    Attributes:
        vms: those of the declared names.
        users: directories and disk files of all VMs.
        found: by the name key of the VM.
        directory_exists: whether the directory of the exports is there.
        now: the host's time, where the declaration asks for an age.
    """

    vms: tuple[ExportedVm, ...] = ()
    users: tuple[User, ...] = ()
    found: t.Mapping[str, Found] = dataclasses.field(default_factory=dict)
    volumes: t.Mapping[str, Volume] = dataclasses.field(default_factory=dict)
    directory_exists: bool = True
    now: datetime.datetime | None = None

    def named(self, name: str) -> tuple[ExportedVm, ...]:
        """Return the VMs of a name; it need not be unique on a host."""
        key = name_key(name)
        return tuple(vm for vm in self.vms if name_key(vm.name) == key)

    def at(self, place: Place) -> Found:
        """Return what is at a place."""
        return self.found.get(name_key(place.name), Found())

    def user_of(self, folder: str) -> User | None:
        """Return a VM that has a file in a folder."""
        return next((user for user in self.users if is_inside(user.path, folder)), None)


def distinct(stamps: c.Iterable[FileStamp]) -> tuple[FileStamp, ...]:
    """Return each file once, in the order of the files."""
    return tuple({path_key(stamp.path): stamp for stamp in stamps}.values())
