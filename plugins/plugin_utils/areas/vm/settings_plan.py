# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Settings of a VM: which differ, in how few calls they can be set, and in which power state."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from ...core.area import Options
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
from .notes import composed
from .observation import ObservedHost, ObservedVm
from .setting_refusals import refuse_settings
from .settings import HOT, ROW_OF, SET_FIRMWARE, SET_POLICY, SET_VM, declared_rows

#: Rows by the cmdlet and parameter that sets them.
_ROW_SET_BY = {(row.setting.call, row.setting.parameter): row for row in ROW_OF.values()}


def plan_settings(
    vm: VmDeclaration, place: Place, observed: ObservedVm, host: ObservedHost, found: Changes
) -> tuple[ObservedVm, SettingCall | None]:
    """Note the calls that set what differs.

    Returns:
        The VM as it will be, and the call to Set-VMFirmware, which is left to the planner of the start-up order so
        that both go into one.
    """
    options = wanted_settings(vm, place, observed)
    settings = [row.setting for row in declared_rows(options) if observed.generation in row.setting.generations]
    changes = [_in_its_states(change, observed) for change in differing_settings(settings, options, observed.settings)]
    after = {**observed.settings, **{change.setting.observed: change.after for change in changes}}
    refuse_settings(vm, observed, host, changes, after, found)
    firmware = None
    calls = [_with_notes(call, after) for call in grouped_into_calls(settings, options, changes)]
    for call in in_order(folded_into_set_vm(calls)):
        if call.call == SET_FIRMWARE:
            firmware = call
            continue
        name = call.call.rpartition("\\")[2].lower().replace("-", "_") + str(call.parameters.get("Number", ""))
        step = place.step(name, call.call, {"VM": place.vm, **call.parameters})
        found.add(
            vm.where(call.changes[0].setting.option),
            place.planned(step, *reasons_of(call, place)),
            states=call.states,
            late=_is_shielding(call),
            parts=tuple(
                (reason, change.setting.states) for change in call.changes for reason in _reasons(change, place.fresh)
            ),
        )
    return dataclasses.replace(observed, settings=after), firmware


def wanted_settings(vm: VmDeclaration, place: Place, observed: ObservedVm) -> Options:
    """Return the declared options, with the tags that stay, and with what a new VM must not get by chance.

    A tag that is declared without a value goes.
    """
    options = dict(vm.member.options)
    if options.get("tags") is not None:
        stay = {} if "tags" in vm.purged else observed.settings.get("tags") or {}
        options["tags"] = {key: value for key, value in {**stay, **options["tags"]}.items() if value is not None}
    if place.fresh and vm.get("memory.startup") is not None and vm.get("memory.dynamic") is None:
        # whether New-VM makes memory dynamic differs between releases (packer #4880)
        options["memory"] = {**options["memory"], "dynamic": False}
    return options


def reasons_of(call: SettingCall, place: Place) -> tuple[str, ...]:
    """Return the reasons of a call; a new VM has no values before that would be worth showing."""
    return tuple(reason for change in call.changes for reason in _reasons(change, place.fresh))


def _in_its_states(change: SettingChange, observed: ObservedVm) -> SettingChange:
    states = states_of(change, observed)
    if states == change.setting.states:
        return change
    return dataclasses.replace(change, setting=dataclasses.replace(change.setting, states=states))


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


def in_order(calls: c.Sequence[SettingCall]) -> list[SettingCall]:
    """Return the calls in an order that Hyper-V takes: shielding ends before what it holds fast is turned off, and a
    VM that becomes nested has static memory before.
    """
    ending = [call for call in calls if call.call == SET_POLICY and not _is_shielding(call)]
    nesting = [
        call
        for call in calls
        if any(
            change.setting.option == "processor.expose_virtualization_extensions" and change.after
            for change in call.changes
        )
    ]
    rest = [call for call in calls if call not in ending and call not in nesting]
    return [*ending, *rest, *nesting]


def _is_shielding(call: SettingCall) -> bool:
    return call.call == SET_POLICY and any(change.after for change in call.changes)


def _with_notes(call: SettingCall, after: t.Mapping[str, t.Any]) -> SettingCall:
    """Put the text and the tags, of which one may not be declared, into the one property that holds both."""
    if "Notes" not in call.parameters:
        return call
    notes = composed(after.get("notes") or "", after.get("tags") or {})
    return dataclasses.replace(call, parameters={**call.parameters, "Notes": notes})


def _set_vm_parameters(call: SettingCall) -> dict[str, t.Any] | None:
    parameters: dict[str, t.Any] = {}
    for name, value in call.parameters.items():
        row = _ROW_SET_BY.get((call.call, name))
        if row is None or row.at_set_vm is None:
            return None
        parameters.update(row.at_set_vm(value))
    return parameters or None


def _reasons(change: SettingChange, fresh: bool) -> list[str]:
    option: Setting = change.setting
    if option.option == "tags":
        return _tag_reasons(change)
    as_text = size_text if ROW_OF[option.option].unit == "bytes" else shown
    after = as_text(change.after)
    if fresh:
        return [f"{option.option}: {after}"]
    before = shown(None) if change.before is None else as_text(change.before)
    return [f"{option.option}: {before} -> {after}"]


def _tag_reasons(change: SettingChange) -> list[str]:
    before, after = change.before or {}, change.after
    return [
        f"tags.{key}: {shown(before.get(key))} -> {shown(after.get(key))}"
        for key in sorted({*before, *after})
        if before.get(key) != after.get(key)
    ]
