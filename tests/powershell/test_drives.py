# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The simulated drives, with the item and content commands of PowerShell, in every runspace of a process."""

from __future__ import annotations

import pytest
from lab_shells import Shell

from hyperv_lab.simulation.estate import Estate
from hyperv_lab.simulation.files import Volume
from hyperv_lab.topology import load_topology


@pytest.fixture
def files(engine: object, request: pytest.FixtureRequest, estate: Estate) -> Shell:
    """A host with a text file on D:."""
    host = estate.host("hv01")
    host.files.make_directory("D:\\Data")
    host.files.write("D:\\Data\\list.txt", b"one\r\ntwo\r\n")
    return Shell(request.getfixturevalue("engine"), host)


def test_looking(files: Shell) -> None:
    assert files.values(
        "Test-Path D:\\Data\\LIST.txt",
        "Microsoft.PowerShell.Management\\Test-Path -LiteralPath 'D:\\Data\\no.txt'",
        "Test-Path 'D:\\Data\\*.txt'",
        "Test-Path Q:\\",
        "(Get-Item D:\\Data\\list.txt).FullName",
        "(Get-Item -LiteralPath D:\\Data\\list.txt).Length",
        "(Get-Item D:\\Data).PSIsContainer",
        "(Get-ChildItem D:\\Data).Name",
        "(Get-ChildItem D:\\ -Recurse -Filter *.txt).FullName",
        "(Get-PSDrive D).Root",
        "(Get-Content D:\\Data\\list.txt)[1]",
        "Join-Path D:\\Data list.txt",
        "Split-Path D:\\Data\\list.txt",
        "Split-Path -Leaf D:\\Data\\list.txt",
    ) == [
        True,
        False,
        True,
        False,
        "D:\\Data\\list.txt",
        10,
        True,
        "list.txt",
        "D:\\Data\\list.txt",
        "D:\\",
        "two",
        "D:\\Data\\list.txt",
        "D:\\Data",
        "list.txt",
    ]


def test_changing(files: Shell) -> None:
    answers = files.values(
        "(New-Item -ItemType Directory D:\\Data\\a\\b).FullName",
        "Copy-Item D:\\Data\\list.txt D:\\Data\\a\\b; Test-Path D:\\Data\\a\\b\\list.txt",
        "Copy-Item -LiteralPath D:\\Data\\list.txt -Destination C:\\copy.txt; (Get-Item C:\\copy.txt).Length",
        "Rename-Item D:\\Data\\a\\b\\list.txt other.txt; Test-Path D:\\Data\\a\\b\\other.txt",
        "Move-Item D:\\Data\\a\\b\\other.txt D:\\Data; Test-Path D:\\Data\\a\\b\\other.txt",
        "try { Remove-Item D:\\Data\\a } catch { $_.FullyQualifiedErrorId }",
        "Remove-Item D:\\Data\\a -Recurse; Test-Path D:\\Data\\a",
        "'x', 'y' | Set-Content D:\\Data\\new.txt; Add-Content D:\\Data\\new.txt z; Get-Content D:\\Data\\new.txt -Raw",
        "Remove-Item D:\\Data\\*.txt; @(Get-ChildItem D:\\Data).Count",
    )
    assert answers == [
        "D:\\Data\\a\\b",
        True,
        10,
        True,
        False,
        "DirectoryNotEmpty,Microsoft.PowerShell.Commands.RemoveItemCommand",
        False,
        "x\r\ny\r\nz\r\n",
        0,
    ]
    assert files.host.files.exists("C:\\copy.txt")


EVERYWHERE = """
    $script = 'Test-Path -LiteralPath D:\\Data\\list.txt; @(Get-VM).Count;' +
        'Join-Path C:\\ x; "$((Get-Service vmms).Status)"'
    function Ask($space) {
        $own = [PowerShell]::Create()
        if ($space) { $space.Open(); $own.Runspace = $space }
        @($own.AddScript($script).Invoke() | ForEach-Object { $_ })
    }
"""


def test_every_runspace_has_the_drives(files: Shell) -> None:
    factory = "[Management.Automation.Runspaces.RunspaceFactory]::CreateRunspace"
    answers = files.values(
        "Ask",
        f"Ask ({factory}())",
        f"Ask ({factory}([Management.Automation.Runspaces.InitialSessionState]::CreateDefault2()))",
        before=EVERYWHERE,
    )
    assert answers == [[True, 0, "C:\\x", "Running"]] * 3


def test_hosts_have_their_own_files(files: Shell) -> None:
    other = load_topology({"hosts": [{"name": "hv01", "accounts": [{"username": "a", "password": "b"}]}]})
    beside = Shell(files.engine, other.host("hv01"))
    assert beside.values("Test-Path D:\\Data", "(Get-PSDrive C).Name") == [False, "C"]
    assert files.values("Test-Path D:\\Data") == [True]


def test_a_new_volume_becomes_a_drive(files: Shell) -> None:
    process = files.start("-Command", "-")
    assert process.stdin and process.stdout
    process.stdin.write(b"Test-Path E:\\; Start-Sleep 1; [void](Get-VMHost); Test-Path E:\\\n")
    process.stdin.close()
    process.stdin = None
    assert process.stdout.readline().strip() == b"False"
    files.host.files.add_volume(Volume("E", 2**40))
    output, errors = process.communicate(timeout=30)
    assert (output.strip(), errors) == (b"True", b"")


def test_content_through_the_provider(files: Shell) -> None:
    """What the content commands of a full PowerShell call."""
    content = "$ExecutionContext.InvokeProvider.Content"
    assert files.values(
        f"$reader = {content}.GetReader('D:\\Data\\list.txt'); $lines = @($reader[0].Read(0));"
        "$reader[0].Close(); $lines",
        f"$writer = {content}.GetWriter('D:\\Data\\list.txt'); $writer[0].Seek(0, 'End');"
        "[void]$writer[0].Write(@('three')); $writer[0].Close(); Get-Content D:\\Data\\list.txt -Raw",
        f"{content}.Clear('D:\\Data\\list.txt'); (Get-Item D:\\Data\\list.txt).Length",
    ) == [["one", "two"], "one\r\ntwo\r\nthree\r\n", 0]
