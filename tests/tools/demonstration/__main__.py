# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Build an estate on a lab with two hosts, again, and change it, with real ansible-playbook runs over WinRM."""

from __future__ import annotations

import shlex
import shutil
import sys
import time
from pathlib import Path

from rich.console import Console

from ansible_runs.control_node import ControlNode
from ansible_runs.environment import BUILD, REPOSITORY, link_collection
from ansible_runs.playbook import PlaybookRun
from hyperv_lab.running import Lab

from .account import account_table, machines_of

FOLDER = BUILD / "demo"
DATA_CENTRE = Path(__file__).with_name("data_centre.yml")
ESTATE = REPOSITORY / "playbooks" / "estate.yml"
REPORT = REPOSITORY / "playbooks" / "report.yml"
VARIABLES = REPOSITORY / "playbooks" / "vars" / "demo_estate.yml"
CHANGE = {"demo_data_size": "60 GiB", "demo_web01_maximum": "4 GiB"}


class Demonstration:
    """The runs of the demonstration, one after the other."""

    def __init__(self, lab: Lab, console: Console) -> None:
        self.lab = lab
        self.console = console
        self.node = ControlNode(lab, FOLDER)

    def run(self, title: str, *, change: bool = False, check: bool = False) -> PlaybookRun:
        """Run the estate's playbook and show it.

        Raises:
            SystemExit: it failed.
        """
        arguments = ["--extra-vars", f"@{VARIABLES}"]
        variables = CHANGE if change else {}
        self.console.rule(f"[bold]{title}")
        shown = ["ansible-playbook", "-i", "build/demo/" + self.node.inventory.name, "playbooks/estate.yml"]
        shown += ["-e", "@playbooks/vars/demo_estate.yml"]
        shown += [part for key, value in variables.items() for part in ("-e", f"{key}={value}")]
        shown += ["--check", "--diff"] if check else []
        self.console.print(f"[dim]$ {shlex.join(shown)}", soft_wrap=True, highlight=False)
        done = self.node.run(
            ESTATE,
            arguments=arguments,
            variables=variables,
            check=check,
            diff=check,
            show=True,
            environment={"ANSIBLE_FORCE_COLOR": "true"} if self.console.is_terminal else None,
        )
        if done.exit_code != 0:
            self.console.print(f"[bold red]ansible-playbook ended with exit code {done.exit_code}")
            raise SystemExit(1)
        return done


def main() -> int:
    """Run the demonstration and return the exit code."""
    console = Console(width=None if sys.stdout.isatty() else 120, highlight=False)
    started = time.monotonic()
    link_collection()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with Lab.start(DATA_CENTRE, engine="auto", directory=FOLDER / "lab") as lab:
        console.print(f"A simulated data centre, engine {lab.engine}. Its Hyper-V hosts answer WinRM:")
        for name, endpoint in lab.endpoints.items():
            console.print(f"  {name}  {endpoint.http_url}")
        demonstration = Demonstration(lab, console)
        first = demonstration.run("1. Build: switches, template disks, ten machines on each host")
        wire = lab.counters()
        second = demonstration.run("2. The same again: nothing differs")
        demonstration.run("3. A change, first as a plan: --check --diff", change=True, check=True)
        changed = demonstration.run("4. The change, made", change=True)
        console.rule("[bold]What stands now")
        read = demonstration.node.run(REPORT).succeeded()
        runs = {"build": first, "again": second, "change": changed}
        console.print(account_table(lab.host_names, machines_of(read), runs))
        requests = ", ".join(f"{counted['wsman']['requests']} to {name}" for name, counted in wire.items())
        times = ", ".join(f"{name} {run.usage.wall_seconds:.1f} s" for name, run in runs.items())
        console.print(f"\nansible-playbook took: {times}. WSMan requests of the building run: {requests}.")
        console.print(f"Everything took {time.monotonic() - started:.0f} s.")
        unchanged = not second.changed()
    if not unchanged:
        console.print("[bold red]The second run changed something; it should not have.")
        return 1
    console.print("\nNext: [bold]make lab[/bold] leaves such a data centre running for playbooks of your own.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
