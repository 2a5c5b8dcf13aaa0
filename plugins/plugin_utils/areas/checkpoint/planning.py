# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From a declaration and an observation to a plan."""

from __future__ import annotations

import collections.abc as c
import dataclasses

from ...core.plan import KNOWN_AFTER_APPLY, Plan, PlannedStep, Refusal, State
from ...core.step import Reference, Step
from ..virtual_disk import is_checkpoint_file, path_key
from ..vm.power import state_word
from ..vm.stuck import RENAMING
from .declaration import TYPES, Declaration, VmCheckpoints
from .export import NO_EXPORTS, Exports, Shelf
from .observation import BUSY, Machine, Observation
from .obstacles import obstacles_to_change, obstacles_to_files, obstacles_to_taking
from .tree import Checkpoint, Tree
from .type_marks import removing_step
from .unchanged import is_at, loses_nothing

#: The payload file, and its functions: a checkpoint of another type than the VM is configured for; the wait for merges.
PAYLOAD_FILE, NEW_CHECKPOINT, WAIT_FOR_MERGE = "checkpoint", "New-Checkpoint", "Wait-DiskMerge"

#: Steps at the head of a plan that steps of several VMs refer to.
MACHINES, TARGETS = "machines", "targets"


@dataclasses.dataclass
class VmWork:
    """What is planned for one VM.

    Attributes:
        steps: in order. last: after the steps of all VMs.
        targets: ids of checkpoints that steps refer to.
        tree, state, merging, export: how the VM and its export will be.
    """

    declaration: VmCheckpoints
    index: int
    machine: Machine
    tree: Tree
    state: str
    merging: bool | str
    export: State | None = None
    steps: list[PlannedStep] = dataclasses.field(default_factory=list)
    last: list[PlannedStep] = dataclasses.field(default_factory=list)
    targets: list[str] = dataclasses.field(default_factory=list)
    refusals: list[Refusal] = dataclasses.field(default_factory=list)
    warnings: list[str] = dataclasses.field(default_factory=list)

    @property
    def vm(self) -> Reference:
        """The VM's object in the batch that applies."""
        return Reference(MACHINES, where=(("Id", (self.machine.id,)),))

    def checkpoints(self, *ids: str) -> Reference:
        """Return the objects of checkpoints."""
        self.targets += ids
        return Reference(TARGETS, where=(("Id", ids),))

    def planned(
        self, name: str, call: str, parameters: dict[str, object], *reasons: str, long: bool = False
    ) -> PlannedStep:
        """Return a step of this VM."""
        step = Step(f"vm{self.index}.{name}", call, parameters, lane=self.declaration.vm)
        return PlannedStep(step, reasons, self.declaration.target, long)

    def refuse(self, option: str, asked: str, obstacle: str, remedy: str) -> None:
        """Note a refusal."""
        self.refusals.append(Refusal(self.declaration.where(option), asked, obstacle, remedy))


def plan_checkpoints(declaration: Declaration, observation: Observation, exports: Exports = NO_EXPORTS) -> Plan:
    """Return the plan of a task."""
    works, refusals = [], []
    for index, vm in enumerate(declaration.vms):
        found = observation.named(vm.vm)
        if len(found) == 1:
            works.append(_work(vm, index, found[0], observation, exports))
        elif found or vm.state != "absent":
            refusals.append(_unclear(vm, found))
    refusals += [refusal for work in works for refusal in work.refusals]
    before = managed_state(declaration, observation, exports)
    if refusals:
        return Plan(before=before, after=before, refusals=tuple(refusals))
    steps = [step for work in works for step in work.steps] + [step for work in works for step in work.last]
    after = {**before, **{work.declaration.vm: _shown(work) for work in works if work.steps or work.last}}
    warnings = tuple(text for work in works for text in work.warnings)
    return Plan(
        (*_head(works), *steps) if steps else (),
        before,
        after,
        (),
        warnings,
        on_failure=declaration.terms.on_failure,
        parallel=declaration.terms.parallel,
    )


