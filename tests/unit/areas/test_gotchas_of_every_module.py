# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What broke other tools and concerns every module, by the numbers of the facts about them."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.hosts import GB, add_disk, add_machine, host_with_adapters

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import RunFailed
from hyperv_lab.simulation import checkpoints
from hyperv_lab.simulation.faults import Fault
from hyperv_lab.simulation.host import Host
from hyperv_lab.simulation.settings import NetworkAdapter

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
DISK, OTHER = "D:\\VMs\\web01.vhdx", "D:\\VMs\\db01.vhdx"
OLD_CLASS = "Microsoft.HyperV.PowerShell.VirtualizationOperationFailedException"
NEW_CLASS = "Microsoft.HyperV.PowerShell.VirtualizationException"

#: Of every module that looks for a machine or a disk: what makes, changes and removes it.
TASKS: tuple[tuple[str, dict[str, t.Any]], ...] = (
    ("vm", {"name": "web01", "notes": "x"}),
    ("vm", {"name": "new", "memory": {"startup": GB}}),
    ("vm", {"name": "web01", "state": "absent", "delete_disks": True}),
    ("vm_power", {"name": "web01", "state": "running"}),
    ("vm_power", {"name": "web01", "state": "stopped", "turn_off": True}),
    ("checkpoint", {"vm_name": "web01", "name": "new"}),
    ("checkpoint", {"vm_name": "web01", "name": "old", "state": "absent"}),
    ("checkpoint", {"vm_name": "web01", "name": "old", "state": "applied", "current_state": "discard"}),
    ("vm_export", {"name": ["web01"], "path": "D:\\Exports"}),
    ("vm_import", {"path": "D:\\Exported\\web01", "mode": "copy", "name": "web02"}),
    ("storage_move", {"name": "web01", "destination": "D:\\Elsewhere"}),
    ("vhd", {"path": "D:\\new.vhdx", "size": GB}),
    ("vhd", {"path": OTHER, "state": "absent"}),
    ("switch", {"name": "lan", "type": "private"}),
    ("vm_info", {}),
    ("checkpoint_info", {}),
    ("host_info", {}),
)


def host_with_machine() -> Host:
    host = host_with_adapters(())
    for path in (DISK, OTHER):
        add_disk(host, {"path": path, "size": 10 * GB})
    checkpoints.take(add_machine(host, "web01", disks=[DISK]), "old")
    return host


def failure(host: Host, module: str, options: t.Mapping[str, t.Any]) -> str:
    """Return the message of a run that fails and changes nothing."""
    before = host.fingerprint()
    with pytest.raises(RunFailed) as failed:
        run_area(module, SimulatedHost(host), options)
    assert host.fingerprint() == before
    return str(failed.value)


@pytest.mark.parametrize(("module", "options"), TASKS, ids=lambda value: value if isinstance(value, str) else "")
def test_gotcha_4_a_stopped_service_is_not_an_empty_host(module: str, options: dict[str, t.Any]) -> None:
    host = host_with_machine()
    host.services["vmms"] = "Stopped"
    assert "vmms" in failure(host, module, options)


@pytest.mark.parametrize("module_and_options", TASKS[:11], ids=lambda value: value[0])
def test_gotcha_3_the_class_of_an_exception_decides_nothing(
    module_and_options: tuple[str, dict[str, t.Any]],
) -> None:
    messages = set()
    for exception in (OLD_CLASS, NEW_CLASS):
        host = host_with_machine()
        host.faults.append(
            Fault("Get-VM", error_id="InvalidParameter", category="InvalidArgument", exception_type=exception)
        )
        messages.add(failure(host, *module_and_options))
    assert len(messages) == 1


def test_gotcha_3_no_class_of_an_exception_is_named() -> None:
    sources = [path for pattern in ("*.py", "*.ps1") for path in PLUGINS.rglob(pattern)]
    assert len(sources) > 100
    for path in sources:
        text = path.read_text(encoding="utf-8")
        assert "VirtualizationException" not in text and "VirtualizationOperationFailed" not in text, path


def test_gotcha_9_a_machine_of_another_node_is_not_here() -> None:
    host = host_with_machine()
    # the other node lets its machine run, and holds the file on their common volume
    shared = host.files.find(OTHER)
    assert shared is not None
    host.files.hold(shared, "node02")
    for module, options in (
        ("vm_power", {"name": "db01", "state": "stopped", "turn_off": True}),
        ("checkpoint", {"vm_name": "db01", "name": "new"}),
        ("vm_export", {"name": ["db01"], "path": "D:\\Exports"}),
        ("storage_move", {"name": "db01", "destination": "D:\\Elsewhere"}),
    ):
        assert re.search("no (such )?VM", failure(host, module, options))
    declared = {"name": "db01", "memory": {"startup": GB}, "disks": [{"slot": "scsi:0:0", "path": OTHER}]}
    assert OTHER in failure(host, "vm", declared)
    outcome = run_area("vm", SimulatedHost(host), {"name": "db01", "state": "absent", "delete_disks": True})
    assert not outcome.plan.changed and host.files.find(OTHER) is shared


def test_official_defect_11_a_trunk_without_a_native_id_and_adapters_of_one_name() -> None:
    host = host_with_machine()
    trunk = {"name": "web01", "adapters": [{"name": "trunk", "vlan": {"allowed_ids": ["10", "20-22"]}}]}
    assert converge("vm", SimulatedHost(host), trunk).plan.changed
    assert not converge("vm", SimulatedHost(host), trunk).plan.changed
    (machine,) = host.machines_named("web01")
    machine.settings.adapters += [NetworkAdapter(machine.settings, name) for name in ("twin", "Twin")]
    assert not converge("vm", SimulatedHost(host), trunk).plan.changed
    assert "2 adapters" in failure(host, "vm", {"name": "web01", "adapters": [{"name": "twin", "vlan": {"id": 5}}]})
    (read,) = run_area("vm_info", SimulatedHost(host), {}).result["vms"]
    assert sorted(adapter["name"] for adapter in read["adapters"]) == ["Twin", "trunk", "twin"]
