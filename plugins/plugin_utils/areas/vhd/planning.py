# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From declared and observed disk files to a plan."""

from __future__ import annotations

import dataclasses
import typing as t

from ...core.plan import Plan, PlannedStep, Refusal, State
from ...core.setting import Setting, SettingChange, differing_settings
from ...core.size import size_text
from ...core.step import Step
from ..virtual_disk import (
    Chain,
    FilePlan,
    FileStep,
    FileUser,
    Link,
    SpaceAccount,
    directory_of,
    growth_plan,
    partial_path,
    path_key,
    plan_disk_file,
    type_refusals,
)
from .declaration import DiskDeclaration, DisksDeclaration
from .observation import DisksObservation
from .use import FileUse, vm_names

SET_DISK, NEW_DISK = "Hyper-V\\Set-VHD", "Hyper-V\\New-VHD"
_FILES = "Microsoft.PowerShell.Management"

#: Changed on an existing file.
CHANGEABLE = (Setting("physical_sector_size", "physical_sector_size", SET_DISK, "PhysicalSectorSizeBytes"),)
#: Chosen once: no cmdlet changes these in place.
CHOSEN_AT_CREATION = (
    Setting("block_size", "block_size", NEW_DISK, "BlockSizeBytes"),
    Setting("logical_sector_size", "logical_sector_size", NEW_DISK, "LogicalSectorSizeBytes"),
)


@dataclasses.dataclass
class _Draft:
    """The plan while it is made; `chains` follows the steps."""

    observation: DisksObservation
    chains: dict[str, Chain]
    use: FileUse
    space: SpaceAccount
    directories: set[str] = dataclasses.field(default_factory=set)
    steps: list[PlannedStep] = dataclasses.field(default_factory=list)
    refusals: list[Refusal] = dataclasses.field(default_factory=list)

    def chain(self, disk: DiskDeclaration) -> Chain:
        return self.chains.get(path_key(disk.file.path)) or Chain(disk.file.path, False)

    def add(self, disk: DiskDeclaration, step: Step, reason: str) -> None:
        reasons = (reason,) if reason else ()
        self.steps.append(PlannedStep(step, reasons, f"disk {disk.file.path}"))


def plan_disks(declaration: DisksDeclaration, observation: DisksObservation) -> Plan:
    """Return the plan: first deletions, children before their parents, then the rest as declared."""
    declared = {path_key(disk.file.path) for disk in declaration.disks}
    chains = dict(observation.chains)
    own = {key: chain for key, chain in chains.items() if key in declared}
    draft = _Draft(observation, chains, FileUse(observation, own), SpaceAccount(observation.volumes))
    numbered = list(enumerate(declaration.disks))
    removals = [(index, disk) for index, disk in numbered if not disk.present]
    for index, disk in sorted(removals, key=lambda pair: -len(draft.chain(pair[1]).links)):
        _remove(disk, f"disk{index}", draft)
        own.pop(path_key(disk.file.path), None)
    for index, disk in numbered:
        if disk.present:
            after = _reach(disk, f"disk{index}", draft)
            draft.chains[path_key(disk.file.path)] = own[path_key(disk.file.path)] = after
    made = any(planned.reasons for planned in draft.steps)
    return Plan(
        steps=tuple(draft.steps),
        before=managed_state(declaration, observation.chains),
        after=managed_state(declaration, draft.chains),
        refusals=tuple(draft.refusals),
        warnings=tuple(draft.space.warnings() if made else ()),
    )


def managed_state(declaration: DisksDeclaration, chains: t.Mapping[str, Chain]) -> State:
    """Return the declared disks that exist, by declared path."""
    states = {}
    for disk in declaration.disks:
        chain = chains.get(path_key(disk.file.path))
        if chain is not None and chain.top is not None:
            states[disk.file.path] = disk_state(disk, chain.top)
    return {"disks": states}


def disk_state(disk: DiskDeclaration, link: Link) -> dict[str, t.Any]:
    """Return what a result shows of a disk; blocks and sectors where they are declared."""
    state: dict[str, t.Any] = {"format": link.format, "type": link.type, "size": link.size, "parent": link.parent}
    for setting in (*CHOSEN_AT_CREATION, *CHANGEABLE):
        if getattr(disk.file, setting.option) is not None:
            state[setting.option] = getattr(link, setting.observed)
    return state


