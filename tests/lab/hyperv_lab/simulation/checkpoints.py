# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Checkpoints, their differencing disks, and the merges that follow their removal."""

from __future__ import annotations

import typing as t
import uuid
from dataclasses import dataclass, field

from . import virtual_disks
from .errors import DISK_FULL, FILE_NOT_FOUND, FileError, OperationFailed, invalid_state, not_found
from .files import Entry
from .releases import version_key
from .settings import HardDiskDrive, Settings
from .storage_migration import refuse_while_moving
from .values import SimObject
from .virtual_disks import VirtualDisk

if t.TYPE_CHECKING:
    from .host import Host
    from .machine import VirtualMachine

GIBIBYTE = 1024**3
MERGE_RETRY_SECONDS = 60.0
PRODUCTION_SINCE = (6, 2)
VSS_SERVICE = 5
CHECKPOINT_DISKS = (".avhdx", ".avhd")


class Checkpoint(SimObject):
    """A checkpoint: settings and disks as they were.

    Attributes:
        memory: whether it holds the running state.
        kind: name of a SnapshotType.
        automatic: whether the host took it by itself when the machine was started.
    """

    type_name = "Microsoft.HyperV.PowerShell.VMSnapshot"

    def __init__(
        self, machine: VirtualMachine, name: str, *, memory: bool, kind: str = "Standard", automatic: bool = False
    ) -> None:
        self.machine = machine
        self.kind = kind
        self.automatic = automatic
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


