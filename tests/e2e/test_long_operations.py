# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Work that takes long: it outlives the connection, is joined by the next run, and can be left to `async`."""

from __future__ import annotations

import concurrent.futures
import time
import typing as t
from pathlib import Path

import pytest

from ansible_runs.control_node import ControlNode
from ansible_runs.playbook import PlaybookRun
from ansible_runs.ways import Way
from hyperv_lab.simulation.faults import Fault
from hyperv_lab.simulation.host import Host

DISK: dict[str, t.Any] = {"path": r"D:\Disks\fixed.vhdx", "type": "fixed", "size": "8 GiB"}
FIXED: dict[str, t.Any] = {"name": "Fixed", "datacenter.hyperv.vhd": DISK}
OFTEN = {"hyperv_operation_wait": 1}


def slow(node: ControlNode, seconds: float) -> Host:
    """Let the fixed disk take so long on the first host; return the host."""
    host = node.lab.estate.host(node.lab.host_names[0])
    host.timings.copy_seconds_per_gibibyte = seconds * host.estate.clock.speed / 8
    return host


def run_until_joined(node: ControlNode, host: Host) -> PlaybookRun:
    """Run the task again, and let time fly once it has read the host, looked for operations, and begun to wait.

    While it reads it waits for the file that the operation has open (by the wall, where a real PowerShell does that).
    """
    asked = host.counters.wsman["requests.Command"]
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        running = pool.submit(node.run_tasks, FIXED, hosts=host.name, variables=OFTEN)
        while not running.done():
            done = host.counters.wsman["requests.Command"] - asked
            host.estate.clock.advance(120 if done >= 3 else 2 if done else 0)
            time.sleep(0.1)
        return running.result()


def test_a_cut_connection_does_not_end_a_long_operation(way: Way, folder: Path) -> None:
    with way.lab(folder) as node:
        host = slow(node, 3600)
        # the third exchange watches what the second one started
        node.lab.add_fault(
            host.name, {"kind": "cut_request", "action": "Command", "at": 3, "times": 8, "when": "before"}
        )
        cut = node.run_tasks(FIXED, hosts=host.name, variables=OFTEN).event("Fixed")
        assert cut.status in ("failed", "unreachable"), cut
        assert "goes on with it" in cut.result["msg"]
        node.lab.clear_faults()
        joining = run_until_joined(node, host).succeeded()
        result = joining.result("Fixed")
        assert result["changed"] and any("joined an operation" in text for text in result["warnings"])
        assert "joins what is under way: task 'Fixed'" in joining.output
        again = node.run_tasks(FIXED, hosts=host.name).succeeded().result("Fixed")
        assert not again["changed"] and again["exchanges"] == 1


@pytest.mark.parametrize("connection", ["winrm", "psrp"])
def test_async_gives_the_same_result_later(connection: str, folder: Path) -> None:
    """On the Python engine: Ansible's own wrapper of jobs needs Windows."""
    with Way(connection).lab(folder) as node:
        host = slow(node, 3).name
        status: dict[str, t.Any] = {
            "name": "Job",
            "ansible.builtin.async_status": {"jid": "{{ started.ansible_job_id }}"},
            "register": "job",
            "until": "job is finished",
            "retries": 60,
            "delay": 1,
        }
        run = node.run_tasks(
            {**FIXED, "async": 600, "poll": 0, "register": "started"},
            status,
            {**FIXED, "name": "Again", "async": 600, "poll": 1},
            hosts=host,
        ).succeeded()
        assert run.result("Fixed")["ansible_job_id"] and "plan" not in run.result("Fixed")
        job = run.result("Job")
        assert job["plan"] and job["disk"]["size"] == 8 * 1024**3
        again = run.result("Again")
        assert not again["changed"] and again["plan"] == []


def test_a_job_that_fails_says_where(folder: Path) -> None:
    with Way("winrm").lab(folder) as node:
        host = node.lab.host_names[0]
        node.lab.estate.host(host).faults.append(Fault("New-VHD", message="declared by the test"))
        run = node.run_tasks({**FIXED, "async": 600, "poll": 1}, hosts=host)
        event = run.event("Fixed")
        assert event.status == "failed" and r"D:\Disks\fixed.vhdx" in event.result["msg"]
