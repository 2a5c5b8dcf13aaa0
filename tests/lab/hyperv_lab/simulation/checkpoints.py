# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Checkpoints, their differencing disks, and the merges that follow their removal."""

from __future__ import annotations

import typing as t
import uuid
from dataclasses import dataclass, field

from . import virtual_disks
from .errors import FILE_NOT_FOUND, OperationFailed, invalid_state
from .files import Entry
from .settings import HardDiskDrive, Settings
from .storage_migration import refuse_while_moving
from .values import SimObject
from .virtual_disks import VirtualDisk

if t.TYPE_CHECKING:
    from .host import Host
    from .machine import VirtualMachine

GIBIBYTE = 1024**3
MERGE_RETRY_SECONDS = 60.0


class Checkpoint(SimObject):
    """A checkpoint: settings and disks as they were. `memory` says whether it holds the running state."""

    type_name = "Microsoft.HyperV.PowerShell.VMSnapshot"

    def __init__(self, machine: VirtualMachine, name: str, *, memory: bool) -> None:
        self.machine = machine
        self.id = uuid.uuid4()
        self.display_name = name
        self.created = machine.host.estate.clock.utc()
        self.memory = memory
        self.parent = machine.parent_checkpoint
        self.settings: Settings = machine.settings.clone(t.cast("VirtualMachine", self))

    @property
    def host(self) -> Host:  # type: ignore[override]  # read through the machine
        return self.machine.host

    @property
    def key(self) -> str:
        return f"Checkpoint:{self.id}"

    @property
    def name(self) -> str:
        """Its name; not unique."""
        return self.display_name


@dataclass(eq=False)
class Merge:
    """A merge under way: the child's data goes into its parent, and the child's file disappears."""

    child: Entry
    parent: Entry
    id: uuid.UUID = field(default_factory=uuid.uuid4)

    @property
    def lock_name(self) -> str:
        """The name under which the merge holds both files."""
        return f"Merge {self.id}"


def take(machine: VirtualMachine, name: str | None) -> Checkpoint:
    """Take a checkpoint.

    Raises:
        OperationFailed: checkpoints are disabled (CHK-01), a pass-through disk is attached (CHK-02), a merge is under
            way (CHK-03).
    """
    if machine.settings.checkpoint_type == "Disabled":  # CHK-01
        raise OperationFailed(
            f"Checkpoint operation for '{machine.name}' failed. Checkpoints are disabled for this virtual machine."
        )
    if any(drive.disk_number is not None for drive in machine.settings.disks):  # CHK-02
        raise OperationFailed(
            f"Cannot take checkpoint for '{machine.name}' because one or more pass-through disks are attached."
        )
    refuse_while_moving(machine, "failed to take a checkpoint")
    if machine.merges:  # CHK-03
        raise OperationFailed(
            f"Checkpoint operation for '{machine.name}' was cancelled: disks are being merged.",
            error_id="InvalidState",
            category="InvalidOperation",
        )
    if machine.state not in ("Running", "Off", "Saved", "Paused"):
        raise invalid_state(f"Checkpoint operation for '{machine.name}' failed in the state {machine.state}.")
    standard = machine.settings.checkpoint_type == "Standard"
    stamp = machine.host.estate.clock.utc().strftime("%m/%d/%Y - %H:%M:%S")
    checkpoint = Checkpoint(
        machine,
        name or f"{machine.name} - ({stamp})",
        memory=machine.state == "Saved" or (standard and machine.state in ("Running", "Paused")),
    )
    for drive in machine.settings.disks:
        if drive.path is not None:
            drive.path = _branch(machine, drive.path).path  # CHK-04
    machine.checkpoints.append(checkpoint)
    machine.parent_checkpoint = checkpoint
    machine.refresh_files()
    return checkpoint


