# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""``python -m hyperv_lab`` as a user types it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from winrm.protocol import Protocol

import hyperv_lab

PACKAGE_ROOT = Path(hyperv_lab.__file__).parents[1]
TOPOLOGY = """
hosts:
  - name: hv01
    accounts: [{username: Administrator, password: Lab-Passw0rd}]
    volumes: [{letter: C, size: 100 GiB}, {letter: D, size: 1 TiB}]
    switches: [{name: Inside, type: internal}]
  - name: hv02
    release: "2019"
    accounts: [{username: ops, password: "Other-Passw0rd"}]
"""


def run(
    *arguments: str, directory: Path | None = None, check: bool = True, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the program; returns the finished process."""
    place = ["--directory", str(directory)] if directory else []
    variables = {name: value for name, value in os.environ.items() if name != "HYPERV_LAB_POWERSHELL"}
    finished = subprocess.run(
        [sys.executable, "-m", "hyperv_lab", *arguments, *place],
        env={**variables, "PYTHONPATH": str(PACKAGE_ROOT), **(environment or {})},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if check:
        assert finished.returncode == 0, finished.stderr
    return finished


def refused(*arguments: str, directory: Path) -> str:
    """Run the program, which is to fail; returns its one line of message."""
    finished = run(*arguments, directory=directory, check=False)
    assert finished.returncode == 1
    assert finished.stdout == ""
    assert len(finished.stderr.splitlines()) == 1, finished.stderr
    return finished.stderr


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The directory of a running lab."""
    directory = tmp_path_factory.mktemp("lab")
    (directory / "estate.yml").write_text(TOPOLOGY)
    run("start", "--topology", str(directory / "estate.yml"), directory=directory)
    yield directory
    run("stop", directory=directory, check=False)


def inventory_host(lab: Path, name: str, *choices: str) -> dict[str, Any]:
    inventory: dict[str, Any] = yaml.safe_load(run("inventory", *choices, directory=lab).stdout)
    host: dict[str, Any] = inventory["all"]["children"]["hyperv_hosts"]["hosts"][name]
    return host


def test_start_prints_where_the_hosts_listen_and_writes_only_into_its_directory(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    directory = tmp_path / "lab"
    started = run("start", directory=directory, environment={"HOME": str(home), "TMPDIR": str(home)})
    try:
        assert "http://127.0.0.1:" in started.stdout
        assert list(home.iterdir()) == []
        assert {path.name for path in tmp_path.iterdir()} == {"home", "lab"}
    finally:
        stopped = run("stop", directory=directory)
    assert "has ended" in stopped.stdout
    assert not (directory / "lab.json").exists()
    assert not (directory / "control-token").exists()


def test_the_inventory_connects(lab: Path) -> None:
    host = inventory_host(lab, "hv01")
    assert (host["ansible_connection"], host["ansible_winrm_transport"]) == ("winrm", "ntlm")
    client = Protocol(
        f"{host['ansible_winrm_scheme']}://{host['ansible_host']}:{host['ansible_port']}/wsman",
        transport=host["ansible_winrm_transport"],
        username=host["ansible_user"],
        password=host["ansible_password"],
        ca_trust_path=None,
    )
    client.close_shell(client.open_shell())


def test_the_inventory_takes_choices(lab: Path) -> None:
    host = inventory_host(lab, "hv02", "--connection", "psrp", "--transport", "basic")
    assert host["ansible_psrp_message_encryption"] == "never"
    assert (host["ansible_user"], host["ansible_password"]) == ("ops", "Other-Passw0rd")
    host = inventory_host(lab, "hv02", "--connection", "psrp", "--scheme", "https", "--transport", "negotiate")
    assert host["ansible_psrp_ca_cert"] == str(lab / "ca.pem")
    choices = ("--group", "others", "--json")
    assert list(json.loads(run("inventory", *choices, directory=lab).stdout)["all"]["children"]) == ["others"]
    assert "no transport 'negotiate'" in refused("inventory", "--transport", "negotiate", directory=lab)


def test_the_state_is_shown(lab: Path) -> None:
    text = run("state", directory=lab).stdout
    assert all(word in text for word in ("hv01", "hv02", "2019", "Inside", "Internal"))
    state = json.loads(run("state", "--json", directory=lab).stdout)
    assert [host["name"] for host in state["hosts"]] == ["hv01", "hv02"]
    assert [volume["letter"] for volume in state["hosts"][0]["volumes"]] == ["C", "D"]
    assert state["hosts"][0]["machines"] == []


def test_counters_are_shown_and_reset(lab: Path) -> None:
    run("counters", "--reset", directory=lab)
    test_the_inventory_connects(lab)
    assert "Create 1, Delete 1" in run("counters", directory=lab).stdout
    counted = json.loads(run("counters", "--json", "--reset", directory=lab).stdout)
    assert counted["hv01"]["wsman"]["requests"] == 2
    assert json.loads(run("counters", "--json", directory=lab).stdout)["hv01"]["wsman"]["requests"] == 0


def test_faults_are_added_listed_and_cleared(lab: Path) -> None:
    assert "No faults" in run("faults", directory=lab).stdout
    added = run("faults", "add", "HV01", "--kind", "cut_request", "--at", "3", "--action", "Send", directory=lab)
    assert added.stdout == "w1\n"
    failing = ("faults", "add", "hv02", "--cmdlet", "Set-VM", "--times", "0", "--hresult", "0x80070020")
    assert run(*failing, directory=lab).stdout == "c1\n"
    listed = json.loads(run("faults", "list", "--json", directory=lab).stdout)
    assert [(fault["host"], fault["id"]) for fault in listed] == [("hv01", "w1"), ("hv02", "c1")]
    assert (listed[0]["at"], listed[0]["action"], listed[1]["times"]) == (3, "Send", None)
    assert "cut_request" in run("faults", directory=lab).stdout
    assert "no fault w9" in refused("faults", "clear", "hv01", "w9", directory=lab)
    assert "no host 'hv07'" in refused("faults", "add", "hv07", "--kind", "refuse", directory=lab)
    assert "no at" in refused("faults", "add", "hv01", "--cmdlet", "Set-VM", "--at", "2", directory=lab)
    assert run("faults", "clear", "hv02", "c1", directory=lab).stdout == "1 removed\n"
    assert run("faults", "clear", directory=lab).stdout == "1 removed\n"


def test_a_refused_host_is_unreachable_until_cleared(lab: Path) -> None:
    port = inventory_host(lab, "hv01")["ansible_port"]
    run("faults", "add", "hv01", "--kind", "refuse", directory=lab)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
    run("faults", "clear", "hv01", directory=lab)
    socket.create_connection(("127.0.0.1", port), timeout=5).close()


def test_a_second_lab_in_the_directory_is_refused(lab: Path) -> None:
    assert "runs in" in refused("start", directory=lab)


def test_the_control_socket_wants_its_token(lab: Path) -> None:
    record = json.loads((lab / "lab.json").read_text())
    for message in (b'{"token": "wrong", "action": "stop"}\n', b"nonsense\n", b"\n"):
        with socket.create_connection(("127.0.0.1", record["control_port"]), timeout=5) as connection:
            connection.sendall(message)
            assert json.loads(connection.makefile().readline())["ok"] is False
    run("state", directory=lab)


@pytest.mark.parametrize("command", ["state", "inventory", "counters", "faults", "stop"])
def test_without_a_lab_each_command_says_so(tmp_path: Path, command: str) -> None:
    assert "no lab runs in" in refused(command, directory=tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_what_a_killed_lab_left_is_no_obstacle(tmp_path: Path) -> None:
    run("start", directory=tmp_path)
    os.kill(json.loads((tmp_path / "lab.json").read_text())["pid"], signal.SIGKILL)
    assert "gone without having been stopped" in refused("state", directory=tmp_path)
    run("start", directory=tmp_path)
    os.kill(json.loads((tmp_path / "lab.json").read_text())["pid"], signal.SIGKILL)
    run("start", directory=tmp_path)
    run("stop", directory=tmp_path)


def test_a_lab_with_declared_ports_can_be_stopped_and_started_again_at_once(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    topology = tmp_path / "estate.yml"
    topology.write_text(yaml.safe_dump({"hosts": [{"name": "hv01", "wire": {"http_port": port}}]}))
    for _ in range(2):
        started = run("start", "--topology", str(topology), directory=tmp_path / "lab")
        assert f"http://127.0.0.1:{port}/wsman" in started.stdout
        run("stop", directory=tmp_path / "lab")


def test_a_process_id_used_again_is_not_taken_for_a_lab(tmp_path: Path) -> None:
    record = {"pid": os.getpid(), "control_port": 1, "engine": "python", "topology": "", "hosts": {}}
    (tmp_path / "lab.json").write_text(json.dumps(record))
    (tmp_path / "control-token").write_text("old")
    run("start", directory=tmp_path)
    run("stop", directory=tmp_path)


def test_a_taken_port_is_named(tmp_path: Path, lab: Path) -> None:
    port = inventory_host(lab, "hv01")["ansible_port"]
    topology = tmp_path / "estate.yml"
    topology.write_text(yaml.safe_dump({"hosts": [{"name": "hv03", "wire": {"http_port": port}}]}))
    assert f"port {port} of host hv03" in refused("start", "--topology", str(topology), directory=tmp_path / "lab")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hosts: [{name: hv01, wire: {http_port: 80}}]", "'http_port' must be 0 or a port from 1024"),
        ("hosts: [{name: hv01, wire: {colour: red}}]", "unknown key of 'wire': colour"),
        ("hosts: [{name: hv01, colour: red}]", "colour"),
        ("hosts: {", "not YAML"),
    ],
)
def test_a_bad_topology_is_explained(tmp_path: Path, text: str, message: str) -> None:
    topology = tmp_path / "estate.yml"
    topology.write_text(text)
    finished = run("start", "--topology", str(topology), directory=tmp_path / "lab", check=False)
    assert finished.returncode == 1
    assert message in finished.stderr


def test_a_missing_topology_and_a_missing_powershell_are_explained(tmp_path: Path) -> None:
    missing = str(tmp_path / "none.yml")
    assert f"no topology file {missing}" in refused("start", "--topology", missing, directory=tmp_path)
    finished = run(
        *("start", "--engine", "powershell"),
        directory=tmp_path,
        environment={"HYPERV_LAB_POWERSHELL": str(tmp_path / "nothing")},
        check=False,
    )
    assert finished.returncode == 1
    assert "HYPERV_LAB_POWERSHELL" in finished.stderr


def test_in_the_foreground_a_signal_ends_it(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "hyperv_lab", "start", "--foreground", "--engine", "python", "--directory", tmp_path],
        env={**os.environ, "PYTHONPATH": str(PACKAGE_ROOT)},
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 30
    while not (tmp_path / "lab.json").exists():
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=15)
    assert process.returncode == 0
    assert not (tmp_path / "lab.json").exists()
