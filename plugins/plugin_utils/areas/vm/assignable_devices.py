# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Devices of the host that a VM has for itself (discrete device assignment), by location path.

A device that Windows on the host uses is taken from it in two steps: it is disabled, and dismounted. On the way back it
is mounted and enabled. A cut between any two of them leaves a state that the next run goes on from.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ...core.plan import BadInput, PlannedStep, State
from ...core.setting import OFF_ONLY
from ...core.step import Reference
from .change import Changes, Place
from .fleet import Entry
from .lent_devices import HostOffers

if t.TYPE_CHECKING:
    from .declaration import VmDeclaration
    from .observation import ObservedVm
    from .world import World

LOCATION_PATHS = "DEVPKEY_Device_LocationPaths"
#: Instance ids of PCI Express devices that Windows has.
PCI_DEVICES = "PCI\\*"
GIBIBYTE = 1024**3

_LOCATION = re.compile(r"PCIROOT\([0-9A-F]+\)(#PCI\([0-9A-F]{4}\))+", re.IGNORECASE)
_STOP_ACTION, _IO_SPACE = "automatic_stop.action", "memory_mapped_io.high"
#: Settings without which a VM cannot have a device.
NEEDED_SETTINGS = (_STOP_ACTION, _IO_SPACE)


@dataclasses.dataclass(frozen=True)
class DeviceDeclaration:
    """A declared device.

    Attributes:
        manage_host: whether it may be taken from the host's Windows for the VM, and given back.
    """

    option: str
    location: str
    manage_host: bool = False
    absent: bool = False


def declared_devices(entries: t.Sequence[Entry]) -> tuple[DeviceDeclaration, ...]:
    """Return the declared devices.

    Raises:
        BadInput: for texts that are no location path.
    """
    devices = []
    for entry in entries:
        location = str(entry.values["location_path"])
        if not _LOCATION.fullmatch(location):
            raise BadInput(
                f"{entry.option}.location_path",
                f"{location!r} is no location path such as PCIROOT(0)#PCI(0300)#PCI(0000)",
            )
        absent = entry.values.get("state") == "absent"
        devices.append(DeviceDeclaration(entry.option, location, bool(entry.values.get("manage_host")), absent))
    return tuple(devices)


def plan_devices(vm: VmDeclaration, place: Place, observed: ObservedVm, world: World, found: Changes) -> ObservedVm:
    """Note what gives the VM the declared devices; return the VM as it will be."""
    declared = vm.lent.devices
    if declared is None:
        return observed
    has = list(observed.lent.devices)
    entries = {entry.location.lower(): entry for entry in declared}
    for number, location in enumerate(list(has)):
        entry = entries.get(location.lower())
        if (entry is None and "assignable_devices" in vm.purged) or (entry is not None and entry.absent):
            option = entry.option if entry is not None else vm.where("purge")
            steps = _removing(place, location, number)
            if entry is not None and entry.manage_host:
                steps += _giving_back(place, location, number)
                world.returned[location.lower()] = location
            found.add(option, *steps, states=OFF_ONLY)
            has.remove(location)
    for number, entry in enumerate(declared):
        if entry.absent:
            _return(place, observed, world, found, entry, number)
        elif entry.location.lower() not in {location.lower() for location in has} and _assign(
            vm, place, observed, world, found, entry, number
        ):
            has.append(entry.location)
    if has and not found.refusals:
        _check_settings(vm, observed, has, found)
    return dataclasses.replace(observed, lent=dataclasses.replace(observed.lent, devices=tuple(has)))


def _assign(
    vm: VmDeclaration,
    place: Place,
    observed: ObservedVm,
    world: World,
    found: Changes,
    entry: DeviceDeclaration,
    number: int,
) -> bool:
    offers = world.observation.offers
    asked = f"VM {vm.name} is to have the device {entry.location}"
    owner = offers.owners.get(entry.location.lower())
    if owner is not None and owner[0] != observed.id and owner[0] not in world.leaving:
        found.refuse(
            entry.option, asked, f"VM {owner[1]} has it", "Take it from there first (state: absent), or choose another."
        )
        return False
    steps: list[PlannedStep] = []
    device = offers.device_at(entry.location)
    if not offers.is_free(entry.location):
        if device is None:
            found.refuse(
                f"{entry.option}.location_path",
                asked,
                "the host has no such PCI Express device",
                "Get-PnpDeviceProperty -KeyName DEVPKEY_Device_LocationPaths shows where its devices are.",
            )
            return False
        if not entry.manage_host:
            found.refuse(
                entry.option,
                asked,
                "Windows on the host has it",
                "Set manage_host: true to let this task disable it there and dismount it.",
            )
            return False
        steps += _taking(place, entry.location, device.enabled, number)
    step = place.step(
        f"device{number}.assign", "Hyper-V\\Add-VMAssignableDevice", {"VM": place.vm, "LocationPath": entry.location}
    )
    steps.append(place.planned(step, f"device {entry.location}: none -> assigned"))
    found.add(entry.option, *steps, states=OFF_ONLY)
    return True


def _return(
    place: Place, observed: ObservedVm, world: World, found: Changes, entry: DeviceDeclaration, number: int
) -> None:
    """Give a device back to Windows that the VM has not any more: an interrupted run may have left it half way."""
    offers = world.observation.offers
    has = {location.lower() for location in observed.lent.devices}
    if not entry.manage_host or entry.location.lower() in has or entry.location.lower() in offers.owners:
        return
    device = offers.device_at(entry.location)
    if offers.is_free(entry.location):
        found.add(entry.option, *_giving_back(place, entry.location, number))
        world.returned[entry.location.lower()] = entry.location
    elif device is not None and not device.enabled:
        found.add(entry.option, *_enabling(place, entry.location, number))
        world.returned[entry.location.lower()] = entry.location


