# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Fibre Channel adapters of a VM, by the virtual SAN that each is connected to.

Hyper-V gives all of them one name, in the host's language, and no cmdlet changes it; so the SAN is the key.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ...core.plan import KNOWN_AFTER_APPLY, BadInput, State
from ...core.setting import OFF_ONLY, shown
from ...core.step import Reference
from ..switch.names import name_key
from .change import Changes, Place
from .fleet import Entry
from .lent_devices import FibreChannelAdapter, WorldWideNames

if t.TYPE_CHECKING:
    from .declaration import VmDeclaration
    from .observation import ObservedVm
    from .world import World

#: Microsoft Learn, "Hyper-V Virtual Fibre Channel Overview": up to four adapters for each VM.
MOST_ADAPTERS = 4

_SEPARATORS = re.compile(r"[:\-. ]")
_NAME = re.compile(r"[0-9A-F]{16}")


@dataclasses.dataclass(frozen=True)
class FibreChannelDeclaration:
    """A declared adapter; `names` None means that they are not managed, and generated for a new one."""

    option: str
    san: str
    names: WorldWideNames | None = None
    absent: bool = False


def declared_adapters(entries: t.Sequence[Entry], option: str) -> tuple[FibreChannelDeclaration, ...]:
    """Return the declared adapters.

    Raises:
        BadInput: for names that are none, a set without the other, and more adapters than a VM can have.
    """
    adapters = tuple(_declared(entry) for entry in entries)
    if sum(not adapter.absent for adapter in adapters) > MOST_ADAPTERS:
        raise BadInput(option, f"a VM has at most {MOST_ADAPTERS} Fibre Channel adapters")
    return adapters


def _declared(entry: Entry) -> FibreChannelDeclaration:
    values = entry.values
    sets = [values.get("wwn_set_a"), values.get("wwn_set_b")]
    names = None
    if any(part is not None for part in sets):
        texts = []
        for letter, part in zip("ab", sets, strict=True):
            for name in ("node", "port"):
                option = f"{entry.option}.wwn_set_{letter}"
                text = (part or {}).get(name)
                if text is None:
                    raise BadInput(f"{option}.{name}", "is needed: node and port of both sets belong together")
                texts.append(_plain(str(text), f"{option}.{name}"))
        names = WorldWideNames(*texts)
        if names.port_a == names.port_b:
            raise BadInput(f"{entry.option}.wwn_set_b.port", "is that of set A, and the two must differ")
    absent = values.get("state") == "absent"
    return FibreChannelDeclaration(entry.option, str(values["san"]), names, absent)


def _plain(text: str, option: str) -> str:
    plain = _SEPARATORS.sub("", text).upper()
    if not _NAME.fullmatch(plain):
        raise BadInput(option, f"{text!r} is no world wide name; write sixteen hexadecimal digits")
    return plain


def plan_fibre_channel(
    vm: VmDeclaration, place: Place, observed: ObservedVm, world: World, found: Changes
) -> ObservedVm:
    """Note what brings the adapters to their declaration; return the VM as it will be."""
    declared = vm.lent.fibre_channel
    if declared is None:
        return observed
    adapters = list(observed.lent.fibre_channel)
    sans = {name_key(entry.san): entry for entry in declared}
    for adapter in list(adapters):
        entry = sans.get(name_key(adapter.san))
        gone = entry is None and "fibre_channel_adapters" in vm.purged
        if gone or (entry is not None and entry.absent):
            option = entry.option if entry is not None else vm.where("purge")
            step = place.step(
                f"remove_fibre_channel{adapters.index(adapter)}_{len(adapters)}",
                "Hyper-V\\Remove-VMFibreChannelHba",
                {"VMFibreChannelHba": _object(place, adapter)},
            )
            reason = f"Fibre Channel adapter on {shown(adapter.san)} -> none"
            found.add(option, place.planned(step, reason), states=OFF_ONLY)
            adapters.remove(adapter)
    for index, entry in enumerate(declared):
        if not entry.absent:
            _plan(vm, place, observed, adapters, world, found, entry, index)
    if len(adapters) > MOST_ADAPTERS:
        found.refuse(
            vm.where("fibre_channel_adapters"),
            f"VM {vm.name} is to have {len(adapters)} Fibre Channel adapters",
            f"a VM has at most {MOST_ADAPTERS}",
            "Remove some (state: absent, or purge: [fibre_channel_adapters]).",
        )
    return dataclasses.replace(observed, lent=dataclasses.replace(observed.lent, fibre_channel=tuple(adapters)))


