# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Fibre Channel adapters, GPU partitions, devices given to machines."""

from __future__ import annotations

import typing as t

import pytest

GB = 1024**3
GPU = "\\\\?\\PCI#VEN_10DE&DEV_25B6#1"
LOCATION = "PCIROOT(0)#PCI(0300)#PCI(0000)"
NAMES = {
    "WorldWideNodeNameSetA": "C003FF0000FFFF00",
    "WorldWidePortNameSetA": "c003ff0000000001",
    "WorldWideNodeNameSetB": "C003FF0000FFFF00",
    "WorldWidePortNameSetB": "C003FF0000000002",
}


@pytest.fixture
def lab(make_lab: t.Callable[..., t.Any]) -> t.Any:
    return make_lab(
        virtual_sans=[{"name": "fabric-a"}, {"name": "fabric-b"}],
        gpus=[{"name": GPU, "partitions": 1}],
        pci_devices=[{"location": LOCATION, "memory": "8 GiB"}],
    )


def test_fibre_channel_adapters_come_with_names_of_the_host_or_given_ones(lab: t.Any) -> None:
    machine = lab.machine()
    first = lab.one("Add-VMFibreChannelHba", VM=machine, SanName="Fabric-A", GenerateWwn=True, Passthru=True)
    assert (first.get("SanName"), first.get("WorldWidePortNameSetA")) == ("fabric-a", "C003FF5778E50000")
    second = lab.one("Add-VMFibreChannelHba", VM=machine, SanName="fabric-b", **NAMES, Passthru=True)
    assert second.get("WorldWidePortNameSetA") == "C003FF0000000001"
    lab.run("Set-VMFibreChannelHba", VMFibreChannelHba=second, SanName="fabric-a")
    lab.run("Set-VMFibreChannelHba", VMFibreChannelHba=second, NewWorldWidePortNameSetA="C003FF0000000009")
    assert [each.get("SanName") for each in machine.get("FibreChannelHostBusAdapters")] == ["fabric-a", "fabric-a"]
    assert second.get("WorldWidePortNameSetB") == "C003FF0000000002"
    lab.run("Remove-VMFibreChannelHba", VMFibreChannelHba=first)
    assert lab.run("Get-VMFibreChannelHba", VM=machine) == [second]


def test_fibre_channel_adapters_that_cannot_be(lab: t.Any) -> None:
    machine, other = lab.machine(), lab.machine("web02")
    add = {"VM": machine, "SanName": "fabric-a"}
    assert lab.fails("Add-VMFibreChannelHba", VM=machine, SanName="x", GenerateWwn=True).error_id == "InvalidParameter"
    wrong = {**NAMES, "WorldWidePortNameSetA": "C003"}
    assert lab.fails("Add-VMFibreChannelHba", **add, **wrong).error_id == "InvalidParameter"
    for _ in range(4):
        lab.run("Add-VMFibreChannelHba", **add, **NAMES)
    assert lab.fails("Add-VMFibreChannelHba", **add, **NAMES).error_id == "InvalidParameter"
    lab.run("Add-VMFibreChannelHba", VM=other, SanName="fabric-a", **NAMES)
    lab.run("Start-VM", VM=machine)
    assert lab.fails("Add-VMFibreChannelHba", **add, GenerateWwn=True).error_id == "InvalidState"
    assert "in use by" in lab.fails("Start-VM", VM=other).message


def test_gpu_partitions(lab: t.Any) -> None:
    machine, other = lab.machine(), lab.machine("web02")
    (gpu,) = lab.run("Get-VMHostPartitionableGpu")
    assert (gpu.get("Name"), gpu.get("PartitionCount")) == (GPU, 1)
    made = lab.one("Add-VMGpuPartitionAdapter", VM=machine, InstancePath=GPU.lower(), MinPartitionVRAM=1, Passthru=True)
    lab.run("Add-VMGpuPartitionAdapter", VM=other)
    lab.run("Set-VMGpuPartitionAdapter", VMGpuPartitionAdapter=made, MaxPartitionVRAM=9, OptimalPartitionVRAM=5)
    assert (made.get("MinPartitionVRAM"), made.get("OptimalPartitionVRAM"), made.get("MaxPartitionCompute")) == (
        1,
        5,
        None,
    )
    record = lab.fails("Set-VMGpuPartitionAdapter", VMGpuPartitionAdapter=made, MinPartitionVRAM=6)
    assert record.error_id == "InvalidParameter" and made.get("MinPartitionVRAM") == 1
    assert lab.fails("Add-VMGpuPartitionAdapter", VM=other, InstancePath="x").error_id == "InvalidParameter"
    lab.run("Start-VM", VM=machine)
    assert lab.fails("Remove-VMGpuPartitionAdapter", VM=machine).error_id == "InvalidState"
    assert "free partition" in lab.fails("Start-VM", VM=other).message
    lab.run("Remove-VMGpuPartitionAdapter", VM=other)
    lab.run("Start-VM", VM=other)


