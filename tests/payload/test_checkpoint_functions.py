# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The functions of checkpoint.ps1, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulated_hosts import SimulatedHost

from hyperv_lab.simulation import checkpoints
from hyperv_lab.simulation.faults import Fault

MakeHost = Callable[..., SimulatedHost]
MACHINES = {"id": "vms", "call": "Hyper-V\\Get-VM", "where": [["Name", ["web"]]]}


def new(host: SimulatedHost, kind: str, name: str = "it's [a] $(x)") -> dict[str, Any]:
    """The reply to New-Checkpoint."""
    step = {
        "id": "new",
        "call": "New-Checkpoint",
        "with": {"VM": {"$ref": "vms"}, "Name": name, "Type": kind},
        "read": [["name", "Name", "text"], ["state", "State", "enum"]],
    }
    return host.run(MACHINES, step, areas=["checkpoint"], functions=["New-Checkpoint"])


def wait(host: SimulatedHost, **parameters: Any) -> dict[str, Any]:
    """The reply to Wait-DiskMerge."""
    step = {
        "id": "wait",
        "call": "Wait-DiskMerge",
        "with": {"VM": {"$ref": "vms"}, **parameters},
        "read": [["name", "Name", "text"], ["seconds", "Seconds", "integer"]],
    }
    return host.run(MACHINES, step, areas=["checkpoint"], functions=["Wait-DiskMerge"])


def test_the_type_is_put_back(make_host: MakeHost) -> None:
    host = make_host()
    host.estate.advance(120)
    (machine,) = host.host.machines_named("web")
    reply = new(host, "Standard")
    assert reply["ok"], reply["error"]
    assert reply["steps"][1]["rows"] == [{"name": "it's [a] $(x)", "state": "Saved"}]
    assert machine.settings.checkpoint_type == "Production"
    machine.settings.services[checkpoints.VSS_SERVICE].enabled = False
    reply = new(host, "ProductionOnly")
    assert reply["error"]["error_id"].startswith("OperationFailed,") and len(machine.checkpoints) == 1
    assert machine.settings.checkpoint_type == "Production"


def test_the_type_that_the_machine_had_is_noted_until_it_is_put_back(make_host: MakeHost) -> None:
    host = make_host()
    host.estate.advance(120)
    (machine,) = host.host.machines_named("web")
    host.host.faults.append(Fault("Set-VM", call=2))
    assert not new(host, "Standard")["ok"]
    assert machine.settings.checkpoint_type == "Standard" and len(machine.checkpoints) == 1
    mark = f"{machine.path}\\{machine.id}.Production.datacenter-hyperv-checkpoint"
    assert host.host.files.exists(mark)
    machine.settings.checkpoint_type = "Production"
    assert new(host, "Standard", "second")["ok"]
    assert not host.host.files.exists(mark)


def test_a_type_that_is_none_is_refused(make_host: MakeHost) -> None:
    reply = new(make_host(), "Disabled")
    assert reply["error"]["error_id"].split(",")[0] == "ParameterArgumentValidationError"


def test_gotcha_37_the_end_of_a_merge_is_waited_for(make_host: MakeHost) -> None:
    host = make_host()
    host.host.timings.merge_seconds = 100.0
    (machine,) = host.host.machines_named("web")
    checkpoints.take(machine, "a")
    child = str(machine.settings.disks[0].path)
    checkpoints.remove(machine.checkpoints[0])
    reply = wait(host, Gone=[child.upper()], Seconds=3600)
    assert reply["ok"], reply["error"]
    assert [row["name"] for row in reply["steps"][1]["rows"]] == ["web"]
    assert not machine.merges and machine.settings.disks[0].path == "D:\\web.vhdx"


def test_gotcha_37_a_merge_that_does_not_end_in_time(make_host: MakeHost) -> None:
    host = make_host()
    host.host.timings.merge_seconds = 1e9
    (machine,) = host.host.machines_named("web")
    checkpoints.take(machine, "a")
    checkpoints.remove(machine.checkpoints[0])
    reply = wait(host, Seconds=1)
    assert reply["error"]["error_id"] == "MergeTimeout,Wait-DiskMerge"
    assert reply["error"]["category"] == "OperationTimeout"
    assert machine.merges


def test_a_file_that_stays_is_waited_for_in_vain(make_host: MakeHost) -> None:
    host = make_host()
    reply = wait(host, Gone=["d:\\WEB.vhdx"], Seconds=1)
    assert reply["error"]["error_id"] == "MergeTimeout,Wait-DiskMerge"
