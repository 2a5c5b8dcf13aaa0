# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Virtual disks: formats, sizes, chains, identifiers, sharing, and full volumes."""

from __future__ import annotations

import typing as t

import pytest

MIB = 1024**2
GIB = 1024**3
TIB = 1024**4
TEMPLATE = "D:\\Templates\\server.vhdx"
IN_USE = -2147024864
FULL = -2147024784
PARENT_MISSING = -1069940723
PARENT_MISMATCH = -1069940722


def test_sparse_and_fixed_disks_take_different_room(lab: t.Any) -> None:
    free = lab.host.files.volumes["D"].free
    sparse = lab.one("New-VHD", Path="D:\\a.vhdx", SizeBytes=100 * GIB)
    assert (str(sparse.get("VhdType")), str(sparse.get("VhdFormat")), sparse.get("FileSize")) == (
        "Dynamic",
        "VHDX",
        4 * MIB,
    )
    fixed = lab.one("New-VHD", Path="D:\\b.vhd", SizeBytes=100 * GIB, Fixed=True)
    assert (str(fixed.get("VhdType")), fixed.get("BlockSize"), fixed.get("PhysicalSectorSize")) == ("Fixed", 0, 512)
    assert free - lab.host.files.volumes["D"].free == 4 * MIB + 100 * GIB + 512
    lab.run("Remove-Item", Path="D:\\b.vhd")
    assert free - lab.host.files.volumes["D"].free == 4 * MIB


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("D:\\a.vhd", 2041 * GIB),
        ("D:\\a.vhdx", 64 * TIB + 4096),
        ("D:\\a.vhdx", MIB),
        ("D:\\a.vhdx", 2_000_000_000),
        ("D:\\a.img", GIB),
    ],
)
def test_disks_that_cannot_be(lab: t.Any, path: str, size: int) -> None:
    record = lab.fails("New-VHD", Path=path, SizeBytes=size)
    assert (
        record.fully_qualified == "InvalidParameter,Microsoft.Vhd.PowerShell.Cmdlets.NewVhd"
        and record.category == "InvalidArgument"
    )


def test_a_new_disk_needs_its_folder_a_free_name_and_room(lab: t.Any) -> None:
    assert lab.fails("New-VHD", Path="D:\\none\\a.vhdx", SizeBytes=GIB).cause == -2147024893
    assert lab.fails("New-VHD", Path=TEMPLATE, SizeBytes=GIB).cause == -2147024816
    record = lab.fails("New-VHD", Path="D:\\a.vhdx", SizeBytes=2 * TIB, Fixed=True)
    assert record.cause == FULL and not lab.host.files.exists("D:\\a.vhdx")


def test_get_vhd_of_what_is_not_there(lab: t.Any) -> None:
    """The cmdlets look for the file themselves: they say neither whether its folder is there, nor an HRESULT."""
    for path in ("D:\\a.vhdx", "D:\\x\\a.vhdx"):
        record = lab.fails("Get-VHD", Path=path)
        assert (record.error_id, record.category, record.cause) == ("InvalidParameter", "InvalidArgument", None)
    assert lab.fails("Get-VHD", Path="D:\\text.txt").cause == -1069940715


def test_children_know_their_parents(lab: t.Any) -> None:
    child = lab.one("New-VHD", Path="D:\\c.vhdx", ParentPath="d:\\templates\\SERVER.vhdx", Differencing=True)
    assert (
        child.get("ParentPath") == TEMPLATE and child.get("Size") == 40 * GIB and child.get("MinimumSize") == 30 * GIB
    )
    assert child.get("DiskIdentifier") == lab.one("Get-VHD", Path=TEMPLATE).get("DiskIdentifier")
    assert lab.one("New-VHD", Path="D:\\big.vhdx", ParentPath=TEMPLATE, SizeBytes=50 * GIB).get("Size") == 50 * GIB
    assert (
        lab.fails("New-VHD", Path="D:\\small.vhdx", ParentPath=TEMPLATE, SizeBytes=20 * GIB).error_id
        == "InvalidParameter"
    )
    assert lab.fails("New-VHD", Path="D:\\other.vhd", ParentPath=TEMPLATE).error_id == "InvalidParameter"
    assert lab.fails("New-VHD", Path="D:\\orphan.vhdx", ParentPath="D:\\none.vhdx").error_id == "InvalidParameter"


