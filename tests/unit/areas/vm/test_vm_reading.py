# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What is read: only what the declaration needs, and the same number of calls for any number of VMs."""

from __future__ import annotations

import typing as t

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm import AREA
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.settings import rows_read_by
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.settings.firmware import TEMPLATE_IDS
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.vlan import Vlan
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.options import validated_options
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.step import Reference, Step, StepReply

ID = "00000000-0000-0000-0000-000000000001"
WHOLE: dict[str, t.Any] = {
    "processor": {"count": 1},
    "memory": {"startup": "1 GB"},
    "disks": [{"slot": "scsi:0:0", "path": "D:\\{name}.vhdx", "size": "1 GB"}],
    "adapters": [{"name": "lan", "switch": "lan"}],
    "boot_order": ["network"],
    "secure_boot": True,
}


def boot_entry(
    kind: str, path: str, device: str | None, device_id: str | None, number: int | None, location: int | None
) -> dict[str, t.Any]:
    return {
        "type": kind,
        "path": path,
        "device": device,
        "device_id": device_id,
        "number": number,
        "location": location,
    }


def steps(options: dict[str, t.Any]) -> tuple[Step, ...]:
    return AREA.observe(AREA.declare(validated_options("vm", options).values))


def names(options: dict[str, t.Any]) -> list[str]:
    return [step.call.rpartition("\\")[2] for step in steps(options)]


def test_only_what_is_declared_is_read() -> None:
    assert names({"name": "a"}) == ["Get-VMHost", "Get-VM"]
    assert names({"name": "a", "state": "running", "notes": "x"}) == ["Get-VMHost", "Get-VM"]
    assert names({"name": "a", "processor": {"count": 1}}) == ["Get-VMHost", "Get-VM", "Get-VMProcessor"]
    assert names({"name": "a", "adapters": []}) == [
        "Get-VMHost",
        "Get-VM",
        "Get-VMHardDiskDrive",
        "Get-VMNetworkAdapter",
    ]
    assert names({"name": "a", "state": "absent"}) == [
        "Get-VM",
        "Get-VMHardDiskDrive",
        "Get-VMSnapshot",
        "Get-DiskChain",
    ]


def test_the_number_of_calls_does_not_grow_with_the_fleet() -> None:
    one = steps({"defaults": WHOLE, "vms": [{"name": "n0"}]})
    many = steps({"defaults": WHOLE, "vms": [{"name": f"n{n}"} for n in range(300)]})
    assert [step.call for step in one] == [step.call for step in many]
    assert len(many) == 16


def test_names_are_compared_exactly_and_never_given_to_a_cmdlet() -> None:
    defaults = {name: value for name, value in WHOLE.items() if name != "disks"}
    for step in steps({"defaults": defaults, "vms": [{"name": "web*"}, {"name": "[x]"}]}):
        references = [value for value in step.parameters.values() if isinstance(value, Reference)]
        assert len(references) == len(step.parameters), "a name reached a parameter as text"
        for reference in references:
            assert all(values == ("web*", "[x]") for path, values in reference.where if path == "Name")


def test_drives_of_all_vms_are_read_where_a_file_may_have_another_user() -> None:
    (drives,) = [step for step in steps({"name": "a", **WHOLE}) if step.id == "drives"]
    assert drives.parameters["VM"] == Reference("vms")
    (drives,) = [step for step in steps({"name": "a", "state": "absent"}) if step.id == "drives"]
    assert drives.parameters["VM"] == Reference("vms", where=(("Name", ("a",)),))


def reply(step: str, *rows: dict[str, t.Any]) -> StepReply:
    nothing = {row.option: None for row in rows_read_by(step)}
    return StepReply(step, "done", tuple({**nothing, **row} for row in rows))


def test_rows_become_vms() -> None:
    slot = {"vm": ID, "controller": "SCSI", "number": 0, "location": 3}
    replies = {
        step.id: step
        for step in (
            reply("host", {"processors": 4, "memory": 1 << 34, "path": "C:\\VMs"}),
            reply(
                "vms",
                {
                    "id": ID, "name": "a", "state": "Running", "generation": 2, "path": "C:\\VMs", "memory": 1 << 30,
                    "heartbeat": "OkApplicationsUnknown", "notes": None, "automatic_start.action": "StartIfRunning",
                    "automatic_start.delay": 0, "version": "10.0", "automatic_stop.action": "ShutDown",
                },
            ),
            reply(
                "firmware",
                {
                    "vm": ID, "secure_boot": "On", "secure_boot_template": TEMPLATE_IDS["MicrosoftWindows"],
                    "boot": [
                        boot_entry("File", "\\EFI\\b.efi", None, None, None, None),
                        boot_entry("Drive", "x", "HardDiskDrive", "d", 0, 3),
                        boot_entry("Drive", "y", "DvdDrive", "e", 0, 4),
                        boot_entry("Network", "z", "VMNetworkAdapter", "n", None, None),
                    ],
                },
            ),
            reply("drives", {**slot, "path": None, "disk_number": None}),
            reply(
                "adapters",
                {
                    "vm": ID, "id": "n", "name": "Lan", "switch": None, "mac": "00155D000001", "dynamic_mac": True,
                    "legacy": False,
                    "vlan_mode": "Trunk", "vlan_id": 0, "vlan_native_id": 1, "vlan_allowed_ids": [5, 6],
                },
            ),
            reply("controllers", {"vm": ID, "number": 0}, {"vm": ID, "number": 1}),
        )
    }  # fmt: skip
    seen = AREA.understand(AREA.declare({"name": "a"}), replies)
    (vm,) = seen.vms
    assert vm.heartbeat and vm.controllers == 2 and seen.host.processors == 4
    assert [kind for kind, _ in vm.boot] == ["file", "disk", "dvd", "adapter"]
    assert vm.boot[3] == ("adapter", "LAN")
    assert vm.settings["automatic_start.action"] == "start_if_running"
    assert vm.settings["secure_boot"] is True and vm.settings["notes"] == ""
    assert vm.settings["secure_boot_template"] == "MicrosoftWindows" and vm.settings["tags"] == {}
    assert vm.drives[0].path == "" and str(vm.drives[0].slot) == "scsi:0:3"
    assert vm.adapters[0].vlan == Vlan("trunk", native_id=1, allowed_ids=frozenset({5, 6}))
