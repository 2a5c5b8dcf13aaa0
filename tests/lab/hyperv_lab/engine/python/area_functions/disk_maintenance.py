# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""`Get-CompactedSize` and `Compress-Disk` of `vhd.ps1`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hyperv_lab.engine.python.area_functions.area_function import AreaFunction, PlainObject, Toolbox

FILES = "Microsoft.PowerShell.Management"
MOUNTED = ("full", "quick", "retrim")
"""Modes of Optimize-VHD that look into the file system."""


def _paths(parameters: Mapping[str, Any]) -> list[str]:
    given = parameters["Path"]
    return [str(path) for path in (given if isinstance(given, list) else [given])]


def _get_compacted_size(toolbox: Toolbox, parameters: Mapping[str, Any]) -> None:
    for path in _paths(parameters):
        text = ""
        if toolbox.must(f"{FILES}\\Test-Path", LiteralPath=f"{path}.compacted") == [True]:
            found = toolbox.must(f"{FILES}\\Get-Content", LiteralPath=f"{path}.compacted", Raw=True)
            text = "".join(str(part) for part in found).strip()
        size = int(text) if text.isdecimal() and text.isascii() else None
        toolbox.outcome.output.append(PlainObject(Path=path, FileSize=size, Interrupted=text == "compacting"))


def _compress_disk(toolbox: Toolbox, parameters: Mapping[str, Any]) -> None:
    path, mode = str(parameters["Path"]), str(parameters.get("Mode", "Full"))
    is_set = path.casefold().endswith(".vhds")
    mounts = not is_set and mode.casefold() in MOUNTED
    if mounts:
        if toolbox.must("Hyper-V\\Get-VHD", Path=path)[0].get("DiskNumber") is not None:
            toolbox.must("Hyper-V\\Dismount-VHD", Path=path)
        toolbox.must(f"{FILES}\\Set-Content", LiteralPath=f"{path}.compacted", Value="compacting")
        toolbox.must("Hyper-V\\Mount-VHD", Path=path, ReadOnly=True, NoDriveLetter=True)
    try:
        if is_set:
            toolbox.must("Hyper-V\\Optimize-VHDSet", Path=path)
        else:
            toolbox.must("Hyper-V\\Optimize-VHD", Path=path, Mode=mode)
    finally:
        if mounts:
            toolbox.must("Hyper-V\\Dismount-VHD", Path=path)
    disk = toolbox.must("Hyper-V\\Get-VHD", Path=path)[0]
    toolbox.must(f"{FILES}\\Set-Content", LiteralPath=f"{path}.compacted", Value=str(disk.get("FileSize")))
    toolbox.outcome.output.append(disk)


GET_COMPACTED_SIZE = AreaFunction("Get-CompactedSize", ("Path",), _get_compacted_size, ("Path",))
COMPRESS_DISK = AreaFunction(
    "Compress-Disk",
    ("Path", "Mode"),
    _compress_disk,
    ("Path",),
    {"Mode": (*MOUNTED, "pretrimmed", "prezeroed")},
)
