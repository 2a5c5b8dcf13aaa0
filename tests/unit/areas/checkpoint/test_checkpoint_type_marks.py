# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A checkpoint of another type is cut while that type is set: the next run gives the machine its own back."""

from __future__ import annotations

import typing as t

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.checkpoint.checkpoint_host import boot, commands, host_with, machine, names

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import RunFailed
from hyperv_lab.simulation.faults import Fault

STANDARD = {"vm_name": "web01", "name": "a", "type": "standard"}


def marks(host: t.Any) -> list[str]:
    return [entry.path for entry in host.files.walk("D:\\") if "datacenter-hyperv-checkpoint" in entry.path] + [
        entry.path for entry in host.files.walk("C:\\") if "datacenter-hyperv-checkpoint" in entry.path
    ]


def cut(*faults: Fault) -> t.Any:
    """Return a host on which the type was set, and no longer put back."""
    host = host_with()
    boot(host)
    host.faults += [*faults, Fault("Set-VM", call=2)]
    with pytest.raises(RunFailed):
        run_area("checkpoint", SimulatedHost(host), STANDARD)
    assert machine(host).settings.checkpoint_type == "Standard" and len(marks(host)) == 1
    return host


def test_the_same_task_puts_the_type_back() -> None:
    host = cut()
    assert names(host) == ["a"]
    outcome = converge("checkpoint", SimulatedHost(host), STANDARD)
    assert commands(outcome) == ["Set-VM", "Remove-Item"]
    assert machine(host).settings.checkpoint_type == "Production" and not marks(host)
    assert names(host) == ["a"]


def test_a_checkpoint_that_was_not_taken_is_taken() -> None:
    host = cut(Fault("Checkpoint-VM"))
    assert names(host) == []
    outcome = converge("checkpoint", SimulatedHost(host), STANDARD)
    assert commands(outcome) == ["Set-VM", "Remove-Item", "New-Checkpoint"]
    assert machine(host).settings.checkpoint_type == "Production" and not marks(host)


def test_a_task_without_a_type_takes_the_type_that_the_machine_had() -> None:
    host = cut()
    converge("checkpoint", SimulatedHost(host), {"vm_name": "web01", "name": "b"})
    assert machine(host).settings.checkpoint_type == "Production" and not marks(host)
    assert [one.memory for one in machine(host).checkpoints] == [True, False]


@pytest.mark.parametrize(
    "options",
    [
        {"name": "a", "state": "absent"},
        {"name": "a", "state": "applied", "current_state": "discard"},
        {"name": "a", "state": "exported", "path": "D:\\Exports"},
    ],
)
def test_any_task_for_the_machine_puts_it_back(options: dict[str, t.Any]) -> None:
    host = cut()
    outcome = run_area("checkpoint", SimulatedHost(host), {"vm_name": "web01", **options})
    assert commands(outcome)[:2] == ["Set-VM", "Remove-Item"] and not marks(host)


def test_what_is_no_mark_and_what_is_another_machine_s_stays() -> None:
    host = host_with("web1", "web10")
    for name in ("web1", "web10"):
        boot(host, name)
    folder = machine(host, "web1").path
    files = [
        f"{folder}\\{machine(host, 'web10').id}.Disabled.datacenter-hyperv-checkpoint",
        f"{folder}\\{machine(host, 'web1').id}.Nothing.datacenter-hyperv-checkpoint",
        f"{folder}\\readme.datacenter-hyperv-checkpoint",
    ]
    for path in files:
        host.files.write(path, b"")
    converge("checkpoint", SimulatedHost(host), {"vm_name": "web1", "name": "a", "type": "standard"})
    assert sorted(marks(host)) == sorted(files)
    assert machine(host, "web10").settings.checkpoint_type == "Production"


def test_a_run_that_fails_at_the_mark_sets_no_type() -> None:
    host = host_with()
    boot(host)
    host.faults.append(Fault("New-Item"))
    with pytest.raises(RunFailed):
        run_area("checkpoint", SimulatedHost(host), STANDARD)
    assert machine(host).settings.checkpoint_type == "Production" and names(host) == []
