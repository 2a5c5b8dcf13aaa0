# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Checkpoints: the chain of .avhdx files and the merges."""

from __future__ import annotations

import typing as t

from hyperv_lab.simulation import checkpoints as rules

BASE = "D:\\VMs\\web01\\os.vhdx"


def path(machine: t.Any) -> str:
    return str(machine.get("HardDrives")[0].get("Path"))


def status(machine: t.Any) -> list[str]:
    return [str(each) for each in machine.get("OperationalStatus")]


def take(lab: t.Any, machine: t.Any, name: str) -> t.Any:
    return lab.one("Checkpoint-VM", VM=machine, SnapshotName=name, Passthru=True)


def test_a_checkpoint_turns_the_path_into_an_avhdx(lab: t.Any) -> None:
    machine = lab.machine()
    first = take(lab, machine, "a")
    assert path(machine).startswith("D:\\VMs\\web01\\os_") and path(machine).endswith(".avhdx")
    assert lab.one("Get-VHD", Path=path(machine)).get("ParentPath") == BASE
    assert lab.one("Get-VMHardDiskDrive", VMSnapshot=first).get("Path") == BASE
    assert machine.get("ParentSnapshotName") == "a"
    second = take(lab, machine, "b")
    assert path(machine).count("_") == 1
    assert second.get("ParentSnapshotId") == first.id
    assert [each.get("Name") for each in lab.run("Get-VMSnapshot", VMName="web01")] == ["a", "b"]


def test_removing_returns_before_the_merge(lab: t.Any) -> None:
    machine = lab.machine()
    take(lab, machine, "a")
    child = path(machine)
    lab.run("Remove-VMSnapshot", VMName="web01", Name="a")
    assert path(machine) == child and status(machine) == ["InService", "MergingDisks"]
    assert lab.fails("Get-VHD", Path=BASE).error_id == "ObjectInUse"
    assert lab.fails("Remove-Item", Path=child).cause == -2147024864
    assert lab.fails("Start-VM", VM=machine).cause == -2147024864
    assert lab.fails("Checkpoint-VM", VM=machine).error_id == "InvalidState"
    lab.estate.advance(60)
    assert path(machine) == BASE and status(machine) == ["Ok"] and not lab.host.files.exists(child)
    lab.run("Start-VM", VM=machine)


def test_a_running_machine_merges_and_goes_on(lab: t.Any) -> None:
    machine = lab.booted()
    take(lab, machine, "a")
    lab.run("Remove-VMSnapshot", VMName="web01", Name="a")
    assert status(machine)[-1] == "MergingDisks" and str(machine.get("State")) == "Running"
    lab.estate.advance(60)
    assert path(machine) == BASE
    assert lab.fails("Remove-Item", Path=BASE).cause == -2147024864
    lab.run("Stop-VM", VM=machine)
    assert not lab.host.files.entry(BASE).locks


def test_removing_one_of_many_keeps_the_chain(lab: t.Any) -> None:
    machine = lab.machine()
    for name in ("a", "b", "c"):
        take(lab, machine, name)
    lab.run("Remove-VMSnapshot", VMName="web01", Name="b")
    lab.estate.advance(60)
    assert lab.run("Test-VHD", Path=path(machine)) == [True]
    chain = [path(machine)]
    while parent := lab.one("Get-VHD", Path=chain[-1]).get("ParentPath"):
        chain.append(parent)
    assert len(chain) == 4 and chain[-2] == BASE
    first, last = lab.run("Get-VMSnapshot", VMName="web01")
    assert last.get("ParentSnapshotId") == first.id
    lab.run("Remove-VMSnapshot", VMName="web01", Name="a", IncludeAllChildSnapshots=True)
    lab.estate.advance(60)
    assert path(machine) == BASE and lab.run("Get-VMSnapshot", VMName="web01") == []
    assert lab.run("Get-ChildItem", Path="D:\\VMs\\web01", Filter="*.avhdx") == []


def test_going_back_drops_what_came_after(lab: t.Any) -> None:
    machine = lab.machine()
    checkpoint = take(lab, machine, "a")
    abandoned = path(machine)
    lab.run("Set-VM", VM=machine, ProcessorCount=4, Notes="later")
    lab.run("Restore-VMSnapshot", VMName="web01", Name="a")
    assert machine.get("ProcessorCount") == 1 and machine.get("Notes") == ""
    assert path(machine) != abandoned and not lab.host.files.exists(abandoned)
    assert lab.one("Get-VHD", Path=path(machine)).get("ParentPath") == BASE
    lab.run("Rename-VMSnapshot", VMSnapshot=checkpoint, NewName="b")
    assert lab.one("Get-VMSnapshot", VMName="web01", Name="b") is checkpoint


