# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""become, environment and defaults for the whole group: what Ansible offers for every task reaches ours, too."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_runs.ways import Way

SWITCH = {"name": "way", "type": "private"}


def test_become_environment_and_defaults(way: Way, folder: Path) -> None:
    with way.lab(folder) as node:
        host = node.lab.host_names[0]
        login = node.lab.login(host)
        become = {
            "become": True,
            "become_method": "ansible.builtin.runas",
            "become_user": login.username,
            "vars": {"ansible_become_password": login.password},
        }
        # PowerShell for Linux cannot log another user on: there the manifest is checked on the Python engine only.
        ways: dict[str, dict[str, t.Any]] = {"plain": {}, "environment": {"environment": {"ESTATE": "one"}}}
        if way.engine == "python":
            ways["become"] = become
        tasks: list[dict[str, t.Any]] = []
        for name, keywords in ways.items():
            present = {"datacenter.hyperv.switch": {**SWITCH, "name": f"way {name}"}, **keywords}
            tasks += [
                {"name": f"{name}, foretold", **present, "check_mode": True},
                {"name": f"{name}, made", **present},
                {"name": f"{name}, repeated", **present},
            ]
        run = node.run_tasks(*tasks, hosts=host).succeeded()
        for name in ways:
            foretold, made, repeated = (run.result(f"{name}, {step}") for step in ("foretold", "made", "repeated"))
            assert (foretold["changed"], made["changed"], repeated["changed"]) == (True, True, False)
            assert (foretold["exchanges"], made["exchanges"], repeated["exchanges"]) == (1, 2, 1)
        plain = run.result("plain, made")
        assert {key: value for key, value in plain.items() if key in ("changed", "exchanges")} == {
            "changed": True,
            "exchanges": 2,
        }


def test_defaults_of_the_action_group(folder: Path) -> None:
    with Way("winrm").lab(folder) as node:
        run = node.run_tasks(
            {"name": "Made", "datacenter.hyperv.switch": {"name": "grouped"}},
            {"name": "Removed", "datacenter.hyperv.switch": {"name": "grouped", "state": "absent"}},
            hosts=node.lab.host_names[0],
            play={"module_defaults": {"group/datacenter.hyperv.all": {"type": "private"}}},
        ).succeeded()
        assert run.result("Made")["switch"]["type"] == "private"
        assert run.changed() == [f"{node.lab.host_names[0]}: Made", f"{node.lab.host_names[0]}: Removed"]
