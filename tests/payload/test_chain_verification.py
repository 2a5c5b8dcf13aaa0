# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Test-DiskChain of the payload: both engines find the same breaks in chains of disk files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulated_hosts import SimulatedHost

from hyperv_lab.simulation import virtual_disks

MakeHost = Callable[..., SimulatedHost]
READ = [
    ["path", "Path", "text"],
    ["file", "File", "text"],
    ["parent", "ParentPath", "text"],
    ["there", "ParentExists", "boolean"],
    ["beside", "Beside", "text"],
    ["error_id", "ErrorId", "text"],
    ["hresult", "HResult", "integer"],
]


def broken(host: SimulatedHost, *paths: str) -> list[dict[str, Any]]:
    """The rows of Test-DiskChain."""
    step = {"id": "broken", "call": "Test-DiskChain", "with": {"Path": list(paths)}, "read": READ}
    reply = host.run(step, areas=["chain_verification"], functions=["Test-DiskChain"])
    assert reply["ok"], reply["error"]
    rows: list[dict[str, Any]] = reply["steps"][0].get("rows", [])
    return rows


def test_whole_chains_give_nothing_and_cost_one_call_each(make_host: MakeHost) -> None:
    host = make_host()
    before = host.host.counters.cmdlets["Test-VHD"]
    assert broken(host, "D:\\T\\layer.vhdx", "D:\\T\\top [1].vhdx", "d:\\t\\LAYER.vhdx", "D:\\web.vhdx") == []
    assert host.host.counters.cmdlets["Test-VHD"] - before == 3


def test_a_parent_that_was_changed(make_host: MakeHost) -> None:
    host = make_host()
    base = host.host.files.find("D:\\T\\base.vhdx")
    assert base is not None
    virtual_disks.disk_of(base).touch()
    (row,) = broken(host, "D:\\T\\top [1].vhdx")
    assert (row["path"], row["file"]) == ("D:\\T\\top [1].vhdx", "D:\\T\\layer.vhdx")
    assert (row["parent"], row["there"], row["beside"]) == ("D:\\T\\base.vhdx", True, None)
    assert row["hresult"] & 0xFFFFFFFF == 0xC03A000E
    assert row["error_id"].startswith("InvalidParameter,")


def test_a_parent_that_is_gone_or_lies_beside_its_child(make_host: MakeHost) -> None:
    host = make_host()
    host.host.files.make_directory("D:\\V")
    virtual_disks.create_differencing(host.host, "D:\\V\\child.vhdx", "D:\\T\\base.vhdx")
    host.host.files.remove("D:\\T\\base.vhdx")
    (row,) = broken(host, "D:\\V\\child.vhdx")
    assert (row["file"], row["there"], row["beside"]) == ("D:\\V\\child.vhdx", False, None)
    host.host.files.make_file("D:\\V\\base.vhdx", 1)
    assert broken(host, "D:\\V\\child.vhdx")[0]["beside"] == "D:\\V\\base.vhdx"


def test_files_that_are_no_disks_or_not_there(make_host: MakeHost) -> None:
    host = make_host()
    first, second = broken(host, "D:\\T\\text.vhdx", "D:\\No\\such.vhdx")
    assert (first["file"], first["parent"]) == ("D:\\T\\text.vhdx", None)
    assert (second["file"], second["hresult"]) == ("D:\\No\\such.vhdx", None)
    assert second["error_id"].startswith("InvalidParameter,")
