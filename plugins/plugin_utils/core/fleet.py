# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Tasks for many things at once: the options that all such modules have, `on_failure` and `parallel`."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from .plan import BadInput

#: Each takes a runspace of the host, and more would only wait for the same service and volumes.
MOST_PARALLEL = 32


@dataclasses.dataclass(frozen=True)
class FleetTerms:
    """How a task treats the things of its list.

    Attributes:
        many: whether the task used the list, so that the result has one too.
        stops: whether the failure of one ends the work on the others.
        parallel: how many are worked on side by side.
    """

    many: bool
    stops: bool = False
    parallel: int = 1

    @property
    def on_failure(self) -> t.Literal["stop", "next_lane"]:
        """What the plan does when a step fails."""
        return "next_lane" if self.many and not self.stops else "stop"


#: The terms of a task for one thing.
ALONE = FleetTerms(many=False)


def declared_terms(options: c.Mapping[str, t.Any]) -> FleetTerms:
    """Return the terms of a task that used its list.

    Raises:
        BadInput: for a number of things side by side that is not possible.
    """
    return FleetTerms(True, options.get("on_failure") == "stop", declared_parallel(options))


def declared_parallel(options: c.Mapping[str, t.Any]) -> int:
    """Return how many things are worked on side by side; one where the option is left out.

    Raises:
        BadInput: for a number that is none of those that are possible.
    """
    parallel = options.get("parallel")
    parallel = 1 if parallel is None else int(parallel)
    if not 1 <= parallel <= MOST_PARALLEL:
        raise BadInput("parallel", f"must be from 1 to {MOST_PARALLEL}, not {parallel}")
    return parallel
