# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A fleet that counts and is worked on side by side, and its power: in order, gracefully, despite a lost connection."""

from __future__ import annotations

import socket
import typing as t
from pathlib import Path

import pytest

from ansible_runs.ways import ENGINES, Way

TOPOLOGY: dict[str, t.Any] = {
    "clock": {"speed": 20.0},
    "hosts": [
        {
            "name": "hv01",
            "accounts": [{"username": "Administrator", "password": "Lab-Passw0rd"}],
            "volumes": [{"letter": "C", "size": "256 GiB"}, {"letter": "D", "size": "4 TiB"}],
            "nics": [{"name": "Ethernet", "management": True}],
            "guest": {"boot_seconds": 20, "early_addresses": ["169.254.7.7"], "own_addresses": ["127.0.0.1"]},
            "switches": [{"name": "lan", "type": "private"}],
        }
    ],
}
FLEET: dict[str, t.Any] = {
    "name": "Fleet",
    "datacenter.hyperv.vm": {
        "parallel": 3,
        "defaults": {
            "memory": {"startup": "512 MiB"},
            "disks": [{"slot": "scsi:0:0", "path": r"D:\VMs\{name}.vhdx", "size": "20 GiB"}],
            "adapters": [{"name": "lan", "switch": "lan"}],
        },
        "vms": [
            {
                "name": "web{number:02}",
                "count": 3,
                "adapters": [{"name": "lan", "mac": "00:15:5D:20:00:{number:02x}"}],
            },
            {"name": "big", "memory": {"startup": "1 TiB"}, "state": "running"},
        ],
    },
    "ignore_errors": True,
}


def power(title: str, **options: t.Any) -> dict[str, t.Any]:
    return {"name": title, "datacenter.hyperv.vm_power": options}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_fleet_and_its_power(engine: str, folder: Path) -> None:
    with Way("winrm", engine=engine).lab(folder, TOPOLOGY) as node, socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        groups = [
            {"vms": ["web01"], "wait_for": "heartbeat"},
            {"vms": ["web02", "web03"], "wait_for": "port", "port": port, "network": ["127.0.0.0/8"]},
        ]
        run = node.run_tasks(
            FLEET,
            power("Started", groups=groups, state="running"),
            power("Started again", groups=groups, state="running"),
            power("Restarted", name="web01", state="restarted", wait_for="heartbeat"),
            {**power("Foretold", vms=["web01", "web02"], state="stopped"), "check_mode": True, "diff": True},
            power("Stopped", vms=["web01", "web02"], state="stopped"),
            power("Stopped again", vms=["web01", "web02"], state="stopped"),
        )
        fleet = run.failure("Fleet")
        assert fleet["msg"].startswith("vm big: ") and "The other 3 are as declared." in fleet["msg"]
        assert fleet["vms"]["big"]["failed"] and fleet["vms"]["big"]["state"] == "stopped"
        assert {name for name, machine in fleet["vms"].items() if not machine.get("failed")} == {
            "web01",
            "web02",
            "web03",
        }
        started = run.result("Started")
        assert started["vms"]["web02"] == {**started["after"]["web02"], "changed": True, "address": "127.0.0.1"}
        again = run.result("Started again")
        assert not again["changed"] and again["exchanges"] == 1
        assert run.result("Restarted")["changed"]
        foretold, stopped = run.result("Foretold"), run.result("Stopped")
        assert foretold["after"] == stopped["after"] and foretold["exchanges"] == 1
        assert "Request-GuestShutdown" in str(foretold["diff"])
        assert not run.result("Stopped again")["changed"]
        states = {machine.name: machine.state for machine in node.lab.estate.host("hv01").machines.values()}
        assert states == {"web01": "Off", "web02": "Off", "web03": "Running", "big": "Off"}


@pytest.mark.parametrize("connection", ["winrm", "psrp"])
def test_gotcha_43_a_shutdown_survives_a_lost_connection(connection: str, folder: Path) -> None:
    slow = {**TOPOLOGY["hosts"][0], "guest": {"boot_seconds": 1, "shutdown_seconds": 200}}
    with Way(connection).lab(folder, {**TOPOLOGY, "hosts": [slow]}) as node:
        node.run_tasks(
            {
                "name": "Machine",
                "datacenter.hyperv.vm": {
                    "name": "db01",
                    "memory": {"startup": "512 MiB"},
                    "disks": [{"slot": "scsi:0:0", "path": r"D:\db01.vhdx", "size": "20 GiB"}],
                },
            },
            power("Started", name="db01", state="running", wait_for="heartbeat"),
        ).succeeded()
        # the third command is a poll
        node.lab.add_fault("hv01", {"kind": "cut_request", "action": "Command", "at": 3, "times": 1, "when": "after"})
        run = node.run_tasks(power("Stopped", name="db01", state="stopped", stop_timeout=600)).succeeded()
        assert run.result("Stopped")["after"]["db01"]["state"] == "stopped"
        assert node.lab.estate.host("hv01").machines_named("db01")[0].state == "Off"


@pytest.mark.parametrize("connection", ["winrm", "psrp"])
def test_a_restart_for_a_change_survives_a_lost_connection(connection: str, folder: Path) -> None:
    slow = {**TOPOLOGY["hosts"][0], "guest": {"boot_seconds": 1, "shutdown_seconds": 250}}
    machine: dict[str, t.Any] = {
        "name": "db01",
        "memory": {"startup": "512 MiB"},
        "disks": [{"slot": "scsi:0:0", "path": r"D:\db01.vhdx", "size": "20 GiB"}],
    }
    with Way(connection).lab(folder, {**TOPOLOGY, "hosts": [slow]}) as node:
        node.run_tasks(
            {"name": "Machine", "datacenter.hyperv.vm": machine},
            power("Started", name="db01", state="running", wait_for="heartbeat"),
        ).succeeded()
        # the third command asks how far the work is
        node.lab.add_fault("hv01", {"kind": "cut_request", "action": "Command", "at": 3, "times": 1, "when": "after"})
        change = {**machine, "processor": {"count": 2}, "restart": "if_needed", "stop_timeout": 290}
        run = node.run_tasks({"name": "Changed", "datacenter.hyperv.vm": change}).succeeded()
        assert run.result("Changed")["vm"]["state"] == "running"
        db01 = node.lab.estate.host("hv01").machines_named("db01")[0]
        assert db01.state == "Running" and db01.settings.processor.count == 2
