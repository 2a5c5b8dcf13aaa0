# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Defaults of a fleet merged with each VM's own options."""

from __future__ import annotations

from areas.vm.vm_observations import GB, bad_input

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm import AREA
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.declaration import VmDeclaration
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.options import validated_options

DEFAULTS = {
    "processor": {"count": 2, "weight": 50},
    "notes": "all",
    "disks": [
        {"slot": "scsi:0:0", "path": "D:\\{name}\\system.vhdx", "size": "20 GB", "type": "fixed"},
        {"slot": "scsi:0:1", "path": "D:\\{name}\\data.vhdx", "size": "5 GB"},
    ],
    "adapters": [{"name": "lan", "switch": "lan", "vlan": {"mode": "access", "id": 20}}],
    "boot_order": ["disk scsi:0:0", "adapter lan"],
}


def declared(**own: object) -> VmDeclaration:
    options = validated_options("vm", {"defaults": DEFAULTS, "vms": [{"name": "first"}, {"name": "web01", **own}]})
    declaration = AREA.declare(options.values)
    assert declaration.terms.many
    made = declaration.vms[1]
    assert isinstance(made, VmDeclaration)
    return made


def test_mappings_merge_option_by_option() -> None:
    made = declared(processor={"weight": 200})
    assert (made.get("processor.count"), made.get("processor.weight")) == (2, 200)
    assert made.get("notes") == "all"
    assert declared(notes="mine").get("notes") == "mine"


def test_disks_merge_by_slot_and_keep_their_order() -> None:
    more = {"slot": "scsi:1:0", "path": "D:\\more.vhdx", "size": "1 GB"}
    made = declared(disks=[{"slot": "SCSI 0:1", "size": "9 GB"}, more]).disks
    assert made is not None
    assert [(str(disk.slot), disk.file.path, disk.file.size) for disk in made] == [
        ("scsi:0:0", "D:\\web01\\system.vhdx", 20 * GB),
        ("scsi:0:1", "D:\\web01\\data.vhdx", 9 * GB),
        ("scsi:1:0", "D:\\more.vhdx", GB),
    ]
    assert made[0].file.type == "fixed"
    assert [disk.option for disk in made] == ["defaults.disks[0]", "vms[1].disks[0]", "vms[1].disks[1]"]


def test_adapters_merge_by_name_without_regard_to_case() -> None:
    made = declared(adapters=[{"name": "LAN", "mac": "dynamic"}, {"name": "san"}]).adapters
    assert made is not None
    assert [(adapter.name, adapter.switch, adapter.mac) for adapter in made] == [
        ("LAN", "lan", "dynamic"),
        ("san", None, None),
    ]


def test_other_lists_are_replaced() -> None:
    made = declared(boot_order=["network"]).boot_order
    assert made is not None
    assert [entry.text for entry in made] == ["network"]


def test_a_problem_is_named_where_the_user_wrote_it() -> None:
    made = declared(processor={"weight": 200})
    assert made.where("processor.count") == "defaults.processor.count"
    assert made.where("processor.weight") == "vms[1].processor.weight"
    assert made.where("boot_order[1]") == "defaults.boot_order[1]"
    assert made.where("state") == "vms[1].state"
    assert (
        bad_input({"defaults": {"processor": {"count": 0}}, "vms": [{"name": "a"}]}).path == "defaults.processor.count"
    )


def test_an_amount_of_dynamic_memory_declares_dynamic_memory() -> None:
    assert declared(memory={"maximum": "4 GB"}).get("memory.dynamic") is True
    assert declared(memory={"startup": "4 GB"}).get("memory.dynamic") is None
