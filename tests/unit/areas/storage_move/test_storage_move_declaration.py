# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What is refused before the host is asked, and what paths become."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.storage_move import AREA
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.storage_move.declaration import Moves
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.options import BadOptions, validated_options
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import BadInput


def declared(**options: t.Any) -> Moves:
    return AREA.declare(validated_options("storage_move", options).values)


def refused(**options: t.Any) -> str:
    with pytest.raises((BadInput, BadOptions)) as caught:
        declared(**options)
    return str(caught.value)


def disk(**options: t.Any) -> dict[str, t.Any]:
    return {"name": "web01", "disks": [{"destination": "E:\\d", **options}]}


def test_one_place_for_everything() -> None:
    (machine,) = declared(name="web01", destination="e:/VMs/{name}/").machines
    assert set(machine.folders.values()) == {"E:\\VMs\\web01"}
    assert machine.disks_path == "E:\\VMs\\web01\\Virtual Hard Disks"
    assert machine.where("configuration_path") == machine.where("disks_path") == "destination"


def test_parts_have_places_of_their_own() -> None:
    (machine,) = declared(name="web01", destination="E:\\a", checkpoints_path="E:\\b", disks_path="E:\\c").machines
    assert machine.folders["checkpoints_path"] == "E:\\b" and machine.folders["configuration_path"] == "E:\\a"
    assert machine.disks_path == "E:\\c"
    (machine,) = declared(name="web01", smart_paging_path="E:\\b").machines
    assert dict(machine.folders) == {"smart_paging_path": "E:\\b"} and machine.disks_path is None


def test_defaults_are_replaced_option_by_option() -> None:
    moves = declared(
        defaults={
            "destination": "E:\\{name}",
            "retain_source": True,
            "disks": [{"slot": "scsi:0:1", "destination": "F:\\"}],
        },
        vms=[{"name": "web01"}, {"name": "web02", "destination": "F:\\x", "disks": []}],
    )
    first, second = moves.machines
    assert first.disks_path == "E:\\web01\\Virtual Hard Disks" and len(first.disks) == 1
    assert second.disks_path == "F:\\x\\Virtual Hard Disks" and not second.disks
    assert first.retain_source and second.retain_source and moves.terms.many


def test_a_destination_is_a_file_or_a_folder() -> None:
    (machine,) = declared(
        name="web01",
        disks=[
            {"path": "D:\\a.vhdx", "destination": "E:\\d"},
            {"path": "D:\\b.vhdx", "destination": "E:\\d\\B.VHDX"},
        ],
    ).machines
    folder, file = machine.disks
    assert folder.file_for("a.vhdx") == "E:\\d\\a.vhdx" and file.file_for("b.vhdx") == "E:\\d\\B.VHDX"
    assert machine.disk_folders == ("E:\\d",)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "name"),
        ({"name": "web01"}, "destination: nothing says what is to move"),
        ({"name": "web01", "vms": [{"name": "a"}]}, "name"),
        ({"vms": [{"name": "a"}]}, r"vms[0].destination: nothing"),
        ({"vms": [{"name": "a", "destination": "E:\\"}], "destination": "F:\\"}, "destination: cannot stand beside"),
        ({"vms": [{"name": "a", "destination": "E:\\"}, {"name": "A", "destination": "F:\\"}]}, "declared twice"),
        ({"vms": [{"name": "a"}], "defaults": {"name": "b", "destination": "E:\\"}}, "defaults.name"),
        ({"name": "a", "destination": "E:\\", "defaults": {"destination": "F:\\"}}, "defaults"),
        ({"name": "a", "destination": "relative"}, "destination: 'relative' is not an absolute path"),
        ({"name": "a", "configuration_path": "E:\\con"}, "configuration_path: 'E:\\\\con' is no path"),
        ({"name": "a", "destination": "E:\\", "wait_seconds": -1}, "wait_seconds: cannot be negative"),
        ({"vms": [{"name": "a", "destination": "E:\\"}], "parallel": 33}, "parallel: must be from 1 to 32"),
        (disk(), "disks[0].slot: a disk is named either"),
        (disk(slot="scsi:9:0"), "disks[0].slot"),
        (disk(slot="scsi:0:0", path="D:\\a.vhdx"), "disks[0]"),
        (disk(slot="scsi:0:0", destination=None), "disks[0].destination: is needed"),
        (disk(path="D:\\a.vhdx", destination="E:\\b.vhdx"), "another file name"),
        (
            {"name": "a", "disks": [{"slot": s, "destination": "E:\\"} for s in ("scsi:0:0", "SCSI 0:0")]},
            "declared twice, first in disks[0]",
        ),
    ],
)
def test_bad_input(options: dict[str, t.Any], message: str) -> None:
    assert message in refused(**options)
