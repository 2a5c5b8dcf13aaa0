# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The life of an estate: foretold, built, left alone, changed, removed."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_runs.control_node import ControlNode
from ansible_runs.forecast import differences
from ansible_runs.three_runs import assert_foretold_made_and_repeated, foretold_made_and_repeated
from ansible_runs.ways import Way

SWITCHES = {
    "switches": [
        {"name": "internal", "type": "internal", "notes": "lab"},
        {"name": "backend", "type": "private"},
    ]
}
TEMPLATE = {"path": r"D:\Templates\server.vhdx", "size": "40 GiB", "type": "dynamic"}
FLEET: dict[str, t.Any] = {
    "defaults": {
        "path": r"D:\VMs",
        "processor": {"count": 2},
        "memory": {"startup": "1 GiB", "dynamic": True, "minimum": "512 MiB", "maximum": "2 GiB"},
        "adapters": [{"name": "lan", "switch": "internal", "vlan": {"mode": "access", "id": 20}}],
        "state": "running",
    },
    "vms": [
        {
            "name": "web01",
            "generation": 2,
            "disks": [
                {"slot": "scsi:0:0", "path": r"D:\VMs\web01\os.vhdx", "parent": TEMPLATE["path"]},
                {"slot": "scsi:0:1", "path": r"D:\VMs\web01\data.vhdx", "size": "40 GiB"},
            ],
            "boot_order": ["disk scsi:0:0", "adapter lan"],
        },
        {
            "name": "app01",
            "generation": 1,
            "disks": [{"slot": "ide:0:0", "path": r"D:\VMs\app01\os.vhdx", "parent": TEMPLATE["path"]}],
            "notes": "first generation",
        },
    ],
}
CHANGED_FLEET: dict[str, t.Any] = {
    **FLEET,
    "defaults": {
        **FLEET["defaults"],
        "notes": "changed",
        "memory": {**FLEET["defaults"]["memory"], "maximum": "4 GiB"},
    },
}


def fingerprints(node: ControlNode) -> dict[str, t.Any]:
    """Return the state of every host, to be compared."""
    return {name: host.fingerprint() for name, host in node.lab.estate.hosts.items()}


def test_life_of_an_estate(way: Way, folder: Path) -> None:
    with way.lab(folder) as node:
        host = node.lab.host_names[0]
        build(node, host)
        change(node, host)
        remove(node, host)


def build(node: ControlNode, host: str) -> None:
    """Switches, a template and a fleet come into being as foretold, and a check run alone changes nothing."""
    untouched = fingerprints(node)
    checked = node.run_tasks(
        {"name": "Switches", "datacenter.hyperv.switch": SWITCHES}, hosts=host, check=True
    ).succeeded()
    assert checked.result("Switches")["changed"]
    assert fingerprints(node) == untouched
    built = node.run_tasks(
        *foretold_made_and_repeated("Switches", "switch", SWITCHES),
        *foretold_made_and_repeated("Template", "vhd", TEMPLATE),
        *foretold_made_and_repeated("Fleet", "vm", FLEET),
        {"name": "Read", "datacenter.hyperv.vm_info": {"name": ["web01", "app01"]}},
        hosts=host,
    ).succeeded()
    for name in ("Switches", "Template", "Fleet"):
        assert_foretold_made_and_repeated(built, name, host)
    read = built.result("Read")
    assert not read["changed"]
    assert sorted(machine["name"] for machine in read["vms"]) == ["app01", "web01"]
    assert {machine["state"] for machine in read["vms"]} == {"running"}
    other_hosts = {name: state for name, state in untouched.items() if name != host}
    assert {name: state for name, state in fingerprints(node).items() if name != host} == other_hosts


def change(node: ControlNode, host: str) -> None:
    """A change is shown by --check --diff as PowerShell, with its reasons, and then made."""
    task = {"name": "Change", "datacenter.hyperv.vm": CHANGED_FLEET}
    untouched = fingerprints(node)
    checked = node.run_tasks(task, hosts=host, check=True, diff=True).succeeded()
    assert fingerprints(node) == untouched
    foretold = checked.result("Change")
    assert foretold["changed"]
    shown = checked.output
    assert "Set-VMMemory" in shown and "memory.maximum" in shown and "web01" in shown
    changed = node.run_tasks(*foretold_made_and_repeated("Change", "vm", CHANGED_FLEET), hosts=host).succeeded()
    assert_foretold_made_and_repeated(changed, "Change", host)
    assert not differences(foretold["after"], changed.result("Change, made")["after"])


def remove(node: ControlNode, host: str) -> None:
    """Machines go and leave their disks; with delete_disks the disks go, too; a switch and a template go last."""
    estate_host = node.lab.estate.host(host)
    kept, deleted = r"D:\VMs\app01\os.vhdx", r"D:\VMs\web01\data.vhdx"
    removed = node.run_tasks(
        *foretold_made_and_repeated("Keep disks", "vm", {"name": "app01", "state": "absent", "turn_off": True}),
        *foretold_made_and_repeated(
            "Delete disks", "vm", {"name": "web01", "state": "absent", "turn_off": True, "delete_disks": True}
        ),
        *foretold_made_and_repeated("Disk", "vhd", {"path": kept, "state": "absent"}),
        *foretold_made_and_repeated("Template", "vhd", {"path": TEMPLATE["path"], "state": "absent"}),
        *foretold_made_and_repeated("Switch", "switch", {"name": "backend", "state": "absent"}),
        {"name": "Read", "datacenter.hyperv.vm_info": {}},
        hosts=host,
    ).succeeded()
    for name in ("Keep disks", "Delete disks", "Disk", "Template", "Switch"):
        assert_foretold_made_and_repeated(removed, name, host)
    assert removed.result("Read")["vms"] == []
    for path in (kept, deleted, str(TEMPLATE["path"])):
        assert not estate_host.files.exists(path)
