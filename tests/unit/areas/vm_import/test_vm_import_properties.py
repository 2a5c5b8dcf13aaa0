# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Random exports, hosts and declarations, on the simulation, with cuts at every step.

Exports are made by vm_export, on the same host, and cut imports and other things lie about.
"""

from __future__ import annotations

import os
import typing as t

from area_harness import SimulatedHost, converge, run_area
from areas.hosts import GB, add_disk, add_machine, add_switch, host_with_adapters
from areas.interruption import CutHost, converge_despite_cuts, refused_without_change
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import RunFailed
from hyperv_lab.simulation import checkpoints, machine_store, transfer
from hyperv_lab.simulation.faults import Fault
from hyperv_lab.simulation.host import Host

EXAMPLES = int(os.environ.get("HYPERV_PROPERTY_EXAMPLES", "25"))
NAME = "web [1]"
EXPORTS = "D:\\Büro d's"


@st.composite
def estates(draw: st.DrawFn) -> dict[str, t.Any]:
    return {
        "state": draw(st.sampled_from(["off", "running", "saved"])),
        "disks": draw(st.integers(0, 2)),
        "checkpoints": draw(st.integers(0, 1)),
        "original": draw(st.booleans()),
        "switch": draw(st.booleans()),
        "missing": draw(st.booleans()),
        "others": draw(st.sampled_from([None, None, "planned", "file", "name"])),
        "before": draw(st.sampled_from([None, None, "cut", "failed", "done"])),
        "cut": draw(st.integers(0, 6)),
    }


@st.composite
def declared(draw: st.DrawFn) -> dict[str, t.Any]:
    mode = draw(st.sampled_from(["register", "restore", "copy"]))
    options: dict[str, t.Any] = {"path": draw(st.sampled_from([EXPORTS, f"{EXPORTS}\\{NAME}"])), "mode": mode}
    if mode == "copy" or draw(st.booleans()):
        options["name"] = draw(st.sampled_from([NAME, "copy"]))
    if mode != "register":
        options["vhd_destination_path"] = "D:\\Disks"
        if draw(st.booleans()):
            options["virtual_machine_path"] = "D:\\New"
    for option, value in (
        ("switches", {"lan": draw(st.sampled_from(["", "other"]))}),
        ("missing_disks", {"0.vhdx": ""}),
        ("allow_same_name", True),
        ("remove_planned", True),
    ):
        if draw(st.booleans()):
            options[option] = value
    return options


def host_with(entry: dict[str, t.Any], options: dict[str, t.Any]) -> Host:
    """Return a host with an export, and with what earlier runs and others have left on it."""
    host = host_with_adapters(())
    add_switch(host, {"name": "lan", "type": "private"})
    add_disk(host, {"path": "D:\\Templates\\server.vhdx", "size": 10 * GB, "used": GB})
    paths = [f"D:\\VMs\\{index}.vhdx" for index in range(entry["disks"])]
    for path in paths:
        add_disk(host, {"path": path, "parent": "D:\\Templates\\server.vhdx"})
    machine = add_machine(host, NAME, disks=paths, switch="lan")
    for _index in range(entry["checkpoints"]):
        checkpoints.take(machine, "a")
    if entry["state"] != "off":
        machine.start()
        if entry["state"] == "saved":
            machine.save()
    run_area("vm_export", SimulatedHost(host), {"name": [NAME], "path": EXPORTS})
    if not entry["original"]:
        machine.turn_off()
        for checkpoint in list(machine.checkpoints):
            checkpoints.remove(checkpoint)
        host.estate.advance(600)
        machine_store.remove_machine(machine)
    if not entry["switch"]:
        host.switches.clear()
        add_switch(host, {"name": "other", "type": "private"})
    before(host, entry, options)
    identifier = str(machine.id).upper()
    if entry["others"] == "planned" and machine.id not in host.machines:
        file = f"{EXPORTS}\\{NAME}\\Virtual Machines\\{identifier}.vmcx"
        transfer.compare(host, file, copies=False)
    elif entry["others"] == "file":
        host.files.make_directory("D:\\Disks")
        host.files.write("D:\\Disks\\server.vhdx", b"mine")
    elif entry["others"] == "name":
        add_machine(host, options.get("name", NAME))
    disk = f"{EXPORTS}\\{NAME}\\Virtual Hard Disks\\0.vhdx"
    in_use = any(drive.path == disk for each in host.machines.values() for drive in each.settings.disks)
    if entry["missing"] and host.files.exists(disk) and not in_use and not entry["checkpoints"]:
        host.files.remove(disk)
    return host


def before(host: Host, entry: dict[str, t.Any], options: dict[str, t.Any]) -> None:
    """Run the declaration before, in one of the ways in which it does not get to its end, or does."""
    if entry["before"] is None:
        return
    simulated = SimulatedHost(host)
    if entry["before"] == "cut":
        simulated = CutHost(host, steps_before_cut=entry["cut"])
    elif entry["before"] == "failed":
        host.faults.append(Fault("Import-VM", after=entry["cut"] > 3))
    try:
        run_area("vm_import", simulated, options)
    except RunFailed:
        pass
    host.faults.clear()


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(estates(), declared())
def test_every_declaration_is_reached_or_refused(entry: dict[str, t.Any], options: dict[str, t.Any]) -> None:
    host = host_with(entry, options)
    if refused_without_change("vm_import", host, options):
        return
    if options["mode"] == "register" and entry["missing"]:
        # Beside a planned VM of its id, it is compared under a new one, with other paths of its disks.
        # What that does not show ends the run with ImportChanged, and the next one sees it.
        finished_in_two_runs(host, options)
    else:
        converge_despite_cuts("vm_import", host, options)


def finished_in_two_runs(host: Host, options: dict[str, t.Any]) -> None:
    """Let a declaration converge after a run that may end with ImportChanged, or be refused then."""
    try:
        run_area("vm_import", SimulatedHost(host), options)
    except RunFailed as failure:
        assert failure.error is not None and failure.error.error_id == "ImportChanged,New-PlannedVM", str(failure)
        assert not host.planned
    if not refused_without_change("vm_import", host, options):
        converge("vm_import", SimulatedHost(host), options)
