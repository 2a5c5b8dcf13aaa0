# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Start-up order of both generations."""

from __future__ import annotations

import typing as t

import pytest


def types(lab: t.Any, machine: t.Any) -> list[str]:
    return [source.get("BootType").name for source in lab.one("Get-VMFirmware", VM=machine).get("BootOrder")]


def test_each_generation_has_its_own_cmdlets(lab: t.Any) -> None:
    lab.machine("one", generation=1, disk=False)
    lab.machine("two", disk=False)
    for name, machine in (
        ("Get-VMFirmware", "one"),
        ("Set-VMFirmware", "one"),
        ("Get-VMBios", "two"),
        ("Set-VMBios", "two"),
    ):
        record = lab.fails(name, VMName=machine)
        assert (record.error_id, record.category) == ("InvalidParameter", "InvalidArgument")


def test_devices_join_the_order_and_leave_it(lab: t.Any) -> None:
    machine = lab.machine()
    assert types(lab, machine) == ["Network", "Drive"]
    lab.run("Add-VMDvdDrive", VM=machine)
    assert types(lab, machine) == ["Network", "Drive", "Drive"]
    lab.run("Remove-VMHardDiskDrive", VMHardDiskDrive=machine.get("HardDrives"))
    assert types(lab, machine) == ["Network", "Drive"]


def test_the_order_is_replaced_and_takes_own_devices_only(lab: t.Any) -> None:
    machine, other = lab.machine("one"), lab.machine("two")
    drive, adapter = machine.get("HardDrives")[0], machine.get("NetworkAdapters")[0]
    lab.run("Set-VMFirmware", VM=machine, BootOrder=[drive, adapter])
    assert types(lab, machine) == ["Drive", "Network"]
    lab.run("Set-VMFirmware", VM=machine, BootOrder=[adapter])
    assert types(lab, machine) == ["Network"]
    lab.run("Set-VMFirmware", VM=machine, FirstBootDevice=drive)
    assert types(lab, machine) == ["Drive", "Network"]
    assert lab.fails("Set-VMFirmware", VM=machine, BootOrder=other.get("HardDrives")).error_id == "InvalidParameter"


def test_a_guest_that_boots_writes_a_file_entry(lab: t.Any) -> None:
    machine = lab.booted()
    assert types(lab, machine) == ["File", "Network", "Drive"]
    first = lab.one("Get-VMFirmware", VM=machine).get("BootOrder")[0]
    assert first.get("Device") is None and first.get("Description") == "Windows Boot Manager"
    lab.run("Stop-VM", VM=machine)
    lab.run("Start-VM", VM=machine)
    lab.estate.advance(60)
    assert types(lab, machine).count("File") == 1


def test_secure_boot_needs_off_and_a_known_template(lab: t.Any) -> None:
    machine = lab.booted()
    assert lab.fails("Set-VMFirmware", VM=machine, EnableSecureBoot="Off").error_id == "InvalidState"
    assert lab.fails("Set-VMFirmware", VM=machine, PauseAfterBootFailure="On").error_id == "InvalidState"
    lab.run("Stop-VM", VM=machine)
    lab.run("Set-VMFirmware", VM=machine, PauseAfterBootFailure="On", PreferredNetworkBootProtocol="IPv6")
    lab.run("Set-VMFirmware", VM=machine, EnableSecureBoot="On", SecureBootTemplate="microsoftuefiCertificateAuthority")
    firmware = lab.one("Get-VMFirmware", VM=machine)
    assert firmware.get("SecureBootTemplate") == "MicrosoftUEFICertificateAuthority"
    assert str(firmware.get("SecureBootTemplateId")) == "272e7447-90a4-4563-a4b9-8e4ab00526ce"
    assert lab.fails("Set-VMFirmware", VM=machine, SecureBootTemplate="Linux").error_id == "InvalidParameter"


def test_bios_order_and_num_lock(lab: t.Any) -> None:
    machine = lab.machine(generation=1)
    lab.run("Set-VMBios", VM=machine, StartupOrder=["LegacyNetworkAdapter", "IDE", "CD", "Floppy"], EnableNumLock=True)
    bios = lab.one("Get-VMBios", VM=machine)
    assert [str(device) for device in bios.get("StartupOrder")] == ["LegacyNetworkAdapter", "IDE", "CD", "Floppy"]
    assert bios.get("NumLockEnabled") is True
    lab.run("Start-VM", VM=machine)
    assert lab.fails("Set-VMBios", VM=machine, DisableNumLock=True).error_id == "InvalidState"


@pytest.mark.parametrize("order", [["IDE"], ["IDE", "IDE", "CD", "Floppy"], ["CD", "IDE", "Floppy"]])
def test_a_bios_order_names_each_class_once(lab: t.Any, order: list[str]) -> None:
    assert (
        lab.fails("Set-VMBios", VM=lab.machine(generation=1, disk=False), StartupOrder=order).error_id
        == "InvalidParameter"
    )
