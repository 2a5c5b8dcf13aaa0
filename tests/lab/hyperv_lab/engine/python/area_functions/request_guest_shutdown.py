# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""`Request-GuestShutdown` of `vm.ps1`: ask a guest to shut down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hyperv_lab.engine.python.area_functions.area_function import AreaFunction, PlainObject, Toolbox
from hyperv_lab.engine.python.exact_text import exact_text

ACCEPTED = frozenset({0, 4096, 32782})
"""Done, job started, a shutdown is in progress."""
TRANSIENT = frozenset({32775, 32777, 32780})
"""Invalid state, not available, not ready: asked again."""
ENABLED = 2


def ask_to_shut_down(toolbox: Toolbox, identifier: Any) -> dict[str, Any]:
    """Ask, and say what the guest answered: the properties that the function puts out."""
    machine = toolbox.must("Hyper-V\\Get-VM", Id=identifier)[0]
    answer = {"Id": machine.get("Id"), "Name": machine.get("Name"), "Outcome": "off", "Problem": None}
    if exact_text(machine.get("State")) == "Off":
        return answer
    query = f"SELECT * FROM Msvm_ShutdownComponent WHERE SystemName = '{str(identifier).upper()}'"
    components = toolbox.must("CimCmdlets\\Get-CimInstance", Namespace="root/virtualization/v2", Query=query)
    if not components or components[0].get("EnabledState") != ENABLED:
        return {**answer, "Outcome": "unavailable", "Problem": "its shutdown service is not there or not enabled"}
    said = toolbox.must(
        "CimCmdlets\\Invoke-CimMethod",
        InputObject=components[0],
        MethodName="InitiateShutdown",
        Arguments={"Force": True, "Reason": "datacenter.hyperv"},
    )
    code = said[0].get("ReturnValue")
    if code in ACCEPTED:
        return {**answer, "Outcome": "asked"}
    if code in TRANSIENT:
        return {**answer, "Outcome": "not_ready"}
    return {**answer, "Outcome": "refused", "Problem": f"it answered {code}"}


def _request(toolbox: Toolbox, parameters: Mapping[str, Any]) -> None:
    toolbox.outcome.output.append(PlainObject(**ask_to_shut_down(toolbox, parameters["VM"].get("Id"))))


REQUEST_GUEST_SHUTDOWN = AreaFunction("Request-GuestShutdown", ("VM",), _request, ("VM",))
