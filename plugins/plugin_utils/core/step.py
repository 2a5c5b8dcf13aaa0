# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Steps of a batch and the value expressions in their parameters, as specified in docs/batch.md."""

from __future__ import annotations

import dataclasses
import typing as t

#: Property path and the values one of which the property must equal (text, whole number or boolean; never a pattern).
Condition = tuple[str, tuple[t.Any, ...]]


class Expression:
    """A value that only the host can make: an object of an earlier step, a TimeSpan, a credential."""

    def to_wire(self) -> dict[str, t.Any]:
        """Return the JSON object that stands for this value in a batch."""
        raise NotImplementedError


@dataclasses.dataclass(frozen=True)
class Reference(Expression):
    """Objects that an earlier step put out.

    Attributes:
        step: id of the earlier step.
        where: conditions on its objects.
        get: property (dotted path) to take from each; lists are flattened. None takes the objects themselves.
        having: conditions on what `get` gave.
    """

    step: str
    where: tuple[Condition, ...] = ()
    get: str | None = None
    having: tuple[Condition, ...] = ()

    def to_wire(self) -> dict[str, t.Any]:
        wire: dict[str, t.Any] = {"$ref": self.step}
        if self.where:
            wire["where"] = [[path, list(values)] for path, values in self.where]
        if self.get is not None:
            wire["get"] = self.get
        if self.having:
            wire["having"] = [[path, list(values)] for path, values in self.having]
        return wire


@dataclasses.dataclass(frozen=True)
class Seconds(Expression):
    """A TimeSpan of whole seconds."""

    seconds: int

    def to_wire(self) -> dict[str, t.Any]:
        return {"$seconds": self.seconds}


@dataclasses.dataclass(frozen=True)
class UniqueId(Expression):
    """A Guid."""

    text: str

    def to_wire(self) -> dict[str, t.Any]:
        return {"$guid": self.text}


@dataclasses.dataclass(frozen=True)
class Table(Expression):
    """A hashtable."""

    entries: t.Mapping[str, t.Any]

    def to_wire(self) -> dict[str, t.Any]:
        return {"$table": {key: value_to_wire(value) for key, value in self.entries.items()}}


@dataclasses.dataclass(frozen=True)
class Secret(Expression):
    """A secret of the batch by its name.

    Attributes:
        name: key in the batch's secrets.
        form: `credential` (PSCredential), `secure` (SecureString) or `plain` (text, where a cmdlet takes nothing else).
    """

    name: str
    form: t.Literal["credential", "secure", "plain"] = "credential"

    def to_wire(self) -> dict[str, t.Any]:
        return {f"${self.form}": self.name}


def value_to_wire(value: t.Any) -> t.Any:
    """Return the JSON form of a parameter value: plain values as they are, expressions as objects, lists element by
    element.

    Raises:
        TypeError: for a plain mapping, which would be read as an expression on the host; wrap it in Table.
    """
    if isinstance(value, Expression):
        return value.to_wire()
    if isinstance(value, (list, tuple)):
        return [value_to_wire(element) for element in value]
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    raise TypeError(f"a parameter value of type {type(value).__name__} has no form on the wire")


@dataclasses.dataclass(frozen=True)
class Field:
    """One field of a projection: what to read from each output object of a step.

    Attributes:
        name: key in the reply's row.
        path: property path on the object, dotted; "." is the object itself.
        kind: conversion, one of those in docs/batch.md; `objects` for a list of objects read by `fields`.
        fields: the projection of the elements when kind is `objects`.
    """

    name: str
    path: str
    kind: str = "text"
    fields: tuple[Field, ...] = ()

    def to_wire(self) -> list[t.Any]:
        """Return the projection entry as docs/batch.md specifies it."""
        if self.kind == "objects":
            return [self.name, self.path, self.kind, [field.to_wire() for field in self.fields]]
        return [self.name, self.path, self.kind]


@dataclasses.dataclass(frozen=True)
class Wait:
    """Call a step again until every object it puts out fulfils the conditions.

    Attributes:
        until: conditions, all of which must hold.
        seconds: time limit.
        every_seconds: pause between calls.
    """

    until: tuple[Condition, ...]
    seconds: int
    every_seconds: float = 2

    def to_wire(self) -> dict[str, t.Any]:
        """Return the wait as docs/batch.md specifies it."""
        return {
            "until": [[path, list(values)] for path, values in self.until],
            "seconds": self.seconds,
            "every_seconds": self.every_seconds,
        }


@dataclasses.dataclass(frozen=True)
class Step:
    """One call of a cmdlet (`Module\\Cmdlet`) or of an area function (bare name) on the host.

    The other attributes are explained key by key in docs/batch.md.
    """

    id: str
    call: str
    parameters: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    where: tuple[Condition, ...] = ()
    expect: t.Literal["any", "one", "none_or_one"] = "any"
    read: tuple[Field, ...] = ()
    collect: bool = False
    tolerate: tuple[t.Mapping[str, t.Any], ...] = ()
    retry: t.Mapping[str, t.Any] | None = None
    wait: Wait | None = None
    lane: str | None = None
    secret: bool = False

    @property
    def is_function(self) -> bool:
        """Whether the call names an area function and not a cmdlet."""
        return "\\" not in self.call

    def to_wire(self) -> dict[str, t.Any]:
        """Return the step as it stands in a batch; keys at their default are left out."""
        wire: dict[str, t.Any] = {"id": self.id, "call": self.call}
        if self.parameters:
            wire["with"] = {name: value_to_wire(value) for name, value in self.parameters.items()}
        if self.where:
            wire["where"] = [[path, list(values)] for path, values in self.where]
        if self.expect != "any":
            wire["expect"] = self.expect
        if self.read:
            wire["read"] = [field.to_wire() for field in self.read]
        if self.collect:
            wire["collect"] = True
        if self.tolerate:
            wire["tolerate"] = [dict(entry) for entry in self.tolerate]
        if self.retry is not None:
            wire["retry"] = dict(self.retry)
        if self.wait is not None:
            wire["wait"] = self.wait.to_wire()
        if self.lane is not None:
            wire["lane"] = self.lane
        if self.secret:
            wire["secret"] = True
        return wire


@dataclasses.dataclass(frozen=True)
class StepReply:
    """What the host answered for one step.

    Attributes:
        status: `done`, `skipped`, `failed` or `not_run`.
        rows: projected output objects.
        errors: structured errors that were collected.
        warnings: texts of the cmdlet's warnings.
        error: the structured error of a failed step, where the reply gives one for each (`on_failure: next_lane`).
    """

    id: str
    status: str
    rows: tuple[dict[str, t.Any], ...] = ()
    errors: tuple[dict[str, t.Any], ...] = ()
    warnings: tuple[str, ...] = ()
    milliseconds: int = 0
    error: t.Mapping[str, t.Any] | None = None


#: Under this id, which no step can have, areas find what the host says about itself in every reply: `computer`,
#: `build`, `powershell`, `time`.
HOST_FACTS = "$host"

#: The answers of a batch by step id.
Replies = t.Mapping[str, StepReply]
