# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What metered machines used."""

from __future__ import annotations

from area_harness import SimulatedHost, run_area
from areas.vm.vm_host import machine, simulated_host

MB = 1024**2


def test_only_metered_machines_are_measured() -> None:
    host = simulated_host()
    disks = [{"slot": "ide:0:0", "path": "D:\\{name}.vhdx", "size": "3 GB"}]
    defaults = {"generation": 1, "memory": {"startup": "512 MB"}, "disks": disks, "state": "running"}
    entries = [{"name": "metered", "metering": True}, {"name": "other"}, {"name": "metered too"}]
    run_area("vm", SimulatedHost(host), {"defaults": defaults, "vms": entries})
    host.estate.advance(3600)
    simulated = SimulatedHost(host)
    found = run_area("vm_info", simulated, {"gather": ["usage"]}).result["vms_by_name"]
    assert found["other"]["usage"] is None and found["metered too"]["usage"] is None
    usage = found["metered"]["usage"]
    assert usage["seconds"] >= 3600
    assert usage["memory_average"] == usage["memory_maximum"] == 512 * MB
    assert usage["disk_allocation"] == 3 * 1024 * MB
    assert "usage" not in run_area("vm_info", simulated, {"gather": ["settings"]}).result["vms_by_name"]["metered"]
    run_area("vm", SimulatedHost(host), {"name": "metered", "metering": False})
    calls = len(simulated.batches)
    assert run_area("vm_info", simulated, {"gather": ["usage"]}).result["vms_by_name"]["metered"]["usage"] is None
    assert len(simulated.batches) == calls + 1, "no machine is metered, and nothing is asked twice"
    assert machine(host, "metered").metered_since is None
