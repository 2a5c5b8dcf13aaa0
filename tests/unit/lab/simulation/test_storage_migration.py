# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Move-VMStorage: what moves, what stays, what is refused."""

from __future__ import annotations

import typing as t

import pytest

from hyperv_lab.simulation.faults import Fault
from hyperv_lab.simulation.storage_migration import Destinations, Migration

OS = "D:\\VMs\\web01\\os.vhdx"
TEMPLATE = "D:\\Templates\\server.vhdx"


def paths(machine: t.Any) -> list[str]:
    return [str(drive.get("Path")) for drive in machine.get("HardDrives")]


def status(machine: t.Any) -> list[str]:
    return [str(each) for each in machine.get("OperationalStatus")]


def pair(source: str, destination: str) -> dict[str, str]:
    return {"SourceFilePath": source, "DestinationFilePath": destination}


def with_disk(lab: t.Any, machine: t.Any, path: str = "D:\\VMs\\web01\\data.vhdx") -> str:
    lab.run("New-VHD", Path=path, SizeBytes=8 * 1024**3, Fixed=True)
    lab.run("Add-VMHardDiskDrive", VM=machine, Path=path)
    return path


@pytest.mark.parametrize("running", [True, False])
def test_everything_goes_into_one_folder(lab: t.Any, running: bool) -> None:
    machine = lab.booted() if running else lab.machine()
    before = lab.host.files.find(OS).length
    lab.run("Move-VMStorage", VM=machine, DestinationStoragePath="C:\\new")
    assert paths(machine) == ["C:\\new\\Virtual Hard Disks\\os.vhdx"]
    assert machine.get("Path") == machine.get("SnapshotFileLocation") == machine.get("SmartPagingFilePath") == "C:\\new"
    assert lab.host.files.find("C:\\new\\Virtual Hard Disks\\os.vhdx").length == before
    assert lab.host.files.exists(f"C:\\new\\Virtual Machines\\{str(machine.id).upper()}.vmcx")
    assert not lab.host.files.exists(OS) and lab.host.files.exists(TEMPLATE)
    assert lab.one("Get-VHD", Path=paths(machine)[0]).get("ParentPath") == TEMPLATE
    assert status(machine) == ["Ok"]
    if running:
        assert lab.fails("Remove-Item", Path=paths(machine)[0]).cause == -2147024864
    else:
        lab.run("Start-VM", VM=machine)


def test_parts_go_where_they_are_told(lab: t.Any) -> None:
    machine = lab.machine()
    data = with_disk(lab, machine)
    lab.run("Move-VMStorage", Name="web01", SmartPagingFilePath="C:\\paging", Vhds=[pair(data, "C:\\d\\data.vhdx")])
    assert paths(machine) == [OS, "C:\\d\\data.vhdx"]
    assert machine.get("SmartPagingFilePath") == "C:\\paging" and machine.get("Path") == "D:\\VMs\\web01"


def test_files_of_checkpoints_keep_their_chain(lab: t.Any) -> None:
    machine = lab.machine()
    lab.run("Checkpoint-VM", VM=machine, SnapshotName="a")
    (top,) = paths(machine)
    lab.run("Move-VMStorage", VM=machine, DestinationStoragePath="C:\\new", RetainVhdCopiesOnSource=True)
    (moved,) = paths(machine)
    assert moved == "C:\\new\\Virtual Hard Disks\\" + top.rpartition("\\")[2]
    assert lab.one("Get-VHD", Path=moved).get("ParentPath") == "C:\\new\\Virtual Hard Disks\\os.vhdx"
    # of two files only the one that is written to goes for good
    assert lab.host.files.exists(OS) and not lab.host.files.exists(top)
    lab.run("Start-VM", VM=machine)
    lab.run("Remove-VMSnapshot", VMName="web01", Name="a")
    lab.estate.advance(60)
    assert paths(machine) == ["C:\\new\\Virtual Hard Disks\\os.vhdx"]


def test_a_child_of_another_machine_is_cut_off(lab: t.Any) -> None:
    machine, other = lab.machine(), lab.machine("web02", disk=False)
    lab.run("New-VHD", Path="D:\\VMs\\child.vhdx", ParentPath=OS, Differencing=True)
    lab.run("Add-VMHardDiskDrive", VM=other, Path="D:\\VMs\\child.vhdx")
    lab.run("Move-VMStorage", VM=machine, DestinationStoragePath="C:\\new")
    assert lab.fails("Start-VM", VM=other).cause == -1069940723  # 0xC03A000D


