# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""VHD Sets."""

from __future__ import annotations

import pytest
from area_harness import SimulatedHost, converge
from areas.hosts import add_machine
from areas.interruption import converge_despite_cuts
from areas.vhd.disk_host import host_with_golden, names, refusals

SET = "D:\\d\\shared.vhds"


@pytest.mark.parametrize("kind", ["fixed", "dynamic"])
def test_set_is_made_grows_and_goes_with_its_data(kind: str) -> None:
    host = host_with_golden()
    done = converge("vhd", SimulatedHost(host), {"path": SET, "size": "10 GB", "type": kind})
    assert (done.result["disk"]["format"], done.result["disk"]["type"]) == ("vhdset", kind)
    assert len(names(host)) == 2
    converge("vhd", SimulatedHost(host), {"path": SET.upper(), "size": "12 GB"})
    machine = add_machine(host, "node1", disks=[SET])
    assert "VM node1" in refusals(host, path=SET, state="absent")["state"]
    machine.start()
    converge("vhd", SimulatedHost(host), {"path": SET, "size": "14 GB"})
    machine.turn_off()
    machine.settings.disks[0].path = None
    converge_despite_cuts("vhd", host, {"path": SET, "state": "absent"})
    converge("vhd", SimulatedHost(host), {"path": SET, "state": "absent"})
    assert names(host) == []
