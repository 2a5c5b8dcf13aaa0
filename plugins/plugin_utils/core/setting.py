# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Settings as rows: most of a feature area is a table of these."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

#: Power states of a VM in which a setting can be changed (names of Microsoft.HyperV.PowerShell.VMState).
ANY_STATE: frozenset[str] = frozenset({"Off", "Running", "Paused", "Saved"})
OFF_ONLY: frozenset[str] = frozenset({"Off"})
NOT_SAVED: frozenset[str] = frozenset({"Off", "Running", "Paused"})


@dataclasses.dataclass(frozen=True)
class Setting:
    """One option, where it is observed, and the cmdlet parameter that sets it.

    Attributes:
        option: path of the option in the declaration, dotted: `processor.count`.
        observed: key of the observed row that holds the value now.
        call: the cmdlet that sets it, module-qualified.
        parameter: its parameter.
        states: power states in which the call may change this setting.
        generations: VM generations that have the setting.
        since_build: first Windows build whose cmdlet has the parameter (14393 is Server 2016).
        to_parameter: turns the declared value into the parameter's value.
        same: whether the declared and the observed value are equal.
        companions: options of the same call whose wanted value must be sent along whenever this one changes
            (Set-VMMemory wants StartupBytes with DynamicMemoryEnabled).
        to_parameters: gives all parameters for a declared value, where one parameter does not set every value
            (EnableNumLock and DisableNumLock).
        calls: the cmdlet for certain values, where the value decides on the cmdlet (Enable-VMTPM and Disable-VMTPM).
        fixed: parameters that say which part of the thing the call is for (the number of a COM port).
    """

    option: str
    observed: str
    call: str
    parameter: str
    states: frozenset[str] = ANY_STATE
    generations: tuple[int, ...] = (1, 2)
    since_build: int = 14393
    to_parameter: c.Callable[[t.Any], t.Any] = lambda value: value
    same: c.Callable[[t.Any, t.Any], bool] = lambda declared, observed: bool(declared == observed)
    companions: tuple[str, ...] = ()
    to_parameters: c.Callable[[t.Any], dict[str, t.Any]] | None = None
    calls: t.Mapping[t.Any, str] = dataclasses.field(default_factory=dict)
    fixed: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)

    def call_for(self, value: t.Any) -> str:
        """Return the cmdlet that sets a value."""
        return self.calls.get(value, self.call) if self.calls else self.call

    def parameters_for(self, value: t.Any) -> dict[str, t.Any]:
        """Return the parameters that set a value, without those of `fixed`."""
        if self.to_parameters is not None:
            return self.to_parameters(value)
        return {self.parameter: self.to_parameter(value)} if self.parameter else {}


@dataclasses.dataclass(frozen=True)
class SettingChange:
    """A setting whose declared value differs from the observed one."""

    setting: Setting
    before: t.Any
    after: t.Any

    @property
    def reason(self) -> str:
        """The change as a short text: `processor.count: 2 -> 4`."""
        return f"{self.setting.option}: {shown(self.before)} -> {shown(self.after)}"


@dataclasses.dataclass(frozen=True)
class SettingCall:
    """The changes that one cmdlet call makes together.

    Attributes:
        call: the cmdlet.
        parameters: its parameters, without the one that names the target.
        changes: what differs.
        states: power states in which the whole call may be made.
    """

    call: str
    parameters: dict[str, t.Any]
    changes: tuple[SettingChange, ...]
    states: frozenset[str]


def shown(value: t.Any) -> str:
    """Return a value as it stands in a reason: text in quotes only where it is empty or has spaces at its ends."""
    if value is None:
        return "none"
    if value is True or value is False:
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(shown(element) for element in value) + "]"
    if isinstance(value, c.Mapping):
        return "{" + ", ".join(f"{name}: {shown(element)}" for name, element in value.items()) + "}"
    text = str(value)
    return repr(text) if text != text.strip() or not text or "\n" in text else text


def declared_value(declaration: t.Mapping[str, t.Any], option: str) -> t.Any:
    """Return the value of a dotted option, or None when it or a part above it was left out."""
    value: t.Any = declaration
    for part in option.split("."):
        if not isinstance(value, (dict, c.Mapping)):  # dict first: a fleet asks this tens of thousands of times
            return None
        value = value.get(part)
    return value


def differing_settings(
    settings: c.Iterable[Setting], declaration: t.Mapping[str, t.Any], observed: t.Mapping[str, t.Any]
) -> list[SettingChange]:
    """Return a change for each row whose option is given and differs from what is observed."""
    changes = []
    for setting in settings:
        declared = declared_value(declaration, setting.option)
        if declared is None:
            continue
        now = observed.get(setting.observed)
        if not setting.same(declared, now):
            changes.append(SettingChange(setting, now, declared))
    return changes


def grouped_into_calls(
    settings: c.Iterable[Setting], declaration: t.Mapping[str, t.Any], changes: c.Iterable[SettingChange]
) -> list[SettingCall]:
    """Group changes into one call for each cmdlet and part, companions included, in the order of the rows."""
    rows = list(settings)
    by_call: dict[tuple[t.Any, ...], list[SettingChange]] = {}
    for change in changes:
        by_call.setdefault(_place_of(change.setting, change.after), []).append(change)
    calls = []
    for place, members in by_call.items():
        changed = {change.setting.option for change in members}
        wanted = changed.union(*(change.setting.companions for change in members))
        parameters: dict[str, t.Any] = dict(members[0].setting.fixed)
        for row in rows:
            declared = declared_value(declaration, row.option) if row.option in wanted else None
            if declared is not None and _place_of(row, declared) == place:
                parameters.update(row.parameters_for(declared))
        states = frozenset.intersection(*(change.setting.states for change in members))
        calls.append(SettingCall(place[0], parameters, tuple(members), states))
    return calls


def _place_of(setting: Setting, value: t.Any) -> tuple[t.Any, ...]:
    """What two settings have in common when one call can set both."""
    call = setting.call_for(value) if not isinstance(value, (dict, list)) else setting.call
    return (call, *sorted(setting.fixed.items()))
