# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How many lanes of a plan the host works on side by side: the option `parallel` of modules that take many things."""

from __future__ import annotations

import collections.abc as c
import typing as t

from .plan import BadInput

#: Each takes a runspace of the host, and more would only wait for the same service and volumes.
MOST_PARALLEL = 32


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
