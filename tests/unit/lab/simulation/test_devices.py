# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a drive can carry, pass-through disks, persistent memory and floppy disks."""

from __future__ import annotations

import typing as t
import uuid

import pytest

GIB = 1024**3
POLICY = "6a1d6ad6-0e4b-4a0a-9a3e-0f1f9f3f2c11"
LUN = {"size": "100 GiB", "serial": "LUN-A", "unique_id": "5000AAAA", "number": 4}
SHARED = "C:\\ClusterStorage\\Volume1\\quorum.vhdx"


def shared_disk(lab: t.Any) -> None:
    lab.run("New-Item", ItemType="Directory", Path=SHARED.rpartition("\\")[0], Force=True)
    lab.run("New-VHD", Path=SHARED, SizeBytes=GIB, Fixed=True)


def test_limits_change_while_running(lab: t.Any) -> None:
    machine = lab.booted()
    (drive,) = machine.get("HardDrives")
    lab.run("Set-VMHardDiskDrive", VMHardDiskDrive=drive, MinimumIOPS=100, MaximumIOPS=500, QoSPolicyID=POLICY)
    assert (drive.get("MinimumIOPS"), drive.get("MaximumIOPS")) == (100, 500)
    assert drive.get("QoSPolicyID") == uuid.UUID(POLICY)
    assert lab.fails("Set-VMHardDiskDrive", VMHardDiskDrive=drive, MinimumIOPS=600).error_id == "InvalidParameter"
    assert lab.fails("Set-VMHardDiskDrive", VMHardDiskDrive=drive, QoSPolicyID="gold").error_id == "InvalidParameter"
    lab.run("Set-VMHardDiskDrive", VMHardDiskDrive=drive, QoSPolicyID=None)
    assert drive.get("QoSPolicyID").int == 0


def test_pool_and_cache_change_while_off(make_lab: t.Any) -> None:
    lab = make_lab(disk_pools=["gold"])
    machine = lab.machine()
    (drive,) = machine.get("HardDrives")
    lab.run(
        "Set-VMHardDiskDrive",
        VMHardDiskDrive=drive,
        ResourcePoolName="gold",
        OverrideCacheAttributes="WriteCacheDisabled",
    )
    assert (drive.get("PoolName"), str(drive.get("WriteHardeningMethod"))) == ("gold", "WriteCacheDisabled")
    assert lab.fails("Set-VMHardDiskDrive", VMHardDiskDrive=drive, ResourcePoolName="tin").error_id == "ObjectNotFound"
    lab.run("Start-VM", VM=machine)
    for change in ({"ResourcePoolName": "Primordial"}, {"OverrideCacheAttributes": "Default"}):
        assert lab.fails("Set-VMHardDiskDrive", VMHardDiskDrive=drive, **change).error_id == "InvalidState"


def test_machines_share_a_disk(lab: t.Any) -> None:
    shared_disk(lab)
    one, two, three = lab.machine("one"), lab.machine("two"), lab.machine("three")
    for machine in (one, two):
        lab.run("Add-VMHardDiskDrive", VM=machine, Path=SHARED, SupportPersistentReservations=True)
        lab.run("Start-VM", VM=machine)
    lab.run("Add-VMHardDiskDrive", VM=three, Path=SHARED)
    assert lab.fails("Start-VM", VM=three).cause == -2147024864
    drive = one.get("HardDrives")[1]
    assert drive.get("SupportPersistentReservations") is True
    record = lab.fails("Set-VMHardDiskDrive", VMHardDiskDrive=drive, SupportPersistentReservations=False)
    assert record.error_id == "InvalidState"


def test_what_cannot_be_shared(lab: t.Any) -> None:
    machine = lab.machine(generation=1)
    lab.run("New-VHD", Path="D:\\a.vhdx", SizeBytes=GIB)
    shared_disk(lab)
    for where in ({"Path": "D:\\a.vhdx", "ControllerType": "SCSI"}, {"Path": SHARED, "ControllerType": "IDE"}):
        record = lab.fails("Add-VMHardDiskDrive", VM=machine, SupportPersistentReservations=True, **where)
        assert record.error_id == "InvalidParameter"


