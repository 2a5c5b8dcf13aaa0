# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The area functions of imports on simulated Hyper-V, by both engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulated_hosts import SimulatedHost

from hyperv_lab.simulation import machine_store, switches, transfer

MakeHost = Callable[..., SimulatedHost]
FUNCTIONS = ["Compare-VMImport", "New-PlannedVM", "Remove-PlannedVM"]
PROBLEM = [
    ["message_id", "MessageId", "integer"],
    ["message", "Message", "text"],
    ["type", "Type", "text"],
    ["name", "Name", "text"],
    ["switch", "SwitchName", "text"],
    ["path", "Path", "text"],
]
FOUND = [
    ["key", "Key", "integer"],
    ["candidates", "Candidates", "objects", [["path", "Path", "text"], ["id", "Id", "guid"]]],
    ["file", "File", "text"],
    ["folder", "DiskFolder", "text"],
    ["marker", "Marker", "text"],
    ["files", "Files", "objects", [["name", "Name", "text"], ["length", "Length", "integer"]]],
    ["occupied", "Occupied", "objects", [["path", "Path", "text"], ["length", "Length", "integer"]]],
    ["name", "Report.Name", "text"],
    ["path", "Report.Path", "text"],
    ["disks", "Report.Disks", "objects", [["path", "Path", "text"], ["number", "ControllerNumber", "integer"]]],
    [
        "adapters",
        "Report.Adapters",
        "objects",
        [["name", "Name", "text"], ["mac", "MacAddress", "text"], ["dynamic", "DynamicMacAddressEnabled", "boolean"]],
    ],
    ["problems", "Report.Incompatibilities", "objects", PROBLEM],
    ["error", "Error", "text"],
]


def exported(make_host: MakeHost, *, original: bool = False) -> tuple[SimulatedHost, str]:
    """A host with an export of the VM `off`, whose switch it lacks, and the id of that VM."""
    host = make_host()
    machine = host.host.machines_named("off")[0]
    machine.settings.notes = "mine\r\n[datacenter.hyperv import] old"
    lan = switches.create_switch(host.host, "l\u00e4n", "Private")
    machine.settings.adapters[0].switch = lan
    transfer.export(machine, "D:\\E [1]", None, lambda activity, size: None)
    machine.settings.adapters[0].switch = None
    del host.host.switches[lan.id]
    if not original:
        machine_store.remove_machine(machine)
    return host, str(machine.id)


def traces(host: SimulatedHost) -> tuple[list[str], list[Any]]:
    """All files and machines, the planned ones included; guests boot meanwhile and write to their disks."""
    files = [entry.path for entry in host.host.files.walk("D:\\")]
    return sorted(files), [*host.host.machines, *host.host.planned]


def wanted(**values: Any) -> dict[str, Any]:
    """One import as a table of the batch."""
    return {"$table": {"Key": 0, "Id": None, "Name": None, "AllowSameName": False, **values}}


def compare(host: SimulatedHost, *imports: dict[str, Any]) -> list[Any]:
    """The rows of Compare-VMImport."""
    step = {"id": "imports", "call": "Compare-VMImport", "with": {"Import": list(imports)}, "read": FOUND}
    reply = host.run(step, areas=["vm_import"], functions=FUNCTIONS)
    assert reply["ok"], reply["error"]
    rows: list[Any] = reply["steps"][0]["rows"]
    assert not host.host.planned
    return rows


def test_what_does_not_fit_is_read_without_a_trace(make_host: MakeHost) -> None:
    host, identifier = exported(make_host)
    root = "D:\\E [1]\\off"
    before = traces(host)
    register, copy, folder, nothing = compare(
        host,
        wanted(Path=root, Mode="register"),
        wanted(Key=1, Path=root, Mode="copy", Name="new", VhdDestinationPath="D:\\New", VirtualMachinePath="D:\\New"),
        wanted(Key=2, Path="D:\\E [1]", Mode="restore", Id=identifier),
        wanted(Key=3, Path="D:\\T", Mode="restore"),
    )
    assert traces(host) == before
    assert [row["key"] for row in (register, copy, folder, nothing)] == [0, 1, 2, 3]
    assert register["candidates"] == [{"path": register["file"], "id": identifier}]
    assert register["file"] == f"{root}\\Virtual Machines\\{identifier.upper()}.vmcx" == folder["file"]
    (problem,) = register["problems"]
    assert problem["message_id"] == 33012 and problem["type"] == "VMNetworkAdapter" and problem["switch"] == "l\u00e4n"
    assert (register["name"], register["path"], register["folder"], register["error"]) == ("off", root, None, None)
    assert (copy["path"], copy["folder"], copy["disks"], copy["occupied"]) == ("D:\\New", "D:\\New", [], [])
    assert (nothing["candidates"], nothing["file"], nothing["name"]) == ([], None, None)