def test_going_back_keeps_a_branch_that_a_checkpoint_holds(lab: t.Any) -> None:
    machine = lab.machine()
    take(lab, machine, "a")
    take(lab, machine, "b")
    lab.run("Restore-VMSnapshot", VMName="web01", Name="a")
    held = lab.one("Get-VMHardDiskDrive", VMSnapshot=lab.one("Get-VMSnapshot", VMName="web01", Name="b")).get("Path")
    assert lab.host.files.exists(held)
    lab.run("Remove-VMSnapshot", VMName="web01", Name="b")
    lab.estate.advance(60)
    assert not lab.host.files.exists(held) and lab.run("Test-VHD", Path=path(machine)) == [True]


def test_a_standard_checkpoint_of_a_running_machine_holds_its_memory(lab: t.Any) -> None:
    machine = lab.booted()
    lab.run("Set-VM", VM=machine, CheckpointType="Standard")
    take(lab, machine, "a")
    lab.run("Restore-VMSnapshot", VMName="web01", Name="a")
    assert str(machine.get("State")) == "Saved"
    lab.run("Start-VM", VM=machine)
    assert str(machine.get("State")) == "Running"


def test_disabled_checkpoints_and_missing_files(lab: t.Any) -> None:
    machine = lab.machine()
    take(lab, machine, "a")
    lab.run("Set-VM", VM=machine, CheckpointType="Disabled")
    assert lab.fails("Checkpoint-VM", VM=machine).error_id == "OperationFailed"
    lab.run("Rename-Item", Path=BASE, NewName="gone.vhdx")
    record = lab.fails("Remove-VMSnapshot", VMName="web01", Name="a")
    assert record.cause == -2147024894 and len(lab.run("Get-VMSnapshot", VMName="web01")) == 1


def test_disks_stay_locked_after_the_machine_is_gone(lab: t.Any) -> None:
    machine = lab.machine()
    take(lab, machine, "a")
    lab.run("Remove-VM", VM=machine, Force=True)
    assert lab.fails("Remove-Item", Path=BASE).cause == -2147024864
    lab.estate.advance(60)
    lab.run("Remove-Item", Path=BASE)


def test_a_merge_waits_for_room(make_lab: t.Any) -> None:
    lab = make_lab(volumes=[{"letter": "C", "size": "100 GiB"}, {"letter": "D", "size": "10 GiB"}])
    machine = lab.booted()
    lab.run("Stop-VM", VM=machine)
    take(lab, machine, "a")
    lab.run("Start-VM", VM=machine)
    lab.estate.advance(60)
    lab.host.files.make_file("D:\\filler", lab.host.files.volumes["D"].free)
    lab.run("Remove-VMSnapshot", VMName="web01", Name="a")
    lab.estate.advance(600)
    assert status(machine)[-1] == "MergingDisks"
    lab.host.files.remove("D:\\filler")
    lab.estate.advance(120)
    assert path(machine) == BASE


def test_a_disk_is_not_replaced_under_checkpoints(lab: t.Any) -> None:
    machine = lab.machine()
    take(lab, machine, "a")
    assert lab.fails(
        "Set-VMHardDiskDrive", VMHardDiskDrive=machine.get("HardDrives")[0], Path="D:\\Templates\\server.vhdx"
    ).error_id == ("InvalidParameter")
    assert lab.fails("Set-VM", VM=machine, SnapshotFileLocation="D:\\other").error_id == "InvalidParameter"


def test_no_checkpoint_with_a_shared_disk(lab: t.Any) -> None:
    machine = lab.machine()
    machine.settings.disks[0].persistent_reservations = True
    assert "sharable" in lab.fails("Checkpoint-VM", VM=machine).message  # CHK-13


def test_automatic_checkpoints_come_with_the_start_and_go_with_the_end(lab: t.Any) -> None:
    machine = lab.machine()
    lab.run("Set-VM", VM=machine, AutomaticCheckpointsEnabled=True)
    lab.run("Start-VM", VM=machine)
    only = lab.one("Get-VMSnapshot", VMName="web01")
    assert only.get("IsAutomaticCheckpoint") is True and str(only.get("State")) == "Off"
    lab.run("Save-VM", VM=machine)
    lab.run("Start-VM", VM=machine)
    assert lab.one("Get-VMSnapshot", VMName="web01") is only
    lab.run("Stop-VM", VM=machine, TurnOff=True)
    assert lab.run("Get-VMSnapshot", VMName="web01") == [] and status(machine)[-1] == "MergingDisks"
    lab.estate.advance(60)
    assert path(machine) == BASE


