# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a host has: settings, volumes, physical network adapters, switches. Reads only."""

from __future__ import annotations

import typing as t

from ...core.area import Options
from ...core.plan import BadInput, Plan, State
from ...core.step import Replies, Step
from .reading import PARTS, reading_steps, understand_replies


class HostInfoArea:
    """The feature area behind the module `host_info`."""

    payload: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    needs_lock = False

    def declare(self, options: Options) -> tuple[str, ...]:
        """Return the parts to read.

        Raises:
            BadInput: when there are none.
        """
        wanted = options.get("gather") or ()
        if not wanted:
            raise BadInput("gather", f"is an empty list; name at least one of {', '.join(PARTS)}")
        return tuple(part for part in PARTS if part in wanted)

    def observe(self, declaration: tuple[str, ...]) -> tuple[Step, ...]:
        """Return one reading step for each part."""
        return reading_steps(declaration)

    def understand(self, declaration: tuple[str, ...], replies: Replies) -> dict[str, t.Any]:
        """Return the parts."""
        return understand_replies(declaration, replies)

    def plan(self, declaration: tuple[str, ...], observation: dict[str, t.Any]) -> Plan:
        """Return a plan without steps."""
        state = self.state(declaration, observation)
        return Plan(before=state, after=state)

    def state(self, declaration: tuple[str, ...], observation: dict[str, t.Any]) -> State:
        """Return the parts."""
        return observation

    def result(self, declaration: tuple[str, ...], state: State) -> dict[str, t.Any]:
        """Return the parts, each under its own key."""
        return dict(state)


AREA = HostInfoArea()