def _reach(disk: DiskDeclaration, step_id: str, draft: _Draft) -> Chain:
    """Add the steps that make or change the file; return its chain afterwards."""
    chain = draft.chain(disk)
    if chain.exists:
        made = _change(disk, chain, step_id, draft)
    else:
        made = plan_disk_file(disk.file, draft.chains, step_id, users=_users(draft))
    draft.refusals += made.refusals
    if made.refusals:
        return chain
    if made.steps:
        draft.refusals += draft.space.take(disk.file.where("path"), disk.file.path, made.taken, made.promised)
    if made.made:
        _make_directory(disk, chain, step_id, draft)
    for file_step in made.steps:
        draft.add(disk, file_step.step, file_step.reason)
    after = made.after or chain
    if made.made and after.top is not None:
        after = dataclasses.replace(after, links=(_as_declared(disk, after.top), *after.links[1:]))
    return after


def _as_declared(disk: DiskDeclaration, link: Link) -> Link:
    """Return the link of a new file with the blocks and sectors that it was asked to have."""
    given = {
        setting.observed: getattr(disk.file, setting.option)
        for setting in (*CHOSEN_AT_CREATION, *CHANGEABLE)
        if getattr(disk.file, setting.option) is not None
    }
    return dataclasses.replace(link, **given)


def _users(draft: _Draft) -> dict[str, FileUser]:
    """Return the VMs that have files as their own disks, by `path_key`."""
    users: dict[str, FileUser] = {}
    for drive in draft.observation.drives:
        user = FileUser(drive.vm, drive.state != "Off")
        if user.running or path_key(drive.path) not in users:
            users[path_key(drive.path)] = user
    return users


def _make_directory(disk: DiskDeclaration, chain: Chain, step_id: str, draft: _Draft) -> None:
    directory = directory_of(disk.file.path)
    if chain.directory_exists is not False or path_key(directory) in draft.directories:
        return
    draft.directories.add(path_key(directory))
    parameters = {"Path": directory, "ItemType": "Directory", "Force": True}
    draft.add(disk, Step(f"{step_id}.directory", f"{_FILES}\\New-Item", parameters), f"directory: {directory}")


def _change(disk: DiskDeclaration, chain: Chain, step_id: str, draft: _Draft) -> FilePlan:
    """Return the plan for a file that is there."""
    file, link = disk.file, chain.links[0]
    refusals = [*type_refusals(file, link), *_creation_only(disk, link)]
    if refusals:
        return FilePlan(refusals=tuple(refusals), after=chain)
    drives = draft.use.has_attached(file.path)
    busy = [drive for drive in drives if drive.state != "Off"]
    shrinks = file.size is not None and file.size < link.size and disk.allow_shrink
    if shrinks:
        resized = _shrinking(disk, chain, step_id, draft)
    else:
        hot = all(drive.state == "Running" and drive.controller == "SCSI" for drive in busy)
        resized = growth_plan(file, chain, step_id, running=bool(busy) or link.attached, hot=hot and bool(busy))
    settings = differing_settings(CHANGEABLE, dataclasses.asdict(file), dataclasses.asdict(link))
    steps, after = list(resized.steps), resized.after or chain
    refusals += resized.refusals
    if settings:
        refusals += _in_use(disk, "physical_sector_size", settings[0].reason, link, draft)
        steps += [_setting_step(change, link, step_id) for change in settings]
        changed = dataclasses.replace(after.links[0], **{change.setting.observed: change.after for change in settings})
        after = dataclasses.replace(after, links=(changed, *after.links[1:]))
    obstacle = draft.use.obstacle_to_writing(file.path) if steps and not refusals else None
    if obstacle is not None:
        remedy = "A parent must stay as it is: make a new file under another path, and build new disks on that."
        refusals.append(Refusal(file.where("path"), f"{file.path} is to be changed", obstacle, remedy))
    return dataclasses.replace(resized, steps=tuple(steps), refusals=tuple(refusals), after=after)


def _setting_step(change: SettingChange, link: Link, step_id: str) -> FileStep:
    parameters = {"Path": link.path, change.setting.parameter: change.setting.to_parameter(change.after)}
    return FileStep(Step(f"{step_id}.{change.setting.option}", change.setting.call, parameters), change.reason)


