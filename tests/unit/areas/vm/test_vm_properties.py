# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Random pairs of VMs as they are and as they are declared, on the simulation.

What is there is made by an earlier declaration and then changed by hand. `HYPERV_PROPERTY_EXAMPLES` asks for more
examples.
"""

from __future__ import annotations

import os
import typing as t

from area_harness import SimulatedHost, run_area
from areas.interruption import converge_despite_cuts, refused_without_change
from areas.vm.vm_host import OLD_TEMPLATE, SWITCHES, TEMPLATE, simulated_host
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import RunFailed
from hyperv_lab.simulation import checkpoints
from hyperv_lab.simulation.settings import NetworkAdapter

EXAMPLES = int(os.environ.get("HYPERV_PROPERTY_EXAMPLES", "30"))
NAMES = ("web01", "Web[01]*", 'it\'s "Büro" $(x) `n', "数据库")
STATES = ("present", "running", "stopped", "saved", "paused")
MEBIBYTES = (512, 1024, 2048)

quiet = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def memory(draw: st.DrawFn) -> dict[str, t.Any]:
    small, middle, large = sorted(draw(st.sampled_from(MEBIBYTES)) for _ in range(3))
    entry: dict[str, t.Any] = {"startup": f"{middle} MB"}
    if draw(st.booleans()):
        entry |= {"minimum": f"{small} MB", "maximum": f"{large} MB", "buffer": draw(st.sampled_from([10, 20]))}
    elif draw(st.booleans()):
        entry["dynamic"] = False
    if draw(st.booleans()):
        entry["priority"] = draw(st.sampled_from([50, 80]))
    return entry


@st.composite
def disk(draw: st.DrawFn, folder: str, slot: str, extension: str) -> dict[str, t.Any]:
    path = f"D:\\{folder}\\{slot.replace(':', '_')}{draw(st.sampled_from(['a', 'b']))}{extension}"
    template = TEMPLATE if extension == ".vhdx" else OLD_TEMPLATE
    kind = draw(st.sampled_from(["plain", "parent", "copy_of", "fixed"]))
    size = draw(st.sampled_from(["20 GB", "24 GB"]))
    if kind == "parent":
        return {"slot": slot, "path": path, "parent": template}
    if kind == "copy_of":
        return {"slot": slot, "path": path, "copy_of": template, "size": size}
    return {"slot": slot, "path": path, "size": size, "type": "fixed" if kind == "fixed" else "dynamic"}


@st.composite
def adapter(draw: st.DrawFn, name: str, generation: int, vm: str) -> dict[str, t.Any]:
    entry: dict[str, t.Any] = {"name": name}
    if draw(st.booleans()):
        entry["switch"] = draw(st.sampled_from([*SWITCHES, ""]))
    if draw(st.booleans()):
        entry["mac"] = draw(st.sampled_from(["dynamic", f"00-15-5d-ff-{NAMES.index(vm):02x}-{len(name):02x}"]))
    vlan = draw(
        st.sampled_from([None, {"mode": "untagged"}, {"id": 20}, {"allowed_ids": ["10-12", "30"], "native_id": 1}])
    )
    if vlan is not None:
        entry["vlan"] = vlan
    if generation == 1 and draw(st.booleans()):
        entry["legacy"] = False
    return entry


@st.composite
def declared(draw: st.DrawFn, name: str) -> dict[str, t.Any]:
    if draw(st.integers(0, 5)) == 0:
        return {
            "name": name,
            "state": "absent",
            "turn_off": draw(st.booleans()),
            "delete_disks": draw(st.booleans()),
            "delete_checkpoints": draw(st.booleans()),
        }
    generation = draw(st.sampled_from([1, 2]))
    entry: dict[str, t.Any] = {
        "name": name,
        "generation": generation,
        "state": draw(st.sampled_from(STATES)),
        "turn_off": draw(st.booleans()),
        "on_stop_timeout": "turn_off",
        "stop_timeout": 20,
    }
    if entry["state"] != "present":
        entry["restart"] = draw(st.sampled_from(["never", "if_needed"]))
    if draw(st.booleans()):
        entry["processor"] = {"count": draw(st.sampled_from([1, 2, 4])), "weight": draw(st.sampled_from([100, 200]))}
    if draw(st.booleans()):
        entry["memory"] = draw(memory())
    if draw(st.booleans()):
        entry["notes"] = draw(st.sampled_from(["", "old", "two\nlines"]))
    if draw(st.booleans()):
        entry["automatic_start"] = {
            "action": draw(st.sampled_from(["nothing", "start"])),
            "delay": draw(st.sampled_from([0, 9])),
        }
        entry["automatic_stop"] = {"action": draw(st.sampled_from(["save", "shut_down"]))}
    if draw(st.integers(0, 3)):
        slots = ["scsi:0:0", "scsi:0:7", "scsi:1:0"] if generation == 2 else ["ide:0:0", "ide:1:0", "scsi:0:0"]
        chosen = draw(st.lists(st.sampled_from(slots), unique=True, max_size=2))
        folder = str(NAMES.index(name))
        extensions = st.just(".vhdx") if generation == 2 else st.sampled_from([".vhd", ".vhdx"])
        entry["disks"] = [draw(disk(folder, slot, draw(extensions))) for slot in chosen]
    if draw(st.integers(0, 3)):
        names = draw(st.lists(st.sampled_from(["lan", "sto *", "x" * 9]), unique=True, max_size=3))
        entry["adapters"] = [draw(adapter(each, generation, name)) for each in names]
    if draw(st.booleans()):
        entry["purge"] = [part for part in ("disks", "adapters") if part in entry]
    if draw(st.booleans()):
        if generation == 1:
            entry["boot_order"] = draw(
                st.lists(st.sampled_from(["cd", "ide", "network", "floppy"]), unique=True, min_size=1)
            )
        else:
            devices = [f"disk {each['slot']}" for each in entry.get("disks", ())]
            devices += [f"adapter {each['name']}" for each in entry.get("adapters", ())]
            chosen = draw(st.lists(st.sampled_from([*devices, "network", "dvd", "file"]), unique=True, min_size=1))
            entry["boot_order"] = chosen
            entry["secure_boot"] = draw(st.booleans())
    return entry


@st.composite
def redeclared(draw: st.DrawFn, before: dict[str, t.Any]) -> dict[str, t.Any]:
    """A declaration that keeps some parts of an earlier one and draws the others anew."""
    after = draw(declared(before["name"]))
    if before["state"] == "absent" or after["state"] == "absent":
        return after
    kept = draw(st.sets(st.sampled_from(["processor", "memory", "disks", "adapters", "boot_order", "notes"])))
    after = {**after, "generation": before["generation"]}
    if before["generation"] == 1:
        after.pop("secure_boot", None)
    for part in ("disks", "adapters", "boot_order"):
        if part in kept and part in before:
            after[part] = before[part]
        else:
            after.pop(part, None)
    for part in kept - {"disks", "adapters", "boot_order"}:
        after.pop(part, None)
    if "disks" in after and draw(st.booleans()):
        folder = str(NAMES.index(before["name"]))
        free = [slot for slot in ("scsi:0:9", "scsi:2:1") if all(slot != each["slot"] for each in after["disks"])]
        after["disks"] = [*after["disks"], draw(disk(folder, draw(st.sampled_from(free)), ".vhdx"))]
    if "adapters" in after and draw(st.booleans()):
        after["adapters"] = [
            draw(adapter(each["name"], before["generation"], before["name"])) for each in after["adapters"]
        ]
    after["purge"] = [part for part in after.get("purge", ()) if part in after]
    return after


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[dict[str, t.Any]], list[dict[str, t.Any]]]:
    there = draw(fleets())
    return there, [draw(redeclared(entry)) for entry in there]


@st.composite
def fleets(draw: st.DrawFn) -> list[dict[str, t.Any]]:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=2))
    return [draw(declared(name)) for name in names]


MISHAPS = ("none", "checkpoint", "dvd", "more adapters", "more disks", "booted", "saved", "paused", "started")


def host_with(there: list[dict[str, t.Any]], mishap: str) -> t.Any:
    """Return a host with VMs that a declaration made and something else changed."""
    host = simulated_host()
    run_area("vm", SimulatedHost(host), {"vms": there})
    for vm in list(host.machines.values()):
        spoil(vm, mishap)
    return host


def spoil(vm: t.Any, mishap: str) -> None:
    from hyperv_lab.simulation import drive_store, virtual_disks

    if mishap == "checkpoint" and vm.settings.disks and vm.state in ("Off", "Running"):
        checkpoints.take(vm, "before")
    elif mishap == "dvd" and vm.state == "Off":
        drive_store.add_dvd(vm, 0, 1, None)
    elif mishap == "more adapters" and vm.state == "Off":
        vm.settings.adapters += [NetworkAdapter(vm.settings, "twin"), NetworkAdapter(vm.settings, "twin")]
    elif mishap == "more disks" and vm.state == "Off":
        path = f"D:\\{vm.id}.vhdx"
        virtual_disks.create_plain(vm.host, path, 1 << 30, fixed=False)
        drive_store.add_disk(vm, "SCSI", 0, 20, path)
    elif mishap in ("booted", "saved", "paused", "started") and vm.state in ("Off", "Running"):
        vm.start()
        if mishap == "booted":
            vm.host.estate.advance(60)
        elif mishap == "saved":
            vm.save()
        elif mishap == "paused":
            vm.pause()


@quiet
@given(fleets(), st.sampled_from([1, 2]))
def test_every_declaration_is_reached_from_nothing(wanted: list[dict[str, t.Any]], parallel: int) -> None:
    options = {"vms": wanted, "parallel": parallel}
    host = simulated_host()
    if not refused_without_change("vm", host, options):
        converge_despite_cuts("vm", host, options)


@quiet
@given(fleets(), fleets(), st.sampled_from(MISHAPS))
def test_every_pair_is_reached_or_refused(
    there: list[dict[str, t.Any]], wanted: list[dict[str, t.Any]], mishap: str
) -> None:
    try:
        host = host_with(there, mishap)
    except RunFailed as failure:
        assert failure.refusals
        there = []
        host = host_with(there, mishap)
    options = {"vms": wanted, "parallel": 2}
    if not refused_without_change("vm", host, options):
        converge_despite_cuts("vm", host, options)
