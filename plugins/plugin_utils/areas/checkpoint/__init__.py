# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Checkpoints of virtual machines: take, apply, rename, remove, and how many are kept."""

from __future__ import annotations

import collections.abc as c
import typing as t

from ...core.area import Options
from ...core.plan import Plan, State
from ...core.step import Replies, Step
from ...core.target_failure import TargetFailure, with_outcome
from ..virtual_disk import PAYLOAD_FILE as DISK_FILE
from ..virtual_disk import READ_CHAINS
from . import export
from .declaration import Declaration, declare_checkpoints
from .export import COMPLETE_EXPORT, EXPORT_PAYLOAD, READ_FOLDERS, Exports, read_exports
from .observation import Observation, reading_steps, understand_replies
from .planning import NEW_CHECKPOINT, PAYLOAD_FILE, WAIT_FOR_MERGE, managed_state, plan_checkpoints


class CheckpointArea:
    """The feature area behind the module `checkpoint`."""

    payload: tuple[str, ...] = (DISK_FILE, PAYLOAD_FILE, EXPORT_PAYLOAD)
    functions: tuple[str, ...] = (READ_CHAINS, NEW_CHECKPOINT, WAIT_FOR_MERGE, READ_FOLDERS, COMPLETE_EXPORT)

    def declare(self, options: Options) -> Declaration:
        """Return the declaration; see `declare_checkpoints`."""
        return declare_checkpoints(options)

    def observe(self, declaration: Declaration) -> tuple[Step, ...]:
        """Return the reading steps."""
        return (*reading_steps(declaration), *export.reading_steps(declaration))

    def understand(self, declaration: Declaration, replies: Replies) -> tuple[Observation, Exports]:
        """Return the observation, and what is at the places of exports."""
        return understand_replies(replies), read_exports(declaration, replies)

    def plan(self, declaration: Declaration, observation: tuple[Observation, Exports]) -> Plan:
        """Return the plan."""
        return plan_checkpoints(declaration, *observation)

    def state(self, declaration: Declaration, observation: tuple[Observation, Exports]) -> State:
        """Return the checkpoints of each declared VM."""
        return managed_state(declaration, *observation)

    def result(self, declaration: Declaration, state: State) -> dict[str, t.Any]:
        """Return `vm`, or `vms` by name when the task used the list."""
        return self.result_by_target(declaration, state, frozenset(), ())

    def result_by_target(
        self, declaration: Declaration, state: State, changed: frozenset[str], failures: c.Sequence[TargetFailure]
    ) -> dict[str, t.Any]:
        """Return the same with what became of each VM: `changed`, and for one that failed `failed`, `msg`, `error`."""
        if not declaration.terms.many:
            return {"vm": state[declaration.vms[0].vm]}
        failed = {failure.target: failure for failure in failures}
        return {
            "vms": {
                vm.vm: with_outcome(state[vm.vm] or {}, vm.target in changed, failed.get(vm.target))
                for vm in declaration.vms
            }
        }


AREA = CheckpointArea()
