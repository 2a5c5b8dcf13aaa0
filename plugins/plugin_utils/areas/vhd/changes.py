# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Changes to a disk file that is there: size, physical sectors, identifier."""

from __future__ import annotations

import dataclasses

from ...core.plan import Refusal
from ...core.setting import Setting, SettingChange, differing_settings
from ...core.size import size_text
from ..virtual_disk import Chain, FilePlan, FileStep, Link, growth_plan
from .declaration import DiskDeclaration
from .draft import Draft, file_step

SET_DISK, NEW_DISK = "Hyper-V\\Set-VHD", "Hyper-V\\New-VHD"

#: Changed on an existing file.
CHANGEABLE = (Setting("physical_sector_size", "physical_sector_size", SET_DISK, "PhysicalSectorSizeBytes"),)
#: Chosen once; a block size by conversion, too.
CHOSEN_AT_CREATION = (
    Setting("block_size", "block_size", NEW_DISK, "BlockSizeBytes"),
    Setting("logical_sector_size", "logical_sector_size", NEW_DISK, "LogicalSectorSizeBytes"),
)


def plan_changes(disk: DiskDeclaration, chain: Chain, step_id: str, draft: Draft) -> FilePlan:
    """Return the plan that gives a file of the declared type its declared size, sectors and identifier."""
    file, link = disk.file, chain.links[0]
    refusals = creation_refusals(disk, link)
    if refusals:
        return FilePlan(refusals=tuple(refusals), after=chain)
    resized = _resizing(disk, chain, step_id, draft)
    settings = differing_settings(CHANGEABLE, dataclasses.asdict(file), dataclasses.asdict(link))
    steps, after = list(resized.steps), resized.after or chain
    refusals += resized.refusals
    if settings:
        refusals += draft.in_use(disk, "physical_sector_size", settings[0].reason, link)
        if link.format == "vhd":
            refusals += _old_format(disk, settings[0])
        steps += [_setting_step(change, link, step_id) for change in settings]
        changed = dataclasses.replace(after.links[0], **{change.setting.observed: change.after for change in settings})
        after = dataclasses.replace(after, links=(changed, *after.links[1:]))
    steps += _identifier(disk, chain, step_id, draft, refusals)
    obstacle = draft.use.obstacle_to_writing(file.path) if steps and not refusals else None
    if obstacle is not None:
        remedy = "A parent must stay as it is: make a new file under another path, and build new disks on that."
        refusals.append(Refusal(file.where("path"), f"{file.path} is to be changed", obstacle, remedy))
    return dataclasses.replace(resized, steps=tuple(steps), refusals=tuple(refusals), after=after)


def creation_refusals(disk: DiskDeclaration, link: Link) -> list[Refusal]:
    """Return why a file does not have what can only be chosen when it is made."""
    changes = differing_settings(CHOSEN_AT_CREATION, dataclasses.asdict(disk.file), dataclasses.asdict(link))
    return [
        Refusal(
            disk.file.where(change.setting.option),
            f"{disk.file.path} is to have {change.setting.option} {change.after}",
            f"the file that is there has {change.before}, and this can only be chosen when it is made",
            _remedy(change, link),
        )
        for change in changes
    ]


def _remedy(change: SettingChange, link: Link) -> str:
    if change.setting.option != "block_size" or link.type == "fixed":
        return "Give the disk another path: Convert-VHD does not change it either."
    if link.type == "differencing":
        return "convert: true with type: dynamic makes a disk of it that stands alone; or give the disk another path."
    return "convert: true makes a new file with it (Convert-VHD); or give the disk another path."


def _old_format(disk: DiskDeclaration, change: SettingChange) -> list[Refusal]:
    return [
        Refusal(
            disk.file.where(change.setting.option),
            f"{disk.file.path} is to be changed ({change.reason})",
            "only a VHDX has physical sectors of its own",
            "Convert it to a VHDX (convert_from).",
        )
    ]


def _setting_step(change: SettingChange, link: Link, step_id: str) -> FileStep:
    parameters = {"Path": link.path, change.setting.parameter: change.setting.to_parameter(change.after)}
    return FileStep(file_step(f"{step_id}.{change.setting.option}", change.setting.call, parameters), change.reason)


def _resizing(disk: DiskDeclaration, chain: Chain, step_id: str, draft: Draft) -> FilePlan:
    file, link = disk.file, chain.links[0]
    if disk.shrink_to_minimum:
        return _shrinking(disk, chain, link.minimum_size, "shrink_to_minimum", step_id, draft)
    if file.size is not None and file.size < link.size and disk.allow_shrink:
        return _shrinking(disk, chain, file.size, "size", step_id, draft)
    busy = draft.use.busy(file.path)
    if not busy and link.attached and file.size is not None and file.size > link.size:
        reason = f"size: {size_text(link.size)} -> {size_text(file.size)}"
        return FilePlan(refusals=tuple(draft.in_use(disk, "size", reason, link)), after=chain)
    hot = bool(busy) and all(drive.state == "Running" and drive.controller == "SCSI" for drive in busy)
    return growth_plan(file, chain, step_id, running=bool(busy), hot=hot)


def _shrinking(
    disk: DiskDeclaration, chain: Chain, size: int | None, option: str, step_id: str, draft: Draft
) -> FilePlan:
    """Return the plan that makes the file smaller, which the declaration allows.

    Args:
        size: bytes; None when the least size is asked for and the host does not know it.
    """
    file, link = disk.file, chain.links[0]
    if size == link.size:
        return FilePlan(after=chain)
    asked = f"{file.path} is to be shrunk to {'its least size' if size is None else size_text(size)}"
    obstacle = None
    if link.format == "vhd":
        obstacle = "only a VHDX can be shrunk"
    elif size is None or link.minimum_size is None:
        obstacle = "its last partition reaches to its end, or it has none that Hyper-V can read"
    elif len(chain.links) > 1 and size < chain.links[1].size:
        obstacle = f"its parent has {size_text(chain.links[1].size)}"
    elif size < link.minimum_size:
        obstacle = f"its last partition ends at {size_text(link.minimum_size)}"
    if size is None or obstacle is not None:
        remedy = "Shrink the partitions in the guest first, or declare a larger size."
        refusal = Refusal(file.where(option), asked, obstacle or "", remedy)
        return FilePlan(refusals=(refusal,), after=chain)
    reason = f"size: {size_text(link.size)} -> {size_text(size)}"
    parameters = {"ToMinimumSize": True} if disk.shrink_to_minimum else {"SizeBytes": size}
    step = file_step(f"{step_id}.shrink", "Hyper-V\\Resize-VHD", {"Path": link.path, **parameters})
    after = dataclasses.replace(chain, links=(dataclasses.replace(link, size=size), *chain.links[1:]))
    return FilePlan((FileStep(step, reason),), tuple(draft.in_use(disk, option, reason, link)), after)


def _identifier(
    disk: DiskDeclaration, chain: Chain, step_id: str, draft: Draft, refusals: list[Refusal]
) -> list[FileStep]:
    """Return the step that gives a disk an identifier of its own, where another disk has the same."""
    link = chain.links[0]
    same = draft.use.of_same_identifier(link, chain) if disk.unique_identifier else []
    if not same:
        return []
    reason = f"identifier: that of {same[0]} -> one of its own"
    refusals += draft.in_use(disk, "unique_identifier", reason, link)
    draft.set_facts(disk, unique=True)
    parameters = {"Path": link.path, "ResetDiskIdentifier": True, "Force": True}
    return [FileStep(file_step(f"{step_id}.identifier", SET_DISK, parameters), reason)]
