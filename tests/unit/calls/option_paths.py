# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Paths of a module's options: all that are documented, and those that a task uses."""

from __future__ import annotations

import typing as t

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.documentation import Level


def documented(level: Level, prefix: str = "") -> t.Iterator[str]:
    """Yield the paths of all options; those of a list that is like the module count as the module's own."""
    for name, option in level.options.items():
        yield prefix + name
        if option.level is not None and not option.like_module:
            yield from documented(option.level, f"{prefix}{name}.")


def collect(level: Level, options: dict[str, t.Any], prefix: str, used: set[str]) -> None:
    """Add the paths of the options that are used."""
    for given, value in options.items():
        name = level.names[given]
        option = level.options[name]
        used.add(prefix + name)
        if option.level is None:
            continue
        inner = "" if option.like_module else f"{prefix}{name}."
        for element in value if isinstance(value, list) else [value]:
            if isinstance(element, dict):
                collect(option.level, element, inner, used)
