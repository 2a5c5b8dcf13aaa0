# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The steps that read checkpoints, and what their rows say.

The number of steps follows from the states that are declared, not from how many VMs there are.
"""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from ...core.step import Field, Reference, Replies, Step
from ..switch.names import name_key
from ..virtual_disk import Chains, chain_step, path_key, understand_chains
from ..vm.slots import Slot
from .declaration import Declaration
from .tree import KINDS, Checkpoint, Tree
from .type_marks import MARKS, marked_types, marks_step

VMS, CHECKPOINTS, DRIVES, CLOCK = "vms", "checkpoints", "drives", "clock"
DEVICES = "devices"
VM_CHAINS, CHECKPOINT_CHAINS = "vm_chains", "checkpoint_chains"

#: What the host does with a VM while its checkpoints are in the way (Microsoft.HyperV.PowerShell.VMOperationalStatus).
MERGING = "MergingDisks"
BUSY = frozenset({"ApplyingSnapshot", "CreatingSnapshot", "DeletingSnapshot"})

#: Settings that a VM and its checkpoints both show, and that applying a checkpoint brings back.
COMPARED = (
    Field("processors", "ProcessorCount", "integer"),
    Field("memory", "MemoryStartup", "integer"),
    Field("dynamic_memory", "DynamicMemoryEnabled", "boolean"),
)
_SLOT = (
    Field("controller", "ControllerType", "enum"),
    Field("number", "ControllerNumber", "integer"),
    Field("location", "ControllerLocation", "integer"),
    Field("path", "Path"),
)


@dataclasses.dataclass(frozen=True)
class Drive:
    """A hard disk drive of a VM.

    Attributes:
        disk_number: number of a pass-through disk, or None.
        shared: whether other VMs may have the disk at the same time.
    """

    slot: Slot
    path: str
    disk_number: int | None = None
    shared: bool = False


@dataclasses.dataclass(frozen=True)
class Machine:
    """A VM.

    Attributes:
        state: name of a VMState.
        version: configuration version.
        checkpoint_type: name of a CheckpointType.
        operational: names of VMOperationalStatus.
        parent: id of the checkpoint on which it is, or None.
        settings: see COMPARED.
        devices: location paths of assigned devices, where they were read.
        had_type: the CheckpointType that it had, and the file that says so, if a checkpoint of another type was cut.
    """

    id: str
    name: str
    state: str
    version: str = ""
    checkpoint_type: str = "Production"
    operational: tuple[str, ...] = ("Ok",)
    parent: str | None = None
    settings: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    drives: tuple[Drive, ...] = ()
    devices: tuple[str, ...] = ()
    had_type: tuple[str, str] | None = None

    @property
    def merging(self) -> bool:
        """Whether its disks are being merged."""
        return MERGING in self.operational


@dataclasses.dataclass(frozen=True)
class Observation:
    """What the host says.

    Attributes:
        trees: the checkpoints of each VM by its id.
        chains: disk files with their parents, by `path_key`; those of checkpoints, too.
        missing: files that a chain needs and that are not there, by the `path_key` of the file the chain begins with.
        now: the host's time.
    """

    machines: tuple[Machine, ...] = ()
    trees: t.Mapping[str, Tree] = dataclasses.field(default_factory=dict)
    chains: Chains = dataclasses.field(default_factory=dict)
    missing: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    now: str = ""

    def named(self, name: str) -> tuple[Machine, ...]:
        """Return the VMs of a name; it need not be unique on a host."""
        return tuple(machine for machine in self.machines if name_key(machine.name) == name_key(name))


def reading_steps(declaration: Declaration) -> tuple[Step, ...]:
    """Return the reading steps of a declaration."""
    vms = Reference(VMS, where=(("Name", declaration.names),))
    steps = [vms_step(), checkpoints_step(vms), drives_step(vms), marks_step(vms)]
    if any(vm.state in ("applied", "exported") or vm.removes for vm in declaration.vms):
        files = Reference(DRIVES, where=(("DiskNumber", (None,)),), get="Path")
        steps += [
            chain_step([files], VM_CHAINS),
            chain_step([Reference(CHECKPOINTS, get="HardDrives.Path")], CHECKPOINT_CHAINS),
        ]
    if any(vm.may_take for vm in declaration.vms):
        steps.append(devices_step(vms))
    if any(vm.keep_younger_than is not None for vm in declaration.vms):
        steps.append(clock_step())
    return tuple(steps)


def vms_step() -> Step:
    """Return the step that reads all VMs: filtering by name is left to references, as Get-VM knows patterns only."""
    return Step(
        VMS,
        "Hyper-V\\Get-VM",
        read=(
            Field("id", "Id", "guid"),
            Field("name", "Name"),
            Field("state", "State", "enum"),
            Field("version", "Version"),
            Field("checkpoint_type", "CheckpointType", "enum"),
            Field("operational", "OperationalStatus", "enums"),
            Field("parent", "ParentSnapshotId", "guid"),
            *COMPARED,
        ),
    )


def checkpoints_step(vms: Reference) -> Step:
    """Return the step that reads checkpoints with their disks."""
    return Step(
        CHECKPOINTS,
        "Hyper-V\\Get-VMSnapshot",
        {"VM": vms},
        read=(
            Field("vm", "VMId", "guid"),
            Field("id", "Id", "guid"),
            Field("name", "Name"),
            Field("type", "SnapshotType", "enum"),
            # Server 2016 has no automatic checkpoints, and no such property
            Field("automatic", "IsAutomaticCheckpoint", "boolean"),
            Field("created", "CreationTime", "time"),
            Field("parent", "ParentSnapshotId", "guid"),
            Field("state", "State", "enum"),
            Field("disks", "HardDrives", "objects", _SLOT),
            *COMPARED,
        ),
    )


def drives_step(vms: Reference) -> Step:
    """Return the step that reads the hard disk drives of VMs."""
    return Step(
        DRIVES,
        "Hyper-V\\Get-VMHardDiskDrive",
        {"VM": vms},
        read=(
            Field("vm", "VMId", "guid"),
            *_SLOT,
            Field("disk_number", "DiskNumber", "integer"),
            Field("shared", "SupportPersistentReservations", "boolean"),
        ),
    )


def devices_step(vms: Reference) -> Step:
    """Return the step that reads the devices of the host that VMs have."""
    read = (Field("vm", "VMId", "guid"), Field("location", "LocationPath"))
    return Step(DEVICES, "Hyper-V\\Get-VMAssignableDevice", {"VM": vms}, read=read)


def clock_step() -> Step:
    """Return the step that reads the host's time: ages are measured by the clock that stamped the checkpoints."""
    return Step(
        CLOCK,
        "CimCmdlets\\Get-CimInstance",
        {"ClassName": "Win32_OperatingSystem"},
        read=(Field("now", "LocalDateTime", "time"),),
    )


