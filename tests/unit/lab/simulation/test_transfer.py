# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Export and import: the files of an export, planned machines, what does not fit the host."""

from __future__ import annotations

import typing as t
import uuid

import pytest

from hyperv_lab.cmdlets.invoke import CmdletCall, invoke
from hyperv_lab.signatures import bind, load_signatures
from hyperv_lab.simulation.estate import Session

GIB = 1024**3
ROOT = "D:\\Export\\web01"
SWITCH = {"Name": "lan", "SwitchType": "Private"}


def configuration(machine: t.Any, root: str = ROOT) -> str:
    return f"{root}\\Virtual Machines\\{str(machine.id).upper()}.vmcx"


def exported(lab: t.Any, **parameters: t.Any) -> t.Any:
    """A machine with a switch, exported to D:\\Export."""
    lab.run("New-VMSwitch", **SWITCH)
    machine = lab.machine(SwitchName="lan")
    lab.run("Export-VM", VM=machine, Path="D:\\Export", **parameters)
    return machine


def removed(lab: t.Any) -> t.Any:
    """The same, with machine and switch gone."""
    machine = exported(lab)
    lab.run("Remove-VM", VM=machine, Force=True)
    lab.run("Remove-VMSwitch", Name="lan", Force=True)
    return machine


def compare(lab: t.Any, machine: t.Any, **parameters: t.Any) -> t.Any:
    return lab.one("Compare-VM", Path=configuration(machine), **parameters)


def problems(report: t.Any) -> list[int]:
    return [each.get("MessageId") for each in report.get("Incompatibilities")]


def test_an_export_has_configuration_and_whole_chains(lab: t.Any) -> None:
    machine = exported(lab)
    files = lab.host.files
    assert files.exists(configuration(machine)) and files.is_directory(f"{ROOT}\\Snapshots")
    child = lab.one("Get-VHD", Path=f"{ROOT}\\Virtual Hard Disks\\os.vhdx")
    assert child.get("ParentPath") == f"{ROOT}\\Virtual Hard Disks\\server.vhdx"
    assert lab.one("Test-VHD", Path=child.get("Path")) is True
    assert lab.fails("Export-VM", VM=machine, Path="D:\\Export").cause == -2147024816
    assert lab.fails("Export-VM", VM=machine, Path="Q:\\Export").cause == -2147024893


def test_disks_of_one_name_cannot_be_exported(lab: t.Any) -> None:
    machine = lab.machine()
    lab.run("New-Item", Path="D:\\VMs\\other", ItemType="Directory")
    lab.run("New-VHD", Path="D:\\VMs\\other\\os.vhdx", SizeBytes=GIB)
    lab.run("Add-VMHardDiskDrive", VM=machine, Path="D:\\VMs\\other\\os.vhdx")
    assert lab.fails("Export-VM", VM=machine, Path="D:\\Export").cause == -2147024816


def test_a_full_volume_leaves_what_was_written(make_lab: t.Any) -> None:
    lab = make_lab(
        volumes=[{"letter": "C", "size": "100 GiB"}, {"letter": "D", "size": "1 TiB"}, {"letter": "E", "size": "1 GiB"}]
    )
    machine = lab.machine()
    assert lab.fails("Export-VM", VM=machine, Path="E:\\Export").cause == -2147024784
    assert lab.host.files.is_directory("E:\\Export\\web01\\Virtual Hard Disks")
    assert not lab.host.files.exists(configuration(machine, "E:\\Export\\web01"))


def test_no_export_while_disks_merge(lab: t.Any) -> None:
    machine = lab.machine()
    lab.run("Checkpoint-VM", VM=machine, SnapshotName="a")
    lab.run("Remove-VMSnapshot", VMName="web01", Name="a")
    assert lab.fails("Export-VM", VM=machine, Path="D:\\Export").error_id == "InvalidState"
    lab.estate.advance(60)
    lab.run("Export-VM", VM=machine, Path="D:\\Export")


@pytest.mark.parametrize(
    ("live", "state"), [(None, "Saved"), ("CaptureSavedState", "Saved"), ("CaptureCrashConsistentState", "Off")]
)
def test_a_running_machine_is_exported_as_asked(lab: t.Any, live: str | None, state: str) -> None:
    machine = lab.booted()
    lab.run("Export-VM", VM=machine, Path="D:\\Export", **({"CaptureLiveState": live} if live else {}))
    assert str(machine.get("State")) == "Running"
    copy = lab.one(
        "Import-VM", Path=configuration(machine), Copy=True, GenerateNewId=True, VhdDestinationPath="D:\\New"
    )
    assert str(copy.get("State")) == state


