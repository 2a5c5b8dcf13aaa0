# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The steps that read, and the observation that the rows make."""

from __future__ import annotations

import re
import typing as t

from ...core.step import Field, Reference, Replies, Step, Table
from ..virtual_disk import path_key, understand_volumes, volume_step
from ..virtual_disk.space import VOLUMES
from .declaration import Import, ImportDeclaration
from .observation import (
    Adapter,
    Candidate,
    Disk,
    FoundExport,
    ImportObservation,
    Incompatibility,
    ObservedVm,
    Report,
    Slot,
    read_marker,
)

#: The payload file with the functions below.
IMPORT_PAYLOAD = "vm_import"
COMPARE_IMPORT, PLAN_VM, REMOVE_PLANNED = "Compare-VMImport", "New-PlannedVM", "Remove-PlannedVM"

VMS, DRIVES, PLANNED, SWITCHES, IMPORTS = "vms", "drives", "planned", "switches", "imports"
ADAPTERS = "adapters"

_PLANNED_QUERY = (
    "SELECT * FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemType = 'Microsoft:Hyper-V:System:Planned'"
)
_SLOT_FIELDS = (
    Field("controller", "ControllerType", "enum"),
    Field("number", "ControllerNumber", "integer"),
    Field("location", "ControllerLocation", "integer"),
)
_PROBLEM_FIELDS = (
    Field("message_id", "MessageId", "integer"),
    Field("message", "Message"),
    Field("source", "Type"),
    Field("name", "Name"),
    Field("switch", "SwitchName"),
    Field("path", "Path"),
    *_SLOT_FIELDS,
)
_IMPORT_FIELDS = (
    Field("key", "Key", "integer"),
    Field("candidates", "Candidates", "objects", (Field("path", "Path"), Field("id", "Id", "guid"))),
    Field("file", "File"),
    Field("disk_folder", "DiskFolder"),
    Field("marker", "Marker"),
    Field("files", "Files", "objects", (Field("name", "Name"), Field("length", "Length", "integer"))),
    Field("occupied", "Occupied", "objects", (Field("path", "Path"), Field("length", "Length", "integer"))),
    Field("name", "Report.Name"),
    Field("path", "Report.Path"),
    Field(
        "adapters",
        "Report.Adapters",
        "objects",
        (Field("name", "Name"), Field("mac", "MacAddress"), Field("dynamic", "DynamicMacAddressEnabled", "boolean")),
    ),
    Field("disks", "Report.Disks", "objects", (Field("path", "Path"), *_SLOT_FIELDS)),
    Field("incompatibilities", "Report.Incompatibilities", "objects", _PROBLEM_FIELDS),
    Field("error", "Error"),
)


def reading_steps(declaration: ImportDeclaration) -> tuple[Step, ...]:
    """Return the reading steps; their number does not depend on how many imports are declared."""
    return (
        Step(
            VMS,
            "Hyper-V\\Get-VM",
            read=(Field("id", "Id", "guid"), Field("name", "Name"), Field("path", "Path"), Field("notes", "Notes")),
        ),
        Step(
            DRIVES,
            "Hyper-V\\Get-VMHardDiskDrive",
            {"VM": Reference(VMS)},
            where=(("DiskNumber", (None,)),),
            read=(Field("vm", "VMName"), Field("path", "Path")),
        ),
        Step(
            ADAPTERS,
            "Hyper-V\\Get-VMNetworkAdapter",
            {"VM": Reference(VMS)},
            read=(
                Field("vm", "VMName"),
                Field("name", "Name"),
                Field("mac", "MacAddress"),
                Field("dynamic", "DynamicMacAddressEnabled", "boolean"),
            ),
        ),
        Step(
            PLANNED,
            "CimCmdlets\\Get-CimInstance",
            {"Namespace": "root/virtualization/v2", "Query": _PLANNED_QUERY},
            read=(
                Field("id", "VirtualSystemIdentifier"),
                Field("name", "ElementName"),
                Field("notes", "Notes", "texts"),
            ),
        ),
        Step(SWITCHES, "Hyper-V\\Get-VMSwitch", read=(Field("name", "Name"),)),
        volume_step(),
        Step(
            IMPORTS,
            COMPARE_IMPORT,
            {"Import": [_table(number, one) for number, one in enumerate(declaration.imports)]},
            read=_IMPORT_FIELDS,
        ),
    )


def _table(number: int, one: Import) -> Table:
    return Table(
        {
            "Key": number,
            "Path": one.path,
            "Id": one.id,
            "Mode": one.mode,
            "Name": one.name,
            "AllowSameName": one.allow_same_name,
            **one.places,
        }
    )


def understand_replies(declaration: ImportDeclaration, replies: Replies) -> ImportObservation:
    """Return the observation from the replies to the reading steps."""

    def rows(step: str) -> tuple[dict[str, t.Any], ...]:
        return replies[step].rows if step in replies else ()

    found = {row["key"]: _found(row) for row in rows(IMPORTS)}
    return ImportObservation(
        vms=tuple(ObservedVm(row["id"], row["name"], row["path"] or "", _lines(row["notes"])) for row in rows(VMS)),
        planned=tuple(
            ObservedVm(row["id"].lower(), row["name"], notes=_lines("\n".join(row["notes"]))) for row in rows(PLANNED)
        ),
        used={path_key(row["path"]): row["vm"] for row in rows(DRIVES) if row["path"]},
        adapters=tuple(_adapter(row["vm"], row) for row in rows(ADAPTERS)),
        switches=tuple(row["name"] for row in rows(SWITCHES)),
        volumes=understand_volumes(rows(VOLUMES)),
        found=tuple(found.get(number, FoundExport()) for number in range(len(declaration.imports))),
    )


def _found(row: t.Mapping[str, t.Any]) -> FoundExport:
    under_way = read_marker(row["marker"])
    report = None
    if row["name"] is not None:
        report = Report(
            name=row["name"],
            path=row["path"] or "",
            adapters=tuple(_adapter(row["name"], adapter) for adapter in row["adapters"]),
            disks=tuple(Disk(each["path"], Slot(*_slot(each))) for each in row["disks"]),
            incompatibilities=tuple(
                Incompatibility(
                    message_id=problem["message_id"],
                    message=problem["message"] or "",
                    source=problem["source"] or "",
                    name=problem["name"] or "",
                    switch=problem["switch"] or "",
                    path=problem["path"] or "",
                    slot=Slot(*_slot(problem)) if problem["controller"] is not None else None,
                )
                for problem in row["incompatibilities"]
            ),
        )
    return FoundExport(
        candidates=tuple(Candidate(each["path"], each["id"]) for each in row["candidates"]),
        file=row["file"],
        disk_folder=row["disk_folder"],
        under_way=under_way,
        foreign_mark=row["marker"] is not None and under_way is None,
        files={file["name"]: file["length"] for file in row["files"]},
        occupied={file["path"]: file["length"] for file in row["occupied"]},
        report=report,
        error=row["error"],
    )


def _adapter(vm: str, row: t.Mapping[str, t.Any]) -> Adapter:
    return Adapter(vm, row["name"] or "", row["mac"] or "", bool(row["dynamic"]))


def _slot(row: t.Mapping[str, t.Any]) -> tuple[str, int, int]:
    return row["controller"], row["number"], row["location"]


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(re.split(r"\r?\n", text or ""))
