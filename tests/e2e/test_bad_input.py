# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Bad input: each kind has its own clear message that names the option, and nothing is changed."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_runs.bad_input import Bad, assert_refused
from ansible_runs.control_node import ControlNode
from ansible_runs.ways import Way
from hyperv_lab.cmdlets.calls import CmdletCall
from hyperv_lab.cmdlets.invoke import invoke
from hyperv_lab.simulation.estate import Session

TOPOLOGY = {
    "hosts": [
        {
            "name": "hv01",
            "accounts": [{"username": "Administrator", "password": "Lab-Passw0rd"}],
            "volumes": [
                {"letter": "C", "size": "256 GiB"},
                {"letter": "D", "size": "4 TiB"},
                {"letter": "E", "size": "4 GiB"},
            ],
        }
    ]
}
EXISTING = {
    "name": "existing",
    "generation": 2,
    "memory": {"startup": "1 GiB"},
    "disks": [{"slot": "scsi:0:0", "path": r"D:\Disks\existing.vhdx", "size": "20 GiB"}],
    "state": "running",
}


def new_machine(**options: t.Any) -> dict[str, t.Any]:
    """Return a declaration of a machine that is good but for the given options."""
    return {"name": "fresh", "generation": 2, "memory": {"startup": "1 GiB"}, **options}


def disk(slot: str, path: str = r"D:\Disks\fresh.vhdx", **options: t.Any) -> dict[str, t.Any]:
    """Return a declaration of a disk."""
    return {"slot": slot, "path": path, "size": "10 GiB", **options}


BAD = (
    Bad("unknown option", new_machine(procesor={"count": 2}), r"procesor.*processor"),
    Bad("unknown option inside", new_machine(memory={"start": "1 GiB"}), r"memory\.start"),
    Bad(
        "unknown option in a fleet",
        {"vms": [new_machine(adapters=[{"name": "a", "swich": "x"}])]},
        r"vms\[0\]\.adapters\[0\]\.swich",
    ),
    Bad("wrong type", new_machine(processor={"count": "many"}), r"processor\.count.*many"),
    Bad("wrong choice", new_machine(state="sleeping"), r"state.*sleeping"),
    Bad("decimal fraction", new_machine(memory={"startup": "1.5 GiB"}), r"memory\.startup.*1\.5 GiB"),
    Bad("unknown unit", new_machine(memory={"startup": "2 Gibibytes"}), r"memory\.startup.*Gibibytes"),
    Bad(
        "minimum above startup",
        new_machine(memory={"startup": "1 GiB", "dynamic": True, "minimum": "2 GiB", "maximum": "4 GiB"}),
        r"memory\.minimum.*start-up",
    ),
    Bad("generation of an existing machine", {"name": "existing", "generation": 1}, r"generation"),
    Bad("IDE on generation 2", new_machine(disks=[disk("ide:0:0")]), r"disks\[0\]\.slot.*IDE"),
    Bad(
        "start from SCSI on generation 1",
        new_machine(generation=1, disks=[disk("scsi:0:0")], boot_order=["disk scsi:0:0"]),
        r"boot_order\[0\]",
    ),
    Bad(
        "two disks in one slot",
        new_machine(disks=[disk("scsi:0:0"), disk("scsi:0:0", r"D:\Disks\b.vhdx")]),
        r"disks\[1\]",
    ),
    Bad("one file in two slots", new_machine(disks=[disk("scsi:0:0"), disk("scsi:0:1")]), r"disks\[1\]\.path"),
    Bad("two adapters of one name", new_machine(adapters=[{"name": "lan"}, {"name": "LAN"}]), r"adapters\[1\]"),
    Bad("line break in a name", new_machine(name="two\nlines"), r"name.*line break"),
    Bad("300 characters", new_machine(name="n" * 300), r"name.*300 characters"),
    Bad("missing switch", new_machine(adapters=[{"name": "lan", "switch": "nowhere"}]), r"nowhere"),
    Bad(
        "missing parent",
        new_machine(disks=[{"slot": "scsi:0:0", "path": r"D:\Disks\fresh.vhdx", "parent": r"D:\none.vhdx"}]),
        r"D:\\none\.vhdx",
    ),
    Bad(
        "parent in use for writing",
        new_machine(disks=[{"slot": "scsi:0:0", "path": r"D:\Disks\fresh.vhdx", "parent": r"D:\Disks\existing.vhdx"}]),
        r"existing",
    ),
    Bad("two machines of one name on the host", {"name": "twin", "notes": "which?"}, r"twin"),
    Bad("one name twice in a task", {"vms": [{"name": "web"}, {"name": "WEB"}]}, r"vms\[1\]\.name.*twice"),
    Bad("full volume", {"path": r"E:\full.vhdx", "size": "50 GiB", "type": "fixed"}, r"E:", "vhd"),
    Bad("size of a disk", {"path": r"D:\a.vhdx", "size": "10.5 GB"}, r"size.*10\.5 GB", "vhd"),
    Bad("no size", {"path": r"D:\a.vhdx"}, r"size", "vhd"),
    Bad("adapter that is not there", {"name": "outside", "type": "external", "adapters": ["none"]}, r"none", "switch"),
)

