# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""`Compare-VMImport`, `New-PlannedVM` and `Remove-PlannedVM` of `vm_import.ps1`."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from hyperv_lab.engine.python.area_functions.area_function import AreaFunction, PlainObject, Toolbox
from hyperv_lab.engine.python.area_functions.export_folder import FILES, children, item_at
from hyperv_lab.engine.python.exact_text import ordinal_fold
from hyperv_lab.engine.python.projection import short_type_name
from hyperv_lab.simulation.errors import CmdletError, ErrorRecord

MARK = "[datacenter.hyperv import] "
VIRTUALIZATION = "root/virtualization/v2"
WAIT_SECONDS = 60
PLACES = ("VirtualMachinePath", "VhdDestinationPath", "SnapshotFilePath", "SmartPagingFilePath", "VhdSourcePath")


def _arguments(path: str, mode: str, place: Mapping[str, Any]) -> dict[str, Any]:
    if mode.casefold() == "register":
        return {"Path": path, "Register": True}
    arguments: dict[str, Any] = {"Path": path, "Copy": True}
    if mode.casefold() == "copy":
        arguments["GenerateNewId"] = True
    arguments.update({name: str(place[name]) for name in PLACES if place.get(name)})
    return arguments


def _candidates(toolbox: Toolbox, path: str) -> list[PlainObject]:
    item = item_at(toolbox, path)
    if item is None:
        return []
    files = [item]
    if item.get("PSIsContainer"):
        inside = children(toolbox, path)
        folders = [child.get("FullName") for child in inside if child.get("PSIsContainer")]
        files = [child for child in inside if not child.get("PSIsContainer")]
        homes = [folder for folder in folders if folder.rpartition("\\")[2].casefold() == "virtual machines"]
        for home in homes or [f"{folder}\\Virtual Machines" for folder in folders]:
            if item_at(toolbox, home) is not None:
                files += children(toolbox, home)
    seen: dict[uuid.UUID, str] = {}
    for extension in (".vmcx", ".xml"):
        for file in files:
            name = str(file.get("Name"))
            if file.get("PSIsContainer") or not name.casefold().endswith(extension):
                continue
            try:
                seen.setdefault(uuid.UUID(name[: -len(extension)]), file.get("FullName"))
            except ValueError:
                continue
    return [PlainObject(Path=path, Id=identifier) for identifier, path in seen.items()]


def _compare_vm_import(toolbox: Toolbox, parameters: Mapping[str, Any]) -> None:
    given = parameters["Import"]
    machines = toolbox.must("Hyper-V\\Get-VM")
    (defaults,) = toolbox.must("Hyper-V\\Get-VMHost")
    for wanted in given if isinstance(given, list) else [given]:
        toolbox.outcome.output.append(_compared(toolbox, wanted, machines, defaults))


def _compared(toolbox: Toolbox, wanted: Mapping[str, Any], machines: list[Any], defaults: Any) -> PlainObject:
    candidates = _candidates(toolbox, str(wanted["Path"]))
    chosen = [each for each in candidates if not wanted.get("Id") or each.get("Id") == uuid.UUID(wanted["Id"])]
    found: dict[str, Any] = {
        "Key": wanted["Key"],
        "Candidates": candidates,
        "File": None,
        "DiskFolder": None,
        "Marker": None,
        "Files": [],
        "Occupied": [],
        "Report": None,
        "Error": None,
    }
    if len(chosen) != 1:
        return PlainObject(**found)
    identifier, file = chosen[0].get("Id"), str(chosen[0].get("Path"))
    found["File"] = file
    disks: dict[str, str] = {}
    if wanted["Mode"] != "register":
        folder = str(wanted.get("VhdDestinationPath") or defaults.get("VirtualHardDiskPath")).rstrip("\\")
        found["DiskFolder"] = folder
        marker = f"{folder}\\datacenter.hyperv.{identifier!s}.import.json"
        if item_at(toolbox, marker) is not None:
            found["Marker"] = "".join(toolbox.must(f"{FILES}\\Get-Content", LiteralPath=[marker], Raw=True))
        source = str(wanted.get("VhdSourcePath") or f"{file.rsplit(chr(92), 2)[0]}\\Virtual Hard Disks")
        for disk in children(toolbox, source) if item_at(toolbox, source) is not None else []:
            if not disk.get("PSIsContainer"):
                found["Files"].append(PlainObject(Name=disk.get("Name"), Length=disk.get("Length")))
                path = f"{folder}\\{disk.get('Name')}"
                disks[ordinal_fold(path)] = path
    if not _is_there(wanted, identifier, machines):
        _report(toolbox, wanted, identifier, found, disks)
    folder = ordinal_fold(found["DiskFolder"] or "")
    there = [(path, item_at(toolbox, path)) for key, path in disks.items() if key.rpartition("\\")[0] == folder]
    found["Occupied"] = [
        PlainObject(Path=path, Length=0 if item.get("PSIsContainer") else item.get("Length"))
        for path, item in sorted(there, key=lambda pair: pair[0])
        if item is not None
    ]
    return PlainObject(**found)


def _is_there(wanted: Mapping[str, Any], identifier: Any, machines: list[Any]) -> bool:
    if wanted["Mode"] != "copy":
        return any(machine.get("Id") == identifier for machine in machines)
    mark = f"{MARK}copy of {identifier}"
    return any(
        ordinal_fold(machine.get("Name")) == ordinal_fold(wanted.get("Name") or "")
        and (not wanted.get("AllowSameName") or mark in re.split(r"\r?\n", str(machine.get("Notes") or "")))
        for machine in machines
    )


