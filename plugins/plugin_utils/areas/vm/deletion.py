# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Deletion: what stands in its way, the order of its steps, and which files go with the VM.

Files go before the VM does: if the run is cut between the two, the next one still finds the VM and finishes.
"""

from __future__ import annotations

import re
import typing as t

from ...core.plan import Refusal
from ...core.step import Reference, Step, Wait
from ..virtual_disk import Chain, is_checkpoint_file, path_key
from .change import Changes, Place
from .declaration import VmDeclaration
from .observation import Observation, ObservedVm
from .power import SETTLED, state_word, stopping_steps
from .stuck import has_plug, stuck_remedy

_CHECKPOINT_NAME = re.compile(r"(.+)_[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\.a(vhdx?)", re.IGNORECASE)

#: How long a merge of checkpoint files may take. It goes on in the background; the deletion waits for its end.
MERGE_SECONDS = 3600


def plan_deletion(
    vm: VmDeclaration,
    place: Place,
    observed: ObservedVm,
    observation: Observation,
    going: frozenset[str],
    found: Changes,
    deleted: set[str],
) -> None:
    """Note the steps that delete a VM.

    Args:
        going: ids of all VMs that the same plan deletes together with their disks.
        deleted: files that the plan deletes, by `path_key`; those that VMs shared are deleted once.
    """
    if not _may_go(vm, observed, found):
        return
    files = own_files(observed, observation)
    if vm.get("delete_disks"):
        refusals = _shared_files(vm, observed, observation, files, going)
        found.refusals += refusals
        merging = next((path for path in files if is_checkpoint_file(path)), None)
        if merging is not None:
            found.refuse(
                vm.where("delete_disks"),
                f"the disks of VM {vm.name} are to be deleted with it",
                f"{merging} is just being merged, and the file below it cannot be read",
                "Run again when the merge is over.",
            )
        if found.refusals:
            return
    for planned in stopping_steps(vm, place, observed.state, "it is to be deleted") if observed.state != "Off" else []:
        found.add(vm.where("state"), planned)
    if observed.checkpoints:
        _delete_checkpoints(vm, place, observed, found)
    if observed.checkpoints or any(is_checkpoint_file(drive.path) for drive in observed.drives):
        _wait_for_merges(vm, place, files, found)
    if vm.get("delete_disks"):
        _delete_files(vm, place, [path for path in files if path_key(path) not in deleted], found)
        deleted.update(path_key(path) for path in files)
    step = place.step("remove", "Hyper-V\\Remove-VM", {"VM": place.vm, "Force": True})
    found.add(vm.where("state"), place.planned(step, "state: present -> absent"))


def plan_leftovers(vm: VmDeclaration, place: Place, observation: Observation, found: Changes) -> None:
    """Note the deletion of declared disk files of a VM that is gone already."""
    if not vm.get("delete_disks"):
        return
    files = []
    for disk in vm.disks or ():
        path = disk.file.path
        chain = observation.chain(path)
        if chain is None or not chain.exists:
            continue
        user, child = observation.user_of(path), observation.child_of(path)
        if user is not None or child is not None:
            found.refuse(
                f"{disk.option}.path",
                f"{path} is to be deleted with VM {vm.name}, which is gone already",
                f"it is a disk of VM {user.vm}" if user is not None else f"{child} builds on it",
                "Leave it out of disks to keep it.",
            )
            continue
        files.append(path)
    _delete_files(vm, place, files, found)


def own_files(observed: ObservedVm, observation: Observation) -> tuple[str, ...]:
    """Return the files that are a VM's own disks once its checkpoints are merged; never a template below them.

    A file that is not there any more is left out.
    """
    files = []
    for drive in observed.drives:
        chain = observation.chain(drive.path) if drive.path and drive.disk_number is None else None
        if chain is not None and chain.exists:
            files.append(_base(chain, drive.path))
    return tuple(dict.fromkeys(files))


def _base(chain: Chain, path: str) -> str:
    """Return the file at which checkpoints end.

    While a merge is under way, the files below may not be readable. Then it is the file after which Hyper-V named the
    checkpoint's: `a_<GUID>.avhdx` lies beside `a.vhdx`. The deletion waits until the drive really has that file.
    """
    below = [link.path for link in chain.links] + ([chain.missing_parent] if chain.missing_parent else [])
    base = next((file for file in below if not is_checkpoint_file(file)), None)
    if base is not None:
        return base
    match = _CHECKPOINT_NAME.fullmatch(path)
    return f"{match[1]}.{match[2]}" if match is not None else path


def _may_go(vm: VmDeclaration, observed: ObservedVm, found: Changes) -> bool:
    asked = f"VM {vm.name} is to be deleted"
    if observed.state not in SETTLED and not _can_stop(vm, observed):
        remedy = stuck_remedy(observed.state)
        if has_plug(observed.state):
            remedy += " So does turn_off: true of this task."
        found.refuse(vm.where("state"), asked, f"it is in the state {observed.state}", remedy)
        return False
    if observed.state in ("Running", "Paused") and not vm.get("turn_off") and vm.get("restart") != "if_needed":
        found.refuse(
            vm.where("state"),
            asked,
            f"it is {state_word(observed.state)}",
            "Set turn_off: true to pull its plug, restart: if_needed to shut its guest down first, or stop it before.",
        )
        return False
    if observed.checkpoints and not vm.get("delete_checkpoints"):
        names = ", ".join(checkpoint.name for checkpoint in observed.checkpoints)
        found.refuse(
            vm.where("state"),
            asked,
            f"it has checkpoints: {names}",
            "Set delete_checkpoints: true to delete them with it.",
        )
        return False
    return True


def _can_stop(vm: VmDeclaration, observed: ObservedVm) -> bool:
    """Return whether the task may end a state between the settled ones, perhaps one that would never end by itself."""
    if vm.get("turn_off"):
        return has_plug(observed.state)
    # a guest that is just shutting down, perhaps since a run that was cut, is waited for
    return observed.state == "Stopping" and bool(vm.get("restart") == "if_needed")


def _delete_checkpoints(vm: VmDeclaration, place: Place, observed: ObservedVm, found: Changes) -> None:
    read = place.step("checkpoints", "Hyper-V\\Get-VMSnapshot", {"VM": place.vm})
    remove = place.step(
        "remove_checkpoints", "Hyper-V\\Remove-VMSnapshot", {"VMSnapshot": Reference(read.id), "Confirm": False}
    )
    names = ", ".join(checkpoint.name for checkpoint in observed.checkpoints)
    found.add(
        vm.where("delete_checkpoints"), place.planned(read), place.planned(remove, f"checkpoints: {names} -> none")
    )


def _wait_for_merges(vm: VmDeclaration, place: Place, files: tuple[str, ...], found: Changes) -> None:
    """Note the wait for merges.

    Remove-VMSnapshot returns before, and until then a disk is a file that is about to go.
    """
    bases = tuple(path for path in files if not is_checkpoint_file(path))
    if not bases:
        return
    step = Step(
        f"{place.id}.merged",
        "Hyper-V\\Get-VMHardDiskDrive",
        {"VM": place.vm},
        where=(("DiskNumber", (None,)),),
        wait=Wait((("Path", (*bases, None)),), MERGE_SECONDS),
        lane=place.lane,
    )
    found.add(vm.where("delete_checkpoints"), place.planned(step))


def _delete_files(vm: VmDeclaration, place: Place, files: t.Sequence[str], found: Changes) -> None:
    if not files:
        return
    step = place.step(
        "delete_disks",
        "Microsoft.PowerShell.Management\\Remove-Item",
        {"LiteralPath": list(files), "Force": True},
    )
    found.add(vm.where("delete_disks"), place.planned(step, *(f"{path} -> none" for path in files)))


def _shared_files(
    vm: VmDeclaration,
    observed: ObservedVm,
    observation: Observation,
    files: tuple[str, ...],
    going: frozenset[str],
) -> list[Refusal]:
    not_counting = going | {observed.id}
    refusals = []
    for path in files:
        user, child = observation.user_of(path, not_counting), observation.child_of(path, not_counting)
        if user is None and child is None:
            continue
        refusals.append(
            Refusal(
                vm.where("delete_disks"),
                f"{path} is to be deleted with VM {vm.name}",
                f"it is also a disk of VM {user.vm}" if user is not None else f"{child} builds on it",
                "Set delete_disks: false to keep the files, or delete what builds on them first.",
            )
        )
    return refusals
