# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Storage migration: a machine's files go to other places while it stays where it is.

`begin` checks and makes the destination's files; time passes; `finish` makes the machine use them and deletes the
source's. Whatever goes wrong before the end, `abandon` leaves the source as it was.
"""

from __future__ import annotations

import typing as t
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from . import virtual_disks
from .errors import DISK_FULL, FILE_EXISTS, FileError, OperationFailed, invalid_parameter, invalid_state
from .files import Entry, folded, join_path, split_path
from .settings import HardDiskDrive, Settings

if t.TYPE_CHECKING:
    from .host import Host
    from .machine import VirtualMachine

PHASE_ONE, PHASE_TWO = "StorageMigrationPhaseOne", "StorageMigrationPhaseTwo"
_MOVABLE = frozenset({"Running", "Off", "Saved", "Paused"})


@dataclass
class Destinations:
    """Where parts of a machine are to go; None and files that are not named stay.

    Attributes:
        configuration, checkpoints, paging: folders.
        disks: pairs of a disk file and its new path.
        everything: a folder for all parts (SMV-10); the others are not used then.
        retain: whether files that the machine only reads stay at the source, too (SMV-11).
    """

    configuration: str | None = None
    checkpoints: str | None = None
    paging: str | None = None
    disks: list[tuple[str, str]] = field(default_factory=list)
    everything: str | None = None
    retain: bool = False


@dataclass
class _DiskMove:
    source: Entry
    path: str
    placeholder: Entry


class Migration:
    """One migration under way."""

    def __init__(self, machine: VirtualMachine, wanted: Destinations) -> None:
        self.machine = machine
        self.host: Host = machine.host
        self.id = uuid.uuid4()
        self._wanted = wanted
        self._moves: list[_DiskMove] = []

    @property
    def bytes(self) -> int:
        """What is to be copied."""
        return sum(move.source.length for move in self._moves) + self._configuration_bytes()

    @property
    def _lock_name(self) -> str:
        return f"Storage migration {self.id}"

    def begin(self) -> None:
        """Check everything, make the files at the destination, and say that it is under way.

        Raises:
            OperationFailed: what the rules SMV-01 to SMV-07 refuse. Nothing is changed then.
        """
        machine, wanted = self.machine, self._wanted
        require_movable(machine)
        if wanted.everything is not None:
            self._spread(wanted.everything)
        pairs = self._checked_pairs()
        try:
            for folder in (wanted.configuration, wanted.checkpoints, wanted.paging):
                if folder is not None:
                    self.host.files.make_directory(folder)  # SMV-14
            for source, path in pairs:
                self._moves.append(self._make_placeholder(source, path))
            if wanted.configuration is not None:
                self.host.files.check_free(wanted.configuration, self._configuration_bytes())
        except FileError as failure:
            self.abandon()
            raise _failed(machine, failure.message, failure.hresult, failure.category) from failure
        except OperationFailed:
            self.abandon()
            raise
        machine.storage_migration = PHASE_ONE  # SMV-08

    def finish(self) -> None:
        """Make the machine use the new files and delete the old ones.

        Raises:
            OperationFailed: the machine is gone or has other disks than at the beginning. The source stays as it was
                then (SMV-09).
        """
        machine = self.machine
        if machine.deleted or any(not self._is_used(move.source) for move in self._moves):
            self.abandon()
            raise _failed(machine, "The virtual machine was changed while its storage was being moved.", None)
        try:
            self._move_configuration()
        except FileError as failure:
            self.abandon()
            raise _failed(machine, failure.message, failure.hresult, failure.category) from failure
        self.host.files.release(self._lock_name)
        self.host.files.release(machine.lock_name)
        renamed = {move.source.path.casefold(): move.path for move in self._moves}
        writable = {drive.path.casefold() for drive in machine.settings.disks if drive.path}
        own = [self.host.files.find(path) for path in disk_files(machine)]
        for move in self._moves:
            self._switch(move, keep=self._wanted.retain and move.source.path.casefold() not in writable)
        for entry in [*own, *(self.host.files.find(move.path) for move in self._moves)]:
            disk = entry.disk if entry is not None else None
            # SMV-12: children of other machines keep the old path
            if disk is not None and disk.parent_path is not None:
                disk.parent_path = renamed.get(disk.parent_path.casefold(), disk.parent_path)
        for drive in _drives(machine):
            if drive.path is not None:
                drive.path = renamed.get(drive.path.casefold(), drive.path)
        machine.snapshot_path = self._wanted.checkpoints or machine.snapshot_path
        machine.smart_paging_path = self._wanted.paging or machine.smart_paging_path
        machine.storage_migration = ""
        machine.refresh_files()

    def abandon(self) -> None:
        """Delete what was made at the destination; the machine goes on with its old files (SMV-09)."""
        self.host.files.release(self._lock_name)
        for move in self._moves:
            if self.host.files.find(move.path) is move.placeholder:
                self.host.files.remove(move.path)
        self._moves.clear()
        self.machine.storage_migration = ""

    def _spread(self, folder: str) -> None:
        """SMV-10: one folder for everything has the parts in folders of fixed names."""
        wanted = self._wanted
        wanted.configuration = wanted.checkpoints = wanted.paging = folder
        disks = f"{folder.rstrip(chr(92))}\\Virtual Hard Disks"
        wanted.disks = [(path, f"{disks}\\{path.rpartition(chr(92))[2]}") for path in disk_files(self.machine)]
        for name in ("Virtual Hard Disks", "Snapshots", "Virtual Machines"):
            try:
                self.host.files.make_directory(f"{folder}\\{name}")
            except FileError as failure:
                raise _failed(self.machine, failure.message, failure.hresult, failure.category) from failure

    def _checked_pairs(self) -> list[tuple[Entry, str]]:
        machine = self.machine
        mine = {path.casefold() for path in disk_files(machine)}
        pairs: list[tuple[Entry, str]] = []
        for source, path in self._wanted.disks:
            if source.casefold() not in mine:  # SMV-01
                raise invalid_parameter(
                    f"The virtual hard disk '{source}' is not used by the virtual machine '{machine.name}'."
                )
            if _name(source).casefold() != _name(path).casefold():  # SMV-02
                raise invalid_parameter(f"'{source}' and '{path}' have different file names.")
            for drive in _drives(machine):
                if drive.path is not None and drive.path.casefold() == source.casefold():
                    _refuse_shared(machine, drive)
            entry = virtual_disks.chain(self.host, source, "move")[0]
            if folded(entry.path) != folded(path):
                pairs.append((entry, path))
        return pairs

    def _make_placeholder(self, source: Entry, path: str) -> _DiskMove:
        files = self.host.files
        drive, names = split_path(path)
        if files.exists(path):  # SMV-03
            raise OperationFailed(
                f"Storage migration for virtual machine '{self.machine.name}' failed.\nThe file '{path}' exists. "
                f"(0x80070050). (Virtual machine ID {str(self.machine.id).upper()})",
                error_id="OperationFailed",
                category="ResourceExists",
                hresult=FILE_EXISTS,
            )
        files.make_directory(join_path(drive, names[:-1]))  # SMV-14
        made = files.make_file(path, source.length)  # SMV-04
        files.hold(made, self._lock_name)
        return _DiskMove(source, path, made)

    def _switch(self, move: _DiskMove, *, keep: bool) -> None:
        files, disk = self.host.files, virtual_disks.disk_of(move.source)
        files.remove(move.path)
        if not keep:
            files.remove(move.source.path)
        made = files.make_file(move.path, disk.file_length, disk=disk.copy() if keep else disk)
        made.created = move.source.created

    def _is_used(self, entry: Entry) -> bool:
        return any(path.casefold() == entry.path.casefold() for path in disk_files(self.machine))

    def _configuration_bytes(self) -> int:
        if self._wanted.configuration is None:
            return 0
        return sum(entry.length for entry in self.machine.configuration_files)

    def _move_configuration(self) -> None:
        folder = self._wanted.configuration
        if folder is None:
            return
        files = self.host.files
        target = f"{folder.rstrip(chr(92))}\\Virtual Machines"
        files.make_directory(target)
        for entry in self.machine.configuration_files:
            files.move(entry.path, f"{target}\\{_name(entry.path)}", force=True)
        self.machine.path = folder.rstrip("\\")


def require_movable(machine: VirtualMachine) -> None:
    """Refuse a machine that cannot be moved now.

    Raises:
        OperationFailed: in transition (SMV-07), merging or moving already (SMV-07), with a pass-through disk (SMV-05)
            or persistent memory (PMEM-06).
    """
    if machine.state not in _MOVABLE or machine.merges or machine.storage_migration:  # SMV-07
        raise invalid_state(
            f"Storage migration for virtual machine '{machine.name}' cannot be started: the operation cannot be "
            "performed while the virtual machine is in its current state. "
            f"(Virtual machine ID {str(machine.id).upper()})"
        )
    if any(drive.disk_number is not None for drive in machine.settings.disks):  # SMV-05
        raise OperationFailed(
            f"Storage migration for virtual machine '{machine.name}' failed because a physical disk is attached. "
            f"(Virtual machine ID {str(machine.id).upper()})"
        )
    if any(drive.controller.controller_type == "PMEM" for drive in machine.settings.disks):  # PMEM-06
        raise OperationFailed(
            f"Storage migration for virtual machine '{machine.name}' failed because persistent memory is attached. "
            f"(Virtual machine ID {str(machine.id).upper()})"
        )


def refuse_while_moving(machine: VirtualMachine, what: str) -> None:
    """Raise InvalidState while the machine's storage is being moved (SMV-15)."""
    if machine.storage_migration:  # SMV-15
        raise invalid_state(
            f"'{machine.name}' {what}: the operation cannot be performed while its storage is being moved. "
            f"(Virtual machine ID {str(machine.id).upper()})"
        )


