# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What goes wrong between control node and host, and on the host: a clear message each, and the next run completes."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_runs.control_node import ControlNode
from ansible_runs.ways import ENGINES, Way

CONNECTIONS = [Way("winrm"), Way("psrp")]
SWITCH = {"name": "Switch", "datacenter.hyperv.switch": {"name": "trouble", "type": "private"}}
FLEET: dict[str, t.Any] = {
    "name": "Fleet",
    "datacenter.hyperv.vm": {
        "defaults": {
            "generation": 2,
            "path": r"D:\VMs",
            "memory": {"startup": "1 GiB"},
            "disks": [{"slot": "scsi:0:0", "path": r"D:\VMs\{name}\system.vhdx", "size": "20 GiB"}],
            "state": "running",
        },
        "vms": [{"name": f"vm{number}"} for number in range(1, 4)],
    },
}


@pytest.fixture(params=CONNECTIONS, ids=str)
def connection(request: pytest.FixtureRequest) -> Way:
    """winrm and psrp, on the Python engine."""
    chosen: Way = request.param
    return chosen


def only_host(node: ControlNode) -> str:
    """Return the name of the lab's first host."""
    return node.lab.host_names[0]


def fingerprint(node: ControlNode) -> t.Any:
    """Return the state of the first host."""
    return node.lab.estate.host(only_host(node)).fingerprint()


def test_wrong_password(connection: Way, folder: Path) -> None:
    with connection.lab(folder) as node:
        untouched = fingerprint(node)
        run = node.run_tasks(SWITCH, variables={"ansible_password": "wrong"})
        event = run.event("Switch")
        assert run.exit_code != 0 and event.status == "unreachable"
        assert "credentials" in event.result["msg"] and "wrong" not in event.result["msg"]
        assert fingerprint(node) == untouched


def test_unreachable_host(connection: Way, folder: Path) -> None:
    with connection.lab(folder) as node:
        node.lab.add_fault(only_host(node), {"kind": "refuse"})
        event = node.run_tasks(SWITCH).event("Switch")
        assert event.status == "unreachable"
        assert "ansible_port" in event.result["msg"]
        node.lab.clear_faults()
        assert node.run_tasks(SWITCH).succeeded().result("Switch")["changed"]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("command", [1, 2], ids=["reading", "applying"])
def test_connection_cut_and_completed_later(connection: Way, command: int, moment: str, folder: Path) -> None:
    """Cut when the batch is sent, before or after the host got it; the same playbook then completes."""
    with connection.lab(folder) as node:
        fault = {"kind": "cut_request", "action": "Command", "at": command, "times": 1, "when": moment}
        untouched = fingerprint(node)
        node.lab.add_fault(only_host(node), fault)
        event = node.run_tasks(FLEET).event("Fleet")
        assert event.status in ("failed", "unreachable")
        assert "connection" in event.result["msg"].lower()
        if command == 1:
            assert "nothing was changed" in event.result["msg"].lower()
            assert fingerprint(node) == untouched
        else:
            assert "Run the playbook again" in event.result["msg"]
        node.lab.clear_faults()
        completed = node.run_tasks(FLEET, {**FLEET, "name": "Again"}).succeeded()
        assert not completed.result("Again")["changed"]
        assert len(completed.result("Again")["vms"]) == 3


@pytest.mark.parametrize(("kind", "position"), [("truncate_output", 150), ("garble_output", 34)])
def test_damaged_answer(connection: Way, kind: str, position: int, folder: Path) -> None:
    """The answer ends in the middle, or is no JSON where it should begin."""
    with connection.lab(folder) as node:
        untouched = fingerprint(node)
        # The first command of the task is the one that reads.
        node.lab.add_fault(only_host(node), {"kind": kind, "position": position})
        failed = node.run_tasks(FLEET).failure("Fleet")
        assert not failed["changed"]
        assert "Nothing was changed" in failed["msg"]
        assert fingerprint(node) == untouched
        node.lab.clear_faults()
        assert node.run_tasks(FLEET).succeeded().result("Fleet")["changed"]


@pytest.mark.parametrize("engine", ENGINES)
def test_host_without_hyperv(engine: str, folder: Path) -> None:
    topology = {
        "hosts": [
            {
                "name": "plain",
                "hyperv": False,
                "accounts": [{"username": "Administrator", "password": "Lab-Passw0rd"}],
                "volumes": [{"letter": "C", "size": "100 GiB"}],
            }
        ]
    }
    with Way("winrm", engine=engine).lab(folder, topology) as node:
        failed = node.run_tasks(SWITCH).failure("Switch")
        assert "Hyper-V" in failed["msg"] and "Install-WindowsFeature" in failed["msg"]
        assert failed["error"]["kind"] == "no_module"
        assert not failed["changed"]


@pytest.mark.parametrize("engine", ENGINES)
def test_stopped_service(engine: str, folder: Path) -> None:
    with Way("psrp", engine=engine).lab(folder) as node:
        host = node.lab.estate.host(only_host(node))
        host.services["vmms"] = "Stopped"
        untouched = fingerprint(node)
        run = node.run_tasks({**FLEET, "ignore_errors": True}, {**SWITCH, "ignore_errors": True})
        for name in ("Fleet", "Switch"):
            failed = run.failure(name)
            assert "vmms" in failed["msg"]
            assert not failed["changed"]
        assert fingerprint(node) == untouched
        host.services["vmms"] = "Running"
        assert node.run_tasks(FLEET).succeeded().result("Fleet")["changed"]
