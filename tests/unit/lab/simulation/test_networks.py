# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Switches, adapters, VLANs and addresses."""

from __future__ import annotations

import typing as t
import uuid

import pytest


def test_switch_types_and_host_adapters(lab: t.Any) -> None:
    private = lab.one("New-VMSwitch", Name="p", SwitchType="Private", Notes="n")
    internal = lab.one("New-VMSwitch", Name="i", SwitchType="Internal")
    external = lab.one("New-VMSwitch", Name="e", NetAdapterName="Ethernet 2", AllowManagementOS=False)
    found = [(str(each.get("SwitchType")), each.get("AllowManagementOS")) for each in (private, internal, external)]
    assert found == [("Private", False), ("Internal", True), ("External", False)]
    assert private.get("Notes") == "n" and private.get("NetAdapterInterfaceDescriptions") is None
    assert external.get("NetAdapterInterfaceDescriptions") == [external.get("NetAdapterInterfaceDescription")]
    assert [each.get("Name") for each in lab.run("Get-VMNetworkAdapter", ManagementOS=True)] == ["i"]
    assert [each.get("Name") for each in lab.run("Get-NetAdapter")] == ["Ethernet", "Ethernet 2", "vEthernet (i)"]
    assert [each.get("Name") for each in lab.run("Get-NetAdapter", Physical=True)] == ["Ethernet", "Ethernet 2"]


def test_a_switch_is_found_by_name_and_id(lab: t.Any) -> None:
    switch = lab.one("New-VMSwitch", Name="lan", SwitchType="Private")
    assert lab.one("Get-VMSwitch", Name="LA*") is switch and lab.one("Get-VMSwitch", Id=switch.id) is switch
    assert lab.fails("Get-VMSwitch", Name="none").error_id == "InvalidParameter"
    assert lab.run("Get-VMSwitch", Name="none*") == []
    assert lab.fails("Get-VMSwitch", Id=uuid.uuid4()).error_id == "ObjectNotFound"
    assert lab.run("Get-VMSwitch", SwitchType="External") == []


def test_names_of_switches_are_not_unique(lab: t.Any) -> None:
    lab.run("New-VMSwitch", Name="lan", SwitchType="Private")
    lab.run("New-VMSwitch", Name="lan", SwitchType="Private")
    assert len(lab.run("Get-VMSwitch", Name="lan")) == 2
    assert lab.fails("New-VM", Name="web01", SwitchName="lan").error_id == "InvalidOperation"


def test_a_network_card_serves_one_switch(lab: t.Any) -> None:
    lab.run("New-VMSwitch", Name="e", NetAdapterName="Ethernet 2")
    assert lab.fails("New-VMSwitch", Name="f", NetAdapterName="Ethernet 2").error_id == "InvalidOperation"
    assert lab.fails("New-VMSwitch", Name="f", NetAdapterName="Ethernet 9").error_id == "ObjectNotFound"
    assert lab.fails("New-VMSwitch", Name="f", SwitchType="External").error_id == "ParameterArgumentValidationError"


def test_several_cards_make_a_team(lab: t.Any) -> None:
    cards = ["Ethernet", "Ethernet 2"]
    assert (
        lab.fails("New-VMSwitch", Name="t", NetAdapterName=cards, EnableEmbeddedTeaming=False).error_id
        == "InvalidParameter"
    )
    team = lab.one("New-VMSwitch", Name="t", NetAdapterName=cards)
    assert team.get("EmbeddedTeamingEnabled") is True and len(team.get("NetAdapterInterfaceGuid")) == 2


def test_changes_on_the_management_card_interrupt(lab: t.Any) -> None:
    lab.run("New-VMSwitch", Name="other", NetAdapterName="Ethernet 2")
    assert lab.host.interruptions == 0
    lab.run("New-VMSwitch", Name="mgmt", NetAdapterName="Ethernet")
    assert lab.host.interruptions == 1
    lab.run("Remove-VMSwitch", Name="mgmt", Force=True)
    assert lab.host.interruptions == 2


