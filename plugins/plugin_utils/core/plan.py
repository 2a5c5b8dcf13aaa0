# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a feature area decides: steps with their reasons, refusals, and the states before and after."""

from __future__ import annotations

import dataclasses
import typing as t

from .step import Step

#: Stands in a forecast for a value that only the host can choose (an id, a dynamic MAC address).
KNOWN_AFTER_APPLY = "(known after apply)"

#: A managed state: plain values, lists and mappings, ready for a diff. Lists of keyed things are mappings by key.
State = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class PlannedStep:
    """A step that will change something, and why.

    Attributes:
        step: the call.
        reasons: short texts such as `processor.count: 2 -> 4`, one for each setting that the call changes.
        target: what is changed, as people say it: `vm web01`, `switch internal`.
        long: whether the step may take minutes or hours (an export, a move of storage, a conversion, a fixed disk, a
            merge). A plan with such a step is applied by a process of its own on the host, which goes on when the
            connection is lost; the controller polls it, and a second run of the same task joins it.
    """

    step: Step
    reasons: tuple[str, ...]
    target: str
    long: bool = False


@dataclasses.dataclass(frozen=True)
class Refusal:
    """Something that the declaration asks for and that will not be done.

    Attributes:
        path: the option's path, for example `vms[3].disks[0].size`.
        asked: what was asked.
        obstacle: what is in the way.
        remedy: which option or command would change that.
    """

    path: str
    asked: str
    obstacle: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}: {self.asked}, but {self.obstacle}. {self.remedy}"


@dataclasses.dataclass(frozen=True)
class Plan:
    """The difference between a declaration and an observation, as steps.

    Attributes:
        steps: what a run executes, in order. Empty when nothing differs.
        before: the managed state as observed.
        after: the forecast of the managed state once the steps have run.
        refusals: when there are any, nothing at all is executed.
        warnings: texts for the user.
        on_failure: what a failed step of a lane ends: everything (`stop`), or its lane (`next_lane`).
        parallel: how many lanes may run side by side.
    """

    steps: tuple[PlannedStep, ...] = ()
    before: State = dataclasses.field(default_factory=dict)
    after: State = dataclasses.field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[str, ...] = ()
    on_failure: t.Literal["stop", "next_lane"] = "stop"
    parallel: int = 1

    @property
    def changed(self) -> bool:
        """Whether a run would change the host."""
        return bool(self.steps)

    @property
    def targets(self) -> tuple[str, ...]:
        """What a run would change, each once; steps without a reason only read, for others."""
        return tuple(dict.fromkeys(planned.target for planned in self.steps if planned.reasons))


class BadInput(Exception):
    """The declaration is wrong whatever the host looks like; nothing was sent.

    Attributes:
        path: the option's path, for example `vms[3].disks[1].slot`.
        problem: what is wrong with it and what would be right.
    """

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class Unreadable(Exception):
    """The host's answer does not allow a decision; the message says what was read and what to do."""