@pytest.mark.parametrize(
    ("vhds", "error_id", "hresult"),
    [
        ([pair("D:\\VMs\\other.vhdx", "C:\\other.vhdx")], "InvalidParameter", None),
        ([pair(TEMPLATE, "C:\\server.vhdx")], "InvalidParameter", None),
        ([pair(OS, "C:\\renamed.vhdx")], "InvalidParameter", None),
        ([{"SourceFilePath": OS}], "InvalidParameter", None),
        ([pair(OS, "C:\\there\\os.vhdx")], "OperationFailed", -2147024816),
        ([pair(OS, "X:\\os.vhdx")], "OperationFailed", -2147024893),
    ],
)
def test_a_refused_move_changes_nothing(
    lab: t.Any, vhds: list[dict[str, str]], error_id: str, hresult: int | None
) -> None:
    machine = lab.machine()
    lab.host.files.make_directory("C:\\there")
    lab.host.files.make_file("C:\\there\\os.vhdx", 10)
    before = lab.host.fingerprint()
    record = lab.fails("Move-VMStorage", VM=machine, Vhds=vhds)
    assert (record.error_id, record.cause) == (error_id, hresult)
    assert lab.host.fingerprint() == before


def test_a_full_volume_leaves_the_source(lab: t.Any) -> None:
    machine = lab.machine()
    data = with_disk(lab, machine)
    lab.host.files.volumes["C"].base_used = 95 * 1024**3
    record = lab.fails("Move-VMStorage", VM=machine, DestinationStoragePath="C:\\new")
    assert record.cause == -2147024784
    assert paths(machine) == [OS, data] and status(machine) == ["Ok"]
    assert not [entry for entry in lab.host.files.walk("C:\\") if entry.path.endswith(".vhdx")]


def test_what_hyperv_cannot_move(lab: t.Any) -> None:
    machine = lab.machine()
    machine.settings.disks[0].persistent_reservations = True
    assert lab.fails("Move-VMStorage", VM=machine, DestinationStoragePath="C:\\new").error_id == "OperationFailed"
    lab.run("Move-VMStorage", VM=machine, VirtualMachinePath="C:\\new")
    machine.settings.disks[0].disk_number = 3
    assert lab.fails("Move-VMStorage", VM=machine, VirtualMachinePath="C:\\other").error_id == "OperationFailed"


def test_one_that_is_under_way_shows_and_blocks(lab: t.Any) -> None:
    machine = lab.booted()
    lab.host.timings.copy_seconds_per_gibibyte = 10.0
    migration = Migration(machine, Destinations(everything="C:\\new"))
    migration.begin()
    assert status(machine) == ["InService", "StorageMigrationPhaseOne"]
    assert str(machine.get("SecondaryOperationalStatus")) == "StorageMigrationPhaseOne"
    assert paths(machine) == [OS]
    assert lab.host.files.exists("C:\\new\\Virtual Hard Disks\\os.vhdx")
    for name, more in (("Checkpoint-VM", {}), ("Move-VMStorage", {"DestinationStoragePath": "C:\\x"})):
        assert lab.fails(name, VM=machine, **more).error_id == "InvalidState"
    lab.run("Stop-VM", VM=machine, TurnOff=True)
    assert lab.fails("Remove-VM", VM=machine, Force=True).error_id == "InvalidState"
    migration.finish()
    assert machine.get("SecondaryOperationalStatus") is None


def test_time_passes_and_progress_is_reported(lab: t.Any) -> None:
    machine = lab.machine()
    with_disk(lab, machine)
    lab.host.timings.copy_seconds_per_gibibyte = 10.0
    before = lab.estate.clock.now()
    lab.run("Move-VMStorage", VM=machine, DestinationStoragePath="C:\\new")
    assert 70 < lab.estate.clock.now() - before < 100


def test_a_declared_fault_strikes_before_anything_moves(lab: t.Any) -> None:
    machine = lab.machine()
    lab.host.faults.append(Fault("Move-VMStorage", hresult=0x80070005))
    assert lab.fails("Move-VMStorage", VM=machine, DestinationStoragePath="C:\\new").cause == -2147024891
    assert paths(machine) == [OS]


def test_a_machine_that_is_merging_does_not_move(lab: t.Any) -> None:
    machine = lab.machine()
    lab.run("Checkpoint-VM", VM=machine, SnapshotName="a")
    lab.run("Remove-VMSnapshot", VMName="web01", Name="a")
    assert lab.fails("Move-VMStorage", VM=machine, DestinationStoragePath="C:\\new").error_id == "InvalidState"
