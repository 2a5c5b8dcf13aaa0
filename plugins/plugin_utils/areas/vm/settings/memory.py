# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Settings of memory: Set-VMMemory."""

from __future__ import annotations

import typing as t

from ....core.setting import OFF_ONLY
from .row import HOT, MEBIBYTE, MEMORY, Row, row

SET_MEMORY = "Hyper-V\\Set-VMMemory"

#: Set-VMMemory takes the switch to dynamic memory only together with the amounts
#: (packer #4880, taliesins #51).
_AMOUNTS = ("memory.startup", "memory.minimum", "memory.maximum")


def _memory_kind(dynamic: bool) -> dict[str, t.Any]:
    return {"DynamicMemory": True} if dynamic else {"StaticMemory": True}


def _amount(option: str, read: str, parameter: str, at_set_vm: str) -> Row:
    return row(
        f"memory.{option}",
        (MEMORY, read, "integer"),
        (SET_MEMORY, parameter),
        states=OFF_ONLY,
        limits=(32 * MEBIBYTE, 240 * 1024**4),
        multiple_of=2 * MEBIBYTE,
        unit="bytes",
        at_set_vm=at_set_vm,
    )


MEMORY_ROWS: tuple[Row, ...] = (
    row(
        "memory.dynamic",
        (MEMORY, "DynamicMemoryEnabled", "boolean"),
        (SET_MEMORY, "DynamicMemoryEnabled"),
        states=OFF_ONLY,
        at_set_vm=_memory_kind,
        companions=_AMOUNTS,
    ),
    _amount("startup", "Startup", "StartupBytes", "MemoryStartupBytes"),
    _amount("minimum", "Minimum", "MinimumBytes", "MemoryMinimumBytes"),
    _amount("maximum", "Maximum", "MaximumBytes", "MemoryMaximumBytes"),
    row("memory.buffer", (MEMORY, "Buffer", "integer"), (SET_MEMORY, "Buffer"), states=HOT, limits=(5, 2000)),
    row("memory.priority", (MEMORY, "Priority", "integer"), (SET_MEMORY, "Priority"), states=HOT, limits=(0, 100)),
    row(
        "memory.maximum_per_numa_node",
        # read in MB, set in bytes
        (MEMORY, "MaximumPerNumaNode", "integer"),
        (SET_MEMORY, "MaximumAmountPerNumaNodeBytes"),
        states=OFF_ONLY,
        limits=(32 * MEBIBYTE, 240 * 1024**4),
        multiple_of=MEBIBYTE,
        unit="bytes",
        from_host=lambda megabytes: megabytes * MEBIBYTE,
    ),
    row(
        "memory.resource_pool",
        (MEMORY, "ResourcePoolName", "text"),
        (SET_MEMORY, "ResourcePoolName"),
        states=OFF_ONLY,
    ),
)


def shown_setting(settings: t.Mapping[str, t.Any], option: str) -> t.Any:
    """Return a setting as people should see it.

    A VM with static memory keeps a minimum and a maximum that mean nothing (512 MB and 1 TB): there is none.
    """
    if option in ("memory.minimum", "memory.maximum") and settings.get("memory.dynamic") is False:
        return None
    return settings.get(option)
