# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Several VMs from one entry: a count, and what stands for the number and the name in its texts.

`{number}` is the number in decimal, `{number:03}` with zeros in front up to three digits, `{number:02x}` in hexadecimal
(`X` for capital letters). `{name}` is the VM's name.
"""

from __future__ import annotations

import collections.abc as c
import functools
import re
import typing as t

from ...core.area import Options
from ...core.plan import BadInput

COUNT, FIRST = "count", "first_number"

#: The most VMs of one entry: what a host runs at most (Microsoft Learn, "Plan for Hyper-V scalability").
MOST = 1024

_NUMBER = re.compile(r"\{number(?::(?P<width>0[1-9])?(?P<hexadecimal>[xX])?)?\}")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")

#: Options in whose texts the number and the name are filled in, and how others of them end.
_PATH_ENDINGS = ("_path", "_location")
_PATHS = frozenset({"path", "parent", "copy_of", "floppy"})
_NUMBERED = frozenset({"mac", "renamed_from"})

#: Mappings whose keys are the user's. In them a key without a value says something, too.
USERS_OWN = frozenset({"tags"})


def numbered(entry: Options, prefix: str) -> c.Iterator[tuple[Options, int | None]]:
    """Yield the VMs of an entry of `vms`, each with its number: one without a number, or as many as it counts.

    Raises:
        BadInput: for a count without a number in the name, a number without a count, and a pattern that is none.
    """
    name, count, first = entry.get("name"), entry.get(COUNT), entry.get(FIRST)
    own = {option: value for option, value in entry.items() if option not in (COUNT, FIRST)}
    has_number = isinstance(name, str) and _NUMBER.search(name) is not None
    if count is None:
        if first is not None:
            raise BadInput(f"{prefix}{FIRST}", f"says where {COUNT} begins; give {COUNT} as well")
        if has_number:
            raise BadInput(f"{prefix}name", f"{name!r} stands for several names; say how many with {COUNT}")
        yield own, None
        return
    if not 1 <= count <= MOST:
        raise BadInput(f"{prefix}{COUNT}", f"must be from 1 to {MOST}, not {count}")
    if first is not None and first < 0:
        raise BadInput(f"{prefix}{FIRST}", f"must be at least 0, not {first}")
    if not has_number:
        raise BadInput(
            f"{prefix}name",
            f"{name!r} would be the name of all {count}; write the number into it, as in web{{number:02}}",
        )
    begin = 1 if first is None else first
    for number in range(begin, begin + count):
        yield {**own, "name": _filled(str(name), None, number, f"{prefix}name")}, number


def filled_in(options: Options, name: t.Any, number: int | None, where: c.Callable[[str], str]) -> dict[str, t.Any]:
    """Return options with the name and the number in their paths, and the number in their addresses.

    Args:
        where: gives the path of an option as the user wrote it.

    Raises:
        BadInput: for a number where the VM has none, and a pattern that is none.
    """
    result = dict(options)
    for option, value in options.items():
        if option in USERS_OWN:
            continue
        if isinstance(value, c.Mapping):
            result[option] = filled_in(value, name, number, functools.partial(_inside, where, option))
        elif isinstance(value, str) and (option in _PATHS or option.endswith(_PATH_ENDINGS)):
            result[option] = _filled(value, name if isinstance(name, str) else None, number, where(option))
        elif isinstance(value, str) and option in _NUMBERED:
            result[option] = _filled(value, None, number, where(option))
    return result


def _inside(where: c.Callable[[str], str], outer: str, inner: str) -> str:
    return where(f"{outer}.{inner}")


def _filled(text: str, name: str | None, number: int | None, option: str) -> str:
    if "{" not in text:
        return text
    if number is None:
        if _NUMBER.search(text):
            raise BadInput(option, f"{text!r} has a number in it, and the VM has none; it has one with {COUNT}")
        return text if name is None else text.replace("{name}", name)
    wrong = next((found for found in _PLACEHOLDER.findall(text) if not _known(found, name)), None)
    if wrong is not None:
        raise BadInput(
            option,
            f"{wrong!r} is no pattern; {{number}}, {{number:02}} and {{number:02x}} are"
            + (", and {name}" if name is not None else ""),
        )

    def one(match: re.Match[str]) -> str:
        return format(number, (match["width"] or "") + (match["hexadecimal"] or "d"))

    # the name last, and never again: it may have braces
    parts = [_NUMBER.sub(one, part) for part in text.split("{name}")]
    return (name if name is not None else "{name}").join(parts)


def _known(placeholder: str, name: str | None) -> bool:
    return _NUMBER.fullmatch(placeholder) is not None or (name is not None and placeholder == "{name}")
