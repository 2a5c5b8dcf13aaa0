# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Finds every row of settings that the feature areas have."""

from __future__ import annotations

import collections.abc as c
import functools
import importlib
import pathlib
import pkgutil

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.setting import Setting

AREAS = "ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas"
FOLDER = pathlib.Path(__file__).resolve().parents[3] / "plugins" / "plugin_utils" / "areas"


@functools.cache
def setting_rows() -> tuple[tuple[str, Setting], ...]:
    """Return the rows of all areas, each with the module that has it."""
    found: dict[int, tuple[str, Setting]] = {}
    for module in pkgutil.walk_packages([str(FOLDER)], f"{AREAS}."):
        for value in vars(importlib.import_module(module.name)).values():
            for row in _rows(value):
                found.setdefault(id(row), (module.name.removeprefix(f"{AREAS}."), row))
    return tuple(found.values())


def later_parameters() -> frozenset[tuple[str, str]]:
    """Return the (call, parameter) pairs that rows declare to be newer than Server 2016."""
    return frozenset((row.call, row.parameter) for _, row in setting_rows() if row.since_build > 14393)


def _rows(value: object) -> c.Iterator[Setting]:
    if isinstance(value, Setting):
        yield value
    elif isinstance(value, (list, tuple)):
        for element in value:
            yield from _rows(element)
    elif isinstance(value, dict):
        for element in value.values():
            yield from _rows(element)
