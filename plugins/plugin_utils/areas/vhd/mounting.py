# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Disks that the host has as disks of its own."""

from __future__ import annotations

import dataclasses
import typing as t

from ...core.plan import Refusal
from ..virtual_disk import Chain, path_key
from .declaration import DiskDeclaration
from .draft import Draft, file_step


def plan_mount(disk: DiskDeclaration, step_id: str, draft: Draft) -> None:
    """Add the mount of a disk that is there by now."""
    chain = draft.chain(disk)
    link = chain.links[0]
    facts = draft.facts.get(path_key(disk.file.path))
    if link.disk_number is not None and facts is not None and facts.read_only == disk.read_only:
        return
    how = "read-only" if disk.read_only else "for writing"
    refusals = _refusals(disk, chain, how, draft)
    draft.refusals += refusals
    if refusals:
        return
    path = link.path
    if link.disk_number is not None:
        _dismount(disk, path, f"{step_id}.dismount", f"to mount it {how}", draft)
    parameters: dict[str, t.Any] = {"Path": path}
    if disk.read_only:
        parameters["ReadOnly"] = True
    if disk.no_drive_letter:
        parameters["NoDriveLetter"] = True
    draft.add(disk, file_step(f"{step_id}.mount", "Hyper-V\\Mount-VHD", parameters), f"mounted {how}")
    draft.set_facts(disk, mounted=True, read_only=disk.read_only)
    draft.set_chain(
        disk.file.path,
        dataclasses.replace(chain, links=(dataclasses.replace(link, attached=True), *chain.links[1:])),
    )


def plan_dismount(disk: DiskDeclaration, step_id: str, draft: Draft) -> None:
    """Add the dismount of a disk. A file that is not there is not mounted."""
    chain = draft.chain(disk)
    if not chain.exists or chain.links[0].disk_number is None:
        return
    _dismount(disk, chain.links[0].path, f"{step_id}.dismount", "mounted -> dismounted", draft)
    draft.set_facts(disk, mounted=False, read_only=False)
    link = dataclasses.replace(chain.links[0], attached=False, disk_number=None)
    draft.set_chain(disk.file.path, dataclasses.replace(chain, links=(link, *chain.links[1:])))


def _dismount(disk: DiskDeclaration, path: str, step_id: str, reason: str, draft: Draft) -> None:
    draft.add(disk, file_step(step_id, "Hyper-V\\Dismount-VHD", {"Path": path}), reason)


def _refusals(disk: DiskDeclaration, chain: Chain, how: str, draft: Draft) -> list[Refusal]:
    link = chain.links[0]
    asked = f"{link.path} is to be mounted {how}"
    found = []
    if chain.missing_parent is not None:
        obstacle = f"its chain is broken: {chain.missing_parent} is not there or cannot be read"
        found.append(Refusal(disk.file.where("state"), asked, obstacle, "Bring that file back first."))
    if draft.use.busy(link.path) or (link.attached and link.disk_number is None):
        remedy = "Turn the VM off first."
        found.append(Refusal(disk.file.where("state"), asked, f"it is in use by {draft.holder(link)}", remedy))
    if not disk.read_only:
        obstacle = draft.use.obstacle_to_writing(link.path) or ""
        if obstacle:
            found.append(Refusal(disk.file.where("read_only"), asked, obstacle, "Set read_only: true."))
    return found
