# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Reading values out of a topology with messages that name the place."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping, Sequence

UNITS = {
    "": 1,
    "B": 1,
    "KIB": 1 << 10,
    "KB": 1 << 10,
    "MIB": 1 << 20,
    "MB": 1 << 20,
    "GIB": 1 << 30,
    "GB": 1 << 30,
    "TIB": 1 << 40,
    "TB": 1 << 40,
}

_REQUIRED: t.Any = object()


class TopologyError(ValueError):
    """A topology says something that the lab cannot build; the message names the place."""


class Part:
    """A mapping of a topology and its place, for example `hosts[0].volumes[1]`.

    Raises:
        TopologyError: when made of something that is not a mapping, or with keys other than `known`.
    """

    def __init__(self, values: t.Any, place: str, known: Sequence[str]) -> None:
        if not isinstance(values, Mapping):
            raise TopologyError(f"{place}: a mapping is wanted here, not {values!r}")
        unknown = sorted(str(key) for key in set(values) - set(known))
        if unknown:
            raise TopologyError(f"{place}: unknown key {', '.join(unknown)}; known are {', '.join(known)}")
        self.values = values
        self.place = place

    def at(self, key: str) -> str:
        """The place of a key."""
        return f"{self.place}.{key}" if self.place else key

    def text(self, key: str, default: t.Any = _REQUIRED, choices: Sequence[str] = ()) -> str:
        """A text."""
        value = self._value(key, default)
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise TopologyError(f"{self.at(key)}: a text is wanted here, not {value!r}")
        if choices and str(value) not in choices:
            raise TopologyError(f"{self.at(key)}: {value!r} is not one of {', '.join(choices)}")
        return str(value)

    def whole(self, key: str, default: t.Any = _REQUIRED) -> int:
        """A whole number above zero."""
        value = self._value(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise TopologyError(f"{self.at(key)}: a whole number above zero is wanted here, not {value!r}")
        return value

    def number(self, key: str, default: t.Any = _REQUIRED) -> float:
        """A number that is not negative."""
        value = self._value(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise TopologyError(f"{self.at(key)}: a number from zero on is wanted here, not {value!r}")
        return float(value)

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self._value(key, default)
        if not isinstance(value, bool):
            raise TopologyError(f"{self.at(key)}: true or false is wanted here, not {value!r}")
        return value

    def size(self, key: str, default: t.Any = _REQUIRED) -> int:
        """Bytes, as a number or with a binary unit: `64 GiB`."""
        value = self._value(key, default)
        found = re.fullmatch(r"([0-9]+)\s*([A-Za-z]*)", str(value))
        if isinstance(value, bool) or found is None or found[2].upper() not in UNITS:
            raise TopologyError(f"{self.at(key)}: a size such as 64 GiB is wanted here, not {value!r}")
        return int(found[1]) * UNITS[found[2].upper()]

    def parts(self, key: str, known: Sequence[str]) -> list[Part]:
        """A list of mappings; empty when left out."""
        return [Part(value, f"{self.at(key)}[{index}]", known) for index, value in enumerate(self.items(key))]

    def part(self, key: str, known: Sequence[str]) -> Part:
        """A mapping; empty when left out."""
        return Part(self.values.get(key) or {}, self.at(key), known)

    def items(self, key: str) -> list[t.Any]:
        """A list; empty when left out."""
        value = self.values.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise TopologyError(f"{self.at(key)}: a list is wanted here, not {value!r}")
        return value

    def _value(self, key: str, default: t.Any) -> t.Any:
        value = self.values.get(key)
        if value is None:
            value = default
        if value is _REQUIRED:
            raise TopologyError(f"{self.at(key)}: is missing")
        return value
