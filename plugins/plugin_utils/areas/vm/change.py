# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Changes to one VM before they are put into an order: steps, and the power states in which they can be made."""

from __future__ import annotations

import dataclasses
import typing as t

from ...core.plan import PlannedStep, Refusal
from ...core.setting import ANY_STATE
from ...core.step import Field, Reference, Step
from .observation import BootKey
from .slots import Slot

#: Steps at the head of a plan that steps of several VMs refer to.
MACHINES, SWITCHES = "machines", "machine_switches"

#: A step that lies between deletions and everything else when VMs are worked on side by side.
DELETED = "deleted"


@dataclasses.dataclass(frozen=True)
class Place:
    """The VM that steps work on, in the batch that applies.

    Attributes:
        id: prefix of the ids of its steps.
        lane: lane of its steps.
        target: the VM as people say it.
        vm: its object.
        fresh: whether the same batch makes it.
    """

    id: str
    lane: str
    target: str
    vm: Reference
    fresh: bool = False

    def step(self, name: str, call: str, parameters: t.Mapping[str, t.Any], read: tuple[Field, ...] = ()) -> Step:
        """Return a step of this VM."""
        return Step(f"{self.id}.{name}", call, parameters, read=read, lane=self.lane)

    def planned(self, step: Step, *reasons: str) -> PlannedStep:
        """Return a step of this VM with its reasons."""
        return PlannedStep(step, reasons, self.target)

    def drive(self, slot: Slot, kind: str = "HardDrives") -> Reference:
        """Return the drive in a slot as the VM has it now."""
        return dataclasses.replace(
            self.vm,
            get=kind,
            having=(
                ("ControllerType", (slot.controller,)),
                ("ControllerNumber", (slot.number,)),
                ("ControllerLocation", (slot.location,)),
            ),
        )

    def adapter(self, adapter_id: str) -> Reference:
        """Return an adapter that the VM has now; without an id, all of them (a new VM has one, of a localised name)."""
        having = (("Id", (adapter_id,)),) if adapter_id else ()
        return dataclasses.replace(self.vm, get="NetworkAdapters", having=having)


@dataclasses.dataclass(frozen=True)
class Change:
    """Steps that belong together.

    Attributes:
        states: power states in which they can be made.
        option: path of the option that asks for them.
        early: whether they come before any change of power: they only prepare (files), and may take long.
        late: whether they come after all others, which they need.
        parts: for a call that changes several things, the reason of each with the power states in which it alone could
            be made.
    """

    steps: tuple[PlannedStep, ...]
    option: str
    states: frozenset[str] = ANY_STATE
    early: bool = False
    late: bool = False
    parts: tuple[tuple[str, frozenset[str]], ...] = ()

    def blocked_in(self, state: str) -> tuple[str, ...]:
        """Return the reasons of what cannot be made in a power state."""
        if state in self.states:
            return ()
        return tuple(reason for reason, states in self.parts if state not in states) or self.reasons

    @property
    def reasons(self) -> tuple[str, ...]:
        """All reasons of its steps."""
        return tuple(reason for step in self.steps for reason in step.reasons)


@dataclasses.dataclass
class Changes:
    """What planners of one VM's parts collect.

    Attributes:
        devices: devices that a step of the plan adds, by their place in a start-up order, with the id of the step
            that puts the new object out.
    """

    changes: list[Change] = dataclasses.field(default_factory=list)
    refusals: list[Refusal] = dataclasses.field(default_factory=list)
    warnings: list[str] = dataclasses.field(default_factory=list)
    devices: dict[BootKey, str] = dataclasses.field(default_factory=dict)

    def add(
        self,
        option: str,
        *steps: PlannedStep,
        states: frozenset[str] = ANY_STATE,
        early: bool = False,
        late: bool = False,
        parts: tuple[tuple[str, frozenset[str]], ...] = (),
    ) -> None:
        """Note a change."""
        self.changes.append(Change(steps, option, states, early, late, parts))

    def refuse(self, option: str, asked: str, obstacle: str, remedy: str) -> None:
        """Note a refusal."""
        self.refusals.append(Refusal(option, asked, obstacle, remedy))
