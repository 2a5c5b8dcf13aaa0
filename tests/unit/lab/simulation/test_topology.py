# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Topologies: what they can say, and how mistakes are refused."""

from __future__ import annotations

import re
import time
import typing as t
from pathlib import Path

import pytest
import yaml

from hyperv_lab.topology import TopologyError, default_topology, load_topology

ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests" / "lab" / "topologies").glob("*.yml")), ids=lambda path: path.stem
)
def test_the_topologies_that_come_along_load(path: Path) -> None:
    for host in load_topology(path).hosts.values():
        assert host.accounts and {"C", "D"} <= set(host.volumes)


def test_the_example_of_the_page_loads() -> None:
    page = (ROOT / "docs" / "lab.md").read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(clock:.*?)```", page, re.DOTALL)
    assert example is not None
    host = load_topology(yaml.safe_load(example.group(1))).host("hv01")
    (machine,) = host.machines.values()
    assert machine.state == "Running" and machine.settings.adapters[0].switch is not None
    assert host.language.hard_drive == "Festplatte" and host.files.read("D:\\notes.txt") == b"hello"


def test_a_small_estate_is_made_in_under_five_milliseconds() -> None:
    topology = {"clock": {"manual": True}, "hosts": [{"name": "hv01"}]}
    taken = []
    for _ in range(20):
        began = time.process_time()
        load_topology(topology)
        taken.append(time.process_time() - began)
    assert min(taken) < 0.005


def test_the_default_has_an_account() -> None:
    assert load_topology(default_topology()).host("hv01").accounts


def test_machines_and_their_states() -> None:
    topology: dict[str, t.Any] = {
        "clock": {"manual": True},
        "hosts": [
            {
                "name": "a",
                "volumes": [{"letter": "D", "size": "1 TiB"}],
                "switches": [{"name": "s", "type": "private"}],
                "machines": [
                    {"name": state, "state": state, "generation": 1 + number % 2, "switch": "s"}
                    for number, state in enumerate(STATES)
                ],
            }
        ],
    }
    host = load_topology(topology).host("a")
    assert sorted(machine.state.casefold() for machine in host.machines.values()) == sorted(STATES)


STATES = ("off", "running", "saved", "paused")


@pytest.mark.parametrize(
    ("host", "place"),
    [
        ({"colour": "red"}, "colour"),
        ({"release": "2012"}, "release"),
        ({"cpus": 0}, "cpus"),
        ({"memory": "1.5 GiB"}, "memory"),
        ({"memory": "5 parsec"}, "memory"),
        ({"culture": "xx-XX"}, "culture"),
        ({"volumes": [{"letter": "D"}]}, "volumes[0].size"),
        ({"volumes": {}}, "volumes"),
        ({"nics": [{}]}, "nics[0].name"),
        ({"mac_range": ["00155D000000"]}, "mac_range"),
        ({"switches": [{"name": "s", "type": "external"}]}, "switches[0].nics"),
        ({"switches": [{"name": "s", "type": "external", "nics": ["none"]}]}, "switches[0]"),
        ({"disks": [{"path": "C:\\a.vhdx"}]}, "disks[0].size"),
        ({"disks": [{"path": "C:\\a.vhdx", "parent": "C:\\b.vhdx"}]}, "disks[0]"),
        ({"disks": [{"path": "Z:\\a.vhdx", "size": "1 GiB"}]}, "disks[0]"),
        ({"files": [{"path": "C:\\a", "size": "9 TiB"}]}, "files[0]"),
        ({"folders": ["Z:\\x"]}, "folders"),
        ({"machines": [{"name": "m", "state": "asleep"}]}, "machines[0].state"),
        ({"machines": [{"name": "m", "switch": "none"}]}, "machines[0].switch"),
        ({"machines": [{"name": "m", "memory": "9 TiB", "state": "running"}]}, "machines[0]"),
        ({"services": {"vmms": "Broken"}}, "services.vmms"),
        ({"faults": [{"call": 1}]}, "faults[0].cmdlet"),
        ({"faults": [{"cmdlet": "Get-Vmm"}]}, "faults[0].cmdlet"),
        ({"latencies": {"cmdlets": {"Get-Vmm": 1}}}, "latencies.cmdlets.Get-Vmm"),
        ({"faults": [{"cmdlet": "Get-VM", "hresult": "x"}]}, "faults[0].hresult"),
        ({"latencies": {"cmdlet": -1}}, "latencies.cmdlet"),
        ({"timings": {"merge_seconds": "long"}}, "timings.merge_seconds"),
        ({"guest": {"boot_seconds": "long"}}, "guest.boot_seconds"),
        ({"wire": {"http_port": 80}}, "wire"),
    ],
)
def test_mistakes_are_refused_with_their_place(host: dict[str, t.Any], place: str) -> None:
    with pytest.raises(TopologyError) as caught:
        load_topology({"hosts": [{"name": "hv01", **host}]})
    assert place in str(caught.value)


@pytest.mark.parametrize(
    "topology", [{}, {"hosts": []}, {"hosts": [{}]}, {"hosts": [{"name": "a"}, {"name": "A"}]}, {"hosts": {"a": {}}}]
)
def test_estates_that_cannot_be(topology: dict[str, t.Any]) -> None:
    with pytest.raises(TopologyError):
        load_topology(topology)


def test_what_is_no_yaml(tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    path.write_text("hosts: [")
    with pytest.raises(TopologyError):
        load_topology(path)
