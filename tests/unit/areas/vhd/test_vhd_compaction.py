# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Compaction, its note beside the disk, and what an interruption leaves."""

from __future__ import annotations

import typing as t

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.hosts import GB, add_machine
from areas.interruption import converge_despite_cuts
from areas.vhd.disk_host import CHILD, GOLDEN, disk_at, host_with_chain, host_with_golden, names, refusals, step_of

from hyperv_lab.simulation import virtual_disks
from hyperv_lab.simulation.host import Host

DUE: dict[str, t.Any] = {"path": GOLDEN, "compact": {"when_grown": "4 GB"}}


def wasteful(stale: int = 8 * GB) -> Host:
    host = host_with_golden()
    grow(host, stale)
    return host


def grow(host: Host, stale: int) -> None:
    disk_at(host, GOLDEN).stale = stale
    virtual_disks.set_file_length(host, host.files.entry(GOLDEN))


def length(host: Host) -> int:
    return host.files.entry(GOLDEN).length


def test_gives_back_what_the_file_system_does_not_use_and_runs_once() -> None:
    host = wasteful()
    converge_despite_cuts("vhd", host, DUE)
    before = length(host)
    done = converge("vhd", SimulatedHost(host), DUE)
    assert length(host) == before - 8 * GB and step_of(done, "Compress-Disk").long
    assert done.plan.before["disks"][GOLDEN]["compaction"] == "due" and done.result["disk"]["compaction"] == "not due"
    assert names(host, "D:\\t") == ["golden.vhdx", "golden.vhdx.compacted"]
    assert disk_at(host, GOLDEN).disk_number is None


def test_runs_again_only_after_as_much_growth() -> None:
    host = wasteful()
    run_area("vhd", SimulatedHost(host), DUE)
    grow(host, 3 * GB)
    assert not converge("vhd", SimulatedHost(host), DUE).plan.steps
    grow(host, 4 * GB)
    done = converge("vhd", SimulatedHost(host), DUE)
    assert "has grown from" in done.plan.steps[0].reasons[0]


def test_what_cannot_be_made_smaller_is_not_tried_again() -> None:
    host = wasteful(stale=0)
    assert converge("vhd", SimulatedHost(host), DUE).plan.steps
    assert not converge("vhd", SimulatedHost(host), DUE).plan.steps


@pytest.mark.parametrize("mode", ["full", "quick", "retrim", "pretrimmed", "prezeroed"])
def test_modes(mode: str) -> None:
    host = wasteful()
    options = {"path": GOLDEN, "compact": {"when_grown": "1 GB", "mode": mode}}
    done = converge("vhd", SimulatedHost(host), options)
    assert step_of(done, "Compress-Disk").step.parameters["Mode"] == mode.capitalize()
    left = {"full": 0, "quick": 0, "retrim": 8, "pretrimmed": 4, "prezeroed": 4}[mode]
    assert disk_at(host, GOLDEN).stale == left * GB


def test_killed_compaction_leaves_a_mount_that_the_next_run_knows() -> None:
    host = wasteful()
    run_area("vhd", SimulatedHost(host), {"path": GOLDEN, "state": "mounted", "read_only": True})
    # a mount of somebody else is left alone
    assert "mounted it as disk" in refusals(host, **DUE)["compact"]
    host.files.write(f"{GOLDEN}.compacted", b"compacting\r\n")
    done = converge("vhd", SimulatedHost(host), DUE)
    assert "interrupted" in done.plan.steps[0].reasons[0]
    assert disk_at(host, GOLDEN).disk_number is None and disk_at(host, GOLDEN).stale == 0


def test_disk_in_use_is_refused_or_skipped() -> None:
    host = wasteful()
    add_machine(host, "web01", disks=[GOLDEN]).start()
    assert "VM web01" in refusals(host, **DUE)["compact"]
    skipping = {"path": GOLDEN, "compact": {"when_grown": "4 GB", "when_in_use": "skip"}}
    done = converge("vhd", SimulatedHost(host), skipping)
    assert not done.plan.steps and "VM web01" in " ".join(done.warnings)


def test_parent_is_not_compacted() -> None:
    host = host_with_chain()
    assert CHILD in refusals(host, **DUE, children_in=["D:\\d"])["compact"]


def test_fixed_disk_has_nothing_to_compact() -> None:
    host = host_with_golden()
    run_area("vhd", SimulatedHost(host), {"path": "D:\\f.vhdx", "size": "10 GB", "type": "fixed"})
    assert not converge(
        "vhd", SimulatedHost(host), {"path": "D:\\f.vhdx", "compact": {"when_grown": "1 GB"}}
    ).plan.steps


def test_note_goes_with_the_disk() -> None:
    host = wasteful()
    run_area("vhd", SimulatedHost(host), DUE)
    converge_despite_cuts("vhd", host, {"path": GOLDEN, "state": "absent"})
    converge("vhd", SimulatedHost(host), {"path": GOLDEN, "state": "absent"})
    assert names(host, "D:\\t") == []


@pytest.mark.parametrize("way", [{"size": "60 GB"}, {"copy_of": GOLDEN}, {"convert_from": GOLDEN}, {"parent": GOLDEN}])
def test_growth_of_a_new_disk_counts_from_the_size_that_it_has_when_made(way: dict[str, t.Any]) -> None:
    host = wasteful()
    options = {"path": CHILD, **way, "compact": {"when_grown": "1 GB"}}
    whole = converge_despite_cuts("vhd", host, options)
    assert whole.plan.steps[-1].step.call.endswith("Set-Content")
    converge("vhd", SimulatedHost(host), options)
    entry = host.files.entry(f"{CHILD}.compacted")
    assert entry.content == f"{host.files.entry(CHILD).length}\r\n".encode()


def test_set_is_optimised_by_its_own_cmdlet() -> None:
    host = host_with_golden()
    path = "D:\\d\\shared.vhds"
    run_area("vhd", SimulatedHost(host), {"path": path, "size": "20 GB"})
    disk_at(host, path).stale = 8 * GB
    virtual_disks.set_file_length(host, host.files.entry(path))
    converge("vhd", SimulatedHost(host), {"path": path, "compact": {"when_grown": "4 GB"}})
    assert host.counters.cmdlets["Optimize-VHDSet"] == 1 and host.counters.cmdlets["Mount-VHD"] == 0
