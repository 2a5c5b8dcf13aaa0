# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Compaction of dynamic and differencing disks, when they have grown as much as declared since the last one."""

from __future__ import annotations

from ...core.size import free_text, needed_text
from ...core.step import Reference, Step
from ..virtual_disk import LOCKED, Chain, compaction_note, path_key
from .declaration import DiskDeclaration
from .draft import FILES, Draft
from .observation import COMPACT, CompactionNote, DisksObservation


def compaction_due(disk: DiskDeclaration, chain: Chain, observation: DisksObservation) -> bool:
    """Return whether a disk is to be compacted now.

    Nothing that a host tells without opening the file system on the disk says how much of a file is waste. What counts
    is how much the file has grown since its last compaction, whose result is noted beside the file; without a note all
    of it has. So no run compacts again what the last one could not make smaller.
    """
    if disk.compact is None or chain.top is None or chain.top.type == "fixed":
        return False
    note = observation.compacted.get(path_key(disk.file.path)) or CompactionNote()
    return note.interrupted or chain.top.file_size - (note.file_size or 0) >= disk.compact.when_grown


def plan_compaction(disk: DiskDeclaration, step_id: str, draft: Draft) -> None:
    """Add the compaction of a disk that is there."""
    chain = draft.chain(disk)
    if disk.compact is not None and chain.links[0].type != "fixed" and _is_made(step_id, draft):
        _note_size(disk, step_id, draft)
        return
    facts = draft.facts.get(path_key(disk.file.path))
    if disk.compact is None or facts is None or not facts.compaction_due:
        return
    link = chain.links[0]
    note = draft.observation.compacted.get(path_key(disk.file.path)) or CompactionNote()
    asked = f"{link.path} is to be compacted"
    own_mount = note.interrupted and link.disk_number is not None
    if draft.use.busy(link.path) or (link.attached and not own_mount):
        text = f"it is in use by {draft.holder(link)}"
        if disk.compact.when_in_use == "skip":
            draft.warnings.append(f"{link.path} is not compacted: {text}")
        else:
            remedy = "Turn the VM off, or dismount the disk, first; or set compact.when_in_use: skip."
            draft.refuse(disk, "compact", asked, text, remedy)
        return
    obstacle = draft.use.obstacle_to_writing(link.path)
    if obstacle is not None:
        draft.refuse(disk, "compact", asked, obstacle, "Leave a parent as it is.")
        return
    if chain.missing_parent is not None:
        obstacle = f"its chain is broken: {chain.missing_parent} is not there or cannot be read"
        draft.refuse(disk, "compact", asked, obstacle, "Bring that file back first.")
        return
    since = "a compaction was interrupted" if note.interrupted else _growth(link.file_size, note)
    step = Step(f"{step_id}.compact", COMPACT, {"Path": link.path, "Mode": disk.compact.mode.capitalize()})
    draft.add(disk, step, f"compaction: {since}", long=True)
    draft.set_facts(disk, compaction_due=False)


def _is_made(step_id: str, draft: Draft) -> bool:
    """Return whether the plan makes or replaces the file."""
    made = (f"{step_id}.make", f"{step_id}.whole", f"{step_id}.end.whole")
    return any(planned.step.id in made for planned in draft.steps)


def _note_size(disk: DiskDeclaration, step_id: str, draft: Draft) -> None:
    """Add the note of the size that a file has when it is made: its growth counts from there."""
    path = draft.chain(disk).links[0].path
    made = Step(f"{step_id}.made", "Hyper-V\\Get-VHD", {"Path": path}, retry=LOCKED)
    draft.add(disk, made, "")
    parameters = {"LiteralPath": compaction_note(path), "Value": Reference(made.id, get="FileSize")}
    step = Step(f"{step_id}.note", f"{FILES}\\Set-Content", parameters)
    draft.add(disk, step, "compaction: growth counts from the size that the file has now")
    draft.set_facts(disk, compaction_due=False)


def _growth(file_size: int, note: CompactionNote) -> str:
    if note.file_size is None:
        return f"the file has {needed_text(file_size)} and was never compacted"
    return f"the file has grown from {free_text(note.file_size)} to {needed_text(file_size)}"
