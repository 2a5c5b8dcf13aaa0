# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Facts about drives, and chains verified on request."""

from __future__ import annotations

import typing as t

from area_harness import SimulatedHost, run_area
from areas.devices_host import IMAGES, add_devices
from areas.hosts import GB, add_disk, add_machine
from areas.vm.vm_host import simulated_host

from hyperv_lab.simulation import checkpoints, virtual_disks

BASE, MIDDLE, TOP = "D:\\T\\base.vhdx", "D:\\T\\middle.vhdx", "D:\\VMs\\top.vhdx"


def host_with_chain() -> t.Any:
    host = simulated_host()
    add_disk(host, {"path": BASE, "size": 10 * GB})
    add_disk(host, {"path": MIDDLE, "parent": BASE})
    add_disk(host, {"path": TOP, "parent": MIDDLE})
    add_machine(host, "web01", disks=[TOP])
    return host


def disks(host: t.Any, **options: t.Any) -> list[dict[str, t.Any]]:
    simulated = SimulatedHost(host)
    before = simulated.fingerprint()
    outcome = run_area("vm_info", simulated, {"name": ["web01"], "gather": ["disks"], **options})
    assert simulated.fingerprint() == before and outcome.exchanges == 1
    return t.cast("list[dict[str, t.Any]]", outcome.result["vms"][0]["disks"])


def problem(host: t.Any) -> dict[str, t.Any] | None:
    (disk,) = disks(host, verify_chains=True)
    found: dict[str, t.Any] | None = disk["chain_problem"]
    return None if found is None else {name: value for name, value in found.items() if name != "error"}


def test_a_chain_is_shown_and_a_whole_one_has_no_problem() -> None:
    host = host_with_chain()
    (disk,) = disks(host)
    assert disk["parents"] == [MIDDLE, BASE] and "chain_problem" not in disk
    assert problem(host) is None
    (machine,) = host.machines.values()
    checkpoints.take(machine, "before")
    machine.start()
    assert problem(host) is None


def test_a_missing_parent() -> None:
    host = host_with_chain()
    host.files.remove(BASE)
    assert problem(host) == {"kind": "missing_parent", "file": MIDDLE, "parent": BASE, "found": None}


def test_a_parent_that_lies_elsewhere_than_its_child_looks_for_it() -> None:
    host = host_with_chain()
    host.files.remove(MIDDLE)
    host.files.make_file("D:\\VMs\\middle.vhdx", 1)
    assert problem(host) == {
        "kind": "parent_elsewhere",
        "file": TOP,
        "parent": MIDDLE,
        "found": "D:\\VMs\\middle.vhdx",
    }


def test_a_parent_that_changed_after_its_child_was_made() -> None:
    host = host_with_chain()
    virtual_disks.disk_of(host.files.find(BASE)).touch()
    assert problem(host) == {"kind": "parent_changed", "file": MIDDLE, "parent": BASE, "found": None}
    assert disks(host, verify_chains=True)[0]["chain_problem"]["error"]


def test_a_file_that_is_busy_or_gone_or_no_disk() -> None:
    host = host_with_chain()
    virtual_disks.disk_of(host.files.find(TOP)).busy = "Convert-VHD"
    assert problem(host) == {"kind": "busy", "file": TOP, "parent": None, "found": None}
    host.files.find(TOP).disk = None
    assert problem(host) == {"kind": "unreadable", "file": TOP, "parent": None, "found": None}


def test_the_number_of_steps_does_not_grow_and_verification_is_one_of_them() -> None:
    host = host_with_chain()
    add_machine(host, "web02", disks=[BASE])
    simulated = SimulatedHost(host)
    run_area("vm_info", simulated, {"gather": ["disks"]})
    run_area("vm_info", simulated, {"gather": ["disks"], "verify_chains": True})
    assert [len(batch.steps) for batch in simulated.batches] == [4, 5]


def test_what_drives_carry_and_disks_of_the_host() -> None:
    host = simulated_host()
    add_devices(host)
    policy = "6a1d6ad6-0e4b-4a0a-9a3e-0f1f9f3f2c11"
    vm = {
        "name": "web01",
        "generation": 1,
        "floppy": IMAGES[2],
        "scsi_controllers": 2,
        "disks": [
            {"slot": "ide:0:0", "path": TOP, "size": "1 GB", "maximum_iops": 9, "qos_policy_id": policy},
            {"slot": "scsi:0:0", "physical_disk": {"serial": "LUN-A"}, "resource_pool": "gold"},
        ],
    }
    run_area("vm", SimulatedHost(host), vm)
    result = run_area("vm_info", SimulatedHost(host), {"name": ["web01"]}).result["vms"][0]
    assert (result["floppy"], result["scsi_controllers"]) == (IMAGES[2], 2)
    file, lun = result["disks"]
    assert (file["maximum_iops"], file["qos_policy_id"], file["write_cache"]) == (9, policy, "default")
    assert file["physical_disk"] is None and lun["path"] is None
    assert lun["physical_disk"] == {"number": 4, "serial": "LUN-A", "unique_id": "5000AAAA"}
    assert (lun["resource_pool"], lun["size"]) == ("gold", 100 * GB)
    host.physical_disks.clear()
    assert disks(host)[1]["error"] == "the host has no disk of this number"
