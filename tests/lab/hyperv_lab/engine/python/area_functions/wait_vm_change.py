# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""`Wait-VMChange` of `vm_power.ps1`: wait, but not for long, until machines are not as they were."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hyperv_lab.engine.python.area_functions.area_function import AreaFunction, PlainObject, Toolbox
from hyperv_lab.engine.python.exact_text import exact_text


def _wait(toolbox: Toolbox, parameters: Mapping[str, Any]) -> None:
    identifiers, known = (_listed(parameters[name]) for name in ("Id", "Known"))
    with_addresses = bool(parameters.get("Addresses"))
    began = toolbox.clock.now()
    while True:
        now = [_text(toolbox, identifier, with_addresses) for identifier in identifiers]
        passed = toolbox.clock.now() - began
        if now != known or passed >= parameters.get("Seconds", 10):
            break
        toolbox.clock.sleep(1)
    toolbox.outcome.output.append(PlainObject(Changed=now != known, Seconds=int(passed)))


def _text(toolbox: Toolbox, identifier: Any, with_addresses: bool) -> str:
    found = toolbox.call("Hyper-V\\Get-VM", Id=identifier).output
    if not found:
        return "  "
    machine: Any = found[0]
    adapters: list[Any] = machine.get("NetworkAdapters") or [] if with_addresses else []
    addresses = ",".join(address for adapter in adapters for address in adapter.get("IPAddresses") or [])
    return f"{_name(machine.get('State'))} {_name(machine.get('Heartbeat'))} {addresses}"


def _name(value: Any) -> str:
    return "" if value is None else str(exact_text(value))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


WAIT_VM_CHANGE = AreaFunction(
    "Wait-VMChange", ("Id", "Known", "Seconds", "Addresses"), _wait, mandatory=("Id", "Known")
)