def _branch(machine: VirtualMachine, path: str) -> Entry:
    parent = virtual_disks.chain(machine.host, path, "checkpoint")[0]
    disk = virtual_disks.disk_of(parent)
    folder, _, name = parent.path.rpartition("\\")
    stem = name.rsplit(".", 1)[0].split("_{", 1)[0]
    stem = _without_guid(stem)
    suffix = ".avhdx" if disk.disk_format == "VHDX" else ".avhd"
    child = VirtualDisk(
        disk.disk_format,
        "Differencing",
        disk.size,
        2 * 1024 * 1024,
        disk.logical_sector,
        disk.physical_sector,
        identifier=disk.identifier,
        parent_path=parent.path,
        parent_link=disk.link,
    )
    return virtual_disks.create(machine.host, f"{folder}\\{stem}_{str(uuid.uuid4()).upper()}{suffix}", child)


def _without_guid(stem: str) -> str:
    head, separator, tail = stem.rpartition("_")
    try:
        uuid.UUID(tail)
    except ValueError:
        return stem
    return head if separator else stem


def restore(checkpoint: Checkpoint) -> None:
    """Go back to a checkpoint; what the machine did since is lost unless another checkpoint holds it (CHK-05)."""
    machine = checkpoint.machine
    refuse_while_moving(machine, "failed to apply a checkpoint")
    if machine.merges:
        raise invalid_state(f"'{machine.name}' failed to apply the checkpoint: disks are being merged.")
    _require_files(checkpoint)
    machine.turn_off()
    name_before = machine.settings.name
    abandoned = [drive.path for drive in machine.settings.disks if drive.path]
    machine.settings = checkpoint.settings.clone(machine)
    machine.settings.name = name_before
    machine.parent_checkpoint = checkpoint
    for drive in machine.settings.disks:
        if drive.path is not None:
            drive.path = _branch(machine, drive.path).path
    for path in abandoned:
        _drop_unused(machine, path)
    if checkpoint.memory:
        machine.saved_bytes = machine.settings.memory.startup
        machine.state = "Saved"


def remove(checkpoint: Checkpoint, *, subtree: bool = False) -> None:
    """Remove a checkpoint, or it and all below it. Its disks are merged afterwards (CHK-06).

    Raises:
        OperationFailed: a disk of the chain is missing (0x80070002, CHK-07).
    """
    machine = checkpoint.machine
    refuse_while_moving(machine, "failed to remove a checkpoint")
    doomed = [checkpoint]
    if subtree:
        for each in doomed:
            doomed += [child for child in machine.checkpoints if child.parent is each and child not in doomed]
    for each in doomed:
        _require_files(each)
    for each in doomed:
        machine.checkpoints.remove(each)
        for child in machine.checkpoints:
            if child.parent is each:
                child.parent = each.parent
        if machine.parent_checkpoint is each:
            machine.parent_checkpoint = each.parent
    _start_merges(machine, [drive.path for each in doomed for drive in each.settings.disks if drive.path])


def _require_files(checkpoint: Checkpoint) -> None:
    for drive in checkpoint.settings.disks:
        if drive.path is None:
            continue
        try:
            virtual_disks.chain(checkpoint.host, drive.path)
        except OperationFailed as failure:  # CHK-07
            raise OperationFailed(
                f"Checkpoint operation for '{checkpoint.machine.name}' failed: a missing checkpoint file. "
                f"{failure.message}",
                error_id="ObjectNotFound",
                category="ObjectNotFound",
                hresult=FILE_NOT_FOUND,
            ) from failure


def _references(machine: VirtualMachine) -> set[str]:
    """Paths that the machine or one of its checkpoints names."""
    used: set[str] = set()
    for settings in (machine.settings, *(checkpoint.settings for checkpoint in machine.checkpoints)):
        used.update(drive.path.casefold() for drive in settings.disks if drive.path)
    return used


def _children(host: Host, path: str) -> list[Entry]:
    wanted = path.casefold()
    return [
        entry
        for entry in host.files.disk_entries()
        if entry.disk is not None and entry.disk.parent_path is not None and entry.disk.parent_path.casefold() == wanted
    ]


