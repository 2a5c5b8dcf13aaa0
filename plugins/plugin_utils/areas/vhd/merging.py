# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The data of a differencing disk goes into its parent, and its file goes."""

from __future__ import annotations

import dataclasses

from ..virtual_disk import Chain, Link, path_key, same_path
from .declaration import DiskDeclaration
from .draft import Draft, file_step
from .removal import forget_compaction
from .use import owner_names


def plan_merge(disk: DiskDeclaration, step_id: str, draft: Draft) -> None:
    """Add the merge of a disk that is declared to be merged. A disk that is not there was merged before."""
    chain = draft.chain(disk)
    if chain.exists:
        if not _possible(disk, chain, draft):
            return
        _merge(disk, chain, step_id, draft)
    forget_compaction(disk, step_id, draft)


def _links(disk: DiskDeclaration, chain: Chain) -> tuple[list[Link], Link | None]:
    """Return the files that go, child first, and the one that takes their data."""
    if disk.merge_into is None:
        return [chain.links[0]], chain.links[1] if len(chain.links) > 1 else None
    for number, link in enumerate(chain.links[1:], start=1):
        if same_path(link.path, disk.merge_into):
            return list(chain.links[:number]), link
    return [chain.links[0]], None


def _possible(disk: DiskDeclaration, chain: Chain, draft: Draft) -> bool:
    top = chain.links[0]
    asked = f"{top.path} is to be merged into {disk.merge_into or 'its parent'}"
    before = len(draft.refusals)
    if top.type != "differencing":
        draft.refuse(disk, "state", asked, f"it is {top.type} and has no parent", "Only differencing disks are merged.")
        return False
    merged, target = _links(disk, chain)
    if target is None:
        if chain.missing_parent is not None:
            obstacle = f"its chain is broken: {chain.missing_parent} is not there or cannot be read"
            draft.refuse(disk, "state", asked, obstacle, "Bring that file back first.")
        else:
            names = ", ".join(link.path for link in chain.links[1:])
            draft.refuse(disk, "merge_into", asked, f"it builds on {names}", "Name one of these.")
        return False
    for link in merged:
        owners = draft.use.referring(link.path)
        if owners:
            remedy = "Attach the parent in its place, or merge by removing the checkpoint."
            draft.refuse(disk, "state", asked, f"{link.path} is attached to {owner_names(owners)}", remedy)
        elif link.attached:
            remedy = "Dismount it first (state: dismounted)."
            draft.refuse(disk, "state", asked, f"{link.path} is in use by {draft.holder(link)}", remedy)
    if draft.use.busy(target.path) or target.attached:
        obstacle = f"{target.path} is in use by {draft.holder(target)}"
        draft.refuse(disk, "state", asked, obstacle, "Turn the VM off, or dismount the disk, first.")
    going = {path_key(link.path) for link in merged}
    for link in (*merged, target):
        builders = draft.use.obstacle_to_writing(link.path, but=going)
        if builders is not None:
            remedy = "Merge or delete those first, or keep the disk."
            draft.refuse(disk, "state", asked, f"{link.path}: {builders}", remedy)
    return len(draft.refusals) == before


def _merge(disk: DiskDeclaration, chain: Chain, step_id: str, draft: Draft) -> None:
    merged, target = _links(disk, chain)
    if target is None:
        raise ValueError("a merge without a target was refused before")
    grown = 0 if target.type == "fixed" else sum(link.file_size for link in merged)
    draft.refusals += draft.space.take(disk.file.where("state"), target.path, grown, 0)
    parameters: dict[str, str | bool] = {"Path": merged[0].path, "Force": True}
    if len(merged) > 1:
        parameters["DestinationPath"] = target.path
    names = " and ".join(link.path for link in merged)
    reason = f"{names} -> {target.path}"
    draft.add(disk, file_step(f"{step_id}.merge", "Hyper-V\\Merge-VHD", parameters), reason, long=True)
    for link in merged:
        draft.drop_chain(link.path)
    size = max(target.size, *(link.size for link in merged))
    _grow(target.path, size, draft)


def _grow(path: str, size: int, draft: Draft) -> None:
    """Note the size that a file has after a merge, in every chain that has it."""
    for key, chain in list(draft.chains.items()):
        if chain.link_at(path) is None:
            continue
        links = tuple(
            dataclasses.replace(link, size=size) if same_path(link.path, path) else link for link in chain.links
        )
        draft.chains[key] = dataclasses.replace(chain, links=links)
        if key in draft.own:
            draft.own[key] = draft.chains[key]
