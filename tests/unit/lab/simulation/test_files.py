# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The file system and the file cmdlets."""

from __future__ import annotations

import typing as t

import pytest

from hyperv_lab.simulation.errors import FileError
from hyperv_lab.simulation.files import split_path

IN_USE = -2147024864


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("d:\\a\\..\\B\\.\\c.vhdx", ("D", ("B", "c.vhdx"))),
        ("D:/a/b", ("D", ("a", "b"))),
        ("\\\\?\\C:\\x", ("C", ("x",))),
        ("C:", ("C", ())),
        ("C:\\x.  ", ("C", ("x",))),
    ],
)
def test_paths_are_read_as_windows_reads_them(path: str, parts: tuple[str, tuple[str, ...]]) -> None:
    assert split_path(path) == parts


@pytest.mark.parametrize("path", ["\\\\server\\share\\x", "relative", "D:\\a|b", "D:\\a*"])
def test_paths_that_cannot_be(path: str) -> None:
    with pytest.raises(FileError):
        split_path(path)


def test_looking_without_regard_to_case(lab: t.Any) -> None:
    assert lab.run("Test-Path", LiteralPath=["d:\\TEXT.TXT", "D:\\nothing", "Z:\\x"]) == [True, False, False]
    assert lab.run("Test-Path", LiteralPath=["D:\\text.txt", "D:\\VMs"], PathType="Container") == [False, True]
    item = lab.one("Get-Item", LiteralPath="d:\\text.txt")
    assert (item.get("FullName"), item.get("Length"), item.get("Extension")) == ("D:\\text.txt", 5, ".txt")
    assert lab.fails("Get-Item", LiteralPath="D:\\nothing").error_id == "PathNotFound"
    assert lab.fails("Get-Item", LiteralPath="Z:\\x").error_id == "DriveNotFound"
    assert [each.get("Name") for each in lab.run("Get-ChildItem", Path="D:\\")] == [
        "Images",
        "Templates",
        "text.txt",
        "VMs",
    ]
    assert [
        each.get("Name") for each in lab.run("Get-ChildItem", Path="D:\\", Recurse=True, File=True, Filter="*.iso")
    ] == ["a.iso"]
    assert [each.get("Name") for each in lab.run("Get-Item", Path="D:\\*e*")] == ["Images", "Templates", "text.txt"]


def test_making_folders_and_files(lab: t.Any) -> None:
    lab.run("New-Item", Path="D:\\a\\b", ItemType="Directory")
    assert lab.fails("New-Item", Path="D:\\A\\B", ItemType="Directory").error_id == "DirectoryExist"
    lab.run("New-Item", Path="D:\\a\\b", ItemType="Directory", Force=True)
    lab.run("New-Item", Path="D:\\a", Name="f.txt", ItemType="File", Value="abc")
    assert lab.host.files.read("D:\\a\\f.txt") == b"abc"
    assert lab.fails("New-Item", Path="D:\\a\\f.txt", ItemType="File").error_id == "NewItemIOError"
    assert lab.fails("New-Item", Path="D:\\none\\f.txt", ItemType="File").category == "WriteError"
    assert lab.fails("New-Item", Path="D:\\a\\f.txt\\g", ItemType="Directory").category == "WriteError"


def test_copying_moving_and_deleting(lab: t.Any) -> None:
    used = lab.host.files.volumes["D"].used
    lab.run("Copy-Item", LiteralPath="D:\\Images", Destination="D:\\Copy", Recurse=True)
    assert lab.host.files.volumes["D"].used == used + 1024**3
    lab.run("Copy-Item", LiteralPath="D:\\Copy\\a.iso", Destination="D:\\VMs")
    lab.run("Copy-Item", LiteralPath="D:\\text.txt", Destination="D:\\VMs\\a.iso")
    assert lab.host.files.entry("D:\\VMs\\a.iso").length == 5
    assert (
        lab.fails("Move-Item", LiteralPath="D:\\text.txt", Destination="D:\\VMs\\a.iso").error_id
        == "MoveFileInfoItemIOError"
    )
    lab.run("Move-Item", LiteralPath="D:\\text.txt", Destination="D:\\VMs\\a.iso", Force=True)
    lab.run("Move-Item", LiteralPath="D:\\Copy", Destination="C:\\Copy")
    assert lab.host.files.volumes["C"].used == 1024**3 and lab.host.files.exists("C:\\Copy\\a.iso")
    assert lab.fails("Remove-Item", LiteralPath="C:\\Copy").error_id == "InvalidOperation"
    lab.run("Remove-Item", LiteralPath="C:\\Copy", Recurse=True, WhatIf=True)
    lab.run("Remove-Item", LiteralPath="C:\\Copy", Recurse=True)
    assert lab.host.files.volumes["C"].used == 0
    lab.run("Rename-Item", Path="D:\\VMs\\a.iso", NewName="B.txt")
    lab.run("Rename-Item", Path="D:\\VMs\\B.txt", NewName="b.txt")
    assert lab.one("Get-Item", Path="D:\\VMs\\b.txt").get("Name") == "b.txt"
    assert lab.fails("Rename-Item", Path="D:\\VMs\\b.txt", NewName="D:\\x").error_id == "Argument"


def test_a_full_volume(lab: t.Any) -> None:
    lab.host.files.make_file("C:\\big", lab.host.files.volumes["C"].free - 10)
    record = lab.fails("Copy-Item", LiteralPath="D:\\Images\\a.iso", Destination="C:\\")
    assert record.cause == -2147024784 and not lab.host.files.exists("C:\\a.iso")
    assert lab.fails("Move-Item", LiteralPath="D:\\Images", Destination="C:\\").cause == -2147024784
    assert lab.fails("New-VHD", Path="C:\\a.vhdx", SizeBytes=1024**3).cause == -2147024784


def test_open_files_stay(lab: t.Any) -> None:
    lab.run("Start-VM", VM=lab.machine())
    disk = "D:\\VMs\\web01\\os.vhdx"
    for name, parameters in (
        ("Remove-Item", {}),
        ("Move-Item", {"Destination": "D:\\x.vhdx"}),
        ("Rename-Item", {"NewName": "x.vhdx"}),
    ):
        assert lab.fails(name, LiteralPath=disk, **parameters).cause == IN_USE
    assert lab.fails("Remove-Item", LiteralPath="D:\\VMs", Recurse=True).cause == IN_USE
    assert lab.fails("Copy-Item", LiteralPath="D:\\Images\\a.iso", Destination=disk).cause == IN_USE


def test_volumes_tell_their_room(lab: t.Any) -> None:
    volumes = {each.get("DriveLetter"): each for each in lab.run("Get-Volume")}
    assert volumes["C"].get("SizeRemaining") == 80 * 1024**3 and set(volumes) == {"C", "D"}
    assert lab.one("Get-Volume", FilePath="D:\\VMs\\x").get("DriveLetter") == "D"
    assert lab.fails("Get-Volume", DriveLetter="Z").category == "ObjectNotFound"
