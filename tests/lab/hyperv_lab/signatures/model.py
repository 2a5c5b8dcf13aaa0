# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Signatures of cmdlets."""

from __future__ import annotations

from dataclasses import dataclass, field

ALL_SETS = "__AllParameterSets"


@dataclass(frozen=True, slots=True)
class Binding:
    """How a parameter takes part in one parameter set.

    Attributes:
        pipeline: "ByValue", "ByPropertyName", "both" or False.
    """

    mandatory: bool = False
    position: int | None = None
    pipeline: str | bool = False


@dataclass(frozen=True)
class Parameter:
    """One parameter of a cmdlet.

    Attributes:
        type: short .NET name such as "String[]".
        values: accepted values, empty for no ValidateSet.
        sets: how it takes part, by parameter set.
        since_build: Windows build that has it first.
    """

    name: str
    type: str
    aliases: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    sets: dict[str, Binding] = field(default_factory=dict)
    since_build: int = 14393

    @property
    def switch(self) -> bool:
        """Whether it is a SwitchParameter."""
        return self.type == "SwitchParameter"


@dataclass(frozen=True)
class Signature:
    """Parameters and parameter sets of one cmdlet."""

    module: str
    cmdlet: str
    default_set: str | None
    set_names: tuple[str, ...]
    parameters: dict[str, Parameter]
    supports_should_process: bool
    since_build: int = 14393
    _names: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, parameter in self.parameters.items():
            for alias in parameter.aliases:
                self._names.setdefault(alias.casefold(), name)
        for name in self.parameters:
            self._names[name.casefold()] = name

    def find(self, name: str) -> Parameter | None:
        """The parameter with that name or alias, in any case."""
        proper = self._names.get(name.casefold())
        return None if proper is None else self.parameters[proper]

    def starting_with(self, prefix: str) -> list[str]:
        """Proper names of the parameters whose name or an alias begins like that."""
        folded = prefix.casefold()
        return sorted({proper for known, proper in self._names.items() if known.startswith(folded)})

    def for_build(self, build: int) -> Signature:
        """The signature as a Windows of that build has it."""
        kept = {name: parameter for name, parameter in self.parameters.items() if parameter.since_build <= build}
        if len(kept) == len(self.parameters):
            return self
        return Signature(
            self.module,
            self.cmdlet,
            self.default_set,
            self.set_names,
            kept,
            self.supports_should_process,
            self.since_build,
        )
