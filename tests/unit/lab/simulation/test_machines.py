# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Making, finding, changing and removing machines."""

from __future__ import annotations

import typing as t
import uuid

import pytest

GIB = 1024**3


def test_a_missing_name_is_an_invalid_parameter_and_a_pattern_is_no_error(lab: t.Any) -> None:
    record = lab.fails("Get-VM", Name="web01")
    assert record.fully_qualified == "InvalidParameter,Microsoft.HyperV.PowerShell.Commands.GetVM"
    assert record.category == "InvalidArgument"
    assert lab.run("Get-VM", Name="web*") == []


def test_remove_of_a_missing_machine_has_another_error(lab: t.Any) -> None:
    record = lab.fails("Remove-VM", Name="web01", Force=True)
    assert record.fully_qualified == "ObjectNotFound,Microsoft.HyperV.PowerShell.Commands.RemoveVM"


def test_found_machines_come_out_beside_the_error_for_the_missing_one(lab: t.Any) -> None:
    machine = lab.machine(disk=False)
    outcome = lab.call("Get-VM", Name=["web01", "web02"])
    assert outcome.output == [machine] and len(outcome.errors) == 1


def test_names_are_patterns_and_not_unique(lab: t.Any) -> None:
    first, second = lab.machine("web01", disk=False), lab.machine("WEB01", disk=False)
    assert lab.run("Get-VM", Name="web01") == [first, second]
    bracket = lab.machine("a[1]", disk=False)
    assert lab.run("Get-VM", Name="a[1]") == []
    assert lab.run("Get-VM", Name="a`[1`]") == [bracket]


def test_a_machine_is_found_by_id(lab: t.Any) -> None:
    machine = lab.machine(disk=False)
    assert lab.one("Get-VM", Id=machine.id) is machine
    assert lab.fails("Get-VM", Id=uuid.uuid4()).error_id == "ObjectNotFound"


def test_a_new_machine_has_an_adapter_and_generation_1_a_dvd(lab: t.Any) -> None:
    first, second = lab.machine("one", generation=1, disk=False), lab.machine("two", disk=False)
    for machine in (first, second):
        (adapter,) = machine.get("NetworkAdapters")
        assert adapter.get("Name") == "Network Adapter" and adapter.get("SwitchName") is None
    (drive,) = first.get("DVDDrives")
    assert (drive.get("ControllerNumber"), drive.get("ControllerLocation"), drive.get("Path")) == (1, 0, None)
    assert second.get("DVDDrives") == []


def test_names_follow_the_hosts_language(make_lab: t.Any) -> None:
    machine = make_lab(culture="de-DE").machine(disk=False)
    assert machine.get("NetworkAdapters")[0].get("Name") == "Netzwerkkarte"
    assert machine.get("Status") == "Normaler Betrieb"


def test_a_new_machine_puts_its_configuration_below_the_path(lab: t.Any) -> None:
    machine = lab.machine(disk=False)
    assert machine.get("Path") == "D:\\VMs\\web01"
    configuration = f"D:\\VMs\\web01\\Virtual Machines\\{str(machine.id).upper()}.vmcx"
    assert lab.run("Test-Path", LiteralPath=configuration) == [True]
    lab.run("Remove-VM", VM=machine, Force=True)
    assert lab.run("Test-Path", LiteralPath=configuration) == [False]


def test_new_vm_with_a_new_disk(lab: t.Any) -> None:
    machine = lab.one(
        "New-VM", Name="web01", Generation=2, Path="D:\\VMs", NewVHDPath="os.vhdx", NewVHDSizeBytes=10 * GIB
    )
    (drive,) = machine.get("HardDrives")
    assert drive.get("Path") == "D:\\VMs\\web01\\Virtual Hard Disks\\os.vhdx"
    order = lab.one("Get-VMFirmware", VM=machine).get("BootOrder")
    assert [source.get("BootType").name for source in order] == ["Drive", "Network"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"SwitchName": "missing"},
        {"VHDPath": "D:\\missing.vhdx"},
        {"NewVHDPath": "D:\\Templates\\server.vhdx", "NewVHDSizeBytes": GIB},
        {"Version": "99.0"},
        {"Path": "Z:\\VMs"},
        {"BootDevice": "Floppy"},
    ],
)
def test_a_failed_new_vm_leaves_no_machine(lab: t.Any, parameters: dict[str, t.Any]) -> None:
    lab.fails("New-VM", Name="web01", **({"Generation": 2, "Path": "D:\\VMs"} | parameters))
    assert lab.run("Get-VM") == []


