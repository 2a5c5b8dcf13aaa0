# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Value expressions: from the JSON of a batch to what a cmdlet gets."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hyperv_lab.engine.python.problems import BatchProblem
from hyperv_lab.engine.python.property_path import value_at
from hyperv_lab.engine.python.selection import StepOutputs, select
from hyperv_lab.simulation.values import Credential


class Expander:
    """Makes the parameter values of one step.

    Attributes:
        unmet: after `parameters`, the status of a step that cannot run: `skipped` (a reference without an object),
            `not_run` (a reference to a step that failed), or None.
    """

    def __init__(self, outputs: StepOutputs, lost: set[str], secrets: Mapping[str, Mapping[str, str]]) -> None:
        self._outputs = outputs
        self._lost = lost
        self._secrets = secrets
        self.unmet: str | None = None

    def parameters(self, written: Mapping[str, Any]) -> dict[str, Any]:
        """Values by parameter name. Raises BatchProblem for an expression that is none."""
        self.unmet = None
        return {name: self._expand(value) for name, value in written.items()}

    def _expand(self, value: Any) -> Any:
        if isinstance(value, list):
            return self._expand_list(value)
        if not isinstance(value, dict):
            return value
        form = next(iter(value), None)
        match form:
            case "$ref":
                objects = self._refer(value)
                return objects[0] if len(objects) == 1 else objects
            case "$table":
                return {name: self._expand(inner) for name, inner in value[form].items()}
            case "$seconds" | "$time" | "$guid":
                return _plain(form, value[form])
            case "$credential" | "$secure" | "$plain":
                return self._secret(form, value[form])
        raise BatchProblem("batch", f"there is no value {form}")

    def _expand_list(self, values: list[Any]) -> list[Any]:
        items: list[Any] = []
        for element in values:
            if isinstance(element, dict) and "$ref" in element:
                items.extend(self._refer(element))
            else:
                items.append(self._expand(element))
        return items

    def _miss(self, status: str) -> None:
        if self.unmet != "not_run":
            self.unmet = status

    def _refer(self, reference: Mapping[str, Any]) -> list[Any]:
        step_id = reference["$ref"]
        if step_id in self._lost:
            self._miss("not_run")
            return []
        if step_id not in self._outputs:
            raise BatchProblem("batch", f"no earlier step is called {step_id}")
        objects = self._outputs.select(step_id, reference.get("where"))
        path = reference.get("get")
        if path is not None:
            gathered: list[Any] = []
            for thing in objects:
                value = value_at(thing, path)
                gathered.extend(value if isinstance(value, list) else [value])
            objects = [value for value in gathered if value is not None]
        objects = select(objects, reference.get("having"))
        if not objects:
            self._miss("skipped")
        return objects

    def _secret(self, form: str, name: str) -> Any:
        secret = self._secrets.get(name)
        if secret is None:
            raise BatchProblem("batch", f"there is no value {form}")
        text = secret["text"] if "text" in secret else secret["password"]
        if form == "$credential":
            return Credential(secret["username"], text)
        return text


def _plain(form: str, value: Any) -> Any:
    try:
        if form == "$seconds":
            return timedelta(seconds=value)
        if form == "$guid":
            return uuid.UUID(value)
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (TypeError, ValueError, AttributeError) as error:
        raise BatchProblem("batch", f"{form} cannot be read") from error
