# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Random machines and places, with cuts, on the simulation."""

from __future__ import annotations

import typing as t

from areas.hosts import GB, add_disk, add_machine, host_with_adapters
from areas.interruption import converge_despite_cuts, refused_without_change
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.storage_move import AREA
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.options import BadOptions, validated_options
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import BadInput
from hyperv_lab.simulation import checkpoints
from hyperv_lab.simulation.files import Volume
from hyperv_lab.simulation.host import Host

GOLDEN = "D:\\t\\golden.vhdx"
FOLDERS = ("E:\\new", "e:\\NEW\\", "D:\\VMs", "E:\\Büro [1]\\{name}", "F:\\small")


@st.composite
def hosts(draw: st.DrawFn) -> Host:
    host = host_with_adapters((), free=200 * GB)
    host.files.add_volume(Volume("E", 60 * GB))
    host.files.add_volume(Volume("F", 2 * GB))
    add_disk(host, {"path": GOLDEN, "size": 10 * GB, "used": GB})
    for name in ("web", "web1"):
        disks = []
        for number in range(draw(st.integers(0, 3))):
            path = f"D:\\VMs\\{name}\\{number}.vhdx"
            kind = draw(st.sampled_from(["child", "fixed", "dynamic"]))
            add_disk(
                host, {"path": path, "parent": GOLDEN} if kind == "child" else {"path": path, "size": GB, "type": kind}
            )
            disks.append(path)
        machine = add_machine(host, name, disks=disks)
        for action in draw(st.lists(st.sampled_from(["start", "save", "checkpoint", "restore"]), max_size=4)):
            if action == "start" and machine.state in ("Off", "Saved"):
                machine.start()
            elif action == "save" and machine.state == "Running":
                machine.save()
            elif action == "checkpoint":
                checkpoints.take(machine, None)
            elif action == "restore" and machine.checkpoints:
                checkpoints.restore(draw(st.sampled_from(machine.checkpoints)))
    return host


@st.composite
def places(draw: st.DrawFn) -> dict[str, t.Any]:
    options: dict[str, t.Any] = {}
    for option in ("destination", "configuration_path", "checkpoints_path", "smart_paging_path", "disks_path"):
        if draw(st.integers(0, 2)) == 0:
            options[option] = draw(st.sampled_from(FOLDERS))
    disks = []
    for number in draw(st.lists(st.integers(0, 2), unique=True, max_size=2)):
        entry: dict[str, t.Any] = {"destination": draw(st.sampled_from(FOLDERS)) + f"\\own{number}"}
        if draw(st.booleans()):
            entry["slot"] = f"scsi:0:{number}"
        else:
            entry["path"] = f"D:\\VMs\\{{name}}\\{number}.vhdx"
        disks.append(entry)
    if disks:
        options["disks"] = disks
    if draw(st.booleans()):
        options["retain_source"] = draw(st.booleans())
    return options


def is_contradictory(options: dict[str, t.Any]) -> bool:
    try:
        AREA.declare(validated_options("storage_move", options).values)
    except (BadInput, BadOptions):
        return True
    return False


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(hosts(), places(), st.sampled_from([("web",), ("web", "web1")]))
def test_every_place_is_reached_or_refused(host: Host, where: dict[str, t.Any], names: tuple[str, ...]) -> None:
    options = {"vms": [{"name": name} for name in names], "defaults": where}
    if not is_contradictory(options) and not refused_without_change("storage_move", host, options):
        converge_despite_cuts("storage_move", host, options)