def test_a_missing_parent_and_a_changed_parent(lab: t.Any) -> None:
    lab.run("New-VHD", Path="D:\\c.vhdx", ParentPath=TEMPLATE)
    lab.run("Rename-Item", Path=TEMPLATE, NewName="moved.vhdx")
    assert lab.call("Test-VHD", Path="D:\\c.vhdx").errors[0].cause == PARENT_MISSING
    assert lab.one("Get-VHD", Path="D:\\c.vhdx").get("ParentPath") == TEMPLATE
    lab.run("Set-VHD", Path="D:\\c.vhdx", ParentPath="D:\\Templates\\moved.vhdx")
    assert lab.run("Test-VHD", Path="D:\\c.vhdx") == [True]
    lab.run("Resize-VHD", Path="D:\\Templates\\moved.vhdx", SizeBytes=41 * GIB)
    assert lab.call("Test-VHD", Path="D:\\c.vhdx").errors[0].cause == PARENT_MISMATCH
    assert lab.fails("Set-VHD", Path="D:\\c.vhdx", ParentPath="D:\\Templates\\moved.vhdx").cause == PARENT_MISMATCH
    lab.run("Set-VHD", Path="D:\\c.vhdx", ParentPath="D:\\Templates\\moved.vhdx", IgnoreIdMismatch=True)
    assert lab.run("Test-VHD", Path="D:\\c.vhdx") == [True]


def test_a_parent_in_use_is_read_by_many_and_written_by_nobody(lab: t.Any) -> None:
    lab.run("Start-VM", VM=lab.machine())
    lab.run("New-VHD", Path="D:\\c.vhdx", ParentPath=TEMPLATE)
    for name, parameters in (
        ("Resize-VHD", {"SizeBytes": 50 * GIB}),
        ("Set-VHD", {"ResetDiskIdentifier": True, "Force": True}),
    ):
        record = lab.fails(name, Path=TEMPLATE, **parameters)
        assert (record.error_id, record.category, record.cause) == ("ObjectInUse", "ResourceBusy", IN_USE)
    assert lab.fails("Remove-Item", Path=TEMPLATE).cause == IN_USE
    assert lab.fails("New-VHD", Path="D:\\d.vhdx", ParentPath="D:\\VMs\\web01\\os.vhdx").cause == IN_USE
    lab.run("Copy-Item", Path=TEMPLATE, Destination="D:\\copy.vhdx")
    assert lab.fails("Copy-Item", Path="D:\\VMs\\web01\\os.vhdx", Destination="D:\\running.vhdx").cause == IN_USE


def test_a_running_template_no_longer_fits_its_children(lab: t.Any) -> None:
    lab.run("New-VHD", Path="D:\\c.vhdx", ParentPath=TEMPLATE)
    careless = lab.machine(disk=False)
    lab.run("Add-VMHardDiskDrive", VM=careless, Path=TEMPLATE)
    lab.run("Start-VM", VM=careless)
    assert lab.call("Test-VHD", Path="D:\\c.vhdx").errors[0].cause == PARENT_MISMATCH


def test_get_vhd_works_on_the_host_that_runs_the_disk(lab: t.Any) -> None:
    lab.run("Start-VM", VM=lab.machine())
    assert lab.one("Get-VHD", Path="D:\\VMs\\web01\\os.vhdx").get("Attached") is True
    assert lab.one("Get-VHD", Path=TEMPLATE).get("Attached") is False
    assert len(lab.run("Get-VHD", VMId=lab.one("Get-VM").id)) == 1


