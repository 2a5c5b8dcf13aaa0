# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Drives as a playbook declares them: disks that are files, disks of the host, slots to be empty, DVD drives."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from ...core.plan import BadInput
from ...core.size import size_text
from ..virtual_disk import DiskFile, check_disk_file, extension_of, path_key, path_problem
from .drive_settings import declared_settings
from .fleet import Entry
from .physical_disks import PhysicalDiskKey, declared_key
from .slots import BadSlot, Slot, slot_from_text

#: What generation 1 starts from is read by its BIOS with a partition table (MBR) that ends at 2 TiB.
LARGEST_BOOT_DISK = 2 * 1024**4
BOOT_SLOT = Slot("IDE", 0, 0)

#: Files of persistent memory, and the only controllers that take them.
PMEM_FILE, PMEM = ".vhdpmem", "PMEM"

#: Options of an entry of `disks` that are about a file.
_FILE_OPTIONS = ("path", "size", "type", "parent", "copy_of")


@dataclasses.dataclass(frozen=True)
class DiskDeclaration:
    """A declared disk: a slot, the file in it, and what its drive is to carry."""

    option: str
    slot: Slot
    file: DiskFile
    settings: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)

    @property
    def shared(self) -> bool:
        """Whether other VMs may have the same disk."""
        return bool(self.settings.get("shared"))


@dataclasses.dataclass(frozen=True)
class PhysicalDiskDeclaration:
    """A disk of the host in a slot."""

    option: str
    slot: Slot
    key: PhysicalDiskKey
    settings: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class DiskDeclarations:
    """The entries of `disks` by what they are.

    Attributes:
        empty: slots that are to have no disk, with their options.
    """

    files: tuple[DiskDeclaration, ...] = ()
    physical: tuple[PhysicalDiskDeclaration, ...] = ()
    empty: t.Mapping[Slot, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class DvdDeclaration:
    """A declared DVD drive.

    Attributes:
        path: image in it; an empty text for none; None where the medium is not managed.
        absent: whether there is to be no DVD drive in the slot.
    """

    option: str
    slot: Slot
    path: str | None = None
    absent: bool = False


def declared_disks(entries: c.Iterable[Entry]) -> DiskDeclarations:
    """Return the disks that a list declares.

    Raises:
        BadInput: for entries that are wrong whatever the host looks like.
    """
    files: list[DiskDeclaration] = []
    physical: list[PhysicalDiskDeclaration] = []
    empty: dict[Slot, str] = {}
    paths: dict[str, str] = {}
    keys: dict[PhysicalDiskKey, str] = {}
    for entry in entries:
        values, slot = entry.values, _slot(entry)
        if values.get("state") == "absent":
            empty[slot] = entry.option
            continue
        settings = declared_settings(values, entry.option)
        if values.get("physical_disk") is not None:
            declared = _physical_disk(entry, slot, settings)
            first = keys.setdefault(declared.key, entry.option)
            if first != entry.option:
                raise BadInput(f"{entry.option}.physical_disk", f"{declared.key} is also that of {first}")
            physical.append(declared)
            continue
        disk = _file_disk(entry, slot, settings)
        first = paths.setdefault(path_key(disk.file.path), entry.option)
        if first != entry.option:
            raise BadInput(
                f"{entry.option}.path", f"{disk.file.path} is also the file of {first}; a file can be in one slot"
            )
        files.append(disk)
    return DiskDeclarations(tuple(files), tuple(physical), empty)


def declared_dvds(entries: c.Iterable[Entry]) -> tuple[DvdDeclaration, ...]:
    """Return the DVD drives that a list declares.

    Raises:
        BadInput: for slots and paths that cannot be.
    """
    dvds = []
    for entry in entries:
        slot, path = _slot(entry), entry.values.get("path")
        if slot.controller == PMEM:
            raise BadInput(f"{entry.option}.slot", f"{slot}: persistent memory controllers have no DVD drives")
        check_medium(f"{entry.option}.path", path, ".iso", "an image (.iso)")
        dvds.append(DvdDeclaration(entry.option, slot, path, entry.values.get("state") == "absent"))
    return tuple(dvds)


def check_medium(option: str, path: str | None, extension: str, what: str) -> None:
    """Raise BadInput for the path of a medium that cannot be one; an empty text is none."""
    if not path:
        return
    problem = path_problem(path)
    if problem is not None:
        raise BadInput(option, problem)
    if extension_of(path) != extension:
        raise BadInput(option, f"{path!r} is not {what}; an empty text takes the medium out")


def boot_disk_problem(slot: Slot, size: int | None) -> str | None:
    """Return why generation 1 cannot start from a disk of a size, or None."""
    if slot != BOOT_SLOT or size is None or size <= LARGEST_BOOT_DISK:
        return None
    return (
        f"generation 1 starts from {slot}, and its BIOS reaches {size_text(LARGEST_BOOT_DISK)} of a disk; "
        f"{size_text(size)} there cannot be started from. Put the system on a smaller disk and this one into another "
        "slot, or make the VM of generation 2"
    )


def _slot(entry: Entry) -> Slot:
    try:
        return slot_from_text(str(entry.values["slot"]))
    except BadSlot as problem:
        raise BadInput(f"{entry.option}.slot", str(problem)) from problem


def _physical_disk(entry: Entry, slot: Slot, settings: t.Mapping[str, t.Any]) -> PhysicalDiskDeclaration:
    for name in _FILE_OPTIONS:
        if entry.values.get(name) is not None:
            raise BadInput(
                f"{entry.option}.{name}", "is for a disk that is a file; physical_disk is a disk of the host"
            )
    if slot.controller == PMEM:
        raise BadInput(f"{entry.option}.slot", f"{slot}: persistent memory controllers take files only (.vhdpmem)")
    if settings.get("shared"):
        raise BadInput(f"{entry.option}.shared", "a disk of the host belongs to one VM; share a file, or use iSCSI")
    key = declared_key(entry.values["physical_disk"], f"{entry.option}.physical_disk")
    return PhysicalDiskDeclaration(entry.option, slot, key, settings)


def _file_disk(entry: Entry, slot: Slot, settings: t.Mapping[str, t.Any]) -> DiskDeclaration:
    values = entry.values
    path = values.get("path")
    if not path:
        raise BadInput(
            f"{entry.option}.path", "is needed: which file is the disk? (or physical_disk, or state: absent)"
        )
    if (extension_of(path) == PMEM_FILE) != (slot.controller == PMEM):
        raise BadInput(
            f"{entry.option}.slot",
            f"{slot} and {path}: persistent memory controllers (pmem:0:0 and up) take .vhdpmem files, others do not",
        )
    file = DiskFile(
        entry.option, path, values.get("size"), values.get("type"), values.get("parent"), values.get("copy_of")
    )
    check_disk_file(file)
    disk = DiskDeclaration(entry.option, slot, file, settings)
    if disk.shared and slot.controller != "SCSI":
        raise BadInput(f"{entry.option}.shared", f"{slot}: only disks on SCSI can be shared")
    if disk.shared and extension_of(path) == ".vhd":
        raise BadInput(f"{entry.option}.shared", f"{path}: only VHDX files and VHD Sets (.vhds) can be shared")
    if disk.shared and file.wanted_type == "differencing":
        raise BadInput(f"{entry.option}.shared", "a differencing disk cannot be shared")
    return disk
