# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Plans of the area `switch` on observations made by hand."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.switch import AREA
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.switch.observation import (
    ObservedAdapter,
    ObservedSwitch,
    SwitchesObservation,
)
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.options import BadOptions, validated_options
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import KNOWN_AFTER_APPLY, BadInput, Plan
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.step import StepReply

NIC1 = ObservedAdapter("00000000-0000-0000-0000-0000000000a1", "Ethernet", "Contoso 10G")
NIC2 = ObservedAdapter("00000000-0000-0000-0000-0000000000a2", "Ethernet 2", "Contoso 10G #2")


def observed(name: str, type_: str, number: int = 1, **more: t.Any) -> ObservedSwitch:
    values: dict[str, t.Any] = {
        "allow_management_os": type_ != "private",
        "notes": "",
        "minimum_bandwidth_mode": "absolute",
    }
    return ObservedSwitch(f"00000000-0000-0000-0000-{number:012d}", name, type_, **{**values, **more})


def external(name: str, adapter: ObservedAdapter = NIC1, number: int = 1, **more: t.Any) -> ObservedSwitch:
    return observed(
        name, "external", number, interface_ids=(adapter.id,), interface_descriptions=(adapter.description,), **more
    )


def plan(options: dict[str, t.Any], *switches: ObservedSwitch, users: dict[str, tuple[str, ...]] | None = None) -> Plan:
    declaration = AREA.declare(options)
    return AREA.plan(declaration, SwitchesObservation(switches, (NIC1, NIC2), users or {}))


def parameters(made: Plan, index: int = -1) -> dict[str, t.Any]:
    assert not made.refusals, made.refusals
    return {name: value for name, value in made.steps[index].step.parameters.items() if name != "VMSwitch"}


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({"type": "private"}, {"SwitchType": "Private"}),
        ({"type": "internal", "notes": "x"}, {"SwitchType": "Internal", "Notes": "x"}),
        ({"type": "private", "minimum_bandwidth_mode": "weight", "iov": False},
         {"SwitchType": "Private", "MinimumBandwidthMode": "Weight", "EnableIov": False}),
        ({"adapters": ["ETHERNET"]},
         {"NetAdapterInterfaceDescription": ["Contoso 10G"], "AllowManagementOS": True}),
        ({"adapters": ["Contoso 10G #2"], "allow_management_os": False, "iov": True},
         {"NetAdapterInterfaceDescription": ["Contoso 10G #2"], "AllowManagementOS": False, "EnableIov": True}),
        ({"adapters": ["Ethernet", "Ethernet 2"]},
         {"NetAdapterInterfaceDescription": ["Contoso 10G", "Contoso 10G #2"], "AllowManagementOS": True,
          "EnableEmbeddedTeaming": True}),
    ],
)  # fmt: skip
def test_creates_with_one_call(options: dict[str, t.Any], sent: dict[str, t.Any]) -> None:
    made = plan({"name": "lan", **options})
    assert len(made.steps) == 1
    assert made.steps[0].step.call == "Hyper-V\\New-VMSwitch"
    assert parameters(made) == {"Name": "lan", **sent}
    assert made.before == {"switches": {}}
    assert made.after["switches"]["lan"]["id"] == KNOWN_AFTER_APPLY


@pytest.mark.parametrize(
    "options",
    [
        {"type": "internal"},
        {"type": "internal", "allow_management_os": True, "notes": ""},
        {"minimum_bandwidth_mode": "absolute", "iov": False},
        {"minimum_bandwidth_mode": "default"},
        {},
    ],
)
def test_equal_is_left_alone(options: dict[str, t.Any]) -> None:
    made = plan({"name": "LAN", **options}, observed("lan", "internal"))
    assert made.steps == () and not made.refusals
    assert made.before == made.after


def test_external_is_compared_by_adapter_not_by_name() -> None:
    made = plan(
        {"name": "lan", "type": "external", "adapters": ["Ethernet"], "allow_management_os": True}, external("lan")
    )
    assert made.steps == () and not made.warnings


def test_options_left_out_are_not_managed() -> None:
    made = plan({"name": "lan", "notes": "new"}, external("lan", allow_management_os=False))
    assert parameters(made) == {"Notes": "new"}
    assert made.after["switches"]["lan"]["allow_management_os"] is False