def _report(
    toolbox: Toolbox, wanted: Mapping[str, Any], identifier: Any, found: dict[str, Any], disks: dict[str, str]
) -> None:
    file = str(found["File"])
    try:
        taken = _planned(toolbox, identifier)  # Compare-VM would replace it
        mode = "copy" if taken else str(wanted["Mode"])
        (report,) = toolbox.must("Hyper-V\\Compare-VM", **_arguments(file, mode, wanted))
        planned = report.get("VM")
        drives = [
            PlainObject(Path=drive.get("Path"), **_slot(drive))
            for drive in planned.get("HardDrives")
            if drive.get("Path")
        ]
        adapters = [
            PlainObject(
                Name=adapter.get("Name"),
                MacAddress=adapter.get("MacAddress"),
                DynamicMacAddressEnabled=adapter.get("DynamicMacAddressEnabled"),
            )
            for adapter in planned.get("NetworkAdapters")
        ]
        problems = []
        for problem in report.get("Incompatibilities"):
            source = problem.get("Source")
            problems.append(
                PlainObject(
                    MessageId=problem.get("MessageId"),
                    Message=problem.get("Message"),
                    Type=short_type_name(source),
                    Name=source.get("Name"),
                    SwitchName=source.get("SwitchName"),
                    Path=source.get("Path"),
                    **_slot(source),
                )
            )
        facts = PlainObject(
            Name=planned.get("Name"),
            Path=planned.get("Path"),
            Disks=drives,
            Adapters=adapters,
            Incompatibilities=problems,
        )
        if found["DiskFolder"]:
            disks.update({ordinal_fold(str(drive.get("Path"))): str(drive.get("Path")) for drive in drives})
        _remove(toolbox, str(planned.get("Id")))
        found["Report"] = facts
    except CmdletError as error:
        found.update(Error=error.record.message)


def _slot(drive: Any) -> dict[str, Any]:
    return {name: drive.get(name) for name in ("ControllerType", "ControllerNumber", "ControllerLocation")}


def _new_planned_vm(toolbox: Toolbox, parameters: Mapping[str, Any]) -> None:
    arguments = _arguments(str(parameters["Path"]), str(parameters["Mode"]), parameters)
    (report,) = toolbox.must("Hyper-V\\Compare-VM", **arguments)
    planned = report.get("VM")
    try:
        count, expected = len(report.get("Incompatibilities")), int(parameters["Incompatibilities"])
        if count != expected:
            raise CmdletError(
                ErrorRecord(
                    "ImportChanged",
                    "New-PlannedVM",
                    "InvalidOperation",
                    f"{count} things keep it from being imported, not {expected} as when the plan was made.",
                    exception_type="System.InvalidOperationException",
                )
            )
        notes = re.split(r"\r?\n", str(planned.get("Notes") or "").rstrip())
        text = "\r\n".join([*(line for line in notes if not line.startswith(MARK)), str(parameters["Mark"])])
        toolbox.must("Hyper-V\\Set-VM", VM=planned, Notes=text.lstrip())
        if parameters.get("Name"):
            toolbox.must("Hyper-V\\Rename-VM", VM=planned, NewName=str(parameters["Name"]))
    except CmdletError:
        _remove(toolbox, str(planned.get("Id")))
        raise
    toolbox.outcome.output.append(report)


def _remove_planned_vm(toolbox: Toolbox, parameters: Mapping[str, Any]) -> None:
    given, seconds = parameters["Id"], int(parameters.get("WaitSeconds", WAIT_SECONDS))
    for name in given if isinstance(given, list) else [given]:
        if _remove(toolbox, str(name), seconds):
            toolbox.outcome.output.append(PlainObject(Id=uuid.UUID(str(name))))


def _planned(toolbox: Toolbox, identifier: Any) -> list[Any]:
    query = f"SELECT * FROM Msvm_PlannedComputerSystem WHERE Name = '{str(identifier).upper()}'"
    return toolbox.must("CimCmdlets\\Get-CimInstance", Namespace=VIRTUALIZATION, Query=query)


def _remove(toolbox: Toolbox, name: str, seconds: int = WAIT_SECONDS) -> bool:
    systems = _planned(toolbox, uuid.UUID(name))
    if not systems:
        return False
    service = toolbox.must(
        "CimCmdlets\\Get-CimInstance", Namespace=VIRTUALIZATION, ClassName="Msvm_VirtualSystemManagementService"
    )[0]
    answer = toolbox.must(
        "CimCmdlets\\Invoke-CimMethod",
        InputObject=service,
        MethodName="DestroySystem",
        Arguments={"AffectedSystem": systems[0]},
    )[0].get("ReturnValue")
    why: str | None = str(answer)
    if answer in (0, 4096):
        why = f"it is still there after {seconds} seconds"
        for tries in range(seconds + 1):
            if not _planned(toolbox, uuid.UUID(name)):
                why = None
                break
            if tries < seconds:
                toolbox.clock.sleep(1)
    if why is not None:
        raise CmdletError(
            ErrorRecord(
                "PlannedVMNotRemoved",
                "Remove-PlannedVM",
                "InvalidOperation",
                f"The planned virtual machine {name} was not removed: {why}.",
                exception_type="System.InvalidOperationException",
            )
        )
    return True


COMPARE_VM_IMPORT = AreaFunction("Compare-VMImport", ("Import",), _compare_vm_import, ("Import",))
NEW_PLANNED_VM = AreaFunction(
    "New-PlannedVM",
    ("Path", "Mode", "Mark", "Incompatibilities", "Name", *PLACES),
    _new_planned_vm,
    ("Path", "Mode", "Mark", "Incompatibilities"),
    {"Mode": ("register", "restore", "copy")},
)
REMOVE_PLANNED_VM = AreaFunction("Remove-PlannedVM", ("Id", "WaitSeconds"), _remove_planned_vm, ("Id",))
