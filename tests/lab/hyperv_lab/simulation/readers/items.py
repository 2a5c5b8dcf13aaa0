# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Properties of files and folders."""

from __future__ import annotations

from ..files import FileItem
from ..values import Reader, register_readers
from .base import attribute, constant


def _extension(item: FileItem) -> str:
    return "." + item.name.rsplit(".", 1)[1] if "." in item.name and not item.is_directory else ""


_ITEM: dict[str, Reader] = {
    "Name": attribute("name"),
    "FullName": attribute("path"),
    "BaseName": lambda item: item.name.removesuffix(_extension(item)) if _extension(item) else item.name,
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
    {**_ITEM, "Length": attribute("length"), "DirectoryName": lambda item: item.path.rsplit("\\", 1)[0]},
)
