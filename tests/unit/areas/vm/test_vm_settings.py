# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Plans of settings: which calls, in which power states."""

from __future__ import annotations

import typing as t

import pytest
from areas.vm.vm_observations import GB, calls, observation, plan, reasons, refusals, sent, vm

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.observation import ObservedHost
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.settings import ROWS
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import KNOWN_AFTER_APPLY


def test_a_new_vm_takes_few_calls() -> None:
    made = plan(
        {
            "name": "web01",
            "processor": {"count": 4},
            "memory": {"startup": "2 GB", "minimum": "1 GB", "maximum": "4 GB"},
            "notes": "x",
            "automatic_start": {"action": "start", "delay": 5},
            "automatic_stop": {"action": "shut_down"},
        }
    )
    assert calls(made) == ["New-VM", "Set-VM"]
    assert sent(made, "New-VM") == {"Name": "web01", "Generation": 2, "NoVHD": True, "MemoryStartupBytes": 2 * GB}
    assert sent(made, "Set-VM") == {
        "ProcessorCount": 4,
        "DynamicMemory": True,
        "MemoryStartupBytes": 2 * GB,
        "MemoryMinimumBytes": GB,
        "MemoryMaximumBytes": 4 * GB,
        "Notes": "x",
        "AutomaticStartAction": "Start",
        "AutomaticStartDelay": 5,
        "AutomaticStopAction": "ShutDown",
    }
    assert made.before == {"web01": {"name": "web01", "state": "absent"}}
    assert made.after["web01"]["id"] == KNOWN_AFTER_APPLY
    assert made.after["web01"]["memory"]["dynamic"] is True


def test_what_is_as_declared_takes_no_step() -> None:
    options = {"name": "WEB01", "processor": {"count": 1, "weight": 100}, "memory": {"dynamic": False}, "notes": ""}
    made = plan(options, observation(vm("web01", "Running")))
    assert not made.changed
    assert made.before == made.after


