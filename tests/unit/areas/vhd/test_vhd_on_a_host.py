# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Disks on a simulated host: what other programs, machines and interrupted runs leave in the way."""

from __future__ import annotations

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.hosts import GB, add_disk, add_machine, host_with_adapters
from areas.interruption import copy_of

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import RunFailed
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import Unreadable
from hyperv_lab.simulation.host import Host
from hyperv_lab.simulation.virtual_disks import VirtualDisk, disk_of

GOLDEN, CHILD, COPY = "D:\\t\\golden.vhdx", "D:\\d\\child.vhdx", "D:\\d\\copy.vhdx"


def host_with_golden(free: int = 100 * GB) -> Host:
    host = host_with_adapters((), free=free)
    add_disk(host, {"path": GOLDEN, "size": 40 * GB, "used": 5 * GB, "minimum_size": 10 * GB})
    return host


def disk_at(host: Host, path: str) -> VirtualDisk:
    entry = host.files.find(path)
    assert entry is not None
    return disk_of(entry)


def refusals(host: Host, **options: object) -> list[str]:
    with pytest.raises(RunFailed) as caught:
        run_area("vhd", SimulatedHost(host), options)
    assert caught.value.refusals, str(caught.value)
    return [str(refusal) for refusal in caught.value.refusals]


def test_copy_gets_an_identifier_of_its_own() -> None:
    host = host_with_golden()
    converge("vhd", SimulatedHost(host), {"path": COPY, "copy_of": GOLDEN, "size": "60 GB"})
    golden, copy = disk_at(host, GOLDEN), disk_at(host, COPY)
    assert copy.identifier != golden.identifier
    assert copy.size == 60 * GB
    assert not host.files.exists("D:\\d\\copy.partial.vhdx")


def test_copy_of_the_old_format() -> None:
    host = host_with_golden()
    add_disk(host, {"path": "D:\\t\\old.vhd", "size": 10 * GB, "used": GB})
    done = converge(
        "vhd", SimulatedHost(host), {"path": "D:\\d\\new.vhd", "copy_of": "D:\\t\\old.vhd", "size": "12 GB"}
    )
    assert done.result["disk"]["format"] == "vhd"


@pytest.mark.parametrize("whole", [False, True], ids=["damaged", "whole but for the name"])
def test_what_an_interrupted_copy_left_is_overwritten(whole: bool) -> None:
    host, partial = host_with_golden(), "D:\\d\\copy.partial.vhdx"
    if whole:
        add_disk(host, {"path": partial, "size": 40 * GB})
    else:
        host.files.make_directory("D:\\d")
        host.files.make_file(partial, 1000)
    gone = copy_of(host)
    converge("vhd", SimulatedHost(host), {"path": COPY, "copy_of": GOLDEN})
    assert not host.files.exists(partial)
    converge("vhd", SimulatedHost(gone), {"path": COPY, "state": "absent"})
    assert not gone.files.exists(partial)


@pytest.mark.parametrize("options", [{"size": "50 GB"}, {"state": "absent"}, {}])
def test_file_that_another_program_has_open_is_an_error(options: dict[str, str]) -> None:
    host = host_with_golden()
    disk_at(host, GOLDEN).busy = "backup"
    before = host.fingerprint()
    with pytest.raises((Unreadable, RunFailed), match="0x80070020"):
        run_area("vhd", SimulatedHost(host), {"path": GOLDEN, **options})
    assert host.fingerprint() == before


def test_golden_disk_under_a_machine_is_neither_written_nor_deleted() -> None:
    host = host_with_golden()
    converge("vhd", SimulatedHost(host), {"path": CHILD, "parent": GOLDEN})
    machine = add_machine(host, "web01", disks=[CHILD])
    for state in ("off", "running"):
        if state == "running":
            machine.start()
        for options in ({"size": "50 GB"}, {"state": "absent"}, {"physical_sector_size": 512}):
            assert "web01" in " ".join(refusals(host, path=GOLDEN, **options))
        assert "web01" in " ".join(refusals(host, path=CHILD, state="absent"))
    converge("vhd", SimulatedHost(host), {"path": CHILD, "size": "50 GB"})


def test_golden_disk_of_a_machine_is_no_parent_and_while_it_runs_no_template() -> None:
    host = host_with_golden()
    machine = add_machine(host, "builder", disks=[GOLDEN])
    assert "builder" in refusals(host, path=CHILD, parent=GOLDEN)[0]
    machine.start()
    assert "builder" in refusals(host, path=COPY, copy_of=GOLDEN)[0]


def test_parent_that_would_grow_has_children_far_away() -> None:
    host = host_with_golden()
    add_disk(host, {"path": "D:\\far\\deep\\er\\child.vhdx", "parent": GOLDEN})
    options = {"path": GOLDEN, "size": "50 GB"}
    assert "child.vhdx" in refusals(host, **options, children_in=["D:\\FAR"])[0]
    assert "child.vhdx" in refusals(host, **options, children_in=["D:\\none", "D:\\"])[0]
    converge("vhd", SimulatedHost(host), {**options, "children_in": ["D:\\d"]})


def test_full_volume_is_foreseen() -> None:
    host = host_with_golden(free=20 * GB)
    assert "volume D:" in refusals(host, path=COPY, size="30 GB", type="fixed")[0]
    assert "volume D:" in refusals(host, disks=[{"path": f"D:\\{n}.vhdx", "copy_of": GOLDEN} for n in range(4)])[0]
    converge("vhd", SimulatedHost(host), {"path": COPY, "copy_of": GOLDEN})


def test_reads_do_not_grow_with_the_disks() -> None:
    def calls(number: int) -> int:
        host = host_with_golden()
        disks = [{"path": f"D:\\d\\{n}.vhdx", "parent": GOLDEN} for n in range(number)]
        run_area("vhd", SimulatedHost(host), {"disks": disks})
        host.counters.cmdlets.clear()
        run_area("vhd", SimulatedHost(host), {"disks": disks})
        return host.counters.cmdlets.total()

    assert calls(40) == calls(1)


def test_file_that_is_no_disk_is_not_said_to_be_held() -> None:
    host = host_with_golden()
    host.files.make_file("D:\\t\\text.vhdx", 100)
    with pytest.raises(Unreadable, match="no virtual disk at all"):
        run_area("vhd", SimulatedHost(host), {"path": "D:\\t\\text.vhdx", "size": "50 GB"})
