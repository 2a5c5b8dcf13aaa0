# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What would become of machines that are to be decommissioned, and what stands in the way."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from ..areas.virtual_disk.paths import is_checkpoint_file, joined
from .disk_use import Machine, disk_users


@dataclasses.dataclass(frozen=True)
class Wishes:
    """What is to be done with each machine besides removing it.

    Attributes:
        checkpoint: name of a checkpoint to take first, or empty.
        export: directory of the exports, or empty.
        delete_disks: whether the files of its disks go.
        delete_checkpoints: whether its checkpoints may go.
        turn_off: whether it is turned off without asking its guest.
    """

    checkpoint: str = ""
    export: str = ""
    delete_disks: bool = False
    delete_checkpoints: bool = False
    turn_off: bool = False


@dataclasses.dataclass
class Listing:
    """An account of the machines.

    Attributes:
        machines: for each: `name`, `state`, `disks` (slot, file, whether it goes, bytes), `checkpoints`, and the
            `steps` in order.
        present: names of those that are there, as the host writes them.
        stopping: names of those that must be stopped before they are exported.
        missing: names that no machine has; they are decommissioned already.
        problems: what stands in the way, as sentences.
    """

    machines: list[dict[str, t.Any]] = dataclasses.field(default_factory=list)
    present: list[str] = dataclasses.field(default_factory=list)
    stopping: list[str] = dataclasses.field(default_factory=list)
    missing: list[str] = dataclasses.field(default_factory=list)
    problems: list[str] = dataclasses.field(default_factory=list)


def decommission_listing(machines: c.Sequence[Machine], names: c.Sequence[str], wishes: Wishes) -> Listing:
    """Return what would be done, in which order, and what stands in the way.

    Args:
        machines: `vms` of `vm_info` with all machines of the host, read with the parts `disks` and `checkpoints`.
        names: of the machines that are to go, taken literally, upper and lower case being equal.
        wishes: what else is to be done.
    """
    listing = Listing()
    wanted = dict.fromkeys(name.casefold() for name in names)
    staying = [machine for machine in machines if str(machine["name"]).casefold() not in wanted]
    for key, name in {name.casefold(): name for name in names}.items():
        named = [machine for machine in machines if str(machine["name"]).casefold() == key]
        if len(named) > 1:
            listing.problems.append(f"{name}: {len(named)} machines have that name. Rename them first.")
        elif named:
            _list(listing, named[0], staying, wishes)
        else:
            listing.missing.append(name)
    return listing


def _list(listing: Listing, machine: Machine, staying: c.Sequence[Machine], wishes: Wishes) -> None:
    name, state = str(machine["name"]), str(machine.get("state"))
    checkpoints = [str(checkpoint.get("name")) for checkpoint in machine.get("checkpoints") or ()]
    disks = [_disk(disk, wishes.delete_disks) for disk in machine.get("disks") or ()]
    listing.present.append(name)
    if state not in ("stopped", "saved") and wishes.export:
        listing.stopping.append(name)
    listing.problems += [f"{name}: {problem}" for problem in _problems(machine, checkpoints, disks, staying, wishes)]
    listing.machines.append(
        {
            "name": name,
            "state": state,
            "disks": disks,
            "checkpoints": checkpoints,
            "steps": _steps(name, state, checkpoints, disks, wishes),
        }
    )


def _disk(disk: Machine, goes: bool) -> dict[str, t.Any]:
    """Return a disk with its own file: under checkpoints that is the file below theirs."""
    path = disk.get("path")
    chain = [path, *(disk.get("parents") or ())]
    file = next((each for each in chain if each and not is_checkpoint_file(str(each))), path)
    return {
        "slot": disk.get("slot"),
        "file": file,
        "disk_number": disk.get("disk_number"),
        "bytes": disk.get("file_size"),
        "deleted": bool(goes and file),
    }


def _problems(
    machine: Machine,
    checkpoints: list[str],
    disks: list[dict[str, t.Any]],
    staying: c.Sequence[Machine],
    wishes: Wishes,
) -> c.Iterator[str]:
    if machine.get("clustered"):
        yield "it is a role of a failover cluster. Remove the role first; this is not done here yet."
    if machine.get("replication") not in (None, "Disabled"):
        yield (
            f"it is replicated ({machine['replication']}). End that first, on both hosts: Remove-VMReplication; "
            "this is not done here yet."
        )
    if (checkpoints or wishes.checkpoint) and not wishes.delete_checkpoints:
        listed = ", ".join(checkpoints) or wishes.checkpoint
        yield f"its checkpoints would go with it ({listed}). decommission_delete_checkpoints allows that."
    for disk in disks:
        if not disk["deleted"]:
            continue
        for user in disk_users(staying, disk["file"]):
            how = "has it attached, too" if user["use"] == "disk" else "has a disk that is based on it"
            yield f"{disk['file']} would be deleted, and {user['vm']} {how}."


def _steps(name: str, state: str, checkpoints: list[str], disks: list[dict[str, t.Any]], wishes: Wishes) -> list[str]:
    steps = []
    if wishes.checkpoint:
        steps.append(f"take the checkpoint {wishes.checkpoint}")
        checkpoints = [*checkpoints, wishes.checkpoint]
    if state not in ("stopped", "saved"):
        steps.append("turn it off" if wishes.turn_off else "shut its guest down")
    if wishes.export:
        steps.append(f"export it to {joined(wishes.export, name)}, unless it is there with the present state")
    if state == "saved":
        steps.append("discard its saved state")
    if checkpoints:
        steps.append(f"delete its checkpoints ({', '.join(checkpoints)}) and wait until they are merged")
    going = [disk["file"] for disk in disks if disk["deleted"]]
    if going:
        steps.append(f"delete {', '.join(going)}")
    left = [_left(disk) for disk in disks if not disk["deleted"]]
    steps.append(f"remove it, and leave {', '.join(left)}" if left else "remove it")
    return steps


def _left(disk: dict[str, t.Any]) -> str:
    return str(disk["file"]) if disk["file"] else f"disk {disk['disk_number']} of the host"
