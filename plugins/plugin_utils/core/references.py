# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Walks over the value expressions of steps: renaming references, finding secrets."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from .step import Reference, Secret, Step, Table

#: Prefix of the ids of reading steps that run again after a change, in the same exchange.
AFTER = "after."


def reading_again(steps: c.Iterable[Step]) -> tuple[Step, ...]:
    """Return the reading steps for the end of the batch that applies: ids and the references among them prefixed."""
    return tuple(
        dataclasses.replace(
            step,
            id=AFTER + step.id,
            parameters={name: _renamed(value) for name, value in step.parameters.items()},
            lane=None,
        )
        for step in steps
    )


def secret_names(steps: c.Iterable[Step]) -> frozenset[str]:
    """Return the names of the secrets that the steps use."""
    return frozenset(
        value.name
        for step in steps
        for parameter in step.parameters.values()
        for value in _expressions(parameter, Secret)
    )


def referenced_steps(steps: c.Iterable[Step]) -> frozenset[str]:
    """Return the ids of the steps that other steps refer to."""
    return frozenset(
        value.step
        for step in steps
        for parameter in step.parameters.values()
        for value in _expressions(parameter, Reference)
    )


def _renamed(value: t.Any) -> t.Any:
    if isinstance(value, Reference):
        return dataclasses.replace(value, step=AFTER + value.step)
    if isinstance(value, Table):
        return Table({key: _renamed(entry) for key, entry in value.entries.items()})
    if isinstance(value, (list, tuple)):
        return [_renamed(element) for element in value]
    return value


_Kind = t.TypeVar("_Kind")


def _expressions(value: t.Any, kind: type[_Kind]) -> c.Iterator[_Kind]:
    if isinstance(value, kind):
        yield value
    elif isinstance(value, Table):
        for entry in value.entries.values():
            yield from _expressions(entry, kind)
    elif isinstance(value, (list, tuple)):
        for element in value:
            yield from _expressions(element, kind)