def take(machine: VirtualMachine, name: str | None, *, kind: str = "Standard", automatic: bool = False) -> Checkpoint:
    """Take a checkpoint.

    Args:
        kind: name of a SnapshotType; backups and replication take others than "Standard".

    Raises:
        OperationFailed: checkpoints are disabled (CHK-01), a pass-through or shared disk is attached (CHK-02, CHK-13),
            a merge is under way (CHK-03), the guest cannot be asked for its data (CHK-15), the volume is full (CHK-16).
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
    if any(_is_shared(drive) for drive in machine.settings.disks):  # CHK-13
        raise OperationFailed(
            f"Cannot take checkpoint for '{machine.name}' because one or more sharable VHDX are attached."
        )
    if machine.merges:  # CHK-03
        raise invalid_state(f"Checkpoint operation for '{machine.name}' was cancelled: disks are being merged.")
    if machine.state not in ("Running", "Off", "Saved", "Paused"):
        raise invalid_state(f"Checkpoint operation for '{machine.name}' failed in the state {machine.state}.")
    memory = _takes_memory(machine)
    if memory and machine.active and machine.settings.pci_devices:  # DDA-10
        raise OperationFailed(
            f"Checkpoint operation for '{machine.name}' failed. A device is assigned to it whose state cannot be saved."
        )
    stamp = machine.host.estate.clock.utc().strftime("%m/%d/%Y - %H:%M:%S")
    title = f"Automatic Checkpoint - {machine.name}" if automatic else machine.name
    checkpoint = Checkpoint(machine, name or f"{title} - ({stamp})", memory=memory, kind=kind, automatic=automatic)
    before = [(drive, drive.path) for drive in machine.settings.disks]
    made: list[str] = []
    try:
        _write_state(checkpoint, made)
        for drive in _branching(machine.settings):
            drive.path = _branch(machine, str(drive.path)).path  # CHK-04
            made.append(drive.path)
    except OperationFailed:
        for drive, path in before:
            drive.path = path
        for path in made:
            machine.host.files.remove(path)
        raise
    machine.checkpoints.append(checkpoint)
    machine.parent_checkpoint = checkpoint
    machine.refresh_files()
    return checkpoint


def take_automatic(machine: VirtualMachine) -> None:
    """Take the checkpoint that a machine with AutomaticCheckpointsEnabled gets when it is started (CHK-14)."""
    if machine.settings.automatic_checkpoints and not any(each.automatic for each in machine.checkpoints):
        try:
            take(machine, None, automatic=True)  # CHK-14
        except OperationFailed:
            return  # the machine starts without one


def remove_automatic(machine: VirtualMachine) -> None:
    """Remove it again, as happens when the machine is turned off; its disks are merged afterwards (CHK-14)."""
    for checkpoint in [each for each in machine.checkpoints if each.automatic]:
        try:
            remove(checkpoint)
        except OperationFailed:
            return


def _is_shared(drive: HardDiskDrive) -> bool:
    if drive.path is None:
        return False
    return drive.persistent_reservations or virtual_disks.suffix_of(drive.path) == ".vhds"


def _takes_memory(machine: VirtualMachine) -> bool:
    """Whether a checkpoint taken now holds memory. Raises OperationFailed (CHK-15)."""
    if machine.state in ("Off", "Saved"):
        return machine.state == "Saved"
    kind = machine.settings.checkpoint_type
    if kind == "Standard":
        return True
    able = (
        machine.state == "Running"
        and machine.heartbeat
        and machine.settings.services[VSS_SERVICE].enabled
        and version_key(machine.version) >= PRODUCTION_SINCE
    )
    if kind == "ProductionOnly" and not able:  # CHK-15
        raise OperationFailed(
            f"Checkpoint operation for '{machine.name}' failed. Production checkpoints cannot be created for "
            f"'{machine.name}'. (Virtual machine ID {str(machine.id).upper()})"
        )
    return not able


def _state_files(checkpoint: Checkpoint) -> dict[str, int]:
    machine = checkpoint.machine
    stem = f"{machine.snapshot_path}\\Snapshots\\{str(checkpoint.id).upper()}"
    memory = machine.saved_bytes if machine.state == "Saved" else machine.assigned
    return {f"{stem}.vmcx": 64 * 1024, f"{stem}.vmrs": memory if checkpoint.memory else 64 * 1024}


def _write_state(checkpoint: Checkpoint, made: list[str]) -> None:
    """Write configuration and memory into the checkpoint location (CHK-16)."""
    files = checkpoint.host.files
    for path, length in _state_files(checkpoint).items():
        try:
            files.make_directory(path.rpartition("\\")[0])
            files.make_file(path, length)
        except FileError as failure:  # CHK-16
            raise OperationFailed(
                f"Checkpoint operation for '{checkpoint.machine.name}' failed.\n{failure.message}",
                hresult=DISK_FULL if failure.hresult == DISK_FULL else failure.hresult,
            ) from failure
        made.append(path)


def _delete_state(checkpoint: Checkpoint) -> None:
    for path in _state_files(checkpoint):
        if checkpoint.host.files.exists(path):
            checkpoint.host.files.remove(path)


def _branching(settings: Settings) -> list[HardDiskDrive]:
    """Drives whose files checkpoints keep: those with a virtual disk, without persistent memory (PMEM-05)."""
    return [drive for drive in disks_of(settings) if drive.controller.controller_type != "PMEM"]  # PMEM-05


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
    machine.turn_off(keep_automatic=True)
    name_before = machine.settings.name
    abandoned = [str(drive.path) for drive in _branching(machine.settings)]
    machine.settings = checkpoint.settings.clone(machine)
    machine.settings.name = name_before
    machine.parent_checkpoint = checkpoint
    for drive in _branching(machine.settings):
        drive.path = _branch(machine, str(drive.path)).path
    _tidy(machine, abandoned)
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
        _delete_state(each)
    _tidy(machine, [str(drive.path) for each in doomed for drive in _branching(each.settings)])


def _require_files(checkpoint: Checkpoint) -> None:
    for drive in checkpoint.settings.disks:
        if drive.path is None:
            continue
        try:
            virtual_disks.chain(checkpoint.host, drive.path)
        except OperationFailed as failure:  # CHK-07
            raise not_found(
                f"Checkpoint operation for '{checkpoint.machine.name}' failed: a missing checkpoint file. "
                f"{failure.message}",
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


def _tidy(machine: VirtualMachine, paths: list[str]) -> None:
    """Put files that no checkpoint and no drive names any more out of the way.

    A checkpoint file that nothing builds on is deleted, and then perhaps its parent; one with a single child is merged
    with it; one with several children stays (CHK-17).
    """
    host = machine.host
    waiting = list(dict.fromkeys(paths))
    for path in waiting:
        if path.casefold() in _references(machine):
            continue
        entry = host.files.find(path)
        if entry is None or entry.disk is None:
            continue
        children = _children(host, path)
        if not children:
            if virtual_disks.suffix_of(path) in CHECKPOINT_DISKS:
                _cancel_merges(machine, entry)
                if entry.disk.parent_path is not None:
                    waiting.append(entry.disk.parent_path)
                entry.locks.clear()
                host.files.remove(path)
        elif len(children) == 1 and not any(merge.child is children[0] for merge in machine.merges):
            if virtual_disks.suffix_of(children[0].path) in CHECKPOINT_DISKS:
                _start_merge(machine, children[0], entry)


def _cancel_merges(machine: VirtualMachine, entry: Entry) -> None:
    for merge in [each for each in machine.merges if entry in (each.child, each.parent)]:
        machine.merges.remove(merge)
        virtual_disks.disk_of(merge.parent).busy = ""
        machine.host.files.release(merge.lock_name)


def _start_merge(machine: VirtualMachine, child: Entry, parent: Entry) -> None:
    host = machine.host
    merge = Merge(child, parent)
    machine.merges.append(merge)
    seconds = (
        host.timings.merge_seconds
        + host.timings.merge_seconds_per_gibibyte * virtual_disks.disk_of(child).used / GIBIBYTE
    )
    if not machine.active:
        virtual_disks.disk_of(parent).busy = "merge"
        host.files.hold(child, merge.lock_name)
        host.files.hold(parent, merge.lock_name)
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
    target.size = max(target.size, source.size)  # VHD-45
    target.used = min(target.size, max(target.used, source.used) + min(target.used, source.used) // 2)
    target.minimum_size = max(target.minimum_size, source.minimum_size)
    target.touch()
    virtual_disks.set_file_length(host, parent)


def disks_of(settings: Settings) -> list[HardDiskDrive]:
    """Drives with a virtual disk."""
    return [drive for drive in settings.disks if drive.path]
