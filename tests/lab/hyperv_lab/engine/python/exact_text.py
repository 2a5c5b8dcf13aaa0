# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Text of values as filters compare it, ordinal and without regard to case (docs/batch.md, "Exact equality")."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from hyperv_lab.simulation.values import EnumMember, SimObject

NO_TEXT = "\0"
"""Stands for null, which no text equals."""


def iso_time(moment: datetime) -> str:
    """ISO 8601 in UTC, whole seconds."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def whole_seconds(span: timedelta) -> int:
    """The whole seconds of a time span, cut towards zero as .NET's Math.Truncate does."""
    microseconds = span // timedelta(microseconds=1)
    return microseconds // 1_000_000 if microseconds >= 0 else -(-microseconds // 1_000_000)


def number_text(number: float) -> str:
    """A floating-point number as .NET writes it: the shortest form, without ".0"."""
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def exact_text(value: Any) -> str:
    """The text of one value (not of a list)."""
    match value:
        case None:
            return NO_TEXT
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case EnumMember():
            return value.name
        case uuid.UUID():
            return str(value)
        case timedelta():
            return str(whole_seconds(value))
        case datetime():
            return iso_time(value)
        case float():
            return number_text(value)
        case SimObject():
            return value.type_name
    return str(value)


def _fold_character(character: str) -> str:
    # .NET's ordinal comparison maps each UTF-16 code unit by itself and never from outside ASCII into ASCII.
    upper = character.upper()
    if len(upper) != 1 or (upper < "\x80" <= character) or character > "\uffff":
        return character
    return upper


@lru_cache(maxsize=65536)
def ordinal_fold(text: str) -> str:
    """A form that is equal for texts that .NET's StringComparer.OrdinalIgnoreCase takes for equal."""
    if text.isascii():
        return text.upper()
    return "".join(map(_fold_character, text))


def folded(value: Any) -> str:
    """The comparable text of one value."""
    return ordinal_fold(exact_text(value))


def folded_set(values: Iterable[Any]) -> frozenset[str]:
    """The comparable texts of several values."""
    return frozenset(map(folded, values))
