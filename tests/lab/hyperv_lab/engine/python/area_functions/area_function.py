# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What an area function in Python works with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from hyperv_lab.cmdlets.calls import CmdletOutcome
from hyperv_lab.engine.python.commands import COMMON_PARAMETERS, Command, CommandSource
from hyperv_lab.engine.python.operations import HostOperation
from hyperv_lab.simulation.clock import Clock
from hyperv_lab.simulation.errors import CmdletError, ErrorRecord
from hyperv_lab.simulation.host import Host
from hyperv_lab.simulation.values import SimObject, Value


class PlainObject(SimObject):
    """A PSCustomObject: named values."""

    type_name = "System.Management.Automation.PSCustomObject"

    def __init__(self, **values: Any) -> None:
        self._values = values
        self._folded = {name.casefold(): value for name, value in values.items()}

    @property
    def key(self) -> str:
        return f"PSCustomObject:{id(self)}"

    def has(self, name: str) -> bool:
        """See SimObject."""
        return name.casefold() in self._folded

    def get(self, name: str) -> Value:
        """See SimObject."""
        return self._folded.get(name.casefold())

    def properties(self) -> Mapping[str, Value]:
        """See SimObject."""
        return dict(self._values)


class Batches(Protocol):
    """What runs batches on the host, for functions that start one.

    Attributes:
        host: on which.
    """

    host: Host

    def run(self, body: str, operation: HostOperation) -> str:
        """Run an encoded batch, noting on the operation how far it is. Returns the reply line."""

    def unlock(self) -> None:
        """Free the host's lock if the running batch holds it."""

    def leave_the_rest(self) -> None:
        """Let the running batch end without its other steps; that is no failure."""


class Toolbox:
    """The cmdlets, the clock and the runner of batches, for the body of an area function."""

    def __init__(self, commands: CommandSource, clock: Clock, batches: Batches) -> None:
        self._commands = commands
        self._found: dict[str, Command] = {}
        self.clock = clock
        self.batches = batches
        self.outcome = CmdletOutcome()

    def call(self, name: str, **parameters: Any) -> CmdletOutcome:
        """Call `Module\\Cmdlet` with -ErrorAction Continue. Raises CmdletError for a terminating error."""
        if name not in self._found:
            module, _, cmdlet = name.partition("\\")
            self._found[name] = self._commands.find(module, cmdlet)
        return self._found[name].run(parameters)

    def must(self, name: str, **parameters: Any) -> list[Any]:
        """Call `Module\\Cmdlet` with -ErrorAction Stop. Raises CmdletError for any error."""
        outcome = self.call(name, **parameters)
        if outcome.errors:
            raise CmdletError(outcome.errors[0])
        return [value for value in outcome.output if value is not None]


@dataclass(frozen=True)
class AreaFunction:
    """An area function of the payload, again in Python.

    Attributes:
        name: as in the payload.
        parameters: its parameters.
        body: what it does.
        choices: accepted values of parameters that have a ValidateSet.
    """

    name: str
    parameters: tuple[str, ...]
    body: Callable[[Toolbox, Mapping[str, Any]], None]
    mandatory: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class AreaCommand:
    """An area function as a command of a batch."""

    def __init__(self, function: AreaFunction, commands: CommandSource, clock: Clock, batches: Batches) -> None:
        self._function = function
        self._commands = commands
        self._clock = clock
        self._batches = batches
        self._names = {name.casefold(): name for name in function.parameters}

    def has_parameter(self, name: str) -> bool:
        """See Command."""
        return name.casefold() in self._names or name.casefold() in COMMON_PARAMETERS

    def run(self, parameters: Mapping[str, Any]) -> CmdletOutcome:
        """See Command."""
        bound = {self._names[name.casefold()]: value for name, value in parameters.items()}
        for name in self._function.mandatory:
            if bound.get(name) in (None, []):
                raise self._unbound("MissingMandatoryParameter", "InvalidArgument", name)
        for name, accepted in self._function.choices.items():
            if name in bound and str(bound[name]).casefold() not in accepted:
                raise self._unbound("ParameterArgumentValidationError", "InvalidData", name)
        toolbox = Toolbox(self._commands, self._clock, self._batches)
        self._function.body(toolbox, bound)
        return toolbox.outcome

    def _unbound(self, error_id: str, category: str, parameter: str) -> CmdletError:
        return CmdletError(
            ErrorRecord(
                error_id,
                self._function.name,
                category,
                f"Cannot bind the parameter {parameter} of {self._function.name}.",
                exception_type="System.Management.Automation.ParameterBindingException",
            )
        )
