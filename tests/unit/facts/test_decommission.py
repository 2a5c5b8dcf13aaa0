# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What would become of machines, in which order, and what stands in the way."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.facts.decommission import (
    Listing,
    Wishes,
    decommission_listing,
)

TEMPLATE = "D:\\Templates\\server.vhdx"
SYSTEM = "D:\\VMs\\web01\\system.vhdx"


def machine(name: str = "web01", *disks: dict[str, t.Any], **facts: t.Any) -> dict[str, t.Any]:
    return {
        "name": name,
        "state": "running",
        "disks": list(disks),
        "checkpoints": [],
        "clustered": False,
        "replication": "Disabled",
        **facts,
    }


def disk(path: str | None, *parents: str, **facts: t.Any) -> dict[str, t.Any]:
    return {"slot": "scsi:0:0", "path": path, "parents": list(parents), "disk_number": None, "file_size": 1, **facts}


WEB = machine("web01", disk(SYSTEM, TEMPLATE))


def listing(*machines: dict[str, t.Any], names: tuple[str, ...] = ("web01",), **wishes: t.Any) -> Listing:
    return decommission_listing(machines or (WEB,), names, Wishes(**wishes))


def test_only_the_named_ones_are_looked_at() -> None:
    found = listing(WEB, machine("web010"), machine("db01"), names=("WEB01", "web02", "web*"))
    assert (found.present, found.missing, found.problems) == (["web01"], ["web02", "web*"], [])


def test_the_order_of_the_steps() -> None:
    (account,) = listing(checkpoint="last", export="E:\\Exports", delete_disks=True, delete_checkpoints=True).machines
    assert account["steps"] == [
        "take the checkpoint last",
        "shut its guest down",
        "export it to E:\\Exports\\web01, unless it is there with the present state",
        "delete its checkpoints (last) and wait until they are merged",
        f"delete {SYSTEM}",
        "remove it",
    ]


def test_disks_stay_unless_they_are_to_go() -> None:
    (account,) = listing(machine("web01", disk(SYSTEM), disk(None, disk_number=7)), turn_off=True).machines
    assert account["steps"] == ["turn it off", f"remove it, and leave {SYSTEM}, disk 7 of the host"]


def test_under_checkpoints_a_disk_is_the_file_below_them() -> None:
    under = machine("web01", disk("D:\\VMs\\web01\\system_1.avhdx", SYSTEM, TEMPLATE), state="stopped")
    (account,) = listing(under, delete_disks=True).machines
    assert [each["file"] for each in account["disks"]] == [SYSTEM]


@pytest.mark.parametrize(
    ("state", "stopping", "step"),
    [("saved", [], "discard its saved state"), ("paused", ["web01"], "shut its guest down")],
)
def test_what_is_saved_can_be_exported_as_it_is(state: str, stopping: list[str], step: str) -> None:
    found = listing({**WEB, "state": state}, export="E:\\Exports")
    assert found.stopping == stopping and step in found.machines[0]["steps"]


@pytest.mark.parametrize(
    ("machines", "wishes", "words"),
    [
        ([{**WEB, "clustered": True}], {}, "a role of a failover cluster"),
        ([{**WEB, "replication": "Suspended"}], {}, "it is replicated (Suspended)"),
        ([{**WEB, "checkpoints": [{"name": "old"}]}], {}, "its checkpoints would go with it (old)"),
        ([WEB], {"checkpoint": "last"}, "its checkpoints would go with it (last)"),
        ([WEB, WEB], {}, "2 machines have that name"),
        (
            [WEB, machine("test01", disk("D:\\t.vhdx", SYSTEM.lower()))],
            {"delete_disks": True},
            "test01 has a disk that is based on it",
        ),
        ([WEB, machine("node2", disk(SYSTEM))], {"delete_disks": True}, "node2 has it attached, too"),
    ],
)
def test_what_stands_in_the_way(machines: list[dict[str, t.Any]], wishes: dict[str, t.Any], words: str) -> None:
    problems = listing(*machines, **wishes).problems
    assert len(problems) == 1 and words in problems[0]


def test_machines_that_go_together_may_share_files() -> None:
    other = machine("node2", disk(SYSTEM))
    assert not listing(WEB, other, names=("web01", "node2"), delete_disks=True).problems


def test_a_template_below_a_disk_does_not_go() -> None:
    other = machine("web02", disk("D:\\VMs\\web02\\system.vhdx", TEMPLATE))
    found = listing(WEB, other, delete_disks=True)
    assert not found.problems and TEMPLATE not in str(found.machines[0]["steps"])
