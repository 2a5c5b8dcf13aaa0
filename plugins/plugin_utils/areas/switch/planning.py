# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From declared and observed switches to a plan."""

from __future__ import annotations

import dataclasses
import typing as t

from ...core.plan import KNOWN_AFTER_APPLY, Plan, PlannedStep, Refusal, State
from ...core.setting import SettingChange, differing_settings, shown
from ...core.step import Reference, Step
from .adapters import AdapterOwners, resolved_adapters
from .declaration import SwitchDeclaration, SwitchesDeclaration
from .observation import ObservedAdapter, ObservedSwitch, SwitchesObservation
from .settings import CHANGEABLE, CHOSEN_AT_CREATION, NEW_SWITCH, SET_SWITCH

#: Id of the step that fetches the switch objects which later steps act on.
OBJECTS = "switch_objects"


@dataclasses.dataclass
class _Draft:
    """The plan while it is made."""

    observation: SwitchesObservation
    owners: AdapterOwners
    steps: list[PlannedStep] = dataclasses.field(default_factory=list)
    refusals: list[Refusal] = dataclasses.field(default_factory=list)
    warnings: list[str] = dataclasses.field(default_factory=list)
    after: dict[str, t.Any] = dataclasses.field(default_factory=dict)

    def add(self, switch: SwitchDeclaration, step: Step, reasons: t.Iterable[str]) -> None:
        self.steps.append(PlannedStep(step, tuple(reasons), f"switch {switch.name}"))


def plan_switches(declaration: SwitchesDeclaration, observation: SwitchesObservation) -> Plan:
    """Return the plan: first what frees adapters, then what needs them."""
    draft = _Draft(observation, AdapterOwners(observation.switches))
    pairs = [(switch, _the_one(switch, draft)) for switch in declaration.switches]
    for switch, observed in sorted(pairs, key=_turn):
        if not switch.present:
            _remove(switch, observed, draft)
        elif observed is None:
            _create(switch, draft)
        else:
            _change(switch, observed, draft)
    names = [switch.name for switch in declaration.switches]
    return Plan(
        steps=_with_objects(draft.steps),
        before=managed_state(declaration, observation),
        after={"switches": {name: draft.after[name] for name in names if name in draft.after}},
        refusals=tuple(draft.refusals),
        warnings=tuple(draft.warnings),
    )


def managed_state(declaration: SwitchesDeclaration, observation: SwitchesObservation) -> State:
    """Return the declared switches that exist, by declared name."""
    states = {}
    for switch in declaration.switches:
        named = observation.named(switch.name)
        if named:
            states[switch.name] = switch_state(switch, named[0])
    return {"switches": states}


def switch_state(switch: SwitchDeclaration, observed: ObservedSwitch) -> dict[str, t.Any]:
    """Return what a result shows of a switch.

    What can only be chosen at creation is shown where it is declared: Hyper-V's own choice depends on its release.
    """
    state: dict[str, t.Any] = {
        "id": observed.id,
        "type": observed.type,
        "allow_management_os": observed.allow_management_os,
        "notes": observed.notes,
        "interface_descriptions": sorted(observed.interface_descriptions),
    }
    declared = switch.settings()
    for setting in CHOSEN_AT_CREATION:
        if declared[setting.option] not in (None, "default"):
            state[setting.option] = getattr(observed, setting.observed)
    return state


def _turn(pair: tuple[SwitchDeclaration, ObservedSwitch | None]) -> int:
    """Order the switches: removals, then those that stop being external, then those that are there, then new ones."""
    switch, observed = pair
    if not switch.present:
        return 0
    if observed is None:
        return 3
    return 1 if switch.wanted_type in ("private", "internal") else 2


def _the_one(switch: SwitchDeclaration, draft: _Draft) -> ObservedSwitch | None:
    """Return the observed switch of that name; refuse when there are several."""
    named = draft.observation.named(switch.name)
    if len(named) > 1:
        draft.refusals.append(
            Refusal(
                switch.path("name"),
                f"switch '{switch.name}' is meant",
                f"the host has {len(named)} switches of that name: {', '.join(one.id for one in named)}",
                "Rename or remove all but one of them (Get-VMSwitch -Id ID | Rename-VMSwitch).",
            )
        )
    return named[0] if named else None


def _remove(switch: SwitchDeclaration, observed: ObservedSwitch | None, draft: _Draft) -> None:
    if observed is None:
        return
    users = draft.observation.users.get(observed.id, ())
    if users:
        draft.refusals.append(
            Refusal(
                switch.path("state"),
                f"switch '{observed.name}' is to be removed",
                f"these VMs are connected to it: {', '.join(users)}",
                "Connect their adapters to another switch, or remove them, first.",
            )
        )
        return
    draft.add(
        switch,
        Step(
            f"remove {switch.name}",
            "Hyper-V\\Remove-VMSwitch",
            {"VMSwitch": _object(observed), "Force": True},
            lane=switch.name,
        ),
        ("state: present -> absent",),
    )
    draft.owners.release(observed.interface_ids)
    _warn_of_connection(switch, observed, draft)


