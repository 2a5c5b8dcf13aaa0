# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The commands that a batch may call: where they come from and how they are called."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Protocol

from hyperv_lab.cmdlets.calls import CmdletCall, CmdletOutcome
from hyperv_lab.cmdlets.invoke import invoke
from hyperv_lab.engine.python.problems import BatchProblem
from hyperv_lab.signatures import bind, load_signatures
from hyperv_lab.signatures.model import Signature
from hyperv_lab.simulation.estate import Session
from hyperv_lab.simulation.host import Host

COMMON_PARAMETERS = frozenset(
    name.casefold()
    for name in (
        "Verbose vb Debug db ErrorAction ea WarningAction wa InformationAction infa ProgressAction proga "
        "ErrorVariable ev WarningVariable wv InformationVariable iv OutVariable ov OutBuffer ob PipelineVariable pv"
    ).split()
)
"""Parameters (and aliases) that every cmdlet has, in lower case."""


class Command(Protocol):
    """A cmdlet or function of a host."""

    def has_parameter(self, name: str) -> bool:
        """Whether this release's command has the parameter, by name or alias in any case."""

    def run(self, parameters: Mapping[str, Any]) -> CmdletOutcome:
        """Call it. Raises CmdletError for a terminating error."""


class CommandSource(Protocol):
    """The modules of a host, for the time of one batch."""

    def find(self, module: str, name: str) -> Command:
        """The command with that name. Raises BatchProblem: kind `no_module` or `no_cmdlet`."""


class SimulatedCommand:
    """A cmdlet of the simulation."""

    def __init__(self, host: Host, session: Session, signature: Signature) -> None:
        self._host = host
        self._session = session
        self._signature = signature

    def has_parameter(self, name: str) -> bool:
        """See Command."""
        folded = name.casefold()
        if folded in COMMON_PARAMETERS or self._signature.find(name) is not None:
            return True
        return self._signature.supports_should_process and folded in ("whatif", "wi", "confirm", "cf")

    def run(self, parameters: Mapping[str, Any]) -> CmdletOutcome:
        """See Command."""
        bound = bind(self._signature, parameters)
        return invoke(
            self._host,
            CmdletCall(self._signature.module, self._signature.cmdlet, bound.set_name, bound.parameters, self._session),
        )


class SimulatedCommands:
    """The simulated cmdlets of a host. The first use of a module takes the time of its import."""

    def __init__(self, host: Host, session: Session) -> None:
        self._host = host
        self._session = session
        self._imported: set[str] = set()
        self._modules = {
            module.casefold(): {name.casefold(): signature for name, signature in cmdlets.items()}
            for module, cmdlets in load_signatures(everything=True).items()
        }

    def find(self, module: str, name: str) -> Command:
        """See CommandSource."""
        folded = module.casefold()
        if folded not in self._host.installed_modules or folded not in self._modules:
            raise BatchProblem("no_module", f"this host has no module {module}")
        if folded not in self._imported:
            self._imported.add(folded)
            if self._host.latencies.module > 0 and folded != "microsoft.powershell.management":
                time.sleep(self._host.latencies.module)
        signature = self._modules[folded].get(name.casefold())
        if signature is None or signature.since_build > self._host.build:
            raise BatchProblem("no_cmdlet", f"this host has no {module}\\{name}")
        return SimulatedCommand(self._host, self._session, signature.for_build(self._host.build))
