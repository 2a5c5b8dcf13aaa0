# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Before and after, for Ansible's `--diff`."""

from __future__ import annotations

import collections.abc as c
import json
import typing as t

from .plan import KNOWN_AFTER_APPLY, State


def differing_paths(forecast: t.Any, state: t.Any, path: str = "") -> list[str]:
    """Return where a state is not as forecast, as texts such as `vms.web01.memory: forecast 1, is 2`.

    What the forecast leaves to the host (`KNOWN_AFTER_APPLY`) may be anything, but must be there.
    """
    if isinstance(forecast, c.Mapping) and isinstance(state, c.Mapping):
        return [
            line
            for key in sorted({*forecast, *state}, key=str)
            for line in differing_paths(
                forecast.get(key, _ABSENT), state.get(key, _ABSENT), f"{path}.{key}" if path else str(key)
            )
        ]
    if isinstance(forecast, (list, tuple)) and isinstance(state, (list, tuple)) and len(forecast) == len(state):
        pairs = zip(forecast, state, strict=True)
        return [
            line for index, (one, other) in enumerate(pairs) for line in differing_paths(one, other, f"{path}[{index}]")
        ]
    if forecast == KNOWN_AFTER_APPLY and state is not _ABSENT and state is not None:
        return []
    if forecast == state and isinstance(forecast, bool) == isinstance(state, bool):
        return []
    return [f"{path or 'the whole'}: forecast {forecast!r}, is {state!r}"]


def state_text(state: State) -> str:
    """Return a state as text for a line-by-line diff: keys in order, one value on a line, texts as they are."""
    if not state:
        return ""
    return json.dumps(state, indent=2, sort_keys=True, ensure_ascii=False, default=str) + "\n"


def task_diff(
    before: State, after: State, commands: str, *, before_header: str = "before", after_header: str = "after"
) -> list[dict[str, t.Any]]:
    """Return the `diff` of a task result: the managed state as it was and will be, then the plan as PowerShell.

    Args:
        commands: the plan as PowerShell with reasons as comments; empty when there is nothing to do.
    """
    entries: list[dict[str, t.Any]] = []
    if before != after:
        entries.append(
            {
                "before_header": before_header,
                "after_header": after_header,
                "before": state_text(before),
                "after": state_text(after),
            }
        )
    if commands:
        entries.append({"prepared": commands if commands.endswith("\n") else commands + "\n"})
    return entries


class _Absent:
    def __repr__(self) -> str:
        return "absent"


_ABSENT = _Absent()
