# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A simulated host for tests of the area `vm`, with switches and templates."""

from __future__ import annotations

import typing as t

from hyperv_lab.topology import load_topology

SWITCHES = ("lan", "back [2]")
TEMPLATE, OLD_TEMPLATE = "D:\\Templates\\server.vhdx", "D:\\Templates\\old.vhd"


def simulated_host(**more: t.Any) -> t.Any:
    """Return a new host; `more` are entries of its topology."""
    topology = {
        "clock": {"manual": True},
        "hosts": [
            {
                "name": "hv01",
                "cpus": 8,
                "memory": "64 GiB",
                "volumes": [{"letter": "C", "size": "128 GiB"}, {"letter": "D", "size": "1 TiB"}],
                "folders": ["D:\\Templates"],
                "switches": [{"name": name, "type": "private"} for name in SWITCHES],
                "disks": [
                    {"path": TEMPLATE, "size": "20 GiB", "used": "1 GiB"},
                    {"path": OLD_TEMPLATE, "size": "10 GiB"},
                ],
                "guest": {"boot_seconds": 20, "shutdown_seconds": 10},
                **more,
            }
        ],
    }
    return load_topology(topology).host("hv01")


def machine(host: t.Any, name: str) -> t.Any:
    """Return the simulated machine of a name."""
    (found,) = host.machines_named(name)
    return found
