# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The functions of `vm_settings.ps1`: security read, integration services set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hyperv_lab.engine.python.area_functions.area_function import AreaFunction, PlainObject, Toolbox
from hyperv_lab.simulation.errors import CmdletError, ErrorRecord
from hyperv_lab.simulation.localisation import SERVICE_IDS

NO_PROTECTOR_LENGTH = 4
"""Bytes that Get-VMKeyProtector gives for a machine without one."""

SECURITY = (
    "TpmEnabled",
    "EncryptStateAndVmMigrationTraffic",
    "VirtualizationBasedSecurityOptOut",
    "Shielded",
)
"""Properties of a VMSecurity."""

SERVICES = (
    "GuestServiceInterface",
    "Heartbeat",
    "KeyValuePairExchange",
    "Shutdown",
    "TimeSynchronization",
    "Vss",
)
"""Parameters, in the order of SERVICE_IDS."""


def _machines(parameters: Mapping[str, Any]) -> list[Any]:
    machines = parameters["VM"]
    return machines if isinstance(machines, list) else [machines]


def _get_security_state(toolbox: Toolbox, parameters: Mapping[str, Any]) -> None:
    machines, with_protectors = _machines(parameters), bool(parameters.get("KeyProtectors"))
    settings = toolbox.must("Hyper-V\\Get-VMSecurity", VM=machines)
    protectors: list[Any] = []
    if with_protectors:
        protectors = toolbox.must("Hyper-V\\Get-VMKeyProtector", VM=machines)
        if len(machines) == 1 and len(protectors) != 1:  # its bytes, one by one
            protectors = [bytes(protectors)]
    whole = len(settings) == len(machines) and (not with_protectors or len(protectors) == len(machines))
    if len(machines) > 1 and not whole:
        for machine in machines:
            _get_security_state(toolbox, {**parameters, "VM": machine})
        return
    for index, machine in enumerate(machines):
        toolbox.outcome.output.append(
            PlainObject(
                VMId=machine.get("Id"),
                KeyProtector=len(protectors[index]) > NO_PROTECTOR_LENGTH if with_protectors else None,
                **{name: settings[index].get(name) if settings else None for name in SECURITY},
            )
        )


def _set_integration_service(toolbox: Toolbox, parameters: Mapping[str, Any]) -> None:
    for machine in _machines(parameters):
        services = toolbox.must("Hyper-V\\Get-VMIntegrationService", VM=machine)
        for name, service_id in zip(SERVICES, SERVICE_IDS, strict=True):
            if name not in parameters:
                continue
            found = [each for each in services if str(each.get("Id")).rpartition("\\")[2].upper() == service_id]
            if not found:
                raise CmdletError(
                    ErrorRecord(
                        "IntegrationServiceMissing",
                        "Set-IntegrationService",
                        "ObjectNotFound",
                        f"{machine.get('Name')} has no integration service {name}.",
                        exception_type="System.InvalidOperationException",
                    )
                )
            verb = "Enable" if parameters[name] else "Disable"
            toolbox.must(f"Hyper-V\\{verb}-VMIntegrationService", VMIntegrationService=found[0])


GET_SECURITY_STATE = AreaFunction("Get-SecurityState", ("VM", "KeyProtectors"), _get_security_state, ("VM",))
SET_INTEGRATION_SERVICE = AreaFunction("Set-IntegrationService", ("VM", *SERVICES), _set_integration_service, ("VM",))
