# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Volumes and files of a host, with Windows paths and the FileSystem provider's errors."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field
from datetime import datetime

from .errors import (
    ACCESS_DENIED,
    ALREADY_EXISTS,
    DIRECTORY_NOT_EMPTY,
    DISK_FULL,
    FILE_NOT_FOUND,
    PATH_NOT_FOUND,
    SHARING_VIOLATION,
    FileError,
)
from .values import SimObject

if t.TYPE_CHECKING:
    from .host import Host
    from .machine import VirtualMachine
    from .virtual_disks import VirtualDisk

_DRIVE = re.compile(r"^([A-Za-z]):(.*)$", re.DOTALL)
_ILLEGAL = re.compile(r'[<>:"|?*\x00-\x1f]')


def split_path(path: str) -> tuple[str, tuple[str, ...]]:
    """Drive letter in upper case and the names below it; "." and ".." are resolved, "/" counts as "\\".

    Raises:
        FileError: the path has no drive letter (the lab has no shares), or a name that Windows forbids.
    """
    text = path.replace("/", "\\").removeprefix("\\\\?\\")
    match = _DRIVE.match(text)
    if match is None:
        raise FileError(
            f"Cannot find path '{path}' because it does not exist.",
            error_id="PathNotFound",
            category="ObjectNotFound",
            hresult=PATH_NOT_FOUND,
            exception_type="System.Management.Automation.ItemNotFoundException",
            target=path,
        )
    names: list[str] = []
    for name in match.group(2).split("\\"):
        if name in ("", "."):
            continue
        if name == "..":
            if names:
                names.pop()
            continue
        if _ILLEGAL.search(name):
            raise FileError(
                f"The filename, directory name, or volume label syntax is incorrect. : '{path}'",
                error_id="InvalidArgument",
                category="InvalidArgument",
                hresult=-2147024773,  # 0x8007007B
                exception_type="System.IO.IOException",
                target=path,
            )
        names.append(name.rstrip(" .") or name)
    return match.group(1).upper(), tuple(names)


def join_path(drive: str, names: t.Sequence[str]) -> str:
    """The display form of a path."""
    return f"{drive}:\\" + "\\".join(names)


def folded(path: str) -> str:
    """The form in which two spellings of one path are equal. Raises FileError as `split_path`."""
    drive, names = split_path(path)
    return join_path(drive, names).casefold()


@dataclass
class Volume:
    """A volume with a drive letter.

    Attributes:
        letter: drive letter in upper case.
        size: bytes.
        base_used: bytes that Windows itself takes.
        label: its name.
        used: bytes of the files the simulation knows, kept by FileSystem.
    """

    letter: str
    size: int
    base_used: int = 0
    label: str = ""
    file_system: str = "NTFS"
    used: int = 0

    @property
    def free(self) -> int:
        """Bytes that are left."""
        return max(0, self.size - self.base_used - self.used)


@dataclass(eq=False)
class Entry:
    """A file or folder.

    Attributes:
        path: display form.
        length: bytes it takes on its volume; 0 for a folder.
        content: bytes of a small file, None for all others.
        disk: the virtual disk inside a .vhd, .vhdx or .avhdx file.
        configuration: the machine that an exported configuration file holds.
        locks: who holds it open: names for people, for example "Virtual machine web01".
    """

    path: str
    is_directory: bool
    length: int
    created: datetime
    changed: datetime
    content: bytes | None = None
    disk: VirtualDisk | None = None
    configuration: VirtualMachine | None = None
    locks: list[str] = field(default_factory=list)
    children: dict[str, Entry] = field(default_factory=dict)


