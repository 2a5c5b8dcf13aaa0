# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Plans of network adapters: by name, with switch, VLAN and address."""

from __future__ import annotations

import typing as t

import pytest
from areas.vm.vm_observations import adapter, calls, observation, plan, reasons, refusals, sent, vm

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.mac import plain_address
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.vlan import Vlan, ranges_text

TRUNK = Vlan("trunk", native_id=1, allowed_ids=frozenset({10, 11, 12, 30}))


def declared(**options: t.Any) -> dict[str, t.Any]:
    return {"name": "web01", "adapters": [{"name": "lan", **options}]}


def test_a_new_vm_has_only_the_declared_adapters() -> None:
    made = plan(declared(switch="LAN", vlan={"id": 20}, mac="00-15-5d-01-02-03"))
    assert calls(made) == ["New-VM", "Remove-VMNetworkAdapter", "Add-VMNetworkAdapter", "Set-VMNetworkAdapterVlan"]
    assert sent(made, "Add-VMNetworkAdapter") == {
        "Name": "lan",
        "SwitchName": "lan",
        "StaticMacAddress": "00155D010203",
    }
    assert sent(made, "Set-VMNetworkAdapterVlan") == {"Access": True, "VlanId": 20}
    assert made.after["web01"]["adapters"] == {
        "lan": {"switch": "lan", "mac": "00155D010203", "vlan": {"mode": "access", "id": 20}}
    }


def test_without_declared_adapters_a_new_vm_keeps_its_own() -> None:
    assert calls(plan({"name": "web01"})) == ["New-VM"]
    assert calls(plan({"name": "web01", "adapters": []})) == ["New-VM", "Remove-VMNetworkAdapter"]


def test_a_half_made_vm_is_recognised_by_its_only_adapter() -> None:
    bare = adapter("Netzwerkkarte", mac="000000000000")
    assert calls(plan(declared(), observation(vm(adapters=[bare])))) == [
        "Remove-VMNetworkAdapter",
        "Add-VMNetworkAdapter",
    ]
    assert calls(
        plan(
            {"name": "web01", "adapters": [{"name": "netzwerkkarte", "switch": "lan"}]},
            observation(vm(adapters=[bare])),
        )
    ) == ["Connect-VMNetworkAdapter"]
    for lived in (adapter("x", mac="00155D000001"), adapter("x", mac="000000000000", switch="lan")):
        assert calls(plan(declared(), observation(vm(adapters=[lived])))) == ["Add-VMNetworkAdapter"]


@pytest.mark.parametrize(
    ("options", "call", "parameters", "hot"),
    [
        ({"switch": "san"}, "Connect-VMNetworkAdapter", {"SwitchName": "san"}, True),
        ({"switch": ""}, "Disconnect-VMNetworkAdapter", {}, True),
        ({"vlan": {"id": 7}}, "Set-VMNetworkAdapterVlan", {"Access": True, "VlanId": 7}, True),
        (
            {"vlan": {"allowed_ids": ["10-12", "30"], "native_id": 1}},
            "Set-VMNetworkAdapterVlan",
            {"Trunk": True, "NativeVlanId": 1, "AllowedVlanIdList": "10-12,30"},
            True,
        ),
        ({"mac": "00155d0a0b0c"}, "Set-VMNetworkAdapter", {"StaticMacAddress": "00155D0A0B0C"}, False),
    ],
)
def test_an_adapter_is_changed(options: dict[str, t.Any], call: str, parameters: dict[str, t.Any], hot: bool) -> None:
    there = [adapter("LAN", switch="lan")]
    made = plan(declared(**options), observation(vm(adapters=there)))
    assert calls(made) == [call]
    assert sent(made, call) == parameters
    running = plan(declared(**options), observation(vm(state="Running", adapters=there)))
    assert bool(running.refusals) == (not hot)


def test_an_address_becomes_dynamic_again() -> None:
    made = plan(declared(mac="dynamic"), observation(vm(adapters=[adapter("lan", dynamic_mac=False)])))
    assert sent(made, "Set-VMNetworkAdapter") == {"DynamicMacAddress": True}
    assert reasons(made) == ["adapter lan: mac: 00155D000001 -> dynamic"]


