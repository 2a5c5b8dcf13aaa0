# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Power states, guests, and what a start needs."""

from __future__ import annotations

import typing as t

import pytest

GIB = 1024**3


def state(machine: t.Any) -> str:
    return str(machine.get("State"))


def test_a_guest_boots_answers_and_shuts_down(lab: t.Any) -> None:
    machine = lab.machine()
    lab.run("Start-VM", VM=machine)
    assert (state(machine), str(machine.get("Heartbeat"))) == ("Running", "NoContact")
    lab.estate.advance(20)
    assert str(machine.get("Heartbeat")) == "OkApplicationsUnknown" and machine.get("Uptime").total_seconds() == 20
    began = lab.estate.clock.now()
    lab.run("Stop-VM", VM=machine)
    assert state(machine) == "Off" and lab.estate.clock.now() - began == 10


def test_addresses_come_after_the_heartbeat_on_connected_adapters(lab: t.Any) -> None:
    lab.run("New-VMSwitch", Name="lan", SwitchType="Private")
    machine = lab.machine(SwitchName="lan")
    lab.run("Add-VMNetworkAdapter", VM=machine, Name="unplugged")
    lab.run("Start-VM", VM=machine)
    lab.estate.advance(21)
    connected, unplugged = machine.get("NetworkAdapters")
    assert connected.get("IPAddresses") == []
    lab.estate.advance(10)
    assert len(connected.get("IPAddresses")) == 2 and unplugged.get("IPAddresses") == []


def test_stop_during_boot_finds_no_shutdown_service(lab: t.Any) -> None:
    machine = lab.machine()
    lab.run("Start-VM", VM=machine)
    assert lab.fails("Stop-VM", VM=machine).error_id == "InvalidOperation"  # nobody can say whether to turn it off
    assert state(machine) == "Running"
    lab.run("Stop-VM", VM=machine, Force=True)
    assert state(machine) == "Off"


def test_a_machine_without_an_operating_system_never_answers(lab: t.Any) -> None:
    machine = lab.machine(disk=False)
    lab.run("Start-VM", VM=machine)
    lab.estate.advance(600)
    assert str(machine.get("Heartbeat")) == "NoContact"
    assert lab.fails("Wait-VM", VM=machine, Timeout=5).error_id == "OperationFailed"


def test_a_disabled_shutdown_service_does_not_answer(lab: t.Any) -> None:
    machine = lab.booted()
    lab.run("Disable-VMIntegrationService", VMName="web01", Name="Shutdown")
    assert lab.fails("Stop-VM", VM=machine).error_id == "InvalidOperation" and state(machine) == "Running"


def test_force_turns_off_a_guest_that_ignores_the_request(make_lab: t.Any) -> None:
    lab = make_lab(
        guest={"ignores_shutdown": True, "boot_seconds": 1}, disks=[{"path": "D:\\b.vhdx", "size": "10 GiB"}]
    )
    machine = lab.machine(disk=False)
    lab.run("Add-VMHardDiskDrive", VM=machine, Path="D:\\b.vhdx")
    lab.run("Start-VM", VM=machine)
    lab.estate.advance(10)
    lab.fails("Stop-VM", VM=machine)
    assert state(machine) == "Running"
    began = lab.estate.clock.now()
    assert lab.fails("Stop-VM", VM=machine, Force=True).error_id == "OperationFailed"
    assert state(machine) == "Off" and lab.estate.clock.now() - began == 300


def test_what_is_so_already_is_a_warning(lab: t.Any) -> None:
    machine = lab.machine()
    assert lab.call("Stop-VM", VM=machine).warnings
    lab.run("Start-VM", VM=machine)
    assert lab.call("Start-VM", VM=machine).warnings
    assert lab.call("Resume-VM", VM=machine).warnings


def test_save_pause_and_their_ways_back(lab: t.Any) -> None:
    machine = lab.booted()
    lab.run("Suspend-VM", VM=machine)
    assert state(machine) == "Paused" and lab.fails("Stop-VM", VM=machine).error_id == "InvalidState"
    lab.run("Resume-VM", VM=machine)
    lab.run("Save-VM", VM=machine)
    assert state(machine) == "Saved" and machine.get("MemoryAssigned") == 0
    saved = lab.host.files.entry(machine.saved_state_file)
    assert saved.length == 2 * GIB
    assert lab.fails("Suspend-VM", VM=machine).error_id == "InvalidState"
    lab.run("Start-VM", VM=machine)
    assert state(machine) == "Running" and str(machine.get("Heartbeat")) == "OkApplicationsUnknown"
    assert lab.fails("Remove-VMSavedState", VMName="web01").error_id == "InvalidState"


