# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Holds calls against the catalogue of cmdlet signatures in ../shared/cmdlets, where that folder is present.

This reads the catalogue on its own and shares no code with the lab: a mistake in the lab's signatures must not hide one
in a plan. Its README says how the files are to be read, and which later parameters they lack.
"""

from __future__ import annotations

import functools
import json
import pathlib
import typing as t

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.step import (
    Expression,
    Reference,
    Seconds,
    Secret,
    Step,
    Table,
    UniqueId,
)

FOLDER = pathlib.Path(__file__).resolve().parents[4] / "shared" / "cmdlets"
PRESENT = (FOLDER / "Hyper-V.json").is_file()

#: Parameters that every advanced cmdlet has and no page lists.
COMMON = frozenset({"ErrorAction", "WarningAction", "Verbose", "ErrorVariable", "OutVariable"})

#: Cmdlets without a page, and values that came after the pages (its README and facts name them).
WITHOUT_PAGE = frozenset({"Get-VMPmemController", "Add-VMPmemController", "Remove-VMPmemController"})
LATER_VALUES = {"ControllerType": {"pmem"}}

_WHOLE_NUMBERS = {
    "Byte": (0, 2**8 - 1),
    "UInt16": (0, 2**16 - 1),
    "UInt32": (0, 2**32 - 1),
    "UInt64": (0, 2**64 - 1),
    "Int16": (-(2**15), 2**15 - 1),
    "Int32": (-(2**31), 2**31 - 1),
    "Int64": (-(2**63), 2**63 - 1),
}
#: Expressions and the parameter types that they can be.
_EXPRESSION_TYPES: dict[type[Expression], tuple[str, ...]] = {
    Seconds: ("TimeSpan",),
    UniqueId: ("Guid",),
    Table: ("Hashtable",),
}
_SECRET_TYPES = {"credential": "PSCredential", "secure": "SecureString", "plain": "String"}


@functools.cache
def module_catalogue(module: str) -> dict[str, t.Any] | None:
    """Return the cmdlets of a module by name, or None where the catalogue does not have the module."""
    file = FOLDER / f"{module}.json"
    if not file.is_file():
        return None
    return t.cast("dict[str, t.Any]", json.loads(file.read_text(encoding="utf-8"))["cmdlets"])


def parameter_known(call: str, parameter: str) -> bool:
    """Return whether the catalogue has this parameter of this cmdlet."""
    module, _, cmdlet = call.partition("\\")
    cmdlets = module_catalogue(module) or {}
    return parameter in cmdlets.get(cmdlet, {}).get("parameters", {})


def problems(step: Step, later: t.Container[tuple[str, str]] = frozenset()) -> list[str]:
    """Return why a cmdlet call would not bind, or nothing.

    Args:
        step: a step that calls a cmdlet of a module that the catalogue has.
        later: (call, parameter) pairs that came after the catalogue's release, as rows of settings declare them.
    """
    module, _, cmdlet = step.call.partition("\\")
    cmdlets = module_catalogue(module)
    if cmdlets is None:
        return [f"the catalogue has no module {module}"]
    if cmdlet in WITHOUT_PAGE:
        return []
    if cmdlet not in cmdlets:
        return [f"{step.call} does not exist"]
    entry = cmdlets[cmdlet]
    parameters = entry["parameters"]
    found = []
    given = set()
    for name, value in step.parameters.items():
        if name in COMMON:
            continue
        if (step.call, name) in later:  # what pages of Server 2016 say about it is not to be trusted
            continue
        if name not in parameters:
            found.append(f"{step.call} has no parameter -{name}")
            continue
        given.add(name)
        found += [f"{step.call} -{name}: {problem}" for problem in value_problems(parameters[name], value)]
    if not found and not fitting_sets(entry, given):
        found.append(f"{step.call}: no parameter set takes exactly {', '.join(sorted(given)) or 'no parameters'}")
    return found


def fitting_sets(entry: dict[str, t.Any], given: set[str]) -> list[str]:
    """Return the parameter sets that have all given parameters and demand no other."""
    fitting = []
    for name in entry["parameter_sets"]:
        members = {parameter for parameter, one in entry["parameters"].items() if name in one["sets"]}
        mandatory = {parameter for parameter in members if entry["parameters"][parameter]["sets"][name]["mandatory"]}
        if mandatory <= given <= members:
            fitting.append(name)
    return fitting


def value_problems(parameter: dict[str, t.Any], value: t.Any) -> list[str]:
    """Return why a value does not fit a parameter's type or accepted values."""
    wanted = str(parameter["type"])
    many = wanted.endswith("[]")
    element = wanted.removesuffix("[]")
    if isinstance(value, (list, tuple)):
        if not many:
            return [f"a list for one {wanted}"]
        return [problem for one in value for problem in value_problems({**parameter, "type": element}, one)]
    if isinstance(value, Reference):
        return []
    if isinstance(value, Secret):
        return [] if element == _SECRET_TYPES[value.form] else [f"a {value.form} secret for {wanted}"]
    if isinstance(value, Expression):
        allowed = _EXPRESSION_TYPES.get(type(value), ())
        return [] if element in allowed else [f"{type(value).__name__} for {wanted}"]
    if (
        value is None and element == "String"
    ):  # $null takes a medium or a policy away (pages of Set-VMDvdDrive and others)
        return []
    accepted = {str(one).lower() for one in parameter["accepted_values"]}
    accepted |= LATER_VALUES.get(element, set()) if accepted else set()
    if accepted and str(value).lower() not in accepted:
        return [f"{value!r} is not one of {', '.join(parameter['accepted_values'])}"]
    return [] if _fits(element, value, bool(accepted)) else [f"{value!r} for {wanted}"]


def _fits(wanted: str, value: t.Any, enumeration: bool) -> bool:
    if wanted in ("Boolean", "SwitchParameter"):
        return isinstance(value, bool)
    if wanted in _WHOLE_NUMBERS:
        low, high = _WHOLE_NUMBERS[wanted]
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    if wanted in ("String", "Object", "PSObject"):
        return isinstance(value, str)
    if wanted == "Version":  # PowerShell makes one of a text such as 9.0
        return isinstance(value, str) and value.replace(".", "").isdecimal() and value.count(".") in (1, 2, 3)
    if wanted == "Char":
        return isinstance(value, str) and len(value) == 1
    # An enumeration converts from its name; nothing else has a literal form.
    return enumeration and isinstance(value, str)