def test_without_its_host_adapter_an_internal_switch_is_private(lab: t.Any) -> None:
    switch = lab.one("New-VMSwitch", Name="i", SwitchType="Internal")
    lab.run("Set-VMSwitch", Name="i", AllowManagementOS=False)
    assert str(switch.get("SwitchType")) == "Private"
    lab.run("Set-VMSwitch", Name="i", AllowManagementOS=True)
    assert str(switch.get("SwitchType")) == "Internal"
    lab.run("Remove-VMNetworkAdapter", ManagementOS=True, Name="i")
    assert str(switch.get("SwitchType")) == "Private"
    assert lab.fails("Add-VMNetworkAdapter", ManagementOS=True, SwitchName="i").error_id == "InvalidParameter"


def test_a_switch_changes_its_type(lab: t.Any) -> None:
    switch = lab.one("New-VMSwitch", Name="s", SwitchType="Private")
    lab.run("Set-VMSwitch", VMSwitch=switch, NetAdapterName="Ethernet 2", AllowManagementOS=True)
    assert (str(switch.get("SwitchType")), switch.get("AllowManagementOS")) == ("External", True)
    lab.run("Set-VMSwitch", VMSwitch=switch, SwitchType="Private")
    assert (str(switch.get("SwitchType")), switch.get("AllowManagementOS")) == ("Private", False)
    lab.run("Rename-VMSwitch", VMSwitch=switch, NewName="r")
    assert lab.one("Get-VMSwitch").get("Name") == "r"


def test_a_switch_in_use_stays(lab: t.Any) -> None:
    lab.run("New-VMSwitch", Name="lan", SwitchType="Private")
    machine = lab.machine(SwitchName="lan")
    lab.run("Start-VM", VM=machine)
    record = lab.fails("Remove-VMSwitch", Name="lan", Force=True)
    assert (record.error_id, record.category) == ("ObjectInUse", "ResourceBusy")
    lab.run("Stop-VM", VM=machine, TurnOff=True)
    assert lab.fails("Remove-VMSwitch", Name="lan").error_id == "InvalidOperation"
    lab.run("Remove-VMSwitch", Name="lan", Force=True)
    assert machine.get("NetworkAdapters")[0].get("Connected") is False


def test_a_dynamic_address_comes_with_the_first_start(lab: t.Any) -> None:
    machine = lab.machine()
    (adapter,) = machine.get("NetworkAdapters")
    assert adapter.get("MacAddress") == "000000000000" and adapter.get("DynamicMacAddressEnabled") is True
    lab.run("Start-VM", VM=machine)
    address = adapter.get("MacAddress")
    assert address.startswith("00155D")
    lab.run("Stop-VM", VM=machine, TurnOff=True)
    lab.run("Start-VM", VM=machine)
    assert adapter.get("MacAddress") == address
    assert (
        lab.fails("Set-VMNetworkAdapter", VMNetworkAdapter=adapter, StaticMacAddress="00155D000001").error_id
        == "InvalidState"
    )


def test_static_addresses(lab: t.Any) -> None:
    first, second = lab.machine("one", disk=False), lab.machine("two", disk=False)
    for machine in (first, second):
        lab.run("Set-VMNetworkAdapter", VMName=machine.name, StaticMacAddress="00-15-5d-aa-bb-cc")
        assert machine.get("NetworkAdapters")[0].get("MacAddress") == "00155DAABBCC"
    lab.run("Start-VM", VM=first)
    assert lab.fails("Start-VM", VM=second).cause == -2147024844
    for text in ("00155D", "01155DAABBCC", "hello"):
        assert lab.fails("Set-VMNetworkAdapter", VMName="two", StaticMacAddress=text).error_id == "InvalidParameter"
    lab.run("Set-VMNetworkAdapter", VMName="two", DynamicMacAddress=True)
    assert second.get("NetworkAdapters")[0].get("MacAddress") == "000000000000"
    lab.run("Start-VM", VM=second)


