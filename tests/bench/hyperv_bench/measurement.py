# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Build a fleet on a lab of its own and count what it takes."""

from __future__ import annotations

import dataclasses
import time
import typing as t
from pathlib import Path

from ansible_runs.control_node import ControlNode
from ansible_runs.playbook import PlaybookRun
from hyperv_lab.running import Lab

from .configuration import LatencyProfile
from .fleet import fleet, preparation, topology


@dataclasses.dataclass(frozen=True)
class Measurement:
    """One run of the fleet's task.

    Attributes:
        profile, settings, connection, machines: what was measured.
        run: first (everything is built) or second (nothing differs).
        changed: whether the task reported a change.
        exchanges: batches sent.
        requests, bytes_sent, bytes_received: on the wire, seen from the control node.
        cmdlet_calls: by name of the cmdlet.
        wall_seconds, cpu_seconds, peak_mebibytes: of ansible-playbook with all of its processes.
        lab_cpu_seconds: CPU time of the simulated host, which shares the machine with ansible-playbook.
    """

    profile: str
    settings: str
    connection: str
    machines: int
    run: str
    changed: bool
    exchanges: int
    requests: int
    bytes_sent: int
    bytes_received: int
    cmdlet_calls: dict[str, int]
    wall_seconds: float
    cpu_seconds: float
    peak_mebibytes: float
    lab_cpu_seconds: float

    @property
    def reading_calls(self) -> int:
        """Calls of cmdlets that read."""
        return sum(count for name, count in self.cmdlet_calls.items() if name.lower().startswith("get-"))

    @property
    def file_checks(self) -> int:
        """Calls of Test-Path: the file system is asked about each declared disk file.

        That takes no time to speak of.
        """
        return self.cmdlet_calls.get("Test-Path", 0)

    @property
    def changing_calls(self) -> int:
        """All other cmdlet calls."""
        return sum(self.cmdlet_calls.values()) - self.reading_calls - self.file_checks


def measure(size: int, connection: str, profile: LatencyProfile, directory: Path) -> tuple[Measurement, Measurement]:
    """Return the first and the second run of a fleet of this size.

    Raises:
        AssertionError: a run failed, with its output.
    """
    with Lab.start(topology(profile.topology()), directory=directory / "lab") as lab:
        node = ControlNode(lab, directory, connection=connection)
        node.run_tasks(*preparation()).succeeded()
        runs = []
        for name in ("first", "second"):
            lab.reset_counters()
            lab_before = time.process_time()  # the lab runs in this process
            done = node.run_tasks(fleet(size, profile.parallel, profile.settings), timeout=3600).succeeded()
            lab_seconds = time.process_time() - lab_before
            runs.append(_measurement(name, done, lab, lab_seconds, connection, size, profile))
        return runs[0], runs[1]


def _measurement(
    name: str, done: PlaybookRun, lab: Lab, lab_seconds: float, connection: str, size: int, profile: LatencyProfile
) -> Measurement:
    result = done.result("Fleet")
    (counted,) = lab.counters().values()
    wire: dict[str, t.Any] = counted["wsman"]
    return Measurement(
        profile=profile.name,
        settings=profile.settings,
        connection=connection,
        machines=size,
        run=name,
        changed=bool(result["changed"]),
        exchanges=int(result["exchanges"]),
        requests=int(wire["requests"]),
        bytes_sent=int(wire["bytes_in"]),
        bytes_received=int(wire["bytes_out"]),
        cmdlet_calls=dict(counted["cmdlets"]),
        wall_seconds=round(done.usage.wall_seconds, 2),
        cpu_seconds=round(done.usage.cpu_seconds, 2),
        peak_mebibytes=round(done.usage.peak_mebibytes, 1),
        lab_cpu_seconds=round(lab_seconds, 2),
    )
