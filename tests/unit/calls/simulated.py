# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Binds steps against the parameter sets of the simulated cmdlets, as the lab would, without running anything."""

from __future__ import annotations

import datetime
import typing as t
import uuid

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.step import (
    Expression,
    Reference,
    Seconds,
    Secret,
    Step,
    Table,
    UniqueId,
)
from hyperv_lab.objects.enums import find_enum
from hyperv_lab.signatures import Parameter, ParameterBindingError, Signature, bind, load_signatures
from hyperv_lab.simulation.values import SimObject


class AnyObject(SimObject):
    """Stands for an object that an earlier step would have put out."""

    type_name = "System.Object"

    @property
    def key(self) -> str:
        return "AnyObject"


def signature_of(call: str) -> Signature | None:
    """Return the signature of a module-qualified cmdlet, or None where the lab does not simulate it."""
    module, _, cmdlet = call.partition("\\")
    return load_signatures(everything=True).get(module, {}).get(cmdlet)


def problems(step: Step) -> list[str]:
    """Return why a cmdlet call would not bind in the lab, or nothing."""
    signature = signature_of(step.call)
    if signature is None:
        return [f"the lab does not simulate {step.call}"]
    try:
        parameters = {name: literal(signature.find(name), value) for name, value in step.parameters.items()}
        bind(signature, parameters)
    except ParameterBindingError as error:
        return [f"{step.call}: {error.record.error_id}: {error.record.message}"]
    return []


def later_parameters(step: Step, build: int) -> list[str]:
    """Return the given parameters that a Windows of that build does not have."""
    signature = signature_of(step.call)
    if signature is None:
        return []
    found = [(name, signature.find(name)) for name in step.parameters]
    return [name for name, parameter in found if parameter is not None and parameter.since_build > build]


def literal(parameter: Parameter | None, value: t.Any) -> t.Any:
    """Return what the payload would make of a value; for a reference, something of the parameter's type."""
    if isinstance(value, (list, tuple)):
        return [literal(parameter, one) for one in value]
    if not isinstance(value, Expression):
        return value
    if isinstance(value, Reference):
        return stand_in("Object" if parameter is None else parameter.type.removesuffix("[]"))
    if isinstance(value, Seconds):
        return datetime.timedelta(seconds=value.seconds)
    if isinstance(value, UniqueId):
        return uuid.UUID(value.text)
    if isinstance(value, Table):
        return {key: literal(None, entry) for key, entry in value.entries.items()}
    assert isinstance(value, Secret)
    return "secret"


def stand_in(type_name: str) -> t.Any:
    """Return some value of a parameter's type."""
    enumeration = find_enum(type_name)
    if enumeration is not None:
        return next(iter(enumeration.members))
    if type_name.startswith(("Int", "UInt")):
        return 1
    plain: dict[str, t.Any] = {"String": "text", "Guid": uuid.UUID(int=1), "Boolean": True, "SwitchParameter": True}
    return plain.get(type_name, AnyObject())
