# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Devices of the host go to a machine and back: foretold, made, repeated."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_runs.forecast import differences
from ansible_runs.ways import ENGINES, Way

GPU = r"\\?\PCI#VEN_10DE&DEV_25B6#1"
LOCATION = "PCIROOT(0)#PCI(0300)#PCI(0000)"
TOPOLOGY = {
    "hosts": [
        {
            "name": "hv01",
            "accounts": [{"username": "Administrator", "password": "Lab-Passw0rd"}],
            "volumes": [{"letter": "C", "size": "256 GiB"}, {"letter": "D", "size": "1 TiB"}],
            "virtual_sans": [{"name": "fabric-a"}, {"name": "fabric-b"}],
            "gpus": [{"name": GPU, "partitions": 2}],
            "pci_devices": [{"location": LOCATION, "memory": "8 GiB"}],
        }
    ]
}
LENT: dict[str, t.Any] = {
    "name": "compute01",
    "memory": {"startup": "2 GiB", "dynamic": False},
    "automatic_stop": {"action": "turn_off"},
    "memory_mapped_io": {"low": "1 GiB", "high": "32 GiB"},
    "fibre_channel_adapters": [
        {"san": "fabric-a"},
        {
            "san": "fabric-b",
            "wwn_set_a": {"node": "C003FF0000FFFF00", "port": "C003FF0000000001"},
            "wwn_set_b": {"node": "C003FF0000FFFF00", "port": "C003FF0000000002"},
        },
    ],
    "gpu_partitions": [{"gpu": GPU, "vram": {"minimum": 1, "optimal": 2, "maximum": 3}}],
    "assignable_devices": [{"location_path": LOCATION, "manage_host": True}],
    "state": "running",
}
RETURNED: dict[str, t.Any] = {
    "name": "compute01",
    "fibre_channel_adapters": [{"san": "fabric-a", "state": "absent"}],
    "gpu_partitions": [{"gpu": GPU, "vram": {"maximum": 9}}],
    "assignable_devices": [{"location_path": LOCATION, "manage_host": True, "state": "absent"}],
    "restart": "if_needed",
    "turn_off": True,
}


@pytest.mark.parametrize("engine", ENGINES)
def test_devices_of_the_host(engine: str, folder: Path) -> None:
    with Way("winrm", engine=engine).lab(folder, TOPOLOGY) as node:
        host = node.lab.estate.host("hv01")
        tasks: list[dict[str, t.Any]] = []
        for name, options in (("Lent", LENT), ("Returned", RETURNED)):
            call = {"datacenter.hyperv.vm": options}
            tasks += [{"name": f"{name}, foretold", "check_mode": True, **call}, {"name": f"{name}, made", **call}]
            tasks.append({"name": f"{name}, repeated", **call})
        info = {"datacenter.hyperv.vm_info": {"name": ["compute01"], "gather": ["host_devices"]}}
        run = node.run_tasks(*tasks[:3], {"name": "Read", **info}, *tasks[3:]).succeeded()
        for name in ("Lent", "Returned"):
            foretold, made = run.result(f"{name}, foretold"), run.result(f"{name}, made")
            assert foretold["changed"] and made["changed"] and not run.result(f"{name}, repeated")["changed"]
            assert not differences(foretold["after"], made["after"])
        (read,) = run.result("Read")["vms"]
        assert read["assignable_devices"] == [{"location_path": LOCATION}]
        assert read["gpu_partitions"][0]["gpu"] == GPU
        assert run.result("Returned, made")["vm"]["assignable_devices"][LOCATION] == {
            "assigned": False,
            "host": "in use",
        }
        (machine,) = host.machines.values()
        assert machine.state == "Running" and host.pci_devices[0].enabled
        assert [adapter.san for adapter in machine.settings.fibre_channel_adapters] == ["fabric-b"]
