# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From declared and observed places to a plan.

Every file that moves is named in the call (-Vhds), and the cmdlet never decides about one by itself. One call moves all
parts of a machine; if it fails, Hyper-V leaves the machine on its old files.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ...core.plan import Plan, PlannedStep, Refusal
from ...core.step import Condition, Reference, Step, Table, UniqueId, Wait
from ..virtual_disk import Chain, directory_of, path_key, same_path, volume_of
from ..vm.stuck import RENAMING
from .declaration import FOLDERS, MachineMove, Moves
from .disks import Target, disks_of, is_meant, targets_of
from .marks import mark_in, marks_there, removing_step, setting_step
from .observation import Drive, Machine, Observation
from .obstacles import BUSY, STORAGE_MIGRATION, machine_refusals, migration_of, target_refusals
from .state import managed_state
from .world import World, is_cluster_shared

MACHINES, MOVE = "machines", "Hyper-V\\Move-VMStorage"

#: For each folder option, the parameter that moves the part, and the property that says where it is.
_FOLDER_PARAMETERS = {
    "configuration_path": ("VirtualMachinePath", "Path"),
    "checkpoints_path": ("SnapshotFilePath", "SnapshotFileLocation"),
    "smart_paging_path": ("SmartPagingFilePath", "SmartPagingFilePath"),
}
#: Second operational status of a machine whose migration is over (Microsoft.HyperV.PowerShell.VMOperationalStatus).
_NOT_MIGRATING = (
    None,
    "Ok",
    *BUSY,
    *("WaitingToStart", "CheckingCompatibility", "ApplicationCriticalState", "CommunicationTimedOut"),
    *("CommunicationFailed", "NoIommu", "NoIovSupportInNic", "SwitchNotInIovMode", "IovBlockedByPolicy"),
    *("IovNoAvailResources", "IovGuestDriversNeeded", "CriticalIoError", "Dormant", "SupportingEntityInError"),
)
#: Seconds between two looks at a migration that somebody else has started.
_LOOK_EVERY_SECONDS = 5


@dataclasses.dataclass
class _Draft:
    """The plan of one machine while it is made.

    Attributes:
        folders: parts whose folder differs: option, where it is, where it is to be.
        targets: declared disks, with files to move or not.
    """

    move: MachineMove
    machine: Machine
    world: World
    folders: list[tuple[str, str, str]] = dataclasses.field(default_factory=list)
    targets: tuple[Target, ...] = ()
    steps: list[PlannedStep] = dataclasses.field(default_factory=list)
    refusals: list[Refusal] = dataclasses.field(default_factory=list)
    warnings: list[str] = dataclasses.field(default_factory=list)

    @property
    def file_moves(self) -> list[tuple[Target, str, str]]:
        """Files that are elsewhere: the disk, the file, its new path."""
        return [(target, file, path) for target in self.targets for file, path in target.moves]

    @property
    def differs(self) -> bool:
        """Whether anything is to be moved."""
        return bool(self.folders or self.file_moves)

    @property
    def disk_folders(self) -> tuple[str, ...]:
        """Folders that files move to."""
        return tuple(dict.fromkeys(directory_of(path) for _target, _file, path in self.file_moves))

    @property
    def reasons(self) -> tuple[str, ...]:
        """What moves, part by part."""
        folders = [f"{option}: {now} -> {wanted}" for option, now, wanted in self.folders]
        return (*folders, *(f"disks.{target.disk.key}: {file} -> {path}" for target, file, path in self.file_moves))

    def step_id(self, name: str) -> str:
        """The id of a step of this machine."""
        return f"move{self.move.index}.{name}"

    def add(self, step: Step, *reasons: str, long: bool = False) -> None:
        """Add a step."""
        self.steps.append(PlannedStep(step, reasons, self.move.target, long))

    def refuse(self, option: str, asked: str, obstacle: str, remedy: str) -> None:
        """Note a refusal."""
        self.refusals.append(Refusal(option, asked, obstacle, remedy))


