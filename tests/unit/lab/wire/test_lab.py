# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The lab inside a Python program, as tests and the benchmark use it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from winrm.protocol import Protocol

from hyperv_lab.running import Lab
from hyperv_lab.topology import load_topology
from hyperv_lab.wire.faults import WireFault

TOPOLOGY = {
    "hosts": [
        {
            "name": "hv01",
            "accounts": [{"username": "Administrator", "password": "Lab-Passw0rd"}],
            "latencies": {"request": 0.001},
            "wire": {
                "authentication": ["negotiate"],
                "limits": {"max_shells_per_user": 1},
                "faults": [{"kind": "cut_request", "at": 50}],
            },
        }
    ]
}


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with Lab.start(TOPOLOGY, directory=tmp_path / "lab") as running:
        yield running


def client(lab: Lab) -> Protocol:
    login = lab.login("hv01")
    url = lab.endpoints["hv01"].http_url
    return Protocol(url, transport="ntlm", username=login.username, password=login.password, ca_trust_path=None)


def test_what_the_topology_declares_reaches_the_wire(lab: Lab) -> None:
    service = lab.service("hv01")
    assert service.limits.max_shells_per_user == 1
    assert lab.latency("hv01").request == 0.001
    assert lab.faults() == {"hv01": {1: WireFault("cut_request", at=50)}}
    assert lab.clear_faults() == 1


def test_requests_are_counted_in_the_hosts_own_counters(lab: Lab) -> None:
    protocol = client(lab)
    protocol.close_shell(protocol.open_shell())
    assert lab.counters()["hv01"]["wsman"]["actions"] == {"Create": 1, "Delete": 1}
    assert lab.estate.hosts["hv01"].counters.wsman["requests"] == 2
    lab.reset_counters()
    assert lab.counters()["hv01"]["wsman"]["requests"] == 0


def test_a_script_that_is_no_batch_is_refused_by_the_python_engine(lab: Lab) -> None:
    protocol = client(lab)
    shell = protocol.open_shell()
    command = protocol.run_command(shell, "PowerShell", ["-EncodedCommand", "MQAgACsAIAAxAA=="])
    output, error, code = protocol.get_command_output(shell, command)
    assert (output, code) == (b"", 1)
    assert b"only runs batches" in error


def test_the_inventory_can_be_written(lab: Lab, tmp_path: Path) -> None:
    path = lab.write_inventory(tmp_path / "hosts.yml", connection="psrp", group="lab")
    assert list(yaml.safe_load(path.read_text())["all"]["children"]) == ["lab"]
    with pytest.raises(ValueError, match="unknown connection"):
        lab.inventory(connection="ssh")


def test_faults_are_taken_as_plain_values(lab: Lab) -> None:
    number = lab.add_fault("hv01", {"kind": "refuse"})
    assert lab.faults()["hv01"][number] == WireFault("refuse")
    with pytest.raises(ValueError, match="unknown fault"):
        lab.add_fault("hv01", {"kind": "flood"})
    with pytest.raises(KeyError):
        lab.add_fault("hv09", {"kind": "refuse"})


def test_a_finished_estate_can_be_started_and_nothing_is_left_of_a_temporary_directory() -> None:
    estate = load_topology(TOPOLOGY)
    with Lab.start(estate) as lab:
        assert lab.estate is estate
        directory = lab.directory
        assert lab.certificate_authority.exists()
    assert not directory.exists()
    lab.close()


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown engine"):
        Lab.start(TOPOLOGY, engine="perl")