def test_a_copy_keeps_the_identifier_until_it_is_reset(lab: t.Any) -> None:
    lab.run("Copy-Item", Path=TEMPLATE, Destination="D:\\copy.vhdx")
    original, copy = lab.run("Get-VHD", Path=[TEMPLATE, "D:\\copy.vhdx"])
    assert original.get("DiskIdentifier") == copy.get("DiskIdentifier") and copy.get("FileSize") == original.get(
        "FileSize"
    )
    assert lab.fails("Set-VHD", Path="D:\\copy.vhdx", ResetDiskIdentifier=True).error_id == "InvalidOperation"
    lab.run("Set-VHD", Path="D:\\copy.vhdx", ResetDiskIdentifier=True, Force=True)
    assert lab.one("Get-VHD", Path="D:\\copy.vhdx").get("DiskIdentifier") != original.get("DiskIdentifier")


def test_growing_and_shrinking(lab: t.Any) -> None:
    lab.run("Resize-VHD", Path=TEMPLATE, SizeBytes=60 * GIB)
    lab.run("Resize-VHD", Path=TEMPLATE, SizeBytes=35 * GIB)
    assert lab.fails("Resize-VHD", Path=TEMPLATE, SizeBytes=20 * GIB).error_id == "InvalidParameter"
    lab.run("Resize-VHD", Path=TEMPLATE, ToMinimumSize=True)
    assert lab.one("Get-VHD", Path=TEMPLATE).get("Size") == 30 * GIB
    lab.run("New-VHD", Path="D:\\a.vhd", SizeBytes=2 * GIB)
    lab.run("Resize-VHD", Path="D:\\a.vhd", SizeBytes=3 * GIB)
    assert lab.fails("Resize-VHD", Path="D:\\a.vhd", SizeBytes=GIB).error_id == "InvalidParameter"
    assert lab.fails("Resize-VHD", Path="D:\\a.vhd", ToMinimumSize=True).error_id == "InvalidParameter"
    lab.run("New-VHD", Path="D:\\b.vhd", ParentPath="D:\\a.vhd")
    assert lab.fails("Resize-VHD", Path="D:\\b.vhd", SizeBytes=4 * GIB).error_id == "InvalidParameter"
    lab.run("New-VHD", Path="D:\\f.vhdx", SizeBytes=GIB, Fixed=True)
    assert lab.fails("Resize-VHD", Path="D:\\f.vhdx", SizeBytes=2 * TIB).cause == FULL
    assert lab.one("Get-VHD", Path="D:\\f.vhdx").get("Size") == GIB


def test_online_resize_is_for_vhdx_on_scsi(lab: t.Any) -> None:
    one, two = lab.machine("one", generation=1), lab.machine("two")
    lab.run("Start-VM", Name=["one", "two"])
    assert lab.fails("Resize-VHD", Path="D:\\VMs\\one\\os.vhdx", SizeBytes=50 * GIB).cause == IN_USE
    lab.run("Resize-VHD", Path="D:\\VMs\\two\\os.vhdx", SizeBytes=50 * GIB)
    assert one.active and two.active


def test_converting_takes_time_and_both_files(make_lab: t.Any) -> None:
    lab = make_lab(timings={"convert_seconds_per_gibibyte": 1})
    seen: list[int | None] = []
    lab.estate.schedule(5, Probe(lab, seen), "look")
    lab.run("Convert-VHD", Path=TEMPLATE, DestinationPath="D:\\big.vhd", VHDType="Fixed")
    assert seen == [IN_USE, IN_USE] and lab.estate.clock.now() >= 40
    assert lab.one("Get-VHD", Path="D:\\big.vhd").get("FileSize") == 40 * GIB + 512
    lab.run("Convert-VHD", Path="D:\\big.vhd", DestinationPath="D:\\small.vhdx", VHDType="Dynamic", DeleteSource=True)
    assert lab.one("Get-VHD", Path="D:\\small.vhdx").get("MinimumSize") == 30 * GIB and not lab.host.files.exists(
        "D:\\big.vhd"
    )


