# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Plans of the start-up order of both generations."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from areas.vm.vm_observations import (
    GB,
    adapter,
    calls,
    chain,
    link,
    missing,
    observation,
    plan,
    reasons,
    refusals,
    sent,
    vm,
)

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.observation import (
    BootKey,
    ObservedDvd,
    ObservedVm,
)
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.slots import Slot
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.step import Reference

DISK0: BootKey = ("disk", Slot("SCSI", 0, 0))
DISK1: BootKey = ("disk", Slot("SCSI", 0, 1))
DVD: BootKey = ("dvd", Slot("SCSI", 0, 2))
LAN: BootKey = ("adapter", "LAN")
SAN: BootKey = ("adapter", "SAN")
FILE: BootKey = ("file", "\\EFI\\boot.efi")


def machine(*boot: BootKey, **more: t.Any) -> ObservedVm:
    made = vm(
        disks={"scsi:0:0": "D:\\0.vhdx", "scsi:0:1": "D:\\1.vhdx"},
        adapters=[adapter("lan"), adapter("san")],
        boot=boot,
        **more,
    )
    return dataclasses.replace(made, dvds=(ObservedDvd(made.id, Slot("SCSI", 0, 2), ""),))


def order(made: t.Any) -> list[t.Any]:
    value = sent(made, "Set-VMFirmware")["BootOrder"]
    assert isinstance(value, list)
    return value


@pytest.mark.parametrize(
    ("wanted", "boot"),
    [
        (["disk scsi:0:0"], (DISK0, LAN)),
        (["disk scsi:0:0", "adapter LAN"], (DISK0, LAN, SAN)),
        (["disk scsi:0:0"], (FILE, DISK0, LAN)),
        (["file", "disk scsi:0:0"], (FILE, DISK0, LAN)),
        (["network", "dvd"], (SAN, LAN, DVD, DISK0)),
        (["adapter san", "network"], (SAN, LAN, DISK0)),
        (["dvd scsi:0:2"], (DVD,)),
    ],
)
def test_an_order_that_holds_is_left_alone(wanted: list[str], boot: tuple[BootKey, ...]) -> None:
    made = plan({"name": "web01", "boot_order": wanted}, observation(machine(*boot, state="Running")))
    assert not made.changed and not made.refusals


@pytest.mark.parametrize(
    ("wanted", "boot", "text"),
    [
        (["adapter lan"], (DISK0, LAN), "[disk scsi:0:0] -> [adapter lan]"),
        (
            ["disk scsi:0:1", "disk scsi:0:0"],
            (DISK0, LAN),
            "[disk scsi:0:0, adapter lan] -> [disk scsi:0:1, disk scsi:0:0]",
        ),
        (["disk scsi:0:0", "file"], (FILE, DISK0), "[file, disk scsi:0:0] -> [disk scsi:0:0, file]"),
    ],
)
def test_another_order_is_set(wanted: list[str], boot: tuple[BootKey, ...], text: str) -> None:
    made = plan({"name": "web01", "boot_order": wanted}, observation(machine(*boot)))
    assert calls(made) == ["Set-VMFirmware"]
    assert reasons(made) == [f"boot_order: {text}"]


def test_everything_else_keeps_its_place_behind() -> None:
    made = plan({"name": "web01", "boot_order": ["adapter san"]}, observation(machine(FILE, DISK0, LAN, SAN)))
    wanted = order(made)
    assert [entry.get for entry in wanted] == [
        "BootOrder", "NetworkAdapters", "HardDrives", "NetworkAdapters", "HardDrives", "DVDDrives",
    ]  # fmt: skip
    assert wanted[0].having == (("BootType", ("File", "Unknown")), ("FirmwarePath", ("\\EFI\\boot.efi",)))
    assert [planned.step.call for planned in made.steps][:2] == ["Hyper-V\\Get-VM", "Hyper-V\\Get-VMFirmware"]