def test_a_disk_of_the_host_goes_offline_and_to_one_machine(make_lab: t.Any) -> None:
    lab = make_lab(physical_disks=[LUN])
    one, two = lab.machine("one"), lab.machine("two")
    record = lab.one("Get-Disk", SerialNumber="LUN-A")
    assert (record.get("Number"), record.get("UniqueId"), record.get("IsOffline")) == (4, "5000AAAA", False)
    assert lab.fails("Add-VMHardDiskDrive", VM=one, DiskNumber=4).error_id == "InvalidParameter"
    assert lab.fails("Add-VMHardDiskDrive", VM=one, DiskNumber=9).error_id == "ObjectNotFound"
    lab.run("Set-Disk", UniqueId="5000aaaa", IsOffline=True)
    drive = lab.one("Add-VMHardDiskDrive", VM=one, DiskNumber=4, Passthru=True)
    assert drive.get("DiskNumber") == 4 and str(drive.get("Path")).startswith("Disk 4")
    assert lab.fails("Add-VMHardDiskDrive", VM=two, DiskNumber=4).error_id == "ObjectInUse"
    assert lab.fails("Checkpoint-VM", VM=one).error_id == "OperationFailed"
    lab.run("Start-VM", VM=one)
    assert lab.fails("Set-Disk", Number=4, IsOffline=False).error_id == "StorageWMI 4"
    lab.run("Stop-VM", VM=one, TurnOff=True, Force=True)
    lab.run("Set-Disk", InputObject=record, IsOffline=False)
    assert lab.fails("Start-VM", VM=one).error_id == "ObjectInUse"


def test_a_volume_goes_and_comes_back_with_its_disk(make_lab: t.Any) -> None:
    volumes = [{"letter": letter, "size": "1 TiB"} for letter in "CDE"]
    lab = make_lab(volumes=volumes, files=[{"path": "E:\\a.txt", "text": "x"}], physical_disks=[{**LUN, "letter": "E"}])
    assert [record.get("Number") for record in lab.run("Get-Disk")] == [0, 1, 4]
    (partition,) = lab.run("Get-Partition", DiskNumber=4)
    assert partition.get("DriveLetter") == "E" and partition.get("AccessPaths")[0] == "E:\\"
    lab.run("Set-Disk", Number=4, IsOffline=True)
    assert lab.run("Test-Path", Path="E:\\a.txt") == [False] and "E" not in lab.host.files.volumes
    assert lab.run("Get-Partition", DiskNumber=4)[0].get("AccessPaths") == []
    assert lab.fails("Get-Volume", DriveLetter="E").error_id == "CmdletizationQuery_NotFound_DriveLetter"
    assert lab.fails("Get-Partition", DriveLetter="E").error_id == "CmdletizationQuery_NotFound_DriveLetter"
    lab.run("Set-Disk", Number=4, IsOffline=False)
    assert lab.run("Test-Path", Path="E:\\a.txt") == [True]


@pytest.mark.parametrize(("disk", "number"), [({"clustered": True}, 4), ({"system": True}, 4), ({}, 0)])
def test_disks_that_stay_online(make_lab: t.Any, disk: dict[str, t.Any], number: int) -> None:
    lab = make_lab(physical_disks=[{**LUN, **disk}])
    assert lab.fails("Set-Disk", Number=number, IsOffline=True).error_id.startswith("StorageWMI ")


def test_a_number_that_no_disk_has(lab: t.Any) -> None:
    assert lab.fails("Get-Disk", Number=77).error_id == "CmdletizationQuery_NotFound_Number"
    assert lab.fails("Get-Disk", UniqueId="none").error_id == "CmdletizationQuery_NotFound_UniqueId"


def test_a_number_can_be_another_after_a_restart(make_lab: t.Any) -> None:
    lab = make_lab(physical_disks=[{**LUN, "offline": True}])
    drive = lab.one("Add-VMHardDiskDrive", VM=lab.machine(), DiskNumber=4, Passthru=True)
    lab.host.physical_disks[0].number = 6
    assert drive.get("DiskNumber") == 4 and lab.one("Get-Disk", SerialNumber="LUN-A").get("Number") == 6


def test_a_mount_gets_a_free_number(make_lab: t.Any) -> None:
    lab = make_lab(physical_disks=[{**LUN, "number": 2}])
    assert lab.one("Mount-VHD", Path="D:\\Templates\\server.vhdx", Passthru=True).get("DiskNumber") == 3


