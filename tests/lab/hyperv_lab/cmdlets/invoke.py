# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The door to the simulated cmdlets."""

from __future__ import annotations

import time
from collections.abc import Mapping

from ..signatures import load_signatures
from ..signatures.model import Signature
from ..simulation.errors import CmdletError, ErrorRecord, FileError, OperationFailed
from ..simulation.host import Host
from ..simulation.machine_store import touch_configuration
from ..simulation.values import Value
from .calls import CmdletCall, CmdletOutcome
from .context import Context, not_simulated
from .registry import COMMON, SimulatedCmdlet, load_cmdlets

#: Cmdlets of these verbs leave the configuration of the machines that they are called for as it is.
_READING_VERBS = frozenset({"Get", "Export", "Compare", "Measure", "Test", "Wait"})

__all__ = ["CmdletCall", "CmdletOutcome", "available", "invoke"]


def available(host: Host, module: str, cmdlet: str) -> bool:
    """Whether the host has the module and its release the cmdlet."""
    definition = load_cmdlets().get(cmdlet.casefold())
    if (
        definition is None
        or definition.module.casefold() != module.casefold()
        or module.casefold() not in host.installed_modules
    ):
        return False
    signature = _signature(definition)
    return signature is None or signature.since_build <= host.build


def invoke(host: Host, call: CmdletCall) -> CmdletOutcome:
    """Run a cmdlet whose parameters are bound.

    Declared faults and latencies apply. -WhatIf changes nothing. Do not hold `host.estate.lock`: a cmdlet that waits
    gives it up once.

    Raises:
        CmdletError: a terminating error. CommandNotFoundException for a cmdlet or module that the host lacks,
            NotSimulated for a cmdlet or parameter that the lab does not know.
    """
    definition = load_cmdlets().get(call.cmdlet.casefold())
    if definition is None or definition.module.casefold() != call.module.casefold():
        raise _unknown(
            call, "NotSimulated" if call.module.casefold() in host.installed_modules else "CommandNotFoundException"
        )
    if call.module.casefold() not in host.installed_modules:  # HOST-02
        raise _unknown(call, "CommandNotFoundException")
    delay = host.latencies.cmdlets.get(definition.name.casefold(), host.latencies.cmdlet)
    hyperv = definition.module == "Hyper-V"
    before: CmdletError | None = None
    after: CmdletError | None = None
    with host.estate.lock:
        host.counters.cmdlets[definition.name] += 1
        for fault in host.faults:
            if fault.hits(definition.name, hyperv=hyperv):
                delay += fault.delay
                failure = fault.error(definition.class_name)
                before = before or (None if fault.after else failure)
                after = after or (failure if fault.after else None)
    if delay > 0:
        time.sleep(delay)
    if before is not None:
        raise before
    _check_parameters(host, definition, call.parameters)
    context = Context(host, call, definition)
    with host.estate.lock:
        host.estate.settle()
        if hyperv and host.services.get("vmms") != "Running":  # HOST-01
            raise CmdletError(
                ErrorRecord(
                    "ObjectNotFound",
                    definition.class_name,
                    "ObjectNotFound",
                    f"Hyper-V encountered an error trying to access an object on computer '{host.name}' because "
                    f"the object was not found. "
                    "The object might have been deleted. Verify that the Virtual Machine Management service on "
                    "the computer is running.",
                )
            )
        try:
            definition.handler(context)
        except FileError as failure:
            raise CmdletError(failure.record(definition.class_name)) from failure
        except OperationFailed as failure:
            context.error(failure)
        if hyperv and definition.name.partition("-")[0] not in _READING_VERBS and not context.whatif:
            for machine in context.chosen_machines.values():
                touch_configuration(machine)
    if after is not None:
        raise after
    return context.outcome


def _check_parameters(host: Host, definition: SimulatedCmdlet, parameters: Mapping[str, Value]) -> None:
    signature = _signature(definition)
    names = {known.casefold(): known for known in definition.parameters | COMMON}
    for name in parameters:
        if signature is not None:
            parameter = signature.find(name)
            if parameter is not None and parameter.since_build > host.build:  # HOST-03
                raise CmdletError(
                    ErrorRecord(
                        "NamedParameterNotFound",
                        definition.class_name,
                        "InvalidArgument",
                        f"A parameter cannot be found that matches parameter name '{name}'.",
                        exception_type="System.Management.Automation.ParameterBindingException",
                    )
                )
        if name.casefold() not in names:
            raise not_simulated(definition, f"-{name}")
        if name.casefold() == "computername":
            _check_computer(host, definition, parameters[name])


def _check_computer(host: Host, definition: SimulatedCmdlet, value: Value) -> None:
    own = {"localhost", ".", "127.0.0.1", host.name.casefold(), f"{host.name}.{host.domain}".casefold()}
    for name in value if isinstance(value, list) else [value]:
        if name is not None and str(name).casefold() not in own:
            raise not_simulated(definition, "-ComputerName of another computer")


def _signature(definition: SimulatedCmdlet) -> Signature | None:
    return load_signatures(everything=True).get(definition.module, {}).get(definition.name)


def _unknown(call: CmdletCall, error_id: str) -> CmdletError:
    found = "not simulated by the lab" if error_id == "NotSimulated" else "not recognized as the name of a cmdlet"
    exception = (
        "System.NotImplementedException"
        if error_id == "NotSimulated"
        else "System.Management.Automation.CommandNotFoundException"
    )
    return CmdletError(
        ErrorRecord(
            error_id,
            "",
            "NotImplemented" if error_id == "NotSimulated" else "ObjectNotFound",
            f"The term '{call.module}\\{call.cmdlet}' is {found}.",
            exception_type=exception,
            target=f"{call.module}\\{call.cmdlet}",
        )
    )
