# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Resize-, Convert-, Optimize- and Merge-VHD."""

from __future__ import annotations

from ..simulation import checkpoints
from ..simulation import virtual_disks as rules
from ..simulation.errors import DISK_FULL, INVALID_ARGUMENT, FileError, OperationFailed, invalid_parameter
from ..simulation.files import Entry
from ..simulation.settings import HardDiskDrive
from ..simulation.virtual_disks import VirtualDisk
from .context import Context
from .registry import cmdlet
from .virtual_disks import describe, named_chain, named_disk, written


def _full(path: str, action: str) -> OperationFailed:
    return OperationFailed(
        f"Failed to {action} the virtual disk '{path}': There is not enough space on the disk. (0x80070070).",
        hresult=DISK_FULL,
    )


@cmdlet("Hyper-V", "Resize-VHD", "Path SizeBytes ToMinimumSize")
def resize_vhd(ctx: Context) -> None:
    """Grow or shrink disks."""
    ctx.each(ctx.texts("Path"), lambda path: _resize(ctx, path))


def _resize(ctx: Context, path: str) -> None:
    entries = named_chain(ctx, path, "resize")
    entry, disk = entries[0], rules.disk_of(entries[0])
    size = rules.minimum_size(entries) if ctx.flag("ToMinimumSize") else ctx.integer("SizeBytes") or 0
    if ctx.flag("ToMinimumSize") and not size:  # VHD-30
        raise invalid_parameter(f"'{path}' has no partitions: its minimum size is not known.", hresult=INVALID_ARGUMENT)
    if entry.locks and not _online(ctx, entry):  # VHD-31
        rules.check_exclusive(entry, "resize")
    if disk.disk_format == "VHD" and disk.kind == "Differencing":  # VHD-32
        raise invalid_parameter("A differencing VHD cannot be resized.", hresult=INVALID_ARGUMENT)
    if size < disk.size:
        if disk.disk_format == "VHD":  # VHD-33
            raise invalid_parameter("A VHD cannot be shrunk.", hresult=INVALID_ARGUMENT)
        if size < rules.minimum_size(entries):  # VHD-34
            raise invalid_parameter(
                f"Failed to resize the virtual disk '{path}': {size} bytes are below its minimum size of "
                f"{rules.minimum_size(entries)} bytes.",
                hresult=INVALID_ARGUMENT,
            )
    rules.check_size(disk.disk_format, size)
    if ctx.whatif:
        return
    before = disk.size
    disk.size = size
    try:
        rules.set_file_length(ctx.host, entry)
    except FileError as failure:  # VHD-12
        disk.size = before
        raise _full(path, "resize") from failure
    disk.touch()
    if disk.kind == "Fixed" and size > before:
        written(ctx, "Resizing the virtual disk", size - before, entry)
    ctx.emit_if_passthru(describe(ctx, entry))


def _online(ctx: Context, entry: Entry) -> bool:
    """Whether the disk can be resized while a machine has it open: a VHDX or VHD Set on SCSI."""
    for machine in ctx.host.machines.values():
        for drive in machine.settings.disks:
            if (
                isinstance(drive, HardDiskDrive)
                and drive.path
                and drive.path.casefold() == entry.path.casefold()
                and machine.active
            ):
                return (
                    drive.controller.controller_type == "SCSI"
                    and rules.disk_of(entry).disk_format in ("VHDX", "VHDSet")
                    and entry.locks == [machine.lock_name]
                    and not machine.checkpoints
                )
    return False


