# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The account at the end of the demonstration, from what the collection itself reads and reports."""

from __future__ import annotations

import typing as t

from rich import box
from rich.table import Table

from ansible_runs.playbook import PlaybookRun

GIBIBYTE = 1 << 30
Machine = t.Mapping[str, t.Any]


def machines_of(read: PlaybookRun) -> dict[str, list[Machine]]:
    """Return the machines that playbooks/report.yml read, by host."""
    return {event.host: list(event.result["vms"]) for event in read.events if event.task == "Read the virtual machines"}


def account_table(
    hosts: t.Sequence[str], machines: t.Mapping[str, t.Sequence[Machine]], runs: t.Mapping[str, PlaybookRun]
) -> Table:
    """Return one column for each host: machines, memory, disks, and the exchanges that each run took for machines."""
    table = Table(box=box.SIMPLE)
    table.add_column("")
    for host in hosts:
        table.add_column(host, justify="right")
    rows = {
        "virtual machines": [len(machines[host]) for host in hosts],
        "of them running": [sum(machine["state"] == "running" for machine in machines[host]) for host in hosts],
        "of generation 1 and 2": [_generations(machines[host]) for host in hosts],
        "memory at start-up": [_memory(machines[host]) for host in hosts],
        "virtual disks": [sum(len(machine["disks"]) for machine in machines[host]) for host in hosts],
        "of them on a template": [sum(map(_differencing, machines[host])) for host in hosts],
        "size that guests see": [_size(machines[host]) for host in hosts],
    }
    for title, run in runs.items():
        rows[f"exchanges for the machines: {title}"] = [_exchanges(run, host) for host in hosts]
    for title, values in rows.items():
        table.add_row(title, *map(str, values))
    return table


def _generations(machines: t.Sequence[Machine]) -> str:
    generations = [machine["generation"] for machine in machines]
    return f"{generations.count(1)} and {generations.count(2)}"


def _memory(machines: t.Sequence[Machine]) -> str:
    return f"{sum(machine['memory']['startup'] for machine in machines) / GIBIBYTE:.0f} GiB"


def _size(machines: t.Sequence[Machine]) -> str:
    return f"{sum(disk['size'] for machine in machines for disk in machine['disks']) / GIBIBYTE:.0f} GiB"


def _differencing(machine: Machine) -> int:
    return sum(disk["type"] == "differencing" for disk in machine["disks"])


def _exchanges(run: PlaybookRun, host: str) -> int:
    return int(run.result("Virtual machines", host)["exchanges"])
