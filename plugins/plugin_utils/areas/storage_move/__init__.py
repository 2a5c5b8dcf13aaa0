# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Storage moves: a machine's files go to other places while it runs or is off."""

from __future__ import annotations

import collections.abc as c
import typing as t

from ...core.area import Options
from ...core.plan import Plan, State
from ...core.step import Replies, Step
from ...core.target_failure import TargetFailure, with_outcome
from ..virtual_disk import PAYLOAD_FILE, READ_CHAINS
from .declaration import Moves, declare_moves
from .observation import Observation
from .planning import plan_moves
from .reading import reading_steps, understand_replies
from .state import managed_state


class StorageMoveArea:
    """The feature area behind the module `storage_move`."""

    payload: tuple[str, ...] = (PAYLOAD_FILE,)
    functions: tuple[str, ...] = (READ_CHAINS,)

    def declare(self, options: Options) -> Moves:
        """Return the declaration; see `declare_moves`."""
        return declare_moves(options)

    def observe(self, declaration: Moves) -> tuple[Step, ...]:
        """Return the reading steps."""
        return reading_steps(declaration)

    def understand(self, declaration: Moves, replies: Replies) -> Observation:
        """Return the observation."""
        return understand_replies(replies)

    def plan(self, declaration: Moves, observation: Observation) -> Plan:
        """Return the plan."""
        return plan_moves(declaration, observation)

    def state(self, declaration: Moves, observation: Observation) -> State:
        """Return where the declared parts of each machine are."""
        return managed_state(declaration, observation)

    def result(self, declaration: Moves, state: State) -> dict[str, t.Any]:
        """Return `vm`, or `vms` by name when the task used the list."""
        return self.result_by_target(declaration, state, frozenset(), ())

    def result_by_target(
        self, declaration: Moves, state: State, changed: frozenset[str], failures: c.Sequence[TargetFailure]
    ) -> dict[str, t.Any]:
        """Return the same with what became of each machine: `changed`, and of a failed one `failed`, `msg`, `error`."""
        if not declaration.terms.many:
            return {"vm": state[declaration.machines[0].name]}
        failed = {failure.target: failure for failure in failures}
        return {
            "vms": {
                move.name: with_outcome(state[move.name], move.target in changed, failed.get(move.target))
                for move in declaration.machines
            }
        }


AREA = StorageMoveArea()