@cmdlet("Hyper-V", "Convert-VHD", "Path DestinationPath VHDType ParentPath BlockSizeBytes DeleteSource")
def convert_vhd(ctx: Context) -> None:
    """Copy a disk into another format or type. The source is busy meanwhile (VHD-35)."""
    source_path, path = ctx.required("Path"), ctx.required("DestinationPath")
    entries = named_chain(ctx, source_path, "convert")
    source, disk = entries[0], rules.disk_of(entries[0])
    rules.check_exclusive(source, "convert")
    disk_format = rules.format_of(path)
    kind = ctx.text("VHDType") or ("Dynamic" if disk.kind == "Differencing" else disk.kind)
    if kind == "Differencing" or ctx.has("ParentPath"):
        ctx.not_simulated("-VHDType Differencing")
    rules.check_size(disk_format, disk.size)
    old = disk_format == "VHD"
    if old and disk.logical_sector != 512:  # VHD-43
        raise invalid_parameter("A VHD has sectors of 512 bytes.", hresult=INVALID_ARGUMENT)
    if ctx.whatif:
        return
    made = VirtualDisk(
        disk_format,
        kind,
        disk.size,
        0 if kind == "Fixed" else ctx.integer("BlockSizeBytes") or (2 if old else 32) * rules.MEBIBYTE,
        disk.logical_sector,  # VHD-43
        512 if old else disk.physical_sector,
        used=min(disk.size, sum(rules.disk_of(entry).used for entry in entries)),
        minimum_size=rules.minimum_size(entries),
        guest=rules.guest_of(entries),
    )
    target = rules.create(ctx.host, path, made)
    rate = ctx.host.timings.convert_seconds_per_gibibyte
    disk.busy = made.busy = "Convert-VHD"  # VHD-35
    try:
        ctx.transfer("Converting the virtual disk", disk.size, rate or None)
    finally:
        disk.busy = made.busy = ""
    if ctx.flag("DeleteSource"):
        ctx.host.files.remove(source.path)
    ctx.emit_if_passthru(describe(ctx, target))


@cmdlet("Hyper-V", "Optimize-VHD", "Path Mode")
def optimize_vhd(ctx: Context) -> None:
    """Compact dynamic and differencing disks that nothing has open for writing; a fixed one is refused (VHD-36)."""

    def optimize(path: str) -> None:
        entry = named_disk(ctx, path, "compact")
        disk = rules.disk_of(entry)
        if not (disk.disk_number is not None and disk.read_only):
            rules.check_exclusive(entry, "compact")
        if disk.kind == "Fixed":  # VHD-36
            raise invalid_parameter(f"The fixed virtual hard disk '{path}' cannot be compacted.")
        if ctx.whatif:
            return
        mode = ctx.text("Mode") or ("Full" if disk.disk_format == "VHD" else "Quick")
        written(ctx, "Compacting the virtual disk", disk.used, entry)
        rules.reclaim(ctx.host, entry, mode)
        ctx.emit_if_passthru(describe(ctx, entry))

    ctx.each(ctx.texts("Path"), optimize)


@cmdlet("Hyper-V", "Merge-VHD", "Path DestinationPath Force")
def merge_vhd(ctx: Context) -> None:
    """Put a differencing disk's data into a parent, or the whole chain into a new disk."""
    path = ctx.required("Path")
    entries = named_chain(ctx, path, "merge")
    if rules.disk_of(entries[0]).kind != "Differencing":  # VHD-25
        raise invalid_parameter(f"'{path}' is not a differencing disk.")
    rules.check_exclusive(entries[0], "merge")
    destination = ctx.text("DestinationPath")
    target = next(
        (entry for entry in entries[1:] if destination is None or entry.path.casefold() == destination.casefold()), None
    )
    if target is None:
        raise invalid_parameter(f"'{destination}' is not a parent of '{path}'.")
    if ctx.whatif:
        return
    for entry in entries[1 : entries.index(target) + 1]:
        rules.check_exclusive(entry, "merge")
    merged = entries[: entries.index(target)]
    written(ctx, "Merging virtual disks", sum(rules.disk_of(entry).used for entry in merged), *merged, target)
    for entry in merged:
        checkpoints.merge_into(ctx.host, entry, target)
    for entry in merged:
        ctx.host.files.remove(entry.path)
    ctx.emit_if_passthru(describe(ctx, target))