def test_checkpoints_go_along(lab: t.Any) -> None:
    machine = lab.machine()
    lab.run("Checkpoint-VM", VM=machine, SnapshotName="a")
    lab.run("Export-VM", VM=machine, Path="D:\\Export")
    copy = lab.one(
        "Import-VM", Path=configuration(machine), Copy=True, GenerateNewId=True, VhdDestinationPath="D:\\New"
    )
    (checkpoint,) = lab.run("Get-VMSnapshot", VM=copy)
    assert checkpoint.get("Name") == "a" and checkpoint.id != machine.checkpoints[0].id
    path = copy.get("HardDrives")[0].get("Path")
    assert path.startswith("D:\\New\\") and lab.one("Test-VHD", Path=path) is True


def test_the_same_id_is_refused(lab: t.Any) -> None:
    machine = exported(lab)
    for parameters in ({}, {"Copy": True}):
        assert lab.fails("Import-VM", Path=configuration(machine), **parameters).cause == -2147024713
    copy = lab.one(
        "Import-VM", Path=configuration(machine), Copy=True, GenerateNewId=True, VirtualMachinePath="D:\\Copy",
        VhdDestinationPath="D:\\Copy\\Disks",
    )  # fmt: skip
    assert copy.id != machine.id and copy.get("Name") == "web01" and copy.get("Path") == "D:\\Copy"
    assert lab.host.files.exists(configuration(copy, "D:\\Copy"))
    assert len(lab.run("Get-VM", Name="web01")) == 2


def test_registering_leaves_the_files(lab: t.Any) -> None:
    machine = removed(lab)
    lab.run("New-VMSwitch", **SWITCH)
    before = len(list(lab.host.files.walk("D:\\")))
    back = lab.one("Import-VM", Path=configuration(machine))
    assert back.id == machine.id and back.get("Path") == ROOT
    assert back.get("HardDrives")[0].get("Path") == f"{ROOT}\\Virtual Hard Disks\\os.vhdx"
    assert back.get("NetworkAdapters")[0].get("SwitchName") == "lan"
    assert len(list(lab.host.files.walk("D:\\"))) == before
    lab.run("Start-VM", VM=back)


def test_a_missing_switch_is_repaired_on_the_report(lab: t.Any) -> None:
    machine = removed(lab)
    report = compare(lab, machine)
    assert problems(report) == [33012]
    (problem,) = report.get("Incompatibilities")
    assert problem.get("Source").get("SwitchName") == "lan" and "lan" in problem.get("Message")
    assert not lab.run("Get-VM")
    assert (
        len(lab.run("Get-CimInstance", Namespace="root/virtualization/v2", ClassName="Msvm_PlannedComputerSystem")) == 1
    )
    lab.fails("Import-VM", CompatibilityReport=report)
    lab.run("Disconnect-VMNetworkAdapter", VMNetworkAdapter=problem.get("Source"))
    assert problems(report) == [33012]
    again = lab.one("Compare-VM", CompatibilityReport=report)
    assert problems(again) == []
    lab.run("Rename-VM", VM=again.get("VM"), NewName="web09")
    assert lab.one("Import-VM", CompatibilityReport=again).get("Name") == "web09"
    assert not lab.host.planned


def test_missing_files_memory_and_processors(lab: t.Any) -> None:
    machine = lab.machine()
    lab.run("Add-VMDvdDrive", VM=machine, Path="D:\\Images\\a.iso")
    lab.run("Export-VM", VM=machine, Path="D:\\Export")
    lab.run("Remove-VM", VM=machine, Force=True)
    for path in ("D:\\Images\\a.iso", f"{ROOT}\\Virtual Hard Disks\\os.vhdx", "D:\\VMs\\web01\\os.vhdx"):
        lab.host.files.remove(path)
    lab.host.memory, lab.host.processors = 3 * GIB, 0
    report = compare(lab, machine)
    assert sorted(problems(report)) == [4100, 4101, 40010, 40010]
    for problem in report.get("Incompatibilities"):
        source = problem.get("Source")
        if source.type_name.endswith("HardDiskDrive"):
            lab.run("Remove-VMHardDiskDrive", VMHardDiskDrive=source)
        elif source.type_name.endswith("DvdDrive"):
            lab.run("Set-VMDvdDrive", VMDvdDrive=source, Path=None)
    lab.run("Set-VMMemory", VM=report.get("VM"), StartupBytes=GIB)
    assert problems(lab.one("Compare-VM", CompatibilityReport=report)) == [4101]


def test_a_file_in_the_way_leaves_a_planned_machine(lab: t.Any) -> None:
    machine = removed(lab)
    lab.run("New-VMSwitch", **SWITCH)
    lab.run("New-Item", Path="D:\\Back\\server.vhdx", ItemType="File", Value="mine", Force=True)
    given = {"Path": configuration(machine), "Copy": True, "VhdDestinationPath": "D:\\Back"}
    assert lab.fails("Import-VM", **given).cause == -2147024816
    assert not lab.host.planned, "Import-VM removes the one it planned itself"
    lab.run("Remove-Item", Path="D:\\Back\\os.vhdx")
    report = lab.one("Compare-VM", **given)
    assert lab.fails("Import-VM", CompatibilityReport=report).cause == -2147024816
    assert lab.host.files.exists("D:\\Back\\os.vhdx") and not lab.run("Get-VM") and len(lab.host.planned) == 1
    (system,) = lab.run("Get-CimInstance", Namespace="root/virtualization/v2", ClassName="Msvm_PlannedComputerSystem")
    (service,) = lab.run(
        "Get-CimInstance", Namespace="root/virtualization/v2", ClassName="Msvm_VirtualSystemManagementService"
    )
    answer = lab.one(
        "Invoke-CimMethod", InputObject=service, MethodName="DestroySystem", Arguments={"AffectedSystem": system}
    )
    assert answer.get("ReturnValue") == 0 and not lab.host.planned
    assert lab.host.files.exists(configuration(machine))