@pytest.mark.parametrize(
    ("options", "call", "parameters"),
    [
        ({"processor": {"count": 2}}, "Set-VMProcessor", {"Count": 2}),
        ({"processor": {"reserve": 10, "weight": 7}}, "Set-VMProcessor", {"Reserve": 10, "RelativeWeight": 7}),
        ({"notes": "new"}, "Set-VM", {"Notes": "new"}),
        ({"memory": {"startup": "2 GB"}}, "Set-VMMemory", {"StartupBytes": 2 * GB}),
        ({"memory": {"priority": 80}}, "Set-VMMemory", {"Priority": 80}),
        ({"processor": {"count": 2}, "notes": "n"}, "Set-VM", {"ProcessorCount": 2, "Notes": "n"}),
        (
            {"memory": {"minimum": "512 MB", "maximum": "1 GB", "startup": "1 GB"}},
            "Set-VMMemory",
            {"DynamicMemoryEnabled": True, "StartupBytes": GB, "MinimumBytes": GB // 2, "MaximumBytes": GB},
        ),
        ({"secure_boot": False}, "Set-VMFirmware", {"EnableSecureBoot": "Off"}),
        (
            {"secure_boot_template": "MicrosoftUEFICertificateAuthority"},
            "Set-VMFirmware",
            {"SecureBootTemplate": "MicrosoftUEFICertificateAuthority"},
        ),
    ],
)  # fmt: skip
def test_differences_are_set_with_one_call(options: dict[str, t.Any], call: str, parameters: dict[str, t.Any]) -> None:
    made = plan({"name": "web01", **options}, observation(vm()))
    assert calls(made) == [call]
    assert sent(made, call) == parameters


def test_a_reason_says_what_it_was_and_what_it_will_be() -> None:
    made = plan({"name": "web01", "memory": {"startup": "2 GB"}, "notes": "two\nlines"}, observation(vm()))
    assert reasons(made) == ["memory.startup: 1 GB -> 2 GB", "notes: '' -> 'two\\nlines'"]


@pytest.mark.parametrize(
    ("options", "settings", "hot"),
    [
        ({"notes": "x"}, {}, True),
        ({"automatic_start": {"action": "nothing"}}, {}, True),
        ({"processor": {"weight": 300}}, {}, True),
        ({"processor": {"count": 2}}, {}, False),
        ({"automatic_stop": {"action": "turn_off"}}, {}, False),
        ({"secure_boot": False}, {}, False),
        ({"memory": {"startup": "2 GB"}}, {}, True),
        ({"memory": {"startup": "2 GB"}}, {"memory.dynamic": True}, False),
        ({"memory": {"dynamic": True}}, {}, False),
        ({"memory": {"maximum": "2 GB"}}, {"memory.dynamic": True, "memory.maximum": GB}, True),
        ({"memory": {"maximum": "2 GB"}}, {"memory.dynamic": True, "memory.maximum": 4 * GB}, False),
        ({"memory": {"minimum": "512 MB"}}, {"memory.dynamic": True, "memory.minimum": GB}, True),
        ({"memory": {"minimum": "1 GB"}}, {"memory.dynamic": True}, False),
        ({"memory": {"buffer": 30}}, {"memory.dynamic": True}, True),
    ],
)
def test_what_can_change_while_running(options: dict[str, t.Any], settings: dict[str, t.Any], hot: bool) -> None:
    seen = observation(vm(state="Running", settings=settings, heartbeat=True))
    made = plan({"name": "web01", **options}, seen)
    if hot:
        assert calls(made)[0].startswith("Set-VM")
    else:
        (text,) = refusals(made).values()
        assert "needs it off" in text and "restart: if_needed" in text


def test_static_memory_changes_hot_only_if_the_guest_takes_part() -> None:
    made = plan({"name": "web01", "memory": {"startup": "2 GB"}}, observation(vm(state="Running", heartbeat=False)))
    assert "needs it off" in refusals(made)["memory.startup"]


def test_everything_that_needs_it_off_is_in_one_refusal() -> None:
    options = {"name": "web01", "processor": {"count": 2}, "secure_boot": False, "notes": "x"}
    (text,) = refusals(plan(options, observation(vm(state="Running")))).values()
    assert "processor.count: 1 -> 2" in text and "secure_boot: yes -> no" in text


def test_memory_that_contradicts_what_is_there_is_refused() -> None:
    settings = {"memory.dynamic": True, "memory.minimum": GB}
    made = plan({"name": "web01", "memory": {"startup": "512 MB"}}, observation(vm(settings=settings)))
    assert "1 GB > 512 MB" in refusals(made)["memory.minimum"]


def test_more_processors_than_the_host_has_are_refused() -> None:
    made = plan({"name": "web01", "processor": {"count": 17}})
    assert "16 logical processors" in refusals(made)["processor.count"]


def test_generation_and_directory_are_fixed() -> None:
    seen = observation(vm(generation=1, path="D:\\VMs\\web01"))
    assert "it is of generation 1" in refusals(plan({"name": "web01", "generation": 2}, seen))["generation"]
    assert "storage_move" in refusals(plan({"name": "web01", "path": "E:\\VMs"}, seen))["path"]
    assert not plan({"name": "web01", "path": "d:/vms/"}, seen).changed
    assert not plan({"name": "web01", "path": "D:\\VMs\\web01"}, seen).changed


def test_secure_boot_is_refused_where_the_vm_turns_out_to_be_generation_1() -> None:
    made = plan({"name": "web01", "secure_boot": True}, observation(vm(generation=1)))
    assert "VM web01 is of generation 1" in refusals(made)["secure_boot"]


def test_two_vms_of_one_name_are_refused() -> None:
    made = plan({"name": "web01", "notes": "x"}, observation(vm("web01"), vm("WEB01", number=2)))
    assert "2 VMs of that name" in refusals(made)["name"]


def test_memory_promised_twice_is_warned_of() -> None:
    host = ObservedHost(16, 3 * GB)
    seen = observation(vm("a", "Running"), vm("b", "Running", number=2), host=host)
    made = plan({"name": "c", "memory": {"startup": "2 GB"}, "state": "running"}, seen)
    assert "4 GB at start-up; the host has 3 GB" in made.warnings[0]
    assert not plan({"name": "c", "memory": {"startup": "2 GB"}}, seen).warnings


def test_rows_of_one_call_can_be_made_in_a_common_state() -> None:
    for row in ROWS:
        assert "Off" in row.setting.states
        assert row.option == row.setting.observed == row.field.name
