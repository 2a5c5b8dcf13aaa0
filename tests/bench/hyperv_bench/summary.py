# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The measurements as the Markdown table that README shows, so that a reader can compare his own."""

from __future__ import annotations

import collections.abc as c

from .measurement import Measurement

Pair = tuple[Measurement, Measurement]


def markdown(measurements: c.Sequence[Measurement]) -> str:
    """Return one row for each connection and number of machines; where two numbers stand, first and second run.

    What is counted does not depend on latencies and is taken from the first profile; each profile has its own times.
    """
    runs: dict[tuple[str, str, int], list[Measurement]] = {}
    for row in measurements:
        runs.setdefault((row.profile, row.connection, row.machines), []).append(row)
    pairs: dict[tuple[str, str, int], Pair] = {key: (first, second) for key, (first, second) in runs.items()}
    profiles = list(dict.fromkeys(profile for profile, _, _ in pairs))
    headings = [
        *("VMs", "connection", "exchanges", "WSMan requests", "KiB sent", "KiB received", "reading cmdlets"),
        *("CPU s: controller", "CPU s: lab"),
        *(f"s, latencies: {profile}" for profile in profiles),
    ]
    lines = [_line(headings), _line(["--:", "---", *["--:"] * (len(headings) - 2)])]
    for profile, connection, machines in pairs:
        if profile == profiles[0]:
            timed = [pairs[each, connection, machines] for each in profiles if (each, connection, machines) in pairs]
            lines.append(_line(_cells(timed)))
    return "\n".join(lines) + "\n"


def _cells(timed: c.Sequence[Pair]) -> list[str]:
    first, second = timed[0]
    return [
        *(str(first.machines), first.connection),
        f"{first.exchanges} / {second.exchanges}",
        f"{first.requests} / {second.requests}",
        f"{first.bytes_sent / 1024:.0f} / {second.bytes_sent / 1024:.0f}",
        f"{first.bytes_received / 1024:.0f} / {second.bytes_received / 1024:.0f}",
        f"{first.reading_calls} / {second.reading_calls}",
        f"{first.cpu_seconds:.1f} / {second.cpu_seconds:.1f}",
        f"{first.lab_cpu_seconds:.1f} / {second.lab_cpu_seconds:.1f}",
        *(f"{one.wall_seconds:.1f} / {two.wall_seconds:.1f}" for one, two in timed),
    ]


def _line(cells: c.Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