def test_what_is_as_declared_takes_no_step() -> None:
    there = [adapter("lan", switch="LAN", vlan=TRUNK, dynamic_mac=False, mac="00155D0000AA")]
    options = declared(
        switch="lan", mac="0015.5D00.00AA", vlan={"mode": "trunk", "native_id": 1, "allowed_ids": ["30", "10-11", "12"]}
    )
    assert not plan(options, observation(vm(adapters=there), switches=("LAN",))).changed
    assert not plan(
        declared(vlan={"mode": "untagged"}, mac="dynamic"), observation(vm(adapters=[adapter("lan")]))
    ).changed


def test_a_switch_that_is_not_there_is_refused_and_the_others_are_named() -> None:
    text = refusals(plan(declared(switch="nope")))["adapters[0].switch"]
    assert "no such switch" in text and "lan, san" in text
    twice = observation(switches=("lan", "LAN"))
    assert "2 switches" in refusals(plan(declared(switch="lan"), twice))["adapters[0].switch"]


def test_a_switch_with_a_pattern_for_a_name_is_passed_as_an_object() -> None:
    seen = observation(vm(adapters=[]), switches=("la[n]*", "lan"))
    made = plan(declared(switch="la[n]*"), seen)
    assert calls(made) == ["Add-VMNetworkAdapter", "Connect-VMNetworkAdapter"]
    assert "SwitchName" not in sent(made, "Add-VMNetworkAdapter")
    assert set(sent(made, "Connect-VMNetworkAdapter")) == {"VMSwitch"}
    assert [planned.step.call for planned in made.steps if not planned.reasons] == [
        "Hyper-V\\Get-VM",
        "Hyper-V\\Get-VMSwitch",
    ]


def test_two_adapters_of_one_name_are_refused() -> None:
    made = plan(declared(switch="lan"), observation(vm(adapters=[adapter("lan"), adapter("Lan")])))
    assert "2 adapters of that name" in refusals(made)["adapters[0].name"]


def test_purge_removes_what_is_not_declared() -> None:
    seen = observation(vm(adapters=[adapter("lan"), adapter("old")]))
    assert not plan(declared(), seen).changed
    made = plan({**declared(), "purge": ["adapters"]}, seen)
    assert calls(made) == ["Remove-VMNetworkAdapter"]
    assert set(made.before["web01"]["adapters"]) == {"lan", "old"}
    assert set(made.after["web01"]["adapters"]) == {"lan"}


@pytest.mark.parametrize(("generation", "hot"), [(1, False), (2, True)])
def test_generation_2_plugs_adapters_while_running(generation: int, hot: bool) -> None:
    made = plan(declared(), observation(vm(state="Running", generation=generation, adapters=[adapter("x")])))
    assert bool(made.refusals) == (not hot)


def test_a_legacy_adapter() -> None:
    made = plan({**declared(legacy=True), "generation": 1})
    assert sent(made, "Add-VMNetworkAdapter") == {"Name": "lan", "IsLegacy": True}
    there = observation(vm(generation=1, adapters=[adapter("lan")]))
    assert "cannot change its kind" in refusals(plan(declared(legacy=True), there))["adapters[0].legacy"]


@pytest.mark.parametrize("text", ["00:15:5D:0a:0b:0c", "00-15-5d-0A-0B-0C", "0015.5d0a.0b0c", " 00155d0a0b0c "])
def test_usual_spellings_of_an_address(text: str) -> None:
    assert plain_address(text) == "00155D0A0B0C"


def test_ranges_are_written_short() -> None:
    assert ranges_text([30, 11, 10, 12, 4094]) == "10-12,30,4094"
    assert ranges_text([]) == ""


def test_an_address_of_another_vm_is_refused_unless_that_vm_goes() -> None:
    other = vm("other", number=2, adapters=[adapter("x", mac="00155D0000AA")])
    seen = observation(vm(adapters=[adapter("lan")]), other)
    wanted = declared(mac="00:15:5d:00:00:aa")
    assert "VM other has it" in refusals(plan(wanted, seen))["adapters[0].mac"]
    assert calls(plan({"vms": [wanted, {"name": "other", "state": "absent"}]}, seen)) == [
        "Remove-VM",
        "Set-VMNetworkAdapter",
    ]
    static = observation(vm(adapters=[adapter("lan", mac="00155D0000AA", dynamic_mac=False)]), other)
    assert not plan(wanted, static).changed