@pytest.mark.parametrize("way", ["Stopping", "Starting", "Saving", "StoppingCritical"])
def test_the_cmdlets_refuse_a_machine_on_its_way(lab: t.Any, way: str) -> None:
    machine = lab.booted()
    machine.state = way
    for name, more in (
        ("Start-VM", {}),
        ("Stop-VM", {"TurnOff": True}),
        ("Stop-VM", {"Save": True}),
        ("Save-VM", {}),
        ("Suspend-VM", {}),
        ("Restart-VM", {"Force": True}),
    ):
        assert lab.fails(name, VM=machine, **more).error_id == "InvalidState"
    assert state(machine) == way


@pytest.mark.parametrize("critical", ["RunningCritical", "PausedCritical"])
def test_a_machine_in_a_critical_state_can_be_turned_off(lab: t.Any, critical: str) -> None:
    machine = lab.booted()
    machine.state = critical
    lab.run("Stop-VM", VM=machine, TurnOff=True)
    assert state(machine) == "Off"


def test_what_a_running_or_paused_machine_is_already_is_a_warning(lab: t.Any) -> None:
    machine = lab.booted()
    assert lab.call("Start-VM", VM=machine).warnings
    lab.run("Suspend-VM", VM=machine)
    assert lab.fails("Restart-VM", VM=machine, Force=True).error_id == "InvalidState"
    assert lab.call("Suspend-VM", VM=machine).warnings and lab.call("Start-VM", VM=machine).warnings
    assert state(machine) == "Running"
    lab.run("Stop-VM", VM=machine, TurnOff=True)
    assert lab.call("Stop-VM", VM=machine).warnings and lab.call("Remove-VMSavedState", VMName="web01").warnings
    assert state(machine) == "Off"


def test_restart_is_a_reset_and_needs_force(lab: t.Any) -> None:
    machine = lab.booted()
    assert lab.fails("Restart-VM", VM=machine).error_id == "InvalidOperation"
    lab.run("Restart-VM", VM=machine, Force=True)
    assert str(machine.get("Heartbeat")) == "NoContact"
    lab.run("Restart-VM", VM=machine, Force=True, Wait=True, For="IPAddress", Timeout=60)
    assert machine.has_addresses


def test_a_start_without_memory_fails(lab: t.Any) -> None:
    big = lab.one("New-VM", Name="big", MemoryStartupBytes=20 * GIB)
    other = lab.one("New-VM", Name="other", MemoryStartupBytes=20 * GIB)
    lab.run("Start-VM", VM=big)
    record = lab.fails("Start-VM", VM=other)
    assert record.fully_qualified == "OutOfMemory,Microsoft.HyperV.PowerShell.Commands.StartVM"
    assert (record.category, record.cause) == ("FromStdErr", -2147024882)
    assert state(other) == "Off" and other.get("MemoryAssigned") == 0
    lab.run("Stop-VM", VM=big, TurnOff=True)
    lab.run("Start-VM", VM=other)


def test_a_start_needs_its_disks(lab: t.Any) -> None:
    machine = lab.machine()
    lab.run("Move-Item", Path="D:\\VMs\\web01\\os.vhdx", Destination="D:\\gone.vhdx")
    assert lab.fails("Start-VM", VM=machine).cause == -2147024894
    lab.run("Move-Item", Path="D:\\gone.vhdx", Destination="D:\\VMs\\web01\\os.vhdx")
    lab.run("Rename-Item", Path="D:\\Templates\\server.vhdx", NewName="other.vhdx")
    assert lab.fails("Start-VM", VM=machine).cause == -1069940723


def test_one_disk_runs_in_one_machine(lab: t.Any) -> None:
    first, second = lab.machine("one"), lab.machine("two", disk=False)
    lab.run("Add-VMHardDiskDrive", VM=second, Path="D:\\VMs\\one\\os.vhdx")
    lab.run("Start-VM", VM=first)
    record = lab.fails("Start-VM", VM=second)
    assert (record.error_id, record.cause) == ("ObjectInUse", -2147024864)


def test_a_volume_that_fills_up_pauses_the_machine(make_lab: t.Any) -> None:
    lab = make_lab(volumes=[{"letter": "C", "size": "100 GiB"}, {"letter": "D", "size": "8300 MiB"}], files=[])
    machine = lab.machine()
    lab.host.files.make_file("D:\\filler", lab.host.files.volumes["D"].free - 1024)
    lab.run("Start-VM", VM=machine)
    lab.estate.advance(30)
    assert state(machine) == "PausedCritical"


def test_a_booted_guest_with_dynamic_memory_gives_some_back(lab: t.Any) -> None:
    machine = lab.machine()
    lab.run("Set-VMMemory", VM=machine, DynamicMemoryEnabled=True, MinimumBytes=GIB, MaximumBytes=4 * GIB)
    lab.run("Start-VM", VM=machine)
    assert machine.get("MemoryAssigned") == 2 * GIB
    lab.estate.advance(60)
    assert machine.get("MemoryAssigned") == 2 * GIB * 6 // 10
