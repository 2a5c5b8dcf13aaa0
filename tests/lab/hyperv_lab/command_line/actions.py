# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What can be asked of a running lab over its control socket."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from hyperv_lab.command_line.control_socket import Action
from hyperv_lab.command_line.estate_view import view
from hyperv_lab.command_line.failure import Failure
from hyperv_lab.running import Lab
from hyperv_lab.simulation.faults import Fault


class LabActions:
    """The actions, by name in :attr:`table`. Faults are named ``w1`` (wire) and ``c1`` (cmdlet)."""

    def __init__(self, lab: Lab, stop: threading.Event) -> None:
        self._lab = lab
        self._stop = stop
        self.table: dict[str, Action] = {
            "ping": lambda arguments: "pong",
            "state": lambda arguments: view(lab.estate),
            "inventory": lambda arguments: lab.inventory(**arguments),
            "counters": self._counters,
            "faults.list": self._list,
            "faults.add": self._add,
            "faults.clear": self._clear,
            "stop": self._end,
        }

    def _host(self, name: Any) -> str:
        for known in self._lab.host_names:
            if known.casefold() == str(name).casefold():
                return known
        raise Failure(f"there is no host '{name}'; hosts: {', '.join(self._lab.host_names)}")

    def _counters(self, arguments: Mapping[str, Any]) -> Any:
        counters = self._lab.counters()
        if arguments.get("reset"):
            self._lab.reset_counters()
        return counters

    def _list(self, arguments: Mapping[str, Any]) -> Any:
        found: list[dict[str, Any]] = []
        for name in self._lab.host_names:
            for number, fault in self._lab.faults()[name].items():
                found.append({"host": name, "id": f"w{number}", **asdict(fault)})
            for number, declared in enumerate(self._lab.estate.hosts[name].faults, start=1):
                found.append({"host": name, "id": f"c{number}", **asdict(declared)})
        return found

    def _add(self, arguments: Mapping[str, Any]) -> Any:
        values = dict(arguments)
        host = self._host(values.pop("host", ""))
        if "cmdlet" not in values:
            return f"w{self._lab.add_fault(host, values)}"
        known = {field.name for field in fields(Fault)} - {"seen", "fired"}
        unknown = sorted(set(values) - known)
        if unknown:
            raise Failure(f"a fault of a cmdlet has no {', '.join(unknown)}; it has {', '.join(sorted(known))}")
        if values.get("times") == 0:
            values["times"] = None
        with self._lab.estate.lock:
            declared = self._lab.estate.hosts[host].faults
            declared.append(Fault(**values))
            return f"c{len(declared)}"

    def _clear(self, arguments: Mapping[str, Any]) -> Any:
        names = [self._host(arguments["host"])] if arguments.get("host") else self._lab.host_names
        identification = str(arguments.get("id") or "")
        kind, number = identification[:1], identification[1:]
        if identification and (kind not in ("w", "c") or not number.isdigit()):
            raise Failure(f"'{identification}' is no fault; faults are called w1, c1 and so on")
        removed = 0
        for name in names:
            if kind in ("", "w"):
                removed += self._lab.clear_faults(name, int(number) if number else None)
            if kind in ("", "c"):
                removed += self._clear_cmdlets(name, int(number) if number else None)
        if identification and not removed:
            raise Failure(f"there is no fault {identification}")
        return removed

    def _clear_cmdlets(self, name: str, number: int | None) -> int:
        with self._lab.estate.lock:
            declared = self._lab.estate.hosts[name].faults
            if number is None:
                removed = len(declared)
                declared.clear()
                return removed
            if not 1 <= number <= len(declared):
                return 0
            del declared[number - 1]
            return 1

    def _end(self, arguments: Mapping[str, Any]) -> Any:
        self._stop.set()
        return "stopping"
