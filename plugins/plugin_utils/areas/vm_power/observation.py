# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The steps that read the power of machines, and the observation that their rows make."""

from __future__ import annotations

import dataclasses
import functools
import typing as t

from ...core.step import Field, Reference, Replies, Step
from ..switch.names import name_key
from .declaration import Declaration

VMS, ADAPTERS, CHANGE = "vms", "adapters", "change"

#: The payload file with the function that a poll waits in.
PAYLOAD_FILE, WAIT_FOR_CHANGE = "vm_power", "Wait-VMChange"


@dataclasses.dataclass(frozen=True)
class ObservedPower:
    """A machine as far as power is concerned.

    Attributes:
        state: name of Microsoft.HyperV.PowerShell.VMState.
        heartbeat: name of VMHeartbeatStatus; empty where the host says nothing.
        addresses: that its guest reports; empty if they were not read.
    """

    id: str
    name: str
    state: str
    heartbeat: str = ""
    addresses: tuple[str, ...] = ()

    @property
    def answers(self) -> bool:
        """Whether its guest answers."""
        return self.heartbeat.startswith("Ok")

    def known(self, *, addresses: bool) -> str:
        """Return what a poll compares with."""
        return f"{self.state} {self.heartbeat} {','.join(self.addresses) if addresses else ''}"


@dataclasses.dataclass(frozen=True)
class Observation:
    """What was read.

    Attributes:
        vms: all machines of the host.
        patient: whether it was waited until machines on their way from one state to another should have arrived.
    """

    vms: tuple[ObservedPower, ...] = ()
    patient: bool = False

    def named(self, name: str) -> tuple[ObservedPower, ...]:
        """Return the machines of a name; it need not be unique on a host."""
        return self._by_name.get(name_key(name), ())

    def with_id(self, vm_id: str) -> ObservedPower | None:
        """Return the machine of an id."""
        return self._by_id.get(vm_id)

    @functools.cached_property
    def _by_name(self) -> dict[str, tuple[ObservedPower, ...]]:
        found: dict[str, tuple[ObservedPower, ...]] = {}
        for vm in self.vms:
            key = name_key(vm.name)
            found[key] = (*found.get(key, ()), vm)
        return found

    @functools.cached_property
    def _by_id(self) -> dict[str, ObservedPower]:
        return {vm.id: vm for vm in self.vms}


def reading_steps(declaration: Declaration) -> tuple[Step, ...]:
    """Return the reading steps: one, or two where addresses of guests are waited for."""
    read = (
        Field("id", "Id", "guid"),
        Field("name", "Name"),
        Field("state", "State", "enum"),
        Field("heartbeat", "Heartbeat", "enum"),
    )
    steps = [Step(VMS, "Hyper-V\\Get-VM", read=read)]
    if any(group.needs_addresses for group in declaration.groups):
        steps.append(
            Step(
                ADAPTERS,
                "Hyper-V\\Get-VMNetworkAdapter",
                {"VM": Reference(VMS, where=(("Name", declaration.names),))},
                read=(Field("vm", "VMId", "guid"), Field("addresses", "IPAddresses", "texts")),
            )
        )
    return tuple(steps)


def understand_replies(replies: Replies) -> Observation:
    """Return the observation from the replies to the reading steps."""
    addresses: dict[str, list[str]] = {}
    if ADAPTERS in replies:
        for row in replies[ADAPTERS].rows:
            addresses.setdefault(row["vm"], []).extend(row["addresses"] or ())
    return Observation(
        tuple(
            ObservedPower(
                row["id"], row["name"], row["state"], row["heartbeat"] or "", tuple(addresses.get(row["id"], ()))
            )
            for row in replies[VMS].rows
        )
    )


def waiting_step(vms: t.Sequence[ObservedPower], seconds: int, *, addresses: bool) -> Step:
    """Return the step that a poll begins with: it ends as soon as one of the machines is not as it was."""
    parameters: dict[str, t.Any] = {
        "Id": [vm.id for vm in vms],
        "Known": [vm.known(addresses=addresses) for vm in vms],
        "Seconds": seconds,
    }
    if addresses:
        parameters["Addresses"] = True
    return Step(CHANGE, WAIT_FOR_CHANGE, parameters)
