# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Reading properties by a dotted path."""

from __future__ import annotations

from typing import Any

from hyperv_lab.simulation.values import SimObject


def property_of(value: Any, name: str) -> Any:
    """One property of a value; None if it has none of that name."""
    if isinstance(value, SimObject):
        return value.get(name)
    return None


def value_at(value: Any, path: str) -> Any:
    """The value behind a dotted path; lists on the way are flattened. "." is the value itself."""
    if path == ".":
        return value
    for name in path.split("."):
        if value is None:
            return None
        if isinstance(value, list):
            gathered: list[Any] = []
            for element in value:
                inner = property_of(element, name)
                if isinstance(inner, list):
                    gathered.extend(item for item in inner if item is not None)
                elif inner is not None:
                    gathered.append(inner)
            value = gathered
        else:
            value = property_of(value, name)
    return value
