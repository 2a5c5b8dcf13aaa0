# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the benchmark counts, in small.

Two machines (one of each generation) and twenty cost the same exchanges and the same reading.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from hyperv_bench.configuration import LatencyProfile
from hyperv_bench.measurement import Measurement, measure
from hyperv_bench.planning import planning_seconds


def reads(run: Measurement) -> dict[str, int]:
    """Return the calls of cmdlets that read."""
    return {name: count for name, count in run.cmdlet_calls.items() if name.startswith("Get-")}


@pytest.mark.parametrize(("connection", "settings"), [("winrm", "plain"), ("psrp", "plain"), ("winrm", "all")])
def test_twenty_machines_cost_what_two_cost(connection: str, settings: str, tmp_path: Path) -> None:
    profile = LatencyProfile("none", settings=settings)
    few_first, few_second = measure(2, connection, profile, tmp_path / "few")
    many_first, many_second = measure(20, connection, profile, tmp_path / "many")
    assert (few_first.changed, many_first.changed) == (True, True)
    assert (few_second.changed, many_second.changed) == (False, False)
    assert (few_first.exchanges, many_first.exchanges) == (2, 2)
    assert (few_second.exchanges, many_second.exchanges) == (1, 1)
    assert reads(many_second) == reads(few_second)
    assert many_second.changing_calls == few_second.changing_calls == 0
    assert many_second.requests <= few_second.requests + 2
    # Two exchanges are two reads of the same size each; what is added belongs to the machines that are built.
    assert many_first.requests <= few_first.requests + 6


def test_planning_is_quick() -> None:
    assert planning_seconds(100) < 2.0
