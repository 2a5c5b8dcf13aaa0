# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a playbook declares about virtual disk files."""

from __future__ import annotations

import dataclasses

from ...core.area import Options
from ...core.plan import BadInput
from ...core.size import size_text
from ..virtual_disk import DiskFile, check_disk_file, extension_of, path_key, path_problem

#: Options of a single disk that may not stand beside the list of disks.
SINGLE_OPTIONS = (
    "path",
    "size",
    "type",
    "parent",
    "copy_of",
    "block_size",
    "logical_sector_size",
    "physical_sector_size",
)

KIBIBYTE, MEBIBYTE = 1024, 1024**2
#: Block sizes in bytes that the formats take: powers of two from 1 to 256 MiB (MS-VHDX 2.6.2.1), and the two of VHD.
BLOCK_SIZES = {
    ".vhdx": tuple(MEBIBYTE << power for power in range(9)),
    ".vhd": (512 * KIBIBYTE, 2 * MEBIBYTE),
}


@dataclasses.dataclass(frozen=True)
class DiskDeclaration:
    """One declared disk: the file, and what this module adds to what `vm` declares of its disks."""

    file: DiskFile
    present: bool = True
    allow_shrink: bool = False

    @property
    def may_be_written(self) -> bool:
        """Whether the declaration could change or delete a file that is there already."""
        return not self.present or self.file.size is not None or self.file.physical_sector_size is not None

    @property
    def sources(self) -> tuple[str, ...]:
        """The files that this one is made from."""
        return tuple(path for path in (self.file.parent, self.file.copy_of) if path is not None)


@dataclasses.dataclass(frozen=True)
class DisksDeclaration:
    """All disks of one task.

    Attributes:
        many: whether the task used the list, so that the result has one too.
    """

    disks: tuple[DiskDeclaration, ...]
    many: bool

    @property
    def needs_drives(self) -> bool:
        """Whether it must be read which VMs have which files attached."""
        return any(disk.may_be_written or disk.sources for disk in self.disks)


def declare_disks(options: Options) -> DisksDeclaration:
    """Return the declaration of a task.

    Raises:
        BadInput: when options contradict each other whatever the host looks like.
    """
    entries = options.get("disks")
    if entries is None:
        return DisksDeclaration((declare_disk(options, ""),), many=False)
    for option in SINGLE_OPTIONS:
        if options.get(option) is not None:
            raise BadInput(option, "cannot stand beside 'disks'; write it into the entries of that list")
    disks = tuple(declare_disk(entry, f"disks[{index}]") for index, entry in enumerate(entries))
    by_path: dict[str, DiskDeclaration] = {}
    for disk in disks:
        first = by_path.setdefault(path_key(disk.file.path), disk)
        if first is not disk:
            raise BadInput(disk.file.where("path"), f"{disk.file.path} is declared twice, first in {first.file.option}")
    for disk in disks:
        for option in ("parent", "copy_of"):
            source = getattr(disk.file, option)
            removed = by_path.get(path_key(source)) if source is not None and disk.present else None
            if removed is not None and not removed.present:
                raise BadInput(disk.file.where(option), f"{source} is declared absent in {removed.file.option}")
    return DisksDeclaration(disks, many=True)


def declare_disk(options: Options, option: str) -> DiskDeclaration:
    """Return the declaration of one disk.

    Raises:
        BadInput: see `declare_disks`.
    """
    file = DiskFile(
        option=option,
        path=options.get("path") or "",
        size=options.get("size"),
        type=options.get("type"),
        parent=options.get("parent"),
        copy_of=options.get("copy_of"),
        block_size=options.get("block_size"),
        logical_sector_size=options.get("logical_sector_size"),
        physical_sector_size=options.get("physical_sector_size"),
    )
    if not file.path:
        raise BadInput(file.where("path"), "is needed: which file is meant?")
    if options.get("state", "present") == "absent":
        problem = path_problem(file.path)
        if problem is not None:
            raise BadInput(file.where("path"), problem)
        if extension_of(file.path) not in BLOCK_SIZES:
            raise BadInput(file.where("path"), f"{file.path!r} must end in .vhd or .vhdx; nothing else is deleted")
        return DiskDeclaration(file, present=False)
    check_disk_file(file)
    check_geometry(file)
    return DiskDeclaration(file, allow_shrink=bool(options.get("allow_shrink")))


def check_geometry(file: DiskFile) -> None:
    """Raise BadInput for blocks and sectors that no disk of this kind can have."""
    extension = extension_of(file.path)
    geometry = ("block_size", "logical_sector_size", "physical_sector_size")
    if file.copy_of is not None:
        for option in geometry:
            if getattr(file, option) is not None:
                raise BadInput(file.where(option), "a copy has the blocks and sectors of its template; leave this out")
    if file.block_size is not None:
        if file.type == "fixed":
            raise BadInput(file.where("block_size"), "a fixed disk has no blocks; leave this out")
        if file.block_size not in BLOCK_SIZES[extension]:
            allowed = ", ".join(size_text(size) for size in BLOCK_SIZES[extension])
            raise BadInput(
                file.where("block_size"), f"{size_text(file.block_size)} is not a block size of {extension}: {allowed}"
            )
    if file.logical_sector_size is not None and file.wanted_type == "differencing":
        raise BadInput(file.where("logical_sector_size"), "a differencing disk has that of its parent; leave this out")
    if extension == ".vhd":
        for option in geometry[1:]:
            if getattr(file, option) not in (None, 512):
                raise BadInput(file.where(option), "a VHD has sectors of 512 bytes; use a .vhdx file for others")
