# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Virtual switches, physical network adapters, and the host's own virtual adapters."""

from __future__ import annotations

import typing as t
import uuid

from .errors import in_use, invalid_operation, invalid_parameter, not_found
from .settings import HostAdapter, NetworkAdapter
from .values import SimObject

if t.TYPE_CHECKING:
    from .host import Host


class PhysicalAdapter:
    """A network card of the host.

    Attributes:
        management: the lab's clients reach the host through it; an external switch on it interrupts their connections.
    """

    def __init__(
        self,
        name: str,
        description: str,
        mac: str,
        *,
        speed: str = "10 Gbps",
        up: bool = True,
        management: bool = False,
    ):
        self.name = name
        self.description = description
        self.mac = mac
        self.speed = speed
        self.up = up
        self.management = management
        self.guid = uuid.uuid4()
        self.index = 0


class VirtualSwitch(SimObject):
    """A virtual switch. `adapters` are the physical adapters of an external one."""

    type_name = "Microsoft.HyperV.PowerShell.VMSwitch"

    def __init__(self, host: Host, name: str, kind: str) -> None:
        self.host = host
        self.id = uuid.uuid4()
        self.name = name
        self.kind = kind
        self.notes = ""
        self.adapters: list[PhysicalAdapter] = []
        self.embedded_teaming = False
        self.iov = False
        self.packet_direct = False
        self.bandwidth_mode = "Absolute"
        self.default_absolute = 0
        self.default_weight = 0
        self.software_rsc = True
        self.default_vrss = True
        self.default_vmmq = True

    @property
    def key(self) -> str:
        return f"VirtualSwitch:{self.id}"

    @property
    def host_adapters(self) -> list[HostAdapter]:
        """The host's own adapters on this switch."""
        return [adapter for adapter in self.host.host_adapters if adapter.switch is self]

    @property
    def allow_management(self) -> bool:
        """Whether the host has an adapter on the switch."""
        return bool(self.host_adapters)

    def connected(self) -> list[NetworkAdapter]:
        """Adapters of virtual machines on this switch."""
        return [
            adapter
            for machine in self.host.machines.values()
            for adapter in machine.settings.adapters
            if adapter.switch is self
        ]


def find_physical(host: Host, *, name: str | None = None, description: str | None = None) -> PhysicalAdapter:
    """A physical adapter by name or description.

    Raises:
        OperationFailed: there is none (NET-05), or it is bound to a switch already (NET-06).
    """
    for adapter in host.physical_adapters:
        wanted = name if name is not None else description
        actual = adapter.name if name is not None else adapter.description
        if wanted is not None and actual.casefold() == wanted.casefold():
            for switch in host.switches.values():
                if adapter in switch.adapters:  # NET-06
                    raise invalid_operation(
                        "Failed while adding virtual Ethernet switch connections.\n"
                        f"External Ethernet adapter '{adapter.description}' is already bound to the Microsoft "
                        f"Virtual Switch protocol."
                    )
            return adapter
    raise not_found("No network adapter was found that matches the specified criteria.")  # NET-05


def add_host_adapter(host: Host, switch: VirtualSwitch, name: str, mac: str | None = None) -> HostAdapter:
    """Give the host an adapter on a switch.

    Raises:
        OperationFailed: the switch is private (NET-08).
    """
    if switch.kind == "Private":  # NET-08
        raise invalid_parameter("A private virtual switch cannot have an adapter of the management operating system.")
    adapter = HostAdapter(host, name, switch, mac or host.next_mac())
    host.host_adapters.append(adapter)
    return adapter


def set_management(host: Host, switch: VirtualSwitch, wanted: bool) -> None:
    """Add or remove the host's adapter on a switch."""
    if wanted and not switch.allow_management:
        if switch.kind == "Private":
            switch.kind = "Internal"  # NET-10: the reverse of the next rule
        add_host_adapter(host, switch, switch.name)
    elif not wanted and switch.allow_management:
        host.host_adapters = [adapter for adapter in host.host_adapters if adapter.switch is not switch]
        if switch.kind == "Internal":
            switch.kind = "Private"  # NET-09
    note_interruption(host, switch)


def create_switch(
    host: Host,
    name: str,
    kind: str,
    *,
    adapters: t.Sequence[PhysicalAdapter] = (),
    allow_management: bool = True,
    switch_id: uuid.UUID | None = None,
) -> VirtualSwitch:
    """Make a switch. Names need not be unique (NET-02)."""
    switch = VirtualSwitch(host, name, kind)
    if switch_id is not None:
        if switch_id in host.switches:
            raise invalid_parameter("A virtual switch with that identifier exists already.")
        switch.id = switch_id
    switch.adapters = list(adapters)
    host.switches[switch.id] = switch
    if kind == "Internal" or (kind == "External" and allow_management):
        add_host_adapter(host, switch, name)  # NET-03, NET-04
    note_interruption(host, switch)
    return switch


def remove_switch(host: Host, switch: VirtualSwitch) -> None:
    """Remove a switch.

    Raises:
        OperationFailed: ObjectInUse while a virtual machine that is not off is connected (NET-07).
    """
    if any(adapter.machine.state != "Off" for adapter in switch.connected()):  # NET-07
        raise in_use(
            "Failed while removing virtual Ethernet switch.\n"
            f"The virtual switch '{switch.name}' cannot be deleted because it is being used by running virtual "
            f"machines or assigned to "
            "child pools.\nThe operation cannot be performed while the object is in use."
        )
    for adapter in switch.connected():
        adapter.switch = None
    note_interruption(host, switch)
    host.host_adapters = [adapter for adapter in host.host_adapters if adapter.switch is not switch]
    del host.switches[switch.id]


def note_interruption(host: Host, switch: VirtualSwitch) -> None:
    """Count a change that cuts the connections of clients which come through the switch's physical adapter."""
    if any(adapter.management for adapter in switch.adapters):
        host.interruptions += 1  # NET-11
