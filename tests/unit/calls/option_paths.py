# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Paths of a module's options: all that are documented, and the values that tasks give them."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.documentation import Level, Option


def documented(level: Level, prefix: str = "") -> t.Iterator[tuple[str, Option]]:
    """Yield all options with their paths; those of a list that is like the module count as the module's own."""
    for name, option in level.options.items():
        yield prefix + name, option
        if option.level is not None and not option.like_module:
            yield from documented(option.level, f"{prefix}{name}.")


def collect(level: Level, options: dict[str, t.Any], prefix: str, used: dict[str, set[str]]) -> None:
    """Add the values, as JSON, of the options that are used, by path."""
    for given, value in options.items():
        name = level.names[given]
        option = level.options[name]
        used.setdefault(prefix + name, set()).add(json.dumps(value, sort_keys=True))
        if option.level is None:
            continue
        inner = "" if option.like_module else f"{prefix}{name}."
        for element in value if isinstance(value, list) else [value]:
            if isinstance(element, dict):
                collect(option.level, element, inner, used)