def test_order_and_secure_boot_go_in_one_call() -> None:
    made = plan(
        {"name": "web01", "boot_order": ["network"], "secure_boot": False}, observation(machine(DISK0, LAN, SAN))
    )
    assert calls(made) == ["Set-VMFirmware"]
    assert set(sent(made, "Set-VMFirmware")) == {"BootOrder", "EnableSecureBoot"}


def test_new_devices_are_taken_from_the_steps_that_add_them() -> None:
    path = "D:\\a.vhdx"
    options = {
        "name": "new",
        "disks": [{"slot": "scsi:0:0", "path": path, "size": "1 GB"}],
        "adapters": [{"name": "lan"}],
        "boot_order": ["disk scsi:0:0", "network"],
    }
    made = plan(options, observation(chains=[missing(path)]))
    assert order(made) == [Reference("vm0.disk0.attach"), Reference("vm0.adapter0.add")]
    assert made.after["new"]["boot_order"] == ["disk scsi:0:0", "adapter lan"]


def test_the_adapter_that_a_new_vm_has_is_taken_whatever_its_name() -> None:
    made = plan({"name": "new", "boot_order": ["network"]}, observation())
    assert order(made) == [Reference("vm0.new", get="NetworkAdapters")]


def test_a_device_that_is_not_there_is_refused() -> None:
    texts = refusals(
        plan({"name": "web01", "boot_order": ["network", "disk scsi:0:9", "adapter x"]}, observation(machine(DISK0)))
    )
    assert set(texts) == {"boot_order[1]", "boot_order[2]"}


def test_a_running_vm_keeps_its_order_unless_it_may_restart() -> None:
    options = {"name": "web01", "boot_order": ["network"]}
    seen = observation(machine(DISK0, state="Running"))
    assert "boot_order" in refusals(plan(options, seen))
    assert calls(plan({**options, "restart": "if_needed"}, seen)) == ["Stop-Guest", "Set-VMFirmware", "Start-VM"]


def test_detaching_a_disk_moves_the_rest_up() -> None:
    seen = observation(machine(DISK0, DISK1, LAN), chains=[chain(link("D:\\1.vhdx", GB))])
    options = {
        "name": "web01",
        "disks": [{"slot": "scsi:0:1", "path": "D:\\1.vhdx"}],
        "purge": ["disks"],
        "boot_order": ["disk scsi:0:1"],
    }
    assert calls(plan(options, seen)) == ["Remove-VMHardDiskDrive"]


CLASSES = ("CD", "IDE", "LegacyNetworkAdapter", "Floppy")


@pytest.mark.parametrize(
    ("wanted", "whole"),
    [
        (["cd", "ide"], None),
        (["dvd"], None),
        (["ide"], ["IDE", "CD", "LegacyNetworkAdapter", "Floppy"]),
        (["network", "floppy"], ["LegacyNetworkAdapter", "Floppy", "CD", "IDE"]),
    ],
)
def test_generation_1_orders_classes(wanted: list[str], whole: list[str] | None) -> None:
    made = plan({"name": "web01", "boot_order": wanted}, observation(vm(generation=1, boot_classes=CLASSES)))
    if whole is None:
        assert not made.changed
    else:
        assert sent(made, "Set-VMBios") == {"StartupOrder": whole}
        assert made.after["web01"]["boot_order"] == wanted


def test_a_new_vm_of_generation_1_gets_a_whole_order() -> None:
    made = plan({"name": "web01", "generation": 1, "boot_order": ["ide"]})
    assert sent(made, "Set-VMBios") == {"StartupOrder": ["IDE", "CD", "LegacyNetworkAdapter", "Floppy"]}


def test_the_result_leaves_out_what_the_guest_makes_when_it_boots() -> None:
    """It may do so while the plan has it run, as on the way to a saved state: nobody can foretell it."""
    made = plan({"name": "web01", "boot_order": ["disk scsi:0:0", "file"]}, observation(machine(FILE, DISK0)))
    assert made.before["web01"]["boot_order"] == made.after["web01"]["boot_order"] == ["disk scsi:0:0"]
