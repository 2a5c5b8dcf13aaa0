# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Area functions that compact disk files and wait for locked ones, on both engines."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from simulated_hosts import SimulatedHost

from hyperv_lab.simulation import virtual_disks

MakeHost = Callable[..., SimulatedHost]
AREAS = ["vhd", "vhd_maintenance"]
FUNCTIONS = ["Get-DiskChain", "Get-CompactedSize", "Compress-Disk"]
DISK, GIBIBYTE = "D:\\T\\top [1].vhdx", 1024**3


def run(host: SimulatedHost, call: str, read: list[list[Any]], **parameters: Any) -> dict[str, Any]:
    step = {"id": "one", "call": call, "with": parameters, "read": read}
    return host.run(step, areas=AREAS, functions=FUNCTIONS)


def notes(host: SimulatedHost, *paths: str) -> list[tuple[Any, Any]]:
    read = [["size", "FileSize", "integer"], ["interrupted", "Interrupted", "boolean"]]
    reply = run(host, "Get-CompactedSize", read, Path=list(paths))
    assert reply["ok"], reply["error"]
    return [(row["size"], row["interrupted"]) for row in reply["steps"][0]["rows"]]


def waste(host: SimulatedHost, path: str) -> None:
    entry = host.host.files.entry(path)
    virtual_disks.disk_of(entry).stale = 4 * GIBIBYTE
    virtual_disks.set_file_length(host.host, entry)


def test_compaction_is_noted_beside_the_file(make_host: MakeHost) -> None:
    host = make_host()
    waste(host, DISK)
    assert notes(host, DISK, "D:\\T\\base.vhdx") == [(None, False), (None, False)]
    reply = run(host, "Compress-Disk", [["size", "FileSize", "integer"]], Path=DISK, Mode="Full")
    assert reply["ok"], reply["error"]
    size = host.host.files.entry(DISK).length
    assert reply["steps"][0]["rows"] == [{"size": size}] and size < GIBIBYTE
    assert notes(host, DISK) == [(size, False)]
    assert virtual_disks.disk_of(host.host.files.entry(DISK)).disk_number is None


def test_mode_without_a_mount_finds_less(make_host: MakeHost) -> None:
    host = make_host()
    waste(host, DISK)
    assert run(host, "Compress-Disk", [], Path=DISK, Mode="Prezeroed")["ok"]
    assert virtual_disks.disk_of(host.host.files.entry(DISK)).stale == 2 * GIBIBYTE


def test_failed_compaction_is_dismounted_and_stays_noted(make_host: MakeHost) -> None:
    host = make_host()
    reply = run(host, "Compress-Disk", [], Path="D:\\T\\base.vhdx")
    assert reply["error"]["kind"] == "cmdlet" and "InvalidParameter" in reply["error"]["error_id"]
    assert notes(host, "D:\\T\\base.vhdx") == [(None, True)]
    assert virtual_disks.disk_of(host.host.files.entry("D:\\T\\base.vhdx")).disk_number is None


def test_mount_that_a_killed_compaction_left_is_taken_over(make_host: MakeHost) -> None:
    host = make_host()
    assert host.run({"id": "m", "call": "Hyper-V\\Mount-VHD", "with": {"Path": DISK, "ReadOnly": True}})["ok"]
    host.host.files.write(f"{DISK}.compacted", b"compacting\r\n")
    assert notes(host, DISK) == [(None, True)]
    assert run(host, "Compress-Disk", [], Path=DISK)["ok"]
    assert notes(host, DISK)[0][1] is False


@pytest.mark.parametrize("seconds", [0, 3000])
def test_locked_file_is_read_when_it_is_let_go(make_host: MakeHost, seconds: int) -> None:
    host = make_host()
    disk = virtual_disks.disk_of(host.host.files.entry(DISK))
    disk.busy = "backup"

    def let_go_once_it_was_tried() -> None:
        while host.host.counters.cmdlets["Get-VHD"] == 0:
            time.sleep(0.05)
        disk.busy = ""

    letting_go = threading.Thread(target=let_go_once_it_was_tried, daemon=True)
    if seconds:
        letting_go.start()
    read = [["exists", "Exists", "boolean"], ["hresult", "HResult", "integer"]]
    reply = run(host, "Get-DiskChain", read, Path=[DISK], RetrySeconds=seconds)  # this clock is 100 times as fast
    assert reply["steps"][0]["rows"] == [{"exists": True, "hresult": None if seconds else -2147024864}]
