# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Conversion of a disk: into another type or block size in place, or from another file into this one.

The converted disk grows beside its place under a second name. When it is whole, the disk that it replaces gets a third
name, the new one gets its own, and only then the old one is deleted. A file of the third name therefore says that the
conversion was complete, and a run that finds one does the rest.
"""

from __future__ import annotations

import dataclasses
import ntpath
import typing as t

from ...core.setting import differing_settings
from ...core.size import size_text
from ...core.step import Reference, Step, UniqueId
from ..virtual_disk import (
    FORMATS,
    Chain,
    Link,
    converting_path,
    extension_of,
    normal_path,
    path_key,
    replaced_path,
    same_path,
)
from .changes import CHOSEN_AT_CREATION, SET_DISK
from .declaration import DiskDeclaration
from .draft import FILES, Draft, file_step

#: What a dynamic file takes beyond its data: headers, log and allocation tables (see virtual_disk.disk_steps).
OVERHEAD = 4 * 1024**2


@dataclasses.dataclass(frozen=True)
class Conversion:
    """The files of one conversion.

    Attributes:
        path: where the converted disk is to be.
        source: what is converted; the same file when it is converted in place.
        growing: the converted disk until it is whole.
        replaced: the source, once the converted disk is whole and the source is to go.
    """

    path: str
    source: str
    growing: str
    replaced: str

    @property
    def in_place(self) -> bool:
        """Whether the disk takes the place of the one it is made from."""
        return same_path(self.path, self.source)


def conversion_of(disk: DiskDeclaration) -> Conversion:
    """Return the names of the files that a conversion of the disk goes through."""
    path, source = normal_path(disk.file.path), normal_path(disk.converted)
    return Conversion(path, source, converting_path(path), replaced_path(source))


def plan_conversion(disk: DiskDeclaration, step_id: str, draft: Draft) -> bool:
    """Add what converts the disk, or ends a conversion that was interrupted.

    Returns:
        Whether the disk can be looked at further: False when something was refused.
    """
    files = conversion_of(disk)
    there, replaced = draft.chain_at(files.path).exists, draft.chain_at(files.replaced).exists
    allowed = disk.convert if files.in_place else disk.delete_source
    if replaced and not allowed:
        return _warn_or_refuse(disk, files, there, draft)
    if replaced:
        if not _finish(disk, files, f"{step_id}.end", draft):
            return False
        there = True
    if there and not _differs(disk, draft.chain_at(files.path)):
        _clear(disk, files, step_id, draft)
        if disk.delete_source and draft.chain_at(files.source).exists:
            draft.warnings.append(
                f"{files.source} is not deleted: {files.path} was there already, and this task did not make it from it"
            )
        return True
    if there and not disk.convert:
        return True  # what differs is refused where the file is compared with its declaration
    if not there and disk.convert_from is None:
        return True  # a new disk
    return _convert(disk, files, step_id, draft)


def _differs(disk: DiskDeclaration, chain: Chain) -> bool:
    """Return whether a file needs converting to be what is declared."""
    link = chain.links[0]
    if disk.file.type is not None and disk.file.type != link.type:
        return disk.file.type != "differencing"
    if disk.file.block_size is None or (disk.file.type is None and link.type != "dynamic"):
        return False  # a child stands alone only if its type is declared
    return bool(differing_settings(CHOSEN_AT_CREATION[:1], dataclasses.asdict(disk.file), dataclasses.asdict(link)))


def _warn_or_refuse(disk: DiskDeclaration, files: Conversion, there: bool, draft: Draft) -> bool:
    option = "convert" if files.in_place else "delete_source"
    if there:
        draft.warnings.append(
            f"{files.replaced} is what a finished conversion of {files.path} left; {option}: true deletes it"
        )
        return True
    draft.refuse(
        disk,
        "path",
        f"the disk {files.path} is asked for",
        f"its conversion was interrupted just before its end: the old disk is {files.replaced}",
        f"Run again with {option}: true, which ends it.",
    )
    return False


def _clear(disk: DiskDeclaration, files: Conversion, step_id: str, draft: Draft) -> None:
    if (disk.convert or disk.convert_from) and draft.chain_at(files.growing).exists:
        draft.delete(disk, files.growing, f"{step_id}.delete_converting", "unfinished conversion: present -> absent")


def _finish(disk: DiskDeclaration, files: Conversion, step_id: str, draft: Draft) -> bool:
    """Add the end of a conversion whose old file has its third name already."""
    growing = draft.chain_at(files.growing)
    if not draft.chain_at(files.path).exists:
        if growing.top is None:
            draft.refuse(
                disk,
                "path",
                f"the disk {files.path} is asked for",
                f"only {files.replaced} is left of it, and {files.growing}, the converted disk, is not there",
                f"Rename {files.replaced} to {ntpath.basename(files.source)}, and the next run converts it again.",
            )
            return False
        _rename(disk, files.growing, files.path, f"{step_id}.whole", "the converted disk is whole", draft)
        draft.set_chain(files.path, Chain(files.path, True, links=(dataclasses.replace(growing.top, path=files.path),)))
    _attach_again(disk, files, step_id, draft)
    draft.delete(
        disk, files.replaced, f"{step_id}.delete_replaced", "the disk before its conversion: present -> absent"
    )
    return True


def _convert(disk: DiskDeclaration, files: Conversion, step_id: str, draft: Draft) -> bool:
    file, source = disk.file, draft.chain_at(files.source)
    goes = files.in_place or disk.delete_source
    if not _possible(disk, files, source, goes, draft):
        return False
    old = source.links[0]
    target = FORMATS[extension_of(files.path)]
    kind = file.type or ("dynamic" if old.type == "differencing" else old.type)
    _space(disk, files, source, kind, draft)
    draft.make_directory(disk, step_id)
    if draft.chain_at(files.growing).exists:
        draft.delete(disk, files.growing, f"{step_id}.delete_converting", "unfinished conversion: present -> absent")
    parameters: dict[str, t.Any] = {"Path": old.path, "DestinationPath": files.growing, "VHDType": kind.capitalize()}
    if file.block_size is not None and kind != "fixed":
        parameters["BlockSizeBytes"] = file.block_size
    reason = f"{old.type} {old.format} {old.path} -> {kind} {target}"
    draft.add(disk, file_step(f"{step_id}.convert", "Hyper-V\\Convert-VHD", parameters), reason, long=True)
    if file.physical_sector_size is not None and target == "vhdx":
        step = {"Path": files.growing, "PhysicalSectorSizeBytes": file.physical_sector_size}
        reason = f"physical_sector_size: {file.physical_sector_size}"
        draft.add(disk, file_step(f"{step_id}.sectors", SET_DISK, step), reason)
    if goes:
        reason = "the converted disk is whole: the old one makes room"
        _rename(disk, old.path, files.replaced, f"{step_id}.replace", reason, draft)
    _rename(disk, files.growing, files.path, f"{step_id}.whole", "the converted disk is whole", draft)
    if goes:
        _attach_again(disk, files, step_id, draft)
        reason = "the disk before its conversion: present -> absent"
        draft.delete(disk, files.replaced, f"{step_id}.delete_replaced", reason)
        draft.drop_chain(files.source)
    made = Link(
        files.path,
        kind,
        old.size,
        format=target,
        minimum_size=old.minimum_size,
        block_size=file.block_size,
        logical_sector_size=old.logical_sector_size,
        physical_sector_size=file.physical_sector_size,
    )
    draft.set_chain(files.path, Chain(files.path, True, links=(made,)))
    draft.set_facts(disk, unique=True, compaction_due=False)
    return True


def _possible(disk: DiskDeclaration, files: Conversion, source: Chain, goes: bool, draft: Draft) -> bool:
    """Return whether the source can be converted; add the refusals if not."""
    option = "convert" if files.in_place else "convert_from"
    asked = (
        f"{files.path} is to be converted from {files.source}"
        if not files.in_place
        else (f"{files.path} is to be converted")
    )
    before = len(draft.refusals)
    if source.top is None:
        reason = f"it cannot be read: {source.error}" if source.exists else "there is no such file on the host"
        draft.refuse(disk, option, asked, reason, "Bring the file back, or correct the path.")
        return False
    if source.missing_parent is not None:
        obstacle = f"its chain is broken: {source.missing_parent} is not there or cannot be read"
        draft.refuse(disk, option, asked, obstacle, "Bring that file back first.")
        return False
    link = source.top
    if draft.use.busy(link.path) or link.attached:
        remedy = "Turn the VM off, or dismount the disk (state: dismounted), first."
        draft.refuse(disk, option, asked, f"it is in use by {draft.holder(link)}", remedy)
    if goes:
        builders = draft.use.obstacle_to_writing(link.path)
        if builders is not None:
            draft.refuse(disk, option, asked, builders, "Leave it as it is, or convert into a file of another name.")
    if goes and not files.in_place and draft.use.referring(link.path):
        names = ", ".join(sorted({drive.owner for drive in draft.use.referring(link.path)}))
        remedy = "Attach the new disk in its place first, or leave out delete_source."
        draft.refuse(disk, "delete_source", f"{link.path} is to be deleted", f"it is attached to {names}", remedy)
    wanted = disk.file.logical_sector_size or link.logical_sector_size
    if wanted is not None and wanted != link.logical_sector_size:
        obstacle = f"it has logical sectors of {link.logical_sector_size} bytes, which Convert-VHD does not change"
        draft.refuse(disk, "logical_sector_size", asked, obstacle, "Leave the option out, or make a new disk.")
    if extension_of(files.path) == ".vhd" and link.logical_sector_size not in (None, 512):
        obstacle = f"it has logical sectors of {link.logical_sector_size} bytes, and a VHD has 512"
        draft.refuse(disk, option, asked, obstacle, "Convert into a .vhdx file.")
    if extension_of(files.path) == ".vhd" and link.size > 2040 * 1024**3:
        draft.refuse(
            disk, option, asked, f"it has {size_text(link.size)}, and a VHD 2040 GB at most", "Use a .vhdx file."
        )
    return len(draft.refusals) == before


def _space(disk: DiskDeclaration, files: Conversion, source: Chain, kind: str, draft: Draft) -> None:
    link = source.links[0]
    data = min(sum(one.file_size for one in source.links), link.size)
    taken = link.size if kind == "fixed" else data + OVERHEAD
    half_made = draft.chain_at(files.growing).top
    now = max(taken - (half_made.file_size if half_made is not None else 0), 0)
    draft.refusals += draft.space.take(disk.file.where("path"), files.path, now, max(link.size - taken, 0))


def _rename(disk: DiskDeclaration, path: str, new: str, step_id: str, reason: str, draft: Draft) -> None:
    parameters = {"LiteralPath": path, "NewName": ntpath.basename(new)}
    draft.add(disk, file_step(step_id, f"{FILES}\\Rename-Item", parameters), reason)
    draft.drop_chain(path)


def _attach_again(disk: DiskDeclaration, files: Conversion, step_id: str, draft: Draft) -> None:
    """Give the VMs that have the disk access to the new file.

    Attaching a file is what lets a VM's worker process open it; one that has taken another's place has to be attached
    again (Set-VMHardDiskDrive -Path).
    """
    if not files.in_place:
        return
    for number, drive in enumerate(draft.use.has_attached(files.path)):
        name = f"{step_id}.attach{number}"
        draft.add(disk, Step(f"{name}.vm", "Hyper-V\\Get-VM", {"Id": UniqueId(drive.vm_id)}), "")
        drives = Step(
            f"{name}.drive",
            "Hyper-V\\Get-VMHardDiskDrive",
            {"VM": Reference(f"{name}.vm")},
            where=(("Path", (drive.path,)),),
        )
        draft.add(disk, drives, "")
        parameters = {"VMHardDiskDrive": Reference(f"{name}.drive"), "Path": drive.path}
        step = Step(f"{name}.again", "Hyper-V\\Set-VMHardDiskDrive", parameters)
        draft.add(disk, step, f"{drive.owner} may open the converted disk")


def forget_source(disk: DiskDeclaration) -> tuple[str, ...]:
    """Return the files that unfinished conversions of a disk may have left, for its deletion."""
    files = conversion_of(disk)
    return tuple(path for path in (files.growing, files.replaced) if path_key(path) != path_key(files.path))