def test_paths_that_are_no_configuration(lab: t.Any) -> None:
    machine = exported(lab)
    folder = configuration(machine).rpartition("\\")[0]
    assert lab.fails("Compare-VM", Path="web01.vmcx").error_id == "InvalidParameter"
    assert lab.fails("Compare-VM", Path=f"{folder}\\{uuid.uuid4()}.vmcx").error_id == "ObjectNotFound"
    lab.run("New-Item", Path=f"{folder}\\{uuid.uuid4()}.xml", ItemType="File", Value="<a/>")
    other = next(item.path for item in lab.host.files.children(folder) if item.path.endswith(".xml"))
    assert lab.fails("Compare-VM", Path=other).error_id == "OperationFailed"
    moved = lab.one("Move-Item", Path=ROOT, Destination="D:\\Elsewhere", PassThru=True)
    assert lab.one(
        "Compare-VM", Path=configuration(machine, moved.path), Copy=True, GenerateNewId=True
    ).get("VM").get("Name") == "web01"  # fmt: skip


def test_comparing_changes_no_file_and_no_machine(lab: t.Any) -> None:
    machine = exported(lab)
    before = lab.host.fingerprint()
    report = compare(lab, machine, Copy=True, GenerateNewId=True, VhdDestinationPath="D:\\New")
    assert lab.host.fingerprint() != before  # the planned machine
    lab.run("Remove-VM", VM=report.get("VM"), Force=True)
    assert lab.host.fingerprint() == before


def test_the_configuration_file_knows_of_changes(lab: t.Any) -> None:
    machine = lab.machine()
    path = configuration(machine, "D:\\VMs\\web01")
    first = lab.one("Get-Item", Path=path).get("LastWriteTimeUtc")
    lab.estate.advance(60)
    lab.run("Get-VMProcessor", VM=machine)
    lab.run("Export-VM", VM=machine, Path="D:\\Export")
    assert lab.one("Get-Item", Path=path).get("LastWriteTimeUtc") == first
    lab.run("Set-VMProcessor", VM=machine, Count=2)
    assert lab.one("Get-Item", Path=path).get("LastWriteTimeUtc") > first


def test_text_of_files(lab: t.Any) -> None:
    assert lab.one("Get-Content", LiteralPath="D:\\text.txt", Raw=True) == "hello"
    assert lab.fails("Get-Content", LiteralPath="D:\\none.txt").error_id == "PathNotFound"


def test_an_export_that_is_moved_or_copied_stays_whole(lab: t.Any) -> None:
    exported(lab)
    lab.run("Copy-Item", Path=ROOT, Destination="D:\\Copied", Recurse=True)
    lab.run("Move-Item", Path=ROOT, Destination="D:\\Moved")
    for folder in ("D:\\Copied", "D:\\Moved"):
        disk = lab.one("Get-VHD", Path=f"{folder}\\Virtual Hard Disks\\os.vhdx")
        assert disk.get("ParentPath") == f"{folder}\\Virtual Hard Disks\\server.vhdx"
        assert lab.one("Test-VHD", Path=disk.get("Path")) is True


def test_export_and_import_take_their_time_and_say_how_far_they_are(lab: t.Any) -> None:
    lab.host.timings.copy_seconds_per_gibibyte = 10
    machine = lab.machine()
    told: list[tuple[str, int]] = []

    def call(name: str, **parameters: t.Any) -> t.Any:
        signature = load_signatures()["Hyper-V"][name]
        bound = bind(signature, parameters, lab.host.build)
        session = Session(
            "Administrator", "HV01", "direct", progress=lambda text, percent: told.append((text, percent))
        )
        return invoke(lab.host, CmdletCall("Hyper-V", name, bound.set_name, bound.parameters, session))

    began = lab.estate.clock.now()
    call("Export-VM", VM=[machine], Path="D:\\Export")
    # the template has 8 GiB of data, the disk on it next to none
    assert 80 <= lab.estate.clock.now() - began < 90
    assert {text for text, _percent in told} == {"Exporting web01"} and (told[0][1], told[-1][1]) == (0, 100)
    began = lab.estate.clock.now()
    call("Import-VM", Path=configuration(machine), Copy=True, GenerateNewId=True, VhdDestinationPath="D:\\New")
    assert 80 <= lab.estate.clock.now() - began < 90 and told[-1] == ("Importing web01", 100)