def managed_state(declaration: Declaration, observation: Observation, exports: Exports = NO_EXPORTS) -> State:
    """Return what the declaration manages of each VM; None for a VM that is not there."""
    state: State = {}
    for index, vm in enumerate(declaration.vms):
        found = observation.named(vm.vm)
        state[vm.vm] = _shown(_fresh(vm, index, found[0], observation, exports)) if len(found) == 1 else None
    return state


def _shown(work: VmWork) -> State:
    shown: State = work.tree.shown
    if work.declaration.removes:
        shown["merging"] = work.merging
    if work.declaration.state == "applied":
        shown["state"] = state_word(work.state)
    if work.export is not None:
        shown["export"] = work.export
    return shown


def _fresh(vm: VmCheckpoints, index: int, machine: Machine, observation: Observation, exports: Exports) -> VmWork:
    export = Shelf(vm, exports).state if vm.state == "exported" else None
    return VmWork(vm, index, machine, observation.trees[machine.id], machine.state, machine.merging, export)


def _unclear(vm: VmCheckpoints, found: tuple[Machine, ...]) -> Refusal:
    if not found:
        return Refusal(
            vm.where("vm_name"), f"checkpoints of VM {vm.vm} are declared", "there is no such VM", "Make it first."
        )
    ids = ", ".join(f"{machine.name} ({machine.id})" for machine in found)
    return Refusal(
        vm.where("vm_name"),
        f"checkpoints of VM {vm.vm} are declared",
        f"the host has {len(found)} VMs of that name: {ids}",
        RENAMING,
    )


def _head(works: c.Iterable[VmWork]) -> list[PlannedStep]:
    """Return the steps that find the objects."""
    busy = [work for work in works if work.steps or work.last]
    machines = Step(MACHINES, "Hyper-V\\Get-VM", where=(("Id", tuple(work.machine.id for work in busy)),))
    steps = [PlannedStep(machines, (), "host")]
    targets = tuple(dict.fromkeys(target for work in busy for target in work.targets))
    if targets:
        step = Step(TARGETS, "Hyper-V\\Get-VMSnapshot", {"VM": Reference(MACHINES)}, where=(("Id", targets),))
        steps.append(PlannedStep(step, (), "host"))
    return steps


def _work(vm: VmCheckpoints, index: int, machine: Machine, observation: Observation, exports: Exports) -> VmWork:
    work = _fresh(vm, index, machine, observation, exports)
    _put_type_back(work)
    if vm.state == "exported":
        _plan_exported(work, observation, Shelf(vm, exports))
    elif vm.state == "applied":
        _plan_applied(work, observation)
    elif vm.state == "absent":
        _plan_removal(work, _absent_targets(work), observation)
    else:
        if vm.name is not None:
            _plan_present(work)
        if vm.prunes:
            _plan_removal(work, _outdated(work, observation), observation)
    return work


def _put_type_back(work: VmWork) -> None:
    """Note the steps that give the VM the type that it had before a checkpoint of another type was cut."""
    machine = work.machine
    if machine.had_type is None or BUSY.intersection(machine.operational):
        return
    kind, mark = machine.had_type
    reason = (
        f"checkpoint type: {_word(machine.checkpoint_type)} -> {_word(kind)}, which it had before a run that was cut"
    )
    parameters: dict[str, object] = {"VM": work.vm, "CheckpointType": kind}
    work.steps.append(work.planned("type", "Hyper-V\\Set-VM", parameters, reason))
    step = removing_step(f"vm{work.index}.type_mark", mark, work.declaration.vm)
    work.steps.append(PlannedStep(step, (f"file {mark}: present -> none",), work.declaration.target))
    work.machine = dataclasses.replace(machine, checkpoint_type=kind, had_type=None)


# A checkpoint of a name


def _plan_present(work: VmWork) -> None:
    vm = work.declaration
    asked = f"VM {vm.vm} is to have a checkpoint {vm.name}"
    if vm.id is not None:
        target = _by_id(work, asked)
        if target is not None and target.name != vm.name:
            _rename(work, target)
        return
    if work.tree.named(vm.name or "", vm.kinds):
        return
    if vm.renamed_from is not None:
        old = _chosen(work, work.tree.named(vm.renamed_from, vm.kinds), "renamed_from", vm.renamed_from, asked)
        if old is not None:
            _rename(work, old)
        if old is not None or work.refusals:
            return
    _take(work, vm.name or "", vm.type, "name", asked)


