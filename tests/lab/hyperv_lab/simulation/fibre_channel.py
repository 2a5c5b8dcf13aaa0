# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Virtual SANs of a host, and the Fibre Channel adapters that connect machines to them."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from .errors import OperationFailed, invalid_parameter
from .settings import Component, Settings
from .values import SimObject

if t.TYPE_CHECKING:
    from .host import Host
    from .machine import VirtualMachine

NODE_NAME = "C003FF0000FFFF00"
FIRST_PORT_NAME, LAST_PORT_NAME = 0xC003FF5778E50000, 0xC003FF5778E5FFFF
MOST_ADAPTERS = 4
_NAME = re.compile(r"[0-9A-Fa-f]{16}")


class VirtualSan(SimObject):
    """A virtual SAN: which ports of the host lead to a fabric."""

    type_name = "Microsoft.HyperV.PowerShell.VMSan"

    def __init__(self, host: Host, name: str, note: str = "") -> None:
        self.host = host
        self.name = name
        self.note = note

    @property
    def key(self) -> str:
        return f"VirtualSan:{self.name.casefold()}"


@dataclass(frozen=True)
class WorldWideNames:
    """The two sets of names of an adapter: one is used while the other moves."""

    node_a: str
    port_a: str
    node_b: str
    port_b: str

    @property
    def ports(self) -> tuple[str, str]:
        """Both port names."""
        return self.port_a, self.port_b


class FibreChannelAdapter(Component):
    """A Fibre Channel adapter."""

    type_name = "Microsoft.HyperV.PowerShell.VMFibreChannelHba"
    kind = "FibreChannelAdapter"

    def __init__(self, settings: Settings, san: str, names: WorldWideNames) -> None:
        super().__init__(settings)
        self.san = san
        self.names = names

    @property
    def name(self) -> str:
        return "Fibre Channel Adapter"


def find_san(host: Host, name: str) -> VirtualSan:
    """A virtual SAN by its name in any case. Raises OperationFailed (FCH-02)."""
    found = next((san for san in host.virtual_sans if san.name.casefold() == name.casefold()), None)
    if found is None:  # FCH-02
        raise invalid_parameter(f"Hyper-V was unable to find a virtual SAN with name '{name}'.")
    return found


def generated_names(host: Host) -> WorldWideNames:
    """Names from the host's range (FCH-05). Raises OperationFailed when it is used up."""
    first = FIRST_PORT_NAME + host.fibre_channel_position
    if first + 1 > LAST_PORT_NAME:
        raise OperationFailed("The range of world wide port names of the host is used up.")
    host.fibre_channel_position += 2  # FCH-05
    return WorldWideNames(NODE_NAME, f"{first:016X}", NODE_NAME, f"{first + 1:016X}")


def checked_names(texts: t.Sequence[str]) -> WorldWideNames:
    """Names as given: node A, port A, node B, port B. Raises OperationFailed (FCH-04)."""
    for text in texts:
        if not _NAME.fullmatch(text):  # FCH-04
            raise invalid_parameter(f"'{text}' is not a world wide name of sixteen hexadecimal digits.")
    return WorldWideNames(*(text.upper() for text in texts))


def add(machine: VirtualMachine, san: str, names: WorldWideNames | None) -> FibreChannelAdapter:
    """Connect a machine to a SAN; without names the host gives it some."""
    machine.require_off("the Fibre Channel adapters")  # FCH-01
    found = find_san(machine.host, san)
    if len(machine.settings.fibre_channel_adapters) >= MOST_ADAPTERS:  # FCH-03
        raise invalid_parameter(f"'{machine.name}' has the maximum of {MOST_ADAPTERS} Fibre Channel adapters.")
    adapter = FibreChannelAdapter(machine.settings, found.name, names or generated_names(machine.host))
    machine.settings.fibre_channel_adapters.append(adapter)
    return adapter


def remove(adapter: FibreChannelAdapter) -> None:
    """Take an adapter away."""
    adapter.machine.require_off("the Fibre Channel adapters")
    adapters = adapter.settings.fibre_channel_adapters
    adapter.settings.fibre_channel_adapters = [each for each in adapters if each is not adapter]


def check_start(machine: VirtualMachine) -> None:
    """Refuse a start while another machine has one of the port names online (FCH-06)."""
    for adapter in machine.settings.fibre_channel_adapters:
        for other in machine.host.machines.values():
            if other is machine or not other.active:
                continue
            for taken in other.settings.fibre_channel_adapters:
                if set(taken.names.ports) & set(adapter.names.ports):  # FCH-06
                    raise OperationFailed(
                        f"'{machine.name}' failed to start.\nFibre Channel Adapter: a world wide port name is in use "
                        f"by the virtual machine '{other.name}'. (Virtual machine ID {str(machine.id).upper()})"
                    )
