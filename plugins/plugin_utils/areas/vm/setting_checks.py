# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which values settings can have, as far as no host is needed to say so."""

from __future__ import annotations

import dataclasses
import typing as t

from ...core.area import Options
from ...core.plan import BadInput
from ...core.setting import declared_value, shown
from ...core.size import size_text
from .fleet import Member
from .settings import ROWS, Row

#: Options that mean something only with dynamic memory; giving one declares it.
DYNAMIC_ONLY = ("memory.minimum", "memory.maximum", "memory.buffer")


def with_implied_settings(member: Member) -> Member:
    """Return the member with `memory.dynamic` where another option already says that memory is dynamic."""
    options = member.options
    if declared_value(options, "memory.dynamic") is not None:
        return member
    implying = [option for option in DYNAMIC_ONLY if declared_value(options, option) is not None]
    if not implying:
        return member
    memory = {**options["memory"], "dynamic": True}
    inherited = member.inherited | ({"memory.dynamic"} if implying[0] in member.inherited else set())
    return dataclasses.replace(member, options={**options, "memory": memory}, inherited=frozenset(inherited))


def check_settings(member: Member) -> None:
    """Check the values of all settings that a VM declares.

    Raises:
        BadInput: for a value out of range, and for values that contradict each other.
    """
    for entry in ROWS:
        value = declared_value(member.options, entry.option)
        if value is not None:
            _check_value(entry, value, member.where(entry.option))
    _check_memory(member)
    _check_order(member, "processor.reserve", "processor.maximum", "the reserve cannot be above the maximum")


def memory_problem(startup: int | None, minimum: int | None, maximum: int | None) -> tuple[str, str] | None:
    """Return the option that contradicts the others and why, or None. Amounts in bytes; None is not known."""
    pairs = (
        ("memory.minimum", minimum, startup, "the minimum cannot be above the memory at start-up"),
        ("memory.maximum", startup, maximum, "the maximum cannot be below the memory at start-up"),
        ("memory.minimum", minimum, maximum, "the minimum cannot be above the maximum"),
    )
    for option, low, high, problem in pairs:
        if low is not None and high is not None and low > high:
            return option, f"{problem}: {size_text(low)} > {size_text(high)}"
    return None


def _check_value(entry: Row, value: t.Any, option: str) -> None:
    text = size_text(value) if entry.unit == "bytes" else shown(value)
    if entry.limits is not None and not entry.limits[0] <= value <= entry.limits[1]:
        low, high = (size_text(limit) if entry.unit == "bytes" else str(limit) for limit in entry.limits)
        raise BadInput(option, f"{text} is out of range; it goes from {low} to {high}")
    if value is not None and entry.multiple_of > 1 and value % entry.multiple_of:
        raise BadInput(option, f"{text} is not a multiple of {size_text(entry.multiple_of)}")


def _check_memory(member: Member) -> None:
    options: Options = member.options
    if declared_value(options, "memory.dynamic") is False:
        for option in DYNAMIC_ONLY:
            if declared_value(options, option) is not None:
                raise BadInput(
                    member.where(option), "is for dynamic memory, and memory.dynamic is false; leave one of them out"
                )
    problem = memory_problem(
        declared_value(options, "memory.startup"),
        declared_value(options, "memory.minimum"),
        declared_value(options, "memory.maximum"),
    )
    if problem is not None:
        raise BadInput(member.where(problem[0]), problem[1])


def _check_order(member: Member, low: str, high: str, problem: str) -> None:
    least, most = declared_value(member.options, low), declared_value(member.options, high)
    if least is not None and most is not None and least > most:
        raise BadInput(member.where(low), f"{problem}: {least} > {most}")