def _taking(place: Place, location: str, enabled: bool, number: int) -> list[PlannedStep]:
    """Return the steps that take a device from Windows."""
    steps = []
    if enabled:
        steps += _found_in_windows(place, f"device{number}.take", location)
        step = place.step(
            f"device{number}.disable",
            "PnpDevice\\Disable-PnpDevice",
            {"InstanceId": Reference(steps[-1].step.id, get="InstanceId"), "Confirm": False},
        )
        steps.append(place.planned(step, f"device {location}: disabled on the host"))
    step = place.step(
        f"device{number}.dismount",
        "Hyper-V\\Dismount-VMHostAssignableDevice",
        {"LocationPath": location, "Force": True},
    )
    return [*steps, place.planned(step, f"device {location}: dismounted from the host")]


def _removing(place: Place, location: str, number: int) -> list[PlannedStep]:
    read = place.step(f"device{number}.read", "Hyper-V\\Get-VMAssignableDevice", {"VM": place.vm})
    device = Reference(read.id, where=(("LocationPath", (location,)),))
    step = place.step(f"device{number}.remove", "Hyper-V\\Remove-VMAssignableDevice", {"VMAssignableDevice": device})
    return [place.planned(read), place.planned(step, f"device {location}: assigned -> none")]


def _giving_back(place: Place, location: str, number: int) -> list[PlannedStep]:
    step = place.step(f"device{number}.mount", "Hyper-V\\Mount-VMHostAssignableDevice", {"LocationPath": location})
    mounted = place.planned(step, f"device {location}: given back to the host")
    return [mounted, *_enabling(place, location, number)]


def _enabling(place: Place, location: str, number: int) -> list[PlannedStep]:
    steps = _found_in_windows(place, f"device{number}.give", location)
    step = place.step(
        f"device{number}.enable",
        "PnpDevice\\Enable-PnpDevice",
        {"InstanceId": Reference(steps[-1].step.id, get="InstanceId"), "Confirm": False},
    )
    return [*steps, place.planned(step, f"device {location}: enabled on the host")]


def _found_in_windows(place: Place, name: str, location: str) -> list[PlannedStep]:
    """Return the steps that find the device of a location path: Windows knows devices by instance ids."""
    there = place.step(f"{name}.devices", "PnpDevice\\Get-PnpDevice", {"InstanceId": PCI_DEVICES, "PresentOnly": True})
    paths = place.step(
        f"{name}.found",
        "PnpDevice\\Get-PnpDeviceProperty",
        {"InstanceId": Reference(there.id, get="InstanceId"), "KeyName": LOCATION_PATHS},
    )
    paths = dataclasses.replace(paths, where=(("Data", (location,)),))
    return [place.planned(there), place.planned(paths)]


def _check_settings(vm: VmDeclaration, observed: ObservedVm, has: list[str], found: Changes) -> None:
    settings = observed.settings
    if settings.get(_STOP_ACTION) != "turn_off":
        found.refuse(
            vm.where("assignable_devices"),
            f"VM {vm.name} is to have the device {has[0]}",
            f"its {_STOP_ACTION} is {settings.get(_STOP_ACTION)}, and the memory of a VM with a device cannot be saved",
            f"Declare {_STOP_ACTION}: turn_off.",
        )
    new = {location.lower() for location in has} - {location.lower() for location in observed.lent.devices}
    if new and (settings.get(_IO_SPACE) or 0) < GIBIBYTE:
        found.warnings.append(
            f"VM {vm.name} has less than 1 GB of memory_mapped_io.high: with a device that needs more it does not "
            "start (GPUs do, and guest_controlled_cache_types: true as well)"
        )


def refuse_memory(vm: VmDeclaration, observed: ObservedVm, found: Changes) -> None:
    """Refuse dynamic memory that a VM with a device or a GPU partition could not start with."""
    lent, settings = observed.lent, observed.settings
    if not (lent.devices or lent.gpu_partitions) or not settings.get("memory.dynamic"):
        return
    startup, minimum = settings.get("memory.startup"), settings.get("memory.minimum")
    if startup != minimum:
        option = "assignable_devices" if lent.devices else "gpu_partitions"
        found.refuse(
            vm.where(option),
            f"VM {vm.name} is to have a device or a GPU partition",
            f"its memory is dynamic, from {minimum} to {startup} bytes at start-up, and with that it would not start",
            "Declare memory.minimum equal to memory.startup, or memory.dynamic: false.",
        )


def devices_state(vm: VmDeclaration, observed: ObservedVm, offers: HostOffers) -> State:
    """Return the declared devices by location path: whether the VM has them, and of returned ones who has them now."""
    state: State = {}
    has = {location.lower() for location in observed.lent.devices}
    for entry in vm.lent.devices or ():
        assigned = entry.location.lower() in has
        state[entry.location] = {"assigned": assigned}
        if entry.absent and entry.manage_host and not assigned:
            device = offers.device_at(entry.location)
            state[entry.location]["host"] = "in use" if device is not None and device.enabled else "not in use"
    if "assignable_devices" in vm.purged:
        declared = {entry.location.lower() for entry in vm.lent.devices or ()}
        state.update(
            {location: {"assigned": True} for location in observed.lent.devices if location.lower() not in declared}
        )
    return state
