# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Binding named parameters to one parameter set, with PowerShell's own errors."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from dataclasses import dataclass

from ..cmdlets.registry import class_name_of
from ..simulation.errors import CmdletError, ErrorRecord
from ..simulation.values import Value
from .conversion import ConversionError, convert
from .model import ALL_SETS, Parameter, Signature


@dataclass(frozen=True, slots=True)
class BoundCall:
    """The chosen parameter set, and the parameters under their proper names with values of the proper types."""

    set_name: str
    parameters: dict[str, Value]


class ParameterBindingError(CmdletError):
    """The parameters do not fit the cmdlet."""


def _fail(
    signature: Signature,
    error_id: str,
    message: str,
    *,
    category: str = "InvalidArgument",
    parameter: str | None = None,
) -> t.NoReturn:
    exception = "ParameterBindingValidationException" if "Validation" in error_id else "ParameterBindingException"
    raise ParameterBindingError(
        ErrorRecord(
            error_id,
            class_name_of(signature.module, signature.cmdlet),
            category,
            message,
            exception_type=f"System.Management.Automation.{exception}",
            target=parameter,
        )
    )


def bind(signature: Signature, parameters: Mapping[str, t.Any], build: int | None = None) -> BoundCall:
    """Choose the parameter set and convert the values.

    Args:
        signature: of the cmdlet.
        parameters: by name or alias; a prefix that only one parameter has will do.
        build: Windows build whose parameters count; None for all.

    Raises:
        ParameterBindingError: NamedParameterNotFound, AmbiguousParameter, ParameterAlreadyBound,
            CannotConvertArgumentNoMessage, ParameterArgumentValidationError..., AmbiguousParameterSet or
            MissingMandatoryParameter.
    """
    if build is not None:
        signature = signature.for_build(build)
    bound: dict[str, Value] = {}
    for name, value in parameters.items():
        parameter = _resolve(signature, name)
        if parameter.name in bound:
            _fail(
                signature,
                "ParameterAlreadyBound",
                f"Cannot bind parameter because parameter '{name}' is specified more than once.",
            )
        bound[parameter.name] = _value(signature, parameter, value)
    return BoundCall(_choose(signature, bound), bound)


def _resolve(signature: Signature, name: str) -> Parameter:
    exact = signature.find(name)
    if exact is not None:
        return exact
    candidates = signature.starting_with(name)
    if not candidates:
        _fail(
            signature,
            "NamedParameterNotFound",
            f"A parameter cannot be found that matches parameter name '{name}'.",
            parameter=name,
        )
    if len(candidates) > 1:
        _fail(
            signature,
            "AmbiguousParameter",
            f"Parameter cannot be processed because the parameter name '{name}' is ambiguous. Possible matches "
            f"include: " + " ".join(f"-{candidate}" for candidate in candidates) + ".",
            parameter=name,
        )
    return signature.parameters[candidates[0]]


def _value(signature: Signature, parameter: Parameter, value: t.Any) -> t.Any:
    try:
        converted = convert(parameter.type, value)
    except ConversionError as failure:
        _fail(
            signature,
            "CannotConvertArgumentNoMessage",
            f"Cannot bind parameter '{parameter.name}'. {failure}",
            parameter=parameter.name,
        )
    mandatory = any(binding.mandatory for binding in parameter.sets.values())
    if mandatory:
        _check_mandatory(signature, parameter, converted)
    if parameter.values and converted is not None:
        allowed = {accepted.casefold() for accepted in parameter.values}
        for item in converted if isinstance(converted, list) else [converted]:
            if str(item).casefold() not in allowed:
                _fail(
                    signature,
                    "ParameterArgumentValidationError",
                    f"Cannot validate argument on parameter '{parameter.name}'. "
                    f'The argument "{item}" does not belong to the set '
                    f'"{",".join(parameter.values)}" specified by the ValidateSet attribute.',
                    category="InvalidData",
                    parameter=parameter.name,
                )
    return converted


def _check_mandatory(signature: Signature, parameter: Parameter, value: t.Any) -> None:
    items = value if isinstance(value, list) else [value]
    start = f"Cannot bind argument to parameter '{parameter.name}' because it is"
    if value is None or any(item is None for item in items):
        _fail(
            signature,
            "ParameterArgumentValidationErrorNullNotAllowed",
            f"{start} null.",
            category="InvalidData",
            parameter=parameter.name,
        )
    if isinstance(value, list) and not value:
        _fail(
            signature,
            "ParameterArgumentValidationErrorEmptyArrayNotAllowed",
            f"{start} an empty array.",
            category="InvalidData",
            parameter=parameter.name,
        )
    if parameter.type in ("String", "String[]") and any(item == "" for item in items):
        _fail(
            signature,
            "ParameterArgumentValidationErrorEmptyStringNotAllowed",
            f"{start} an empty string.",
            category="InvalidData",
            parameter=parameter.name,
        )


def _choose(signature: Signature, bound: Mapping[str, t.Any]) -> str:
    sets = [name for name in signature.set_names if name != ALL_SETS] or [ALL_SETS]
    fitting = [
        name
        for name in sets
        if all(
            name in signature.parameters[given].sets or ALL_SETS in signature.parameters[given].sets for given in bound
        )
    ]
    if not fitting:
        _fail(
            signature,
            "AmbiguousParameterSet",
            "Parameter set cannot be resolved using the specified named parameters. One or more parameters "
            "issued cannot be used together "
            "or an insufficient number of parameters were provided.",
        )
    complete = [name for name in fitting if not _missing(signature, name, bound)]
    if len(complete) == 1:
        return complete[0]
    if len(complete) > 1:
        if signature.default_set in complete:
            return signature.default_set
        _fail(
            signature, "AmbiguousParameterSet", "Parameter set cannot be resolved using the specified named parameters."
        )
    target = signature.default_set if signature.default_set in fitting else fitting[0] if len(fitting) == 1 else None
    if target is None:
        _fail(
            signature, "AmbiguousParameterSet", "Parameter set cannot be resolved using the specified named parameters."
        )
    missing = _missing(signature, target, bound)
    _fail(
        signature,
        "MissingMandatoryParameter",
        f"Cannot process command because of one or more missing mandatory parameters: {' '.join(missing)}.",
        parameter=missing[0],
    )


def _missing(signature: Signature, set_name: str, bound: Mapping[str, t.Any]) -> list[str]:
    missing: list[str] = []
    for name, parameter in signature.parameters.items():
        binding = parameter.sets.get(set_name) or parameter.sets.get(ALL_SETS)
        if binding is not None and binding.mandatory and name not in bound:
            missing.append(name)
    return missing
