# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Export, comparison and import of machines: files of an export, planned machines, what does not fit the host."""

from __future__ import annotations

import copy
import typing as t
import uuid
from collections.abc import Callable, Iterator

from . import virtual_disks
from .errors import (
    ALREADY_EXISTS,
    DISK_FULL,
    FILE_EXISTS,
    FILE_NOT_FOUND,
    INVALID_ARGUMENT,
    PATH_NOT_FOUND,
    FileError,
    OperationFailed,
    invalid_parameter,
    invalid_state,
    not_found,
)
from .machine import VirtualMachine
from .settings import Drive, HardDiskDrive, Settings
from .values import SimObject

if t.TYPE_CHECKING:
    from .checkpoints import Checkpoint
    from .files import Entry
    from .host import Host

CONFIGURATIONS, DISKS, SNAPSHOTS = "Virtual Machines", "Virtual Hard Disks", "Snapshots"
CONFIGURATION_SIZE = 64 * 1024
SAVED_STATE, CRASH_CONSISTENT, DATA_CONSISTENT = (
    "CaptureSavedState",
    "CaptureCrashConsistentState",
    "CaptureDataConsistentState",
)

#: Writing so many bytes takes its time: an activity and a size.
Transfer = Callable[[str, int], None]


class Incompatibility(SimObject):
    """Why a planned machine does not fit its host, with the part of it that can be repaired."""

    type_name = "Microsoft.HyperV.PowerShell.VMCompatibilityError"

    def __init__(self, report: CompatibilityReport, message_id: int, message: str, source: SimObject) -> None:
        self.report = report
        self.host = report.host
        self.id = uuid.uuid4()
        self.message_id = message_id
        self.message = message
        self.source = source

    @property
    def key(self) -> str:
        return f"VMCompatibilityError:{self.report.id}:{self.id}"


class CompatibilityReport(SimObject):
    """What Compare-VM says about a machine that is to be imported.

    Attributes:
        planned: the planned machine.
        path: its configuration file.
        registers: whether its files stay where they are.
        source_disks, target_disks: folders that its disks are copied from and to.
    """

    type_name = "Microsoft.HyperV.PowerShell.VMCompatibilityReport"

    def __init__(
        self, planned: VirtualMachine, path: str, *, registers: bool, source_disks: str | None, target_disks: str | None
    ) -> None:
        self.host = planned.host
        self.id = uuid.uuid4()
        self.planned = planned
        self.path = path
        self.registers = registers
        self.source_disks = source_disks
        self.target_disks = target_disks
        self.incompatibilities: list[Incompatibility] = []

    @property
    def key(self) -> str:
        return f"VMCompatibilityReport:{self.id}"

    @property
    def root(self) -> str:
        """The folder of the export."""
        return self.path.rsplit("\\", 2)[0]


# Export


def export(
    machine: VirtualMachine, folder: str, live_state: str | None, transfer: Transfer, *, name: str | None = None
) -> str:
    """Write a machine with its disks and checkpoints into a folder of its name below `folder`; returns that folder.

    Raises:
        OperationFailed: it is merging (EXP-07), a disk is a pass-through one (EXP-08), the folder is there (EXP-01),
            two disks have one name (EXP-03), or the volume is full (EXP-05). What was written by then stays.
    """
    _check_exportable(machine, live_state)
    memory = machine.assigned if machine.active and live_state in (None, SAVED_STATE) else machine.saved_bytes
    exported = frozen(machine)
    exported.saved_bytes = memory  # EXP-06
    return _write_export(machine, exported, exported_files(machine), folder, transfer, name or machine.name)


