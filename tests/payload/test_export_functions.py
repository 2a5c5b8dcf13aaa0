# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The area functions of exports on simulated Hyper-V, by both engines."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from simulated_hosts import SimulatedHost

MakeHost = Callable[..., SimulatedHost]
FUNCTIONS = ["Get-ExportFolder", "Get-FileStamp", "Complete-VMExport"]
FOLDER = [
    ["path", "Path", "text"],
    ["exists", "Exists", "boolean"],
    ["is_folder", "IsFolder", "boolean"],
    ["names", "Names", "texts"],
    ["text", "Text", "text"],
    ["files", "Files", "objects", [["path", "Path", "text"], ["length", "Length", "integer"]]],
]
STAMP = [
    ["vm", "VMId", "guid"],
    ["path", "Path", "text"],
    ["exists", "Exists", "boolean"],
    ["length", "Length", "integer"],
    ["changed", "Changed", "integer"],
]


def run(host: SimulatedHost, call: str, read: list[Any], *before: dict[str, Any], **parameters: Any) -> list[Any]:
    """The rows of a call."""
    step = {"id": "last", "call": call, "with": parameters, "read": read}
    reply = host.run(*before, step, areas=["vhd", "vm_export"], functions=FUNCTIONS)
    assert reply["ok"], reply["error"]
    rows: list[Any] = reply["steps"][-1]["rows"]
    return rows


def test_an_export_becomes_whole_with_its_manifest(make_host: MakeHost) -> None:
    host = make_host()
    files = host.host.files
    files.make_directory("D:\\E\\x.partial\\x\\Virtual Hard Disks")
    files.make_directory("D:\\E\\x.partial\\x\\empty")
    files.write("D:\\E\\x.partial.json", b'{"kind": "mark"}')
    files.write("D:\\E\\x.partial\\x\\Virtual Hard Disks\\\u00fcber [1].vhdx", b"abc")
    files.write("D:\\E\\x.partial\\x\\a.vmcx", b"12345")
    source = json.dumps({"vm": {"id": "1", "name": "\u00fcber"}, "disks": []})
    (made,) = run(
        host,
        "Complete-VMExport",
        [["path", "Path", "text"], ["bytes", "Bytes", "integer"]],
        Path="D:\\E\\x.partial\\x",
        Marker="D:\\E\\x.partial.json",
        Source=source,
    )
    assert made == {"path": "D:\\E\\x.partial\\x\\datacenter.hyperv.json", "bytes": 8}
    text = files.read(made["path"])
    assert text.isascii()
    manifest = json.loads(text)
    assert manifest["source"]["vm"]["name"] == "\u00fcber" and manifest["bytes"] == 8
    assert {entry["path"]: entry["length"] for entry in manifest["files"]} == {
        "a.vmcx": 5,
        "Virtual Hard Disks\\\u00fcber [1].vhdx": 3,
    }
    assert manifest["started"] == files.item("D:\\E\\x.partial.json").changed.strftime("%Y-%m-%dT%H:%M:%SZ")

    (sized,) = run(host, "Get-ExportFolder", FOLDER, Path=["D:\\E\\x.partial"], Sized=["D:\\E\\x.partial"])
    assert "x\\a.vmcx" in {file["path"] for file in sized["files"]} and sized["text"] is None
    folder, mark, missing, plain = run(
        host,
        "Get-ExportFolder",
        FOLDER,
        Path=["D:\\E\\x.partial\\x", "D:\\E\\x.partial.json", "D:\\E\\none [1]", "D:\\E"],
    )
    assert folder["exists"] and folder["is_folder"] and json.loads(folder["text"]) == manifest
    assert {file["path"] for file in folder["files"]} == {
        "a.vmcx",
        "Virtual Hard Disks\\\u00fcber [1].vhdx",
        "datacenter.hyperv.json",
    }
    assert sorted(folder["names"]) == ["Virtual Hard Disks", "a.vmcx", "datacenter.hyperv.json", "empty"]
    assert mark["exists"] and not mark["is_folder"] and json.loads(mark["text"]) == {"kind": "mark"}
    assert (missing["exists"], missing["names"], missing["files"], missing["text"]) == (False, [], [], None)
    assert plain["is_folder"] and plain["files"] == [] and sorted(plain["names"]) == ["x.partial", "x.partial.json"]


def test_stamps_of_files_and_configurations(make_host: MakeHost) -> None:
    host = make_host()
    base, missing = run(host, "Get-FileStamp", STAMP, File=["d:\\t\\BASE.vhdx", "D:\\none.vhdx"])
    entry = host.host.files.entry("D:\\T\\base.vhdx")
    assert (base["exists"], base["length"]) == (True, entry.length)
    # 11,644,473,600 seconds lie between 1601 and 1970
    assert abs(base["changed"] // 10 - (entry.changed.timestamp() + 11644473600) * 10**6) < 10
    assert (missing["exists"], missing["length"], missing["changed"]) == (False, None, None)
    machine = host.host.machines_named("off")[0]
    vms = {"id": "vms", "call": "Hyper-V\\Get-VM"}
    (row,) = run(host, "Get-FileStamp", STAMP, vms, VM={"$ref": "vms", "where": [["Name", ["off"]]]})
    assert row["vm"] == str(machine.id) and row["exists"]
    assert row["path"].endswith(f"\\Virtual Machines\\{str(machine.id).upper()}.vmcx")
