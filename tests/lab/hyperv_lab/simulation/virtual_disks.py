# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Virtual hard disks: files with a format, a size, identifiers and perhaps a parent."""

from __future__ import annotations

import copy
import typing as t
import uuid
from dataclasses import dataclass, field

from .errors import (
    DISK_FULL,
    FILE_EXISTS,
    FILE_NOT_FOUND,
    INVALID_ARGUMENT,
    PATH_NOT_FOUND,
    VHD_PARENT_MISMATCH,
    VHD_PARENT_NOT_FOUND,
    FileError,
    OperationFailed,
    in_use,
    invalid_parameter,
    not_found,
)
from .files import Entry
from .guests import GuestSystem

if t.TYPE_CHECKING:
    from .host import Host

MEBIBYTE = 1024 * 1024
GIBIBYTE = 1024 * MEBIBYTE
TEBIBYTE = 1024 * GIBIBYTE
VHD_LIMIT = 2040 * GIBIBYTE
VHDX_LIMIT = 64 * TEBIBYTE
SMALLEST = 3 * MEBIBYTE
HEADER = {"VHD": 2048, "VHDX": 4 * MEBIBYTE, "VHDSet": 4 * MEBIBYTE}
SET_FILE = 260 * 1024
"""Bytes of the .vhds file of a VHD Set; its data is in another file."""
SUFFIXES = {".vhd": "VHD", ".vhdx": "VHDX", ".avhd": "VHD", ".avhdx": "VHDX", ".vhds": "VHDSet", ".vhdpmem": "VHDX"}


@dataclass(eq=False)
class VirtualDisk:
    """What a virtual disk file says about itself.

    Attributes:
        disk_format: "VHD", "VHDX" or "VHDSet".
        kind: "Fixed", "Dynamic" or "Differencing".
        size: bytes that a guest sees.
        used: bytes of data in this file (not in its parents).
        stale: bytes that the file takes beyond them: blocks whose content the guest has deleted.
        minimum_size: end of the last partition: the least size it can shrink to.
        identifier: DiskIdentifier; a copied file keeps it (VHD-20).
        link: changes with every write, so that a child notices a parent that was changed.
        parent_link: the parent's `link` when this child was made.
        guest: operating system on the disk, or None.
        disk_number: number while mounted in the host, or None.
        read_only: whether that mount is for reading only.
        busy: what has the file open exclusively, or "".
        backing: path of the file with the data, of a VHD Set.
    """

    disk_format: str
    kind: str
    size: int
    block_size: int
    logical_sector: int = 512
    physical_sector: int = 4096
    used: int = 0
    minimum_size: int = 0
    identifier: uuid.UUID = field(default_factory=uuid.uuid4)
    link: uuid.UUID = field(default_factory=uuid.uuid4)
    parent_path: str | None = None
    parent_link: uuid.UUID | None = None
    guest: GuestSystem | None = None
    disk_number: int | None = None
    busy: str = ""
    stale: int = 0
    read_only: bool = False
    backing: str | None = None

    def copy(self) -> VirtualDisk:
        """What a copied file holds: the same data and the same identifiers."""
        twin = copy.copy(self)
        twin.disk_number = None
        twin.read_only = False
        twin.busy = ""
        return twin

    @property
    def file_length(self) -> int:
        """Bytes of the file, of a VHD Set those of its data file."""
        if self.kind == "Fixed":
            return self.size + (512 if self.disk_format == "VHD" else HEADER["VHDX"])
        return HEADER[self.disk_format] + min(self.used + self.stale, self.size)

    def touch(self) -> None:
        """Note a write to the disk's content."""
        self.link = uuid.uuid4()


def suffix_of(path: str) -> str:
    """The extension in lower case with its dot."""
    name = path.rsplit("\\", 1)[-1]
    return "." + name.rsplit(".", 1)[1].lower() if "." in name else ""


