# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Lengths of time as people write them: `7 days`, `12h`, `90 min`."""

from __future__ import annotations

import re

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_DURATION = re.compile(
    r"([0-9]+)\s*(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?)?", re.IGNORECASE | re.ASCII
)


def seconds_of(text: str, *, bare: bool = False) -> int | None:
    """Return the seconds of a length of time, or None for a text that is none.

    Args:
        bare: whether a number without a unit is one, of seconds.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None or not (match[2] or bare):
        return None
    return int(match[1]) * _SECONDS[(match[2] or "s")[0].lower()]
