# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From one written value to the documented type, with messages that say what would be right."""

from __future__ import annotations

import collections.abc as c
import difflib
import json
import math
import re
import typing as t

from .plain_values import plain
from .size import BadSize, rate_in_bits_per_second, size_in_bytes

_WHOLE = re.compile(r"\s*[+-]?[0-9]+\s*", re.ASCII)
_TRUE_WORDS = frozenset({"y", "yes", "on", "1", "true", "t"})
_FALSE_WORDS = frozenset({"n", "no", "off", "0", "false", "f"})
#: What people mean by a bare on/yes/true or off/no/false where one of these words is a choice.
_MEANT: t.Mapping[bool, tuple[str, ...]] = {
    True: ("on", "yes", "true", "running", "started", "enabled", "present"),
    False: ("off", "no", "false", "stopped", "disabled", "none", "nothing", "absent"),
}


class BadValue(ValueError):
    """A value that is not of the documented type; the message completes `path: `."""


def as_text(value: t.Any, choices: tuple[t.Any, ...] | None = None) -> str:
    """Return a text.

    Numbers become texts as YAML wrote them. A truth value is refused: YAML reads a bare on, off, yes and no as one,
    and what was written cannot be told any more; unless exactly such a word is a choice.

    Raises:
        BadValue: for truth values, lists and mappings.
    """
    kind = type(value)
    if kind is str:
        return t.cast(str, value)
    if isinstance(value, bool):
        return _text_for_truth(bool(value), choices)
    if isinstance(value, (c.Mapping, list, tuple, set)):
        raise BadValue(f"must be a text, not {_kind_of(value)}")
    return str(plain(value))


def as_whole_number(value: t.Any) -> int:
    """Return a whole number.

    Raises:
        BadValue: for anything else, truth values included.
    """
    if value.__class__ is int:
        return value
    if isinstance(value, bool):
        raise BadValue(f"must be a whole number, not {_truth(value)}")
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(str.__str__(value))
    raise BadValue(f"must be a whole number, not {_shown(value)}")


def as_number(value: t.Any) -> float:
    """Return a number.

    Raises:
        BadValue: for anything else.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise BadValue(f"must be a number, not {_shown(value)}")
    try:
        number = float(value)
    except ValueError:
        raise BadValue(f"must be a number, not {_shown(value)}") from None
    if math.isnan(number) or number in (float("inf"), float("-inf")):
        raise BadValue(f"must be a number, not {_shown(value)}")
    return number


def as_truth(value: t.Any) -> bool:
    """Return a truth value from true/false and from the words that Ansible takes for them.

    Raises:
        BadValue: for anything else.
    """
    if isinstance(value, bool):
        return bool(value)
    if isinstance(value, (str, int, float)):
        word = str(plain(value)).strip().lower()
        if word in _TRUE_WORDS or word == "1.0":
            return True
        if word in _FALSE_WORDS or word == "0.0":
            return False
    raise BadValue(f"must be true or false, not {_shown(value)}")


def as_mapping(value: t.Any) -> t.Mapping[t.Any, t.Any]:
    """Return a mapping; a text is taken when it is JSON (what a template gives before ansible-core 2.19).

    Raises:
        BadValue: for anything else.
    """
    if isinstance(value, c.Mapping):
        return value
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            parsed = json.loads(value)
        except json.JSONDecodeError:
            parsed = None
        if isinstance(parsed, dict):
            return parsed
    if isinstance(value, (list, tuple)):
        raise BadValue("must be a mapping (option: value), not a list; leave out the dash in front")
    raise BadValue(f"must be a mapping (option: value), not {_shown(value)}")


def as_list(value: t.Any, elements: str | None) -> list[t.Any]:
    """Return a list. One plain value stands for a list of one; a text with commas is split, as everywhere in Ansible,
    unless the elements are mappings.

    Raises:
        BadValue: for mappings, and for plain values where mappings are wanted.
    """
    if isinstance(value, (list, tuple)):
        return list(value)
    if isinstance(value, c.Mapping):
        raise BadValue("must be a list, not a mapping; begin each entry with a dash")
    if elements == "dict":
        if isinstance(value, str) and value.lstrip().startswith("["):
            try:
                parsed = json.loads(value)
            except json.JSONDecodeError:
                parsed = None
            if isinstance(parsed, list):
                return parsed
        hint = "; a template that builds text gives a text" if isinstance(value, str) and "{" in value else ""
        raise BadValue(f"must be a list of mappings, not {_shown(value)}{hint}")
    if isinstance(value, str):
        return [part.strip() for part in str.__str__(value).split(",")] if value.strip() else []
    if isinstance(value, (int, float)):
        return [value]
    if isinstance(value, c.Iterable):
        return list(value)
    raise BadValue(f"must be a list, not {_shown(value)}")


def as_bytes(value: t.Any) -> int:
    """Return a size in bytes. Raises BadValue."""
    try:
        return size_in_bytes(value)
    except BadSize as error:
        raise BadValue(str(error)) from None


def as_bits_per_second(value: t.Any) -> int:
    """Return a rate in bits per second. Raises BadValue."""
    try:
        return rate_in_bits_per_second(value)
    except BadSize as error:
        raise BadValue(str(error)) from None


def check_choice(value: t.Any, choices: tuple[t.Any, ...]) -> None:
    """Raise BadValue when the value is not a choice; the message lists the choices and suggests the nearest."""
    if value in choices and not (isinstance(value, bool) and not any(isinstance(choice, bool) for choice in choices)):
        return
    texts = [str(choice) for choice in choices]
    message = f"{_shown(value)} is not one of: {', '.join(texts)}"
    near = nearest(str(value), texts)
    raise BadValue(f"{message}; did you mean {near}?" if near is not None else message)


def nearest(word: str, words: c.Iterable[str]) -> str | None:
    """Return the known word that the written one was probably meant to be, or None."""
    by_folded = {known.lower(): known for known in words}
    close = difflib.get_close_matches(word.lower(), list(by_folded), n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


#: Converters by documented type. Paths are those of the host, so nothing of the controller is expanded in them.
CONVERTERS: t.Mapping[str, t.Callable[[t.Any], t.Any]] = {
    "str": as_text,
    "path": as_text,
    "int": as_whole_number,
    "float": as_number,
    "bool": as_truth,
    "bytes": as_bytes,
    "bits_per_second": as_bits_per_second,
    "raw": plain,
    "dict": lambda value: plain(as_mapping(value)),
}


def _text_for_truth(value: bool, choices: tuple[t.Any, ...] | None) -> str:
    words = [choice for choice in choices or () if choice in (_TRUE_WORDS if value else _FALSE_WORDS)]
    if len(words) == 1:
        return str(words[0])
    read = (
        "YAML reads an unquoted on, yes or true as true"
        if value
        else "YAML reads an unquoted off, no or false as false"
    )
    if choices:
        meant = next((word for word in _MEANT[value] if word in choices), None)
        listed = ", ".join(str(choice) for choice in choices)
        advice = f"write {meant} (choices: {listed})" if meant else f"write one of: {listed}"
    else:
        advice = "put the text in quotes"
    raise BadValue(f"must be a text, not {_truth(value)}; {read}: {advice}")


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _kind_of(value: t.Any) -> str:
    return "a mapping" if isinstance(value, c.Mapping) else "a list"


def _shown(value: t.Any) -> str:
    if isinstance(value, bool):
        return _truth(value)
    if value is None:
        return "nothing"
    if isinstance(value, (c.Mapping, list, tuple, set)):
        return _kind_of(value)
    text = repr(plain(value))
    return text if len(text) <= 60 else f"{text[:57]}..."
