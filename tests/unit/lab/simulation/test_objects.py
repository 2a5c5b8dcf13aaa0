# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Object types: every property is read, and has the declared type."""

from __future__ import annotations

import typing as t
import uuid
from datetime import datetime, timedelta

from hyperv_lab.objects import ENUM_TYPES, OBJECT_TYPES
from hyperv_lab.simulation.assignable_devices import PciDevice
from hyperv_lab.simulation.fibre_channel import VirtualSan
from hyperv_lab.simulation.gpu_partitions import PartitionableGpu
from hyperv_lab.simulation.values import READERS, EnumMember, Record, SimObject


def declared(name: str) -> dict[str, str]:
    own = OBJECT_TYPES[name]
    return {**(declared(own.base) if own.base else {}), **own.properties}


def is_a(name: str, wanted: str) -> bool:
    current: str | None = name
    while current is not None:
        if current == wanted:
            return True
        current = OBJECT_TYPES[current].base
    return False


PLAIN: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "int": int,
    "long": int,
    "uint": int,
    "ulong": int,
    "bool": bool,
    "double": float,
    "guid": uuid.UUID,
    "datetime": datetime,
    "timespan": timedelta,
}


def fits(kind: str, value: t.Any) -> bool:
    if value is None:
        return True
    if kind.endswith("[]"):
        return isinstance(value, list) and all(fits(kind[:-2], element) for element in value)
    head, _, target = kind.partition(":")
    if head == "enum":
        return (
            isinstance(value, EnumMember)
            and value.type_name == target
            and ENUM_TYPES[target].member(value.name) == value
        )
    if head == "object":
        return isinstance(value, SimObject) and is_a(value.type_name, target)
    if kind in ("int", "uint", "long", "ulong"):
        bits = {"int": (-(2**31), 2**31), "uint": (0, 2**32), "long": (-(2**63), 2**63), "ulong": (0, 2**64)}[kind]
        return isinstance(value, int) and not isinstance(value, bool) and bits[0] <= value < bits[1]
    return isinstance(value, PLAIN[kind])


def test_readers_and_declarations_are_the_same() -> None:
    for name, readers in READERS.items():
        assert set(readers) == set(declared(name)), name


def test_bases_and_targets_exist() -> None:
    for type_ in OBJECT_TYPES.values():
        assert type_.base is None or type_.base in OBJECT_TYPES
        for kind in type_.properties.values():
            head, _, target = kind.removesuffix("[]").partition(":")
            assert {"enum": target in ENUM_TYPES, "object": target in OBJECT_TYPES}.get(head, head in PLAIN), kind


def check(thing: SimObject, seen: set[str]) -> None:
    if f"{thing.type_name} {thing.key}" in seen:
        return
    seen.add(f"{thing.type_name} {thing.key}")
    kinds = declared(thing.type_name)
    values = thing.properties()
    assert set(values) <= set(kinds), thing.type_name
    for name, value in values.items():
        assert fits(kinds[name], value), f"{thing.type_name}.{name}: {value!r} is not {kinds[name]}"
        assert thing.get(name.upper()) == value or isinstance(thing, Record)
        for element in value if isinstance(value, list) else [value]:
            if isinstance(element, SimObject):
                check(element, seen)


KEY = {"KeyName": "DEVPKEY_Device_LocationPaths"}


def add_host_devices(lab: t.Any, machine: t.Any) -> None:
    host = lab.host
    host.virtual_sans.append(VirtualSan(host, "fabric"))
    host.partitionable_gpus.append(PartitionableGpu(host, "gpu", 2, 2**30))
    for number in range(2):
        host.pci_devices.append(PciDevice(host, "card", f"PCI\\VEN_1\\{number}", f"PCIROOT(0)#PCI({number})"))
    host.pci_devices[0].enabled, host.pci_devices[0].dismounted = False, True
    lab.run("Add-VMFibreChannelHba", VM=machine, SanName="fabric", GenerateWwn=True)
    lab.run("Add-VMGpuPartitionAdapter", VM=machine, MinPartitionVRAM=1)
    lab.run("Set-VM", VM=machine, AutomaticStopAction="TurnOff")
    lab.run("Add-VMAssignableDevice", VM=machine, LocationPath="PCIROOT(0)#PCI(0)")


