# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What is wrong with a declared disk whatever the host looks like."""

from __future__ import annotations

import typing as t

from ...core.plan import BadInput
from ...core.size import size_text
from ..virtual_disk import FORMATS, check_disk_file, extension_of, path_problem, same_path

if t.TYPE_CHECKING:
    from .declaration import DiskDeclaration

KIBIBYTE, MEBIBYTE = 1024, 1024**2
#: Block sizes in bytes that the formats take: powers of two from 1 to 256 MiB (MS-VHDX 2.6.2.1), and the two of VHD.
BLOCK_SIZES = {
    ".vhdx": tuple(MEBIBYTE << power for power in range(9)),
    ".vhds": tuple(MEBIBYTE << power for power in range(9)),
    ".vhd": (512 * KIBIBYTE, 2 * MEBIBYTE),
    ".vhdpmem": (),
}
_GEOMETRY = ("block_size", "logical_sector_size", "physical_sector_size")

#: Options that mean something in these states only.
_ONLY_IN: t.Mapping[str, tuple[str, ...]] = {
    "merge_into": ("merged",),
    "read_only": ("mounted",),
    "no_drive_letter": ("mounted",),
    "allow_shrink": ("present", "mounted"),
    "shrink_to_minimum": ("present", "mounted"),
    "convert": ("present", "mounted"),
    "convert_from": ("present", "mounted"),
    "delete_source": ("present", "mounted"),
    "reparent": ("present", "mounted"),
    "ignore_id_mismatch": ("present", "mounted"),
    "unique_identifier": ("present", "mounted"),
    "compact": ("present",),
}


def check_state(disk: DiskDeclaration) -> None:
    """Raise BadInput for options that mean nothing in the declared state."""
    for option, states in _ONLY_IN.items():
        if disk.state not in states and getattr(disk, option) not in (None, False):
            raise BadInput(disk.file.where(option), f"means nothing with state {disk.state}; leave it out")
    for index, folder in enumerate(disk.children_in):
        problem = path_problem(folder)
        if problem is not None:
            raise BadInput(disk.file.where(f"children_in[{index}]"), problem)


def check_removed_path(disk: DiskDeclaration) -> None:
    """Raise BadInput for paths of no disk: nothing else is deleted, merged or dismounted."""
    file = disk.file
    for option, path in (("path", file.path), ("merge_into", disk.merge_into)):
        if path is None:
            continue
        problem = path_problem(path)
        if problem is not None:
            raise BadInput(file.where(option), problem)
        if extension_of(path) not in BLOCK_SIZES:
            raise BadInput(
                file.where(option), f"{path!r} must end in .vhd, .vhdx, .vhds or .vhdpmem; nothing else is touched"
            )
    if disk.state == "merged" and extension_of(file.path) in (".vhds", ".vhdpmem"):
        raise BadInput(file.where("state"), "such a disk has no parent to be merged into")
    if same_path(disk.merge_into, file.path):
        raise BadInput(file.where("merge_into"), "names the disk itself")


def check_operations(disk: DiskDeclaration) -> None:
    """Raise BadInput for operations that contradict each other or the disk's declaration."""
    file = disk.file
    check_disk_file(file)
    extension = extension_of(file.path)
    if disk.ignore_id_mismatch and not disk.reparent:
        raise BadInput(file.where("ignore_id_mismatch"), "belongs to reparent: true")
    if disk.reparent and file.parent is None:
        raise BadInput(file.where("reparent"), "needs the parent that the disk is to have")
    if disk.shrink_to_minimum and file.size is not None:
        raise BadInput(file.where("shrink_to_minimum"), "cannot stand beside size; give one of them")
    if disk.shrink_to_minimum and extension != ".vhdx":
        raise BadInput(file.where("shrink_to_minimum"), "only a VHDX can be shrunk")
    if disk.convert and file.parent is not None:
        raise BadInput(file.where("convert"), "a converted disk stands alone; leave out parent or convert")
    if disk.convert and extension in (".vhds", ".vhdpmem"):
        raise BadInput(file.where("convert"), f"a {extension} file is not converted in place; make another one")
    if disk.convert_from is not None and extension == ".vhdpmem":
        raise BadInput(file.where("convert_from"), "persistent memory (.vhdpmem) is a fixed disk of its own")
    if disk.compact is not None and extension == ".vhdpmem":
        raise BadInput(file.where("compact"), "a fixed disk takes its whole size; leave this out")
    if disk.compact is not None and file.type == "fixed":
        raise BadInput(file.where("compact"), "a fixed disk takes its whole size; leave this out")
    if disk.unique_identifier and extension != ".vhdx":
        raise BadInput(file.where("unique_identifier"), "only the identifier of a VHDX can be reset")
    _check_conversion_source(disk)


def _check_conversion_source(disk: DiskDeclaration) -> None:
    file = disk.file
    if disk.convert_from is None:
        if disk.delete_source:
            raise BadInput(file.where("delete_source"), "belongs to convert_from")
        return
    problem = path_problem(disk.convert_from)
    if problem is not None:
        raise BadInput(file.where("convert_from"), problem)
    if extension_of(disk.convert_from) not in FORMATS:
        raise BadInput(file.where("convert_from"), f"{disk.convert_from!r} must end in .vhd, .vhdx or .vhds")
    if same_path(disk.convert_from, file.path):
        raise BadInput(file.where("convert_from"), "names the disk itself; convert: true changes it in place")
    for option, value in (("copy_of", file.copy_of), ("parent", file.parent), ("convert", disk.convert or None)):
        if value is not None:
            raise BadInput(file.where("convert_from"), f"cannot stand beside {option}; give one of them only")
    if disk.delete_source and extension_of(disk.convert_from) not in (".vhd", ".vhdx"):
        raise BadInput(
            file.where("delete_source"), "only a VHD or VHDX is deleted so; delete others with state: absent"
        )


def check_geometry(disk: DiskDeclaration) -> None:
    """Raise BadInput for blocks and sectors that no disk of this kind can have."""
    file = disk.file
    extension = extension_of(file.path)
    if file.copy_of is not None:
        for option in _GEOMETRY:
            if getattr(file, option) is not None:
                raise BadInput(file.where(option), "a copy has the blocks and sectors of its template; leave this out")
    if file.block_size is not None:
        if file.wanted_type == "fixed":
            raise BadInput(file.where("block_size"), "a fixed disk has no blocks; leave this out")
        if file.block_size not in BLOCK_SIZES[extension]:
            allowed = ", ".join(size_text(size) for size in BLOCK_SIZES[extension])
            raise BadInput(
                file.where("block_size"), f"{size_text(file.block_size)} is not a block size of {extension}: {allowed}"
            )
    if file.logical_sector_size is not None and (file.wanted_type == "differencing" or disk.convert_from is not None):
        other = "source" if disk.convert_from is not None else "parent"
        raise BadInput(file.where("logical_sector_size"), f"this disk has that of its {other}; leave this out")
    if extension == ".vhd":
        for option in _GEOMETRY[1:]:
            if getattr(file, option) not in (None, 512):
                raise BadInput(file.where(option), "a VHD has sectors of 512 bytes; use a .vhdx file for others")
