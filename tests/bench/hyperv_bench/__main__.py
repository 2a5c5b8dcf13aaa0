# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Measure everything the configuration names: `python -m hyperv_bench [--sizes 1 10] [--profiles none] ...`."""

from __future__ import annotations

import argparse
import dataclasses
import json
import platform
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ansible_runs.environment import BUILD, CACHE, link_collection

from .configuration import DEFAULT_FILE, read_configuration
from .measurement import Measurement, measure
from .planning import planning_seconds
from .summary import markdown

#: Columns of the table where it is no terminal's.
WIDTH = 160


def arguments() -> argparse.Namespace:
    """Return the command line's choices."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--configuration", type=Path, default=DEFAULT_FILE)
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of machines")
    parser.add_argument("--connections", nargs="+", choices=("winrm", "psrp"))
    parser.add_argument("--profiles", nargs="+", help="latency profiles of the configuration")
    parser.add_argument("--output", type=Path, default=BUILD / "bench")
    return parser.parse_args()


def table(measurements: list[Measurement]) -> Table:
    """Return the measurements as a table."""
    shown = Table(title="One task for a fleet of virtual machines on one host")
    for heading in ("latencies", "connection", "VMs", "run"):
        shown.add_column(heading)
    for heading in (
        "exchanges",
        "requests",
        "KiB sent",
        "KiB received",
        "reads",
        "changes",
        "s",
        "CPU s",
        "MiB",
        "lab CPU s",
    ):
        shown.add_column(heading, justify="right")
    for row in measurements:
        shown.add_row(
            *(row.profile, row.connection, str(row.machines), row.run, str(row.exchanges), str(row.requests)),
            *(f"{row.bytes_sent / 1024:.0f}", f"{row.bytes_received / 1024:.0f}"),
            *(str(row.reading_calls), str(row.changing_calls)),
            *(f"{row.wall_seconds:.1f}", f"{row.cpu_seconds:.1f}", f"{row.peak_mebibytes:.0f}"),
            f"{row.lab_cpu_seconds:.1f}",
            end_section=row.run == "second",
        )
    return shown


def main() -> int:
    """Measure, print the table, write it and the JSON."""
    chosen = arguments()
    configuration = read_configuration(chosen.configuration)
    sizes = chosen.sizes or configuration.sizes
    connections = chosen.connections or configuration.connections
    profiles = [profile for profile in configuration.profiles if not chosen.profiles or profile.name in chosen.profiles]
    link_collection()
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    measurements: list[Measurement] = []
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="bench-") as folder:
        for profile in profiles:
            for connection in connections:
                for size in sizes:
                    console.print(f"{profile.name}, {connection}, {size} VMs: ", end="")
                    directory = Path(folder) / f"{profile.name}-{connection}-{size}"
                    first, second = measure(size, connection, profile, directory)
                    console.print(f"{first.wall_seconds:.1f} s, then {second.wall_seconds:.1f} s")
                    measurements += [first, second]
    kinds = sorted({profile.settings for profile in profiles}, reverse=True)
    planning = {kind: {size: round(planning_seconds(size, kind), 3) for size in sizes} for kind in kinds}
    shown = table(measurements)
    console.print(shown)
    for kind, taken in planning.items():
        times = ", ".join(f"{size} VMs {seconds}" for size, seconds in taken.items())
        console.print(f"CPU seconds to plan, {kind} settings: {times}")
    chosen.output.mkdir(parents=True, exist_ok=True)
    with (chosen.output / "bench.txt").open("w", encoding="utf-8") as text:
        Console(file=text, width=WIDTH).print(shown)
    (chosen.output / "bench.md").write_text(markdown(measurements), encoding="utf-8")
    record = {
        "machine": {"python": platform.python_version(), "system": platform.platform()},
        "profiles": [dataclasses.asdict(profile) for profile in profiles],
        "planning_cpu_seconds": planning,
        "measurements": [
            {
                **dataclasses.asdict(row),
                "reading_calls": row.reading_calls,
                "changing_calls": row.changing_calls,
                "file_checks": row.file_checks,
            }
            for row in measurements
        ],
    }
    (chosen.output / "bench.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    console.print(f"Written: {chosen.output / 'bench.txt'}, bench.md and bench.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