def export_checkpoint(checkpoint: Checkpoint, folder: str, transfer: Transfer) -> str:
    """Write a machine as a checkpoint has it, without checkpoints, as `export` does; returns the folder (EXP-11).

    Raises:
        OperationFailed: see `export`.
    """
    machine = checkpoint.machine
    _check_exportable(machine, None)
    exported = frozen(machine)
    twin = next(each for each in exported.checkpoints if each.id == checkpoint.id)
    exported.settings = twin.settings.clone(exported)
    exported.checkpoints, exported.parent_checkpoint = [], None
    exported.saved_bytes = checkpoint.settings.memory.startup if checkpoint.memory else 0
    return _write_export(machine, exported, exported_files(exported), folder, transfer, machine.name)


def _write_export(
    machine: VirtualMachine, exported: VirtualMachine, files: list[Entry], folder: str, transfer: Transfer, name: str
) -> str:
    host, memory = machine.host, exported.saved_bytes
    root = f"{folder.rstrip(chr(92))}\\{name}"
    configurations = f"{root}\\{CONFIGURATIONS}"
    if host.files.exists(configurations) and host.files.children(configurations):  # EXP-01
        raise _export_failed(machine, f"'{root}': The file exists. (0x80070050)", FILE_EXISTS)
    try:
        for part in (CONFIGURATIONS, DISKS, SNAPSHOTS):
            host.files.make_directory(f"{root}\\{part}")
    except FileError as failure:  # EXP-02
        raise _export_failed(machine, f"{failure.message} (0x80070003)", PATH_NOT_FOUND) from failure
    machine.exporting += 1
    try:
        identifier = str(machine.id).upper()
        for entry in files:
            transfer(f"Exporting {machine.name}", entry.length)
            _copy_disk(host, entry, f"{root}\\{DISKS}\\{_file_name(entry.path)}")
        if memory:
            transfer(f"Exporting {machine.name}", memory)
        _write(host, f"{root}\\{CONFIGURATIONS}\\{identifier}.vmrs", memory or CONFIGURATION_SIZE)
        for checkpoint in exported.checkpoints:
            size = machine.settings.memory.startup if checkpoint.memory else CONFIGURATION_SIZE
            stem = f"{root}\\{SNAPSHOTS}\\{str(checkpoint.id).upper()}"
            transfer(f"Exporting {machine.name}", size)
            _write(host, f"{stem}.vmcx", CONFIGURATION_SIZE)
            _write(host, f"{stem}.vmrs", size)
        _relocate(exported, f"{root}\\{DISKS}")
        exported.path = exported.snapshot_path = exported.smart_paging_path = root
        _write(host, f"{root}\\{CONFIGURATIONS}\\{identifier}.vmcx", CONFIGURATION_SIZE).configuration = exported
    finally:
        machine.exporting -= 1
    return root


def exported_files(machine: VirtualMachine) -> list[Entry]:
    """The disk files of an export: those of the machine and of its checkpoints, with everything below them (EXP-04).

    Raises:
        OperationFailed: a file is missing or its chain is broken; two files have one name (EXP-03).
    """
    found: dict[str, Entry] = {}
    names: dict[str, Entry] = {}
    for path in _disk_paths(machine):
        for entry in virtual_disks.chain(machine.host, path, "export"):
            if entry.path.casefold() in found:
                continue
            other = names.setdefault(_file_name(entry.path).casefold(), entry)
            if other is not entry:  # EXP-03
                raise _export_failed(
                    machine,
                    f"Failed to copy file during export. Failed to copy file from '{entry.path}': The file exists. "
                    "(0x80070050)",
                    FILE_EXISTS,
                )
            found[entry.path.casefold()] = entry
    return list(found.values())


def frozen(machine: VirtualMachine) -> VirtualMachine:
    """A machine as its exported configuration file has it: off, connected by name to the switches it had."""
    memo: dict[int, t.Any] = {id(machine.host): machine.host, id(machine.merges): []}
    for settings in _all_settings(machine):
        for adapter in settings.adapters:
            if adapter.switch is not None:
                memo[id(adapter.switch)] = adapter.switch
    twin = copy.deepcopy(machine, memo)
    twin.state, twin.guest, twin.assigned, twin.started_at = "Off", None, 0, None
    twin.heartbeat = twin.has_addresses = False
    twin.exporting, twin.merges = 0, []
    for settings in _all_settings(twin):
        for adapter in settings.adapters:
            if adapter.switch is not None:
                adapter.lost_switch, adapter.switch = adapter.switch.name, None
    return twin


