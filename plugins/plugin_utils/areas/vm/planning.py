# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From a declaration and an observation to a plan."""

from __future__ import annotations

import dataclasses

from ...core.plan import Plan, PlannedStep
from ...core.size import free_text, needed_text
from ...core.step import Reference, Step
from ..virtual_disk import SpaceAccount
from .adapters import needs_switch_objects, plan_adapters
from .boot_order import plan_boot_order
from .change import DELETED, MACHINES, SWITCHES, Changes, Place
from .controllers import add_controllers, remove_controllers
from .creation import creation_step, fresh_vm, new_reference
from .declaration import DEFAULT_GENERATION, Declaration, VmDeclaration, generation_problems
from .deletion import plan_deletion, plan_leftovers
from .disks import clear_default_dvd, plan_disks
from .dvds import plan_dvds, plan_floppy, remove_dvds
from .host_devices import plan_lent_devices
from .identity import ambiguities, meant, plan_name
from .observation import Observation, ObservedVm
from .power import arrange
from .settings_plan import plan_settings
from .state import is_at_declared_path, managed_state
from .versions import plan_version
from .world import World


@dataclasses.dataclass(frozen=True)
class VmPlan:
    """The plan of one VM.

    Attributes:
        before, after: the VM as it is and as it will be; None for one that is not there.
    """

    declaration: VmDeclaration
    found: Changes
    steps: tuple[PlannedStep, ...]
    before: ObservedVm | None
    after: ObservedVm | None


def plan_vms(declaration: Declaration, observation: Observation) -> Plan:
    """Return the plan of a task."""
    ambiguous = ambiguities(declaration, observation)
    if ambiguous.refusals:
        return Plan(refusals=tuple(ambiguous.refusals))
    absent = [(vm, observed.id) for vm in declaration.vms if not vm.present for observed in meant(vm, observation)]
    going = frozenset(vm_id for vm, vm_id in absent if vm.get("delete_disks"))
    world = World(observation, SpaceAccount(observation.volumes), frozenset(vm_id for _vm, vm_id in absent))
    # deletions first: they free files, space and memory
    order = sorted(declaration.vms, key=lambda vm: vm.present)
    plans = [_plan_vm(vm, observation, world, going) for vm in order]
    refusals = tuple(refusal for plan in plans for refusal in plan.found.refusals)
    before = managed_state(declaration, observation)
    if refusals:
        return Plan(before=before, after=before, refusals=refusals)
    steps = (*_shared_steps(plans, world), *_own_steps(plans, declaration.terms.parallel))
    forecast = _forecast(observation, plans, world)
    warnings = [text for plan in plans for text in plan.found.warnings]
    if steps:
        warnings += world.space.warnings() + _memory_warnings(forecast)
    return Plan(
        steps,
        before,
        managed_state(declaration, forecast),
        (),
        tuple(warnings),
        on_failure=declaration.terms.on_failure,
        parallel=declaration.terms.parallel,
    )


def _plan_vm(vm: VmDeclaration, observation: Observation, world: World, going: frozenset[str]) -> VmPlan:
    observed = next(iter(meant(vm, observation)), None)
    found = Changes()
    prefix = f"vm{vm.index}"
    if observed is None:
        place = Place(prefix, vm.name, vm.target, new_reference(prefix), fresh=True)
    else:
        place = Place(prefix, vm.name, vm.target, Reference(MACHINES, where=(("Id", (observed.id,)),)))
    if not vm.present:
        if observed is None:
            plan_leftovers(vm, place, observation, found)
        else:
            plan_deletion(vm, place, observed, observation, going, found, world.deleted_files)
        steps = tuple(step for change in found.changes for step in change.steps)
        return VmPlan(vm, found, steps, observed, None)
    created: tuple[PlannedStep, ...] = ()
    start = observed
    if start is None:
        start = fresh_vm(vm, observation, vm.index)
        created = (creation_step(vm, place),)
    else:
        _refuse_fixed(vm, start, found)
    _check_processors(vm, observation, found)
    for option, problem in generation_problems(vm, start.generation):
        found.refuse(option, problem, _generation_source(vm, observed), "Change the option, or the generation.")
    if found.refusals:
        return VmPlan(vm, found, (), observed, start)
    after = _plan_parts(vm, place, start, world, found)
    arranged, state = arrange(vm, place, start.state, found)
    after = dataclasses.replace(after, state=state)
    return VmPlan(vm, found, (*created, *arranged), observed, after)