def plan_moves(declaration: Moves, observation: Observation) -> Plan:
    """Return the plan of a task."""
    world = World(observation)
    refusals: list[Refusal] = []
    drafts: list[_Draft] = []
    for move in declaration.machines:
        named = observation.named(move.name)
        if len(named) != 1:
            refusals.append(_not_one(move, named))
            continue
        draft = _Draft(move, named[0], world)
        _plan_machine(draft)
        drafts.append(draft)
        refusals += draft.refusals
    before = managed_state(declaration, observation)
    if refusals:
        return Plan(before=before, after=before, refusals=tuple(dict.fromkeys(refusals)))
    whole = [draft for draft in drafts if any(step.step.id == draft.step_id("storage") for step in draft.steps)]
    moved = [draft.machine.id for draft in whole]
    shared = world.folder_steps()
    if moved:
        shared.append(PlannedStep(Step(MACHINES, "Hyper-V\\Get-VM", where=(("Id", tuple(moved)),)), (), "host"))
    steps = [step for draft in drafts for step in draft.steps]
    warnings = [text for draft in drafts for text in draft.warnings]
    forecast = _forecast(observation, drafts)
    return Plan(
        (*shared, *steps) if steps else (),
        before,
        managed_state(declaration, forecast),
        (),
        tuple([*world.warnings(), *warnings] if steps else ()),
        on_failure=declaration.terms.on_failure,
        parallel=declaration.terms.parallel,
    )


def _not_one(move: MachineMove, named: tuple[Machine, ...]) -> Refusal:
    asked = f"storage of VM {move.name} is to be moved"
    if not named:
        return Refusal(
            f"{move.prefix}name", asked, "the host has no VM of that name", "Correct the name, or make the VM first."
        )
    ids = ", ".join(f"{machine.name} ({machine.id})" for machine in named)
    return Refusal(
        f"{move.prefix}name",
        asked,
        f"the host has {len(named)} VMs of that name: {ids}",
        RENAMING,
    )


def _plan_machine(draft: _Draft) -> None:
    move, machine = draft.move, draft.machine
    observation = draft.world.observation
    disks = disks_of(machine, observation)
    draft.targets = targets_of(move, disks)
    for option in FOLDERS:
        wanted = move.folders.get(option)
        if wanted is not None and not same_path(machine.folders[option], wanted):
            draft.folders.append((option, machine.folders[option], wanted))
    _check_entries(draft)
    under_way = migration_of(machine)
    if not draft.differs:
        left = () if under_way else marks_there(move.disk_folders, machine.id, observation)
        if left and not draft.refusals:
            step = removing_step(draft.step_id("unmark"), left, move.name)
            draft.add(step, "mark of an interrupted move: present -> absent")
        return
    draft.refusals += machine_refusals(move, machine)
    for target in draft.targets:
        draft.refusals += target_refusals(move, machine, target, observation)
        for file, path in target.moves:
            draft.refusals += draft.world.claim(target.option, move.name, file, path)
    if under_way in STORAGE_MIGRATION:
        _join(draft, under_way)
        return
    half_made = _check_destinations(draft)
    if draft.refusals:
        return
    _warn(draft)
    _move_all(draft, half_made)


def _check_entries(draft: _Draft) -> None:
    """Refuse entries of `disks` that name no disk, a disk that another entry names, or give it another name."""
    disks = disks_of(draft.machine, draft.world.observation)
    named: dict[str, str] = {}
    for entry in draft.move.disks:
        asked = f"disk {entry.named} of VM {draft.move.name} is to be in {entry.destination}"
        meant = [disk for disk in disks if is_meant(entry, disk)]
        if not meant:
            there = ", ".join(f"{disk.key} ({disk.base})" for disk in disks) or "none"
            physical = any(drive.slot == entry.slot and drive.disk_number is not None for drive in draft.machine.drives)
            obstacle = "that is a disk of the host itself" if physical else "the VM has no such disk"
            draft.refuse(f"{entry.option}.{'slot' if entry.slot else 'path'}", asked, obstacle, f"It has: {there}.")
        for disk in meant:
            first = named.setdefault(disk.key, entry.option)
            if first != entry.option:
                draft.refuse(entry.option, asked, f"{first} says where that disk is to be", "Leave one of them out.")
    for target in draft.targets:
        files = dict(zip(target.disk.files, target.wanted, strict=True))
        wanted = files[target.disk.base]
        if path_key(wanted).rpartition("\\")[2] != path_key(target.disk.base).rpartition("\\")[2]:
            draft.refuse(
                f"{target.option}.destination",
                f"{target.disk.base} is to be moved to {wanted}",
                "a move keeps the name of a disk file",
                "Give a destination with that name, or the folder only.",
            )


