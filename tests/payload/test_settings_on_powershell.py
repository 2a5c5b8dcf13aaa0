# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Every setting of a machine through the real payload: set, changed, left alone.

Collected where there is a PowerShell. `tests/unit/areas/vm/test_vm_setting_rows.py` does the same on the Python engine,
one setting at a time; here each has a machine of its own in one fleet, so that all of them take a dozen exchanges.
"""

from __future__ import annotations

import typing as t

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.vm.setting_values import VALUES, nested, value_in
from areas.vm.vm_host import simulated_host
from powershell_host import PowerShellHost
from simulated_hosts import COMPILED

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.settings import ROW_OF
from hyperv_lab.engine.powershell import PowerShellEngine
from hyperv_lab.engine.powershell.finding import find_powershell
from hyperv_lab.simulation.releases import RELEASES

POWERSHELL = find_powershell()
EVERYTHING = ["settings", "security", "key_protector", "integration_services", "com_ports", "disks", "boot_order"]


def machine_of(option: str) -> str:
    """The name of the machine that an option is tried on."""
    return option.replace(".", "-")


@pytest.mark.parametrize("generation", [1, 2])
def test_settings_are_set_changed_and_left_alone(generation: int) -> None:
    assert POWERSHELL is not None
    options = sorted(option for option, row in ROW_OF.items() if generation in row.setting.generations)
    host = simulated_host()
    host.windows = RELEASES["2025"]
    host.processor_pools.append("gold")
    host.memory_pools.append("gold")
    slot = "ide:0:0" if generation == 1 else "scsi:0:0"
    defaults = {
        "generation": generation,
        "memory": {"startup": "1 GB"},
        "disks": [{"slot": slot, "path": "D:\\{name}.vhdx", "size": "1 GB"}],
    }
    names = [machine_of(option) for option in options]
    run_area("vm", SimulatedHost(host), {"defaults": defaults, "vms": [{"name": name} for name in names]})

    with PowerShellEngine(POWERSHELL, COMPILED) as engine, PowerShellHost(engine, host) as real:

        def facts() -> dict[str, t.Any]:
            found = run_area("vm_info", real, {"name": names, "gather": EVERYTHING}).result["vms"]
            return {vm["name"]: vm for vm in found}

        for turn in (0, 1):
            declared = {option: VALUES[option][turn] for option in options}
            before = facts()
            entries = [{"name": machine_of(option), **nested(option, value)} for option, value in declared.items()]
            outcome = converge("vm", real, {"vms": entries})
            touched = {planned.target for planned in outcome.plan.steps}
            after = facts()
            for option, value in declared.items():
                name = machine_of(option)
                assert value_in(after[name], option) == value, option
                assert (f"vm {name}" in touched) is (value_in(before[name], option) != value), option
        before = facts()
        converge("vm", real, {"defaults": {"automatic_start": {"delay": 7}}, "vms": [{"name": name} for name in names]})
        after = facts()
        for name in names:
            before[name]["automatic_start"]["delay"] = 7
        assert after == before, "a setting that was left out was changed"
