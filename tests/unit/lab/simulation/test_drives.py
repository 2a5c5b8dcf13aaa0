# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Controllers, hard disk drives and DVD drives."""

from __future__ import annotations

import typing as t

import pytest

GIB = 1024**3


def slots(machine: t.Any) -> list[tuple[str, int, int]]:
    return [
        (str(drive.get("ControllerType")), drive.get("ControllerNumber"), drive.get("ControllerLocation"))
        for drive in machine.get("HardDrives")
    ]


def disk(lab: t.Any, name: str) -> str:
    path = f"D:\\{name}.vhdx"
    lab.run("New-VHD", Path=path, SizeBytes=GIB)
    return path


def test_without_a_slot_the_first_free_one_is_taken(lab: t.Any) -> None:
    one, two = lab.machine("one", generation=1, disk=False), lab.machine("two", disk=False)
    for number in range(4):
        lab.run("Add-VMHardDiskDrive", VM=one, Path=disk(lab, f"one{number}"))
    assert slots(one) == [("IDE", 0, 0), ("IDE", 0, 1), ("IDE", 1, 1), ("SCSI", 0, 0)]
    lab.run("Add-VMHardDiskDrive", VM=two, Path=disk(lab, "two"))
    assert slots(two) == [("SCSI", 0, 0)]


def test_a_slot_holds_one_drive(lab: t.Any) -> None:
    machine = lab.machine()
    record = lab.fails(
        "Add-VMHardDiskDrive",
        VM=machine,
        Path=disk(lab, "a"),
        ControllerType="SCSI",
        ControllerNumber=0,
        ControllerLocation=0,
    )
    assert record.error_id == "ObjectNotFound" and slots(machine) == [("SCSI", 0, 0)]
    lab.run(
        "Add-VMHardDiskDrive",
        VM=machine,
        Path="D:\\a.vhdx",
        ControllerType="SCSI",
        ControllerNumber=0,
        ControllerLocation=63,
    )
    assert slots(machine)[-1] == ("SCSI", 0, 63)


@pytest.mark.parametrize(
    ("generation", "slot"),
    [(2, ("IDE", 0, 0)), (2, ("SCSI", 1, 0)), (2, ("SCSI", 0, 64)), (1, ("IDE", 0, 2)), (1, ("IDE", 2, 0))],
)
def test_slots_that_do_not_exist(lab: t.Any, generation: int, slot: tuple[str, int, int]) -> None:
    machine = lab.machine(generation=generation, disk=False)
    record = lab.fails(
        "Add-VMHardDiskDrive",
        VM=machine,
        Path=disk(lab, "a"),
        ControllerType=slot[0],
        ControllerNumber=slot[1],
        ControllerLocation=slot[2],
    )
    assert record.error_id == ("InvalidParameter" if (generation, slot[0]) == (2, "IDE") else "ObjectNotFound")


def test_ide_controllers_are_for_generation_1(lab: t.Any) -> None:
    assert len(lab.run("Get-VMIdeController", VM=lab.machine("one", generation=1, disk=False))) == 2
    assert lab.fails("Get-VMIdeController", VM=lab.machine("two", disk=False)).error_id == "InvalidParameter"


def test_scsi_is_hot_pluggable_and_ide_is_not(lab: t.Any) -> None:
    machine = lab.machine(generation=1)
    lab.run("Start-VM", VM=machine)
    assert (
        lab.fails("Add-VMHardDiskDrive", VM=machine, Path=disk(lab, "a"), ControllerType="IDE").error_id
        == "InvalidState"
    )
    assert lab.fails("Remove-VMHardDiskDrive", VMHardDiskDrive=machine.get("HardDrives")[0]).error_id == "InvalidState"
    lab.run("Add-VMHardDiskDrive", VM=machine, Path="D:\\a.vhdx")
    assert slots(machine)[-1] == ("SCSI", 0, 0)
    assert lab.fails("Remove-Item", Path="D:\\a.vhdx").cause == -2147024864
    lab.run("Remove-VMHardDiskDrive", VMHardDiskDrive=machine.get("HardDrives")[-1])
    lab.run("Remove-Item", Path="D:\\a.vhdx")


def test_a_saved_machine_takes_no_drives(lab: t.Any) -> None:
    machine = lab.booted()
    lab.run("Save-VM", VM=machine)
    assert lab.fails("Add-VMHardDiskDrive", VM=machine, Path=disk(lab, "a")).error_id == "InvalidState"


