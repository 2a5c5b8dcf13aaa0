# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What one virtual disk file is declared to be."""

from __future__ import annotations

import dataclasses

from ...core.plan import BadInput
from ...core.size import size_text
from .paths import extension_of, path_problem, same_path

MEBIBYTE = 1024**2
GIBIBYTE = 1024**3

#: Extensions of files that the cmdlets make, with the largest size in bytes
#: (New-VHD: "2040 GB" for VHD, "64 TB" for VHDX, Microsoft Learn, Hyper-V scalability).
LARGEST = {".vhd": 2040 * GIBIBYTE, ".vhdx": 64 * 1024 * GIBIBYTE, ".vhds": 64 * 1024 * GIBIBYTE}
#: Files of persistent memory are VHDX files of a fixed size ("Configuring persistent memory devices for Hyper-V VMs").
PMEM = ".vhdpmem"
LARGEST[PMEM] = LARGEST[".vhdx"]
#: Formats as results name them, by extension; the names are those of the enumeration VhdFormat in lower case.
FORMATS = {".vhd": "vhd", ".avhd": "vhd", ".vhdx": "vhdx", ".avhdx": "vhdx", PMEM: "vhdx", ".vhds": "vhdset"}
SMALLEST = 3 * MEBIBYTE
#: Sizes are whole multiples of the largest logical sector (MS-VHDX 2.6.2.4), so that no release rounds them.
SIZE_STEP = 4096


@dataclasses.dataclass(frozen=True)
class DiskFile:
    """A declared disk file; None means left out and not managed.

    Attributes:
        option: path of the disk in the declaration, `vms[3].disks[0]`, or empty at the top of a task.
        size: bytes.
        type: `fixed`, `dynamic` or `differencing`.
        parent: path of the file that a differencing disk builds on.
        copy_of: path of the file that this one is made from.
        block_size, logical_sector_size, physical_sector_size: bytes; used only when the file is made.
    """

    option: str
    path: str
    size: int | None = None
    type: str | None = None
    parent: str | None = None
    copy_of: str | None = None
    block_size: int | None = None
    logical_sector_size: int | None = None
    physical_sector_size: int | None = None

    def where(self, name: str) -> str:
        """Return the path of an option of this disk."""
        return f"{self.option}.{name}" if self.option else name

    @property
    def wanted_type(self) -> str | None:
        """The declared type; a parent alone already says differencing, and persistent memory says fixed."""
        if self.type is None and extension_of(self.path) == PMEM:
            return "fixed"
        return "differencing" if self.type is None and self.parent else self.type

    @property
    def can_be_made(self) -> bool:
        """Whether the declaration says enough to make the file."""
        return bool(self.size or self.parent or self.copy_of)


def check_disk_file(file: DiskFile) -> None:
    """Check what can be checked without the host.

    Raises:
        BadInput: with the path of the option.
    """
    for name, path in (("path", file.path), ("parent", file.parent), ("copy_of", file.copy_of)):
        problem = path_problem(path) if path is not None else None
        if problem is not None:
            raise BadInput(file.where(name), problem)
    extension = extension_of(file.path)
    if extension not in LARGEST:
        raise BadInput(
            file.where("path"), f"{file.path!r} must end in .vhd, .vhdx or .vhds; the extension is the disk's format"
        )
    if extension == ".vhds" and (file.parent or file.copy_of or file.type == "differencing"):
        option = "parent" if file.parent else "copy_of" if file.copy_of else "type"
        raise BadInput(
            file.where(option), "a VHD Set is made new or converted from another disk, not as a child or a copy"
        )
    if extension == PMEM and (file.parent or file.copy_of or file.type not in (None, "fixed")):
        option = "parent" if file.parent else "copy_of" if file.copy_of else "type"
        raise BadInput(file.where(option), "persistent memory (.vhdpmem) is a fixed disk of its own")
    if file.copy_of and file.parent:
        raise BadInput(
            file.where("copy_of"),
            "a disk is either a copy of a template or a child of one; leave out copy_of or parent",
        )
    for name, other in (("parent", file.parent), ("copy_of", file.copy_of)):
        if other is None:
            continue
        if same_path(other, file.path):
            raise BadInput(file.where(name), "names the disk itself")
        if extension_of(other) != extension:
            raise BadInput(
                file.where(name), f"{other!r} and {file.path!r} must have the same format, and so the same extension"
            )
    if file.type == "differencing" and not file.parent:
        raise BadInput(file.where("type"), "a differencing disk needs a parent")
    if file.parent and file.type not in (None, "differencing"):
        raise BadInput(
            file.where("type"), f"a disk with a parent is differencing, not {file.type}; leave out type or parent"
        )
    if file.copy_of and file.type is not None:
        raise BadInput(file.where("type"), "a copy has the type of its template; leave out type")
    if file.size is not None:
        _check_size(file, extension)


def _check_size(file: DiskFile, extension: str) -> None:
    size = file.size or 0
    if size % SIZE_STEP:
        raise BadInput(file.where("size"), f"{size} bytes is not a multiple of {SIZE_STEP}; Hyper-V would round it")
    if size < SMALLEST:
        raise BadInput(file.where("size"), f"{size_text(size)} is below the smallest disk, {size_text(SMALLEST)}")
    if size > LARGEST[extension]:
        raise BadInput(
            file.where("size"),
            f"{size_text(size)} is above the largest {extension[1:].upper()} file, {size_text(LARGEST[extension])}",
        )
    if extension == ".vhd" and file.parent:
        raise BadInput(file.where("size"), "a differencing VHD has the size of its parent; leave out size, or use VHDX")