@pytest.mark.parametrize(
    ("options", "now", "sent"),
    [
        ({"type": "internal"}, observed("lan", "private"), {"SwitchType": "Internal"}),
        ({"type": "internal", "allow_management_os": True}, observed("lan", "private"), {"SwitchType": "Internal"}),
        ({"type": "private", "notes": "n"}, observed("lan", "internal"), {"SwitchType": "Private", "Notes": "n"}),
        ({"adapters": ["Ethernet"]}, observed("lan", "private"),
         {"NetAdapterInterfaceDescription": "Contoso 10G", "AllowManagementOS": True}),
        ({"adapters": ["Ethernet"], "allow_management_os": False}, observed("lan", "internal"),
         {"NetAdapterInterfaceDescription": "Contoso 10G", "AllowManagementOS": False}),
        ({"type": "private"}, external("lan"), {"SwitchType": "Private"}),
        ({"type": "internal"}, external("lan", allow_management_os=False), {"SwitchType": "Internal"}),
        ({"adapters": ["Ethernet 2"]}, external("lan", allow_management_os=False),
         {"NetAdapterInterfaceDescription": "Contoso 10G #2", "AllowManagementOS": False}),
        ({"allow_management_os": False}, external("lan"), {"AllowManagementOS": False}),
    ],
)  # fmt: skip
def test_changes_with_one_call_on_the_object(
    options: dict[str, t.Any], now: ObservedSwitch, sent: dict[str, t.Any]
) -> None:
    made = plan({"name": "lan", **options}, now)
    assert [planned.step.call for planned in made.steps] == ["Hyper-V\\Get-VMSwitch", "Hyper-V\\Set-VMSwitch"]
    assert parameters(made) == sent
    assert made.steps[1].step.to_wire()["with"]["VMSwitch"] == {"$ref": "switch_objects", "where": [["Id", [now.id]]]}
    assert made.steps[1].reasons and not made.steps[0].reasons


def test_change_of_type_forecasts_sharing_and_adapters() -> None:
    made = plan({"name": "lan", "type": "private"}, external("lan"))
    after = made.after["switches"]["lan"]
    assert (after["type"], after["allow_management_os"], after["interface_descriptions"]) == ("private", False, [])


def refused(options: dict[str, t.Any], *switches: ObservedSwitch, **more: t.Any) -> dict[str, str]:
    return {refusal.path: str(refusal) for refusal in plan(options, *switches, **more).refusals}


def test_removal_acts_on_the_object() -> None:
    made = plan({"name": "lan", "state": "absent"}, external("lan"), external("LAN2", NIC2, 2))
    assert made.steps[1].step.call == "Hyper-V\\Remove-VMSwitch"
    assert parameters(made) == {"Force": True}
    assert made.after == {"switches": {}}
    assert "Contoso 10G" in made.warnings[0]


def test_removal_of_what_is_not_there_does_nothing() -> None:
    assert plan({"name": "lan", "state": "absent"}, observed("lan2", "private")).steps == ()


def test_switch_in_use_is_not_removed() -> None:
    now = observed("lan", "private")
    texts = refused({"name": "lan", "state": "absent"}, now, users={now.id: ("db01", "web01")})
    assert "db01, web01" in texts["state"]


@pytest.mark.parametrize(
    ("options", "now", "path", "word"),
    [
        ({}, (), "type", "private, internal or external"),
        ({"type": "external"}, (), "adapters", "Declare adapters"),
        ({"type": "external"}, (observed("lan", "private"),), "adapters", "Declare adapters"),
        ({"adapters": ["Ether*"]}, (), "adapters[0]", "Ethernet 2 (Contoso 10G #2)"),
        ({"adapters": ["Ethernet", "Contoso 10G"]}, (), "adapters", "same physical adapter"),
        ({"adapters": ["Ethernet"]}, (external("other"),), "adapters", "switch 'other'"),
        ({"adapters": ["Ethernet"]}, (external("other"), observed("lan", "private", 2)), "adapters", "switch 'other'"),
        ({"adapters": ["Ethernet", "Ethernet 2"]}, (external("lan"),), "adapters", "re-creation"),
        ({"type": "private"}, (external("lan", embedded_teaming=True),), "type", "re-creation"),
        ({"iov": True}, (observed("lan", "private"),), "iov", "re-creation"),
        ({"minimum_bandwidth_mode": "weight"}, (observed("lan", "private"),), "minimum_bandwidth_mode", "re-creation"),
        ({"allow_management_os": False}, (observed("lan", "internal"),), "allow_management_os", "type: private"),
        ({"allow_management_os": True}, (observed("lan", "private"),), "allow_management_os", "type: internal"),
        ({"notes": "x"}, (observed("lan", "private"), observed("Lan", "private", 2)), "name", "2 switches of that"),
    ],
)  # fmt: skip
def test_refusals_name_the_remedy(
    options: dict[str, t.Any], now: tuple[ObservedSwitch, ...], path: str, word: str
) -> None:
    texts = refused({"name": "lan", **options}, *now)
    assert word in texts[path]


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({}, "name"),
        ({"name": " lan"}, "name"),
        ({"name": "l\nan"}, "name"),
        ({"name": "lan", "type": "internal", "allow_management_os": False}, "allow_management_os"),
        ({"name": "lan", "type": "private", "allow_management_os": True}, "allow_management_os"),
        ({"name": "lan", "type": "internal", "adapters": ["Ethernet"]}, "adapters"),
        ({"name": "lan", "adapters": []}, "adapters"),
        ({"name": "lan", "adapters": ["a", "A"]}, "adapters"),
        ({"name": "lan", "adapters": ["a", "b"], "embedded_teaming": False}, "embedded_teaming"),
        ({"name": "lan", "type": "private", "embedded_teaming": True}, "embedded_teaming"),
        ({"switches": [{"name": "a"}, {"name": "A"}]}, "switches[1].name"),
        ({"switches": [{"name": "a"}, {}]}, "switches[1].name"),
    ],
)
def test_contradictions_are_bad_input(options: dict[str, t.Any], path: str) -> None:
    with pytest.raises(BadInput) as caught:
        AREA.declare(options)
    assert caught.value.path == path


