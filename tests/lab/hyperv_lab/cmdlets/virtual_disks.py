# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Get-, New-, Set-, Test-, Mount- and Dismount-VHD."""

from __future__ import annotations

import uuid

from ..objects.enums import enum_member
from ..simulation import physical_disks
from ..simulation import virtual_disks as rules
from ..simulation.errors import VHD_PARENT_MISMATCH, OperationFailed, in_use, invalid_parameter, not_found
from ..simulation.files import Entry
from ..simulation.values import Record
from .context import Context
from .registry import cmdlet

WRITING = "a cmdlet that writes it"
RECORD = "Microsoft.Vhd.PowerShell.VirtualHardDisk"


def look_for(ctx: Context, path: str) -> None:
    """Look for a file that a parameter names, as the cmdlets themselves do before they ask the host (VHD-05)."""
    entry = ctx.host.files.find(path)
    if entry is None or entry.is_directory:  # VHD-05
        raise invalid_parameter(f"'{path}' is not an existing virtual hard disk file.")


def named_disk(ctx: Context, path: str, action: str) -> Entry:
    """The file of a virtual disk that a parameter names. Raises as `look_for` and `open_entry`."""
    look_for(ctx, path)
    return rules.open_entry(ctx.host, path, action)


def named_chain(ctx: Context, path: str, action: str) -> list[Entry]:
    """The file that a parameter names and its parents, child first. Raises as `look_for` and `chain`."""
    look_for(ctx, path)
    return rules.chain(ctx.host, path, action)


def describe(ctx: Context, entry: Entry) -> Record:
    """What Get-VHD shows of a file. The record does not change afterwards."""
    disk = rules.disk_of(entry)
    parents = [entry]
    try:
        parents = rules.chain(ctx.host, entry.path)
    except OperationFailed:
        pass  # VHD-22: a broken chain does not keep the file itself from being read
    return Record(
        ctx.host,
        RECORD,
        f"VirtualHardDisk:{entry.path.casefold()}",
        {
            "ComputerName": ctx.host.name,
            "IsDeleted": False,
            "Path": entry.path,
            "VhdFormat": enum_member("VhdFormat", disk.disk_format),
            "VhdType": enum_member("VhdType", disk.kind),
            "FileSize": rules.data_length(ctx.host, entry),
            "Size": disk.size,
            "MinimumSize": rules.minimum_size(parents) or None,
            "LogicalSectorSize": disk.logical_sector,
            "PhysicalSectorSize": disk.physical_sector,
            "BlockSize": disk.block_size,
            "ParentPath": disk.parent_path or "",
            "DiskIdentifier": str(disk.identifier).upper(),
            "FragmentationPercentage": None if disk.kind != "Fixed" else 0,
            "Alignment": 1,
            "Attached": disk.disk_number is not None
            or any(not lock.endswith("(read)") for lock in entry.locks),  # VHD-23
            "DiskNumber": disk.disk_number,
            "Number": disk.disk_number,
            "IsPMEMCompatible": False,
        },
    )


def written(ctx: Context, activity: str, size: int, *entries: Entry) -> None:
    """Let the time pass that writing takes; meanwhile nothing else can open the files (VHD-35)."""
    disks = [rules.disk_of(entry) for entry in entries]
    for disk in disks:
        disk.busy = WRITING  # VHD-35
    try:
        ctx.transfer(activity, size)
    finally:
        for disk in disks:
            disk.busy = ""


@cmdlet("Hyper-V", "Get-VHD", "Path VMId DiskNumber")
def get_vhd(ctx: Context) -> None:
    """Virtual disks by path, by machine, or by number."""

    def show(path: str) -> None:
        ctx.emit(describe(ctx, named_disk(ctx, path, "get")))

    if ctx.has("VMId"):
        paths: list[str] = []
        for identifier in ctx.items("VMId"):
            machine = ctx.host.machines.get(identifier)
            if machine is None:
                ctx.error(not_found(f"Hyper-V was unable to find a virtual machine with id {identifier}."))
                continue
            paths += [drive.path for drive in machine.settings.disks if drive.path]
        ctx.each(paths, show)
    elif ctx.has("DiskNumber"):
        path = ctx.host.mounted_disks.get(ctx.integer("DiskNumber") or 0)
        if path is None:
            raise not_found(f"Disk {ctx.integer('DiskNumber')} is not a mounted virtual hard disk.")
        show(path)
    else:
        ctx.each(ctx.texts("Path"), show)


@cmdlet(
    "Hyper-V",
    "New-VHD",
    "Path SizeBytes ParentPath Dynamic Fixed Differencing BlockSizeBytes LogicalSectorSizeBytes "
    "PhysicalSectorSizeBytes",
)
def new_vhd(ctx: Context) -> None:
    """Make virtual disks."""

    def make(path: str) -> None:
        if ctx.whatif:
            return
        if ctx.has("ParentPath"):
            look_for(ctx, ctx.required("ParentPath"))  # VHD-05
            entry = rules.create_differencing(
                ctx.host,
                path,
                ctx.required("ParentPath"),
                size=ctx.integer("SizeBytes"),
                block_size=ctx.integer("BlockSizeBytes"),
                physical_sector=ctx.integer("PhysicalSectorSizeBytes"),
            )
        else:
            entry = rules.create_plain(
                ctx.host,
                path,
                ctx.integer("SizeBytes") or 0,
                fixed=ctx.flag("Fixed"),
                block_size=ctx.integer("BlockSizeBytes"),
                logical_sector=ctx.integer("LogicalSectorSizeBytes") or 512,
                physical_sector=ctx.integer("PhysicalSectorSizeBytes"),
            )
            if ctx.flag("Fixed"):
                written(ctx, "Creating a virtual hard disk", ctx.integer("SizeBytes") or 0, entry)
        ctx.emit(describe(ctx, entry))

    ctx.each(ctx.texts("Path"), make)