class Probe:
    """Looks at two disks at its time."""

    def __init__(self, lab: t.Any, seen: list[int | None]) -> None:
        self.lab, self.seen = lab, seen

    def look(self) -> None:
        for path in (TEMPLATE, "D:\\big.vhd"):
            self.seen.append(self.lab.fails("Get-VHD", Path=path).cause)


def test_merging_and_compacting(lab: t.Any) -> None:
    lab.run("New-VHD", Path="D:\\c.vhdx", ParentPath=TEMPLATE)
    lab.run("New-VHD", Path="D:\\d.vhdx", ParentPath="D:\\c.vhdx", SizeBytes=50 * GIB)
    assert lab.fails("Merge-VHD", Path=TEMPLATE).error_id == "InvalidParameter"
    lab.run("Merge-VHD", Path="D:\\d.vhdx", DestinationPath=TEMPLATE)
    assert not lab.host.files.exists("D:\\c.vhdx") and lab.one("Get-VHD", Path=TEMPLATE).get("Size") == 50 * GIB
    lab.run("Optimize-VHD", Path=TEMPLATE, Mode="Full")
    lab.run("New-VHD", Path="D:\\f.vhdx", SizeBytes=GIB, Fixed=True)
    assert lab.fails("Optimize-VHD", Path="D:\\f.vhdx").error_id == "InvalidParameter"


def test_mounting(lab: t.Any) -> None:
    record = lab.one("Mount-VHD", Path=TEMPLATE, Passthru=True)
    number = record.get("DiskNumber")
    assert lab.one("Get-Disk", Number=number).get("Location") == TEMPLATE
    assert lab.fails("Mount-VHD", Path=TEMPLATE).error_id == "ObjectInUse"
    machine = lab.machine(disk=False)
    lab.run("Add-VMHardDiskDrive", VM=machine, Path=TEMPLATE)
    assert lab.fails("Start-VM", VM=machine).cause == IN_USE
    lab.run("Dismount-VHD", DiskNumber=number)
    assert lab.fails("Dismount-VHD", Path=TEMPLATE).error_id == "InvalidParameter"
    lab.run("Start-VM", VM=machine)
    assert lab.fails("Mount-VHD", Path=TEMPLATE).error_id == "ObjectInUse"


def test_compacting_sees_into_the_file_system_through_a_read_only_mount(lab: t.Any) -> None:
    disk = lab.host.files.entry(TEMPLATE).disk
    disk.stale = 8 * GIB
    lab.run("Resize-VHD", Path=TEMPLATE, SizeBytes=60 * GIB)
    size = lab.one("Get-VHD", Path=TEMPLATE).get("FileSize")
    assert lab.fails("Optimize-VHD", Path=TEMPLATE, Mode="Retrim").error_id == "InvalidParameter"
    lab.run("Optimize-VHD", Path=TEMPLATE, Mode="Full")
    assert lab.one("Get-VHD", Path=TEMPLATE).get("FileSize") == size - 4 * GIB
    link = disk.link
    number = lab.one("Mount-VHD", Path=TEMPLATE, ReadOnly=True, Passthru=True).get("DiskNumber")
    assert lab.one("Get-Disk", Number=number).get("IsReadOnly") is True
    lab.run("Optimize-VHD", Path=TEMPLATE)
    lab.run("Dismount-VHD", Path=TEMPLATE)
    assert lab.one("Get-VHD", Path=TEMPLATE).get("FileSize") == size - 8 * GIB and disk.link == link
    lab.run("Mount-VHD", Path=TEMPLATE)
    assert lab.one("Get-Disk", Number=number).get("IsReadOnly") is False and disk.link != link
    assert lab.fails("Optimize-VHD", Path=TEMPLATE).cause == IN_USE


