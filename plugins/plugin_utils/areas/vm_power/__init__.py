# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Power of virtual machines: of one, of many, of groups in an order."""

from __future__ import annotations

import typing as t

from ...core.area import Options
from ...core.plan import Plan, State
from ...core.step import Replies, Step
from ..vm.power import PAYLOAD_FILE as STOPPING_FILE
from ..vm.power import STOP_POWER
from .declaration import Declaration, declare_power
from .observation import PAYLOAD_FILE, WAIT_FOR_CHANGE, Observation, reading_steps, understand_replies
from .planning import ASK, plan_power, power_state
from .run import PowerRun


class VmPowerArea:
    """The feature area behind the module `vm_power`. Its runs take several exchanges: see run.py."""

    payload: tuple[str, ...] = (STOPPING_FILE, PAYLOAD_FILE)
    functions: tuple[str, ...] = (ASK, STOP_POWER, WAIT_FOR_CHANGE)
    run_class = PowerRun

    def declare(self, options: Options) -> Declaration:
        """Return the declaration; see `declare_power`."""
        return declare_power(options)

    def observe(self, declaration: Declaration) -> tuple[Step, ...]:
        """Return the reading steps."""
        return reading_steps(declaration)

    def understand(self, declaration: Declaration, replies: Replies) -> Observation:
        """Return the observation."""
        return understand_replies(replies)

    def plan(self, declaration: Declaration, observation: Observation) -> Plan:
        """Return the plan."""
        return plan_power(declaration, observation)

    def state(self, declaration: Declaration, observation: Observation) -> State:
        """Return the power state of each declared machine."""
        return power_state(declaration, observation)

    def result(self, declaration: Declaration, state: State) -> dict[str, t.Any]:
        """Return `vm`, or `vms` by name when the task used a list; a run says more of each."""
        return {"vms": dict(state)} if declaration.many else {"vm": state[declaration.names[0]]}


AREA = VmPowerArea()