def test_every_object_that_cmdlets_return_has_the_declared_types(lab: t.Any) -> None:
    lab.run("New-VMSwitch", Name="lan", NetAdapterName="Ethernet 2")
    lab.run("Start-VM", VM=lab.machine("one", generation=1, SwitchName="lan"))
    machine = lab.booted("two", SwitchName="lan")
    lab.run("Set-VMNetworkAdapter", VMName="two", MaximumBandwidth=10**8)
    lab.run("Checkpoint-VM", VM=machine, SnapshotName="a")
    lab.run("New-VHD", Path="D:\\shared.vhds", SizeBytes=1024**3)
    third = lab.machine("three", disk=False)
    lab.run("Add-VMPmemController", VM=third)
    add_host_devices(lab, third)
    lab.run("Export-VM", VM=machine, Path="D:\\Export")
    lab.run("Rename-VMSwitch", Name="lan", NewName="wan")
    file = f"D:\\Export\\two\\Virtual Machines\\{machine.id}.vmcx"
    calls: list[tuple[str, dict[str, t.Any]]] = [
        ("Get-VMPmemController", {"VMName": "three"}),
        ("Get-VMFloppyDiskDrive", {"VMName": "one"}),
    ]
    calls += [(name, {}) for name in ("Get-VM", "Get-VMHost", "Get-VMSwitch", "Get-VMHostSupportedVersion")]
    calls += [(name, {}) for name in ("Get-Volume", "Get-Disk", "Get-Partition", "Get-NetAdapter")]
    calls += [(name, {}) for name in ("Get-VMSan", "Get-VMHostPartitionableGpu", "Get-VMHostAssignableDevice")]
    calls += [(f"Get-VM{part}", {"VMName": "three"}) for part in ("GpuPartitionAdapter", "AssignableDevice")]
    (windows_device,) = lab.run("Get-PnpDevice")
    calls += [("Get-PnpDevice", {}), ("Get-PnpDeviceProperty", {"InstanceId": windows_device.get("InstanceId"), **KEY})]
    calls += [
        (f"Get-VM{part}", {"VMName": "two"})
        for part in (
            "Processor",
            "Memory",
            "Firmware",
            "Snapshot",
            "ScsiController",
            "IntegrationService",
            "Security",
            "ComPort",
            "Video",
        )
    ]
    lab.run("Enable-VMResourceMetering", VMName="two")
    calls += [("Measure-VM", {"Name": "two"})]
    calls += [("Get-VMBios", {"VMName": "one"}), ("Get-VMIdeController", {"VMName": "one"})]
    calls += [
        ("Get-VMNetworkAdapter", {"All": True}),
        ("Get-VHD", {"Path": "D:\\Templates\\server.vhdx"}),
        ("Get-VHDSet", {"Path": "D:\\shared.vhds", "GetAllPaths": True}),
        ("Get-Service", {}),
    ]
    calls += [("Compare-VM", {"Path": file, "Copy": True, "GenerateNewId": True})]
    calls += [("Get-ChildItem", {"Path": "D:\\", "Recurse": True})]
    calls += [("Get-CimInstance", {"ClassName": name}) for name in ("Win32_OperatingSystem", "Win32_ComputerSystem")]
    for name in (
        "ComputerSystem",
        "ShutdownComponent",
        "PlannedComputerSystem",
        "VirtualSystemSettingData",
        "VirtualSystemManagementService",
    ):
        calls.append(("Get-CimInstance", {"Namespace": "root/virtualization/v2", "ClassName": f"Msvm_{name}"}))
    seen: set[str] = set()
    for cmdlet, parameters in calls:
        for thing in lab.run(cmdlet, **parameters):
            check(thing, seen)
    covered = {entry.split(" ")[0] for entry in seen}
    abstract = {type_.base for type_ in OBJECT_TYPES.values() if type_.base}
    assert set(OBJECT_TYPES) - abstract - covered == {"Microsoft.Management.Infrastructure.CimMethodResult"}


def test_an_unknown_property_is_null(lab: t.Any) -> None:
    assert lab.host.get("Colour") is None and not lab.host.has("Colour") and lab.host.has("logicalprocessorcount")
