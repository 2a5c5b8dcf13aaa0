# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The estate and its counters as tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def size_text(size: float) -> str:
    """A number of bytes for people: ``4 GiB``, ``1.5 MiB``."""
    for unit in _UNITS[:-1]:
        if abs(size) < 1024:
            return f"{size:.1f}".removesuffix(".0") + f" {unit}"
        size /= 1024
    return f"{size:.1f}".removesuffix(".0") + f" {_UNITS[-1]}"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column.startswith(">") else "left", overflow="fold")
        table.columns[-1].header = column.removeprefix(">")
    return table


def print_state(console: Console, state: Mapping[str, Any]) -> None:
    """Print hosts, their switches and their virtual machines."""
    hosts = _table("Hosts", "Host", "Windows Server", ">CPUs", ">Memory free / total", "Volumes: free / size", ">VMs")
    for host in state["hosts"]:
        volumes = "\n".join(
            f"{volume['letter']}: {size_text(volume['free'])} / {size_text(volume['size'])}"
            for volume in host["volumes"]
        )
        memory = f"{size_text(host['memory']['available'])} / {size_text(host['memory']['total'])}"
        hosts.add_row(
            host["name"], host["release"], str(host["processors"]), memory, volumes, str(len(host["machines"]))
        )
    console.print(hosts)
    for host in state["hosts"]:
        if host["switches"]:
            switches = _table(f"Switches of {host['name']}", "Switch", "Type", "Cards", "Management", ">Connected")
            for switch in host["switches"]:
                management = "yes" if switch["management"] else "no"
                cards = ", ".join(switch["adapters"])
                switches.add_row(switch["name"], switch["type"], cards, management, str(switch["connected"]))
            console.print(switches)
        if host["machines"]:
            _print_machines(console, host)


def _print_machines(console: Console, host: Mapping[str, Any]) -> None:
    table = _table(
        f"Virtual machines of {host['name']}", "VM", "State", ">Gen", ">CPUs", ">Memory", "Disks", "Adapters: switch"
    )
    for machine in host["machines"]:
        memory = machine["memory"]
        text = size_text(memory["startup"])
        if memory["maximum"] is not None:
            text += f" ({size_text(memory['minimum'])} to {size_text(memory['maximum'])})"
        disks = "\n".join(f"{disk['slot']} {disk['path'] or ''}" for disk in machine["disks"])
        adapters = "\n".join(f"{adapter['name']}: {adapter['switch'] or '-'}" for adapter in machine["adapters"])
        table.add_row(
            machine["name"],
            machine["state"],
            str(machine["generation"]),
            str(machine["processors"]),
            text,
            disks,
            adapters,
        )
    console.print(table)


def print_counters(console: Console, counters: Mapping[str, Any]) -> None:
    """Print what went over the wire, and the cmdlet calls."""
    wire = _table("On the wire", "Host", ">Requests", ">In", ">Out", ">Shells", ">Commands", "By action")
    cmdlets = _table("Cmdlet calls", "Host", "Cmdlet", ">Calls")
    for name, values in counters.items():
        count = values["wsman"]
        actions = ", ".join(f"{action} {number}" for action, number in count["actions"].items())
        wire.add_row(
            name,
            str(count["requests"]),
            size_text(count["bytes_in"]),
            size_text(count["bytes_out"]),
            str(count["shells"]),
            str(count["commands"]),
            actions,
        )
        for cmdlet, calls in values["cmdlets"].items():
            cmdlets.add_row(name, cmdlet, str(calls))
    console.print(wire)
    if cmdlets.row_count:
        console.print(cmdlets)


def print_faults(console: Console, faults: Sequence[Mapping[str, Any]]) -> None:
    """Print the declared faults."""
    if not faults:
        console.print("No faults are declared.")
        return
    table = _table("Faults", "Host", "Id", "What", "Details")
    for fault in faults:
        what = fault.get("kind") or f"cmdlet {fault['cmdlet']}"
        hidden = ("host", "id", "kind", "cmdlet")
        details = ", ".join(
            f"{key} {value}" for key, value in fault.items() if key not in hidden and value not in (None, "")
        )
        table.add_row(fault["host"], fault["id"], what, details)
    console.print(table)
