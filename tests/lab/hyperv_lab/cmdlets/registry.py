# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which cmdlets are simulated, with which of their parameters."""

from __future__ import annotations

import importlib
import typing as t
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

if t.TYPE_CHECKING:
    from .context import Context

Handler = Callable[["Context"], None]


@dataclass(frozen=True)
class SimulatedCmdlet:
    """One simulated cmdlet.

    Attributes:
        parameters: the parameters it simulates, besides those that every cmdlet has (`COMMON`).
        class_name: full name of the cmdlet's class, the second part of its error ids.
    """

    module: str
    name: str
    handler: Handler
    parameters: frozenset[str]
    class_name: str


COMMON = frozenset({"WhatIf", "Confirm", "Passthru", "ComputerName"})
_MODULES = (
    "..simulation.readers",
    ".adapters",
    ".assignable_devices",
    ".checkpoints",
    ".cim",
    ".com_ports",
    ".controllers",
    ".disk_drives",
    ".disk_maintenance",
    ".disk_sets",
    ".dvd_drives",
    ".fibre_channel",
    ".firmware",
    ".floppy_drives",
    ".gpu_partitions",
    ".host_disks",
    ".hosts",
    ".integration_services",
    ".items",
    ".machines",
    ".metering",
    ".power",
    ".resources",
    ".security",
    ".storage",
    ".storage_migration",
    ".switches",
    ".transfer",
    ".video",
    ".virtual_disks",
    ".vlans",
)
CMDLETS: dict[str, SimulatedCmdlet] = {}
"""By name in lower case."""


def class_name_of(module: str, cmdlet: str) -> str:
    """The class of a cmdlet.

    `Get-VM` is Microsoft.HyperV.PowerShell.Commands.GetVM, `Get-VHD` is Microsoft.Vhd.PowerShell.Cmdlets.GetVhd.
    """
    joined = cmdlet.replace("-", "")
    if module == "Hyper-V":
        verb, _, noun = cmdlet.partition("-")
        if noun in ("VHD", "VHDSet"):
            return f"Microsoft.Vhd.PowerShell.Cmdlets.{verb}{noun.replace('VHD', 'Vhd')}"
        return f"Microsoft.HyperV.PowerShell.Commands.{joined}"
    if module == "CimCmdlets":
        return f"Microsoft.Management.Infrastructure.CimCmdlets.{joined}Command"
    if module == "Microsoft.PowerShell.Management":
        return f"Microsoft.PowerShell.Commands.{joined}Command"
    return cmdlet


def cmdlet(
    module: str, name: str, parameters: str = "", *, class_name: str | None = None
) -> Callable[[Handler], Handler]:
    """Register the function below as the simulation of a cmdlet; `parameters` are names with spaces between."""

    def register(handler: Handler) -> Handler:
        CMDLETS[name.casefold()] = SimulatedCmdlet(
            module, name, handler, frozenset(parameters.split()), class_name or class_name_of(module, name)
        )
        return handler

    return register


@cache
def load_cmdlets() -> dict[str, SimulatedCmdlet]:
    """All simulated cmdlets, by name in lower case."""
    for module in _MODULES:
        importlib.import_module(module, __package__)
    return CMDLETS