def test_files_that_are_in_the_way_and_marks(make_host: MakeHost) -> None:
    host = make_host()
    machine = host.host.machines_named("bare")[0]
    machine.turn_off()
    transfer.export(machine, "D:\\E", None, lambda activity, size: None)
    files = host.host.files
    files.make_directory("D:\\New")
    files.write("D:\\New\\BARE.vhdx", b"x")
    files.write(f"D:\\New\\datacenter.hyperv.{machine.id}.import.json", b"{}")
    (row,) = compare(host, wanted(Path="D:\\E\\bare", Mode="copy", Name="new", VhdDestinationPath="D:\\New"))
    assert [file["name"] for file in row["files"]] == ["bare.vhdx"] and row["files"][0]["length"] > 0
    (occupied,) = row["occupied"]
    assert occupied["path"].lower() == "d:\\new\\bare.vhdx" and occupied["length"] == 1
    assert row["marker"] == "{}"
    (same,) = compare(host, wanted(Path="D:\\E\\bare", Mode="restore"))
    assert same["name"] is None and same["error"] is None  # its id is there: nothing is compared
    files.make_directory("D:\\Broken")
    files.write(f"D:\\Broken\\{machine.id}.xml", b"<a/>")
    (broken,) = compare(host, wanted(Path="D:\\Broken", Mode="copy", Name="new"))
    assert broken["error"] and broken["name"] is None


def test_a_planned_vm_is_marked_repaired_and_imported(make_host: MakeHost) -> None:
    host, identifier = exported(make_host)
    file = f"D:\\E [1]\\off\\Virtual Machines\\{identifier.upper()}.vmcx"
    report = {"$ref": "report"}
    source = {"$ref": "report", "get": "Incompatibilities.Source", "having": [["SwitchName", ["l\u00e4n"]]]}
    reply = host.run(
        {
            "id": "report",
            "call": "New-PlannedVM",
            "with": {
                "Path": file,
                "Mode": "restore",
                "Mark": "[datacenter.hyperv import] new",
                "Incompatibilities": 1,
                "Name": "back",
            },
        },
        {"id": "repair", "call": "Hyper-V\\Disconnect-VMNetworkAdapter", "with": {"VMNetworkAdapter": source}},
        {
            "id": "checked",
            "call": "Hyper-V\\Compare-VM",
            "with": {"CompatibilityReport": report},
            "where": [["Incompatibilities", [None]]],
            "expect": "one",
        },
        {"id": "import", "call": "Hyper-V\\Import-VM", "with": {"CompatibilityReport": {"$ref": "checked"}}},
        areas=["vm_import"],
        functions=FUNCTIONS,
    )
    assert reply["ok"], reply["error"]
    (machine,) = host.host.machines_named("back")
    assert str(machine.id) == identifier and machine.settings.notes == "mine\r\n[datacenter.hyperv import] new"


def test_planned_vms_are_removed_and_nothing_else(make_host: MakeHost) -> None:
    host, identifier = exported(make_host)
    file = f"D:\\E [1]\\off\\Virtual Machines\\{identifier.upper()}.vmcx"
    transfer.compare(host.host, file, copies=False)
    other = host.host.machines_named("web")[0]
    step = {
        "id": "gone",
        "call": "Remove-PlannedVM",
        "with": {"Id": [identifier, str(other.id)]},
        "read": [["id", "Id", "guid"]],
    }
    reply = host.run(step, areas=["vm_import"], functions=FUNCTIONS)
    assert reply["ok"], reply["error"]
    assert reply["steps"][0]["rows"] == [{"id": identifier}]
    assert not host.host.planned and host.host.machines_named("web") == [other]


def test_a_planned_vm_of_another_survives_the_comparison(make_host: MakeHost) -> None:
    host, identifier = exported(make_host)
    file = f"D:\\E [1]\\off\\Virtual Machines\\{identifier.upper()}.vmcx"
    planned = transfer.compare(host.host, file, copies=False).planned
    step = {
        "id": "imports",
        "call": "Compare-VMImport",
        "with": {"Import": [wanted(Path="D:\\E [1]\\off", Mode="restore")]},
        "read": FOUND,
    }
    reply = host.run(step, areas=["vm_import"], functions=FUNCTIONS)
    assert reply["ok"], reply["error"]
    assert reply["steps"][0]["rows"][0]["name"] == "off"
    assert host.host.planned == {planned.id: planned}


def test_what_fits_otherwise_than_planned_is_not_left_planned(make_host: MakeHost) -> None:
    host, identifier = exported(make_host)
    file = f"D:\\E [1]\\off\\Virtual Machines\\{identifier.upper()}.vmcx"
    step = {
        "id": "report",
        "call": "New-PlannedVM",
        "with": {"Path": file, "Mode": "restore", "Mark": "[datacenter.hyperv import] new", "Incompatibilities": 0},
    }
    reply = host.run(step, areas=["vm_import"], functions=FUNCTIONS)
    assert reply["error"]["error_id"] == "ImportChanged,New-PlannedVM"
    assert not host.host.planned
