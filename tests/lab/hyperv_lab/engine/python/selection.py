# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Finding objects by exact equality, with an index for the properties that never change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hyperv_lab.engine.python.exact_text import NO_TEXT, folded, folded_set
from hyperv_lab.engine.python.property_path import value_at

INDEXED = frozenset({"Id", "VMId"})
"""Properties that never change while an object lives; everything else is read when the filter is applied."""

Condition = Sequence[Any]


class Filter:
    """Conditions `[path, [values]]`, all of which must hold."""

    def __init__(self, conditions: Iterable[Condition]) -> None:
        self._tests = [(path, folded_set(values)) for path, values in conditions]

    def accepts(self, thing: Any) -> bool:
        """Whether the object meets all conditions; of a list property, one element must equal one value."""
        for path, wanted in self._tests:
            value = value_at(thing, path)
            if isinstance(value, list):
                if not any(folded(element) in wanted for element in value) and not (not value and NO_TEXT in wanted):
                    return False
            elif folded(value) not in wanted:
                return False
        return True


def select(objects: Sequence[Any], conditions: Sequence[Condition] | None) -> list[Any]:
    """The objects that meet all conditions, in their order."""
    if not conditions:
        return list(objects)
    condition = Filter(conditions)
    return [thing for thing in objects if condition.accepts(thing)]


class StepOutputs:
    """Output objects of the steps so far."""

    def __init__(self) -> None:
        self._objects: dict[str, list[Any]] = {}
        self._indexes: dict[tuple[str, str], dict[str, list[Any]]] = {}

    def __contains__(self, step_id: str) -> bool:
        return step_id in self._objects

    def branch(self) -> StepOutputs:
        """The outputs so far, to which one lane adds its own; the indexes are shared."""
        branch = StepOutputs()
        branch._objects, branch._indexes = dict(self._objects), self._indexes
        return branch

    def of(self, step_id: str) -> list[Any]:
        """What a step put out. Raises KeyError when it has not run."""
        return self._objects[step_id]

    def add(self, step_id: str, objects: list[Any]) -> None:
        """Keep what a step put out."""
        self._objects[step_id] = objects

    def select(self, step_id: str, conditions: Sequence[Condition] | None) -> list[Any]:
        """Objects of a step that meet all conditions. Raises KeyError when no such step has run."""
        objects = self._objects[step_id]
        if not conditions:
            return list(objects)
        for position, (path, values) in enumerate(conditions):
            if path in INDEXED and len(values) == 1:
                found = self._index(step_id, path).get(folded(values[0]), [])
                return select(found, [*conditions[:position], *conditions[position + 1 :]])
        return select(objects, conditions)

    def _index(self, step_id: str, path: str) -> dict[str, list[Any]]:
        index = self._indexes.get((step_id, path))
        if index is None:
            index = {}
            for thing in self._objects[step_id]:
                index.setdefault(folded(value_at(thing, path)), []).append(thing)
            self._indexes[step_id, path] = index
        return index
