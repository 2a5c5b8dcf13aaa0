# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Run one playbook with an installed collection: `python -m checks.installed_playbook COLLECTIONS FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from ansible_runs.control_node import ControlNode
from hyperv_lab.running import Lab


def main(collections: Path, folder: Path) -> None:
    """Build a switch, a disk and a machine twice with the collection in `collections`.

    Raises:
        AssertionError: the run fails, or finds nothing to do at first, or something the second time.
    """
    tasks = (
        {"name": "Switch", "datacenter.hyperv.switch": {"name": "installed", "type": "private"}},
        {"name": "Disk", "datacenter.hyperv.vhd": {"path": r"D:\installed.vhdx", "size": "10 GiB"}},
        {
            "name": "Machine",
            "datacenter.hyperv.vm": {
                "name": "installed",
                "disks": [{"slot": "scsi:0:0", "path": r"D:\installed.vhdx"}],
            },
        },
    )
    configuration = folder / "ansible.cfg"
    configuration.write_text("[defaults]\n", encoding="ascii")
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(collections), "ANSIBLE_CONFIG": str(configuration)}
    with Lab.start(directory=folder / "lab") as lab:
        node = ControlNode(lab, folder / "runs")
        first = node.run_tasks(*tasks, environment=environment, arguments=["-v"]).succeeded()
        print(first.output)
        assert len(first.changed()) == len(tasks), first.changed()
        second = node.run_tasks(*tasks, environment=environment).succeeded()
        assert not second.changed(), second.changed()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
