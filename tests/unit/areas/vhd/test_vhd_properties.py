# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Random pairs of disks as they are and as they are declared, on the simulation."""

from __future__ import annotations

import os
import typing as t

from areas.hosts import GB, add_disk, add_machine, host_with_adapters
from areas.interruption import converge_despite_cuts, refused_without_change
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vhd import AREA
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.options import validated_options
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import BadInput
from hyperv_lab.simulation import checkpoints
from hyperv_lab.simulation.host import Host

EXAMPLES = int(os.environ.get("HYPERV_PROPERTY_EXAMPLES", "40"))

TEMPLATE = "D:\\templates\\golden [1].vhdx"
PATHS = ("D:\\a.vhdx", "D:\\disks\\b.vhdx", "D:\\disks\\deep er\\c [2].vhdx", "D:\\Büro\\d's.vhdx")
SIZES = (4, 10, 12)


@st.composite
def disks_there(draw: st.DrawFn) -> list[dict[str, t.Any]]:
    found: list[dict[str, t.Any]] = [{"path": TEMPLATE, "size": 10 * GB, "used": 2 * GB, "minimum_size": 3 * GB}]
    for path in draw(st.lists(st.sampled_from(PATHS), unique=True, max_size=3)):
        kind = draw(st.sampled_from(["fixed", "dynamic", "differencing"]))
        if kind == "differencing":
            parents = [disk["path"] for disk in found]
            found.append({"path": path, "parent": draw(st.sampled_from(parents))})
        else:
            found.append(
                {"path": path, "type": kind, "size": draw(st.sampled_from(SIZES)) * GB, "minimum_size": 3 * GB}
            )
    return found


WAYS = ("plain", "plain", "child", "copy", "absent", "converted", "merged", "mounted", "dismounted", "compacted")


@st.composite
def disks_declared(draw: st.DrawFn) -> list[dict[str, t.Any]]:
    declared: list[dict[str, t.Any]] = []
    for path in draw(st.lists(st.sampled_from((*PATHS, TEMPLATE)), unique=True, min_size=1, max_size=4)):
        entry: dict[str, t.Any] = {"path": path}
        way = draw(st.sampled_from(WAYS))
        source = draw(st.sampled_from((TEMPLATE, *PATHS, *(disk["path"] for disk in declared))))
        if way in ("absent", "merged", "dismounted"):
            entry["state"] = way
        elif way == "child":
            entry.update(parent=source, reparent=draw(st.booleans()))
            if entry["reparent"]:
                entry["ignore_id_mismatch"] = draw(st.booleans())
        elif way == "copy":
            entry["copy_of"] = source
        elif way == "converted":
            entry["convert_from"] = source
            entry["delete_source"] = draw(st.booleans())
        elif draw(st.booleans()):
            entry["type"] = draw(st.sampled_from(["fixed", "dynamic"]))
            entry["convert"] = draw(st.booleans())
        if way == "mounted":
            entry.update(state="mounted", read_only=draw(st.booleans()))
        if way == "compacted" and entry.get("type") != "fixed":
            entry["compact"] = {"when_grown": "1 GB", "mode": draw(st.sampled_from(["full", "prezeroed"]))}
        if way in ("plain", "compacted") or (way in ("child", "copy", "converted", "mounted") and draw(st.booleans())):
            entry["size"] = f"{draw(st.sampled_from(SIZES))} GB"
            entry["allow_shrink"] = draw(st.booleans())
        if way in ("plain", "converted", "child") and draw(st.booleans()):
            entry["physical_sector_size"] = draw(st.sampled_from([512, 4096]))
        if way == "plain" and draw(st.booleans()):
            entry["unique_identifier"] = True
        declared.append(entry)
    return declared


def host_with(disks: list[dict[str, t.Any]], state: str | None) -> Host:
    host = host_with_adapters((), free=50 * GB)
    for entry in disks:
        add_disk(host, entry)
    if state is not None:
        machine = add_machine(host, "web01", disks=[disks[-1]["path"]])
        if state != "off":
            machine.start()
        if state == "saved":
            machine.save()
        if state == "checkpoint":
            machine.turn_off()
            checkpoints.take(machine, "before")
    return host


def is_contradictory(options: dict[str, t.Any]) -> bool:
    try:
        AREA.declare(validated_options("vhd", options).values)
    except BadInput:
        return True
    return False


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(disks_there(), disks_declared(), st.sampled_from([None, None, None, "off", "running", "saved", "checkpoint"]))
def test_every_pair_is_reached_or_refused(
    there: list[dict[str, t.Any]], declared: list[dict[str, t.Any]], state: str | None
) -> None:
    options = {"disks": declared}
    host = host_with(there, state)
    if not is_contradictory(options) and not refused_without_change("vhd", host, options):
        converge_despite_cuts("vhd", host, options)
