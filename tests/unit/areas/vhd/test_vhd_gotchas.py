# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What broke other tools with disk files (facts about peers, by number), and defects of microsoft.hyperv."""

from __future__ import annotations

import typing as t

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.hosts import GB, add_disk, add_machine
from areas.interruption import converge_despite_cuts
from areas.vhd.disk_host import CHILD, GOLDEN, GRANDCHILD, disk_at, host_with_chain, host_with_golden, names, refusals

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import RunFailed
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.options import BadOptions
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import Unreadable
from hyperv_lab.simulation import checkpoints
from hyperv_lab.simulation.errors import SHARING_VIOLATION
from hyperv_lab.simulation.host import Host


class Holder:
    """A program that has a file open, so that it cannot be read at all or only not be written, for some seconds."""

    def __init__(self, host: Host, path: str, seconds: float, *, reading: bool) -> None:
        self.host, self.path, self.reading = host, path, reading
        if reading:
            host.files.hold(host.files.entry(path), "backup")
        else:
            disk_at(host, path).busy = "backup"
        host.estate.schedule(seconds, self, "let_go")

    def let_go(self) -> None:
        if self.reading:
            self.host.files.release("backup")
        else:
            disk_at(self.host, self.path).busy = ""


def test_gotcha_25_disk_under_a_checkpoint_is_in_use() -> None:
    host = host_with_golden()
    machine = add_machine(host, "web01", disks=[GOLDEN])
    checkpoints.take(machine, "before")
    assert machine.settings.disks[0].path != GOLDEN
    for options in ({"size": "50 GB"}, {"state": "absent"}, {"type": "fixed", "convert": True}, {"state": "mounted"}):
        assert "web01" in " ".join(refusals(host, path=GOLDEN, **options).values())


@pytest.mark.parametrize("reading", [False, True], ids=["cannot be read", "cannot be written"])
def test_gotcha_26_file_that_is_open_is_tried_again_and_then_an_error(reading: bool) -> None:
    host = host_with_golden()
    Holder(host, GOLDEN, 10, reading=reading)
    # what can be read shows as attached, and is refused as in use; what cannot be read is waited for
    if reading:
        assert "in use" in " ".join(refusals(host, path=GOLDEN, physical_sector_size=512).values())
        host.estate.advance(11)
    run_area("vhd", SimulatedHost(host), {"path": GOLDEN, "size": "50 GB"})
    assert disk_at(host, GOLDEN).size == 50 * GB
    Holder(host, GOLDEN, 600, reading=False)
    for options in ({"size": "60 GB"}, {"state": "absent"}, {}):
        with pytest.raises(Unreadable, match="0x80070020"):
            run_area("vhd", SimulatedHost(host), {"path": GOLDEN, **options})
    assert disk_at(host, GOLDEN).size == 50 * GB


def test_gotcha_26_step_that_meets_an_open_file_tries_again() -> None:
    host = host_with_golden()
    simulated = SimulatedHost(host)
    exchange = simulated.exchange

    def opened_between(batch: t.Any) -> t.Any:
        if batch.lock is not None and batch.lock.advance:
            Holder(host, GOLDEN, 8, reading=True)
        return exchange(batch)

    simulated.exchange = opened_between  # type: ignore[method-assign]  # a scan begins between reading and applying
    run_area("vhd", simulated, {"path": GOLDEN, "physical_sector_size": 512})
    assert disk_at(host, GOLDEN).physical_sector == 512


def test_gotcha_27_disk_that_is_merged_after_its_machine_is_gone_is_not_absent() -> None:
    host = host_with_golden()
    host.timings.merge_seconds = 60
    machine = add_machine(host, "web01", disks=[GOLDEN])
    checkpoint = checkpoints.take(machine, "automatic")
    checkpoints.remove(checkpoint)
    with pytest.raises(Unreadable, match="0x80070020"):
        run_area("vhd", SimulatedHost(host), {"path": GOLDEN, "state": "absent"})
    assert host.files.exists(GOLDEN)


def test_gotcha_28_lock_is_known_by_its_number_in_every_language() -> None:
    host = host_with_golden()
    Holder(host, GOLDEN, 10, reading=False)
    # the simulated host speaks of it in no fixed words: only the number decides whether it is tried again
    run_area("vhd", SimulatedHost(host), {"path": GOLDEN, "size": "50 GB"})
    assert disk_at(host, GOLDEN).size == 50 * GB
    steps = run_area("vhd", SimulatedHost(host), {"path": GOLDEN, "size": "60 GB"}, check=True).plan.steps
    assert steps[0].step.retry == {"hresults": [SHARING_VIOLATION], "seconds": 15, "every_seconds": 1}


def test_gotcha_29_only_the_very_file_is_deleted() -> None:
    host = host_with_golden()
    for name in ("web1.vhdx", "web10.vhdx", "web1.old.vhdx", "web[1].vhdx"):
        add_disk(host, {"path": f"D:\\d\\{name}", "size": GB})
    converge_despite_cuts("vhd", host, {"path": "D:\\d\\web1.vhdx", "state": "absent"})
    converge("vhd", SimulatedHost(host), {"path": "D:\\d\\web1.vhdx", "state": "absent"})
    assert names(host) == ["web1.old.vhdx", "web10.vhdx", "web[1].vhdx"]
    converge("vhd", SimulatedHost(host), {"path": "D:\\d\\WEB[1].vhdx", "state": "absent"})
    assert names(host) == ["web1.old.vhdx", "web10.vhdx"]


