# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Settings of the virtual processors: Set-VMProcessor."""

from __future__ import annotations

import typing as t

from ....core.setting import NOT_SAVED, OFF_ONLY
from .row import PROCESSORS, SERVER_2019, Row, row

SET_PROCESSOR = "Hyper-V\\Set-VMProcessor"


def _sorted_words(words: t.Iterable[str]) -> list[str]:
    return sorted({word.lower() for word in words})


def _processor(option: str, parameter: str, kind: str = "integer", read: str = "", **more: t.Any) -> Row:
    more.setdefault("states", OFF_ONLY)
    return row(f"processor.{option}", (PROCESSORS, read or parameter, kind), (SET_PROCESSOR, parameter), **more)


PROCESSOR_ROWS: tuple[Row, ...] = (
    _processor("count", "Count", limits=(1, 2048), at_set_vm="ProcessorCount"),
    _processor("reserve", "Reserve", states=NOT_SAVED, limits=(0, 100)),
    _processor("maximum", "Maximum", states=NOT_SAVED, limits=(0, 100)),
    _processor("weight", "RelativeWeight", states=NOT_SAVED, limits=(1, 10000)),
    _processor("maximum_count_per_numa_node", "MaximumCountPerNumaNode", limits=(1, 2048)),
    _processor("maximum_count_per_numa_socket", "MaximumCountPerNumaSocket", limits=(1, 64)),
    # 0 takes over the host's number, since Server 2019
    _processor("threads_per_core", "HwThreadCountPerCore", limits=(0, 64)),
    _processor("expose_virtualization_extensions", "ExposeVirtualizationExtensions", "boolean"),
    _processor("compatibility_for_migration", "CompatibilityForMigrationEnabled", "boolean"),
    _processor("compatibility_for_older_operating_systems", "CompatibilityForOlderOperatingSystemsEnabled", "boolean"),
    _processor("host_resource_protection", "EnableHostResourceProtection", "boolean", states=NOT_SAVED),
    _processor("performance_monitoring", "Perfmon", "texts", since_build=SERVER_2019, normal=_sorted_words, unread=[]),
    _processor("legacy_apic_mode", "EnableLegacyApicMode", "boolean", since_build=SERVER_2019, unread=False),
    _processor("allow_acount_mcount", "AllowACountMCount", "boolean", since_build=SERVER_2019),
    _processor("resource_pool", "ResourcePoolName", "text"),
)