def test_a_disk_must_exist_and_is_attached_once(lab: t.Any) -> None:
    machine = lab.machine()
    assert lab.fails("Add-VMHardDiskDrive", VM=machine, Path="D:\\missing.vhdx").cause == -2147024894
    assert lab.fails("Add-VMHardDiskDrive", VM=machine, Path="d:\\vms\\WEB01\\os.vhdx").error_id == "InvalidParameter"
    assert lab.fails("Add-VMHardDiskDrive", VM=machine, Path="D:\\text.txt").cause == -1069940715


def test_drives_move_while_off(lab: t.Any) -> None:
    machine = lab.machine(generation=1)
    (drive,) = machine.get("HardDrives")
    lab.run(
        "Set-VMHardDiskDrive",
        VMHardDiskDrive=drive,
        ToControllerType="SCSI",
        ToControllerNumber=0,
        ToControllerLocation=5,
    )
    assert slots(machine) == [("SCSI", 0, 5)]
    lab.run("Start-VM", VM=machine)
    assert lab.fails("Set-VMHardDiskDrive", VMHardDiskDrive=drive, ToControllerLocation=6).error_id == "InvalidState"


def test_a_drive_is_chosen_by_slot(lab: t.Any) -> None:
    lab.machine()
    lab.run(
        "Set-VMHardDiskDrive",
        VMName="web01",
        ControllerType="SCSI",
        ControllerNumber=0,
        ControllerLocation=0,
        Path=disk(lab, "b"),
    )
    assert lab.one("Get-VMHardDiskDrive", VMName="web01").get("Path") == "D:\\b.vhdx"
    assert lab.run("Get-VMHardDiskDrive", VMName="web01", ControllerType="SCSI", ControllerLocation=1) == []
    lab.run("Remove-VMHardDiskDrive", VMName="web01", ControllerType="SCSI", ControllerNumber=0, ControllerLocation=0)
    assert lab.run("Get-VMHardDiskDrive", VMName="web01") == []
    again = lab.call(
        "Remove-VMHardDiskDrive", VMName="web01", ControllerType="SCSI", ControllerNumber=9, ControllerLocation=0
    )
    assert not again.errors and not again.output


def test_scsi_controllers_are_four_and_renumber(lab: t.Any) -> None:
    machine = lab.machine(disk=False)
    for _ in range(3):
        lab.run("Add-VMScsiController", VM=machine)
    assert lab.fails("Add-VMScsiController", VM=machine).error_id == "InvalidParameter"
    lab.run("Add-VMHardDiskDrive", VM=machine, Path=disk(lab, "a"), ControllerNumber=3, ControllerType="SCSI")
    lab.run("Remove-VMScsiController", VMName="web01", ControllerNumber=1)
    assert slots(machine) == [("SCSI", 2, 0)]
    lab.run("Start-VM", VM=machine)
    assert lab.fails("Add-VMScsiController", VM=machine).error_id == "InvalidState"


def test_dvd_drives_load_and_eject_while_running(lab: t.Any) -> None:
    machine = lab.machine()
    drive = lab.one("Add-VMDvdDrive", VM=machine, Passthru=True)
    assert str(drive.get("ControllerType")) == "SCSI" and str(drive.get("DvdMediaType")) == "None"
    lab.run("Start-VM", VM=machine)
    lab.run("Set-VMDvdDrive", VMDvdDrive=drive, Path="D:\\Images\\a.iso")
    assert str(drive.get("DvdMediaType")) == "ISO"
    assert lab.fails("Remove-Item", Path="D:\\Images\\a.iso").cause == -2147024864
    lab.run("Set-VMDvdDrive", VMDvdDrive=drive, Path=None)
    assert drive.get("Path") is None
    assert lab.fails("Set-VMDvdDrive", VMDvdDrive=drive, Path="D:\\missing.iso").error_id == "ObjectNotFound"
    lab.run("Remove-VMDvdDrive", VMName="web01", ControllerNumber=0, ControllerLocation=1)
    assert machine.get("DVDDrives") == []


def test_a_missing_image_keeps_the_machine_from_starting(lab: t.Any) -> None:
    machine = lab.machine(generation=1)
    lab.run("Set-VMDvdDrive", VMName="web01", Path="D:\\Images\\a.iso")
    lab.run("Remove-Item", Path="D:\\Images\\a.iso")
    assert lab.fails("Start-VM", VM=machine).cause == -2147024894


def test_a_removed_drive_is_not_found(lab: t.Any) -> None:
    machine = lab.machine()
    drives = machine.get("HardDrives")
    lab.run("Remove-VMHardDiskDrive", VMHardDiskDrive=drives)
    assert lab.fails("Remove-VMHardDiskDrive", VMHardDiskDrive=drives).error_id == "ObjectNotFound"