def understand_replies(replies: Replies) -> Observation:
    """Return the observation from the replies to the reading steps."""

    def rows(step: str) -> tuple[dict[str, t.Any], ...]:
        return replies[step].rows if step in replies else ()

    drives: dict[str, list[Drive]] = {}
    for row in rows(DRIVES):
        drive = Drive(_slot(row), row["path"] or "", row["disk_number"], bool(row["shared"]))
        drives.setdefault(row["vm"], []).append(drive)
    devices: dict[str, list[str]] = {}
    for row in rows(DEVICES):
        devices.setdefault(row["vm"], []).append(row["location"] or "?")
    checkpoints: dict[str, list[Checkpoint]] = {}
    parents = {row["id"]: row["parent"] for row in rows(CHECKPOINTS)}
    for row in sorted(rows(CHECKPOINTS), key=lambda row: (str(row["created"]), _depth(row["id"], parents))):
        checkpoints.setdefault(row["vm"], []).append(_checkpoint(row))
    marks = marked_types(rows(MARKS))
    machines = tuple(
        Machine(
            row["id"],
            row["name"],
            row["state"],
            row["version"] or "",
            row["checkpoint_type"] or "",
            tuple(row["operational"]),
            row["parent"],
            _settings(row),
            tuple(sorted(drives.get(row["id"], ()), key=lambda drive: drive.slot)),
            tuple(devices.get(row["id"], ())),
            marks.get(row["id"]),
        )
        for row in rows(VMS)
    )
    chain_rows = (*rows(VM_CHAINS), *rows(CHECKPOINT_CHAINS))
    return Observation(
        machines,
        {
            machine.id: Tree(tuple(checkpoints.get(machine.id, ())), _position(machine, checkpoints))
            for machine in machines
        },
        understand_chains(chain_rows),
        dict(_missing(chain_rows)),
        next((row["now"] for row in rows(CLOCK)), ""),
    )


def _depth(checkpoint_id: str, parents: t.Mapping[str, str | None]) -> int:
    """Return how many checkpoints are above one: the times have whole seconds only, and a child is never older."""
    depth, parent = 0, parents.get(checkpoint_id)
    while parent is not None and depth <= len(parents):
        depth, parent = depth + 1, parents.get(parent)
    return depth


def _position(machine: Machine, checkpoints: t.Mapping[str, list[Checkpoint]]) -> str | None:
    there = {one.id for one in checkpoints.get(machine.id, ())}
    return machine.parent if machine.parent in there else None


def _checkpoint(row: t.Mapping[str, t.Any]) -> Checkpoint:
    kind = KINDS.get(str(row["type"]), str(row["type"]).lower())
    return Checkpoint(
        row["vm"],
        row["id"],
        row["name"],
        "automatic" if kind == "standard" and row["automatic"] else kind,
        row["created"] or "",
        row["parent"],
        str(row["state"]) != "Off",
        _settings(row),
        {_slot(disk): disk["path"] for disk in row["disks"] if disk["path"]},
    )


def _settings(row: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {field.name: row[field.name] for field in COMPARED}


def _slot(row: t.Mapping[str, t.Any]) -> Slot:
    return Slot(row["controller"], row["number"], row["location"])


def _missing(rows: c.Iterable[t.Mapping[str, t.Any]]) -> c.Iterator[tuple[str, str]]:
    for row in rows:
        gone = [link["path"] for link in row["links"] if not link["exists"]]
        if not row["exists"]:
            gone.insert(0, row["path"])
        if gone:
            yield path_key(row["path"]), gone[0]
