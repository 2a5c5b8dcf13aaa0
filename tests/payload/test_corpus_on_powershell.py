# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Every option of every module through the real payload: the corpus that names each of them, run on PowerShell.

Collected where there is one. `tests/unit/calls` runs the same corpus on the Python engine and holds it to be complete.
"""

from __future__ import annotations

import pytest
from area_harness import SimulatedHost, run_area
from calls.corpus import TASKS
from calls.corpus_host import corpus_host
from powershell_host import PowerShellHost
from simulated_hosts import COMPILED

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.difference import differing_paths
from hyperv_lab.engine.powershell import PowerShellEngine
from hyperv_lab.engine.powershell.finding import find_powershell
from hyperv_lab.simulation.clock import Clock

POWERSHELL = find_powershell()
#: In parts, so that they can be run side by side: what each builds on comes from the Python engine.
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_every_option_is_applied_as_forecast_and_then_left_alone(part: int) -> None:
    assert POWERSHELL is not None
    first, last = (len(TASKS) * number // PARTS for number in (part, part + 1))
    simulated = corpus_host()
    for module, options in TASKS[:first]:
        run_area(module, SimulatedHost(simulated), options)
    clock = Clock(manual=False, speed=100)
    clock.advance(simulated.estate.clock.now())
    simulated.estate.clock = clock
    wrong: list[str] = []
    with PowerShellEngine(POWERSHELL, COMPILED) as engine, PowerShellHost(engine, simulated) as host:
        for module, options in TASKS[first:last]:
            outcome = run_area(module, host, options)
            differing = differing_paths(outcome.plan.after, outcome.after)
            if differing:
                wrong.append(f"{module} {options}: {differing}")
            again = run_area(module, host, options).plan
            if again.changed and options.get("state") not in ("reset", "restarted"):
                wrong.append(f"{module} {options}, again: {[planned.reasons for planned in again.steps]}")
    assert not wrong, "\n".join(wrong)
