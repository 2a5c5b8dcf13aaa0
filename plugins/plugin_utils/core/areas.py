# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Finds the feature area of a module."""

from __future__ import annotations

import importlib
import typing as t

from .area import Area


class NoArea(Exception):
    """There is no feature area for a module: a defect of this collection, or a module that is not one of it."""


def load_area(module: str) -> Area:
    """Return the object `AREA` of `plugin_utils/areas/MODULE`.

    Raises:
        NoArea: when there is none.
    """
    if not module.isidentifier():
        raise NoArea(f"{module!r} is not the name of a module")
    name = f"{(__package__ or '').rpartition('.')[0]}.areas.{module}"
    try:
        found = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not name.startswith(error.name):
            raise
        raise NoArea(f"the module {module} has no feature area") from error
    return t.cast(Area, found.AREA)