def _check_exportable(machine: VirtualMachine, live_state: str | None) -> None:
    if machine.merges:  # EXP-07
        raise invalid_state(f"{machine.about('failed to export.')}\nThe disks are being merged.")
    if any(drive.disk_number is not None for drive in machine.settings.disks):  # EXP-08
        raise invalid_state(f"{machine.about('failed to export.')}\nA physical hard disk cannot be exported.")
    if machine.state not in ("Off", "Saved", "Running", "Paused"):
        raise invalid_state(f"{machine.about('failed to export.')} State: {machine.state}.")
    if live_state == DATA_CONSISTENT and machine.active and not machine.heartbeat:  # EXP-06
        raise OperationFailed(f"{machine.about('failed to export.')}\nThe guest does not answer.")


def _export_failed(machine: VirtualMachine, reason: str, hresult: int) -> OperationFailed:
    return OperationFailed(f"{machine.about('failed to export.')}\n{reason}", hresult=hresult)


def _write(host: Host, path: str, length: int) -> Entry:
    try:
        return host.files.make_file(path, length)
    except FileError as failure:
        raise _copy_failed(path, failure) from failure


def _copy_disk(host: Host, entry: Entry, target: str) -> None:
    if host.files.exists(target):  # IMP-09
        raise OperationFailed(
            f"Failed to copy file from '{entry.path}' to '{target}': The file exists. (0x80070050)",
            hresult=FILE_EXISTS,
        )
    disk = virtual_disks.disk_of(entry).copy()
    if disk.parent_path is not None:
        disk.parent_path = f"{target.rpartition(chr(92))[0]}\\{_file_name(disk.parent_path)}"
    try:
        host.files.make_directory(target.rpartition("\\")[0])
        host.files.make_file(target, entry.length, disk=disk)
    except FileError as failure:
        raise _copy_failed(target, failure) from failure


def _copy_failed(path: str, failure: FileError) -> OperationFailed:
    full = failure.hresult == DISK_FULL  # EXP-05
    reason = "There is not enough space on the disk. (0x80070070)" if full else failure.message
    return OperationFailed(f"Failed to copy file to '{path}': {reason}", hresult=failure.hresult)


# Comparison


def compare(
    host: Host,
    path: str,
    *,
    copies: bool,
    new_id: bool = False,
    machine_path: str | None = None,
    snapshot_path: str | None = None,
    paging_path: str | None = None,
    source_disks: str | None = None,
    target_disks: str | None = None,
) -> CompatibilityReport:
    """Plan a machine from its configuration file, and say what does not fit the host (IMP-04).

    Raises:
        OperationFailed: a relative path (IMP-03), no such file or none of a machine (IMP-01), its id is registered
            already (IMP-02).
    """
    definition = _definition(host, path)
    if not new_id and definition.id in host.machines:  # IMP-02
        raise invalid_parameter(
            f"Failed to import a virtual machine.\nThe operation failed because a virtual machine with the identifier "
            f"{str(definition.id).upper()} exists already. (0x800700B7)",
            hresult=ALREADY_EXISTS,
        )
    for given in (machine_path, snapshot_path, paging_path, source_disks, target_disks):
        if given is not None:
            _require_absolute(given)
    planned = frozen(definition)
    planned.planned = True
    if new_id:  # IMP-11
        planned.id = uuid.uuid4()
        for checkpoint in planned.checkpoints:
            checkpoint.id = uuid.uuid4()
    host.planned.pop(planned.id, None)
    root = host.files.entry(path).path.rsplit("\\", 2)[0]
    folder = f"{root}\\{DISKS}"
    if copies:
        source_disks = source_disks or (folder if host.files.is_directory(folder) else None)
        target_disks = target_disks or host.disk_path
        planned.path = (machine_path or host.machine_path).rstrip("\\")
        planned.snapshot_path = (snapshot_path or planned.path).rstrip("\\")
        planned.smart_paging_path = (paging_path or planned.path).rstrip("\\")
        _relocate(planned, target_disks.rstrip("\\"))
    else:
        planned.path = planned.snapshot_path = planned.smart_paging_path = root
        names = [_file_name(each) for each in _disk_paths(planned)]
        if all(host.files.exists(f"{folder}\\{name}") for name in names):  # IMP-10
            _relocate(planned, folder)
    for settings in _all_settings(planned):  # IMP-14
        for adapter in settings.adapters:
            adapter.switch = next((each for each in host.switches.values() if each.name == adapter.lost_switch), None)
            if adapter.switch is not None:
                adapter.lost_switch = None
    host.planned[planned.id] = planned  # IMP-16: from here on cmdlets take it as any other
    report = CompatibilityReport(
        planned, path, registers=not copies, source_disks=source_disks, target_disks=target_disks
    )
    host.reports[report.id] = report
    report.incompatibilities = list(_incompatibilities(report))
    return report


