# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Disks of a machine with all their files, and where each of them is to be.

A disk that has checkpoints is several files: the one it began with, and one for each checkpoint and for what came
after. All of them move together. What a differencing disk is based on is not one of them, and stays.
"""

from __future__ import annotations

import dataclasses
import ntpath

from ..virtual_disk import Chain, directory_of, extension_of, is_checkpoint_file, joined, path_key, same_path
from ..vm.slots import Slot
from .declaration import DiskMove, MachineMove
from .observation import Machine, Observation


@dataclasses.dataclass(frozen=True)
class Disk:
    """A disk with its files.

    Attributes:
        slot: where the machine has it; None for a disk that only checkpoints still have.
        base: the file that it began with.
        files: all its files: the one that is written to, then those below, the base last, then other branches.
        current: the file that is written to; None for a disk that only checkpoints have.
    """

    slot: Slot | None
    base: str
    files: tuple[str, ...]
    current: str | None
    shared: bool = False

    @property
    def key(self) -> str:
        """The disk as people say it; it does not change when the disk moves."""
        return str(self.slot) if self.slot is not None else f"checkpoints {ntpath.basename(self.base)}"


@dataclasses.dataclass(frozen=True)
class Target:
    """A disk that is declared, and where its files are to be.

    Attributes:
        option: the option that says so.
        wanted: the path for each of its files, in their order.
    """

    option: str
    disk: Disk
    wanted: tuple[str, ...]

    @property
    def moves(self) -> tuple[tuple[str, str], ...]:
        """Files that are elsewhere, with their new paths."""
        pairs = zip(self.disk.files, self.wanted, strict=True)
        return tuple((file, path) for file, path in pairs if not same_path(file, path))


def disks_of(machine: Machine, observation: Observation) -> tuple[Disk, ...]:
    """Return the virtual disks of a machine and of its checkpoints, by slot."""
    found: dict[str, Disk] = {}
    own = len(machine.drives)
    for number, drive in enumerate(machine.all_drives):
        if not drive.path or drive.disk_number is not None:
            continue
        above = own_files(drive.path, observation.chain(drive.path))
        key = path_key(above[-1])
        disk = found.get(key)
        if disk is None:
            current = drive.path if number < own else None
            # a VHD Set is made for sharing, whether it is shared now or not
            shared = drive.shared or extension_of(drive.path) == ".vhds"
            found[key] = Disk(drive.slot if current else None, above[-1], above, current, shared)
            continue
        known = {path_key(path) for path in disk.files}
        more = tuple(path for path in above if path_key(path) not in known)
        found[key] = dataclasses.replace(disk, files=(*disk.files, *more), shared=disk.shared or drive.shared)
    return tuple(sorted(found.values(), key=lambda disk: (disk.slot is None, str(disk.slot), path_key(disk.base))))


def own_files(path: str, chain: Chain | None) -> tuple[str, ...]:
    """Return a drive's file and those below it, down to the one at which checkpoints end."""
    files = [path]
    for link in chain.links[1:] if chain is not None else ():
        if not is_checkpoint_file(files[-1]):
            break
        files.append(link.path)
    return tuple(files)


def targets_of(move: MachineMove, disks: tuple[Disk, ...]) -> tuple[Target, ...]:
    """Return the declared disks among those that a machine has."""
    targets = []
    for disk in disks:
        entry = next((entry for entry in move.disks if is_meant(entry, disk)), None)
        if entry is not None:
            targets.append(_target(entry.option, disk, entry.file_for(ntpath.basename(disk.base))))
        elif move.disks_path is not None:
            file = joined(move.disks_path, ntpath.basename(disk.base))
            targets.append(_target(move.where("disks_path"), disk, file))
    return tuple(targets)


def is_meant(entry: DiskMove, disk: Disk) -> bool:
    """Return whether an entry names a disk: by its slot, by its file, or by the file that it has after the move."""
    if entry.slot is not None:
        return disk.slot == entry.slot
    if entry.path is None:
        return False
    moved = entry.file_for(ntpath.basename(entry.path))
    return any(same_path(file, entry.path) or same_path(file, moved) for file in disk.files)


def _target(option: str, disk: Disk, base: str) -> Target:
    folder = directory_of(base)
    wanted = tuple(base if same_path(file, disk.base) else joined(folder, ntpath.basename(file)) for file in disk.files)
    return Target(option, disk, wanted)
