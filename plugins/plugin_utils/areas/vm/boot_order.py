# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Start-up order: of devices in generation 2, of classes of devices in generation 1.

Setting an order replaces it whole (Set-VMFirmware -BootOrder, Set-VMBios -StartupOrder). So the declared entries come
first, in their order, and everything else that is in the order keeps its place behind them. Entries of type File
belong to the guest (its boot manager writes them, usually at the front): they are left out of the comparison and stay
where they are, unless `file` is declared.
"""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from ...core.plan import KNOWN_AFTER_APPLY
from ...core.setting import OFF_ONLY, SettingCall, shown
from ...core.step import Reference
from ..switch.names import name_key
from .boot_entries import CLASS_WORDS, DEVICE_CLASSES
from .change import Changes, Place
from .declaration import VmDeclaration
from .observation import BootKey, ObservedVm
from .settings import SET_FIRMWARE
from .settings_plan import reasons_of

#: Entries that may come in any order among themselves: one for a device, several for a class of devices.
Segment = tuple[BootKey, ...]


def plan_boot_order(
    vm: VmDeclaration, place: Place, observed: ObservedVm, firmware: SettingCall | None, found: Changes
) -> ObservedVm:
    """Note what brings the start-up order to its declaration, together with other changes of the firmware.

    Args:
        observed: the VM with its disks and adapters as they will be.
    """
    if observed.generation == 1:
        return _plan_classes(vm, place, observed, found)
    return _plan_devices(vm, place, observed, firmware, found)


def boot_order_state(vm: VmDeclaration, observed: ObservedVm) -> list[str]:
    """Return the declared part of the start-up order as texts, without the guest's own entries.

    The guest makes those whenever it boots, perhaps while this plan has it run, so that nobody can foretell them.
    """
    return [text for text in _order_texts(vm, observed) if text != "file"]


def _order_texts(vm: VmDeclaration, observed: ObservedVm) -> list[str]:
    """Return the declared part of the start-up order as texts."""
    if vm.boot_order is None:
        raise AssertionError("the caller has checked this")
    if observed.generation == 1:
        words = [CLASS_WORDS.get(name, name) for name in observed.boot_classes]
        return words[: len(vm.boot_order)]
    with_files = any(entry.kind == "file" for entry in vm.boot_order)
    order = [key for key in observed.boot if with_files or key[0] != "file"]
    length = sum(len(segment) for segment in segments(vm, observed))
    return [key_text(key, observed) for key in order[:length]]


def key_text(key: BootKey, observed: ObservedVm) -> str:
    """Return an entry as it would be declared."""
    kind, what = key
    if kind == "file":
        return "file"
    if kind == "adapter":
        name = next((adapter.name for adapter in observed.adapters if name_key(adapter.name) == what), what)
        return KNOWN_AFTER_APPLY if name == KNOWN_AFTER_APPLY else f"adapter {name}"
    return f"{kind} {what}"


def segments(vm: VmDeclaration, observed: ObservedVm) -> list[Segment]:
    """Return the declared entries as the devices that they stand for in this VM; a class without devices gives none."""
    entries = vm.boot_order or ()
    named = {_named_key(entry.kind, entry.slot, entry.name) for entry in entries}
    result: list[Segment] = []
    for entry in entries:
        if entry.kind == "dvd" and entry.slot is None:
            devices: list[BootKey] = [("dvd", drive.slot) for drive in observed.dvds]
        elif entry.kind == "network":
            devices = [("adapter", name_key(adapter.name)) for adapter in observed.adapters]
        elif entry.kind == "file":
            result.append(tuple(key for key in observed.boot if key[0] == "file"))
            continue
        else:
            result.append((_named_key(entry.kind, entry.slot, entry.name),))
            continue
        result.append(tuple(key for key in devices if key not in named))
    return [segment for segment in result if segment]


def _named_key(kind: str, slot: t.Any, name: str | None) -> BootKey:
    return (kind, name_key(name)) if name is not None else (kind, slot)


def _plan_devices(
    vm: VmDeclaration, place: Place, observed: ObservedVm, firmware: SettingCall | None, found: Changes
) -> ObservedVm:
    parameters: dict[str, t.Any] = dict(firmware.parameters) if firmware is not None else {}
    reasons = list(reasons_of(firmware, place)) if firmware is not None else []
    option = vm.where(firmware.changes[0].setting.option) if firmware is not None else vm.where("boot_order")
    steps = []
    after = observed
    if vm.boot_order is not None and _all_there(vm, observed, found):
        wanted = segments(vm, observed)
        files = any(entry.kind == "file" for entry in vm.boot_order)
        if not place.fresh and _in_order(wanted, observed.boot, files):
            pass
        elif wanted:
            order = _whole_order(wanted, observed, files)
            after = dataclasses.replace(observed, boot=tuple(order))
            if any(key[0] == "file" for key in order):
                read = place.step("firmware", "Hyper-V\\Get-VMFirmware", {"VM": place.vm})
                steps.append(place.planned(read))
            parameters["BootOrder"] = [_reference(key, place, observed, found) for key in order]
            texts = _order_texts(vm, after)
            before = [] if place.fresh else _order_texts(vm, observed)
            reasons.append(
                f"boot_order: {shown(texts)}" if place.fresh else f"boot_order: {shown(before)} -> {shown(texts)}"
            )
    if parameters:
        step = place.step("set_firmware", SET_FIRMWARE, {"VM": place.vm, **parameters})
        found.add(option, *steps, place.planned(step, *reasons), states=OFF_ONLY)
    return after


def _all_there(vm: VmDeclaration, observed: ObservedVm, found: Changes) -> bool:
    slots = {("disk", drive.slot) for drive in observed.drives} | {("dvd", drive.slot) for drive in observed.dvds}
    fine = True
    for index, entry in enumerate(vm.boot_order or ()):
        there = True
        if entry.slot is not None:
            there = (entry.kind, entry.slot) in slots
        elif entry.name is not None:
            there = len(observed.adapters_named(entry.name)) == 1
        if not there:
            fine = False
            found.refuse(
                vm.where(f"boot_order[{index}]"),
                f"VM {vm.name} is to start from {entry.text!r}",
                "it has no such device"
                if entry.slot or not observed.adapters_named(entry.name or "")
                else "it has several adapters of that name",
                "Declare the device too, or leave the entry out.",
            )
    return fine


def _in_order(wanted: c.Sequence[Segment], boot: c.Sequence[BootKey], files: bool) -> bool:
    order = [key for key in boot if files or key[0] != "file"]
    at = 0
    for segment in wanted:
        if sorted(map(str, order[at : at + len(segment)])) != sorted(map(str, segment)):
            return False
        at += len(segment)
    return True


def _whole_order(wanted: c.Sequence[Segment], observed: ObservedVm, files: bool) -> list[BootKey]:
    places = {key: number for number, key in enumerate(observed.boot)}
    declared = [key for segment in wanted for key in sorted(segment, key=lambda key: places.get(key, len(places)))]
    leading: list[BootKey] = []
    if not files:
        for key in observed.boot:
            if key[0] != "file":
                break
            leading.append(key)
    devices: list[BootKey] = [
        *(("adapter", name_key(adapter.name)) for adapter in observed.adapters),
        *(("disk", drive.slot) for drive in observed.drives if drive.slot.controller == "SCSI"),
        *(("dvd", drive.slot) for drive in observed.dvds),
    ]
    return list(dict.fromkeys([*leading, *declared, *observed.boot, *devices]))


def _reference(key: BootKey, place: Place, observed: ObservedVm, found: Changes) -> Reference:
    added = found.devices.get(key)
    if added is not None:
        return Reference(added)
    kind, what = key
    if kind == "file":
        return Reference(
            f"{place.id}.firmware",
            get="BootOrder",
            having=(("BootType", ("File", "Unknown")), ("FirmwarePath", (what or None,))),
        )
    if kind == "adapter":
        ids = [adapter.id for adapter in observed.adapters if name_key(adapter.name) == what]
        return place.adapter(ids[0] if ids else "")
    return place.drive(what, "DVDDrives" if kind == "dvd" else "HardDrives")


def _plan_classes(vm: VmDeclaration, place: Place, observed: ObservedVm, found: Changes) -> ObservedVm:
    if vm.boot_order is None:
        return observed
    declared = [DEVICE_CLASSES[entry.kind] for entry in vm.boot_order]
    present = [_one_network(name) for name in observed.boot_classes]
    if present[: len(declared)] == declared and not place.fresh:
        return observed
    order = list(dict.fromkeys([*declared, *present, *DEVICE_CLASSES.values()]))
    after = dataclasses.replace(observed, boot_classes=tuple(order))
    step = place.step("bios", "Hyper-V\\Set-VMBios", {"VM": place.vm, "StartupOrder": order})
    texts, before = _order_texts(vm, after), _order_texts(vm, observed)
    reason = f"boot_order: {shown(texts)}" if place.fresh else f"boot_order: {shown(before)} -> {shown(texts)}"
    found.add(vm.where("boot_order"), place.planned(step, reason), states=OFF_ONLY)
    return after


def _one_network(name: str) -> str:
    """Return a class's name with the one spelling of the network's that Set-VMBios gives back."""
    return "LegacyNetworkAdapter" if name == "NetworkAdapter" else name
