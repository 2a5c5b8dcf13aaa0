# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a hard disk drive carries besides its disk, as rows: limits, sharing, cache, resource pool.

They are options of an entry of `disks`. The same parameters stand at Add-VMHardDiskDrive, where a drive is made, and at
Set-VMHardDiskDrive.
"""

from __future__ import annotations

import typing as t

from ...core.plan import BadInput
from ...core.setting import NOT_SAVED, OFF_ONLY, Setting, differing_settings, grouped_into_calls, shown
from ...core.step import Field

SET_DRIVE = "Hyper-V\\Set-VMHardDiskDrive"

#: Declared names of Microsoft.HyperV.PowerShell.CacheAttributes.
CACHE_WORDS = {
    "default": "Default",
    "enabled": "WriteCacheEnabled",
    "enabled_and_fua": "WriteCacheAndFUAEnabled",
    "disabled": "WriteCacheDisabled",
}

#: The id of no storage QoS policy.
_NO_POLICY = "00000000-0000-0000-0000-000000000000"

#: What a drive has that is made with nothing declared.
NEW_DRIVE: dict[str, t.Any] = {
    "minimum_iops": 0,
    "maximum_iops": 0,
    "qos_policy_id": "",
    "shared": False,
    "write_cache": "default",
    "resource_pool": "Primordial",
}


def _same_text(declared: t.Any, observed: t.Any) -> bool:
    return str(declared).casefold() == str(observed or "").casefold()


#: Limits change while the VM runs (Microsoft Learn, "Storage Quality of Service for Hyper-V"); for the others the
#: documentation says nothing, and so the VM is stopped first.
ROWS: tuple[Setting, ...] = (
    Setting("minimum_iops", "minimum_iops", SET_DRIVE, "MinimumIOPS", states=NOT_SAVED),
    Setting("maximum_iops", "maximum_iops", SET_DRIVE, "MaximumIOPS", states=NOT_SAVED),
    Setting(
        "qos_policy_id",
        "qos_policy_id",
        SET_DRIVE,
        "QoSPolicyID",
        states=NOT_SAVED,
        to_parameter=lambda value: value or None,
        same=_same_text,
    ),
    Setting("shared", "shared", SET_DRIVE, "SupportPersistentReservations", states=OFF_ONLY),
    Setting(
        "write_cache",
        "write_cache",
        SET_DRIVE,
        "OverrideCacheAttributes",
        states=OFF_ONLY,
        to_parameter=lambda value: CACHE_WORDS[value],
    ),
    Setting("resource_pool", "resource_pool", SET_DRIVE, "ResourcePoolName", states=OFF_ONLY, same=_same_text),
)

OPTIONS = tuple(row.option for row in ROWS)

FIELDS = (
    Field("minimum_iops", "MinimumIOPS", "integer"),
    Field("maximum_iops", "MaximumIOPS", "integer"),
    Field("qos_policy_id", "QoSPolicyID", "guid"),
    Field("shared", "SupportPersistentReservations", "boolean"),
    Field("write_cache", "WriteHardeningMethod", "enum"),
    Field("resource_pool", "PoolName"),
)


class DriveCall(t.NamedTuple):
    """What a call to a drive cmdlet sets.

    Attributes:
        states: power states in which it can be made.
    """

    parameters: dict[str, t.Any]
    reasons: tuple[str, ...]
    states: frozenset[str]


def understood_settings(row: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the settings in a row of the reading step as options declare them; nothing where they were not read."""
    if "minimum_iops" not in row:
        return {}
    policy, cache = row["qos_policy_id"], row["write_cache"] or CACHE_WORDS["default"]
    return {
        "minimum_iops": row["minimum_iops"] or 0,
        "maximum_iops": row["maximum_iops"] or 0,
        "qos_policy_id": "" if policy in (None, _NO_POLICY) else policy,
        "shared": bool(row["shared"]),
        "write_cache": next((word for word, name in CACHE_WORDS.items() if name == cache), cache),
        "resource_pool": row["resource_pool"] or "",
    }


def declared_settings(values: t.Mapping[str, t.Any], option: str) -> dict[str, t.Any]:
    """Return the settings among the options of an entry of `disks`.

    Raises:
        BadInput: for limits that contradict each other, and a policy id that is none.
    """
    declared = {name: values[name] for name in OPTIONS if values.get(name) is not None}
    for name in ("minimum_iops", "maximum_iops"):
        if declared.get(name, 0) < 0:
            raise BadInput(f"{option}.{name}", "cannot be negative; 0 is no limit")
    minimum, maximum = declared.get("minimum_iops", 0), declared.get("maximum_iops", 0)
    if maximum and minimum > maximum:
        raise BadInput(f"{option}.minimum_iops", f"{minimum} is above maximum_iops, {maximum}")
    policy = declared.get("qos_policy_id")
    if policy:
        plain = str(policy).strip("{}").lower()
        if [len(part) for part in plain.split("-")] != [8, 4, 4, 4, 12] or set(plain) - set("0123456789abcdef-"):
            raise BadInput(f"{option}.qos_policy_id", f"{policy!r} is no id; Get-StorageQosPolicy shows it as PolicyId")
        declared["qos_policy_id"] = plain
    return declared


def drive_change(declared: t.Mapping[str, t.Any], observed: t.Mapping[str, t.Any]) -> DriveCall | None:
    """Return what brings the settings of a drive to their declaration, or None where nothing differs."""
    changes = differing_settings(ROWS, declared, observed)
    calls = grouped_into_calls(ROWS, declared, changes)
    if not calls:
        return None
    return DriveCall(calls[0].parameters, tuple(change.reason for change in changes), calls[0].states)


def new_drive_parameters(declared: t.Mapping[str, t.Any]) -> DriveCall:
    """Return what Add-VMHardDiskDrive is told besides slot and disk: what is not so by itself."""
    changes = differing_settings(ROWS, declared, NEW_DRIVE)
    parameters = {change.setting.parameter: change.setting.to_parameter(change.after) for change in changes}
    return DriveCall(
        parameters, tuple(f"{change.setting.option}: {shown(change.after)}" for change in changes), NOT_SAVED
    )
