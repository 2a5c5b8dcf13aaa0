# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The repository's own playbooks: those that ship, with the demonstration's estate, and the scenario for real hosts."""

from __future__ import annotations

from pathlib import Path

from ansible_runs.environment import REPOSITORY
from ansible_runs.ways import Way

PLAYBOOKS = REPOSITORY / "playbooks"
DEMONSTRATION = REPOSITORY / "tests" / "tools" / "demonstration" / "data_centre.yml"


def test_scenario_for_real_hosts(way: Way, folder: Path) -> None:
    with way.lab(folder) as node:
        untouched = sorted(node.lab.estate.host(node.lab.host_names[0]).machines)
        node.run(REPOSITORY / "tests" / "integration" / "estate.yml", diff=True).succeeded()
        host = node.lab.estate.host(node.lab.host_names[0])
        assert sorted(host.machines) == untouched and not host.switches
        assert not host.files.exists(r"D:\dcht\template.vhdx")


def test_estate_of_the_demonstration(folder: Path) -> None:
    """Twenty machines on two hosts: two exchanges with each to build, one to find that nothing differs."""
    variables = ["--extra-vars", f"@{PLAYBOOKS / 'vars' / 'demo_estate.yml'}"]
    with Way("winrm").lab(folder, DEMONSTRATION) as node:
        hosts = node.lab.host_names
        built = node.run(PLAYBOOKS / "estate.yml", arguments=variables).succeeded()
        again = node.run(PLAYBOOKS / "estate.yml", arguments=variables).succeeded()
        read = node.run(PLAYBOOKS / "report.yml").succeeded()
        names = [f"{hosts[0]}-{kind}{number:02d}" for kind in ("web", "app") for number in range(1, 6)]
        removed = node.run(
            PLAYBOOKS / "remove_machines.yml",
            arguments=["--limit", hosts[0]],
            variables={"remove_names": names, "remove_turn_off": True, "remove_disks": True},
        ).succeeded()
        assert not node.lab.estate.host(hosts[0]).machines
    assert len(hosts) == 2
    for host in hosts:
        assert built.result("Virtual machines", host)["exchanges"] == 2
        assert again.result("Virtual machines", host)["exchanges"] == 1
        machines = read.result("Read the virtual machines", host)["vms"]
        assert [machine["state"] for machine in machines] == ["running"] * 10
        assert sorted({machine["generation"] for machine in machines}) == [1, 2]
    assert not again.changed()
    assert removed.changed() == [f"{hosts[0]}: Remove the named machines"]