def _rename(work: VmWork, target: Checkpoint) -> None:
    name = work.declaration.name or ""
    work.steps.append(
        work.planned(
            "rename",
            "Hyper-V\\Rename-VMSnapshot",
            {"VMSnapshot": work.checkpoints(target.id), "NewName": name},
            f"checkpoint: {target.name} -> {name}",
        )
    )
    work.tree = work.tree.renamed(target.id, name)


def _take(work: VmWork, name: str, kind: str | None, option: str, asked: str) -> None:
    """Note the steps that take a checkpoint; a merge that is under way comes to its end first."""
    vm, machine = work.declaration, work.machine
    obstacles = obstacles_to_taking(vm, machine, vm.where(option), asked)
    work.refusals += obstacles
    if obstacles or not _after_merge(work, option, asked):
        return
    effective = kind or machine.checkpoint_type
    reason = f"checkpoint: none -> {name}"
    if effective == machine.checkpoint_type:
        step = work.planned("take", "Hyper-V\\Checkpoint-VM", {"VM": work.vm, "SnapshotName": name}, reason)
    else:
        # long: a process of its own puts the VM's type back even if the connection ends meanwhile
        step = work.planned(
            "take",
            NEW_CHECKPOINT,
            {"VM": work.vm, "Name": name, "Type": effective},
            f"{reason} ({_word(effective)})",
            long=True,
        )
    work.steps.append(step)
    work.tree = work.tree.with_new(machine.id, name, memory=_memory(machine, effective))


def _memory(machine: Machine, kind: str) -> bool | str:
    if machine.state in ("Off", "Saved"):
        return machine.state == "Saved"
    # a production checkpoint becomes a standard one where the guest cannot be asked for its data
    return {"Standard": True, "ProductionOnly": False}.get(kind, KNOWN_AFTER_APPLY)


def _word(kind: str) -> str:
    return next((word for word, name in TYPES.items() if name == kind), kind)


# Removal


def _absent_targets(work: VmWork) -> list[Checkpoint]:
    vm = work.declaration
    if vm.all:
        prefix = vm.name_prefix
        return [one for one in work.tree.checkpoints if one.kind in vm.kinds and _begins(one.name, prefix)]
    asked = f"{_meant(vm)} of VM {vm.vm} is to be removed"
    if vm.id is not None:
        target = _by_id(work, asked, may_be_missing=True)
        found = [target] if target is not None else []
    else:
        found = work.tree.named(vm.name or "", vm.kinds)
        if len(found) > 1 and vm.duplicates == "refuse":
            _refuse_duplicates(work, found, "name", asked, "all")
            return []
        _warn_of_others(work)
    if vm.subtree:
        found = list({one.id: one for root in found for one in work.tree.below(root.id)}.values())
        others = [one for one in found if one.kind not in vm.kinds]
        if others:
            work.refuse(
                "subtree",
                asked,
                f"below it are checkpoints of other kinds: {', '.join(f'{one.name} ({one.kind})' for one in others)}",
                "Add these kinds to kinds if they may go, too.",
            )
            return []
    return found


def _warn_of_others(work: VmWork) -> None:
    vm = work.declaration
    others = [one for one in work.tree.named(vm.name or "", _AnyKind()) if one.kind not in vm.kinds]
    if others:
        kinds = ", ".join(sorted({one.kind for one in others}))
        work.warnings.append(
            f"VM {vm.vm} has a checkpoint {vm.name} of another kind ({kinds}), which stays; kinds would name it"
        )


class _AnyKind:
    def __contains__(self, _kind: object) -> bool:
        return True


def _outdated(work: VmWork, observation: Observation) -> list[Checkpoint]:
    """Return what neither keep_newest nor keep_younger_than keeps, and that is not the declared checkpoint itself."""
    vm = work.declaration
    counted = [one for one in work.tree.checkpoints if one.kind in vm.kinds and _begins(one.name, vm.name_prefix)]
    kept = {one.id for one in counted[-vm.keep_newest :]} if vm.keep_newest is not None else set()
    if vm.keep_younger_than is not None:
        limit = vm.keep_younger_than
        kept |= {one.id for one in counted if one.id == KNOWN_AFTER_APPLY or not one.older_than(limit, observation.now)}
    if vm.name is not None:
        kept |= {one.id for one in work.tree.named(vm.name, vm.kinds)}
    return [one for one in counted if one.id not in kept]


