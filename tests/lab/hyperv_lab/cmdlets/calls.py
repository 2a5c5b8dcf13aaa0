# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A call of a cmdlet and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..simulation.errors import ErrorRecord
from ..simulation.estate import Session
from ..simulation.values import Value


@dataclass(frozen=True, slots=True)
class CmdletCall:
    """A cmdlet with its bound parameters. Common parameters such as -ErrorAction are not among them."""

    module: str
    cmdlet: str
    parameter_set: str
    parameters: dict[str, Value]
    session: Session


@dataclass(slots=True)
class CmdletOutcome:
    """Output, non-terminating errors and warnings, each in order."""

    output: list[Value] = field(default_factory=list)
    errors: list[ErrorRecord] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
