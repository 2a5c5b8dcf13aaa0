# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The interface between the one action and a feature area."""

from __future__ import annotations

import typing as t

from .plan import Plan, State
from .step import Replies, Step

Options = t.Mapping[str, t.Any]


class Area(t.Protocol):
    """A feature area: pure functions from options and replies to a plan.

    Declaration and observation are the area's own types; the action only carries them from one method to the next.

    Attributes:
        payload: names of the payload files (without `.ps1`) with the functions that the area's steps call.
        functions: names of those functions.

    An area that only reads (a `*_info` module) may have the class attribute `needs_lock = False`: it then reads
    without waiting for a run that is changing the host.

    An area whose work takes more than one exchange that applies may have the class attribute `run_class`, a subclass of
    `core.conduct.Run`.

    An area whose plan has lanes may have a method `result_by_target(declaration, state, changed, failures)`, used
    instead of `result`: it also gets the targets that were changed, and those that failed (`TargetFailure`).
    """

    payload: tuple[str, ...]
    functions: tuple[str, ...]

    def declare(self, options: Options) -> t.Any:
        """Return the declaration.

        Options arrive validated against the module's documentation: types converted (sizes to bytes), defaults filled
        in, options that were left out are None or absent.

        Raises:
            BadInput: when options contradict each other whatever the host looks like.
        """

    def observe(self, declaration: t.Any) -> tuple[Step, ...]:
        """Return the reading steps; their number does not depend on how many things are declared."""

    def understand(self, declaration: t.Any, replies: Replies) -> t.Any:
        """Return the observation from the replies to the reading steps.

        Raises:
            Unreadable: when the host answered something the area cannot decide on (a locked file).
        """

    def plan(self, declaration: t.Any, observation: t.Any) -> Plan:
        """Return steps, reasons, refusals, warnings and the states before and after."""

    def state(self, declaration: t.Any, observation: t.Any) -> State:
        """Return the managed state of an observation, in the shape of `Plan.before` and `Plan.after`."""

    def result(self, declaration: t.Any, state: State) -> dict[str, t.Any]:
        """Return the area's own keys of the task result, from the state after (or the forecast in check mode)."""