def _create(switch: SwitchDeclaration, draft: _Draft) -> None:
    wanted_type = switch.wanted_type
    adapters, refusals = resolved_adapters(switch, draft.observation.adapters)
    if wanted_type is None:
        refusals.append(
            Refusal(
                switch.path("type"),
                f"switch '{switch.name}' is asked for",
                "it does not exist and its type is not declared",
                "Declare type: private, internal or external.",
            )
        )
    elif wanted_type == "external" and not switch.adapters:
        refusals.append(
            Refusal(
                switch.path("adapters"),
                f"external switch '{switch.name}' is asked for",
                "it does not exist and no physical adapter is declared for it",
                "Declare adapters.",
            )
        )
    else:
        refusals += _contradictions(switch, wanted_type)
    if not refusals:
        refusals = draft.owners.take(switch, adapters)
    if refusals or wanted_type is None:
        draft.refusals += refusals
        return
    teaming = switch.embedded_teaming if len(adapters) < 2 else True
    shared = switch.allow_management_os is not False if wanted_type == "external" else wanted_type == "internal"
    parameters: dict[str, t.Any] = {"Name": switch.name}
    reasons = ["state: absent -> present", f"type: {wanted_type}"]
    if wanted_type == "external":
        parameters["NetAdapterInterfaceDescription"] = [adapter.description for adapter in adapters]
        parameters["AllowManagementOS"] = shared
        reasons += [_adapters_reason((), adapters), f"allow_management_os: {shown(shared)}"]
    else:
        parameters["SwitchType"] = wanted_type.capitalize()
    if switch.notes:
        parameters["Notes"] = switch.notes
        reasons.append(f"notes: {shown(switch.notes)}")
    chosen = {**switch.settings(), "embedded_teaming": teaming}
    for setting in CHOSEN_AT_CREATION:
        if chosen[setting.option] is not None:
            parameters[setting.parameter] = setting.to_parameter(chosen[setting.option])
            reasons.append(f"{setting.option}: {shown(chosen[setting.option])}")
    draft.add(switch, Step(f"create {switch.name}", NEW_SWITCH, parameters, lane=switch.name), reasons)
    created = ObservedSwitch(
        id=KNOWN_AFTER_APPLY,
        name=switch.name,
        type=wanted_type,
        allow_management_os=shared,
        notes=switch.notes or "",
        interface_descriptions=tuple(adapter.description for adapter in adapters),
        embedded_teaming=bool(teaming),
        minimum_bandwidth_mode=switch.minimum_bandwidth_mode or "",
        iov=bool(switch.iov),
    )
    draft.after[switch.name] = switch_state(switch, created)
    _warn_of_connection(switch, created, draft)


def _change(switch: SwitchDeclaration, observed: ObservedSwitch, draft: _Draft) -> None:
    wanted_type = switch.wanted_type or t.cast("t.Any", observed.type)
    adapters, refusals = resolved_adapters(switch, draft.observation.adapters)
    refusals += _contradictions(switch, wanted_type)
    refusals += _creation_only(switch, observed)
    differing = differing_settings(CHANGEABLE, switch.settings(), vars(observed))
    changes = {change.setting.option: change for change in differing}
    rebound = bool(adapters) and {adapter.id for adapter in adapters} != set(observed.interface_ids)
    if "type" in changes or rebound:
        refusals += _not_rebindable(switch, observed, wanted_type)
    if rebound and not refusals:
        refusals = draft.owners.take(switch, adapters, observed.interface_ids)
    if refusals:
        draft.refusals += refusals
        return
    if not changes and not rebound:
        draft.after[switch.name] = switch_state(switch, observed)
        return
    becomes_external = wanted_type == "external" and observed.type != "external"
    shared = observed.allow_management_os
    if wanted_type == "external" and switch.allow_management_os is not None:
        shared = switch.allow_management_os
    elif wanted_type != "external" or becomes_external:
        shared = wanted_type != "private"
    parameters: dict[str, t.Any] = {"VMSwitch": _object(observed)}
    if rebound:
        parameters["NetAdapterInterfaceDescription"] = adapters[0].description
    elif "type" in changes:
        parameters["SwitchType"] = wanted_type.capitalize()
    if wanted_type == "external" and (becomes_external or rebound or "allow_management_os" in changes):
        parameters["AllowManagementOS"] = shared
    if "notes" in changes:
        parameters["Notes"] = switch.notes
    reasons = [change.reason for change in changes.values()]
    if becomes_external and "allow_management_os" not in changes and shared != observed.allow_management_os:
        reasons.append(f"allow_management_os: {shown(observed.allow_management_os)} -> {shown(shared)}")
    if rebound:
        reasons.append(_adapters_reason(observed.interface_descriptions, adapters))
    draft.add(switch, Step(f"change {switch.name}", SET_SWITCH, parameters, lane=switch.name), reasons)
    changed = dataclasses.replace(
        observed,
        type=wanted_type,
        allow_management_os=shared,
        notes=observed.notes if switch.notes is None else switch.notes,
    )
    if rebound:
        descriptions = tuple(adapter.description for adapter in adapters)
        changed = dataclasses.replace(changed, interface_descriptions=descriptions)
    elif wanted_type != "external":
        changed = dataclasses.replace(changed, interface_descriptions=())
        draft.owners.release(observed.interface_ids)
    draft.after[switch.name] = switch_state(switch, changed)
    _warn_of_change(switch, observed, changed, changes, draft)


