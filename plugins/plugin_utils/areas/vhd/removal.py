# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Deletion of disk files that nothing uses."""

from __future__ import annotations

from ..virtual_disk import compaction_note, extension_of, partial_path, path_key
from .conversion import forget_source
from .declaration import DiskDeclaration
from .draft import Draft
from .observation import is_rest_of_set
from .use import owner_names


def plan_removal(disk: DiskDeclaration, step_id: str, draft: Draft) -> None:
    """Add the deletion of the file, and of what unfinished work on it left."""
    path = disk.file.path
    chain = draft.chain(disk)
    if is_rest_of_set(disk, draft.chains):
        draft.delete(disk, path, f"{step_id}.delete", "state: present -> absent (its data are gone already)")
    elif chain.exists:
        obstacles = _obstacles(disk, draft)
        for obstacle in obstacles:
            remedy = "Detach or remove what uses it first."
            draft.refuse(disk, "state", f"{path} is to be deleted", obstacle, remedy)
        if obstacles:
            return
        reason = "state: present -> absent"
        for number, part in enumerate(_parts(disk, draft)):
            draft.delete(disk, part, f"{step_id}.delete_part{number}", f"{reason} (data of the VHD Set)")
        draft.delete(disk, chain.links[0].path, f"{step_id}.delete", reason)
    for number, left in enumerate((partial_path(path), *forget_source(disk))):
        if draft.chain_at(left).exists:
            name = f"{step_id}.delete_partial" if number == 0 else f"{step_id}.delete_left{number}"
            what = "unfinished copy" if number == 0 else "left by a conversion"
            draft.delete(disk, left, name, f"{what}: present -> absent")
    forget_compaction(disk, step_id, draft)


def forget_compaction(disk: DiskDeclaration, step_id: str, draft: Draft) -> None:
    """Add the deletion of what was noted about compactions of a file that goes."""
    note = compaction_note(disk.file.path)
    if draft.chain_at(note).exists:
        draft.delete(disk, note, f"{step_id}.delete_note", "note of its last compaction: present -> absent")


def _obstacles(disk: DiskDeclaration, draft: Draft) -> list[str]:
    path, link = disk.file.path, draft.chain(disk).links[0]
    obstacles = []
    drives = draft.use.referring(path)
    if drives:
        obstacles.append(f"it is attached to {owner_names(drives)}")
    elif link.attached:
        obstacles.append(f"it is mounted, or in use by a VM of another host ({draft.holder(link)})")
    writing = draft.use.obstacle_to_writing(path)
    if writing is not None:
        obstacles.append(writing)
    if extension_of(path) == ".vhds" and not draft.observation.sets.get(path_key(path)):
        obstacles.append("the host does not say which files belong to the VHD Set")
    return obstacles


def _parts(disk: DiskDeclaration, draft: Draft) -> list[str]:
    """Return the other files of a VHD Set, which go before the set that names them."""
    own = path_key(disk.file.path)
    return [part for part in draft.observation.sets.get(own, ()) if path_key(part) != own]
