# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Every option of every module through the real payload: the corpus that names each of them, run on PowerShell.

Collected where there is one. `tests/unit/calls` runs the same corpus on the Python engine and holds it to be complete.
"""

from __future__ import annotations

from area_harness import run_area
from calls.corpus import TASKS
from calls.corpus_host import corpus_host
from powershell_host import PowerShellHost
from simulated_hosts import COMPILED

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.difference import differing_paths
from hyperv_lab.engine.powershell import PowerShellEngine
from hyperv_lab.engine.powershell.finding import find_powershell
from hyperv_lab.simulation.clock import Clock

POWERSHELL = find_powershell()


def test_every_option_is_applied_as_forecast() -> None:
    """One test and not one for each task: each builds on what those before it made."""
    assert POWERSHELL is not None
    simulated = corpus_host()
    simulated.estate.clock = Clock(manual=False, speed=100)
    wrong: list[str] = []
    with PowerShellEngine(POWERSHELL, COMPILED) as engine, PowerShellHost(engine, simulated) as host:
        for module, options in TASKS:
            outcome = run_area(module, host, options)
            differing = differing_paths(outcome.plan.after, outcome.after)
            if differing:
                wrong.append(f"{module} {options}: {differing}")
    assert not wrong, "\n".join(wrong)