def _plan_removal(work: VmWork, targets: list[Checkpoint], observation: Observation) -> None:
    vm = work.declaration
    if work.refusals:
        return
    if not targets:
        if work.machine.merging and vm.wait and not any(step.step.call == WAIT_FOR_MERGE for step in work.steps):
            # an earlier run was cut, or did not wait
            work.last.append(_wait_step(work, "disks are being merged"))
            work.merging = False
        return
    names = ", ".join(one.name for one in targets)
    asked = f"checkpoints of VM {vm.vm} are to be removed: {names}"
    work.refusals += obstacles_to_change(work.machine, vm.where("state"), asked)
    work.refusals += obstacles_to_files(targets, observation, vm.where("state"), asked, work.machine)
    if work.refusals:
        return
    whole = vm.subtree
    ids = tuple(one.id for one in targets)
    roots = tuple(one.id for one in targets if one.parent not in ids) if whole else ids
    parameters: dict[str, object] = {"VMSnapshot": work.checkpoints(*roots)}
    if whole:
        parameters["IncludeAllChildSnapshots"] = True
    work.steps.append(
        work.planned(
            "remove",
            "Hyper-V\\Remove-VMSnapshot",
            {**parameters, "Confirm": False},
            *(f"checkpoint: {one.name} -> none" for one in targets),
            long=True,
        )
    )
    work.tree = work.tree.without(ids)
    work.merging = KNOWN_AFTER_APPLY
    if vm.wait:
        gone = _certain_to_go(work, observation)
        work.last.append(_wait_step(work, "removed checkpoints leave disks to merge", gone))
        work.merging = False


def _wait_step(work: VmWork, reason: str, gone: tuple[str, ...] = ()) -> PlannedStep:
    """Return the step that waits for merges.

    Args:
        gone: files that no drive of the VM has any more when they are over.
    """
    parameters: dict[str, object] = {"VM": work.vm, "Seconds": work.declaration.wait_timeout}
    if gone:
        parameters["Gone"] = list(gone)
    number = 1 + sum(1 for step in (*work.steps, *work.last) if step.step.call == WAIT_FOR_MERGE)
    return work.planned(f"merged{number}", WAIT_FOR_MERGE, parameters, f"waits, because {reason}", long=True)


def _certain_to_go(work: VmWork, observation: Observation) -> tuple[str, ...]:
    """Return the files that the drives have until the merges are over.

    Remove-VMSnapshot may return before the merges have begun, and then the host says nothing of them yet. Where no
    checkpoint is left, every checkpoint file goes that has a disk of another kind at the end of its chain.
    """
    if work.tree.checkpoints:
        return ()
    found = []
    for drive in work.machine.drives:
        chain = observation.chains.get(path_key(drive.path)) if drive.path else None
        if chain is not None and is_checkpoint_file(drive.path) and chain.links:
            if not is_checkpoint_file(chain.links[-1].path):
                found.append(drive.path)
    return tuple(found)


def _after_merge(work: VmWork, option: str, asked: str) -> bool:
    """Note a wait for a merge that is under way; return False where it must not be waited for."""
    if not work.machine.merging:
        return True
    if not work.declaration.wait:
        work.refuse(option, asked, "its disks are being merged", "Set wait: true, or run again when that is over.")
        return False
    work.steps.append(_wait_step(work, "disks are being merged"))
    return True


# Going back