def test_persistent_memory(lab: t.Any) -> None:
    machine, old = lab.machine(), lab.machine("old", generation=1)
    lab.run("New-VHD", Path="D:\\log.vhdpmem", SizeBytes=GIB, Fixed=True)
    lab.run("New-VHD", Path="D:\\a.vhdx", SizeBytes=GIB)
    assert lab.fails("Add-VMPmemController", VM=old).error_id == "InvalidParameter"
    lab.run("Add-VMPmemController", VM=machine)
    assert lab.fails("Add-VMPmemController", VM=machine).error_id == "InvalidParameter"
    for kind, path in (("PMEM", "D:\\a.vhdx"), ("SCSI", "D:\\log.vhdpmem")):
        assert (
            lab.fails("Add-VMHardDiskDrive", VM=machine, ControllerType=kind, Path=path).error_id == "InvalidParameter"
        )
    lab.run("Add-VMHardDiskDrive", VM=machine, ControllerType="PMEM", ControllerNumber=0, Path="D:\\log.vhdpmem")
    assert [str(drive.get("ControllerType")) for drive in machine.get("HardDrives")] == ["PMEM", "SCSI"]
    lab.run("Checkpoint-VM", VM=machine, SnapshotName="a")
    memory, system = machine.get("HardDrives")
    assert (memory.get("Path"), system.get("Path")[-6:]) == ("D:\\log.vhdpmem", ".avhdx")
    lab.run("Remove-VMSnapshot", VMName="web01", Name="a")
    lab.estate.advance(60)
    assert lab.run("Test-Path", Path="D:\\log.vhdpmem") == [True]
    assert len(machine.settings.firmware.boot_order) == 2, "persistent memory is nothing to start from"
    lab.run("Start-VM", VM=machine)
    record = lab.fails("Remove-VMHardDiskDrive", VMHardDiskDrive=machine.get("HardDrives")[0])
    assert record.error_id == "InvalidState"
    lab.run("Stop-VM", VM=machine, TurnOff=True, Force=True)
    lab.run("Remove-VMPmemController", VMPmemController=lab.one("Get-VMPmemController", VM=machine))
    assert [str(drive.get("ControllerType")) for drive in machine.get("HardDrives")] == ["SCSI"]


def test_without_a_type_ide_is_tried_before_scsi_at_the_very_place(lab: t.Any) -> None:
    machine = lab.machine(generation=1)
    for name in "ab":
        lab.run("New-VHD", Path=f"D:\\{name}.vhdx", SizeBytes=GIB)
        lab.run("Add-VMHardDiskDrive", VM=machine, Path=f"D:\\{name}.vhdx", ControllerNumber=0, ControllerLocation=1)
    places = [drive.get("ControllerType").name for drive in machine.get("HardDrives")]
    assert places == ["IDE", "IDE", "SCSI"]
    lab.run("New-VHD", Path="D:\\c.vhdx", SizeBytes=GIB)
    record = lab.fails("Add-VMHardDiskDrive", VM=machine, Path="D:\\c.vhdx", ControllerNumber=0, ControllerLocation=1)
    assert record.error_id == "ObjectNotFound"


def test_without_a_slot_all_drives_are_set(lab: t.Any) -> None:
    machine = lab.machine()
    lab.run("New-VHD", Path="D:\\a.vhdx", SizeBytes=GIB)
    lab.run("Add-VMHardDiskDrive", VM=machine, Path="D:\\a.vhdx")
    lab.run("Set-VMHardDiskDrive", VMName="web01", MaximumIOPS=7)
    assert [drive.get("MaximumIOPS") for drive in machine.get("HardDrives")] == [7, 7]
    lab.run("Set-VMHardDiskDrive", VMName="web01", ControllerType="SCSI", ControllerLocation=1, MaximumIOPS=8)
    assert [drive.get("MaximumIOPS") for drive in machine.get("HardDrives")] == [7, 8]


def test_floppy_disks(make_lab: t.Any) -> None:
    lab = make_lab(files=[{"path": "D:\\boot.vfd", "size": "1440 KiB"}, {"path": "D:\\a.iso", "size": "1 MiB"}])
    old, new = lab.machine("old", generation=1), lab.machine("new")
    assert lab.fails("Get-VMFloppyDiskDrive", VM=new).error_id == "InvalidParameter"
    lab.run("Start-VM", VM=old)
    lab.run("Set-VMFloppyDiskDrive", VM=old, Path="D:\\boot.vfd")
    assert old.get("FloppyDrive").get("Path") == "D:\\boot.vfd"
    assert lab.fails("Set-VMFloppyDiskDrive", VM=old, Path="D:\\a.iso").error_id == "InvalidParameter"
    assert lab.fails("Set-VMFloppyDiskDrive", VM=old, Path="D:\\none.vfd").error_id == "ObjectNotFound"
    lab.run("Set-VMFloppyDiskDrive", VMFloppyDiskDrive=old.get("FloppyDrive"), Path=None)
    assert old.get("FloppyDrive").get("Path") is None
