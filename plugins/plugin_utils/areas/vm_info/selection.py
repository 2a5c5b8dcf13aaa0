# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which VMs and which parts of them a task asks for, and the steps that read them."""

from __future__ import annotations

import dataclasses

from ...core.area import Options
from ...core.step import Condition, Field, Reference, Step
from ..virtual_disk.chain_verification import verification_step
from ..vm.device_reading import floppies_step, pass_through_step
from ..vm.drive_settings import FIELDS
from ..vm.host_devices import assigned_step, fibre_channel_step, partitions_step
from ..vm.reading import (
    adapters_step,
    attached_files,
    attached_step,
    bios_step,
    checkpoints_step,
    com_ports_step,
    controllers_step,
    drives_step,
    dvds_step,
    firmware_step,
    part_step,
    security_step,
    services_step,
    vms_step,
)
from ..vm.settings import MEMORY, PROCESSORS, VIDEO, VMS
from .usage import usage_step

#: Parts that can be left out; what each costs is one call, or two where the generations differ.
PARTS = (
    "settings",
    "security",
    "integration_services",
    "com_ports",
    "disks",
    "dvd_drives",
    "floppy",
    "controllers",
    "adapters",
    "boot_order",
    "checkpoints",
)

#: Parts that are read only if they are asked for: few hosts have them.
RARE_PARTS = ("host_devices", "usage")

RUNTIME = (
    Field("status", "Status"),
    Field("uptime", "Uptime", "seconds"),
    Field("memory_assigned", "MemoryAssigned", "integer"),
    Field("memory_demand", "MemoryDemand", "integer"),
    Field("created", "CreationTime", "time"),
    Field("clustered", "IsClustered", "boolean"),
    Field("replication", "ReplicationState", "enum"),
)


@dataclasses.dataclass(frozen=True)
class Selection:
    """What is asked for.

    Attributes:
        names: names of VMs, or None for all.
        parts: the parts to read.
        verify_chains: whether chains of disk files are verified.
    """

    names: tuple[str, ...] | None
    parts: frozenset[str]
    verify_chains: bool = False


def selected(options: Options) -> Selection:
    """Return the selection of a task's options."""
    names, parts = options.get("name"), options.get("gather")
    return Selection(
        tuple(dict.fromkeys(names)) if names is not None else None,
        frozenset(PARTS if parts is None else parts),
        bool(options.get("verify_chains")),
    )


def reading_steps(selection: Selection) -> tuple[Step, ...]:
    """Return the reading steps; their number follows from the parts alone."""
    names, parts = selection.names, selection.parts
    where: tuple[Condition, ...] = () if names is None else (("Name", names),)
    vms = Reference(VMS, where=where)
    steps = [vms_step(RUNTIME)]
    if "settings" in parts:
        steps += [
            part_step(PROCESSORS, "Hyper-V\\Get-VMProcessor", vms),
            part_step(MEMORY, "Hyper-V\\Get-VMMemory", vms),
            part_step(VIDEO, "Hyper-V\\Get-VMVideo", vms),
        ]
    if parts & {"settings", "boot_order"}:
        steps.append(firmware_step(where))
        steps.append(bios_step(where))
    if parts & {"security", "key_protector"}:
        steps.append(security_step(vms, key_protectors="key_protector" in parts))
    if "integration_services" in parts:
        steps.append(services_step(vms))
    if "com_ports" in parts:
        steps += [com_ports_step(1, vms), com_ports_step(2, vms)]
    if "disks" in parts:
        steps += [drives_step(vms, FIELDS), attached_step(), pass_through_step()]
        if selection.verify_chains:
            steps.append(verification_step([attached_files()]))
    if "dvd_drives" in parts:
        steps.append(dvds_step(vms))
    if "floppy" in parts:
        steps.append(floppies_step(where))
    if "controllers" in parts:
        steps.append(controllers_step(vms))
    if parts & {"adapters", "boot_order"}:
        steps.append(
            adapters_step(
                vms, (Field("ip_addresses", "IPAddresses", "texts"), Field("connected", "Connected", "boolean"))
            )
        )
    if "checkpoints" in parts:
        more = (Field("created", "CreationTime", "time"), Field("parent", "ParentSnapshotId", "guid"))
        steps.append(checkpoints_step(vms, more))
    if "host_devices" in parts:
        steps += [fibre_channel_step(vms), partitions_step(vms), assigned_step(vms)]
    if "usage" in parts:
        steps.append(usage_step(where))
    return tuple(steps)
