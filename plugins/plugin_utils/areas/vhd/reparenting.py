# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Another parent for a differencing disk, or its own again after that was changed."""

from __future__ import annotations

import dataclasses

from ...core.plan import Refusal
from ...core.size import size_text
from ..virtual_disk import Chain, path_key, readable_chain, same_path
from .changes import SET_DISK
from .declaration import DiskDeclaration
from .draft import Draft, file_step

_REMEDY = "reparent: true with ignore_id_mismatch: true ties them together, if you are sure that they belong together."


def plan_parent(disk: DiskDeclaration, chain: Chain, step_id: str, draft: Draft) -> Chain | None:
    """Add what brings an existing differencing disk to its declared parent.

    Returns:
        The chain afterwards; None when something was refused.
    """
    file, link = disk.file, chain.links[0]
    if link.type != "differencing":
        return chain
    other = file.parent is not None and not same_path(link.parent, file.parent)
    broken = draft.observation.broken.get(path_key(file.path))
    if disk.reparent and (other or broken is not None):
        return _set_parent(disk, chain, step_id, draft)
    if other:
        return chain  # refused where the file is compared with its declaration
    if chain.missing_parent is not None:
        _refuse(
            disk,
            f"its chain is broken: {chain.missing_parent} is not there or cannot be read",
            "Bring that file back, or declare where it is now (parent, reparent: true).",
            draft,
        )
        return None
    if len(chain.links) > 1 and chain.links[1].size > link.size:
        above = chain.links[1]
        _refuse(
            disk,
            f"its parent {above.path} has grown to {size_text(above.size)} after the child of {size_text(link.size)} "
            "was made, so that the chain cannot be opened any more",
            _REMEDY,
            draft,
        )
        return None
    return chain


def _set_parent(disk: DiskDeclaration, chain: Chain, step_id: str, draft: Draft) -> Chain | None:
    file, link = disk.file, chain.links[0]
    if file.parent is None:
        raise ValueError("reparent goes with a parent: the declaration was checked")
    parent = readable_chain(draft.chains, file.parent)
    broken = draft.observation.broken.get(path_key(file.path))
    if parent.top is None:
        _refuse(disk, f"there is no file {file.parent}", "Bring it there, or correct the path.", draft, "parent")
        return None
    if parent.missing_parent is not None:
        obstacle = f"the chain of {file.parent} is broken: {parent.missing_parent} is not there or cannot be read"
        _refuse(disk, obstacle, "Bring that file back first.", draft, "parent")
        return None
    if any(same_path(one.path, link.path) for one in parent.links):
        obstacle = f"{file.parent} itself builds on {link.path}"
        _refuse(disk, obstacle, "Declare another parent.", draft, "parent")
        return None
    if parent.top.format != link.format:
        obstacle = f"{file.parent} is a {parent.top.format.upper()}, and the disk a {link.format.upper()}"
        _refuse(disk, obstacle, "Declare a parent of the same format.", draft, "parent")
        return None
    if parent.top.size > link.size and not disk.ignore_id_mismatch:
        obstacle = f"{file.parent} has {size_text(parent.top.size)}, the disk {size_text(link.size)}"
        _refuse(disk, obstacle, _REMEDY, draft, "parent")
        return None
    again = same_path(link.parent, file.parent)
    if again and not disk.ignore_id_mismatch:
        obstacle = f"{file.parent} was changed after the disk was made from it ({broken})"
        _refuse(disk, obstacle, _REMEDY, draft, "ignore_id_mismatch")
        return None
    reason = f"parent: {link.parent} -> {parent.top.path}" + (
        ", identifiers not compared" if disk.ignore_id_mismatch else ""
    )
    refusals = draft.in_use(disk, "parent", reason, link)
    draft.refusals += refusals
    if refusals:
        return None
    parameters: dict[str, str | bool] = {"Path": link.path, "ParentPath": parent.top.path}
    if disk.ignore_id_mismatch:
        parameters["IgnoreIdMismatch"] = True
    draft.add(disk, file_step(f"{step_id}.parent", SET_DISK, parameters), reason)
    after = dataclasses.replace(link, parent=parent.top.path)
    return dataclasses.replace(chain, links=(after, *parent.links), missing_parent=None)


def _refuse(disk: DiskDeclaration, obstacle: str, remedy: str, draft: Draft, option: str = "path") -> None:
    asked = f"{disk.file.path} is asked for"
    if option != "path":
        asked = f"{disk.file.path} is to build on {disk.file.parent}"
    draft.refusals.append(Refusal(disk.file.where(option), asked, obstacle, remedy))