def disk_files(machine: VirtualMachine) -> list[str]:
    """Files of the machine's disks and of those of its checkpoints, each once.

    Parents that no checkpoint names are not among them (SMV-12).
    """
    found: dict[str, str] = {}
    for drive in _drives(machine):
        if drive.path is not None:
            found.setdefault(drive.path.casefold(), drive.path)
    return list(found.values())


def moving(host: Host) -> int:
    """How many machines are being moved now."""
    return sum(1 for machine in host.machines.values() if machine.storage_migration)


def disks_from(tables: Iterable[Mapping[str, t.Any]]) -> list[tuple[str, str]]:
    """The pairs of -Vhds. Raises OperationFailed for a table without the two keys (SMV-02)."""
    pairs = []
    for table in tables:
        entries = {str(name).casefold(): value for name, value in table.items()}
        if set(entries) != {"sourcefilepath", "destinationfilepath"}:  # SMV-02
            raise invalid_parameter("Each element of Vhds needs the keys SourceFilePath and DestinationFilePath.")
        pairs.append((str(entries["sourcefilepath"]), str(entries["destinationfilepath"])))
    return pairs


def _drives(machine: VirtualMachine) -> list[HardDiskDrive]:
    owners: list[Settings] = [machine.settings, *(checkpoint.settings for checkpoint in machine.checkpoints)]
    return [drive for settings in owners for drive in settings.disks if drive.disk_number is None]


def _refuse_shared(machine: VirtualMachine, drive: HardDiskDrive) -> None:
    shared = drive.persistent_reservations or virtual_disks.suffix_of(drive.path or "") == ".vhds"
    if shared:  # SMV-06
        raise OperationFailed(
            f"Storage migration for virtual machine '{machine.name}' failed: the shared virtual hard disk "
            f"'{drive.path}' cannot be moved. (Virtual machine ID {str(machine.id).upper()})"
        )


def _failed(
    machine: VirtualMachine, cause: str, hresult: int | None, category: str = "NotSpecified"
) -> OperationFailed:
    return OperationFailed(
        f"Storage migration for virtual machine '{machine.name}' failed.\n{cause} (Virtual machine ID "
        f"{str(machine.id).upper()})",
        error_id="OperationFailed",
        category="NotSpecified" if hresult == DISK_FULL else category,
        hresult=hresult,
    )


def _name(path: str) -> str:
    return path.replace("/", "\\").rpartition("\\")[2]