def compare_again(report: CompatibilityReport) -> CompatibilityReport:
    """A new report on the same planned machine, as it is now (IMP-12).

    Raises:
        OperationFailed: the planned machine is gone.
    """
    host = report.host
    if host.planned.get(report.planned.id) is not report.planned:
        raise not_found("The operation failed because the planned virtual machine was not found.")
    again = CompatibilityReport(
        report.planned,
        report.path,
        registers=report.registers,
        source_disks=report.source_disks,
        target_disks=report.target_disks,
    )
    host.reports[again.id] = again
    again.incompatibilities = list(_incompatibilities(again))
    return again


def remove_planned(machine: VirtualMachine) -> None:
    """Remove a planned machine; the files that it was planned from stay (IMP-13)."""
    host = machine.host
    machine.deleted = True
    host.planned.pop(machine.id, None)
    host.reports = {key: report for key, report in host.reports.items() if report.planned is not machine}


def _incompatibilities(report: CompatibilityReport) -> Iterator[Incompatibility]:
    planned, host = report.planned, report.host
    settings = planned.settings
    for adapter in settings.adapters:
        if adapter.lost_switch is not None:  # IMP-05
            yield Incompatibility(report, 33012, f"Could not find Ethernet switch '{adapter.lost_switch}'.", adapter)
    for drive in settings.drives:
        if drive.path is not None and _source_of(report, drive) is None and not host.files.exists(drive.path):
            # IMP-06, IMP-07
            yield Incompatibility(report, 40010, f"The file '{drive.path}' could not be found. (0x80070002)", drive)
    if settings.memory.startup > host.memory - host.memory_reserve:  # IMP-07
        megabytes = settings.memory.startup // 1024**2
        yield Incompatibility(report, 4100, f"The host has not {megabytes} MB of memory.", settings.memory)
    if settings.processor.count > host.processors:  # IMP-07
        text = f"The host has not {settings.processor.count} processors."
        yield Incompatibility(report, 4101, text, settings.processor)


def _source_of(report: CompatibilityReport, drive: Drive) -> Entry | None:
    """The file that a drive's disk is copied from."""
    if report.registers or not isinstance(drive, HardDiskDrive) or drive.path is None or report.source_disks is None:
        return None
    folder, _, name = drive.path.rpartition("\\")
    if folder.casefold() != (report.target_disks or "").rstrip("\\").casefold():
        return None
    return report.host.files.find(f"{report.source_disks}\\{name}")


# Import