def _check_destinations(draft: _Draft) -> tuple[str, ...]:
    """Refuse destinations that are taken or too small; return files there that an interrupted move left."""
    move, machine, world = draft.move, draft.machine, draft.world
    half_made = []
    for option, _now, wanted in draft.folders:
        size = machine.system_files if option == "configuration_path" else 0
        draft.refusals += world.take(move.where(option), f"the {option[:-5]} of VM {move.name}", wanted, size)
    for target, file, path in draft.file_moves:
        there = world.observation.files.get(path_key(path))
        if there is not None:
            mark = path_key(mark_in(directory_of(path), machine.id))
            if mark in world.observation.files and not world.observation.users_of(path):
                half_made.append(path)
            else:
                draft.refuse(
                    target.option,
                    f"{file} of VM {move.name} is to be moved to {path}",
                    "a file of that name is there already",
                    "Delete or rename it if it is not needed, or choose another place.",
                )
        size = _file_size(file, target, world.observation)
        draft.refusals += world.take(target.option, f"{file} of VM {move.name}", path, max(size - (there or 0), 0))
    return tuple(half_made)


def _move_all(draft: _Draft, half_made: tuple[str, ...]) -> None:
    """Add the one call that moves everything, with the marks around it."""
    move, machine = draft.move, draft.machine
    paths = [path for _target, _file, path in draft.file_moves]
    for path in paths:
        draft.world.need_folder(path)
    if half_made:
        step = removing_step(draft.step_id("remove_half_made"), half_made, move.name)
        draft.add(step, *(f"{path}, left by an interrupted move: present -> absent" for path in half_made))
    marks = tuple(mark_in(folder, machine.id) for folder in draft.disk_folders)
    if marks:
        draft.add(setting_step(draft.step_id("mark"), marks, move.name))
    parameters: dict[str, t.Any] = {"VM": Reference(MACHINES, where=(("Id", (machine.id,)),))}
    parameters.update({_FOLDER_PARAMETERS[option][0]: wanted for option, _now, wanted in draft.folders})
    pairs = [(file, path) for _target, file, path in draft.file_moves]
    if pairs:
        parameters["Vhds"] = _vhds(pairs)
    if move.retain_source and pairs:
        parameters["RetainVhdCopiesOnSource"] = True
    draft.add(Step(draft.step_id("storage"), MOVE, parameters, lane=move.name), *draft.reasons, long=True)
    marks = tuple(dict.fromkeys((*marks, *marks_there(move.disk_folders, machine.id, draft.world.observation))))
    if marks:
        draft.add(removing_step(draft.step_id("unmark"), marks, move.name))


