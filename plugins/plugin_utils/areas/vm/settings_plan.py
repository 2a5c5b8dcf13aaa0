# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Settings of a VM: which differ, in how few calls they can be set, and in which power state."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from ...core.setting import (
    Setting,
    SettingCall,
    SettingChange,
    differing_settings,
    grouped_into_calls,
    shown,
)
from ...core.size import size_text
from .change import Changes, Place
from .declaration import VmDeclaration
from .observation import ObservedVm
from .setting_checks import memory_problem
from .settings import HOT, ROW_OF, SET_FIRMWARE, SET_VM, SETTINGS


def plan_settings(
    vm: VmDeclaration, place: Place, observed: ObservedVm, found: Changes
) -> tuple[ObservedVm, SettingCall | None]:
    """Note the calls that set what differs.

    Returns:
        The VM as it will be, and the call to Set-VMFirmware, which is left to the planner of the start-up order so
        that both go into one.
    """
    options = vm.member.options
    settings = [setting for setting in SETTINGS if observed.generation in setting.generations]
    changes = [
        dataclasses.replace(change, setting=dataclasses.replace(change.setting, states=states_of(change, observed)))
        for change in differing_settings(settings, options, observed.settings)
    ]
    _check_memory(vm, observed, changes, found)
    firmware = None
    for call in folded_into_set_vm(grouped_into_calls(settings, options, changes)):
        if call.call == SET_FIRMWARE:
            firmware = call
            continue
        name = call.call.rpartition("\\")[2].lower().replace("-", "_")
        step = place.step(name, call.call, {"VM": place.vm, **call.parameters})
        found.add(
            vm.where(call.changes[0].setting.option), place.planned(step, *reasons_of(call, place)), states=call.states
        )
    after = {**observed.settings, **{change.setting.observed: change.after for change in changes}}
    return dataclasses.replace(observed, settings=after), firmware


def reasons_of(call: SettingCall, place: Place) -> tuple[str, ...]:
    """Return the reasons of a call; a new VM has no values before that would be worth showing."""
    return tuple(_reason(change, place.fresh) for change in call.changes)


def states_of(change: SettingChange, observed: ObservedVm) -> frozenset[str]:
    """Return the power states in which a change can be made: the row's, or more where the values allow it.

    Since Server 2016 static memory grows and shrinks while running, if the guest takes part; with dynamic memory the
    minimum can go down and the maximum up (Microsoft Learn, "What's new in Hyper-V on Windows Server 2016", "Hyper-V
    Dynamic Memory Overview").
    """
    option, dynamic = change.setting.option, bool(observed.settings.get("memory.dynamic"))
    before, after = change.before, change.after
    if isinstance(before, int) and isinstance(after, int):
        if option == "memory.startup" and not dynamic and observed.heartbeat:
            return HOT
        if option == "memory.minimum" and dynamic and after < before:
            return HOT
        if option == "memory.maximum" and dynamic and after > before:
            return HOT
    return change.setting.states


def folded_into_set_vm(calls: c.Sequence[SettingCall]) -> list[SettingCall]:
    """Return the calls with those joined that Set-VM can make together, where that saves a call."""
    folding = [call for call in calls if call.call != SET_VM and _set_vm_parameters(call) is not None]
    plain = next((call for call in calls if call.call == SET_VM), None)
    if len(folding) + (plain is not None) < 2:
        return list(calls)
    members = [call for call in calls if call is plain or call in folding]
    parameters: dict[str, t.Any] = {}
    for call in members:
        parameters.update(call.parameters if call is plain else _set_vm_parameters(call) or {})
    joined = SettingCall(
        SET_VM,
        parameters,
        tuple(change for call in members for change in call.changes),
        frozenset.intersection(*(call.states for call in members)),
    )
    rest = [call for call in calls if call not in members]
    return [joined, *rest]


def _set_vm_parameters(call: SettingCall) -> dict[str, t.Any] | None:
    parameters: dict[str, t.Any] = {}
    for name, value in call.parameters.items():
        row = next(row for row in ROW_OF.values() if row.setting.call == call.call and row.setting.parameter == name)
        if row.at_set_vm is None:
            return None
        parameters.update(row.at_set_vm(value))
    return parameters


def _reason(change: SettingChange, fresh: bool) -> str:
    option: Setting = change.setting
    as_text = size_text if ROW_OF[option.option].unit == "bytes" else shown
    after = as_text(change.after)
    if fresh:
        return f"{option.option}: {after}"
    before = shown(None) if change.before is None else as_text(change.before)
    return f"{option.option}: {before} -> {after}"


def _check_memory(vm: VmDeclaration, observed: ObservedVm, changes: list[SettingChange], found: Changes) -> None:
    if not any(change.setting.option.startswith("memory.") for change in changes):
        return
    after = {**observed.settings, **{change.setting.observed: change.after for change in changes}}
    if not after.get("memory.dynamic"):
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
