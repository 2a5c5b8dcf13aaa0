# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Two values for every row of a VM's settings, and what else must be declared with them."""

from __future__ import annotations

import typing as t

MB, GB = 1024**2, 1024**3

#: By option, two values, none of which a new VM has.
VALUES: dict[str, tuple[t.Any, t.Any]] = {
    "processor.count": (2, 4),
    "processor.reserve": (10, 20),
    "processor.maximum": (90, 80),
    "processor.weight": (200, 300),
    "processor.maximum_count_per_numa_node": (4, 2),
    "processor.maximum_count_per_numa_socket": (2, 3),
    "processor.threads_per_core": (1, 2),
    "processor.expose_virtualization_extensions": (True, False),
    "processor.compatibility_for_migration": (True, False),
    "processor.compatibility_for_older_operating_systems": (True, False),
    "processor.host_resource_protection": (True, False),
    "processor.performance_monitoring": (["lbr", "pmu"], ["pmu"]),
    "processor.legacy_apic_mode": (True, False),
    "processor.compatibility_for_migration_mode": ("common_cluster_feature_set", "minimum_feature_set"),
    "processor.apic_mode": ("x2apic", "legacy"),
    "processor.brand_string": ("Lab CPU", ""),
    "processor.frequency_cap": (2000, 0),
    "processor.l3_cache_ways": (4, 0),
    "processor.allow_acount_mcount": (False, True),
    "processor.resource_pool": ("gold", "Primordial"),
    "memory.dynamic": (True, False),
    "memory.startup": (2 * GB, 3 * GB),
    "memory.minimum": (768 * MB, 256 * MB),
    "memory.maximum": (4 * GB, 8 * GB),
    "memory.buffer": (30, 40),
    "memory.priority": (60, 70),
    "memory.maximum_per_numa_node": (GB, 2 * GB),
    "memory.resource_pool": ("gold", "Primordial"),
    "notes": ("first", "second\nline"),
    "tags": ({"owner": "web", "stage": "1"}, {"owner": "shop", "stage": ""}),
    "automatic_start.action": ("start", "nothing"),
    "automatic_start.delay": (30, 60),
    "automatic_stop.action": ("shut_down", "turn_off"),
    "automatic_critical_error.action": ("none", "pause"),
    "automatic_critical_error.timeout": (60, 90),
    "checkpoint_type": ("standard", "disabled"),
    "automatic_checkpoints": (True, False),
    "snapshot_file_location": ("D:\\Checkpoints\\web01", "E:\\Checkpoints"),
    "smart_paging_file_path": ("D:\\Paging", "D:\\Paging\\2"),
    "lock_on_disconnect": (True, False),
    "metering": (True, False),
    "video.resolution_type": ("single", "default"),
    "video.horizontal_resolution": (1280, 1600),
    "video.vertical_resolution": (1024, 900),
    "memory_mapped_io.low": (GB, 3 * GB),
    "memory_mapped_io.high": (32 * GB, 64 * GB),
    "guest_controlled_cache_types": (True, False),
    "enhanced_session_transport_type": ("hvsocket", "vmbus"),
    "battery_passthrough": (False, True),
    "secure_boot": (False, True),
    "secure_boot_template": ("MicrosoftUEFICertificateAuthority", "MicrosoftWindows"),
    "firmware.network_boot_protocol": ("ipv6", "ipv4"),
    "firmware.console_mode": ("com1", "none"),
    "firmware.pause_after_boot_failure": (True, False),
    "num_lock": (True, False),
    "security.key_protector": (True, True),
    "security.tpm": (True, False),
    "security.encrypt_state_and_migration_traffic": (True, False),
    "security.virtualization_based_security_opt_out": (True, False),
    "security.shielded": (True, False),
    "integration_services.guest_service_interface": (True, False),
    "integration_services.heartbeat": (False, True),
    "integration_services.key_value_pair_exchange": (False, True),
    "integration_services.shutdown": (False, True),
    "integration_services.time_synchronization": (False, True),
    "integration_services.vss": (False, True),
    "com1.path": ("\\\\.\\pipe\\web01", ""),
    "com1.debugger_mode": (True, False),
    "com2.path": ("\\\\.\\pipe\\web01-2", "\\\\other\\pipe\\x"),
    "com2.debugger_mode": (True, False),
}

#: Options without which a value means nothing or cannot be.
COMPANIONS: dict[str, dict[str, t.Any]] = {
    "memory.minimum": {"memory": {"startup": GB}},
    "memory.maximum": {"memory": {"startup": GB}},
}


def nested(option: str, value: t.Any) -> dict[str, t.Any]:
    """Return the declaration of one dotted option, with its companions."""
    declared: dict[str, t.Any] = {name: dict(group) for name, group in COMPANIONS.get(option, {}).items()}
    group, _dot, name = option.rpartition(".")
    if group:
        declared[group] = {**declared.get(group, {}), name: value}
    else:
        declared[name] = value
    return declared


def value_in(facts: t.Mapping[str, t.Any], option: str) -> t.Any:
    """Return the value of a dotted option in facts or in a state."""
    value: t.Any = facts
    for part in option.split("."):
        value = value[part]
    return value
