# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which physical adapters a declared switch means, and whether it may have them."""

from __future__ import annotations

import collections.abc as c

from ...core.plan import Refusal
from .declaration import SwitchDeclaration
from .names import name_key
from .observation import ObservedAdapter, ObservedSwitch


def resolved_adapters(
    switch: SwitchDeclaration, adapters: c.Sequence[ObservedAdapter]
) -> tuple[list[ObservedAdapter], list[Refusal]]:
    """Return the physical adapters that the declared names mean, or why one of them means none.

    A name is looked for among the adapters' names, then among their interface descriptions.
    """
    found: list[ObservedAdapter] = []
    refusals = []
    for index, name in enumerate(switch.adapters or ()):
        key = name_key(name)
        matches = [adapter for adapter in adapters if name_key(adapter.name) == key]
        matches = matches or [adapter for adapter in adapters if name_key(adapter.description) == key]
        if len(matches) == 1:
            found.append(matches[0])
            continue
        known = ", ".join(f"{adapter.name} ({adapter.description})" for adapter in adapters) or "none"
        obstacle = (
            f"{len(matches)} physical adapters are called that" if matches else "the host has no such physical adapter"
        )
        refusals.append(
            Refusal(
                switch.path(f"adapters[{index}]"),
                f"adapter '{name}' is asked for",
                obstacle,
                f"Name one of the host's physical adapters: {known}.",
            )
        )
    if len({adapter.id for adapter in found}) != len(found):
        refusals.append(
            Refusal(
                switch.path("adapters"),
                "several adapters are asked for",
                "two of the names mean the same physical adapter",
                "Name each adapter once.",
            )
        )
    return found, refusals


class AdapterOwners:
    """Which switch has which physical adapter while the steps of a plan run one after another."""

    def __init__(self, switches: c.Iterable[ObservedSwitch]) -> None:
        self._owners = {interface: switch.name for switch in switches for interface in switch.interface_ids}

    def release(self, interface_ids: c.Iterable[str]) -> None:
        """Note that a step frees these adapters."""
        for interface in interface_ids:
            self._owners.pop(interface, None)

    def take(
        self, switch: SwitchDeclaration, wanted: c.Sequence[ObservedAdapter], held: c.Collection[str] = ()
    ) -> list[Refusal]:
        """Note that a step binds these adapters to the switch; return why not where another switch has one.

        Args:
            held: ids of the adapters that the switch has now and gives up in the same step.
        """
        refusals = [
            Refusal(
                switch.path("adapters"),
                f"adapter '{adapter.name}' is asked for",
                f"it belongs to switch '{self._owners[adapter.id]}'",
                "Give that switch another adapter or type, or remove it, in the same task or before.",
            )
            for adapter in wanted
            if adapter.id in self._owners and adapter.id not in held
        ]
        if not refusals:
            self.release(held)
            self._owners.update({adapter.id: switch.name for adapter in wanted})
        return refusals