def _creation_only(disk: DiskDeclaration, link: Link) -> list[Refusal]:
    changes = differing_settings(CHOSEN_AT_CREATION, dataclasses.asdict(disk.file), dataclasses.asdict(link))
    return [
        Refusal(
            disk.file.where(change.setting.option),
            f"{disk.file.path} is to have {change.setting.option} {change.after}",
            f"the file that is there has {change.before}, and this can only be chosen when it is made",
            "Converting makes a new file (Convert-VHD); do that first, or give the disk another path.",
        )
        for change in changes
    ]


def _shrinking(disk: DiskDeclaration, chain: Chain, step_id: str, draft: _Draft) -> FilePlan:
    """Return the plan that makes the file smaller, which `allow_shrink` has allowed."""
    file, link = disk.file, chain.links[0]
    if file.size is None:
        raise AssertionError("the caller has checked this")
    reason = f"size: {size_text(link.size)} -> {size_text(file.size)}"
    refusals = _in_use(disk, "size", reason, link, draft)
    obstacle = None
    if link.format != "vhdx":
        obstacle = "only a VHDX can be shrunk"
    elif len(chain.links) > 1 and file.size < chain.links[1].size:
        obstacle = f"its parent has {size_text(chain.links[1].size)}"
    elif link.minimum_size is None:
        obstacle = "its last partition reaches to its end, or it has none that Hyper-V can read"
    elif file.size < link.minimum_size:
        obstacle = f"its last partition ends at {size_text(link.minimum_size)}"
    if obstacle is not None:
        remedy = "Shrink the partitions in the guest first, or declare a larger size."
        refusals.append(
            Refusal(file.where("size"), f"{file.path} is to be shrunk to {size_text(file.size)}", obstacle, remedy)
        )
    step = Step(f"{step_id}.shrink", "Hyper-V\\Resize-VHD", {"Path": link.path, "SizeBytes": file.size})
    after = dataclasses.replace(chain, links=(dataclasses.replace(link, size=file.size), *chain.links[1:]))
    return FilePlan((FileStep(step, reason),), tuple(refusals), after)


def _in_use(disk: DiskDeclaration, option: str, asked: str, link: Link, draft: _Draft) -> list[Refusal]:
    """Refuse a change that no one may have the file open for."""
    busy = [drive for drive in draft.use.has_attached(disk.file.path) if drive.state != "Off"]
    if not busy and not link.attached:
        return []
    who = f"VM {vm_names(busy)}" if busy else "a mount or a VM of another host"
    return [
        Refusal(
            disk.file.where(option),
            f"{disk.file.path} is to be changed ({asked})",
            f"it is in use by {who}",
            "Turn the VM off, or dismount the disk, first.",
        )
    ]


def _remove(disk: DiskDeclaration, step_id: str, draft: _Draft) -> None:
    """Add the deletion of the file, and of a copy of it that was never finished."""
    path, partial = disk.file.path, partial_path(disk.file.path)
    chain = draft.chain(disk)
    if chain.exists:
        obstacles = []
        drives = draft.use.has_attached(path)
        if drives:
            obstacles.append(f"it is attached to {vm_names(drives)}")
        elif chain.links[0].attached:
            obstacles.append("it is mounted, or in use by a VM of another host")
        writing = draft.use.obstacle_to_writing(path)
        if writing is not None:
            obstacles.append(writing)
        for obstacle in obstacles:
            remedy = "Detach or remove what uses it first."
            draft.refusals.append(Refusal(disk.file.where("state"), f"{path} is to be deleted", obstacle, remedy))
        if obstacles:
            return
        _delete(disk, chain.links[0].path, f"{step_id}.delete", "state: present -> absent", draft)
        draft.chains[path_key(path)] = Chain(path, False)
    half_made = draft.chains.get(path_key(partial))
    if half_made is not None and half_made.exists:
        _delete(disk, partial, f"{step_id}.delete_partial", "unfinished copy: present -> absent", draft)


def _delete(disk: DiskDeclaration, path: str, step_id: str, reason: str, draft: _Draft) -> None:
    draft.add(disk, Step(step_id, f"{_FILES}\\Remove-Item", {"LiteralPath": path, "Force": True}), reason)