def test_the_range_of_dynamic_addresses_ends(make_lab: t.Any) -> None:
    lab = make_lab(mac_range=["00155D000000", "00155D000001"])
    for name in ("a", "b"):
        lab.run("Start-VM", VM=lab.machine(name, disk=False))
    third = lab.machine("c", disk=False)
    assert lab.fails("Start-VM", VM=third).error_id == "OperationFailed"
    lab.run("Set-VMHost", MacAddressMaximum="00155D000002")
    lab.run("Stop-VM", Name="*", TurnOff=True)
    lab.run("Start-VM", VM=third)
    assert lab.fails("Set-VMHost", MacAddressMinimum="FF155D000000").error_id == "InvalidParameter"


def test_adapters_are_added_removed_renamed_and_connected(lab: t.Any) -> None:
    lab.run("New-VMSwitch", Name="lan", SwitchType="Private")
    one, two = lab.machine("one", generation=1, disk=False), lab.machine("two", disk=False)
    lab.run("Add-VMNetworkAdapter", VM=one, Name="boot", IsLegacy=True)
    assert lab.fails("Add-VMNetworkAdapter", VM=two, IsLegacy=True).error_id == "InvalidParameter"
    assert [each.get("Name") for each in lab.run("Get-VMNetworkAdapter", VM=one, IsLegacy=True)] == ["boot"]
    lab.run("Rename-VMNetworkAdapter", VMName="one", Name="boot", NewName="pxe")
    lab.run("Connect-VMNetworkAdapter", VMName="one", Name="pxe", SwitchName="lan")
    assert lab.one("Get-VMNetworkAdapter", VMName="one", Name="pxe").get("SwitchName") == "lan"
    lab.run("Disconnect-VMNetworkAdapter", VMName="one")
    assert lab.one("Get-VMNetworkAdapter", VMName="one", Name="pxe").get("SwitchName") is None
    assert lab.fails("Get-VMNetworkAdapter", VMName="one", Name="none").error_id == "ObjectNotFound"
    lab.run("Start-VM", Name=["one", "two"])
    assert lab.fails("Add-VMNetworkAdapter", VM=one).error_id == "InvalidState"
    lab.run("Add-VMNetworkAdapter", VM=two, Name="hot", SwitchName="lan")
    assert lab.one("Get-VMNetworkAdapter", VM=two, Name="hot").get("MacAddress") != "000000000000"
    lab.run("Remove-VMNetworkAdapter", VMName="two", Name="hot")
    assert len(two.get("NetworkAdapters")) == 1
    assert len(lab.run("Get-VMNetworkAdapter", All=True)) == 3


def test_settings_of_a_port(lab: t.Any) -> None:
    lab.machine()
    lab.run(
        "Set-VMNetworkAdapter",
        VMName="web01",
        MacAddressSpoofing="On",
        DhcpGuard="On",
        PortMirroring="Source",
        StormLimit=5,
        MaximumBandwidth=10**9,
    )
    adapter = lab.one("Get-VMNetworkAdapter", VMName="web01")
    assert adapter.get("MacAddressSpoofing").number == 0 and adapter.get("RouterGuard").number == 1
    assert (str(adapter.get("PortMirroringMode")), adapter.get("StormLimit")) == ("Source", 5)
    assert adapter.get("BandwidthSetting").get("MaximumBandwidth") == 10**9


