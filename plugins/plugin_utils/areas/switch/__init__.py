# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Virtual switches: private, internal, external."""

from __future__ import annotations

import typing as t

from ...core.area import Options
from ...core.plan import Plan, State
from ...core.step import Replies, Step
from .declaration import SwitchesDeclaration, declare_switches
from .observation import SwitchesObservation, reading_steps, understand_replies
from .planning import managed_state, plan_switches


class SwitchArea:
    """The feature area behind the module `switch`."""

    payload: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()

    def declare(self, options: Options) -> SwitchesDeclaration:
        """Return the declaration; see `declare_switches`."""
        return declare_switches(options)

    def observe(self, declaration: SwitchesDeclaration) -> tuple[Step, ...]:
        """Return the reading steps."""
        return reading_steps(declaration)

    def understand(self, declaration: SwitchesDeclaration, replies: Replies) -> SwitchesObservation:
        """Return the observation."""
        return understand_replies(replies)

    def plan(self, declaration: SwitchesDeclaration, observation: SwitchesObservation) -> Plan:
        """Return the plan."""
        return plan_switches(declaration, observation)

    def state(self, declaration: SwitchesDeclaration, observation: SwitchesObservation) -> State:
        """Return the declared switches that exist."""
        return managed_state(declaration, observation)

    def result(self, declaration: SwitchesDeclaration, state: State) -> dict[str, t.Any]:
        """Return `switch`, or `switches` by name when the task used the list."""
        switches = {
            switch.name: {
                "name": switch.name,
                "exists": switch.name in state["switches"],
                **state["switches"].get(switch.name, {}),
            }
            for switch in declaration.switches
        }
        if declaration.many:
            return {"switches": switches}
        return {"switch": switches[declaration.switches[0].name]}


AREA = SwitchArea()
