# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Get-DependentDisk, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulated_hosts import SimulatedHost

from hyperv_lab.simulation import checkpoints

MakeHost = Callable[..., SimulatedHost]
GIBIBYTE = 1024**3
BASE, LAYER, TOP, ORPHAN, TEXT = (f"D:\\T\\{name}.vhdx" for name in ("base", "layer", "top [1]", "orphan", "text"))


def rows(host: SimulatedHost, **sizes: int) -> list[dict[str, Any]]:
    files = [f"d:\\t\\{name}.VHDX" for name in sizes]
    chains = {"id": "chains", "call": "Get-DiskChain", "with": {"Path": [*files, "D:\\T\\none.vhdx"]}}
    step = {
        "id": "dependent",
        "call": "Get-DependentDisk",
        "with": {"Chain": [{"$ref": "chains"}], "File": files, "Size": list(sizes.values())},
        "read": [
            ["path", "Path", "text"],
            ["vm", "VMName", "text"],
            ["checkpoint", "Checkpoint", "text"],
            ["exists", "Exists", "boolean"],
            ["parents", "Parents", "texts"],
            ["error", "Error", "text"],
        ],
    }
    reply = host.run(chains, step, areas=["vhd", "vm_disks"], functions=["Get-DiskChain", "Get-DependentDisk"])
    assert reply["ok"], str(reply["error"])
    return reply["steps"][1].get("rows", [])  # type: ignore[no-any-return]


def test_nothing_is_opened_where_nothing_grows(make_host: MakeHost) -> None:
    assert rows(make_host(), base=40 * GIBIBYTE) == []


def test_all_disks_are_told_with_what_they_build_on(make_host: MakeHost) -> None:
    host = make_host()
    checkpoints.take(host.host.machines_named("web")[0], "before")
    found = {row["path"]: row for row in rows(host, layer=1, base=50 * GIBIBYTE)}
    assert {path: found[path]["parents"] for path in (BASE, LAYER, TOP, ORPHAN)} == {
        BASE: [],
        LAYER: [BASE],
        TOP: [LAYER, BASE],
        ORPHAN: [LAYER, BASE],
    }
    assert found[TEXT]["error"] and found[TEXT]["exists"] and found[TEXT]["vm"] is None
    assert (found["D:\\deaf.vhdx"]["vm"], found["D:\\deaf.vhdx"]["checkpoint"]) == ("deaf", None)
    assert (found["D:\\web.vhdx"]["vm"], found["D:\\web.vhdx"]["checkpoint"]) == ("web", "before")
    assert [row["parents"] for path, row in found.items() if path.endswith(".avhdx")] == [["D:\\web.vhdx"]]
