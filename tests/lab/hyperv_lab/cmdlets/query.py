# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The part of WQL that the lab understands: SELECT ... FROM class WHERE comparisons with AND and OR."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..simulation.values import EnumMember, SimObject


class QueryError(ValueError):
    """Not a query that the lab understands."""


@dataclass(frozen=True)
class Comparison:
    """`property operator value`; the value None is NULL."""

    name: str
    operator: str
    value: str | int | None

    def holds(self, thing: SimObject) -> bool:
        """Whether an object fulfils it; texts compare without regard to case."""
        actual = thing.get(self.name)
        if isinstance(actual, EnumMember):
            actual = actual.number
        if self.operator == "IS" or self.value is None:
            return (actual is None) == (self.operator in ("IS", "="))
        if self.operator == "LIKE":
            pattern = re.escape(str(self.value)).replace("%", ".*").replace("_", ".")
            return re.fullmatch(pattern, str(actual), re.IGNORECASE | re.DOTALL) is not None
        if isinstance(self.value, int):
            if not isinstance(actual, int):
                return False
            order = (actual > self.value) - (actual < self.value)
        else:
            left, right = str(actual).casefold(), self.value.casefold()
            order = (left > right) - (left < right)
        return {
            "=": order == 0,
            "<>": order != 0,
            "!=": order != 0,
            "<": order < 0,
            ">": order > 0,
            "<=": order <= 0,
            ">=": order >= 0,
        }[self.operator]


@dataclass(frozen=True)
class Condition:
    """Alternatives of comparisons that must all hold; empty holds always."""

    alternatives: tuple[tuple[Comparison, ...], ...] = ()

    def holds(self, thing: SimObject) -> bool:
        """Whether an object fulfils it."""
        return not self.alternatives or any(all(part.holds(thing) for part in parts) for parts in self.alternatives)


_TOKEN = re.compile(r"\s*(?:('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")|(<>|!=|<=|>=|=|<|>)|([A-Za-z_][\w.]*)|(-?\d+))")


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    position = 0
    while position < len(text.rstrip()):
        match = _TOKEN.match(text, position)
        if match is None:
            raise QueryError(f"cannot read '{text[position:]}'")
        tokens.append(match.group(0).strip())
        position = match.end()
    return tokens


def _value(token: str) -> str | int | None:
    if token[0] in "'\"":
        return re.sub(r"\\(.)", r"\1", token[1:-1])
    if token.casefold() == "null":
        return None
    if token.casefold() in ("true", "false"):
        return int(token.casefold() == "true")
    try:
        return int(token)
    except ValueError:
        raise QueryError(f"'{token}' is not a value") from None


def parse_filter(text: str) -> Condition:
    """The condition after WHERE. Raises QueryError."""
    tokens = _tokens(text)
    alternatives: list[tuple[Comparison, ...]] = []
    current: list[Comparison] = []
    position = 0
    while position < len(tokens):
        if position + 3 > len(tokens):
            raise QueryError("the condition ends too early")
        name, operator, value = tokens[position : position + 3]
        operator = operator.upper()
        if operator not in ("=", "<>", "!=", "<", ">", "<=", ">=", "LIKE", "IS"):
            raise QueryError(f"'{operator}' is not an operator")
        current.append(Comparison(name, operator, _value(value)))
        position += 3
        if position == len(tokens):
            break
        joiner = tokens[position].upper()
        if joiner not in ("AND", "OR"):
            raise QueryError(f"'{tokens[position]}' is neither AND nor OR")
        if joiner == "OR":
            alternatives.append(tuple(current))
            current = []
        position += 1
    alternatives.append(tuple(current))
    return Condition(tuple(alternatives))


def parse_query(text: str) -> tuple[str, Condition]:
    """Class and condition of a query. Raises QueryError."""
    match = re.fullmatch(r"\s*SELECT\s+(.+?)\s+FROM\s+(\w+)(?:\s+WHERE\s+(.+))?\s*", text, re.IGNORECASE | re.DOTALL)
    if match is None:
        raise QueryError("SELECT ... FROM ... is expected")
    return match.group(2), parse_filter(match.group(3)) if match.group(3) else Condition()
