# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From declared and observed disk files to a plan."""

from __future__ import annotations

import dataclasses
import typing as t

from ...core.plan import KNOWN_AFTER_APPLY, Plan, State
from ..virtual_disk import Chain, Chains, Link, SpaceAccount, path_key, plan_disk_file, same_path, type_refusals
from .changes import CHANGEABLE, CHOSEN_AT_CREATION, plan_changes
from .compaction import compaction_due, plan_compaction
from .conversion import plan_conversion
from .declaration import DiskDeclaration, DisksDeclaration
from .draft import DiskFacts, Draft
from .merging import plan_merge
from .mounting import plan_dismount, plan_mount
from .observation import DisksObservation
from .removal import plan_removal
from .reparenting import plan_parent
from .use import FileUse


def plan_disks(declaration: DisksDeclaration, observation: DisksObservation) -> Plan:
    """Return the plan: first dismounts, then what goes, children before their parents, then the rest as declared."""
    paths = [disk.file.path for disk in declaration.disks]
    declared = {path_key(path) for path in paths}
    chains = dict(observation.chains)
    own = {key: chain for key, chain in chains.items() if key in declared}
    use = FileUse(observation, own, paths)
    facts = observed_facts(declaration, observation)
    draft = Draft(observation, chains, own, dict(facts), use, SpaceAccount(observation.volumes))
    numbered = [(f"disk{index}", disk) for index, disk in enumerate(declaration.disks)]
    for step_id, disk in numbered:
        if disk.state == "dismounted":
            plan_dismount(disk, step_id, draft)
    leaving = [(step_id, disk) for step_id, disk in numbered if disk.leaves]
    for step_id, disk in sorted(leaving, key=lambda pair: -len(draft.chain(pair[1]).links)):
        if disk.state == "merged":
            plan_merge(disk, step_id, draft)
        else:
            plan_removal(disk, step_id, draft)
    for step_id, disk in numbered:
        if disk.present:
            _reach(disk, step_id, draft)
    made = any(planned.reasons for planned in draft.steps)
    return Plan(
        steps=tuple(draft.steps),
        before=managed_state(declaration, observation.chains, facts),
        after=managed_state(declaration, draft.chains, draft.facts),
        refusals=tuple(draft.refusals),
        warnings=(*draft.warnings, *(draft.space.warnings() if made else ())),
    )


def observed_facts(declaration: DisksDeclaration, observation: DisksObservation) -> dict[str, DiskFacts]:
    """Return what is known of the declared disks beside what is in their files, by `path_key`."""
    use = FileUse(observation, {}, ())
    facts = {}
    for disk in declaration.disks:
        chain = observation.chains.get(path_key(disk.file.path))
        if chain is None or chain.top is None:
            continue
        number = chain.top.disk_number
        facts[path_key(disk.file.path)] = DiskFacts(
            mounted=number is not None,
            read_only=number is not None and number in observation.read_only_mounts,
            unique=not (disk.unique_identifier and use.of_same_identifier(chain.top, chain)),
            compaction_due=compaction_due(disk, chain, observation),
        )
    return facts


def managed_state(declaration: DisksDeclaration, chains: Chains, facts: t.Mapping[str, DiskFacts]) -> State:
    """Return the declared disks that exist, by declared path."""
    states = {}
    for disk in declaration.disks:
        key = path_key(disk.file.path)
        chain = chains.get(key)
        if chain is not None and chain.top is not None:
            states[disk.file.path] = disk_state(disk, chain.top, facts.get(key, DiskFacts()))
    return {"disks": states}


def disk_state(disk: DiskDeclaration, link: Link, facts: DiskFacts) -> dict[str, t.Any]:
    """Return what a result shows of a disk: what every disk has, and what of the rest is declared."""
    state: dict[str, t.Any] = {"format": link.format, "type": link.type, "size": link.size, "parent": link.parent}
    for setting in (*CHOSEN_AT_CREATION, *CHANGEABLE):
        if getattr(disk.file, setting.option) is not None:
            state[setting.option] = getattr(link, setting.observed)
    if disk.unique_identifier:
        state["unique_identifier"] = facts.unique
    if disk.compact is not None:
        state["compaction"] = "due" if facts.compaction_due else "not due"
    if disk.state in ("mounted", "dismounted"):
        state["mounted"] = facts.mounted
    if disk.state == "mounted" and facts.mounted:
        state["read_only"] = facts.read_only
        state["disk_number"] = KNOWN_AFTER_APPLY if link.disk_number is None else link.disk_number
    return state


def _reach(disk: DiskDeclaration, step_id: str, draft: Draft) -> None:
    """Add the steps that make or change the file, then those that compact and mount it."""
    before = len(draft.refusals)
    if not plan_conversion(disk, step_id, draft):
        return
    chain = draft.chain(disk)
    if chain.exists:
        _change(disk, chain, step_id, draft)
    else:
        _make(disk, step_id, draft)
    if len(draft.refusals) > before or not draft.chain(disk).exists:
        return
    plan_compaction(disk, step_id, draft)
    if disk.state == "mounted":
        plan_mount(disk, step_id, draft)


def _make(disk: DiskDeclaration, step_id: str, draft: Draft) -> None:
    made = plan_disk_file(disk.file, draft.chains, step_id, users=draft.users())
    draft.refusals += made.refusals
    if made.refusals or made.after is None:
        return
    draft.refusals += draft.space.take(disk.file.where("path"), disk.file.path, made.taken, made.promised)
    draft.make_directory(disk, step_id)
    for step in made.steps:
        draft.add_file_step(disk, step)
    after = made.after
    if after.top is not None:
        after = dataclasses.replace(after, links=(_as_declared(disk, after.top), *after.links[1:]))
    draft.set_chain(disk.file.path, after)


def _change(disk: DiskDeclaration, chain: Chain, step_id: str, draft: Draft) -> None:
    """Add the steps that change a file that is there."""
    tied = plan_parent(disk, chain, step_id, draft)
    if tied is None:
        return
    refusals = type_refusals(disk.file, tied.links[0])
    if refusals:
        draft.refusals += refusals
        return
    if not same_path(tied.links[0].parent, chain.links[0].parent):
        draft.set_chain(disk.file.path, tied)
    made = plan_changes(disk, tied, step_id, draft)
    draft.refusals += made.refusals
    if made.refusals:
        return
    if made.steps:
        draft.refusals += draft.space.take(disk.file.where("path"), disk.file.path, made.taken, made.promised)
    for step in made.steps:
        draft.add_file_step(disk, step)
    draft.set_chain(disk.file.path, made.after or tied)


def _as_declared(disk: DiskDeclaration, link: Link) -> Link:
    """Return the link of a new file with the blocks and sectors that it was asked to have."""
    given = {
        setting.observed: getattr(disk.file, setting.option)
        for setting in (*CHOSEN_AT_CREATION, *CHANGEABLE)
        if getattr(disk.file, setting.option) is not None
    }
    return dataclasses.replace(link, **given)