def _drop_unused(machine: VirtualMachine, path: str) -> None:
    """Delete checkpoint files that nothing refers to any more, from a leaf downwards."""
    host = machine.host
    current: str | None = path
    while current is not None:
        entry = host.files.find(current)
        if entry is None or entry.disk is None or virtual_disks.suffix_of(current) not in (".avhdx", ".avhd"):
            return
        if current.casefold() in _references(machine) or _children(host, current):
            return
        following = entry.disk.parent_path
        entry.locks.clear()
        host.files.remove(current)
        current = following


def _start_merges(machine: VirtualMachine, paths: list[str]) -> None:
    """Merge what hangs on disks that no checkpoint names any more."""
    host = machine.host
    for path in dict.fromkeys(paths):
        if path.casefold() in _references(machine):
            continue
        entry = host.files.find(path)
        if entry is None or entry.disk is None:
            continue
        children = _children(host, path)
        if not children:
            _drop_unused(machine, path)
        elif len(children) == 1 and not any(merge.child is children[0] for merge in machine.merges):
            merge = Merge(children[0], entry)
            machine.merges.append(merge)
            seconds = (
                host.timings.merge_seconds
                + host.timings.merge_seconds_per_gibibyte * virtual_disks.disk_of(children[0]).used / GIBIBYTE
            )
            if not machine.active:
                virtual_disks.disk_of(entry).busy = "merge"
                host.files.hold(merge.child, merge.lock_name)
                host.files.hold(merge.parent, merge.lock_name)
            host.estate.schedule(seconds, _Merger(machine), "finish", merge)


class _Merger:
    """Ends a merge at its time."""

    def __init__(self, machine: VirtualMachine) -> None:
        self.machine = machine

    def finish(self, merge: Merge) -> None:
        """The child's data is in the parent now: whoever named the child names the parent."""
        machine = self.machine
        host = machine.host
        if merge not in machine.merges:
            return
        growth = (
            virtual_disks.disk_of(merge.child).file_length if virtual_disks.disk_of(merge.parent).kind != "Fixed" else 0
        )
        if growth > host.files.volume_of(merge.parent.path).free:  # CHK-12
            host.estate.schedule(MERGE_RETRY_SECONDS, self, "finish", merge)
            return
        machine.merges.remove(merge)
        child, parent = virtual_disks.disk_of(merge.child), virtual_disks.disk_of(merge.parent)
        parent.busy = ""
        host.files.release(merge.lock_name)
        host.files.release(machine.lock_name)
        old, new = merge.child.path, merge.parent.path
        merge_into(host, merge.child, merge.parent)
        for entry in _children(host, old):
            grandchild = virtual_disks.disk_of(entry)
            grandchild.parent_path = new
            grandchild.parent_link = parent.link
        for settings in (machine.settings, *(checkpoint.settings for checkpoint in machine.checkpoints)):
            for drive in settings.disks:
                if drive.path is not None and drive.path.casefold() == old.casefold():
                    drive.path = new
        for waiting in machine.merges:
            if waiting.parent is merge.child:
                waiting.parent = merge.parent
        if child.guest and not parent.guest:
            parent.guest = child.guest
        merge.child.locks.clear()
        host.files.remove(old)
        machine.refresh_files()


def merge_into(host: Host, child: Entry, parent: Entry) -> None:
    """Put a child's data into its parent's file."""
    source, target = virtual_disks.disk_of(child), virtual_disks.disk_of(parent)
    target.size = max(target.size, source.size)
    target.used = min(target.size, max(target.used, source.used) + min(target.used, source.used) // 2)
    target.minimum_size = max(target.minimum_size, source.minimum_size)
    target.touch()
    virtual_disks.set_file_length(host, parent)


def disks_of(settings: Settings) -> list[HardDiskDrive]:
    """Drives with a virtual disk."""
    return [drive for drive in settings.disks if drive.path]
