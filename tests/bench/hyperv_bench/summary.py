# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The measurements as the Markdown table that README shows, so that a reader can compare his own."""

from __future__ import annotations

import collections.abc as c

from .measurement import Measurement

Pair = tuple[Measurement, Measurement]


def markdown(measurements: c.Sequence[Measurement]) -> str:
    """Return one row for each fleet, connection and number of machines; two numbers are of the first and second run.

    What is counted does not depend on latencies and is taken from the first profile of a fleet; each profile of the
    plain fleet has a column with its times.
    """
    runs: dict[tuple[str, str, str, int], list[Measurement]] = {}
    for row in measurements:
        runs.setdefault((row.settings, row.profile, row.connection, row.machines), []).append(row)
    pairs: dict[tuple[str, str, str, int], Pair] = {key: (first, second) for key, (first, second) in runs.items()}
    profiles = list(dict.fromkeys(profile for settings, profile, _, _ in pairs if settings == "plain"))
    headings = [
        *("settings", "VMs", "connection", "exchanges", "WSMan requests", "KiB sent", "KiB received"),
        *("reading cmdlets", "CPU s: controller", "CPU s: lab"),
        *(f"s, latencies: {profile}" for profile in profiles),
    ]
    lines = [_line(headings), _line(["---", "--:", "---", *["--:"] * (len(headings) - 3)])]
    counted: set[tuple[str, str, int]] = set()
    for (settings, _, connection, machines), pair in pairs.items():
        if (settings, connection, machines) in counted:
            continue
        counted.add((settings, connection, machines))
        timed = [pairs.get((settings, profile, connection, machines)) for profile in profiles]
        lines.append(_line([settings, *_counts(pair), *(_seconds(each) for each in timed)]))
    return "\n".join(lines) + "\n"


def _counts(pair: Pair) -> list[str]:
    first, second = pair
    return [
        *(str(first.machines), first.connection),
        f"{first.exchanges} / {second.exchanges}",
        f"{first.requests} / {second.requests}",
        f"{first.bytes_sent / 1024:.0f} / {second.bytes_sent / 1024:.0f}",
        f"{first.bytes_received / 1024:.0f} / {second.bytes_received / 1024:.0f}",
        f"{first.reading_calls} / {second.reading_calls}",
        f"{first.cpu_seconds:.1f} / {second.cpu_seconds:.1f}",
        f"{first.lab_cpu_seconds:.1f} / {second.lab_cpu_seconds:.1f}",
    ]


def _seconds(pair: Pair | None) -> str:
    return f"{pair[0].wall_seconds:.1f} / {pair[1].wall_seconds:.1f}" if pair is not None else ""


def _line(cells: c.Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