class FileItem(SimObject):
    """What Get-Item shows: a file or folder at the time of reading."""

    def __init__(self, host: Host, entry: Entry) -> None:
        self.host = host
        self.path = entry.path
        self.length = entry.length
        self.created = entry.created
        self.changed = entry.changed
        self.is_directory = entry.is_directory
        self.type_name = (  # type: ignore[misc]  # one class serves both kinds
            "System.IO.DirectoryInfo" if entry.is_directory else "System.IO.FileInfo"
        )

    @property
    def key(self) -> str:
        return f"{'Directory' if self.is_directory else 'File'}:{self.path.casefold()}"

    @property
    def name(self) -> str:
        """Last part of the path."""
        return self.path.rstrip("\\").rsplit("\\", 1)[-1] if not self.path.endswith(":\\") else self.path


class FileSystem:
    """All volumes of one host. Paths are compared without regard to case.

    Virtual disk files are entries whose `disk` is set; whoever opens one puts its name into `locks`.
    """

    def __init__(self, host: Host) -> None:
        self.host = host
        self.volumes: dict[str, Volume] = {}
        self._roots: dict[str, Entry] = {}
        self._index: dict[str, Entry] = {}
        self._disks: dict[str, Entry] = {}
        self._held: dict[str, list[Entry]] = {}
        self._away: dict[str, tuple[Volume, Entry, dict[str, Entry], dict[str, Entry]]] = {}

    def add_volume(self, volume: Volume) -> None:
        """Add a volume with an empty root."""
        now = self.host.estate.clock.utc()
        self.volumes[volume.letter] = volume
        root = Entry(f"{volume.letter}:\\", True, 0, now, now)
        self._roots[volume.letter] = root
        self._index[root.path.casefold()] = root

    def take_away(self, letter: str) -> None:
        """Let a volume go with its disk, together with what is on it (DISK-05)."""
        prefix = f"{letter}:\\".casefold()
        parts = [
            {path: entry for path, entry in index.items() if path.startswith(prefix)}
            for index in (self._index, self._disks)
        ]
        for index, gone in zip((self._index, self._disks), parts, strict=True):
            for path in gone:
                del index[path]
        self._away[letter] = (self.volumes.pop(letter), self._roots.pop(letter), parts[0], parts[1])

    def bring_back(self, letter: str) -> None:
        """Let a volume come back with its disk; nothing where it did not go."""
        if letter not in self._away:
            return
        self.volumes[letter], self._roots[letter], index, disks = self._away.pop(letter)
        self._index.update(index)
        self._disks.update(disks)

    # Looking

    def find(self, path: str) -> Entry | None:
        """The entry at a path, or None. A path that cannot exist is None too."""
        entry = self._index.get(path.casefold())
        if entry is not None:
            return entry
        try:
            return self._index.get(folded(path))
        except FileError:
            return None

    def entry(self, path: str) -> Entry:
        """The entry at a path. Raises FileError (PathNotFound)."""
        found = self.find(path)
        if found is None:
            raise self._not_found(path)
        return found

    def exists(self, path: str) -> bool:
        """Whether there is a file or folder."""
        return self.find(path) is not None

    def is_directory(self, path: str) -> bool:
        """Whether there is a folder."""
        found = self.find(path)
        return found is not None and found.is_directory

    def item(self, path: str) -> FileItem:
        """The file or folder. Raises FileError (PathNotFound)."""
        return FileItem(self.host, self.entry(path))

    def children(self, path: str) -> list[FileItem]:
        """What a folder holds (a file gives itself), by name. Raises FileError (PathNotFound)."""
        entry = self.entry(path)
        if not entry.is_directory:
            return [FileItem(self.host, entry)]
        return [FileItem(self.host, entry.children[name]) for name in sorted(entry.children)]

    def volume_of(self, path: str) -> Volume:
        """The volume a path is on. Raises FileError (DriveNotFound)."""
        drive, _ = split_path(path)
        volume = self.volumes.get(drive)
        if volume is None:
            raise self._no_drive(drive, path)
        return volume

    def walk(self, path: str) -> t.Iterator[Entry]:
        """An entry and everything below it."""
        pending = [self.entry(path)]
        while pending:
            entry = pending.pop()
            yield entry
            pending.extend(entry.children.values())

    def disk_entries(self) -> list[Entry]:
        """All virtual disk files."""
        return list(self._disks.values())

    def hold(self, entry: Entry, owner: str, *, reading: bool = False, shared: bool = False) -> None:
        """Note that `owner` has a file open, for reading only, together with others, or for itself alone."""
        entry.locks.append(f"{owner} (read)" if reading else f"{owner} (shared)" if shared else owner)
        self._held.setdefault(owner, []).append(entry)
        if entry.disk is not None and entry.disk.backing is not None:
            data = self.find(entry.disk.backing)
            if data is not None:
                self.hold(data, owner, reading=reading)

    def release(self, owner: str) -> None:
        """Note that `owner` has closed all its files."""
        mine = (owner, f"{owner} (read)", f"{owner} (shared)")
        for entry in self._held.pop(owner, ()):
            entry.locks[:] = [lock for lock in entry.locks if lock not in mine]

    # Changing

    def make_directory(self, path: str, *, exist_ok: bool = True) -> FileItem:
        """Make a folder and what is missing above it.

        Raises:
            FileError: DirectoryExist (unless exist_ok), NewItemIOError where a file is in the way, DriveNotFound.
        """
        drive, names = split_path(path)
        if drive not in self._roots:
            raise self._no_drive(drive, path)
        entry = self._roots[drive]
        made = False
        for depth, name in enumerate(names):
            child = entry.children.get(name.casefold())
            if child is None:
                child = self._add(entry, join_path(drive, names[: depth + 1]), True)
                made = True
            elif not child.is_directory:
                raise FileError(
                    f"An item with the specified name {child.path} already exists.",
                    error_id="NewItemIOError",
                    category="WriteError",
                    hresult=ALREADY_EXISTS,
                    exception_type="System.IO.IOException",
                    target=path,
                )
            entry = child
        if not made and not exist_ok:
            raise FileError(
                f"An item with the specified name {entry.path} already exists.",
                error_id="DirectoryExist",
                category="ResourceExists",
                hresult=ALREADY_EXISTS,
                exception_type="System.IO.IOException",
                target=path,
            )
        return FileItem(self.host, entry)

    def make_file(
        self,
        path: str,
        length: int = 0,
        *,
        content: bytes | None = None,
        disk: VirtualDisk | None = None,
        replace: bool = False,
    ) -> Entry:
        """Make a file in a folder that exists.

        Raises:
            FileError: NewItemIOError (exists, or disk full 0x80070070), PathNotFound.
        """
        drive, names = split_path(path)
        if drive not in self._roots:
            raise self._no_drive(drive, path)
        if not names:
            raise self._denied(path)
        folder = self._index.get(join_path(drive, names[:-1]).casefold())
        if folder is None or not folder.is_directory:
            raise FileError(
                f"Could not find a part of the path '{path}'.",
                error_id="NewItemIOError",
                category="WriteError",
                hresult=PATH_NOT_FOUND,
                exception_type="System.IO.DirectoryNotFoundException",
                target=path,
            )
        existing = folder.children.get(names[-1].casefold())
        if existing is not None:
            if existing.is_directory:
                raise self._denied(path)
            if not replace:
                raise FileError(
                    f"The file '{existing.path}' already exists.",
                    error_id="NewItemIOError",
                    category="WriteError",
                    hresult=-2147024816,  # 0x80070050
                    exception_type="System.IO.IOException",
                    target=path,
                )
            self.check_free(path, length - existing.length)
            self.check_unlocked(existing)
            self._drop(existing)
        else:
            self.check_free(path, length)
        entry = self._add(folder, join_path(drive, names), False)
        entry.content = content
        entry.disk = disk
        if disk is not None:
            self._disks[entry.path.casefold()] = entry
        self.resize(entry, length)
        return entry

    def resize(self, entry: Entry, length: int) -> None:
        """Give a file another size. Raises FileError 0x80070070 when the volume is full."""
        volume = self.volumes[entry.path[0].upper()]
        growth = length - entry.length
        if growth > 0:
            self.check_free(entry.path, growth)
        entry.length = length
        volume.used += growth
        entry.changed = self.host.estate.clock.utc()

    def check_free(self, path: str, growth: int) -> None:
        """Raise FileError 0x80070070 unless the path's volume has the room."""
        volume = self.volume_of(path)
        if growth > volume.free:  # FILE-01
            raise FileError(
                f"There is not enough space on the disk. : '{path}'",
                error_id="WriteError",
                category="WriteError",
                hresult=DISK_FULL,
                exception_type="System.IO.IOException",
                target=path,
            )

    def check_unlocked(self, entry: Entry) -> None:
        """Raise FileError 0x80070020 if something holds the file open."""
        if entry.locks:  # FILE-02
            raise FileError(
                f"The process cannot access the file '{entry.path}' because it is being used by another process.",
                error_id="IOException",
                category="WriteError",
                hresult=SHARING_VIOLATION,
                exception_type="System.IO.IOException",
                target=entry.path,
            )

    def read(self, path: str) -> bytes:
        """Content of a small file.

        Raises FileError (PathNotFound; GetContentReaderUnauthorizedAccessError for a folder).
        """
        entry = self.entry(path)
        if entry.is_directory:
            raise FileError(
                f"Access to the path '{entry.path}' is denied.",
                error_id="GetContentReaderUnauthorizedAccessError",
                category="PermissionDenied",
                hresult=ACCESS_DENIED,
                exception_type="System.UnauthorizedAccessException",
                target=path,
            )
        self.check_unlocked(entry)
        return entry.content or b""

    def write(self, path: str, content: bytes, *, append: bool = False) -> FileItem:
        """Write a small file, making it if need be. Raises FileError as `make_file`."""
        existing = self.find(path)
        if existing is not None and not existing.is_directory:
            self.check_unlocked(existing)
            data = (existing.content or b"") + content if append else content
            self.resize(existing, len(data))
            existing.content = data
            existing.disk = None
            self._disks.pop(existing.path.casefold(), None)
            return FileItem(self.host, existing)
        return FileItem(self.host, self.make_file(path, len(content), content=content))

    def remove(self, path: str, *, recurse: bool = False) -> None:
        """Remove a file or folder.

        Raises:
            FileError: PathNotFound; RemoveFileSystemItemIOError for a file in use (0x80070020); DirectoryNotEmpty
                without recurse.
        """
        entry = self.entry(path)
        if entry is self._roots[entry.path[0].upper()]:
            raise self._denied(path)
        if entry.children and not recurse:
            raise FileError(
                f"Directory {entry.path} cannot be removed because it is not empty.",
                error_id="DirectoryNotEmpty",
                category="WriteError",
                hresult=DIRECTORY_NOT_EMPTY,
                exception_type="System.IO.IOException",
                target=path,
            )
        for below in self.walk(path):
            if below.locks:
                raise FileError(
                    f"Cannot remove item {below.path}: The process cannot access the file '{below.path}' "
                    f"because it is being used "
                    "by another process.",
                    error_id="RemoveFileSystemItemIOError",
                    category="WriteError",
                    hresult=SHARING_VIOLATION,
                    exception_type="System.IO.IOException",
                    target=below.path,
                )
        self._drop(entry)

    def copy(self, source: str, destination: str, *, recurse: bool = False, force: bool = False) -> list[FileItem]:
        """Copy a file or folder; onto an existing folder the copy goes into it.

        Existing files are replaced, as Copy-Item does.

        Raises:
            FileError: PathNotFound; CopyFileInfoItemIOError for a source that is in use (0x80070020) or a full volume
                (0x80070070).
        """
        entry = self.entry(source)
        target = self._target(entry, destination)
        if entry.is_directory:
            made = [self.make_directory(target)]
            if recurse:
                for name in sorted(entry.children):
                    child = entry.children[name]
                    made += self.copy(child.path, target + "\\" + _name(child), recurse=True, force=force)
                _keep_relatives(self.walk(target), entry.path, target)
            return made
        self._check_readable(entry)
        if folded(entry.path) == folded(target):
            raise FileError(
                f"Cannot overwrite the item {entry.path} with itself.",
                error_id="CopyError",
                category="WriteError",
                exception_type="System.IO.IOException",
                target=entry.path,
            )
        try:
            copied = self.make_file(
                target,
                entry.length,
                content=entry.content,
                disk=entry.disk.copy() if entry.disk else None,
                replace=True,
            )
        except FileError as failure:
            raise FileError(
                failure.message,
                error_id="CopyDirectoryInfoItemIOError"
                if failure.hresult == PATH_NOT_FOUND
                else "CopyFileInfoItemIOError",
                category="WriteError",
                hresult=failure.hresult,
                exception_type=failure.exception_type,
                target=entry.path,
            ) from failure
        copied.changed = entry.changed
        copied.configuration = entry.configuration
        return [FileItem(self.host, copied)]

    def move(self, source: str, destination: str, *, force: bool = False) -> FileItem:
        """Move or rename a file or folder; into an existing folder it keeps its name.

        Raises:
            FileError: PathNotFound; MoveFileInfoItemIOError for a target that exists (unless force), a file in use, a
                full volume.
        """
        entry = self.entry(source)
        target = self._target(entry, destination)
        for below in self.walk(entry.path):
            if below.locks:
                raise FileError(
                    f"The process cannot access the file '{below.path}' because it is being used by another process.",
                    error_id="MoveFileInfoItemIOError",
                    category="WriteError",
                    hresult=SHARING_VIOLATION,
                    exception_type="System.IO.IOException",
                    target=below.path,
                )
        existing = self.find(target)
        if existing is entry and entry.path == target:
            return FileItem(self.host, entry)
        if existing is not None and existing is not entry:
            if not force or existing.is_directory:
                raise FileError(
                    "Cannot create a file when that file already exists.",
                    error_id="MoveFileInfoItemIOError",
                    category="WriteError",
                    hresult=ALREADY_EXISTS,
                    exception_type="System.IO.IOException",
                    target=entry.path,
                )
            self.check_unlocked(existing)
        if self.volume_of(target) is not self.volume_of(entry.path):
            self.check_free(target, sum(below.length for below in self.walk(entry.path)))
        if existing is not None and existing is not entry:
            self._drop(existing)
        drive, names = split_path(target)
        folder = self._index.get(join_path(drive, names[:-1]).casefold())
        if folder is None or not folder.is_directory:
            raise FileError(
                f"Could not find a part of the path '{target}'.",
                error_id="MoveFileInfoItemIOError",
                category="WriteError",
                hresult=PATH_NOT_FOUND,
                exception_type="System.IO.DirectoryNotFoundException",
                target=entry.path,
            )
        self._relocate(entry, folder, join_path(drive, names))
        return FileItem(self.host, entry)

    def rename(self, source: str, new_name: str) -> FileItem:
        """Give a file or folder another name in its folder. Raises FileError as `move`."""
        entry = self.entry(source)
        if "\\" in new_name or "/" in new_name:
            raise FileError(
                "Cannot rename the specified target, because it represents a path or device name.",
                error_id="Argument",
                category="InvalidArgument",
                exception_type="System.Management.Automation.PSArgumentException",
                target=new_name,
            )
        return self.move(source, entry.path.rsplit("\\", 1)[0] + "\\" + new_name)

    # Inside

    def _add(self, folder: Entry, path: str, is_directory: bool) -> Entry:
        now = self.host.estate.clock.utc()
        entry = Entry(path, is_directory, 0, now, now)
        folder.children[_name(entry).casefold()] = entry
        folder.changed = now
        self._index[path.casefold()] = entry
        return entry

    def _drop(self, entry: Entry) -> None:
        folder = self._index[_parent(entry.path).casefold()]
        for below in list(self.walk(entry.path)):
            self.volumes[below.path[0].upper()].used -= below.length
            del self._index[below.path.casefold()]
            self._disks.pop(below.path.casefold(), None)
        del folder.children[_name(entry).casefold()]

    def _relocate(self, entry: Entry, folder: Entry, path: str) -> None:
        old_folder = self._index[_parent(entry.path).casefold()]
        moved = list(self.walk(entry.path))
        old_root = entry.path
        for below in moved:
            self.volumes[below.path[0].upper()].used -= below.length
            del self._index[below.path.casefold()]
            self._disks.pop(below.path.casefold(), None)
        del old_folder.children[_name(entry).casefold()]
        for below in moved:
            below.path = path + below.path[len(old_root) :]
            self._index[below.path.casefold()] = below
            if below.disk is not None:
                self._disks[below.path.casefold()] = below
            self.volumes[below.path[0].upper()].used += below.length
        _keep_relatives(moved, old_root, path)
        folder.children[_name(entry).casefold()] = entry

    def _target(self, entry: Entry, destination: str) -> str:
        existing = self.find(destination)
        drive, names = split_path(destination)
        if existing is not None and existing.is_directory and existing is not entry:
            return existing.path.rstrip("\\") + "\\" + _name(entry)
        return join_path(drive, names)

    def _check_readable(self, entry: Entry) -> None:
        if entry.locks and any(not lock.endswith("(read)") for lock in entry.locks):
            raise FileError(
                f"The process cannot access the file '{entry.path}' because it is being used by another process.",
                error_id="CopyFileInfoItemIOError",
                category="WriteError",
                hresult=SHARING_VIOLATION,
                exception_type="System.IO.IOException",
                target=entry.path,
            )

    def _not_found(self, path: str) -> FileError:
        match = _DRIVE.match(path)
        if match and match.group(1).upper() not in self.volumes:
            return self._no_drive(match.group(1).upper(), path)
        return FileError(
            f"Cannot find path '{path}' because it does not exist.",
            error_id="PathNotFound",
            category="ObjectNotFound",
            hresult=FILE_NOT_FOUND,
            exception_type="System.Management.Automation.ItemNotFoundException",
            target=path,
        )

    def _no_drive(self, drive: str, path: str) -> FileError:
        return FileError(
            f"Cannot find drive. A drive with the name '{drive}' does not exist.",
            error_id="DriveNotFound",
            category="ObjectNotFound",
            hresult=PATH_NOT_FOUND,
            exception_type="System.Management.Automation.DriveNotFoundException",
            target=path,
        )

    def _denied(self, path: str) -> FileError:
        return FileError(
            f"Access to the path '{path}' is denied.",
            error_id="ItemExistsUnauthorizedAccessError",
            category="PermissionDenied",
            hresult=ACCESS_DENIED,
            exception_type="System.UnauthorizedAccessException",
            target=path,
        )


def _name(entry: Entry) -> str:
    return entry.path.rsplit("\\", 1)[-1]


def _parent(path: str) -> str:
    head = path.rsplit("\\", 1)[0]
    return head + "\\" if head.endswith(":") else head


def _keep_relatives(entries: t.Iterable[Entry], old_root: str, new_root: str) -> None:
    """Let disks that came to another folder together with their parents find these there (EXP-12)."""
    prefix = old_root.casefold() + "\\"
    for entry in entries:
        disk = entry.disk
        if disk is not None and disk.parent_path is not None and disk.parent_path.casefold().startswith(prefix):
            disk.parent_path = new_root + disk.parent_path[len(old_root) :]  # EXP-12
