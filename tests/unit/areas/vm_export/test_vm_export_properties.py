# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Random VMs, exports that are there, and declarations, on the simulation, with cuts at every step."""

from __future__ import annotations

import os
import typing as t

from area_harness import SimulatedHost, run_area
from areas.hosts import GB, add_disk, add_machine, host_with_adapters
from areas.interruption import CutHost, converge_despite_cuts, refused_without_change
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import ApplyInterrupted
from hyperv_lab.simulation import checkpoints
from hyperv_lab.simulation.host import Host

EXAMPLES = int(os.environ.get("HYPERV_PROPERTY_EXAMPLES", "25"))
NAMES = ("web01", "web [2]", "Büro d's")
THINGS = ("nothing", "whole", "cut", "damaged", "other", "other_staging")


@st.composite
def machines(draw: st.DrawFn) -> list[dict[str, t.Any]]:
    return [
        {
            "name": name,
            "state": draw(st.sampled_from(["off", "running", "saved"])),
            "disks": draw(st.integers(0, 2)),
            "checkpoints": draw(st.integers(0, 2)),
            "merging": draw(st.booleans()),
            "there": draw(st.sampled_from(THINGS)),
            "cut": draw(st.integers(0, 5)),
            "changed": draw(st.booleans()),
        }
        for name in draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=2))
    ]


@st.composite
def declared(draw: st.DrawFn) -> dict[str, t.Any]:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=3))
    options: dict[str, t.Any] = {"name": names, "path": draw(st.sampled_from(["D:\\Ex [1]", "D:\\Exports\\deep er"]))}
    if draw(st.booleans()):
        return {**options, "state": "absent"} if draw(st.booleans()) else options
    options["current"] = draw(st.booleans())
    options["newer_than"] = draw(st.sampled_from(["30m", "2d"]))
    options["live_state"] = draw(st.sampled_from(["crash_consistent", "saved_state"]))
    options["merge_timeout"] = draw(st.sampled_from([0, 600]))
    return options


def host_with(entries: list[dict[str, t.Any]], path: str) -> Host:
    """Return a host with these machines, and with what there is at the places of their exports."""
    host = host_with_adapters(())
    add_disk(host, {"path": "D:\\Templates\\server.vhdx", "size": 10 * GB, "used": GB})
    for number, entry in enumerate(entries):
        disks = [f"D:\\VMs\\{number}\\{index}.vhdx" for index in range(entry["disks"])]
        for disk in disks:
            add_disk(host, {"path": disk, "parent": "D:\\Templates\\server.vhdx"})
        machine = add_machine(host, entry["name"], disks=disks)
        for index in range(entry["checkpoints"]):
            checkpoints.take(machine, f"checkpoint {index}")
        place(host, entry, path)
    host.estate.advance(3600)
    for entry in entries:
        machine = host.machines_named(entry["name"])[0]
        if entry["changed"]:
            machine.start()
            machine.turn_off()
        if entry["merging"] and machine.checkpoints:
            checkpoints.remove(machine.checkpoints[-1])
        elif entry["state"] != "off":
            machine.start()
            if entry["state"] == "saved":
                machine.save()
    return host


def place(host: Host, entry: dict[str, t.Any], path: str) -> None:
    """Put what is there already at the place of an export."""
    folder = f"{path}\\{entry['name']}"
    options = {"name": [entry["name"]], "path": path}
    if entry["there"] in ("whole", "damaged"):
        run_area("vm_export", SimulatedHost(host), options)
    if entry["there"] == "damaged":
        manifest = host.files.entry(f"{folder}\\Virtual Machines").children
        host.files.remove(next(iter(manifest.values())).path)
    if entry["there"] == "cut":
        try:
            run_area("vm_export", CutHost(host, steps_before_cut=entry["cut"]), options)
        except ApplyInterrupted:
            pass
    if entry["there"] == "other":
        host.files.make_directory(f"{folder}\\something")
    if entry["there"] == "other_staging":
        host.files.make_directory(f"{folder}.partial")


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(machines(), declared())
def test_every_declaration_is_reached_or_refused(there: list[dict[str, t.Any]], options: dict[str, t.Any]) -> None:
    host = host_with(there, options["path"])
    if not refused_without_change("vm_export", host, options):
        converge_despite_cuts("vm_export", host, options)