@pytest.mark.parametrize("option", ["name", "notes"])
def test_options_of_one_switch_do_not_stand_beside_a_list(option: str) -> None:
    with pytest.raises(BadOptions, match="cannot stand beside switches"):
        validated_options("switch", {option: "x", "switches": [{"name": "a"}]})


@pytest.mark.parametrize("name", ["web[1]*?", 'it\'s "quoted" $(x)', "Büro–Netz 日本", "n" * 300])
def test_strange_names_travel_as_data(name: str) -> None:
    made = plan({"name": name, "type": "private"}, observed("web1", "private"))
    assert parameters(made)["Name"] == name


def test_adapter_moves_from_a_switch_that_gives_it_up() -> None:
    made = plan(
        {
            "switches": [
                {"name": "new", "adapters": ["Ethernet"]},
                {"name": "second", "adapters": ["Ethernet 2"]},
                {"name": "old", "state": "absent"},
                {"name": "two", "type": "private"},
            ]
        },
        external("old"),
        external("two", NIC2, 2),
    )
    assert not made.refusals
    assert [planned.step.id for planned in made.steps] == [
        "switch_objects", "remove old", "change two", "create new", "create second",
    ]  # fmt: skip


def test_two_new_switches_cannot_share_an_adapter() -> None:
    texts = refused({"switches": [{"name": "a", "adapters": ["Ethernet"]}, {"name": "b", "adapters": ["Contoso 10G"]}]})
    assert "switch 'a'" in texts["switches[1].adapters"]


def test_losing_the_hosts_addresses_is_warned_of() -> None:
    made = plan({"name": "lan", "adapters": ["Ethernet"], "allow_management_os": False})
    assert "cannot be reached any more" in made.warnings[0]


def test_reads_are_constant_and_only_what_is_needed() -> None:
    def calls(switches: list[dict[str, t.Any]]) -> list[str]:
        return [step.call for step in AREA.observe(AREA.declare({"switches": switches}))]

    assert calls([{"name": "a", "type": "private"}]) == ["Hyper-V\\Get-VMSwitch"]
    many: list[dict[str, t.Any]] = [{"name": f"s{n}", "adapters": [f"n{n}"]} for n in range(50)]
    assert len(calls([*many, {"name": "x", "state": "absent"}])) == 3
    assert len(calls([many[0], {"name": "x", "state": "absent"}])) == 3


def test_teams_of_windows_can_be_behind_a_switch_and_the_hosts_own_adapters_cannot() -> None:
    declaration = AREA.declare({"name": "lan", "adapters": ["Team1"]})
    rows = (
        {"id": "a", "name": "Team1", "description": "Microsoft Network Adapter Multiplexor Driver", "component": None},
        {
            "id": "b",
            "name": "vEthernet (lan)",
            "description": "Hyper-V Virtual Ethernet Adapter",
            "component": "vms_mp",
        },
    )
    replies = {
        "switches": StepReply("switches", "done"),
        "physical_adapters": StepReply("physical_adapters", "done", rows),
    }
    assert [adapter.name for adapter in AREA.understand(declaration, replies).adapters] == ["Team1"]


def test_result_for_one_and_for_many() -> None:
    one = AREA.declare({"name": "lan"})
    assert AREA.result(one, {"switches": {}}) == {"switch": {"name": "lan", "exists": False}}
    many = AREA.declare({"switches": [{"name": "lan"}]})
    assert AREA.result(many, {"switches": {"lan": {"id": "i"}}}) == {
        "switches": {"lan": {"name": "lan", "exists": True, "id": "i"}}
    }