#: Names that Hyper-V takes, though PowerShell would give them a meaning.
ODD_NAMES = (
    "web*",
    "[abc]?",
    'it\'s "quoted"',
    "`back$(tick)",
    "${env:TEMP}; Remove-Item C:\\",
    "Größe-ß-日本語-\U0001f600",
    "n" * 100,
)


def test_bad_input(folder: Path) -> None:
    with Way("psrp").lab(folder, TOPOLOGY) as node:
        host = node.lab.estate.host("hv01")
        node.run_tasks({"name": "Existing", "datacenter.hyperv.vm": EXISTING}).succeeded()
        for _ in range(2):
            parameters: dict[str, t.Any] = {"Name": "twin", "MemoryStartupBytes": 1 << 30, "NoVHD": True}
            invoke(
                host, CmdletCall("Hyper-V", "New-VM", "No VHD", parameters, Session("Administrator", "hv01", "direct"))
            )
        assert_refused(node, BAD)


def test_odd_names_that_are_legal(way: Way, folder: Path) -> None:
    """Wildcards, quotes and foreign letters are names like others, for machines and for switches."""
    with way.lab(folder) as node:
        fleet = {
            "defaults": {"generation": 2, "memory": {"startup": "512 MiB"}},
            "vms": [
                {"name": name, "notes": f"notes of {name}", "adapters": [{"name": name, "switch": name}]}
                for name in ("plain", *ODD_NAMES)
            ],
        }
        changed = {**fleet, "vms": [{"name": "web*", "notes": "only this one"}]}
        check_odd_names(node, fleet, changed)


def check_odd_names(node: ControlNode, fleet: dict[str, t.Any], changed: dict[str, t.Any]) -> None:
    """Build machines of odd names, change the one that looks like a pattern, and see that the others stay."""
    # A playbook's text is templated, and none of the names is meant as a template.
    names = [machine["name"] for machine in fleet["vms"]]
    switches = {"switches": [{"name": name, "type": "private"} for name in names]}
    run = node.run_tasks(
        {"name": "Switches", "datacenter.hyperv.switch": switches},
        {"name": "Fleet", "datacenter.hyperv.vm": fleet},
        {"name": "Again", "datacenter.hyperv.vm": fleet},
        {"name": "One", "datacenter.hyperv.vm": changed},
        {"name": "Read", "datacenter.hyperv.vm_info": {}},
    ).succeeded()
    assert run.result("Fleet")["changed"] and not run.result("Again")["changed"]
    assert {step["target"] for step in run.result("One")["plan"]} - {"host"} == {"vm web*"}
    notes = {machine["name"]: machine["notes"] for machine in run.result("Read")["vms"]}
    assert notes == {name: "only this one" if name == "web*" else f"notes of {name}" for name in names}
