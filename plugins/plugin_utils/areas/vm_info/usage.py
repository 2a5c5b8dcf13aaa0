# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What machines used while the host metered them: Measure-VM."""

from __future__ import annotations

import typing as t

from ...core.step import Condition, Field, Reference, Step
from ..vm.settings import VMS

USAGE = "usage"

#: Measure-VM gives amounts of memory and disk in MB.
_MEGABYTES = frozenset(
    {"memory_average", "memory_maximum", "memory_minimum", "disk_allocation", "disk_read", "disk_written"}
)

_FIELDS = (
    Field("seconds", "MeteringDuration", "seconds"),
    Field("processor_mhz_average", "AverageProcessorUsage", "integer"),
    Field("memory_average", "AverageMemoryUsage", "integer"),
    Field("memory_maximum", "MaximumMemoryUsage", "integer"),
    Field("memory_minimum", "MinimumMemoryUsage", "integer"),
    Field("disk_allocation", "TotalDiskAllocation", "integer"),
    Field("disk_read", "AggregatedDiskDataRead", "integer"),
    Field("disk_written", "AggregatedDiskDataWritten", "integer"),
    Field("iops_average", "AggregatedAverageNormalizedIOPS", "integer"),
)


def usage_step(where: tuple[Condition, ...]) -> Step:
    """Return the step that measures; Measure-VM fails for a machine that is not metered.

    Args:
        where: conditions on the machines that are meant.
    """
    metered = Reference(VMS, where=(*where, ("ResourceMeteringEnabled", (True,))))
    return Step(USAGE, "Hyper-V\\Measure-VM", {"VM": metered}, read=(Field("vm", "VMId", "guid"), *_FIELDS))


def understood_usage(row: t.Mapping[str, t.Any] | None) -> dict[str, t.Any] | None:
    """Return what a machine used, amounts of memory and disk in bytes; None for one that is not metered."""
    if row is None:
        return None
    amounts = {field.name: row[field.name] for field in _FIELDS}
    return {
        name: value * 1024**2 if name in _MEGABYTES and value is not None else value for name, value in amounts.items()
    }
