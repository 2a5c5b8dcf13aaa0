# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Sizes and rates as people write them."""

from __future__ import annotations

import functools
import math
import re
import typing as t

_BYTES_IN = {"": 1, "b": 1} | {
    spelling: 1024**power
    for power, letter in enumerate("kmgtp", start=1)
    for spelling in (letter, f"{letter}b", f"{letter}ib")
}
_BITS_IN = {"": 1, "bps": 1} | {
    spelling: 1000**power
    for power, letter in enumerate("kmgt", start=1)
    for spelling in (f"{letter}bps", f"{letter}bit/s")
}
_WRITTEN = re.compile(r"\s*([+-]?)([0-9][0-9_]*)([.,][0-9]+)?\s*([A-Za-z/]*)\s*", re.ASCII)
_BITS_NOT_BYTES = re.compile(r"[KMGTP]i?b")

_BYTES_WANTED = (
    "write a whole number with a unit, such as 512 MB or 40 GiB (both count in 1024), or a plain number of bytes"
)
_BITS_WANTED = (
    "write a whole number with a unit, such as 100 Mbps or 10 Gbps (counting in 1000), or a plain "
    "number of bits per second"
)


class BadSize(ValueError):
    """A size that cannot be taken; the message says what would be right."""


def size_in_bytes(value: t.Any) -> int:
    """Return a size in bytes from a whole number or a text such as `40 GiB`; GB and GiB both mean 1024 MiB, as in
    PowerShell.

    Raises:
        BadSize: for decimal fractions, unknown units, negative numbers and other types.
    """
    if value.__class__ is int and value >= 0:
        return value
    if isinstance(value, str):
        return _bytes_from_text(str.__str__(value))
    return _number(value, _BYTES_WANTED)


def rate_in_bits_per_second(value: t.Any) -> int:
    """Return a rate in bits per second from a whole number or a text such as `10 Gbps` (counting in 1000).

    Raises:
        BadSize: as for sizes.
    """
    if isinstance(value, str):
        return _from_text(str.__str__(value), _BITS_IN, _BITS_WANTED)
    return _number(value, _BITS_WANTED)


def size_text(size: int) -> str:
    """Return a size in the largest unit in which it is a whole number: `40 GB`, `1537 MB`, `5 bytes`."""
    for power, unit in ((5, "PB"), (4, "TB"), (3, "GB"), (2, "MB"), (1, "KB")):
        if size and size % 1024**power == 0:
            return f"{size // 1024**power} {unit}"
    return f"{size} bytes"


def free_text(size: int) -> str:
    """Return about how much is there, for people, in the largest unit with one decimal at most: `3.9 TB`.

    It is never more than there is; `needed_text` is never less than is needed. So the two never look alike where
    something does not fit.
    """
    return _rounded(size, up=False)


def needed_text(size: int) -> str:
    """Return about how much is needed, for people; see `free_text`."""
    return _rounded(size, up=True)


def _rounded(size: int, up: bool) -> str:
    for power, unit in ((5, "PB"), (4, "TB"), (3, "GB"), (2, "MB"), (1, "KB")):
        if size >= 1024**power:
            tenths = -(-size * 10 // 1024**power) if up else size * 10 // 1024**power
            whole, tenth = divmod(tenths, 10)
            return f"{whole}.{tenth} {unit}" if tenth else f"{whole} {unit}"
    return f"{size} bytes"


@functools.lru_cache(maxsize=4096)
def _bytes_from_text(text: str) -> int:
    unit = text.strip().lstrip("+-0123456789_., ")
    if _BITS_NOT_BYTES.fullmatch(unit):
        raise BadSize(f"{text!r} is in bits (small b); {_BYTES_WANTED}")
    return _from_text(text, _BYTES_IN, _BYTES_WANTED)


def _from_text(text: str, units: t.Mapping[str, int], wanted: str) -> int:
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise BadSize(f"{text!r} is not a size; {wanted}")
    sign, digits, fraction, unit = match.groups()
    if sign == "-":
        raise BadSize(f"{text!r} is negative; {wanted}")
    factor = units.get(unit.lower())
    if factor is None:
        known = ", ".join(_shown_units(units))
        raise BadSize(f"{text!r} has the unknown unit {unit!r}; known are {known}; {wanted}")
    whole = int(digits.replace("_", ""))
    if fraction:
        raise BadSize(
            f"{text!r} has a decimal fraction; {_without_fraction(whole, fraction, unit, factor, units) or wanted}"
        )
    return whole * factor


def _without_fraction(whole: int, fraction: str, unit: str, factor: int, units: t.Mapping[str, int]) -> str | None:
    if fraction.startswith(","):
        return None
    decimals = fraction[1:].rstrip("0")
    if not decimals:
        return f"write {whole} {unit}".rstrip()
    exact, rest = divmod((whole * 10 ** len(decimals) + int(decimals)) * factor, 10 ** len(decimals))
    if rest or units is not _BYTES_IN:
        return None
    return f"write {size_text(exact)}"


def _shown_units(units: t.Mapping[str, int]) -> list[str]:
    if units is _BYTES_IN:
        return ["B", "KB", "MB", "GB", "TB", "PB", "KiB", "MiB", "GiB", "TiB", "PiB"]
    return ["bps", "Kbps", "Mbps", "Gbps", "Tbps"]


def _number(value: t.Any, wanted: str) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadSize(f"{value!r} is not a size; {wanted}")
    if math.isnan(value) or value in (float("inf"), float("-inf")) or value != int(value):
        raise BadSize(f"{value!r} has a decimal fraction; {wanted}")
    if value < 0:
        raise BadSize(f"{value!r} is negative; {wanted}")
    return int(value)
