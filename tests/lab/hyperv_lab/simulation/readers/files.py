# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Properties of files and folders."""

from __future__ import annotations

from ..files import FileItem
from ..values import Reader, register_readers
from .base import attribute, constant


def _stem(item: FileItem) -> str:
    return item.name.rpartition(".")[0] if "." in item.name and not item.is_directory else item.name


def _extension(item: FileItem) -> str:
    return "." + item.name.rpartition(".")[2] if "." in item.name else ""


_ITEM: dict[str, Reader] = {
    "Name": attribute("name"),
    "FullName": attribute("path"),
    "BaseName": _stem,
    "Extension": _extension,
    "Exists": constant(True),
    "PSIsContainer": attribute("is_directory"),
    "PSPath": lambda item: f"Microsoft.PowerShell.Core\\FileSystem::{item.path}",
    "CreationTime": attribute("created"),
    "CreationTimeUtc": attribute("created"),
    "LastWriteTime": attribute("changed"),
    "LastWriteTimeUtc": attribute("changed"),
}
register_readers("System.IO.DirectoryInfo", _ITEM)
register_readers(
    "System.IO.FileInfo",
    {
        **_ITEM,
        "Length": attribute("length"),
        "DirectoryName": lambda item: item.path.rpartition("\\")[0],
    },
)