def format_of(path: str) -> str:
    """The format that a path's extension asks for. Raises OperationFailed (VHD-01)."""
    found = SUFFIXES.get(suffix_of(path))
    if found is None:  # VHD-01
        raise invalid_parameter(
            f"Failed to create the virtual hard disk.\nThe specified path '{path}' does not have a valid "
            f"virtual hard disk extension.",
            hresult=INVALID_ARGUMENT,
        )
    return found


def check_size(disk_format: str, size: int) -> None:
    """Refuse a size that the format cannot have (VHD-02, VHD-03, VHD-04)."""
    limit = VHD_LIMIT if disk_format == "VHD" else VHDX_LIMIT
    if size > limit:  # VHD-02
        raise invalid_parameter(
            f"The requested size of {size} bytes exceeds the limit of {limit} bytes for {disk_format}.",
            hresult=INVALID_ARGUMENT,
        )
    if size < SMALLEST:  # VHD-03
        raise invalid_parameter(
            f"The requested size of {size} bytes is below the least size of a virtual hard disk.",
            hresult=INVALID_ARGUMENT,
        )
    if size % (4096 if disk_format == "VHDX" else 512):  # VHD-04
        raise invalid_parameter(
            f"Failed to create the virtual hard disk.\nThe size of {size} bytes is not a multiple of the sector size.",
            hresult=INVALID_ARGUMENT,
        )


def open_entry(host: Host, path: str, action: str = "open") -> Entry:
    """The file of a virtual disk.

    Raises:
        OperationFailed: no file (0x80070002 or 0x80070003), not a virtual disk, or held exclusively (ObjectInUse).
    """
    entry = host.files.find(path)
    if entry is None or entry.is_directory:  # VHD-05
        folder = host.files.find(path.rsplit("\\", 1)[0])
        raise not_found(
            f"Failed to {action} the virtual hard disk '{path}': the system cannot find the file specified.",
            hresult=FILE_NOT_FOUND if folder is not None and folder.is_directory else PATH_NOT_FOUND,
        )
    if entry.disk is None:  # VHD-06
        raise invalid_parameter(
            f"Failed to {action} '{path}': the file or directory is corrupted and unreadable. (0xC03A0015)",
            hresult=-1069940715,  # 0xC03A0015, ERROR_VIRTDISK_NOT_VIRTUAL_DISK
        )
    if entry.disk.busy:  # VHD-07
        raise in_use(
            f"Failed to {action} '{path}' because it is being used by another process ({entry.disk.busy}). "
            f"(0x80070020)."
        )
    if entry.disk.backing is not None and not host.files.exists(entry.disk.backing):  # VHD-40
        raise not_found(
            f"Failed to {action} '{path}': the system cannot find the file specified. (0x80070002).",
            hresult=FILE_NOT_FOUND,
        )
    return entry


def disk_of(entry: Entry) -> VirtualDisk:
    """The disk of an entry that `open_entry` gave."""
    assert entry.disk is not None
    return entry.disk


def check_exclusive(entry: Entry, action: str) -> None:
    """Raise ObjectInUse (0x80070020) while a machine, a child's machine, or a mount has the file open (VHD-08)."""
    if entry.locks:  # VHD-08
        raise in_use(
            f"Failed to {action} '{entry.path}': the process cannot access the file because it is being used by "
            f"another process. (0x80070020)."
        )


def chain(host: Host, path: str, action: str = "open") -> list[Entry]:
    """The file and its parents, child first.

    Raises:
        OperationFailed: a parent is missing (0xC03A000D, VHD-09) or was changed (0xC03A000E, VHD-10).
    """
    entries = [open_entry(host, path, action)]
    seen = {entries[0].path.casefold()}
    while (parent_path := disk_of(entries[-1]).parent_path) is not None:
        child = disk_of(entries[-1])
        parent = host.files.find(parent_path)
        if parent is None or parent.disk is None or parent.path.casefold() in seen:  # VHD-09
            raise not_found(
                f"Failed to {action} '{path}': the parent virtual hard disk '{parent_path}' was not found. "
                f"(0xC03A000D)",
                hresult=VHD_PARENT_NOT_FOUND,
            )
        if parent.disk.link != child.parent_link:  # VHD-10
            raise invalid_parameter(
                f"Failed to {action} '{path}': the chain of virtual hard disks is corrupted. There is a "
                f"mismatch in the identifiers of "
                f"the parent virtual hard disk '{parent_path}' and the differencing disk. (0xC03A000E)",
                hresult=VHD_PARENT_MISMATCH,
            )
        seen.add(parent.path.casefold())
        entries.append(parent)
    return entries


