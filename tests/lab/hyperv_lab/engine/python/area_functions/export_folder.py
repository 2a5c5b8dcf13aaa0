# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""`Get-ExportFolder`, `Get-FileStamp` and `Complete-VMExport` of `vm_export.ps1`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hyperv_lab.engine.python.area_functions.area_function import AreaFunction, PlainObject, Toolbox
from hyperv_lab.engine.python.area_functions.disk_chain import silent_shares
from hyperv_lab.engine.python.exact_text import iso_time, ordinal_fold
from hyperv_lab.simulation.errors import CmdletError, ErrorRecord

FILES = "Microsoft.PowerShell.Management"
MANIFEST = "datacenter.hyperv.json"
SMALL = 65536
_ZERO = datetime(1601, 1, 1, tzinfo=UTC)


def item_at(toolbox: Toolbox, path: str) -> Any:
    """The file or folder at a path, or None."""
    if not toolbox.must(f"{FILES}\\Test-Path", LiteralPath=[path])[0]:
        return None
    return toolbox.must(f"{FILES}\\Get-Item", LiteralPath=[path], Force=True)[0]


def children(toolbox: Toolbox, path: str, *, below: bool = False) -> list[Any]:
    """What is in a folder, or everything below it."""
    more = {"Recurse": True} if below else {}
    return toolbox.must(f"{FILES}\\Get-ChildItem", LiteralPath=[path], Force=True, **more)


def _files(toolbox: Toolbox, root: str) -> list[tuple[str, int]]:
    cut = len(root.rstrip("\\")) + 1
    found = children(toolbox, root, below=True)
    return [(file.get("FullName")[cut:], file.get("Length")) for file in found if not file.get("PSIsContainer")]


def _get_export_folder(toolbox: Toolbox, parameters: Mapping[str, Any]) -> None:
    sized = {ordinal_fold(path) for path in _texts(parameters.get("Sized") or [])}
    for place in _texts(parameters["Path"]):
        item = item_at(toolbox, place)
        silent = silent_shares(toolbox, [place]) if item is None else []
        if silent:
            raise CmdletError(
                ErrorRecord(
                    "ShareUnreachable",
                    "Get-ExportFolder",
                    "ResourceUnavailable",
                    f"The share {silent[0]} does not answer this session, so what is at {place} is not known.",
                    exception_type="System.IO.IOException",
                )
            )
        folder = bool(item is not None and item.get("PSIsContainer"))
        names = [child.get("Name") for child in children(toolbox, place)] if folder else []
        text_file = None
        if folder and MANIFEST in {name.casefold() for name in names}:
            text_file = f"{place}\\{MANIFEST}"
        elif item is not None and not folder and item.get("Length") <= SMALL:
            text_file = place
        text = None
        if text_file is not None:
            text = "".join(toolbox.must(f"{FILES}\\Get-Content", LiteralPath=[text_file], Raw=True))
        listed = folder and (text_file is not None or ordinal_fold(place) in sized)
        files = _files(toolbox, item.get("FullName")) if listed else []
        toolbox.outcome.output.append(
            PlainObject(
                Path=place,
                Exists=item is not None,
                IsFolder=folder,
                Names=names,
                Text=text,
                Files=[PlainObject(Path=path, Length=length) for path, length in files],
            )
        )


def _get_file_stamp(toolbox: Toolbox, parameters: Mapping[str, Any]) -> None:
    wanted: list[tuple[Any, list[str]]] = [(None, [path]) for path in _texts(parameters.get("File") or [])]
    machines = parameters.get("VM") or []
    for machine in machines if isinstance(machines, list) else [machines]:
        name, folder = str(machine.get("Id")).upper(), machine.get("ConfigurationLocation").rstrip("\\")
        places = (f"Virtual Machines\\{name}.vmcx", f"Virtual Machines\\{name}.xml", f"{name}.vmcx")
        wanted.append((machine.get("Id"), [f"{folder}\\{place}" for place in places]))
    for identifier, paths in wanted:
        item = next((found for path in paths if (found := item_at(toolbox, path)) is not None), None)
        changed = None if item is None else (item.get("LastWriteTimeUtc") - _ZERO) // timedelta(microseconds=1) * 10
        toolbox.outcome.output.append(
            PlainObject(
                VMId=identifier,
                Path=paths[0] if item is None else item.get("FullName"),
                Exists=item is not None,
                Length=None if item is None else item.get("Length"),
                Changed=changed,
            )
        )


def _complete_vm_export(toolbox: Toolbox, parameters: Mapping[str, Any]) -> None:
    (folder,) = toolbox.must(f"{FILES}\\Get-Item", LiteralPath=[str(parameters["Path"])], Force=True)
    (marker,) = toolbox.must(f"{FILES}\\Get-Item", LiteralPath=[str(parameters["Marker"])], Force=True)
    root = folder.get("FullName").rstrip("\\")
    files = _files(toolbox, root)
    manifest = {
        "kind": "datacenter.hyperv export",
        "format": 1,
        "started": iso_time(marker.get("LastWriteTimeUtc")),
        "bytes": sum(length for _path, length in files),
        "files": [{"path": path, "length": length} for path, length in files],
        "source": json.loads(str(parameters["Source"])),
    }
    path = f"{root}\\{MANIFEST}"
    toolbox.must(f"{FILES}\\New-Item", Path=path, ItemType="File", Value=json.dumps(manifest), Force=True)
    toolbox.outcome.output.append(PlainObject(Path=path, Bytes=manifest["bytes"]))


def _texts(value: Any) -> list[str]:
    return [str(text) for text in (value if isinstance(value, list) else [value])]


GET_EXPORT_FOLDER = AreaFunction("Get-ExportFolder", ("Path", "Sized"), _get_export_folder, ("Path",))
GET_FILE_STAMP = AreaFunction("Get-FileStamp", ("File", "VM"), _get_file_stamp)
COMPLETE_VM_EXPORT = AreaFunction(
    "Complete-VMExport", ("Path", "Marker", "Source"), _complete_vm_export, ("Path", "Marker", "Source")
)
