# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The settings of a VM as rows.

A new setting is a row in one of this folder's files, its documentation in plugins/modules/vm.py, and its behaviour in
the lab. A row says where the setting is read, which cmdlet parameter sets it, in which power states, for which
generations, since which release, and what values it takes.
"""

from __future__ import annotations

import functools
import typing as t

from ....core.setting import Setting
from .firmware import FIRMWARE_ROWS, SET_FIRMWARE
from .guest import GUEST_ROWS, SET_SERVICES, service_option
from .machine import MACHINE_ROWS
from .memory import MEMORY_ROWS, SET_MEMORY, shown_setting
from .processor import PROCESSOR_ROWS
from .row import (
    BIOS,
    COM1,
    COM2,
    FIRMWARE,
    HOT,
    KEY_PROTECTORS,
    MEMORY,
    PROCESSORS,
    SECURITY,
    SERVICES,
    SET_VM,
    VIDEO,
    VMS,
    Row,
)
from .security import SECURITY_ROWS, SET_POLICY

__all__ = [
    "BIOS",
    "COM1",
    "COM2",
    "FIRMWARE",
    "HOT",
    "KEY_PROTECTORS",
    "MEMORY",
    "PROCESSORS",
    "ROWS",
    "ROW_OF",
    "SECURITY",
    "SERVICES",
    "SETTINGS",
    "SET_FIRMWARE",
    "SET_MEMORY",
    "SET_POLICY",
    "SET_SERVICES",
    "SET_VM",
    "VIDEO",
    "VMS",
    "Row",
    "declared_rows",
    "rows_read_by",
    "service_option",
    "shown_setting",
]

ROWS: tuple[Row, ...] = (
    *PROCESSOR_ROWS,
    *MEMORY_ROWS,
    *MACHINE_ROWS,
    *FIRMWARE_ROWS,
    *SECURITY_ROWS,
    *GUEST_ROWS,
)

SETTINGS: tuple[Setting, ...] = tuple(entry.setting for entry in ROWS)

ROW_OF: dict[str, Row] = {entry.option: entry for entry in ROWS}


_PLACE = {entry.option: place for place, entry in enumerate(ROWS)}


def declared_rows(options: t.Mapping[str, t.Any]) -> list[Row]:
    """Return the rows whose options are given, in the order of the table.

    A fleet of hundreds has a few of them each, so this looks at what is there and not for each row.
    """
    found = []
    for name, value in options.items():
        if value is None:
            continue
        entry = ROW_OF.get(name)
        if entry is not None:
            found.append(entry)
        elif isinstance(value, dict):
            for inner, inner_value in value.items():
                entry = ROW_OF.get(f"{name}.{inner}") if inner_value is not None else None
                if entry is not None:
                    found.append(entry)
    return sorted(found, key=lambda entry: _PLACE[entry.option])


@functools.cache
def rows_read_by(reader: str) -> tuple[Row, ...]:
    """Return the rows whose values a reading step gives."""
    return tuple(entry for entry in ROWS if entry.reader == reader)