def test_a_set_is_two_files(lab: t.Any) -> None:
    made = lab.one("New-VHD", Path="D:\\shared.vhds", SizeBytes=10 * GIB, Fixed=True)
    assert (str(made.get("VhdFormat")), str(made.get("VhdType"))) == ("VHDSet", "Fixed")
    assert made.get("FileSize") == 10 * GIB + 4 * MIB
    plain = lab.one("Get-VHDSet", Path="d:\\SHARED.vhds")
    assert plain.get("AllPaths") is None
    own, data = lab.one("Get-VHDSet", Path="D:\\shared.vhds", GetAllPaths=True).get("AllPaths")
    assert own == "D:\\shared.vhds" and data.startswith("D:\\shared_") and data.endswith(".avhdx")
    lab.run("Resize-VHD", Path=own, SizeBytes=12 * GIB)
    assert lab.host.files.entry(data).length == 12 * GIB + 4 * MIB
    assert lab.one("Optimize-VHDSet", Path=own, Passthru=True).get("Size") == 12 * GIB
    machine = lab.machine(disk=False)
    lab.run("Add-VMHardDiskDrive", VM=machine, Path=own)
    lab.run("Start-VM", VM=machine)
    assert lab.fails("Optimize-VHDSet", Path=own).cause == IN_USE
    assert lab.fails("Remove-Item", Path=data).cause == IN_USE
    lab.run("Stop-VM", VM=machine, TurnOff=True)
    for name in ("Get-VHDSet", "Optimize-VHDSet"):
        assert lab.fails(name, Path=TEMPLATE).error_id == "InvalidParameter"
    assert lab.fails("New-VHD", Path="D:\\child.vhds", ParentPath=TEMPLATE).error_id == "InvalidParameter"
    lab.run("Remove-Item", Path=data)
    assert lab.fails("Get-VHD", Path=own).cause == -2147024894


def test_a_disk_becomes_a_set(lab: t.Any) -> None:
    lab.run("Convert-VHD", Path=TEMPLATE, DestinationPath="D:\\shared.vhds")
    made = lab.one("Get-VHD", Path="D:\\shared.vhds")
    assert (str(made.get("VhdFormat")), made.get("Size")) == ("VHDSet", 40 * GIB)


def test_sectors_of_children_and_of_converted_disks(lab: t.Any) -> None:
    child = lab.one("New-VHD", Path="D:\\c.vhdx", ParentPath=TEMPLATE, PhysicalSectorSizeBytes=512)
    assert child.get("PhysicalSectorSize") == 512
    lab.run("New-VHD", Path="D:\\s.vhdx", SizeBytes=GIB, LogicalSectorSizeBytes=4096)
    lab.run("Convert-VHD", Path="D:\\s.vhdx", DestinationPath="D:\\t.vhdx", VHDType="Fixed")
    assert lab.one("Get-VHD", Path="D:\\t.vhdx").get("LogicalSectorSize") == 4096
    assert lab.fails("Convert-VHD", Path="D:\\s.vhdx", DestinationPath="D:\\t.vhd").error_id == "InvalidParameter"


def test_writing_a_fixed_disk_takes_time_and_the_file(make_lab: t.Any) -> None:
    lab = make_lab(timings={"copy_seconds_per_gibibyte": 1})
    seen: list[int | None] = []

    class Look:
        def look(self) -> None:
            seen.append(lab.fails("Get-VHD", Path="D:\\f.vhdx").cause)

    lab.estate.schedule(5, Look(), "look")
    lab.run("New-VHD", Path="D:\\f.vhdx", SizeBytes=20 * GIB, Fixed=True)
    assert seen == [IN_USE] and lab.one("Get-VHD", Path="D:\\f.vhdx").get("Size") == 20 * GIB