def test_a_name_has_at_most_100_characters(lab: t.Any) -> None:
    assert lab.fails("New-VM", Name="x" * 101).error_id == "InvalidParameter"
    assert lab.one("New-VM", Name="x" * 100).get("Name") == "x" * 100
    assert lab.one("New-VM", Name="Büro \"'$(x)\n").get("Name") == "Büro \"'$(x)\n"
    assert lab.fails("New-VM", Name="a*b", Path="D:\\VMs").error_id == "InvalidParameter"


def test_settings_change_online_or_need_the_machine_off(lab: t.Any) -> None:
    machine = lab.booted()
    lab.run(
        "Set-VM",
        VM=machine,
        Notes="n",
        AutomaticStartAction="Start",
        AutomaticStartDelay=30,
    )
    assert lab.fails("Set-VM", VM=machine, AutomaticStopAction="ShutDown").error_id == "InvalidState"
    assert (machine.get("Notes"), machine.get("AutomaticStartAction").name, machine.get("AutomaticStartDelay")) == (
        "n",
        "Start",
        30,
    )
    record = lab.fails("Set-VM", VM=machine, ProcessorCount=2)
    assert (record.error_id, record.category) == ("InvalidState", "InvalidOperation")
    lab.run("Stop-VM", VM=machine, TurnOff=True)
    lab.run("Set-VM", VM=machine, ProcessorCount=2, CheckpointType="Disabled", LockOnDisconnect="On")
    assert machine.get("ProcessorCount") == 2 and machine.get("LockOnDisconnect").number == 0


def test_static_and_dynamic_options_exclude_each_other(lab: t.Any) -> None:
    machine = lab.machine(disk=False)
    assert lab.fails("Set-VM", VM=machine, StaticMemory=True, DynamicMemory=True).error_id == "InvalidParameter"
    assert lab.fails("Set-VM", VM=machine, StaticMemory=True, MemoryMinimumBytes=GIB).error_id == "InvalidParameter"


def test_remove_needs_the_machine_off_and_force_and_leaves_disks(lab: t.Any) -> None:
    machine = lab.booted()
    assert lab.fails("Remove-VM", VM=machine, Force=True).error_id == "InvalidState"
    lab.run("Save-VM", VM=machine)
    assert lab.fails("Remove-VM", VM=machine, Force=True).error_id == "InvalidState"
    lab.run("Remove-VMSavedState", VMName="web01")
    assert lab.fails("Remove-VM", VM=machine).error_id == "InvalidOperation"
    lab.run("Remove-VM", VM=machine, Force=True, WhatIf=True)
    assert lab.run("Get-VM") == [machine]
    lab.run("Remove-VM", VM=machine, Force=True)
    assert lab.run("Get-VM") == [] and lab.host.files.exists("D:\\VMs\\web01\\os.vhdx")
    assert machine.get("IsDeleted") is True
    assert lab.fails("Set-VM", VM=machine, Notes="x").error_id == "ObjectNotFound"


def test_rename_changes_the_name_and_not_the_folder(lab: t.Any) -> None:
    machine = lab.machine(disk=False)
    lab.run("Rename-VM", VM=machine, NewName="db01")
    assert lab.one("Get-VM", Name="db01") is machine and machine.get("Path") == "D:\\VMs\\web01"
    assert lab.run("Get-VM", Name="web*") == []


def test_objects_are_found_by_their_keys(lab: t.Any) -> None:
    machine = lab.machine(generation=1)
    lab.run("New-VMSwitch", Name="s", SwitchType="Internal")
    things = [machine, lab.host, *machine.settings.components(), *lab.host.switches.values(), *lab.host.host_adapters]
    things += [adapter.vlan for adapter in machine.settings.adapters]
    for thing in things:
        assert lab.host.find_object(thing.key) is thing
    assert lab.host.find_object("File:c:\\x") is None
