# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What cannot be seen for lack of rights beyond the host is not taken for missing, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulated_hosts import SimulatedHost

MakeHost = Callable[..., SimulatedHost]
SHARE = "\\\\file01\\vms"
DISK, EXPORT = f"{SHARE}\\web01\\os.vhdx", f"{SHARE}\\exports\\web01"
AREAS = ["vhd", "vm_export"]
FUNCTIONS = ["Get-DiskChain", "Get-ExportFolder"]


def chains(host: SimulatedHost, *paths: str) -> list[dict[str, Any]]:
    read = [["exists", "Exists", "boolean"], ["id", "ErrorId", "text"], ["hresult", "HResult", "integer"]]
    step = {"id": "chains", "call": "Get-DiskChain", "with": {"Path": list(paths)}, "read": read}
    reply = host.run(step, areas=AREAS, functions=FUNCTIONS)
    assert reply["ok"], str(reply["error"])
    rows: list[dict[str, Any]] = reply["steps"][0]["rows"]
    return rows


def folder(host: SimulatedHost) -> dict[str, Any]:
    read = [["exists", "Exists", "boolean"]]
    step = {"id": "folders", "call": "Get-ExportFolder", "with": {"Path": [EXPORT]}, "read": read}
    return host.run(step, areas=AREAS, functions=FUNCTIONS)


def test_a_share_that_does_not_answer(make_host: MakeHost) -> None:
    host = make_host()
    there, unknown, device = chains(host, "D:\\T\\base.vhdx", DISK, "\\\\?\\D:\\none.vhdx")
    assert there == {"exists": True, "id": None, "hresult": None}
    assert unknown == {"exists": True, "id": "ShareUnreachable", "hresult": -2147024843}
    assert device["exists"] is False
    assert folder(host)["error"]["error_id"] == "ShareUnreachable,Get-ExportFolder"
