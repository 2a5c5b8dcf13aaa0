# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Get- and Optimize-VHDSet."""

from __future__ import annotations

from ..simulation import virtual_disks as rules
from ..simulation.errors import INVALID_ARGUMENT, invalid_parameter
from ..simulation.files import Entry
from ..simulation.values import Record, Value
from .context import Context
from .registry import cmdlet
from .virtual_disks import describe, named_disk, written

RECORD = "Microsoft.Vhd.PowerShell.VHDSetInfo"


def _set_at(ctx: Context, path: str, action: str) -> Entry:
    entry = named_disk(ctx, path, action)
    if rules.disk_of(entry).disk_format != "VHDSet":  # VHD-39
        raise invalid_parameter(f"'{path}' is not a VHD Set.", hresult=INVALID_ARGUMENT)
    return entry


@cmdlet("Hyper-V", "Get-VHDSet", "Path GetAllPaths")
def get_vhd_set(ctx: Context) -> None:
    """VHD Sets; their files only with -GetAllPaths (VHD-38)."""

    def show(path: str) -> None:
        entry = _set_at(ctx, path, "get")
        paths = [entry.path, rules.disk_of(entry).backing]
        values: dict[str, Value] = {
            "ComputerName": ctx.host.name,
            "IsDeleted": False,
            "Path": entry.path,
            "SnapshotIdList": [],
            "AllPaths": [path for path in paths if path] if ctx.flag("GetAllPaths") else None,
        }
        ctx.emit(Record(ctx.host, RECORD, f"VHDSetInfo:{entry.path.casefold()}", values))

    ctx.each(ctx.texts("Path"), show)


@cmdlet("Hyper-V", "Optimize-VHDSet", "Path")
def optimize_vhd_set(ctx: Context) -> None:
    """Optimise VHD Sets that nothing has open."""

    def optimize(path: str) -> None:
        entry = _set_at(ctx, path, "optimize")
        rules.check_exclusive(entry, "optimize")
        if not ctx.whatif:
            written(ctx, "Optimizing the VHD Set", rules.disk_of(entry).used, entry)
            rules.reclaim(ctx.host, entry, "Quick")
            ctx.emit_if_passthru(describe(ctx, entry))

    ctx.each(ctx.texts("Path"), optimize)
