# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From a declaration and an observation to a plan: which machine takes which steps."""

from __future__ import annotations

import dataclasses
import typing as t

from ...core.plan import Plan, PlannedStep, Refusal, State
from ...core.step import Field, Reference, Step
from ..vm.power import STOP_POWER, state_word
from ..vm.stuck import RENAMING
from .declaration import Declaration, Member
from .observation import Observation, ObservedPower
from .ways import GOALS, PASSING, Action, Obstacle, way

#: The step that the others refer to.
MACHINES = "machines"

#: The function that asks a guest; its payload file is that of `STOP_POWER`.
ASK = "Request-GuestShutdown"

_CALLS: dict[Action, tuple[str, dict[str, t.Any]]] = {
    "start": ("Hyper-V\\Start-VM", {}),
    "ask": (ASK, {}),
    "turn_off": (STOP_POWER, {}),
    "save": ("Hyper-V\\Save-VM", {}),
    "save_now": (STOP_POWER, {"Save": True}),
    "pause": ("Hyper-V\\Suspend-VM", {}),
    "resume": ("Hyper-V\\Resume-VM", {}),
    "discard": ("Hyper-V\\Remove-VMSavedState", {}),
    "reset": ("Hyper-V\\Restart-VM", {"Force": True}),
}


@dataclasses.dataclass(frozen=True)
class Move:
    """One action of a machine."""

    action: Action
    planned: PlannedStep

    @property
    def goal(self) -> str:
        """The state in which it leaves the machine."""
        return GOALS[self.action]


@dataclasses.dataclass(frozen=True)
class Journey:
    """What one machine goes through.

    Attributes:
        moves: in order; empty where nothing is to be done.
        passing: whether it is on its way from one state to another, so that its moves are not known yet.
    """

    member: Member
    observed: ObservedPower
    moves: tuple[Move, ...] = ()
    passing: bool = False

    @property
    def end(self) -> str:
        """The state at the end."""
        return self.moves[-1].goal if self.moves else self.observed.state


@dataclasses.dataclass(frozen=True)
class Journeys:
    """The journeys of all machines by their names, and what is refused."""

    by_name: dict[str, Journey]
    refusals: tuple[Refusal, ...]


def journeys(declaration: Declaration, observation: Observation) -> Journeys:
    """Return what each machine goes through."""
    found: dict[str, Journey] = {}
    refusals: list[Refusal] = []
    for index, member in enumerate(declaration.members):
        asked = f"VM {member.name} is to be {declaration.state}"
        named = observation.named(member.name)
        if len(named) != 1:
            refusals.append(_not_one(member, asked, named))
            continue
        (observed,) = named
        if is_passing(observed, declaration) and not observation.patient:
            found[member.name] = Journey(member, observed, passing=True)
            continue
        actions = way(observed.state, declaration)
        if isinstance(actions, Obstacle):
            refusals.append(Refusal(actions.path, asked, actions.what, actions.remedy))
            continue
        found[member.name] = Journey(member, observed, _moves(declaration, member, observed, index, actions))
    return Journeys(found, tuple(refusals))


def is_passing(observed: ObservedPower, declaration: Declaration) -> bool:
    """Return whether a machine is on its way to another state than one that the task takes part in."""
    joined = observed.state == "Stopping" and declaration.state in ("stopped", "restarted")
    return observed.state in PASSING and not joined


def plan_power(declaration: Declaration, observation: Observation) -> Plan:
    """Return the plan of a task."""
    all_of_them = journeys(declaration, observation)
    before = power_state(declaration, observation)
    if all_of_them.refusals:
        return Plan(before=before, after=before, refusals=all_of_them.refusals)
    travelling = [journey for journey in all_of_them.by_name.values() if journey.moves]
    steps = [move.planned for journey in travelling for move in journey.moves]
    if steps:
        steps.insert(0, machines_step(journey.observed.id for journey in travelling))
    after = dict(before)
    warnings = []
    for name, journey in all_of_them.by_name.items():
        after[name] = {**before[name], "state": state_word(journey.end)}
        if journey.passing:
            warnings.append(f"VM {name} is just {journey.observed.state}; a run waits for its end before it plans")
    return Plan(
        tuple(steps), before, after, warnings=tuple(warnings), on_failure="next_lane", parallel=declaration.parallel
    )


def machines_step(ids: t.Iterable[str]) -> PlannedStep:
    """Return the step whose objects the others refer to."""
    return PlannedStep(Step(MACHINES, "Hyper-V\\Get-VM", where=(("Id", tuple(ids)),)), (), "host")


def move(member: Member, vm_id: str, step_id: str, action: Action, *reasons: str) -> Move:
    """Return one action of a machine."""
    call, parameters = _CALLS[action]
    vm = Reference(MACHINES, where=(("Id", (vm_id,)),))
    read = (Field("outcome", "Outcome"), Field("problem", "Problem")) if action == "ask" else ()
    step = Step(step_id, call, {"VM": vm, **parameters}, read=read, lane=member.name)
    return Move(action, PlannedStep(step, reasons, member.target))


def power_state(declaration: Declaration, observation: Observation) -> State:
    """Return the state of each declared machine by its declared name."""
    state: State = {}
    for member in declaration.members:
        named = observation.named(member.name)
        if named:
            state[member.name] = {"name": named[0].name, "id": named[0].id, "state": state_word(named[0].state)}
        else:
            state[member.name] = {"name": member.name, "state": "absent"}
    return state


def _moves(
    declaration: Declaration, member: Member, observed: ObservedPower, index: int, actions: tuple[Action, ...]
) -> tuple[Move, ...]:
    end = ""
    if actions:
        again = {"ask", "turn_off", "reset"} & set(actions)
        repeated = declaration.state in ("restarted", "reset") and bool(again)
        end = declaration.state if repeated else state_word(GOALS[actions[-1]])
    text = f"state: {state_word(observed.state)} -> {end}"
    moves = []
    for number, action in enumerate(actions):
        reasons = [text] if number == len(actions) - 1 else []
        if action == "ask":
            reasons.append(
                f"its guest gets {declaration.stop_timeout} s to shut down, then: {declaration.on_stop_timeout}"
            )
        moves.append(move(member, observed.id, f"vm{index}.{number}.{action}", action, *reasons))
    return tuple(moves)


def _not_one(member: Member, asked: str, named: tuple[ObservedPower, ...]) -> Refusal:
    if not named:
        return Refusal(
            member.option, asked, "the host has no VM of that name", "Correct the name, or make the VM first."
        )
    ids = ", ".join(f"{observed.name} ({observed.id})" for observed in named)
    return Refusal(
        member.option,
        asked,
        f"the host has {len(named)} VMs of that name: {ids}",
        RENAMING,
    )
