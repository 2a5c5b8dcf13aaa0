# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Checkpoints of virtual machines: take, apply, rename, remove, and how many are kept."""

from __future__ import annotations

import typing as t

from ...core.area import Options
from ...core.plan import Plan, State
from ...core.step import Replies, Step
from ..virtual_disk import PAYLOAD_FILE as DISK_FILE
from ..virtual_disk import READ_CHAINS
from .declaration import Declaration, declare_checkpoints
from .observation import Observation, reading_steps, understand_replies
from .planning import NEW_CHECKPOINT, PAYLOAD_FILE, WAIT_FOR_MERGE, managed_state, plan_checkpoints


class CheckpointArea:
    """The feature area behind the module `checkpoint`."""

    payload: tuple[str, ...] = (DISK_FILE, PAYLOAD_FILE)
    functions: tuple[str, ...] = (READ_CHAINS, NEW_CHECKPOINT, WAIT_FOR_MERGE)

    def declare(self, options: Options) -> Declaration:
        """Return the declaration; see `declare_checkpoints`."""
        return declare_checkpoints(options)

    def observe(self, declaration: Declaration) -> tuple[Step, ...]:
        """Return the reading steps."""
        return reading_steps(declaration)

    def understand(self, declaration: Declaration, replies: Replies) -> Observation:
        """Return the observation."""
        return understand_replies(replies)

    def plan(self, declaration: Declaration, observation: Observation) -> Plan:
        """Return the plan."""
        return plan_checkpoints(declaration, observation)

    def state(self, declaration: Declaration, observation: Observation) -> State:
        """Return the checkpoints of each declared VM."""
        return managed_state(declaration, observation)

    def result(self, declaration: Declaration, state: State) -> dict[str, t.Any]:
        """Return `vm`, or `vms` by name when the task used the list."""
        if declaration.many:
            return {"vms": dict(state)}
        return {"vm": state[declaration.vms[0].vm]}


AREA = CheckpointArea()
