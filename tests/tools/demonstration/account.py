# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The account at the end of the demonstration, from what the collection itself reads and reports."""

from __future__ import annotations

import typing as t

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
    """Return one row for each host: machines, memory, disks, and exchanges of each run."""
    table = Table(show_edge=False)
    table.add_column("host")
    for heading in ("VMs", "running", "generation 1 / 2", "memory at start", "disks", "of them differencing"):
        table.add_column(heading, justify="right")
    for name, run in runs.items():
        table.add_column(f"exchanges for the VMs: {name} ({run.usage.wall_seconds:.1f} s)", justify="right")
    for host in hosts:
        here = machines[host]
        disks = [disk for machine in here for disk in machine["disks"]]
        generations = [machine["generation"] for machine in here]
        table.add_row(
            host,
            str(len(here)),
            str(sum(machine["state"] == "running" for machine in here)),
            f"{generations.count(1)} / {generations.count(2)}",
            f"{sum(machine['memory']['startup'] for machine in here) / GIBIBYTE:.0f} GiB",
            str(len(disks)),
            str(sum(bool(disk.get("parents")) for disk in disks)),
            *(str(run.result("Virtual machines", host)["exchanges"]) for run in runs.values()),
        )
    return table
