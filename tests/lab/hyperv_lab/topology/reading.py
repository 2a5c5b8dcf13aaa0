# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Reading plain values with clear messages: every one names the place in the topology."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterable, Mapping

_UNITS = {"": 1, "b": 1}
for _power, _letter in enumerate("kmgtp", start=1):
    for _suffix in ("", "b", "ib"):
        _UNITS[_letter + _suffix] = 1024**_power


class TopologyError(ValueError):
    """A topology that cannot be. The message says where and why."""


class Section:
    """A mapping of the topology at a place such as `hosts.HV01.volumes`."""

    def __init__(self, values: t.Any, place: str, known: Iterable[str] | None = None) -> None:
        if values is None:
            values = {}
        if not isinstance(values, Mapping):
            raise TopologyError(f"{place}: a mapping is expected, not {type(values).__name__}")
        self.values: Mapping[str, t.Any] = values
        self.place = place
        if known is not None:
            names = sorted(known)
            for name in values:
                if name not in names:
                    raise TopologyError(f"{place}.{name}: unknown key; known are {', '.join(names)}")

    def at(self, name: str) -> str:
        """The place of a key."""
        return f"{self.place}.{name}"

    def has(self, name: str) -> bool:
        """Whether a key is there with a value."""
        return self.values.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """A text; numbers count as texts."""
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise TopologyError(f"{self.at(name)}: a text is expected")
        return str(value)

    def choice(self, name: str, choices: Iterable[str], default: str) -> str:
        """A text out of a few; the case does not matter."""
        given = self.text(name, default)
        for choice in choices:
            if choice.casefold() == given.casefold():
                return choice
        raise TopologyError(f"{self.at(name)}: '{given}' is not one of {', '.join(choices)}")

    def flag(self, name: str, default: bool) -> bool:
        """A truth value."""
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            raise TopologyError(f"{self.at(name)}: true or false is expected")
        return value

    def integer(self, name: str, default: int, *, lowest: int = 0) -> int:
        """A whole number."""
        value = self.values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < lowest:
            raise TopologyError(f"{self.at(name)}: a whole number from {lowest} is expected")
        return value

    def number(self, name: str, default: float) -> float:
        """A number that is not negative."""
        value = self.values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise TopologyError(f"{self.at(name)}: a number that is not negative is expected")
        return float(value)

    def size(self, name: str, default: int) -> int:
        """A size in bytes: a number, or a text such as "64 GiB" (GB and GiB are both 1024-based)."""
        value = self.values.get(name)
        return default if value is None else parse_size(value, self.at(name))

    def section(self, name: str, known: Iterable[str] | None = None) -> Section:
        """A mapping inside."""
        return Section(self.values.get(name), self.at(name), known)

    def entries(self, name: str) -> list[tuple[str, t.Any]]:
        """A list inside, each entry with its place."""
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise TopologyError(f"{self.at(name)}: a list is expected")
        return [(f"{self.at(name)}[{index}]", entry) for index, entry in enumerate(value)]

    def texts(self, name: str) -> list[str]:
        """A list of texts."""
        found: list[str] = []
        for place, entry in self.entries(name):
            if not isinstance(entry, str):
                raise TopologyError(f"{place}: a text is expected")
            found.append(entry)
        return found


def parse_size(value: t.Any, place: str) -> int:
    """Bytes of a size. Raises TopologyError."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    match = re.fullmatch(r"\s*(\d+)\s*([A-Za-z]*)\s*", value) if isinstance(value, str) else None
    if match is None or match.group(2).casefold() not in _UNITS:
        raise TopologyError(f"{place}: '{value}' is not a size such as '64 GiB'")
    return int(match.group(1)) * _UNITS[match.group(2).casefold()]