def _contradictions(switch: SwitchDeclaration, wanted_type: str) -> list[Refusal]:
    """Return refusals of what contradicts a type that only the host's state tells."""
    refusals = []
    if switch.type is None and wanted_type == "internal" and switch.allow_management_os is False:
        refusals.append(
            Refusal(
                switch.path("allow_management_os"),
                f"switch '{switch.name}' is not to be shared with the management OS",
                "it is internal, and Hyper-V would silently make it private",
                "Declare type: private if that is meant.",
            )
        )
    if switch.type is None and wanted_type == "private" and switch.allow_management_os:
        refusals.append(
            Refusal(
                switch.path("allow_management_os"),
                f"switch '{switch.name}' is to be shared with the management OS",
                "it is private",
                "Declare type: internal if that is meant.",
            )
        )
    return refusals


def _creation_only(switch: SwitchDeclaration, observed: ObservedSwitch) -> list[Refusal]:
    """Return refusals of differences that no cmdlet can remove from an existing switch."""
    return [
        Refusal(
            switch.path(change.setting.option),
            f"{change.setting.option} {shown(change.after)} is asked for",
            f"switch '{observed.name}' has {shown(change.before)}, and this can only be chosen at creation",
            "Remove the switch (state: absent) and declare it again; re-creation in one task is not offered.",
        )
        for change in differing_settings(CHOSEN_AT_CREATION, switch.settings(), vars(observed))
    ]


def _not_rebindable(switch: SwitchDeclaration, observed: ObservedSwitch, wanted_type: str) -> list[Refusal]:
    """Return why Set-VMSwitch cannot bring the switch to its new type or adapters."""
    if observed.embedded_teaming:
        obstacle = "it is an embedded team, whose type and adapters Set-VMSwitch cannot change"
    elif len(switch.adapters or ()) > 1:
        obstacle = "several adapters need embedded teaming, which can only be chosen at creation"
    elif wanted_type == "external" and not switch.adapters:
        return [
            Refusal(
                switch.path("adapters"),
                f"switch '{observed.name}' is to become external",
                "no physical adapter is declared for it",
                "Declare adapters.",
            )
        ]
    else:
        return []
    return [
        Refusal(
            switch.path("adapters" if wanted_type == "external" else "type"),
            f"switch '{observed.name}' is to have another type or other adapters",
            obstacle,
            "Remove the switch (state: absent) and declare it again; re-creation in one task is not offered.",
        )
    ]


def _adapters_reason(before: t.Sequence[str], adapters: t.Sequence[ObservedAdapter]) -> str:
    return f"adapters: {shown(sorted(before))} -> {shown([adapter.description for adapter in adapters])}"


def _object(observed: ObservedSwitch) -> Reference:
    return Reference(OBJECTS, where=(("Id", (observed.id,)),))


def _with_objects(steps: list[PlannedStep]) -> tuple[PlannedStep, ...]:
    """Return the steps, with the one in front that fetches the objects some of them act on."""
    if not any("VMSwitch" in planned.step.parameters for planned in steps):
        return tuple(steps)
    return (PlannedStep(Step(OBJECTS, "Hyper-V\\Get-VMSwitch"), (), "switches"), *steps)


def _warn_of_connection(switch: SwitchDeclaration, concerned: ObservedSwitch, draft: _Draft) -> None:
    """Warn that binding or freeing a physical adapter interrupts what the host itself does over it."""
    if concerned.type != "external":
        return
    adapters = ", ".join(concerned.interface_descriptions)
    text = (
        f"switch {switch.name}: the host's own connections over {adapters} are interrupted for some seconds; "
        "if Ansible's connection is one of them, run the playbook again"
    )
    if switch.present and not concerned.allow_management_os:
        text = (
            f"switch {switch.name}: with allow_management_os: false the host loses its own addresses on {adapters}; "
            "if Ansible's connection uses them, the host cannot be reached any more"
        )
    draft.warnings.append(text)


def _warn_of_change(
    switch: SwitchDeclaration,
    before: ObservedSwitch,
    after: ObservedSwitch,
    changes: dict[str, SettingChange],
    draft: _Draft,
) -> None:
    """Warn where a change of type, adapters or sharing touches the host's own network."""
    if after.type == "external":
        if (
            before.interface_descriptions != after.interface_descriptions
            or before.allow_management_os != after.allow_management_os
        ):
            _warn_of_connection(switch, after, draft)
    elif "type" in changes:
        if before.type == "external":
            _warn_of_connection(switch, dataclasses.replace(before, allow_management_os=True), draft)
        if before.allow_management_os and after.type == "private":
            draft.warnings.append(
                f"switch {switch.name}: the host loses its own adapter on this switch, and the addresses set on it"
            )