def dismounted(lab: t.Any) -> None:
    (found,) = lab.run("Get-PnpDevice", InstanceId="PCI\\*")
    (paths,) = lab.run(
        "Get-PnpDeviceProperty", InstanceId=found.get("InstanceId"), KeyName="DEVPKEY_Device_LocationPaths"
    )
    assert LOCATION in paths.get("Data")
    assert lab.fails("Dismount-VMHostAssignableDevice", LocationPath=LOCATION, Force=True).error_id == "OperationFailed"
    lab.run("Disable-PnpDevice", InstanceId=found.get("InstanceId"), Confirm=False)
    assert lab.fails("Dismount-VMHostAssignableDevice", LocationPath=LOCATION).error_id == "OperationFailed"
    lab.run("Dismount-VMHostAssignableDevice", LocationPath=LOCATION, Force=True)


def test_a_device_goes_from_the_host_to_a_machine_and_back(lab: t.Any) -> None:
    machine, other = lab.machine(), lab.machine("web02")
    assert lab.fails("Add-VMAssignableDevice", VM=machine, LocationPath=LOCATION).error_id == "InvalidState"
    dismounted(lab)
    assert lab.run("Get-PnpDevice") == []
    (device,) = lab.run("Get-VMHostAssignableDevice")
    assert device.get("InstancePath").startswith("PCIP\\")
    assert lab.fails("Add-VMAssignableDevice", VM=machine, LocationPath=LOCATION).error_id == "InvalidParameter"
    lab.run("Set-VM", VM=machine, AutomaticStopAction="TurnOff")
    lab.run("Set-VM", VM=other, AutomaticStopAction="TurnOff")
    lab.run("Add-VMAssignableDevice", VM=machine, LocationPath=LOCATION.lower())
    assert lab.fails("Add-VMAssignableDevice", VM=other, LocationPath=LOCATION).error_id == "ObjectInUse"
    assert lab.fails("Mount-VMHostAssignableDevice", LocationPath=LOCATION).error_id == "ObjectInUse"
    assert "memory-mapped" in lab.fails("Start-VM", VM=machine).message
    lab.run("Set-VM", VM=machine, HighMemoryMappedIoSpace=16 * GB)
    lab.run("Start-VM", VM=machine)
    assert lab.fails("Save-VM", VM=machine).error_id == "InvalidState"
    (assigned,) = lab.run("Get-VMAssignableDevice", VM=machine)
    assert lab.fails("Remove-VMAssignableDevice", VMAssignableDevice=assigned).error_id == "InvalidState"
    lab.run("Stop-VM", VM=machine, TurnOff=True)
    lab.run("Remove-VMAssignableDevice", VMAssignableDevice=assigned)
    lab.run("Mount-VMHostAssignableDevice", LocationPath=LOCATION)
    (found,) = lab.run("Get-PnpDevice", InstanceId="PCI\\*")
    assert found.get("Status") == "Error"
    lab.run("Enable-PnpDevice", InstanceId=found.get("InstanceId"), Confirm=False)
    assert lab.one("Get-PnpDevice").get("Status") == "OK"


def test_gotcha_14_the_startup_memory_must_be_the_minimum(lab: t.Any) -> None:
    machine = lab.machine()
    lab.run("Add-VMGpuPartitionAdapter", VM=machine)
    lab.run(
        "Set-VMMemory", VM=machine, DynamicMemoryEnabled=True, MinimumBytes=GB, StartupBytes=2 * GB, MaximumBytes=4 * GB
    )
    assert "startup memory must equal" in lab.fails("Start-VM", VM=machine).message
    lab.run("Set-VMMemory", VM=machine, MinimumBytes=2 * GB)
    lab.run("Start-VM", VM=machine)


def test_a_release_without_these_cmdlets_says_so(make_lab: t.Callable[..., t.Any]) -> None:
    old = make_lab(release="2019")
    assert lab_lacks(old, "Get-VMHostPartitionableGpu")


def lab_lacks(lab: t.Any, name: str) -> bool:
    from hyperv_lab.cmdlets.invoke import available

    return not available(lab.host, "Hyper-V", name)
