# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a playbook declares about virtual disk files."""

from __future__ import annotations

import dataclasses
import typing as t

from ...core.area import Options
from ...core.plan import BadInput
from ..virtual_disk import DiskFile, path_key
from .input_checks import check_geometry, check_operations, check_removed_path, check_state


@dataclasses.dataclass(frozen=True)
class Compaction:
    """When a disk file is compacted.

    Attributes:
        when_grown: bytes by which the file must have grown since its last compaction.
        mode: mode of Optimize-VHD, in lower case.
        when_in_use: `refuse` or `skip`.
    """

    when_grown: int
    mode: str = "full"
    when_in_use: str = "refuse"


@dataclasses.dataclass(frozen=True)
class DiskDeclaration:
    """One declared disk: the file, and what this module adds to what `vm` declares of its disks.

    Attributes:
        state: `present`, `absent`, `mounted`, `dismounted` or `merged`.
        convert: whether the file may be replaced by a converted one.
        convert_from: path of a disk that a new one is converted from.
        delete_source: whether that one goes when the new one is whole.
        reparent: whether the parent may be changed.
        ignore_id_mismatch: whether it may be one that the disk was not made from, or that was changed since.
        merge_into: the ancestor that a merged disk goes into; None is its parent.
        read_only, no_drive_letter: how it is mounted.
        unique_identifier: whether the disk gets another identifier when another disk has the same.
        children_in: directories, with all below them, in which disks may lie that build on this one.
    """

    file: DiskFile
    state: str = "present"
    allow_shrink: bool = False
    shrink_to_minimum: bool = False
    convert: bool = False
    convert_from: str | None = None
    delete_source: bool = False
    reparent: bool = False
    ignore_id_mismatch: bool = False
    merge_into: str | None = None
    read_only: bool = False
    no_drive_letter: bool = False
    unique_identifier: bool = False
    compact: Compaction | None = None
    children_in: tuple[str, ...] = ()

    @property
    def present(self) -> bool:
        """Whether the file is to be there."""
        return self.state in ("present", "mounted")

    @property
    def leaves(self) -> bool:
        """Whether the file is not to be there."""
        return self.state in ("absent", "merged")

    @property
    def may_be_written(self) -> bool:
        """Whether the declaration could change or delete a file that is there already."""
        return (
            self.leaves
            or self.file.size is not None
            or self.file.physical_sector_size is not None
            or self.shrink_to_minimum
            or self.convert
            or self.delete_source
            or self.unique_identifier
            or self.compact is not None
            or (self.state == "mounted" and not self.read_only)
        )

    @property
    def needs_drives(self) -> bool:
        """Whether it must be known which VMs have which files attached."""
        return self.may_be_written or self.reparent or bool(self.sources) or self.state == "mounted"

    @property
    def sources(self) -> tuple[str, ...]:
        """The files that this one is made from or goes into."""
        named = (self.file.parent, self.file.copy_of, self.convert_from, self.merge_into)
        return tuple(path for path in named if path is not None)

    @property
    def converted(self) -> str:
        """The file that a conversion reads: another one, or the disk itself."""
        return self.convert_from or self.file.path


@dataclasses.dataclass(frozen=True)
class DisksDeclaration:
    """All disks of one task.

    Attributes:
        many: whether the task used the list, so that the result has one too.
    """

    disks: tuple[DiskDeclaration, ...]
    many: bool

    def paths(self, chosen: t.Callable[[DiskDeclaration], bool]) -> tuple[str, ...]:
        """Return the paths of the disks that are chosen."""
        return tuple(disk.file.path for disk in self.disks if chosen(disk))


def declare_disks(options: Options) -> DisksDeclaration:
    """Return the declaration of a task.

    Raises:
        BadInput: when options contradict each other whatever the host looks like.
    """
    entries = options.get("disks")
    if entries is None:
        return DisksDeclaration((declare_disk(options, ""),), many=False)
    disks = tuple(declare_disk(entry, f"disks[{index}]") for index, entry in enumerate(entries))
    by_path: dict[str, DiskDeclaration] = {}
    for disk in disks:
        first = by_path.setdefault(path_key(disk.file.path), disk)
        if first is not disk:
            raise BadInput(disk.file.where("path"), f"{disk.file.path} is declared twice, first in {first.file.option}")
    for disk in disks:
        _check_sources(disk, by_path)
    return DisksDeclaration(disks, many=True)


def _check_sources(disk: DiskDeclaration, by_path: t.Mapping[str, DiskDeclaration]) -> None:
    if not disk.present:
        return
    named = (("parent", disk.file.parent), ("copy_of", disk.file.copy_of), ("convert_from", disk.convert_from))
    for option, source in named:
        removed = by_path.get(path_key(source)) if source is not None else None
        if removed is not None and removed.leaves:
            raise BadInput(disk.file.where(option), f"{source} is declared {removed.state} in {removed.file.option}")
    kept = by_path.get(path_key(disk.convert_from)) if disk.convert_from is not None and disk.delete_source else None
    if kept is not None:
        raise BadInput(
            disk.file.where("delete_source"), f"{disk.convert_from} is declared {kept.state} in {kept.file.option}"
        )


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
    state = options.get("state") or "present"
    compact = options.get("compact")
    disk = DiskDeclaration(
        file,
        state,
        compact=None if compact is None else _declare_compaction(file, compact),
        convert_from=options.get("convert_from"),
        merge_into=options.get("merge_into"),
        children_in=tuple(options.get("children_in") or ()),
        **{
            name: bool(options.get(name))
            for name in (
                "allow_shrink",
                "shrink_to_minimum",
                "convert",
                "delete_source",
                "reparent",
                "ignore_id_mismatch",
                "read_only",
                "no_drive_letter",
                "unique_identifier",
            )
        },
    )
    check_state(disk)
    if disk.present:
        check_operations(disk)
        check_geometry(disk)
    else:
        check_removed_path(disk)
    return disk


def _declare_compaction(file: DiskFile, options: Options) -> Compaction:
    when_grown = options.get("when_grown")
    if when_grown is None:
        raise BadInput(file.where("compact.when_grown"), "is needed: after how much growth is the file compacted?")
    if when_grown < 1:
        raise BadInput(file.where("compact.when_grown"), "must be more than nothing, or every run would compact")
    return Compaction(when_grown, options.get("mode") or "full", options.get("when_in_use") or "refuse")
