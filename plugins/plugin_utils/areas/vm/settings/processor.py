# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Settings of the virtual processors: Set-VMProcessor."""

from __future__ import annotations

import typing as t

from ....core.setting import NOT_SAVED, OFF_ONLY
from .row import PROCESSORS, SERVER_2019, SERVER_2022, SERVER_2025, Row, Words, row

SET_PROCESSOR = "Hyper-V\\Set-VMProcessor"

COMPATIBILITY_MODES: Words = {
    "minimum_feature_set": "MinimumFeatureSet",
    "common_cluster_feature_set": "CommonClusterFeatureSet",
}
APIC_MODES: Words = {"default": "Default", "legacy": "Legacy", "x2apic": "X2Apic"}

#: Parts of a processor that Set-VMProcessor -Perfmon knows (Microsoft Learn, "Enable Intel Performance Monitoring
#: Hardware in a Hyper-V virtual machine"), and the properties of a VMProcessor that tell them.
PERFORMANCE_MONITORS: t.Mapping[str, str] = {
    "ipt": "EnablePerfmonIpt",
    "lbr": "EnablePerfmonLbr",
    "pebs": "EnablePerfmonPebs",
    "pmu": "EnablePerfmonPmu",
}


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
    _processor(
        "compatibility_for_migration_mode",
        "CompatibilityForMigrationMode",
        "enum",
        since_build=SERVER_2025,
        words=COMPATIBILITY_MODES,
        unread="minimum_feature_set",
    ),
    _processor("compatibility_for_older_operating_systems", "CompatibilityForOlderOperatingSystemsEnabled", "boolean"),
    _processor("host_resource_protection", "EnableHostResourceProtection", "boolean", states=NOT_SAVED),
    _processor(
        "performance_monitoring",
        "Perfmon",
        "texts",
        since_build=SERVER_2019,
        normal=_sorted_words,
        parts=PERFORMANCE_MONITORS,
    ),
    _processor("legacy_apic_mode", "EnableLegacyApicMode", "boolean", since_build=SERVER_2019, unread=False),
    _processor("apic_mode", "ApicMode", "enum", since_build=SERVER_2022, words=APIC_MODES, unread="default"),
    _processor("brand_string", "CpuBrandString", "text", since_build=SERVER_2022, unread=""),
    _processor("frequency_cap", "PerfCpuFreqCapMhz", since_build=SERVER_2022, limits=(0, 2**31 - 1), unread=0),
    _processor("l3_cache_ways", "L3CacheWays", since_build=SERVER_2025, limits=(0, 1024), unread=0),
    _processor("allow_acount_mcount", "AllowACountMCount", "boolean", since_build=SERVER_2019),
    _processor("resource_pool", "ResourcePoolName", "text"),
)