def _plan_applied(work: VmWork, observation: Observation) -> None:
    vm, machine = work.declaration, work.machine
    asked = f"VM {vm.vm} is to go back to {_meant(vm)}"
    target = _the_one(work, asked)
    if target is None or is_at(machine, target, observation.chains):
        return
    work.refusals += obstacles_to_change(machine, vm.where("state"), asked)
    work.refusals += obstacles_to_files([target], observation, vm.where("state"), asked, machine)
    if work.refusals:
        return
    current = work.tree.find(work.tree.current)
    if not loses_nothing(machine, current, observation.chains):
        if vm.current_state == "refuse":
            work.refuse(
                "current_state",
                asked,
                f"what it has done since {current.name if current is not None else 'then'} would be lost"
                + ("" if machine.state in ("Off", "Saved") else f", and it is {state_word(machine.state)}"),
                "Set current_state: checkpoint with current_state_name to keep that in a checkpoint, or "
                "current_state: discard to lose it.",
            )
            return
        if vm.current_state == "checkpoint":
            _take(
                work,
                vm.current_state_name or "",
                None,
                "current_state",
                f"{asked}, with a checkpoint of what it is now",
            )
    waited = any(step.step.call == WAIT_FOR_MERGE for step in work.steps)
    if work.refusals or not (waited or _after_merge(work, "state", asked)):
        return
    work.steps.append(
        work.planned(
            "apply",
            "Hyper-V\\Restore-VMSnapshot",
            {"VMSnapshot": work.checkpoints(target.id), "Confirm": False},
            f"current: {current.name if current is not None else 'none'} -> {target.name}",
            long=True,
        )
    )
    work.tree = dataclasses.replace(work.tree, current=target.id)
    work.state = "Saved" if target.memory else "Off"
    if target.memory and machine.state not in ("Off", "Saved"):
        # whether the host lets a VM that ran run again is not documented
        work.state = KNOWN_AFTER_APPLY


# Export


def _plan_exported(work: VmWork, observation: Observation, shelf: Shelf) -> None:
    vm, machine = work.declaration, work.machine
    asked = f"{_meant(vm)} of VM {vm.vm} is to be exported"
    target = _the_one(work, asked)
    if target is None or shelf.holds(target):
        return
    work.refusals += obstacles_to_change(machine, vm.where("state"), asked)
    work.refusals += obstacles_to_files([target], observation, vm.where("state"), asked)
    work.refusals += shelf.obstacles(target, observation.chains)
    if work.refusals or not _after_merge(work, "state", asked):
        return
    work.steps += shelf.steps(target, machine, lambda: work.checkpoints(target.id), work.planned)
    work.export = shelf.forecast(target)


# Which checkpoint is meant


def _the_one(work: VmWork, asked: str) -> Checkpoint | None:
    """Return the checkpoint of the declared id or name; None with a refusal."""
    vm = work.declaration
    if vm.id is not None:
        return _by_id(work, asked)
    found = work.tree.named(vm.name or "", vm.kinds)
    if not found:
        work.refuse("name", asked, "it has no such checkpoint", "The module checkpoint_info shows which there are.")
        return None
    return _chosen(work, found, "name", vm.name or "", asked)


def _meant(vm: VmCheckpoints) -> str:
    return f"checkpoint {vm.name}" if vm.id is None else f"the checkpoint {vm.id}"


def _begins(name: str, prefix: str | None) -> bool:
    return prefix is None or name.casefold().startswith(prefix.casefold())


def _by_id(work: VmWork, asked: str, *, may_be_missing: bool = False) -> Checkpoint | None:
    found = work.tree.find(work.declaration.id)
    if found is None:
        if not may_be_missing:
            work.refuse("id", asked, "it has no such checkpoint", "The module checkpoint_info shows which there are.")
        return None
    if found.kind not in work.declaration.kinds:
        work.refuse("id", asked, f"that is a checkpoint of the kind {found.kind}", f"Add {found.kind} to kinds.")
        return None
    return found


def _chosen(work: VmWork, found: list[Checkpoint], option: str, name: str, asked: str) -> Checkpoint | None:
    """Return the one that is meant of checkpoints of one name; None where there is none, or with a refusal."""
    if len(found) > 1 and work.declaration.duplicates == "refuse":
        _refuse_duplicates(work, found, option, f"{asked} (checkpoint {name})", "newest or oldest")
        return None
    return None if not found else found[-1 if work.declaration.duplicates == "newest" else 0]


def _refuse_duplicates(work: VmWork, found: list[Checkpoint], option: str, asked: str, words: str) -> None:
    which = ", ".join(f"{one.id} of {one.created}" for one in found)
    work.refuse(
        option,
        asked,
        f"it has {len(found)} checkpoints of that name: {which}",
        f"Name one by id, or set duplicates: {words}.",
    )
