# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Changes of settings that the host or the VM does not allow."""

from __future__ import annotations

import collections.abc as c
import typing as t

from ...core.setting import SettingChange, shown
from .change import Changes
from .declaration import VmDeclaration
from .observation import ObservedHost, ObservedVm
from .setting_checks import memory_problem

Settings = t.Mapping[str, t.Any]

_NESTED, _DYNAMIC = "processor.expose_virtualization_extensions", "memory.dynamic"
_SHIELDED = "security.shielded"

#: What a shielded VM must have.
_HELD_BY_SHIELDING = ("security.tpm", "security.encrypt_state_and_migration_traffic", "secure_boot")


def refuse_settings(
    vm: VmDeclaration,
    observed: ObservedVm,
    host: ObservedHost,
    changes: c.Sequence[SettingChange],
    after: Settings,
    found: Changes,
) -> None:
    """Note the changes that cannot be made, with what is in the way.

    Args:
        after: the settings as they would be.
    """
    changed = {change.setting.option for change in changes}
    _refuse_release(vm, host, changes, found)
    _refuse_memory(vm, changed, after, found)
    _refuse_nesting(vm, changed, after, found)
    _refuse_shielding(vm, changed, after, found)
    if "snapshot_file_location" in changed and observed.checkpoints:
        found.refuse(
            vm.where("snapshot_file_location"),
            f"checkpoints of VM {vm.name} are to be in {after['snapshot_file_location']}",
            f"it has {len(observed.checkpoints)}, and the place cannot change while there are any",
            "Remove them first, or move them with checkpoints_path of the module storage_move.",
        )
    if "security.tpm" in changed and not after["security.tpm"] and observed.settings.get("security.tpm"):
        found.warnings.append(
            f"VM {vm.name} loses its TPM: what its guest sealed with it, such as keys of BitLocker, cannot be opened"
        )


def _refuse_release(vm: VmDeclaration, host: ObservedHost, changes: c.Sequence[SettingChange], found: Changes) -> None:
    for change in changes:
        setting = change.setting
        if host.build is not None and host.build < setting.since_build:
            found.refuse(
                vm.where(setting.option),
                f"VM {vm.name} is to get {setting.option}: {shown(change.after)}",
                f"the host has Windows build {host.build}, whose {setting.call.rpartition(chr(92))[2]} has no "
                f"-{setting.parameter}; it came with build {setting.since_build}",
                "Leave the option out for this host.",
            )


def _refuse_memory(vm: VmDeclaration, changed: set[str], after: Settings, found: Changes) -> None:
    if not any(option.startswith("memory.") for option in changed) or not after.get(_DYNAMIC):
        return
    problem = memory_problem(after.get("memory.startup"), after.get("memory.minimum"), after.get("memory.maximum"))
    if problem is not None:
        option, text = problem
        found.refuse(
            vm.where(option),
            "the declared memory settings are asked for",
            f"together with those that VM {vm.name} has, {text}",
            "Declare startup, minimum and maximum together.",
        )


def _refuse_nesting(vm: VmDeclaration, changed: set[str], after: Settings, found: Changes) -> None:
    if not {_NESTED, _DYNAMIC} & changed or not (after.get(_NESTED) and after.get(_DYNAMIC)):
        return
    if _NESTED in changed:
        found.refuse(
            vm.where(_NESTED),
            f"VM {vm.name} is to run virtual machines itself",
            "its memory is dynamic, and nested virtualization needs static memory",
            "Declare memory.dynamic: false as well.",
        )
    else:
        found.refuse(
            vm.where(_DYNAMIC),
            f"VM {vm.name} is to have dynamic memory",
            "it can run virtual machines itself, which needs static memory",
            f"Declare {_NESTED}: false as well.",
        )


def _refuse_shielding(vm: VmDeclaration, changed: set[str], after: Settings, found: Changes) -> None:
    if not after.get(_SHIELDED):
        return
    for option in _HELD_BY_SHIELDING:
        if after.get(option) is not False or not {option, _SHIELDED} & changed:
            continue
        if _SHIELDED in changed:
            found.refuse(
                vm.where(_SHIELDED),
                f"VM {vm.name} is to be shielded",
                f"{option} is off, and a shielded VM has it on",
                f"Declare {option}: true as well.",
            )
        else:
            found.refuse(
                vm.where(option),
                f"{option} of VM {vm.name} is to be off",
                "it is shielded, which holds that on",
                f"Declare {_SHIELDED}: false as well.",
            )