def test_bandwidth_fits_the_mode_of_the_switch(lab: t.Any) -> None:
    lab.run("New-VMSwitch", Name="w", SwitchType="Private", MinimumBandwidthMode="Weight")
    lab.machine(SwitchName="w")
    assert lab.one("Get-VMNetworkAdapter", VMName="web01").get("BandwidthSetting") is None
    assert (
        lab.fails("Set-VMNetworkAdapter", VMName="web01", MinimumBandwidthAbsolute=10**8).error_id == "InvalidParameter"
    )
    lab.run("Set-VMNetworkAdapter", VMName="web01", MinimumBandwidthWeight=10)
    assert lab.fails("Set-VMSwitch", Name="w", DefaultFlowMinimumBandwidthAbsolute=1).error_id == "InvalidParameter"
    lab.run("Set-VMSwitch", Name="w", DefaultFlowMinimumBandwidthWeight=50)


def test_vlans(lab: t.Any) -> None:
    machine = lab.booted()
    (adapter,) = machine.get("NetworkAdapters")
    lab.run("Set-VMNetworkAdapterVlan", VMNetworkAdapter=adapter, Access=True, VlanId=20)
    assert (str(adapter.get("VlanSetting").get("OperationMode")), adapter.get("VlanSetting").get("AccessVlanId")) == (
        "Access",
        20,
    )
    lab.run("Set-VMNetworkAdapterVlan", VMName="web01", Trunk=True, NativeVlanId=1, AllowedVlanIdList="2-4,7,9-10")
    setting = lab.one("Get-VMNetworkAdapterVlan", VM=machine)
    assert (
        setting.get("AllowedVlanIdList") == [2, 3, 4, 7, 9, 10]
        and setting.get("AllowedVlanIdListString") == "2-4,7,9-10"
    )
    assert setting.get("ParentAdapter") is adapter and setting.get("AccessVlanId") == 0
    lab.run("Set-VMNetworkAdapterVlan", VMName="web01", Isolated=True, PrimaryVlanId=5, SecondaryVlanId=6)
    assert str(lab.one("Get-VMNetworkAdapterVlan", VMName="web01").get("PrivateVlanMode")) == "Isolated"
    lab.run("Set-VMNetworkAdapterVlan", VMName="web01", Promiscuous=True, PrimaryVlanId=5, SecondaryVlanIdList="6-8")
    lab.run("Set-VMNetworkAdapterVlan", VMName="web01", Untagged=True)
    assert str(lab.one("Get-VMNetworkAdapterVlan", VMName="web01").get("OperationMode")) == "Untagged"


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"Access": True},
        {"Access": True, "VlanId": 0},
        {"Access": True, "VlanId": 4095},
        {"Access": True, "Untagged": True, "VlanId": 5},
        {"Trunk": True, "NativeVlanId": 1, "AllowedVlanIdList": "x"},
        {"Isolated": True, "PrimaryVlanId": 5},
    ],
)
def test_vlans_that_cannot_be(lab: t.Any, parameters: dict[str, t.Any]) -> None:
    lab.machine(disk=False)
    assert lab.fails("Set-VMNetworkAdapterVlan", VMName="web01", **parameters).error_id == "InvalidParameter"


def test_host_adapters(lab: t.Any) -> None:
    lab.run("New-VMSwitch", Name="e", NetAdapterName="Ethernet 2")
    lab.run("Add-VMNetworkAdapter", ManagementOS=True, Name="storage", SwitchName="e")
    lab.run("Set-VMNetworkAdapterVlan", ManagementOS=True, VMNetworkAdapterName="storage", Access=True, VlanId=30)
    names = [each.get("Name") for each in lab.run("Get-VMNetworkAdapter", ManagementOS=True, SwitchName="e")]
    assert names == ["e", "storage"]
    lab.run("Rename-VMNetworkAdapter", ManagementOS=True, Name="storage", NewName="smb")
    assert [each.get("Name") for each in lab.run("Get-NetAdapter", Name="vEthernet*")] == [
        "vEthernet (e)",
        "vEthernet (smb)",
    ]
    assert lab.fails("Get-VMNetworkAdapter", ManagementOS=True, Name="storage").error_id == "ObjectNotFound"
