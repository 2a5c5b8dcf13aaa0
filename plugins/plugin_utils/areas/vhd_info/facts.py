# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From replies to facts about files."""

from __future__ import annotations

import dataclasses
import typing as t

from ...core.size import size_text
from ...core.step import Replies
from ..vhd.use import is_left_behind
from ..virtual_disk import (
    CHAINS,
    SHARING_VIOLATION,
    Chain,
    Chains,
    Link,
    attached_files,
    path_key,
    same_path,
    understand_chains,
)
from ..virtual_disk.chain_verification import chain_problem
from ..vm.power import state_word
from .selection import (
    CHECKED,
    CHECKED_DRIVES,
    CHECKED_FILES,
    CHECKPOINT_CHAINS,
    DRIVE_CHAINS,
    FILE_CHAINS,
    Selection,
)


@dataclasses.dataclass(frozen=True)
class DiskFacts:
    """What was read, ready for a task's result.

    Attributes:
        disks: a mapping for each file, by `path_key`.
        clashes: lists of paths of files that have one identifier and do not belong to one chain.
    """

    disks: dict[str, dict[str, t.Any]]
    clashes: list[list[str]]


def understood_facts(selection: Selection, replies: Replies) -> DiskFacts:
    """Return the facts about the files that are asked for and about all their parents."""
    chains: dict[str, Chain] = {}
    for step in (CHECKPOINT_CHAINS, DRIVE_CHAINS, FILE_CHAINS, CHAINS):
        chains.update(understand_chains(_rows(replies, step)))
    asked = [row["path"] for step in (CHAINS, FILE_CHAINS) for row in _rows(replies, step)]
    if selection.paths is None:
        asked = [row["path"] for row in _rows(replies, DRIVE_CHAINS)]
    users = _users(replies)
    broken = {
        path_key(row["path"]): chain_problem(row)
        for step in (CHECKED, CHECKED_FILES, CHECKED_DRIVES)
        for row in _rows(replies, step)
    }
    disks: dict[str, dict[str, t.Any]] = {}
    for path in asked:
        chain = chains[path_key(path)]
        if not chain.exists:
            continue
        disks[path_key(path)] = _file(chain, broken.get(path_key(path)), checked=selection.verify) | {"requested": True}
    for path in asked:
        for number, link in enumerate(chains[path_key(path)].links[1:], start=1):
            below = dataclasses.replace(
                chains[path_key(path)], path=link.path, links=chains[path_key(path)].links[number:]
            )
            disks.setdefault(path_key(link.path), _file(below, None, checked=False) | {"requested": False})
    for fact in disks.values():
        fact["used_by"] = _used_by(fact["path"], users, chains)
        fact["children"] = _children(fact["path"], chains)
    return DiskFacts(disks, _clashes(chains))


def _rows(replies: Replies, step: str) -> t.Sequence[dict[str, t.Any]]:
    return replies[step].rows if step in replies else ()


def _file(chain: Chain, broken: dict[str, t.Any] | None, *, checked: bool) -> dict[str, t.Any]:
    fact: dict[str, t.Any] = {"path": chain.path}
    if chain.top is None:
        fact["error"] = chain.error or "the file could not be read"
        fact["in_use"] = chain.hresult == SHARING_VIOLATION
        return fact
    top = chain.top
    fact.update(
        format=top.format,
        type=top.type,
        size=top.size,
        file_size=top.file_size,
        minimum_size=top.minimum_size,
        block_size=top.block_size,
        logical_sector_size=top.logical_sector_size,
        physical_sector_size=top.physical_sector_size,
        identifier=top.identifier,
        attached=top.attached,
        disk_number=top.disk_number,
        parents=[link.path for link in chain.links[1:]],
        missing_parent=chain.missing_parent,
        chain_file_size=sum(link.file_size for link in chain.links),
    )
    problem = _problem(chain, broken)
    if checked:
        fact["valid"] = problem is None
    if checked or problem is not None:
        fact["problem"] = problem
    return fact


def _problem(chain: Chain, broken: dict[str, t.Any] | None) -> dict[str, t.Any] | None:
    """Return what is wrong with a chain: as the host says when it opens it, or as it can be seen without."""
    grown = _grown(chain.links)
    if broken is not None and (grown is None or broken["kind"] != "parent_changed"):
        return broken
    if grown is not None:
        child, parent = grown
        error = (
            f"{parent.path} has grown to {size_text(parent.size)} after its child of {size_text(child.size)} was made"
        )
        return {"kind": "parent_grown", "file": child.path, "parent": parent.path, "found": None, "error": error}
    if chain.missing_parent is not None:
        file = chain.links[-1].path
        error = f"{chain.missing_parent} is not there or cannot be read"
        return {"kind": "missing_parent", "file": file, "parent": chain.missing_parent, "found": None, "error": error}
    return None


def _grown(links: t.Sequence[Link]) -> tuple[Link, Link] | None:
    return next(
        ((child, above) for child, above in zip(links, links[1:], strict=False) if above.size > child.size), None
    )


def _users(replies: Replies) -> list[dict[str, t.Any]]:
    return [
        {
            "vm": file.vm,
            "vm_id": file.vm_id,
            "state": state_word(file.state),
            "slot": f"{file.controller.lower()}:{file.number}:{file.location}",
            "checkpoint": file.checkpoint,
            "path": file.path,
        }
        for file in attached_files(replies)
    ]


def _used_by(path: str, users: t.Sequence[dict[str, t.Any]], chains: Chains) -> list[dict[str, t.Any]]:
    """Return the drives that have a file, or a file that builds on it."""
    found = []
    for user in users:
        chain = chains.get(path_key(user["path"]))
        if same_path(user["path"], path) or (chain is not None and chain.link_at(path) is not None):
            found.append({**user, "direct": same_path(user["path"], path)})
    return found


def _children(path: str, chains: Chains) -> list[str]:
    """Return the known files that build on a file without another between them."""
    found = {}
    for chain in chains.values():
        for child in chain.links:
            if child.parent is not None and same_path(child.parent, path):
                found[path_key(child.path)] = child.path
    return sorted(found.values(), key=path_key)


def _clashes(chains: Chains) -> list[list[str]]:
    """Return files of one identifier that share no file of their chains, each by the lowest of its chain."""
    families: dict[str, dict[str, str]] = {}
    for chain in chains.values():
        if chain.links and not is_left_behind(chain.path):
            bottom = chain.links[-1]
            for link in chain.links:
                if link.identifier:
                    families.setdefault(link.identifier, {})[path_key(bottom.path)] = bottom.path
    return sorted(sorted(paths.values(), key=path_key) for paths in families.values() if len(paths) > 1)