@cmdlet("Hyper-V", "Set-VHD", "Path ParentPath IgnoreIdMismatch PhysicalSectorSizeBytes ResetDiskIdentifier Force")
def set_vhd(ctx: Context) -> None:
    """Give a disk another parent, physical sector size, or identifier."""
    entry = named_disk(ctx, ctx.required("Path"), "set")
    rules.check_exclusive(entry, "set")
    disk = rules.disk_of(entry)
    if ctx.has("ParentPath"):
        _reparent(ctx, entry)
    elif ctx.has("PhysicalSectorSizeBytes"):
        if disk.disk_format == "VHD":  # VHD-14
            raise invalid_parameter("The physical sector size of a VHD cannot be changed.")
        if not ctx.whatif:
            disk.physical_sector = ctx.integer("PhysicalSectorSizeBytes") or disk.physical_sector
    else:
        if disk.disk_format == "VHD":  # VHD-24
            raise invalid_parameter("The identifier of a VHD cannot be reset with this cmdlet.")
        if not ctx.whatif:
            ctx.require_force("Are you sure you want to reset the disk identifier?")
            disk.identifier = uuid.uuid4()  # VHD-20
    ctx.emit_if_passthru(describe(ctx, entry))


def _reparent(ctx: Context, entry: Entry) -> None:
    disk = rules.disk_of(entry)
    if disk.kind != "Differencing":  # VHD-25
        raise invalid_parameter(f"'{entry.path}' is not a differencing disk.")
    parent = named_disk(ctx, ctx.required("ParentPath"), "open the parent of")
    parent_disk = rules.disk_of(parent)
    if parent_disk.size != disk.size and disk.disk_format == "VHD":
        raise invalid_parameter("The parent has another size.")
    if parent_disk.link != disk.parent_link and not ctx.flag("IgnoreIdMismatch"):  # VHD-26
        raise invalid_parameter(
            "Failed to set the parent of the virtual hard disk: there is a mismatch in the identifiers. (0xC03A000E)",
            hresult=VHD_PARENT_MISMATCH,
        )
    if not ctx.whatif:
        disk.parent_path, disk.parent_link = parent.path, parent_disk.link


@cmdlet("Hyper-V", "Test-VHD", "Path")
def test_vhd(ctx: Context) -> None:
    """Whether disks with all their parents can be opened: True, or an error (VHD-27)."""

    def test(path: str) -> None:
        try:
            named_chain(ctx, path, "test")
        except OperationFailed as failure:  # VHD-27
            ctx.error(failure)
            ctx.emit(False)
        else:
            ctx.emit(True)

    for path in ctx.texts("Path"):
        test(path)


@cmdlet("Hyper-V", "Mount-VHD", "Path NoDriveLetter ReadOnly")
def mount_vhd(ctx: Context) -> None:
    """Attach disks to the host itself."""

    def mount(path: str) -> None:
        entries = named_chain(ctx, path, "mount")
        disk = rules.disk_of(entries[0])
        if disk.disk_number is not None or entries[0].locks:  # VHD-28
            raise in_use(f"Failed to mount the virtual disk.\nThe system failed to mount '{path}'. (0x80070020)")
        if ctx.whatif:
            return
        number = next(
            candidate
            for candidate in range(len(ctx.host.files.volumes), 10_000)
            if candidate not in ctx.host.mounted_disks and physical_disks.with_number(ctx.host, candidate) is None
        )
        disk.disk_number = number
        disk.read_only = ctx.flag("ReadOnly")
        ctx.host.mounted_disks[number] = entries[0].path
        owner = f"Mount {number}"
        ctx.host.files.hold(entries[0], owner)
        for parent in entries[1:]:
            ctx.host.files.hold(parent, owner, reading=True)
        if not disk.read_only:
            disk.touch()  # VHD-42
        ctx.emit_if_passthru(describe(ctx, entries[0]))

    ctx.each(ctx.texts("Path"), mount)


@cmdlet("Hyper-V", "Dismount-VHD", "Path DiskNumber")
def dismount_vhd(ctx: Context) -> None:
    """Detach disks from the host."""
    paths = ctx.texts("Path")
    if ctx.has("DiskNumber"):
        found = ctx.host.mounted_disks.get(ctx.integer("DiskNumber") or 0)
        paths = [found] if found else []
        if not found:
            raise not_found(f"Disk {ctx.integer('DiskNumber')} is not a mounted virtual hard disk.")

    def dismount(path: str) -> None:
        entry = named_disk(ctx, path, "dismount")
        disk = rules.disk_of(entry)
        if disk.disk_number is None:  # VHD-29
            raise invalid_parameter(f"The virtual hard disk '{path}' is not mounted.")
        if ctx.whatif:
            return
        ctx.host.files.release(f"Mount {disk.disk_number}")
        del ctx.host.mounted_disks[disk.disk_number]
        disk.disk_number, disk.read_only = None, False
        ctx.emit_if_passthru(describe(ctx, entry))

    ctx.each(paths, dismount)