def guest_of(entries: t.Sequence[Entry]) -> GuestSystem | None:
    """The operating system that a chain of disks holds."""
    return next((entry.disk.guest for entry in entries if entry.disk and entry.disk.guest), None)


def minimum_size(entries: t.Sequence[Entry]) -> int:
    """Bytes up to the end of the last partition of a chain."""
    return max((entry.disk.minimum_size for entry in entries if entry.disk), default=0)


def create(host: Host, path: str, disk: VirtualDisk) -> Entry:
    """Write a new virtual disk file.

    Raises:
        OperationFailed: exists (0x80070050, VHD-11), folder missing (0x80070003), volume full (0x80070070, VHD-12).
    """
    if host.files.exists(path):  # VHD-11
        raise OperationFailed(
            f"Failed to create the virtual hard disk.\nThe system failed to create '{path}': The file exists. "
            f"(0x80070050).",
            error_id="OperationFailed",
            category="ResourceExists",
            hresult=FILE_EXISTS,
        )
    try:
        if disk.disk_format == "VHDSet":
            return _create_set(host, path, disk)
        return host.files.make_file(path, disk.file_length, disk=disk)
    except FileError as failure:
        if failure.hresult == DISK_FULL:  # VHD-12
            raise OperationFailed(
                f"Failed to create the virtual hard disk.\nThe system failed to create '{path}': There is not "
                f"enough space on the disk. "
                "(0x80070070).",
                error_id="OperationFailed",
                category="NotSpecified",
                hresult=DISK_FULL,
            ) from failure
        raise OperationFailed(  # VHD-13
            f"Failed to create the virtual hard disk.\nThe system failed to create '{path}': {failure.message}",
            error_id="ObjectNotFound"
            if failure.category == "ObjectNotFound" or failure.hresult == PATH_NOT_FOUND
            else "OperationFailed",
            category="ObjectNotFound" if failure.hresult == PATH_NOT_FOUND else failure.category,
            hresult=failure.hresult,
        ) from failure


def _create_set(host: Host, path: str, disk: VirtualDisk) -> Entry:
    """Write the two files of a VHD Set: the set itself, and beside it an .avhdx with the data (VHD-38)."""
    backing = f"{path.rsplit('.', 1)[0]}_{str(uuid.uuid4()).upper()}.avhdx"  # VHD-38
    data = copy.copy(disk)
    data.disk_format, data.identifier = "VHDX", disk.identifier
    made = host.files.make_file(backing, data.file_length, disk=data)
    disk.backing = made.path
    return host.files.make_file(path, SET_FILE, disk=disk)


def create_plain(
    host: Host,
    path: str,
    size: int,
    *,
    fixed: bool,
    block_size: int | None = None,
    logical_sector: int = 512,
    physical_sector: int | None = None,
) -> Entry:
    """Make a fixed or dynamic disk."""
    disk_format = format_of(path)
    check_size(disk_format, size)
    if disk_format == "VHD" and (logical_sector != 512 or physical_sector not in (None, 512)):  # VHD-14
        raise invalid_parameter("A VHD has sectors of 512 bytes.", hresult=INVALID_ARGUMENT)
    default_block = 2 * MEBIBYTE if disk_format == "VHD" else 32 * MEBIBYTE
    disk = VirtualDisk(
        disk_format,
        "Fixed" if fixed else "Dynamic",
        size,
        0 if fixed else block_size or default_block,
        logical_sector,
        physical_sector or (512 if disk_format == "VHD" else 4096),
    )
    return create(host, path, disk)


