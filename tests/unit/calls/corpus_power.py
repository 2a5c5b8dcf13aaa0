# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Declarations that use every option of power, on machines that the fleets of the corpus have made."""

from __future__ import annotations

import typing as t

#: Machines that are off stay off for `resumed`, and nothing is waited for: no guest of this host reports an address.
POWER: list[tuple[str, dict[str, t.Any]]] = [
    (
        "vm_power",
        {
            "groups": [
                {
                    "vms": ["many04"],
                    "wait_for": "port",
                    "network": ["10.0.0.0/8"],
                    "port": 22,
                    "wait_timeout": 300,
                    "delay": 1,
                },
                {"vms": ["many05"], "wait_for": "heartbeat"},
            ],
            "state": "resumed",
        },
    ),
    (
        "vm_power",
        {
            "name": "many04",
            "state": "resumed",
            "wait_for": "port",
            "port": 22,
            "network": ["10.0.0.0/8"],
            "wait_timeout": 300,
        },
    ),
    ("vm_power", {"vms": ["many04", "many05"], "state": "running", "parallel": 2}),
    ("vm_power", {"vms": ["many04", "many05"], "state": "paused"}),
    ("vm_power", {"name": "many04", "state": "resumed"}),
    ("vm_power", {"name": "many04", "state": "reset"}),
    ("vm_power", {"name": "many05", "state": "saved"}),
    (
        "vm_power",
        {"name": "many04", "state": "restarted", "stop_timeout": 0, "on_stop_timeout": "turn_off"},
    ),
    ("vm_power", {"vms": ["many04", "many05"], "state": "stopped", "turn_off": True}),
]
