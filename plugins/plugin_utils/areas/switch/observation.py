# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the host says about its virtual switches, and the steps that ask it."""

from __future__ import annotations

import dataclasses

from ...core.step import Field, Replies, Step
from .declaration import SwitchesDeclaration
from .names import name_key

#: Ids of the reading steps.
SWITCHES, ADAPTERS, USERS = "switches", "physical_adapters", "connected_adapters"

#: ComponentID of the host's own adapters on switches. All others can be behind a switch, and not only those that
#: Get-NetAdapter -Physical lists: it leaves out teams made with New-NetLbfoTeam.
OWN_ADAPTER = "vms_mp"


@dataclasses.dataclass(frozen=True)
class ObservedSwitch:
    """A virtual switch as it is.

    Attributes:
        interface_ids: GUIDs of the physical adapters behind an external switch.
        interface_descriptions: their descriptions. Names are no help: once a switch is bound to an adapter, the one
            that people see is the host's virtual adapter.
        minimum_bandwidth_mode: in lower case: weight, absolute or none.
    """

    id: str
    name: str
    type: str
    allow_management_os: bool
    notes: str
    interface_ids: tuple[str, ...] = ()
    interface_descriptions: tuple[str, ...] = ()
    embedded_teaming: bool = False
    minimum_bandwidth_mode: str = ""
    iov: bool = False


@dataclasses.dataclass(frozen=True)
class ObservedAdapter:
    """A network adapter of the host that can be behind a switch: a physical one or a team."""

    id: str
    name: str
    description: str


@dataclasses.dataclass(frozen=True)
class SwitchesObservation:
    """What was read.

    Attributes:
        adapters: adapters that can be behind a switch; empty when no declared switch names any.
        users: names of VMs with an adapter on a switch, by switch id; empty when nothing is to be removed.
    """

    switches: tuple[ObservedSwitch, ...]
    adapters: tuple[ObservedAdapter, ...] = ()
    users: dict[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)

    def named(self, name: str) -> tuple[ObservedSwitch, ...]:
        """Return the switches of exactly this name; Hyper-V does not keep names unique."""
        key = name_key(name)
        return tuple(switch for switch in self.switches if name_key(switch.name) == key)


def reading_steps(declaration: SwitchesDeclaration) -> tuple[Step, ...]:
    """Return the steps that read all switches, and the host's adapters and the switches' users where they matter."""
    steps = [
        Step(
            SWITCHES,
            "Hyper-V\\Get-VMSwitch",
            read=(
                Field("id", "Id", "guid"),
                Field("name", "Name"),
                Field("type", "SwitchType", "enum"),
                Field("allow_management_os", "AllowManagementOS", "boolean"),
                Field("notes", "Notes"),
                Field("interface_ids", "NetAdapterInterfaceGuid", "guids"),
                Field("interface_descriptions", "NetAdapterInterfaceDescriptions", "texts"),
                Field("embedded_teaming", "EmbeddedTeamingEnabled", "boolean"),
                Field("minimum_bandwidth_mode", "BandwidthReservationMode", "enum"),
                Field("iov", "IovEnabled", "boolean"),
            ),
        )
    ]
    if declaration.needs_adapters:
        steps.append(
            Step(
                ADAPTERS,
                "NetAdapter\\Get-NetAdapter",
                read=(
                    Field("id", "InterfaceGuid", "guid"),
                    Field("name", "Name"),
                    Field("description", "InterfaceDescription"),
                    Field("component", "ComponentID"),
                ),
            )
        )
    if declaration.needs_users:
        steps.append(
            Step(
                USERS,
                "Hyper-V\\Get-VMNetworkAdapter",
                {"All": True},
                where=(("IsManagementOs", (False,)),),
                read=(Field("vm", "VMName"), Field("switch", "SwitchId", "guid")),
            )
        )
    return tuple(steps)


def understand_replies(replies: Replies) -> SwitchesObservation:
    """Return the observation from the replies to the reading steps."""
    users: dict[str, set[str]] = {}
    if USERS in replies:
        for row in replies[USERS].rows:
            if row["switch"] and row["vm"]:
                users.setdefault(row["switch"], set()).add(row["vm"])
    return SwitchesObservation(
        switches=tuple(
            ObservedSwitch(
                id=row["id"],
                name=row["name"],
                type=row["type"].lower(),
                allow_management_os=bool(row["allow_management_os"]),
                notes=row["notes"] or "",
                interface_ids=tuple(row["interface_ids"] or ()),
                interface_descriptions=tuple(row["interface_descriptions"] or ()),
                embedded_teaming=bool(row["embedded_teaming"]),
                minimum_bandwidth_mode=(row["minimum_bandwidth_mode"] or "").lower(),
                iov=bool(row["iov"]),
            )
            for row in replies[SWITCHES].rows
        ),
        adapters=tuple(
            ObservedAdapter(row["id"], row["name"], row["description"])
            for row in (replies[ADAPTERS].rows if ADAPTERS in replies else ())
            if row["component"] != OWN_ADAPTER
        ),
        users={switch: tuple(sorted(vms)) for switch, vms in users.items()},
    )
