# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Disks that the host has as its own."""

from __future__ import annotations

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.hosts import add_machine
from areas.interruption import converge_despite_cuts
from areas.vhd.disk_host import (
    CHILD,
    GOLDEN,
    GRANDCHILD,
    commands,
    disk_at,
    host_with_chain,
    host_with_golden,
    refusals,
)

NEW = "D:\\new\\data.vhdx"


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("letters", [False, True])
def test_mounts_and_dismounts(read_only: bool, letters: bool) -> None:
    host = host_with_golden()
    options = {"path": GOLDEN, "state": "mounted", "read_only": read_only, "no_drive_letter": not letters}
    converge_despite_cuts("vhd", host, options)
    done = converge("vhd", SimulatedHost(host), options)
    disk = done.result["disk"]
    assert (disk["mounted"], disk["read_only"], disk["disk_number"]) == (
        True,
        read_only,
        disk_at(host, GOLDEN).disk_number,
    )
    parameters = done.plan.steps[0].step.parameters
    assert ("ReadOnly" in parameters, "NoDriveLetter" in parameters) == (read_only, not letters)
    done = converge("vhd", SimulatedHost(host), {"path": GOLDEN.upper(), "state": "dismounted"})
    assert commands(done) == ["Dismount-VHD"] and done.result["disk"]["mounted"] is False
    assert disk_at(host, GOLDEN).disk_number is None


def test_made_and_mounted_in_one_task() -> None:
    host = host_with_golden()
    options = {"path": NEW, "size": "10 GB", "state": "mounted"}
    converge_despite_cuts("vhd", host, options)
    done = converge("vhd", SimulatedHost(host), options)
    assert commands(done) == ["New-Item", "New-VHD", "Mount-VHD"]


def test_other_way_of_mounting_mounts_again() -> None:
    host = host_with_golden()
    run_area("vhd", SimulatedHost(host), {"path": GOLDEN, "state": "mounted"})
    converge_despite_cuts("vhd", host, {"path": GOLDEN, "state": "mounted", "read_only": True})
    done = converge("vhd", SimulatedHost(host), {"path": GOLDEN, "state": "mounted", "read_only": True})
    assert commands(done) == ["Dismount-VHD", "Mount-VHD"]


def test_mount_is_not_managed_by_present() -> None:
    host = host_with_golden()
    run_area("vhd", SimulatedHost(host), {"path": GOLDEN, "state": "mounted"})
    assert not converge("vhd", SimulatedHost(host), {"path": GOLDEN, "size": "40 GB"}).plan.steps
    assert "mounted it as disk" in refusals(host, path=GOLDEN, physical_sector_size=512)["physical_sector_size"]
    assert "state" in refusals(host, path=GOLDEN, state="absent")


def test_parent_is_mounted_read_only_or_not_at_all() -> None:
    host = host_with_chain()
    assert CHILD in refusals(host, path=GOLDEN, state="mounted", children_in=["D:\\d"])["read_only"]
    converge("vhd", SimulatedHost(host), {"path": GOLDEN, "state": "mounted", "read_only": True})


def test_disk_of_a_running_machine_is_not_mounted() -> None:
    host = host_with_chain()
    add_machine(host, "web01", disks=[GRANDCHILD]).start()
    assert "VM web01" in refusals(host, path=GRANDCHILD, state="mounted", read_only=True)["state"]
    assert not converge("vhd", SimulatedHost(host), {"path": GRANDCHILD, "state": "dismounted"}).plan.steps


def test_missing_disk_is_dismounted_but_cannot_be_mounted() -> None:
    host = host_with_golden()
    done = converge("vhd", SimulatedHost(host), {"path": NEW, "state": "dismounted"})
    assert done.result["disk"] == {"path": NEW, "exists": False}
    assert "nothing says how to make it" in refusals(host, path=NEW, state="mounted")["path"]


def test_mounted_disk_does_not_grow() -> None:
    host = host_with_golden()
    run_area("vhd", SimulatedHost(host), {"path": GOLDEN, "state": "mounted", "read_only": True})
    assert "mounted it as disk" in refusals(host, path=GOLDEN, size="50 GB")["size"]