def _join(draft: _Draft, under_way: str) -> None:
    """Wait for a migration that goes to the same place, then move what it has left."""
    move, machine, observation = draft.move, draft.machine, draft.world.observation
    asked = f"storage of VM {move.name} is to be moved"
    marks = marks_there(move.disk_folders, machine.id, observation)
    arriving = [path for _target, _file, path in draft.file_moves if path_key(path) in observation.files]
    if not marks and not arriving:
        draft.refuse(
            f"{move.prefix}name",
            asked,
            f"a storage migration of it is under way ({under_way}), and nothing shows that it goes there",
            "Wait until it is over and run again.",
        )
    elif not move.wait_seconds:
        draft.refuse(
            f"{move.prefix}wait_seconds",
            asked,
            f"a storage migration of it to the same place is under way ({under_way})",
            "Set wait_seconds to wait for it, or run again later.",
        )
    if draft.refusals:
        return
    wait = Step(
        draft.step_id("wait"),
        "Hyper-V\\Get-VM",
        {"Id": UniqueId(machine.id)},
        wait=Wait((("SecondaryOperationalStatus", _NOT_MIGRATING),), move.wait_seconds, _LOOK_EVERY_SECONDS),
        lane=move.name,
    )
    draft.add(wait, *draft.reasons, long=True)
    for option, now, wanted in draft.folders:
        parameter, observed = _FOLDER_PARAMETERS[option]
        _move_if(draft, wait, (observed, (now,)), option, {parameter: wanted})
    for target in draft.targets:
        current = target.disk.current
        if current is not None and any(same_path(file, current) for file, _path in target.moves):
            parameters: dict[str, t.Any] = {"Vhds": _vhds(target.moves)}
            if move.retain_source:
                parameters["RetainVhdCopiesOnSource"] = True
            _move_if(draft, wait, ("HardDrives.Path", (current,)), target.disk.key, parameters)
    if marks:
        draft.add(removing_step(draft.step_id("unmark"), marks, move.name))


def _move_if(draft: _Draft, wait: Step, still: Condition, name: str, parameters: dict[str, t.Any]) -> None:
    """Add a move that is skipped unless the machine still has the part where it was."""
    parameters = {"VM": Reference(wait.id, where=(still,)), **parameters}
    step = Step(draft.step_id(f"rest.{name}"), MOVE, parameters, lane=draft.move.name)
    draft.add(step, long=True)


def _vhds(pairs: t.Iterable[tuple[str, str]]) -> list[Table]:
    return [Table({"SourceFilePath": file, "DestinationFilePath": path}) for file, path in pairs]


def _file_size(file: str, target: Target, observation: Observation) -> int:
    for other in target.disk.files:
        chain = observation.chain(other)
        link = chain.link_at(file) if chain is not None else None
        if link is not None:
            return link.file_size
    return 0


def _warn(draft: _Draft) -> None:
    move, machine = draft.move, draft.machine
    if move.retain_source:
        written = [
            file
            for target, file, _path in draft.file_moves
            if target.disk.current is not None and same_path(file, target.disk.current)
        ]
        draft.warnings += [
            f"VM {move.name}: {file} does not stay at the source: Move-VMStorage keeps only the files below checkpoints"
            for file in written
        ]
    if machine.clustered:
        places = [wanted for _option, _now, wanted in draft.folders]
        places += [path for _target, _file, path in draft.file_moves]
        local = next((path for path in places if volume_of(path) and not is_cluster_shared(path)), None)
        if local is not None:
            draft.warnings.append(
                f"VM {move.name} belongs to a failover cluster, and {local} is on no cluster shared volume: "
                "unless that is a disk of the cluster, other nodes cannot run the VM"
            )


def _forecast(observation: Observation, drafts: list[_Draft]) -> Observation:
    """Return the observation with every moved file under its new path."""
    moved = {path_key(file): path for draft in drafts for _target, file, path in draft.file_moves}

    def now(path: str) -> str:
        return moved.get(path_key(path), path)

    def drives(found: tuple[Drive, ...]) -> tuple[Drive, ...]:
        return tuple(dataclasses.replace(drive, path=now(drive.path)) for drive in found)

    folders = {draft.machine.id: {option: wanted for option, _now, wanted in draft.folders} for draft in drafts}
    machines = tuple(
        dataclasses.replace(
            machine,
            folders={**machine.folders, **folders.get(machine.id, {})},
            drives=drives(machine.drives),
            checkpoint_drives=drives(machine.checkpoint_drives),
        )
        for machine in observation.machines
    )
    chains = {}
    for chain in observation.chains.values():
        links = tuple(
            dataclasses.replace(link, path=now(link.path), parent=now(link.parent) if link.parent else None)
            for link in chain.links
        )
        after = Chain(now(chain.path), chain.exists, chain.error, True, links, chain.missing_parent)
        chains[path_key(after.path)] = after
    return dataclasses.replace(observation, machines=machines, chains=chains)
