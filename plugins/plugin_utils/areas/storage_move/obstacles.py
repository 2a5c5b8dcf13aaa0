# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What stands in the way of a move, as far as the machine itself goes."""

from __future__ import annotations

from ...core.plan import Refusal
from ..virtual_disk import Chain, path_key, same_path
from ..vm.stuck import stuck_remedy
from .declaration import MachineMove
from .disks import Target
from .observation import Machine, Observation

#: Power states in which files can move (Microsoft Learn: running or not); every other one is a transition or critical.
MOVABLE = frozenset({"Running", "Off", "Saved", "Paused"})
STORAGE_MIGRATION = frozenset({"StorageMigrationPhaseOne", "StorageMigrationPhaseTwo"})
#: Migrations to another host: the storage is theirs until they are over.
MIGRATION = frozenset({"MigratingVirtualMachine", "MigratingPlannedVm"})
#: What Hyper-V does to a machine's files by itself, or for somebody else.
BUSY = {
    "MergingDisks": "its checkpoint files are being merged",
    "CreatingSnapshot": "a checkpoint of it is being taken",
    "ApplyingSnapshot": "a checkpoint is being applied to it",
    "DeletingSnapshot": "a checkpoint of it is being removed",
    "ExportingVirtualMachine": "it is being exported",
    "BackingUpVirtualMachine": "it is being backed up",
    "ModifyingUpVirtualMachine": "it is being changed",
}
#: States of replication in which the files on either side are being written or swapped.
REPLICATION_BUSY = frozenset(
    {
        "InitialReplicationInProgress",
        "PreparedForFailover",
        "FailedOverWaitingCompletion",
        "Resynchronizing",
        "RecoveryInProgress",
        "FailbackInProgress",
        "WaitingForUpdateCompletion",
        "WaitingForRepurposeCompletion",
        "PreparedForGroupReverseReplication",
        "FiredrillInProgress",
    }
)


def migration_of(machine: Machine) -> str | None:
    """Return the migration that is under way, by its operational status, or None."""
    return next((status for status in machine.status if status in STORAGE_MIGRATION | MIGRATION), None)


def machine_refusals(move: MachineMove, machine: Machine) -> list[Refusal]:
    """Return why the machine cannot be moved now."""
    obstacle, remedy = _obstacle(machine)
    refusals = []
    if obstacle is not None:
        refusals.append(Refusal(f"{move.prefix}name", _asked(move), obstacle, remedy))
    for drive in machine.drives:
        if drive.disk_number is not None:
            refusals.append(
                Refusal(
                    f"{move.prefix}name",
                    _asked(move),
                    f"disk {drive.disk_number} of the host is attached to {drive.slot}, and Hyper-V moves no machine "
                    "with a pass-through disk",
                    "Detach that disk first, or copy what is on it into a virtual disk.",
                )
            )
        elif drive.slot.controller == "PMEM":
            refusals.append(
                Refusal(
                    f"{move.prefix}name",
                    _asked(move),
                    f"persistent memory ({drive.path}) is attached to {drive.slot}, and Hyper-V moves no machine "
                    "with it",
                    "Detach it first, and copy its file while it is detached.",
                )
            )
    return refusals


def target_refusals(move: MachineMove, machine: Machine, target: Target, observation: Observation) -> list[Refusal]:
    """Return why files of a disk cannot be moved: they are missing, shared, or others use them."""
    refusals = []
    moves = target.moves
    if target.disk.shared and moves:
        refusals.append(
            Refusal(
                target.option,
                f"disk {target.disk.key} of VM {move.name} is to be moved",
                "it is a disk that several machines share, and Hyper-V does not move those",
                "Turn the machines off and copy its file, or leave this disk out.",
            )
        )
    for file, path in moves:
        chain = observation.chain(file) or _chain_through(file, target, observation)
        obstacle = _missing(chain, file)
        if obstacle is not None:
            remedy = "Whatever holds or lost it must give it back first."
            refusals.append(Refusal(target.option, f"{file} is to be moved to {path}", obstacle, remedy))
        for user, users_file in observation.users_of(file):
            if user.id == machine.id:
                continue
            same = same_path(users_file, file)
            refusals.append(
                Refusal(
                    target.option,
                    f"{file} is to be moved to {path}",
                    f"it is also a disk of VM {user.name}"
                    if same
                    else f"{users_file} of VM {user.name} builds on it and would lose it",
                    "Leave this disk where it is, or detach it there first.",
                )
            )
    return refusals


def _obstacle(machine: Machine) -> tuple[str | None, str]:
    under_way = migration_of(machine)
    if under_way in MIGRATION:
        return "it is being migrated, and its files with it", "Wait until the migration is over and run again."
    if machine.state not in MOVABLE:
        return f"it is in the state {machine.state}", stuck_remedy(machine.state)
    busy = next((BUSY[status] for status in machine.status if status in BUSY), None)
    if busy is not None:
        return busy, "Wait until that is over and run again."
    if machine.replication in REPLICATION_BUSY:
        return (
            f"its replication is in the state {machine.replication}",
            "Wait until that is over, or suspend the replication, and run again.",
        )
    return None, ""


def _missing(chain: Chain | None, file: str) -> str | None:
    if chain is None or not chain.exists:
        return "there is no such file"
    if not chain.links:
        return f"the file cannot be read: {chain.error or 'no reason given'}"
    if chain.missing_parent is not None:
        return f"its chain is broken: {chain.missing_parent} is not there or cannot be read"
    return None


def _chain_through(file: str, target: Target, observation: Observation) -> Chain | None:
    """Return the chain of a drive's file that goes through a file which no drive has."""
    chains = (observation.chain(other) for other in target.disk.files)
    key = path_key(file)
    return next(
        (chain for chain in chains if chain is not None and any(path_key(link.path) == key for link in chain.links)),
        None,
    )


def _asked(move: MachineMove) -> str:
    return f"storage of VM {move.name} is to be moved"
