# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""`Stop-Guest` of `vm.ps1`: shut guests down and wait until they are off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hyperv_lab.engine.python.area_functions.area_function import AreaFunction, PlainObject, Toolbox
from hyperv_lab.engine.python.area_functions.request_guest_shutdown import ask_to_shut_down
from hyperv_lab.engine.python.area_functions.stop_vm_power import pull_plug
from hyperv_lab.engine.python.exact_text import exact_text
from hyperv_lab.simulation.errors import ErrorRecord


@dataclass
class _Guest:
    identifier: Any
    asked: bool = False
    problem: str | None = None


def _stop_guest(toolbox: Toolbox, parameters: Mapping[str, Any]) -> None:
    machines = parameters["VM"]
    guests = [_Guest(machine.get("Id")) for machine in (machines if isinstance(machines, list) else [machines])]
    seconds = parameters.get("Seconds", 300)
    turn_off = str(parameters.get("OnTimeout", "fail")).casefold() == "turn_off"
    began = toolbox.clock.now()
    first = True
    while guests:
        late = toolbox.clock.now() - began >= seconds
        for guest in list(guests):
            machine = toolbox.must("Hyper-V\\Get-VM", Id=guest.identifier)[0]
            outcome = None
            if exact_text(machine.get("State")) == "Off":
                outcome = "shut_down" if guest.asked or not first else "already_off"
            elif not guest.asked and guest.problem is None:
                _ask(toolbox, guest)
            if outcome is None and (late or guest.problem is not None):
                if turn_off:
                    pull_plug(toolbox, machine)
                    outcome = "turned_off"
                else:
                    guests.remove(guest)
                    toolbox.outcome.errors.append(_failure(guest, machine, seconds))
            if outcome is not None:
                guests.remove(guest)
                toolbox.outcome.output.append(
                    PlainObject(
                        Id=machine.get("Id"),
                        Name=machine.get("Name"),
                        Outcome=outcome,
                        Seconds=int(toolbox.clock.now() - began),
                    )
                )
        first = False
        if guests:
            toolbox.clock.sleep(1)


def _ask(toolbox: Toolbox, guest: _Guest) -> None:
    answer = ask_to_shut_down(toolbox, guest.identifier)
    if answer["Outcome"] == "asked":
        guest.asked = True
    elif answer["Outcome"] != "not_ready":
        guest.problem = answer["Problem"]


def _failure(guest: _Guest, machine: Any, seconds: int) -> ErrorRecord:
    reason = guest.problem or f"not off after {seconds} seconds"
    return ErrorRecord(
        "GuestShutdownTimeout" if guest.asked else "GuestShutdownUnavailable",
        "Stop-Guest",
        "OperationTimeout" if guest.asked else "ResourceUnavailable",
        f"The guest of {machine.get('Name')} did not shut down: {reason}.",
        exception_type="System.InvalidOperationException",
    )


STOP_GUEST = AreaFunction(
    "Stop-Guest", ("VM", "Seconds", "OnTimeout"), _stop_guest, ("VM",), {"OnTimeout": ("fail", "turn_off")}
)
