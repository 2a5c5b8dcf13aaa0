# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A control node in front of a running lab: writes the inventory, runs tasks on the lab's hosts."""

from __future__ import annotations

import typing as t
from pathlib import Path

from hyperv_lab.running import Lab

from .playbook import PlaybookRun, run_playbook

Task = dict[str, t.Any]


class ControlNode:
    """Runs playbooks against a lab over one kind of connection.

    Attributes:
        lab: the running lab.
        directory: where inventory, playbooks and records go.
        connection: winrm or psrp.
    """

    def __init__(
        self, lab: Lab, directory: Path, *, connection: str = "winrm", transport: str = "ntlm", scheme: str = "http"
    ) -> None:
        self.lab = lab
        self.directory = directory
        self.connection = connection
        directory.mkdir(parents=True, exist_ok=True)
        self.inventory = lab.write_inventory(
            directory / f"inventory-{connection}-{transport}-{scheme}.yml",
            connection=connection,
            transport=transport,
            scheme=scheme,
        )

    def run(self, playbook: Path, *, check: bool = False, diff: bool = False, **options: t.Any) -> PlaybookRun:
        """Run a playbook file. `options` are those of `run_playbook`."""
        return run_playbook(playbook, self.inventory, self.directory, **_with_modes(options, check, diff))

    def run_tasks(
        self,
        *tasks: Task,
        hosts: str = "hyperv_hosts",
        play: t.Mapping[str, t.Any] | None = None,
        check: bool = False,
        diff: bool = False,
        **options: t.Any,
    ) -> PlaybookRun:
        """Run tasks in one play.

        Args:
            tasks: as in a playbook.
            hosts: host pattern.
            play: further keys of the play, such as vars or module_defaults.
            check, diff: as on the command line.
            options: those of `run_playbook`.
        """
        plays = [{"hosts": hosts, "gather_facts": False, **(play or {}), "tasks": list(tasks)}]
        return run_playbook(plays, self.inventory, self.directory, **_with_modes(options, check, diff))


def _with_modes(options: dict[str, t.Any], check: bool, diff: bool) -> dict[str, t.Any]:
    arguments = [*options.pop("arguments", ()), *(["--check"] if check else []), *(["--diff"] if diff else [])]
    return {**options, "arguments": arguments}
