# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Through ansible-runner, which is how AWX and Automation Controller start playbooks."""

from __future__ import annotations

import json
import shutil
import typing as t
from pathlib import Path

import ansible_runner
import pytest

from ansible_runs.environment import REPOSITORY, ansible_environment
from ansible_runs.ways import Way

TEMPLATE = r"D:\Templates\server.vhdx"


@pytest.fixture
def private_data(folder: Path) -> Path:
    """The folder that ansible-runner works on: project, inventory, env."""
    for name in ("project", "inventory", "env"):
        (folder / "runner" / name).mkdir(parents=True)
    for playbook in (REPOSITORY / "playbooks").glob("*.yml"):
        shutil.copy(playbook, folder / "runner" / "project")
    return folder / "runner"


def run(private_data: Path, playbook: str, **options: t.Any) -> ansible_runner.Runner:
    """Run a playbook and return the finished runner."""
    settings = {"idle_timeout": 600}
    variables = {key: value for key, value in ansible_environment().items() if key.startswith(("ANSIBLE_", "PATH"))}
    finished = ansible_runner.run(
        private_data_dir=str(private_data),
        playbook=playbook,
        envvars={**variables, "ANSIBLE_NOCOLOR": "true"},
        settings=settings,
        quiet=True,
        suppress_env_files=True,
        **options,
    )
    assert isinstance(finished, ansible_runner.Runner)
    return finished


def answers_to(survey: str) -> dict[str, t.Any]:
    """Return the answers that AWX gives when nothing is filled in: the defaults, or empty texts."""
    content = json.loads((REPOSITORY / "playbooks" / "surveys" / f"{survey}.json").read_text(encoding="utf-8"))
    return {question["variable"]: question["default"] for question in content["spec"]}


def test_survey_for_a_template(private_data: Path, folder: Path) -> None:
    answers = answers_to("template") | {
        "template_name": "server",
        "template_version": "2026-11",
        "template_size": "40 GiB",
    }
    with Way("winrm").lab(folder) as node:
        shutil.copy(node.inventory, private_data / "inventory" / "hosts.yml")
        made = run(private_data, "template.yml", extravars=answers)
        assert made.stats["changed"] == {node.lab.host_names[0]: 1} and not made.stats["failures"]
        again = run(private_data, "template.yml", extravars={**answers, "template_retired": "2026-05\n2026-08\n"})
        assert not again.stats["changed"] and not again.stats["failures"]
        refused = run(private_data, "template.yml", extravars={**answers, "template_renew": "true"})
        assert refused.status == "failed", "it has no source to be made from"


def test_surveys_for_a_fleet_and_its_end(private_data: Path, folder: Path) -> None:
    survey = answers_to("fleet") | {
        "vm_fleet_prefix": "web",
        "vm_fleet_count": 3,
        "vm_fleet_switch": "tenant",
        "vm_fleet_template": TEMPLATE,
    }
    with Way("psrp").lab(folder) as node:
        shutil.copy(node.inventory, private_data / "inventory" / "hosts.yml")
        host = node.lab.host_names[0]
        node.run_tasks(
            {"name": "Switch", "datacenter.hyperv.switch": {"name": "tenant", "type": "private"}},
            {"name": "Template", "datacenter.hyperv.vhd": {"path": TEMPLATE, "size": "40 GiB"}},
        ).succeeded()

        checked = run(private_data, "fleet.yml", extravars=survey, cmdline="--check --diff")
        assert (checked.status, checked.rc) == ("successful", 0)
        assert checked.stats["changed"] == {host: 1}
        made = run(private_data, "fleet.yml", extravars=survey)
        assert made.stats["changed"] == {host: 1} and not made.stats["failures"]
        again = run(private_data, "fleet.yml", extravars=survey)
        assert not again.stats["changed"] and not again.stats["failures"]
        results = [event["event_data"]["res"] for event in again.events if event["event"] == "runner_on_ok"]
        assert json.dumps(results), "what AWX stores is JSON"
        assert [result["exchanges"] for result in results if "exchanges" in result] == [1]

        removed = run(private_data, "remove_machines.yml", extravars={"remove_names": ["web01", "web02", "web03"]})
        assert removed.status == "failed", "running machines are not turned off unless that is asked for"

        going = answers_to("decommission") | {
            "decommission_names": "web01\nWEB03\n",
            "decommission_export": "D:\\Exports",
        }
        untouched = node.lab.estate.host(host).fingerprint()
        listed = run(private_data, "decommission.yml", extravars=going)
        assert not listed.stats["changed"] and not listed.stats["failures"]
        assert node.lab.estate.host(host).fingerprint() == untouched
        # Their disks are blank, so no guest can be asked to shut down.
        confirmed = {
            **going,
            "decommission_confirmed": "true",
            "decommission_delete_disks": "true",
            "decommission_turn_off": "true",
        }
        gone = run(private_data, "decommission.yml", extravars=confirmed)
        assert gone.stats["changed"] and not gone.stats["failures"]
        assert [machine.name for machine in node.lab.estate.host(host).machines.values()] == ["web02"]
        assert not run(private_data, "decommission.yml", extravars=confirmed).stats["changed"]

        incomplete = run(private_data, "fleet.yml", extravars={**survey, "vm_fleet_count": 0})
        assert incomplete.status == "failed"