def _plan_parts(vm: VmDeclaration, place: Place, start: ObservedVm, world: World, found: Changes) -> ObservedVm:
    """Note the changes of all parts; a new part of a VM is a line here.

    What New-VM made and nobody declared goes first: a creation that was interrupted is recognised by it.
    """
    host = world.observation.host
    after = plan_name(vm, place, start, found)
    after = plan_version(vm, place, after, host, found)
    after = clear_default_dvd(vm, place, after, found)
    after = plan_adapters(vm, place, after, world, found)
    after, firmware = plan_settings(vm, place, after, host, found)
    after = plan_lent_devices(vm, place, after, world, found)
    after = remove_dvds(vm, place, add_controllers(vm, place, after, found), found)
    after = plan_disks(vm, place, after, world, found)
    after = plan_dvds(vm, place, after, world, found)
    after = plan_floppy(vm, place, after, world, found)
    after = remove_controllers(vm, place, after, found)
    return plan_boot_order(vm, place, after, firmware, found)


def _refuse_fixed(vm: VmDeclaration, observed: ObservedVm, found: Changes) -> None:
    generation = vm.get("generation")
    if generation is not None and generation != observed.generation:
        found.refuse(
            vm.where("generation"),
            f"VM {vm.name} is to be of generation {generation}",
            f"it is of generation {observed.generation}, which is fixed when a VM is made",
            "Declare the generation that it has, or delete it and make a new one on its disks.",
        )
    if vm.get("path") is not None and not is_at_declared_path(vm, observed):
        found.refuse(
            vm.where("path"),
            f"VM {vm.name} is to be in {vm.get('path')}",
            f"it is in {observed.path}",
            "Move it first (configuration_path of the module storage_move), or leave path out.",
        )


def _generation_source(vm: VmDeclaration, observed: ObservedVm | None) -> str:
    if observed is not None:
        return f"VM {vm.name} is of generation {observed.generation}"
    return f"VM {vm.name} is new and declares no generation, so it gets generation {DEFAULT_GENERATION}"


def _check_processors(vm: VmDeclaration, observation: Observation, found: Changes) -> None:
    count, there = vm.get("processor.count"), observation.host.processors
    if count is not None and there and count > there:
        found.refuse(
            vm.where("processor.count"),
            f"VM {vm.name} is to have {count} virtual processors",
            f"the host has {there} logical processors",
            "Declare fewer.",
        )


def _shared_steps(plans: list[VmPlan], world: World) -> tuple[PlannedStep, ...]:
    """Return the steps at the head of the plan: directories, shared files, and the objects that VMs' steps refer to."""
    steps = [*world.directory_steps(), *world.shared_files]
    touched = [plan.before.id for plan in plans if plan.steps and plan.before is not None]
    if touched:
        step = Step(MACHINES, "Hyper-V\\Get-VM", where=(("Id", tuple(touched)),))
        steps.append(PlannedStep(step, (), "host"))
    if any(needs_switch_objects(plan.declaration) for plan in plans if plan.steps):
        steps.append(PlannedStep(Step(SWITCHES, "Hyper-V\\Get-VMSwitch"), (), "host"))
    return tuple(steps)


def _own_steps(plans: list[VmPlan], parallel: int) -> tuple[PlannedStep, ...]:
    """Return the steps of the VMs. Side by side, those that stay or come wait for the deletions."""
    gone = [step for plan in plans if not plan.declaration.present for step in plan.steps]
    others = [step for plan in plans if plan.declaration.present for step in plan.steps]
    if parallel == 1 or not gone or not others:
        return (*gone, *others)
    # a step without a lane waits for all lanes before it
    return (*gone, PlannedStep(Step(DELETED, "Hyper-V\\Get-VMHost"), (), "host"), *others)


def _forecast(observation: Observation, plans: list[VmPlan], world: World) -> Observation:
    after = {plan.before.id: plan.after for plan in plans if plan.before is not None}
    vms = [after.get(observed.id, observed) for observed in observation.vms]
    vms += [plan.after for plan in plans if plan.before is None]
    deleted = {
        path
        for plan in plans
        if not plan.declaration.present
        for step in plan.steps
        if step.step.id.endswith(".delete_disks")
        for path in step.step.parameters["LiteralPath"]
    }
    chains = {
        **{key: chain for key, chain in observation.chains.items() if chain.path not in deleted},
        **world.after,
    }
    there = tuple(vm for vm in vms if vm is not None)
    return dataclasses.replace(observation, vms=there, chains=chains, offers=world.offers_after)


def _memory_warnings(forecast: Observation) -> list[str]:
    """Warn when the VMs that run, or are to run, want more memory at start-up than the host has."""
    host = forecast.host.memory
    wanted = sum(
        observed.settings.get("memory.startup") or 0
        for observed in forecast.vms
        if observed.state not in ("Off", "Saved") or observed.settings.get("automatic_start.action") == "start"
    )
    if not host or wanted <= host:
        return []
    return [
        f"the VMs that run or start with the host want {needed_text(wanted)} at start-up; "
        f"the host has {free_text(host)}, and Hyper-V does not give memory twice"
    ]