def realize(report: CompatibilityReport, transfer: Transfer) -> VirtualMachine:
    """Make a planned machine a real one, copying its files unless it is registered in place.

    Raises:
        OperationFailed: it does not fit the host (IMP-08), a file is there already (IMP-09) or the volume is full; the
            planned machine, and what was copied by then, stay (IMP-15).
    """
    host, planned = report.host, report.planned
    if host.planned.get(planned.id) is not planned:
        raise not_found("The operation failed because the planned virtual machine was not found.")
    if next(_incompatibilities(report), None) is not None:  # IMP-08
        raise OperationFailed(
            "Unable to import virtual machine due to configuration errors. Please use Compare-VM to repair the virtual "
            "machine.",
            category="InvalidOperation",
        )
    if not report.registers:
        for entry in _copied_files(report):
            transfer(f"Importing {planned.name}", entry.length)
            _copy_disk(host, entry, f"{(report.target_disks or '').rstrip(chr(92))}\\{_file_name(entry.path)}")
        _write_configuration(planned)
    planned.planned = False
    planned.state = "Saved" if planned.saved_bytes else "Off"
    del host.planned[planned.id]
    host.reports = {key: each for key, each in host.reports.items() if each.planned is not planned}
    host.machines[planned.id] = planned
    host.names_changed()
    return planned


def _copied_files(report: CompatibilityReport) -> list[Entry]:
    found: dict[str, Entry] = {}
    settings = (drive for each in _all_settings(report.planned) for drive in each.disks)
    for drive in settings:
        source = _source_of(report, drive)
        if source is not None:
            for entry in virtual_disks.chain(report.host, source.path, "import"):
                if entry.path.rpartition("\\")[0].casefold() == (report.source_disks or "").casefold():
                    found[entry.path.casefold()] = entry
    return list(found.values())


def _write_configuration(machine: VirtualMachine) -> None:
    host = machine.host
    for part in (CONFIGURATIONS, SNAPSHOTS):
        host.files.make_directory(f"{machine.path}\\{part}")
    stem = f"{machine.path}\\{CONFIGURATIONS}\\{str(machine.id).upper()}"
    for suffix in (".vmcx", ".vmgs", ".vmrs"):
        length = machine.saved_bytes if suffix == ".vmrs" and machine.saved_bytes else CONFIGURATION_SIZE
        _write(host, stem + suffix, length)


# Parts


def _definition(host: Host, path: str) -> VirtualMachine:
    _require_absolute(path)
    entry = host.files.find(path)
    if entry is None or entry.is_directory:  # IMP-01
        raise not_found(
            f"Failed to import a virtual machine.\n'{path}': The system cannot find the file specified. (0x80070002)",
            hresult=FILE_NOT_FOUND,
        )
    name = _file_name(path)
    stem, _, suffix = name.rpartition(".")
    try:
        uuid.UUID(stem)
    except ValueError as error:  # IMP-01
        raise invalid_parameter(f"The name of the file '{name}' is no identifier.") from error
    if suffix.casefold() not in ("vmcx", "xml") or not isinstance(entry.configuration, VirtualMachine):  # IMP-01
        raise OperationFailed(
            f"Failed to import a virtual machine.\n'{path}' is no configuration of a virtual machine.",
            hresult=INVALID_ARGUMENT,
        )
    return entry.configuration


def _require_absolute(path: str) -> None:
    if path[1:3] != ":\\":  # IMP-03
        raise invalid_parameter(f"'{path}' is not an absolute path.", hresult=INVALID_ARGUMENT)


def _all_settings(machine: VirtualMachine) -> list[Settings]:
    return [machine.settings, *(checkpoint.settings for checkpoint in machine.checkpoints)]


def _disk_paths(machine: VirtualMachine) -> list[str]:
    paths = (drive.path for settings in _all_settings(machine) for drive in settings.disks)
    return list(dict.fromkeys(path for path in paths if path is not None))


def _relocate(machine: VirtualMachine, folder: str) -> None:
    for settings in _all_settings(machine):
        for drive in settings.disks:
            if drive.path is not None:
                drive.path = f"{folder}\\{_file_name(drive.path)}"


def _file_name(path: str) -> str:
    return path.rpartition("\\")[2]
