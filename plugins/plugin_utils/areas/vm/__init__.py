# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Virtual machines: one, or a fleet, with all their parts."""

from __future__ import annotations

import collections.abc as c
import typing as t

from ...core.area import Options
from ...core.plan import Plan, State
from ...core.step import Replies, Step
from ...core.target_failure import TargetFailure, with_outcome
from ..virtual_disk import PAYLOAD_FILE, READ_CHAINS
from . import power
from .declaration import Declaration, declare_vms
from .dependent_disks import DISKS_FILE, READ_DEPENDENT_DISKS
from .device_reading import DeviceNeeds
from .observation import Observation
from .planning import plan_vms
from .reading import GET_SECURITY, SETTINGS_FILE, reading_steps, understand_replies
from .settings import SET_SERVICES
from .state import managed_state


class VmArea:
    """The feature area behind the module `vm`."""

    payload: tuple[str, ...] = (PAYLOAD_FILE, DISKS_FILE, power.PAYLOAD_FILE, SETTINGS_FILE)
    functions: tuple[str, ...] = (
        READ_CHAINS,
        READ_DEPENDENT_DISKS,
        power.STOP_GUEST,
        power.STOP_POWER,
        GET_SECURITY,
        SET_SERVICES,
    )

    def declare(self, options: Options) -> Declaration:
        """Return the declaration; see `declare_vms`."""
        return declare_vms(options)

    def observe(self, declaration: Declaration) -> tuple[Step, ...]:
        """Return the reading steps."""
        return reading_steps(declaration)

    def understand(self, declaration: Declaration, replies: Replies) -> Observation:
        """Return the observation."""
        return understand_replies(replies, DeviceNeeds(declaration).media)

    def plan(self, declaration: Declaration, observation: Observation) -> Plan:
        """Return the plan."""
        return plan_vms(declaration, observation)

    def state(self, declaration: Declaration, observation: Observation) -> State:
        """Return the managed state of each declared VM."""
        return managed_state(declaration, observation)

    def result(self, declaration: Declaration, state: State) -> dict[str, t.Any]:
        """Return `vm`, or `vms` by name when the task used the list."""
        return self.result_by_target(declaration, state, frozenset(), ())

    def result_by_target(
        self, declaration: Declaration, state: State, changed: frozenset[str], failures: c.Sequence[TargetFailure]
    ) -> dict[str, t.Any]:
        """Return the same with what became of each VM: `changed`, and for one that failed `failed`, `msg`, `error`."""
        if not declaration.terms.many:
            return {"vm": state[declaration.vms[0].name]}
        failed = {failure.target: failure for failure in failures}
        return {
            "vms": {
                vm.name: with_outcome(state[vm.name], vm.target in changed, failed.get(vm.target))
                for vm in declaration.vms
            }
        }


AREA = VmArea()