def _plan(
    vm: VmDeclaration,
    place: Place,
    observed: ObservedVm,
    adapters: list[FibreChannelAdapter],
    world: World,
    found: Changes,
    entry: FibreChannelDeclaration,
    index: int,
) -> None:
    asked = f"VM {vm.name} is to have a Fibre Channel adapter on {shown(entry.san)}"
    offers = world.observation.offers
    san = next((name for name in offers.sans if name_key(name) == name_key(entry.san)), None)
    if san is None:
        known = ", ".join(shown(name) for name in offers.sans) or "none"
        found.refuse(
            f"{entry.option}.san",
            asked,
            "the host has no such virtual SAN",
            f"Its SANs: {known}. Make it first (New-VMSan).",
        )
        return
    for port in entry.names.ports if entry.names is not None else ():
        user = offers.ports.get(port)
        if user is not None and user[0] != observed.id and user[0] not in world.leaving:
            found.refuse(
                entry.option,
                asked,
                f"its port name {port} is that of VM {user[1]}",
                "Give each adapter names of its own.",
            )
            return
    named = [a for a in adapters if a.names is not None and entry.names is not None and a.names == entry.names]
    there = named or [adapter for adapter in adapters if name_key(adapter.san) == name_key(san)]
    if len(there) > 1:
        found.refuse(
            entry.option,
            asked,
            f"it has {len(there)} there, and their names do not tell which one is meant",
            "Declare the world wide names of one of them, or remove the others (Remove-VMFibreChannelHba).",
        )
    elif there:
        _change(place, adapters, found, entry, there[0], san, index)
    else:
        _add(place, adapters, found, entry, san, index)


def _add(
    place: Place,
    adapters: list[FibreChannelAdapter],
    found: Changes,
    entry: FibreChannelDeclaration,
    san: str,
    index: int,
) -> None:
    parameters: dict[str, t.Any] = {"VM": place.vm, "SanName": san}
    parameters.update(_parameters(entry.names, "") if entry.names is not None else {"GenerateWwn": True})
    step = place.step(f"fibre_channel{index}.add", "Hyper-V\\Add-VMFibreChannelHba", parameters)
    names = str(entry.names) if entry.names is not None else "generated names"
    reason = f"Fibre Channel adapter on {shown(san)}: none -> {names}"
    found.add(entry.option, place.planned(step, reason), states=OFF_ONLY)
    adapters.append(FibreChannelAdapter("", san, entry.names))


def _change(
    place: Place,
    adapters: list[FibreChannelAdapter],
    found: Changes,
    entry: FibreChannelDeclaration,
    adapter: FibreChannelAdapter,
    san: str,
    index: int,
) -> None:
    after = adapter
    target = {"VMFibreChannelHba": _object(place, adapter)}
    call = "Hyper-V\\Set-VMFibreChannelHba"
    if name_key(adapter.san) != name_key(san):
        step = place.step(f"fibre_channel{index}.san", call, {**target, "SanName": san})
        reason = f"Fibre Channel adapter {adapter.names}: {shown(adapter.san)} -> {shown(san)}"
        found.add(f"{entry.option}.san", place.planned(step, reason), states=OFF_ONLY)
        after = dataclasses.replace(after, san=san)
    if entry.names is not None and entry.names != adapter.names:
        step = place.step(f"fibre_channel{index}.names", call, {**target, **_parameters(entry.names, "New")})
        reason = f"Fibre Channel adapter on {shown(san)}: {adapter.names} -> {entry.names}"
        found.add(f"{entry.option}.wwn_set_a", place.planned(step, reason), states=OFF_ONLY)
        after = dataclasses.replace(after, names=entry.names)
    adapters[adapters.index(adapter)] = after


def _parameters(names: WorldWideNames, prefix: str) -> dict[str, str]:
    return {
        f"{prefix}WorldWideNodeNameSetA": names.node_a,
        f"{prefix}WorldWidePortNameSetA": names.port_a,
        f"{prefix}WorldWideNodeNameSetB": names.node_b,
        f"{prefix}WorldWidePortNameSetB": names.port_b,
    }


def _object(place: Place, adapter: FibreChannelAdapter) -> Reference:
    return dataclasses.replace(place.vm, get="FibreChannelHostBusAdapters", having=(("Id", (adapter.id,)),))


def fibre_channel_state(vm: VmDeclaration, observed: ObservedVm) -> State:
    """Return the declared adapters by SAN, with `purge` all of them."""
    state: State = {}
    for entry in vm.lent.fibre_channel or ():
        for adapter in observed.lent.fibre_channel:
            if name_key(adapter.san) != name_key(entry.san):
                continue
            names: State = {}
            if entry.names is not None:
                names = adapter.names.state if adapter.names is not None else {"wwn_set_a": KNOWN_AFTER_APPLY}
            if not state.get(entry.san):
                state[entry.san] = names
    if "fibre_channel_adapters" in vm.purged:
        declared = {name_key(entry.san) for entry in vm.lent.fibre_channel or ()}
        state.update({a.san: {} for a in observed.lent.fibre_channel if name_key(a.san) not in declared})
    return state