def test_a_production_checkpoint_needs_the_guest(lab: t.Any) -> None:
    machine = lab.booted()
    assert str(take(lab, machine, "asked").get("State")) == "Off"
    lab.run("Disable-VMIntegrationService", VM=machine, Name="VSS")
    assert str(take(lab, machine, "fell back").get("State")) == "Saved"
    lab.run("Set-VM", VM=machine, CheckpointType="ProductionOnly")
    lab.fails("Checkpoint-VM", VM=machine)
    assert len(lab.run("Get-VMSnapshot", VMName="web01")) == 2
    lab.run("Set-VM", VM=machine, CheckpointType="Standard")
    assert str(take(lab, machine, "standard").get("State")) == "Saved"


def test_memory_goes_into_the_checkpoint_location(lab: t.Any) -> None:
    machine = lab.booted()
    lab.run("Set-VM", VM=machine, CheckpointType="Standard")
    volume = lab.host.files.volumes[machine.snapshot_path[0].upper()]
    before = volume.free
    checkpoint = take(lab, machine, "a")
    assert before - volume.free >= machine.assigned
    lab.run("Remove-VMSnapshot", VMSnapshot=checkpoint)
    lab.estate.advance(60)
    filler = lab.host.files.make_file(f"{volume.letter}:\\filler", volume.free - 1024)
    drive = path(machine)
    assert lab.fails("Checkpoint-VM", VM=machine).cause == -2147024784
    assert path(machine) == drive and lab.run("Get-VMSnapshot", VMName="web01") == []
    lab.host.files.remove(filler.path)
    take(lab, machine, "a")


def test_a_fork_is_merged_when_one_branch_is_left(lab: t.Any) -> None:
    machine = lab.machine()
    take(lab, machine, "root")
    take(lab, machine, "left")
    lab.run("Restore-VMSnapshot", VMName="web01", Name="root")
    take(lab, machine, "right")
    lab.run("Remove-VMSnapshot", VMName="web01", Name="root")
    assert status(machine) == ["Ok"]
    lab.run("Remove-VMSnapshot", VMName="web01", Name="left")
    lab.estate.advance(60)
    lab.run("Remove-VMSnapshot", VMName="web01", Name="right")
    lab.estate.advance(60)
    assert path(machine) == BASE
    assert not [entry for entry in lab.host.files.walk("D:\\") if entry.path.endswith(".avhdx")]


def test_kinds_of_checkpoints_are_told_apart(lab: t.Any) -> None:
    machine = lab.machine()
    take(lab, machine, "mine")
    rules.take(machine, "backup", kind="Recovery")
    assert lab.one("Get-VMSnapshot", VM=machine, SnapshotType="Recovery").get("Name") == "backup"
    assert lab.one("Get-VMSnapshot", VM=machine, SnapshotType="Standard").get("Name") == "mine"
    assert len(lab.run("Get-VMSnapshot", VM=machine)) == 2


def test_a_checkpoint_is_exported_as_a_machine_of_its_own(lab: t.Any) -> None:
    machine = lab.machine()
    first = take(lab, machine, "a")
    take(lab, machine, "b")
    lab.run("Set-VM", VM=machine, ProcessorCount=4)
    lab.run("Export-VMSnapshot", VMSnapshot=first, Path="D:\\Exports")
    root = "D:\\Exports\\web01"
    (file,) = lab.run("Get-ChildItem", Path=f"{root}\\Virtual Machines", Filter="*.vmcx")
    disks = [each.get("Name") for each in lab.run("Get-ChildItem", Path=f"{root}\\Virtual Hard Disks")]
    assert disks == ["os.vhdx", "server.vhdx"] and not lab.run("Get-ChildItem", Path=f"{root}\\Snapshots")
    assert lab.fails("Export-VMSnapshot", VMName="web01", Name="b", Path="D:\\Exports").cause == -2147024816
    copied = lab.one("Import-VM", Path=file.get("FullName"), Copy=True, GenerateNewId=True)
    assert copied.get("ProcessorCount") == 1 and copied.get("ParentSnapshotId") is None
