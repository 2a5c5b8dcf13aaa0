# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Random drives and controllers, before and after: what is not refused is reached, from any point of a cut run."""

from __future__ import annotations

import contextlib
import typing as t

from area_harness import SimulatedHost, run_area
from areas.devices_host import IMAGES, PMEM_FILE, SHARED, add_devices
from areas.interruption import converge_despite_cuts, refused_without_change
from areas.vm.test_vm_properties import quiet
from areas.vm.vm_host import machine, simulated_host
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import RunFailed
from hyperv_lab.simulation import checkpoints, drive_store
from hyperv_lab.simulation.errors import OperationFailed

POLICY = "6a1d6ad6-0e4b-4a0a-9a3e-0f1f9f3f2c11"
SLOTS = {1: ["ide:0:0", "ide:0:1", "ide:1:0", "scsi:0:0"], 2: ["scsi:0:0", "scsi:0:1", "scsi:1:0", "scsi:2:0"]}
DVD_SLOTS = {1: ["ide:1:0", "ide:1:1", "ide:0:1"], 2: ["scsi:0:1", "scsi:0:2", "scsi:1:1"]}
FILES = ["D:\\disks\\a.vhdx", "D:\\disks\\b.vhdx", "D:\\disks\\c.vhdx"]
LUN_KEYS = [{"serial": "LUN-A"}, {"unique_id": "5000BBBB"}, {"number": 6}]

SETTINGS: dict[str, st.SearchStrategy[t.Any]] = {
    "minimum_iops": st.sampled_from([0, 10]),
    "maximum_iops": st.sampled_from([0, 5, 100]),
    "qos_policy_id": st.sampled_from(["", POLICY]),
    "write_cache": st.sampled_from(["default", "disabled"]),
    "resource_pool": st.sampled_from(["Primordial", "gold"]),
}


@st.composite
def disks(draw: st.DrawFn, generation: int) -> list[dict[str, t.Any]]:
    chosen = draw(st.lists(st.sampled_from(SLOTS[generation]), unique=True, min_size=1, max_size=3))
    media: list[dict[str, t.Any]] = [{"path": path, "size": "1 GB"} for path in FILES]
    media += [{"physical_disk": key} for key in LUN_KEYS]
    if generation == 2:
        media.append({"path": SHARED, "shared": True})
    picked = draw(st.permutations(media))
    entries: list[dict[str, t.Any]] = []
    for slot, medium in zip(chosen, picked, strict=False):
        if draw(st.integers(0, 5)) == 0:
            entries.append({"slot": slot, "state": "absent"})
            continue
        more = draw(st.fixed_dictionaries({}, optional=SETTINGS))
        if 0 < more.get("maximum_iops", 0) < more.get("minimum_iops", 0):
            more.pop("minimum_iops")
        entries.append({"slot": slot, **medium, **more})
    if generation == 2 and draw(st.integers(0, 4)) == 0:
        entries.append({"slot": draw(st.sampled_from(["pmem:0:0", "pmem:0:3"])), "path": PMEM_FILE})
    return entries


@st.composite
def vms(draw: st.DrawFn, generation: int) -> dict[str, t.Any]:
    vm: dict[str, t.Any] = {
        "name": "web01",
        "generation": generation,
        "state": draw(st.sampled_from(["present", "stopped", "running"])),
        "turn_off": True,
        "restart": draw(st.sampled_from(["never", "if_needed"])),
        "disks": draw(disks(generation)),
        "purge": [],
    }
    if vm["state"] == "present":
        vm["restart"] = "never"  # a cut may leave it off then, which the next run does not undo
    taken = {entry["slot"] for entry in vm["disks"] if entry.get("state") != "absent"}
    if draw(st.booleans()):
        free = [slot for slot in DVD_SLOTS[generation] if slot not in taken]
        chosen = draw(st.lists(st.sampled_from(free), unique=True, max_size=2)) if free else []
        vm["dvds"] = [
            {
                "slot": slot,
                **draw(
                    st.sampled_from([{}, {"path": ""}, {"path": IMAGES[0]}, {"path": IMAGES[1]}, {"state": "absent"}])
                ),
            }
            for slot in chosen
        ]
    vm["purge"] = [part for part in ("disks", "dvds") if part in vm and draw(st.booleans())]
    if generation == 1 and draw(st.booleans()):
        vm["floppy"] = draw(st.sampled_from(["", IMAGES[2], IMAGES[3]]))
    if draw(st.booleans()):
        slots = [*taken, *(dvd["slot"] for dvd in vm.get("dvds", ()) if dvd.get("state") != "absent")]
        needed = max((int(slot.split(":")[1]) + 1 for slot in slots if slot.startswith("scsi")), default=0)
        vm["scsi_controllers"] = draw(st.integers(needed, 4))
    return vm


@st.composite
def histories(draw: st.DrawFn) -> tuple[dict[str, t.Any], str, dict[str, t.Any]]:
    generation = draw(st.sampled_from([1, 2]))
    mishap = draw(st.sampled_from(["none", "checkpoint", "empty drive", "renumbered", "brought online", "another VM"]))
    before, after = draw(vms(generation)), draw(vms(generation))
    if mishap in ("renumbered", "brought online"):  # a VM does not start on such disks, be they declared or not
        after["purge"] = sorted({*after["purge"], "disks"})
    return before, mishap, after


def spoil(host: t.Any, mishap: str) -> None:
    if mishap == "renumbered":
        first, second, _third = host.physical_disks
        first.number, second.number = second.number, first.number
        return
    if mishap == "another VM":
        other = {"name": "other", "disks": [{"slot": "scsi:0:0", "path": FILES[0]}]}
        lun = {"slot": "scsi:0:1", "physical_disk": LUN_KEYS[0]}
        refused_or_run(host, {**other, "disks": [*other["disks"], lun]})
        return
    if not host.machines_named("web01"):
        return
    vm = machine(host, "web01")
    if mishap == "checkpoint":
        with contextlib.suppress(OperationFailed):  # there are disks that do not allow any
            checkpoints.take(vm, "before")
    elif mishap == "empty drive" and vm.state == "Off" and len(vm.settings.scsi_controllers) > 0:
        controller = vm.settings.scsi_controllers[0]
        if drive_store.drive_at(controller, 0) is None:
            drive_store.add_disk(vm, "SCSI", 0, 0, None)
    elif mishap == "brought online" and vm.state == "Off":
        for disk in host.physical_disks:
            disk.offline = False


def refused_or_run(host: t.Any, options: dict[str, t.Any]) -> None:
    try:
        run_area("vm", SimulatedHost(host), options)
    except RunFailed as failure:
        assert failure.refusals, failure


@quiet
@given(histories())
def test_every_pair_of_drives_is_reached_or_refused(
    history: tuple[dict[str, t.Any], str, dict[str, t.Any]],
) -> None:
    before, mishap, after = history
    host = simulated_host()
    add_devices(host)
    refused_or_run(host, before)
    spoil(host, mishap)
    if not refused_without_change("vm", host, after):
        converge_despite_cuts("vm", host, after)
