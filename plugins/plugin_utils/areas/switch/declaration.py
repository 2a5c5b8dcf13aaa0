# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a playbook declares about virtual switches."""

from __future__ import annotations

import dataclasses
import typing as t

from ...core.area import Options
from ...core.plan import BadInput
from .names import name_key

SwitchType = t.Literal["private", "internal", "external"]


@dataclasses.dataclass(frozen=True)
class SwitchDeclaration:
    """One declared switch; None means that the option was left out and is not managed.

    Attributes:
        prefix: what stands before an option's name in messages: "" or `switches[2].`.
        adapters: names (or interface descriptions) of physical adapters, in declared order.
        minimum_bandwidth_mode: `default` leaves the choice to the host and is then not compared.
    """

    prefix: str
    name: str
    present: bool = True
    type: SwitchType | None = None
    adapters: tuple[str, ...] | None = None
    allow_management_os: bool | None = None
    notes: str | None = None
    embedded_teaming: bool | None = None
    minimum_bandwidth_mode: str | None = None
    iov: bool | None = None

    def path(self, option: str) -> str:
        """Return the path of an option of this switch as the user wrote it."""
        return self.prefix + option

    @property
    def wanted_type(self) -> SwitchType | None:
        """The declared type; adapters alone already say that it is external."""
        if self.type is None and self.adapters:
            return "external"
        return self.type

    def settings(self) -> dict[str, t.Any]:
        """Return the options that rows of settings look at."""
        return {
            "type": self.wanted_type,
            "allow_management_os": self.allow_management_os,
            "notes": self.notes,
            "embedded_teaming": self.embedded_teaming,
            "minimum_bandwidth_mode": self.minimum_bandwidth_mode,
            "iov": self.iov,
        }


@dataclasses.dataclass(frozen=True)
class SwitchesDeclaration:
    """All switches of one task.

    Attributes:
        many: whether the task used the list, so that the result has one too.
    """

    switches: tuple[SwitchDeclaration, ...]
    many: bool

    @property
    def needs_adapters(self) -> bool:
        """Whether the host's physical adapters must be read."""
        return any(switch.adapters for switch in self.switches)

    @property
    def needs_users(self) -> bool:
        """Whether it must be read which VMs are connected to which switch."""
        return any(not switch.present for switch in self.switches)


def declare_switches(options: Options) -> SwitchesDeclaration:
    """Return the declaration of a task.

    Raises:
        BadInput: when options contradict each other whatever the host looks like.
    """
    entries = options.get("switches")
    if entries is None:
        return SwitchesDeclaration((declare_switch(options, ""),), many=False)
    switches = tuple(declare_switch(entry, f"switches[{index}].") for index, entry in enumerate(entries))
    seen: dict[str, int] = {}
    for index, switch in enumerate(switches):
        first = seen.setdefault(name_key(switch.name), index)
        if first != index:
            raise BadInput(
                switch.path("name"), f"'{switch.name}' is declared twice, the first time in switches[{first}]"
            )
    return SwitchesDeclaration(switches, many=True)


def declare_switch(options: Options, prefix: str) -> SwitchDeclaration:
    """Return the declaration of one switch.

    Raises:
        BadInput: see `declare_switches`.
    """
    name = options.get("name")
    if not name:
        raise BadInput(prefix + "name", "is needed: which switch is meant?")
    adapters = options.get("adapters")
    switch = SwitchDeclaration(
        prefix=prefix,
        name=name,
        present=options.get("state", "present") != "absent",
        type=options.get("type"),
        adapters=None if adapters is None else tuple(adapters),
        allow_management_os=options.get("allow_management_os"),
        notes=options.get("notes"),
        embedded_teaming=options.get("embedded_teaming"),
        minimum_bandwidth_mode=options.get("minimum_bandwidth_mode"),
        iov=options.get("iov"),
    )
    check_name(switch)
    if switch.present:
        check_adapters(switch)
        check_management(switch)
    return switch


def check_name(switch: SwitchDeclaration) -> None:
    """Raise BadInput for a name that no switch can have."""
    if switch.name != switch.name.strip():
        raise BadInput(switch.path("name"), f"{switch.name!r} begins or ends with white space; leave that out")
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in switch.name):
        raise BadInput(switch.path("name"), f"{switch.name!r} has a line break or another control character in it")


def check_adapters(switch: SwitchDeclaration) -> None:
    """Raise BadInput where the adapters do not fit the type or each other."""
    adapters = switch.adapters
    if adapters is not None:
        if not adapters:
            raise BadInput(
                switch.path("adapters"), "is an empty list; name at least one physical adapter or leave the option out"
            )
        if switch.type in ("private", "internal"):
            raise BadInput(
                switch.path("adapters"), f"a switch of type {switch.type} has no physical adapter; only external has"
            )
        if len({name_key(adapter) for adapter in adapters}) != len(adapters):
            raise BadInput(switch.path("adapters"), "names an adapter twice")
        if len(adapters) > 1 and switch.embedded_teaming is False:
            raise BadInput(
                switch.path("embedded_teaming"),
                "several adapters in one switch are an embedded team; leave embedded_teaming out or set it to true",
            )
    if switch.embedded_teaming and switch.type in ("private", "internal"):
        raise BadInput(
            switch.path("embedded_teaming"),
            f"a switch of type {switch.type} has no adapters to team; only external has",
        )


def check_management(switch: SwitchDeclaration) -> None:
    """Raise BadInput where sharing with the management OS contradicts the type.

    Set-VMSwitch would turn an internal switch into a private one if it were told not to share it.
    """
    if switch.type == "internal" and switch.allow_management_os is False:
        raise BadInput(
            switch.path("allow_management_os"),
            "an internal switch is one that the management OS shares; an internal switch without it is type: private",
        )
    if switch.type == "private" and switch.allow_management_os:
        raise BadInput(
            switch.path("allow_management_os"),
            "a private switch is one that the management OS does not share; a private switch with it is type: internal",
        )
