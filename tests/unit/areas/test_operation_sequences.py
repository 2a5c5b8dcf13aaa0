# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Random sequences of what people do to a VM, by all modules, the connection cut at a random step of each task.

After one more run of the task that was cut, the host is as the whole task would have left it, the task finds nothing
more to do, every disk can be opened, nothing is left over, and two other VMs with checkpoints are untouched: the name
of one is a pattern for the first one's, the name of the other begins with it, and that one runs on the same template.
`HYPERV_PROPERTY_EXAMPLES` asks for more examples.
"""

from __future__ import annotations

import contextlib
import os
import typing as t

from area_harness import SimulatedHost, converge, run_area
from areas.hosts import GB, add_disk, add_machine, host_with_adapters
from areas.interruption import CutHost, copy_of
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import ApplyInterrupted, Outcome, RunFailed
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.difference import differing_paths
from hyperv_lab.simulation import checkpoints, virtual_disks
from hyperv_lab.simulation.files import Volume
from hyperv_lab.simulation.guests import GuestSystem

EXAMPLES = int(os.environ.get("HYPERV_PROPERTY_EXAMPLES", "15"))
NAME, OTHER, COPY, TEMPLATE = "web01", "web0*", "copy01", "D:\\Templates\\server.vhdx"
LONGER, EXTRA = "web011", "D:\\Disks\\extra.vhdx"
VM: dict[str, t.Any] = {"name": NAME, "turn_off": True}
GONE: dict[str, t.Any] = {"turn_off": True, "delete_checkpoints": True, "delete_disks": True, "state": "absent"}
POINT: dict[str, t.Any] = {"vm_name": NAME, "duplicates": "newest"}

#: What is declared, by a word for each.
TASKS: dict[str, tuple[str, dict[str, t.Any]]] = {
    "create": (
        "vm",
        {
            **VM,
            "generation": 2,
            "path": "D:\\VMs",
            "memory": {"startup": "1 GB"},
            "disks": [
                {"slot": "scsi:0:0", "path": "D:\\Disks\\web01-system.vhdx", "parent": TEMPLATE},
                {"slot": "scsi:0:1", "path": "D:\\Disks\\web01-data.vhdx", "size": "5 GB"},
            ],
            "state": "stopped",
        },
    ),
    "start": ("vm", {**VM, "state": "running"}),
    "stop": ("vm", {**VM, "state": "stopped"}),
    "save": ("vm", {**VM, "state": "saved"}),
    "automatic checkpoints": ("vm", {**VM, "automatic_checkpoints": True, "state": "running"}),
    "pause": ("vm_power", {"name": NAME, "state": "paused"}),
    "resume": ("vm_power", {"name": NAME, "state": "resumed"}),
    "shut down": ("vm_power", {"name": NAME, "state": "stopped", "on_stop_timeout": "turn_off", "turn_off": True}),
    "change": ("vm", {**VM, "processor": {"count": 2}, "notes": "changed", "state": "stopped"}),
    "change and run": ("vm", {**VM, "processor": {"count": 4}, "restart": "if_needed", "state": "running"}),
    "checkpoint": ("checkpoint", {**POINT, "name": "a"}),
    "standard checkpoint": ("checkpoint", {**POINT, "name": "b", "type": "standard"}),
    "another checkpoint": ("checkpoint", {**POINT, "name": "c"}),
    "apply": ("checkpoint", {**POINT, "name": "a", "state": "applied", "current_state": "discard"}),
    "apply the other": ("checkpoint", {**POINT, "name": "b", "state": "applied", "current_state": "discard"}),
    "rename": ("checkpoint", {**POINT, "name": "a", "renamed_from": "b"}),
    "keep one": ("checkpoint", {**POINT, "keep_newest": 1}),
    "drop": ("checkpoint", {**POINT, "name": "a", "duplicates": "all", "subtree": True, "state": "absent"}),
    "drop without waiting": ("checkpoint", {"vm_name": NAME, "all": True, "wait": False, "state": "absent"}),
    "export": ("vm_export", {"name": [NAME], "path": "E:\\Exports"}),
    "unexport": ("vm_export", {"name": [NAME], "path": "E:\\Exports", "state": "absent"}),
    "copy the export": (
        "vm_import",
        {
            "path": "E:\\Exports",
            "mode": "copy",
            "name": "copy",
            "virtual_machine_path": "E:\\Copy",
            "vhd_destination_path": "E:\\Copy\\Disks",
        },
    ),
    "delete the copy": (
        "vm",
        {"name": "copy", "turn_off": True, "delete_checkpoints": True, "delete_disks": True, "state": "absent"},
    ),
    "restore the export": (
        "vm_import",
        {"path": "E:\\Exports", "mode": "restore", "vhd_destination_path": "D:\\Restored", "name": NAME},
    ),
    "export a checkpoint": ("checkpoint", {**POINT, "name": "a", "state": "exported", "path": "E:\\a"}),
    "import a copy": (
        "vm_import",
        {
            "path": "E:\\Exports\\web01",
            "mode": "copy",
            "name": COPY,
            "virtual_machine_path": "D:\\Copies\\copy01",
            "vhd_destination_path": "D:\\Copies\\copy01\\Disks",
        },
    ),
    "get it back": (
        "vm_import",
        {
            "path": "E:\\Exports\\web01",
            "mode": "restore",
            "virtual_machine_path": "D:\\VMs\\web01",
            "vhd_destination_path": "D:\\Disks\\web01",
        },
    ),
    "remove the copy": ("vm", {**GONE, "name": COPY}),
    "make a disk": ("vhd", {"path": EXTRA, "size": "1 GB", "type": "dynamic"}),
    "attach the disk": ("vm", {**VM, "disks": [{"slot": "scsi:0:2", "path": EXTRA}]}),
    "grow the disk": ("vhd", {"path": EXTRA, "size": "2 GB"}),
    "convert the disk": ("vhd", {"path": EXTRA, "type": "fixed", "convert": True}),
    "compact the disk": ("vhd", {"path": EXTRA, "compact": {"when_grown": 1}}),
    "remove the disk": ("vhd", {"path": EXTRA, "state": "absent"}),
    "move": ("storage_move", {"name": NAME, "destination": "E:\\Moved"}),
    "move back": ("storage_move", {"name": NAME, "destination": "D:\\Back"}),
    "delete": ("vm", {**GONE, "name": NAME}),
}

#: Words to choose from: what needs checkpoints is not worth much without them.
WORDS = (
    *TASKS,
    *3 * ("checkpoint", "standard checkpoint"),
    *2 * ("apply", "apply the other", "another checkpoint", "export", "make a disk", "attach the disk"),
)

#: A task, the share in percent of its steps that run before the cut (above 100: no cut), seconds until the next one.
Happening = tuple[str, int, int]

quiet = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


def new_host() -> t.Any:
    """Return a host with a template and two other VMs that have checkpoints."""
    host = host_with_adapters((), 1024 * GB)
    host.files.add_volume(Volume("E", 1024 * GB))
    host.blank_disk_guest = GuestSystem()
    add_disk(host, {"path": TEMPLATE, "size": 20 * GB, "used": GB})
    add_disk(host, {"path": "D:\\Disks\\other.vhdx", "size": 20 * GB})
    add_disk(host, {"path": "D:\\Disks\\longer.vhdx", "parent": TEMPLATE})
    checkpoints.take(add_machine(host, OTHER, disks=["D:\\Disks\\other.vhdx"]), "a")
    longer = add_machine(host, LONGER, disks=["D:\\Disks\\longer.vhdx"])
    for name in ("a", "b"):
        checkpoints.take(longer, name)
    longer.start()
    host.estate.advance(60)
    return host


def forecast(host: t.Any, module: str, options: dict[str, t.Any]) -> Outcome | None:
    """Return what a check run says, or None for a refusal; nothing is changed by either."""
    untouched = host.fingerprint()
    try:
        outcome = run_area(module, SimulatedHost(host), options, check=True)
    except RunFailed as failure:
        assert failure.refusals, str(failure)
        outcome = None
    assert host.fingerprint() == untouched
    return outcome


def happen(host: t.Any, task: str, share: int) -> None:
    """Run a task, cut it, and let one more run finish it."""
    module, options = TASKS[task]
    # what the whole task ends in is learnt on a copy: a machine that runs goes on meanwhile
    whole = forecast(copy_of(host), module, options)
    if whole is None:
        assert forecast(host, module, options) is None
        return
    # vm_power goes on by itself after a loss, in real time; its own tests cut it
    if share <= 100 and whole.plan.changed and module != "vm_power":
        done = len(whole.plan.steps) * share // 100
        with contextlib.suppress(ApplyInterrupted):
            run_area(module, CutHost(host, steps_before_cut=done), options)
    try:
        finished = converge(module, SimulatedHost(host), options)
    except RunFailed as failure:
        # a task that does not wait for merges meets files that are in use; the next run finds them free
        assert failure.error is not None and failure.error.category == "ResourceBusy", str(failure)
        host.estate.advance(3600)
        finished = converge(module, SimulatedHost(host), options)
    wrong = differing_paths(whole.plan.after, finished.after)
    assert not wrong, f"{task}: {wrong}"


def assert_whole(host: t.Any) -> None:
    """Assert that every disk can be opened, and that no checkpoint file is left that nothing names."""
    if any(machine.merges for machine in host.machines.values()):
        return
    named: set[str] = set()
    for machine in host.machines.values():
        for owner in (machine, *machine.checkpoints):
            for drive in owner.settings.disks:
                named |= {entry.path.casefold() for entry in virtual_disks.chain(host, str(drive.path))}
    for letter in ("D:\\", "E:\\"):
        for entry in host.files.walk(letter):
            below_an_export = entry.path.casefold().startswith(("e:\\exports\\", "e:\\a\\"))
            assert not entry.path.endswith(".avhdx") or entry.path.casefold() in named or below_an_export, entry.path


def other_vms(host: t.Any) -> t.Any:
    """Return what the other VMs are."""
    return [
        (machine.state, machine.path, [drive.path for drive in machine.settings.disks], len(machine.checkpoints))
        for name in (OTHER, LONGER)
        for machine in host.machines_named(name)
    ]


@quiet
@given(
    st.lists(
        st.tuples(st.sampled_from(WORDS), st.integers(0, 140), st.sampled_from([0, 1, 60, 3600])),
        min_size=1,
        max_size=8,
    )
)
@example([("create", 50, 0), ("start", 101, 60), ("checkpoint", 101, 60), ("apply", 60, 0), ("delete", 60, 0)])
@example(
    [("automatic checkpoints", 101, 60), ("checkpoint", 101, 0), ("stop", 50, 0), ("start", 101, 60), ("move", 60, 0)]
)
@example([("automatic checkpoints", 101, 60), ("delete", 60, 0)])
@example([("standard checkpoint", 101, 60), ("move", 60, 0), ("apply the other", 60, 0), ("start", 101, 60)])
@example([("export", 50, 0), ("import a copy", 50, 0), ("delete", 50, 0), ("get it back", 50, 0), ("start", 101, 60)])
@example(
    [("checkpoint", 101, 0), ("make a disk", 101, 0), ("attach the disk", 101, 0), ("another checkpoint", 101, 0)]
    + [("apply", 101, 0), ("attach the disk", 101, 0)]
)
@example(
    [("make a disk", 50, 0), ("attach the disk", 50, 0), ("grow the disk", 50, 0), ("checkpoint", 50, 0)]
    + [("convert the disk", 50, 0), ("apply", 50, 0), ("keep one", 60, 3600), ("remove the disk", 50, 0)]
)
@example(
    [("make a disk", 101, 0), ("grow the disk", 50, 0), ("convert the disk", 30, 0), ("attach the disk", 101, 0)]
    + [("start", 101, 60), ("move", 50, 0), ("compact the disk", 50, 0)]
)
@example([("start", 101, 60), ("checkpoint", 101, 60), ("export", 60, 0), ("keep one", 50, 0), ("delete", 80, 0)])
def test_any_sequence_of_operations(happenings: list[Happening]) -> None:
    host = new_host()
    untouched = other_vms(host)
    happen(host, "create", 101)
    for task, share, seconds in happenings:
        happen(host, task, share)
        assert_whole(host)
        assert other_vms(host) == untouched
        host.estate.advance(seconds)
    host.estate.advance(3600)
    assert_whole(host)
    happen(host, "delete", 101)
    left = [entry.path for entry in host.files.walk("D:\\Disks") if not entry.is_directory]
    # an import brings its template along, which is a disk below and so is nobody's to delete
    assert [path for path in left if "web01" in path and not path.endswith("server.vhdx")] == []
