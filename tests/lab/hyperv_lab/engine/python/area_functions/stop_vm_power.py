# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""`Stop-VMPower` of `vm.ps1`: pull the plug of a machine, or save it, whatever way it is on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hyperv_lab.engine.python.area_functions.area_function import AreaFunction, Toolbox
from hyperv_lab.engine.python.exact_text import exact_text
from hyperv_lab.simulation.errors import CmdletError

ACCEPTED = frozenset({0, 4096})
"""Done, job started."""
PATIENCE = 60
"""Seconds that a job may take."""


def pull_plug(toolbox: Toolbox, machine: Any, *, save: bool = False) -> None:
    """Stop-VM, and where that refuses the machine's state the service itself."""
    way = {"Save": True} if save else {"TurnOff": True, "Force": True}
    try:
        toolbox.must("Hyper-V\\Stop-VM", VM=machine, **way)
        return
    except CmdletError as error:
        if error.record.error_id != "InvalidState":
            raise
        refusal = error
    query = f"SELECT * FROM Msvm_ComputerSystem WHERE Name = '{str(machine.get('Id')).upper()}'"
    systems = toolbox.must("CimCmdlets\\Get-CimInstance", Namespace="root/virtualization/v2", Query=query)
    said = toolbox.must(
        "CimCmdlets\\Invoke-CimMethod",
        InputObject=systems[0],
        MethodName="RequestStateChange",
        Arguments={"RequestedState": 6 if save else 3},
    )
    if said[0].get("ReturnValue") not in ACCEPTED:
        raise refusal
    began = toolbox.clock.now()
    while exact_text(toolbox.must("Hyper-V\\Get-VM", Id=machine.get("Id"))[0].get("State")) != (
        "Saved" if save else "Off"
    ):
        if toolbox.clock.now() - began >= PATIENCE:
            raise refusal
        toolbox.clock.sleep(1)


def _stop(toolbox: Toolbox, parameters: Mapping[str, Any]) -> None:
    pull_plug(toolbox, parameters["VM"], save=bool(parameters.get("Save")))


STOP_VM_POWER = AreaFunction("Stop-VMPower", ("VM", "Save"), _stop, ("VM",))
