# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Processor and memory settings."""

from __future__ import annotations

import typing as t

import pytest

MIB = 1024**2
GIB = 1024**3


def test_static_memory_keeps_minimum_and_maximum(lab: t.Any) -> None:
    memory = lab.one("Get-VMMemory", VM=lab.machine(disk=False))
    assert (memory.get("Minimum"), memory.get("Maximum"), memory.get("DynamicMemoryEnabled")) == (
        512 * MIB,
        1024 * GIB,
        False,
    )


@pytest.mark.parametrize(
    "parameters",
    [
        {"StartupBytes": GIB + 1},
        {"StartupBytes": 16 * MIB},
        {"MinimumBytes": GIB},
        {"DynamicMemoryEnabled": True, "MinimumBytes": 3 * GIB, "MaximumBytes": 4 * GIB},
        {"DynamicMemoryEnabled": True, "MinimumBytes": GIB, "MaximumBytes": GIB},
        {"Buffer": 4},
        {"Priority": 101},
    ],
)
def test_memory_that_cannot_be(lab: t.Any, parameters: dict[str, t.Any]) -> None:
    machine = lab.machine(disk=False)
    assert lab.fails("Set-VMMemory", VM=machine, **parameters).error_id == "InvalidParameter"
    assert machine.settings.memory.startup == 2 * GIB and not machine.settings.memory.dynamic


def test_dynamic_memory_moves_outwards_while_running(lab: t.Any) -> None:
    machine = lab.machine()
    lab.run(
        "Set-VMMemory",
        VM=machine,
        DynamicMemoryEnabled=True,
        StartupBytes=2 * GIB,
        MinimumBytes=GIB,
        MaximumBytes=4 * GIB,
        Buffer=10,
    )
    lab.run("Start-VM", VM=machine)
    lab.run("Set-VMMemory", VM=machine, MinimumBytes=512 * MIB, MaximumBytes=8 * GIB)
    for parameters in (
        {"MinimumBytes": GIB},
        {"MaximumBytes": 4 * GIB},
        {"StartupBytes": 3 * GIB},
        {"DynamicMemoryEnabled": False},
    ):
        assert lab.fails("Set-VMMemory", VM=machine, **parameters).error_id == "InvalidState"
    assert lab.one("Get-VMMemory", VM=machine).get("Buffer") == 10


def test_static_memory_is_resized_under_a_booted_guest_only(lab: t.Any) -> None:
    machine = lab.machine()
    lab.run("Start-VM", VM=machine)
    assert lab.fails("Set-VMMemory", VM=machine, StartupBytes=3 * GIB).error_id == "InvalidState"
    lab.estate.advance(60)
    lab.run("Set-VMMemory", VM=machine, StartupBytes=3 * GIB)
    assert machine.get("MemoryAssigned") == 3 * GIB
    assert lab.fails("Set-VMMemory", VM=machine, StartupBytes=1000 * GIB).error_id == "InvalidState"


def test_a_saved_machine_takes_no_memory_change(lab: t.Any) -> None:
    machine = lab.booted()
    lab.run("Save-VM", VM=machine)
    assert lab.fails("Set-VMMemory", VM=machine, StartupBytes=GIB).error_id == "InvalidState"


def test_processor_options_that_run_and_that_need_off(lab: t.Any) -> None:
    machine = lab.booted()
    lab.run("Set-VMProcessor", VM=machine, Maximum=50, Reserve=10, RelativeWeight=200)
    for parameters in (
        {"Count": 2},
        {"ExposeVirtualizationExtensions": True},
        {"CompatibilityForMigrationEnabled": True},
    ):
        assert lab.fails("Set-VMProcessor", VM=machine, **parameters).error_id == "InvalidState"
    lab.run("Stop-VM", VM=machine, TurnOff=True)
    processor = lab.one("Set-VMProcessor", VM=machine, Count=8, HwThreadCountPerCore=1, Passthru=True)
    assert (processor.get("Count"), processor.get("Maximum"), processor.get("Reserve")) == (8, 50, 10)


@pytest.mark.parametrize("parameters", [{"Count": 9}, {"Count": 0}, {"Maximum": 101}, {"RelativeWeight": 10001}])
def test_processors_that_cannot_be(lab: t.Any, parameters: dict[str, t.Any]) -> None:
    assert lab.fails("Set-VMProcessor", VM=lab.machine(disk=False), **parameters).error_id == "InvalidParameter"


def test_nested_virtualization_with_dynamic_memory_warns(lab: t.Any) -> None:
    machine = lab.machine(disk=False)
    lab.run("Set-VMMemory", VM=machine, DynamicMemoryEnabled=True, MaximumBytes=4 * GIB)
    assert lab.call("Set-VMProcessor", VM=machine, ExposeVirtualizationExtensions=True).warnings
