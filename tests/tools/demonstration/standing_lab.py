# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""`make lab` and `make lab-stop`: a lab that goes on running, for playbooks of one's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console

from ansible_runs.environment import BUILD, REPOSITORY, link_collection

FOLDER = BUILD / "lab"
DATA_CENTRE = Path(__file__).with_name("data_centre.yml")
INVENTORY = FOLDER / "inventory.yml"

NEXT_STEPS = """
The lab is running. Its inventory is {inventory}. For example:

  . .venv/bin/activate
  ansible-playbook -i {inventory} playbooks/estate.yml -e @playbooks/vars/demo_estate.yml
  ansible-playbook -i {inventory} playbooks/report.yml
  PYTHONPATH=tests/lab python -m hyperv_lab state --directory build/lab

make lab-stop ends it; what was built is gone then.
"""


def _lab(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the lab's own program and return what it printed."""
    command = [sys.executable, "-m", "hyperv_lab", *arguments, "--directory", str(FOLDER)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "tests" / "lab")}
    return subprocess.run(command, env=environment, text=True, stdout=subprocess.PIPE, check=False)


def start(console: Console) -> int:
    """Start the lab, write and print the inventory."""
    link_collection()
    FOLDER.mkdir(parents=True, exist_ok=True)
    started = _lab("start", "--topology", str(DATA_CENTRE))
    console.print(started.stdout, end="", markup=False)
    if started.returncode != 0:
        return started.returncode
    inventory = _lab("inventory")
    if inventory.returncode != 0:
        return inventory.returncode
    INVENTORY.write_text(inventory.stdout, encoding="utf-8")
    console.print(inventory.stdout, markup=False)
    console.print(NEXT_STEPS.format(inventory=INVENTORY.relative_to(REPOSITORY)), markup=False)
    return 0


def stop(console: Console) -> int:
    """Stop the lab."""
    stopped = _lab("stop")
    console.print(stopped.stdout, end="", markup=False)
    return stopped.returncode


def main() -> int:
    """Start or stop, as the command line says."""
    console = Console(highlight=False, soft_wrap=True)
    return {"start": start, "stop": stop}[sys.argv[1]](console)


if __name__ == "__main__":
    sys.exit(main())