def create_differencing(
    host: Host,
    path: str,
    parent_path: str,
    *,
    size: int | None = None,
    block_size: int | None = None,
    physical_sector: int | None = None,
) -> Entry:
    """Make a child of a disk.

    Raises:
        OperationFailed: parent missing (VHD-15), open for writing (0x80070020, VHD-16), of the other format (VHD-17),
            a VHD child of another size (VHD-18), a child smaller than its parent (VHD-19), a VHD Set (VHD-41).
    """
    disk_format = format_of(path)
    if disk_format == "VHDSet":  # VHD-41
        raise invalid_parameter("A VHD Set cannot be made as a differencing disk.", hresult=INVALID_ARGUMENT)
    if disk_format == "VHD" and physical_sector not in (None, 512):  # VHD-14
        raise invalid_parameter("A VHD has sectors of 512 bytes.", hresult=INVALID_ARGUMENT)
    parents = chain(host, parent_path, "create a differencing disk on")  # VHD-15
    parent_entry = parents[0]
    parent = disk_of(parent_entry)
    if any(not lock.endswith("(read)") for lock in parent_entry.locks):  # VHD-16
        raise in_use(
            f"Failed to create the virtual hard disk.\nThe system failed to create '{path}': The process cannot "
            f"access the file because it "
            "is being used by another process. (0x80070020)."
        )
    if parent.disk_format != disk_format:  # VHD-17
        raise invalid_parameter(
            f"Failed to create the virtual hard disk.\nThe differencing disk '{path}' and its parent "
            f"'{parent_path}' have different formats.",
            hresult=INVALID_ARGUMENT,
        )
    if size is not None and size != parent.size:
        if disk_format == "VHD":  # VHD-18
            raise invalid_parameter("A differencing VHD has the size of its parent.", hresult=INVALID_ARGUMENT)
        check_size(disk_format, size)
        if size < parent.size:  # VHD-19
            raise invalid_parameter("A differencing disk cannot be smaller than its parent.", hresult=INVALID_ARGUMENT)
    disk = VirtualDisk(
        disk_format,
        "Differencing",
        size or parent.size,
        block_size or 2 * MEBIBYTE,
        parent.logical_sector,
        physical_sector or parent.physical_sector,  # VHD-44
        identifier=parent.identifier,  # VHD-46
        parent_path=parent_entry.path,
        parent_link=parent.link,
    )
    return create(host, path, disk)


def set_file_length(host: Host, entry: Entry) -> None:
    """Bring the file's length in line with its disk. Raises FileError 0x80070070."""
    disk = disk_of(entry)
    data = entry if disk.backing is None else host.files.entry(disk.backing)
    host.files.resize(data, disk.file_length)
    if data.disk is not None and data is not entry:
        data.disk.size, data.disk.used, data.disk.stale = disk.size, disk.used, disk.stale


def data_length(host: Host, entry: Entry) -> int:
    """Bytes that the disk takes on its volume, of a VHD Set those of its data file."""
    disk = disk_of(entry)
    data = entry if disk.backing is None else host.files.find(disk.backing)
    return entry.length if data is None else data.length


def reclaim(host: Host, entry: Entry, mode: str) -> None:
    """Give back what a compaction finds (VHD-37).

    Without a read-only mount it cannot look into the file system on the disk, and finds half: a choice of the lab.

    Raises:
        OperationFailed: -Mode Retrim without a read-only mount.
    """
    disk = disk_of(entry)
    mounted = disk.disk_number is not None and disk.read_only
    if mode == "Retrim":
        if not mounted:  # VHD-37
            raise invalid_parameter(f"'{entry.path}' must be mounted read-only for the mode Retrim.")
        return
    disk.stale = 0 if mounted and mode in ("Full", "Quick") else disk.stale // 2  # VHD-37
    set_file_length(host, entry)