def test_gotcha_30_child_may_be_larger_as_vhdx_and_not_as_vhd() -> None:
    host = host_with_golden()
    done = converge("vhd", SimulatedHost(host), {"path": CHILD, "parent": GOLDEN, "size": "60 GB"})
    assert done.result["disk"]["size"] == 60 * GB
    add_disk(host, {"path": "D:\\t\\old.vhd", "size": 10 * GB})
    with pytest.raises(Exception, match="has the size of its parent"):
        run_area("vhd", SimulatedHost(host), {"path": "D:\\d\\c.vhd", "parent": "D:\\t\\old.vhd", "size": "20 GB"})
    assert "parent" in refusals(host, path=GRANDCHILD, parent=GOLDEN, size="20 GB")["size"]


def test_gotcha_31_copy_made_by_hand_gets_an_identifier_of_its_own() -> None:
    host = host_with_golden()
    copy = "D:\\t\\copy.vhdx"
    host.files.copy(GOLDEN, copy)
    assert disk_at(host, copy).identifier == disk_at(host, GOLDEN).identifier
    converge_despite_cuts("vhd", host, {"path": copy, "unique_identifier": True})
    done = converge("vhd", SimulatedHost(host), {"path": copy, "unique_identifier": True})
    assert done.plan.before["disks"][copy]["unique_identifier"] is False
    assert disk_at(host, copy).identifier != disk_at(host, GOLDEN).identifier
    # a child has the identifier of its parent, and that is right
    add_disk(host, {"path": CHILD, "parent": GOLDEN})
    assert not converge("vhd", SimulatedHost(host), {"path": CHILD, "unique_identifier": True}).plan.steps


def test_gotcha_31_identifier_of_a_disk_in_use_stays() -> None:
    host = host_with_golden()
    host.files.copy(GOLDEN, "D:\\t\\copy.vhdx")
    add_machine(host, "web01", disks=["D:\\t\\copy.vhdx"]).start()
    texts = refusals(host, path="D:\\t\\copy.vhdx", unique_identifier=True)
    assert "VM web01" in texts["unique_identifier"]


@pytest.mark.parametrize(
    "name", ["a [1].vhdx", "it's.vhdx", "$(x) `b.vhdx", "B\u00fcro \u65e5\u672c.vhdx", "- and -or.vhdx"]
)
def test_gotcha_32_existence_is_asked_for_the_very_name(name: str) -> None:
    host = host_with_golden()
    path = f"D:\\d\\{name}"
    for options in ({"size": "1 GB"}, {"size": "2 GB"}, {"state": "mounted"}, {"state": "dismounted"}):
        converge("vhd", SimulatedHost(host), {"path": path, **options})
    converge("vhd", SimulatedHost(host), {"path": path, "type": "fixed", "convert": True})
    converge("vhd", SimulatedHost(host), {"path": f"D:\\d\\child {name}", "parent": path})
    converge("vhd", SimulatedHost(host), {"path": f"D:\\d\\child {name}", "state": "merged"})
    converge("vhd", SimulatedHost(host), {"path": path, "state": "absent"})
    assert names(host) == []


def test_gotcha_38_base_of_a_lost_checkpoint_file_is_kept() -> None:
    host = host_with_golden()
    machine = add_machine(host, "web01", disks=[GOLDEN])
    checkpoints.take(machine, "before")
    top = machine.settings.disks[0].path
    assert top is not None
    host.files.remove(top)
    assert "checkpoint of VM web01" in refusals(host, path=GOLDEN, state="absent")["state"]


def test_gotcha_38_chain_with_a_missing_file_is_said_for_every_operation() -> None:
    host = host_with_chain()
    host.files.rename(GOLDEN, "elsewhere.vhdx")
    for options in (
        {"type": "dynamic", "convert": True, "path": GRANDCHILD},
        {"state": "merged", "path": GRANDCHILD, "merge_into": GOLDEN},
        {"state": "mounted", "path": GRANDCHILD},
        {"size": "60 GB", "path": GRANDCHILD},
        {"compact": {"when_grown": 1}, "path": GRANDCHILD},
    ):
        assert GOLDEN in " ".join(refusals(host, **options).values()), options


def test_official_defect_any_error_of_get_vhd_is_taken_for_absent() -> None:
    host = host_with_golden()
    host.services["vmms"] = "Stopped"
    for options in ({"state": "absent"}, {"size": "10 GB"}):
        before = host.fingerprint()
        with pytest.raises((RunFailed, Unreadable)):
            run_area("vhd", SimulatedHost(host), {"path": GOLDEN, **options})
        assert host.fingerprint() == before


def test_official_defect_drift_of_type_and_parent_is_ignored() -> None:
    host = host_with_chain()
    add_disk(host, {"path": "D:\\t\\other.vhdx", "size": 40 * GB})
    assert "convert: true" in refusals(host, path="D:\\t\\other.vhdx", type="fixed")["type"]
    assert "reparent: true" in refusals(host, path=CHILD, parent="D:\\t\\other.vhdx")["parent"]
    assert "is dynamic" in refusals(host, path=GOLDEN, parent="D:\\t\\other.vhdx")["parent"]


@pytest.mark.parametrize("size", ["1.5 GB", "0.5GB", "2.5TB", "1,5 GB", 1.5])
@pytest.mark.parametrize("option", ["size", "block_size"])
def test_official_defect_10_sizes_with_fractions(option: str, size: object) -> None:
    with pytest.raises(BadOptions, match=f"{option}.*fraction"):
        run_area("vhd", SimulatedHost(host_with_golden()), {"path": CHILD, option: size})


def test_official_defect_10_growth_with_a_fraction() -> None:
    with pytest.raises(BadOptions, match=r"compact.when_grown.*write 1536 MB"):
        run_area("vhd", SimulatedHost(host_with_golden()), {"path": GOLDEN, "compact": {"when_grown": "1.5 GB"}})
