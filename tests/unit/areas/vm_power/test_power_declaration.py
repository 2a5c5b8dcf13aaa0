# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What is refused before anything is sent, and which addresses count."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm_power import AREA
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm_power.addresses import network, usable_address
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.options import BadOptions, validated_options
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import BadInput


def problem(options: dict[str, t.Any]) -> BadInput:
    try:
        AREA.declare(validated_options("vm_power", options).values)
    except BadOptions as problems:
        return problems.problems[0]
    except BadInput as found:
        return found
    raise AssertionError("the options were taken")


@pytest.mark.parametrize(
    ("options", "path", "words"),
    [
        ({"state": "running"}, "", "name"),
        ({"name": "a"}, "state", ""),
        ({"name": "a", "vms": ["b"], "state": "running"}, "", "name"),
        ({"name": "", "state": "running"}, "name", "which VM"),
        ({"vms": [], "state": "running"}, "vms", "empty"),
        ({"groups": [], "state": "running"}, "groups", "empty"),
        ({"groups": [{"vms": []}], "state": "running"}, "groups[0].vms", "empty"),
        ({"vms": ["a", "A"], "state": "running"}, "vms[1]", "vms[0]"),
        ({"groups": [{"vms": ["a"]}, {"vms": ["b", "a"]}], "state": "running"}, "groups[1].vms[1]", "groups[0].vms[0]"),
        ({"name": "a", "state": "stopped", "wait_for": "heartbeat"}, "wait_for", "leaves no guest"),
        ({"name": "a", "state": "running", "wait_for": "port"}, "port", "is needed"),
        ({"name": "a", "state": "running", "wait_for": "port", "port": 0}, "port", "1 to 65535"),
        ({"name": "a", "state": "running", "wait_for": "address", "port": 1}, "port", "wait_for: port"),
        ({"name": "a", "state": "running", "port": 1}, "port", "wait_for"),
        ({"name": "a", "state": "running", "wait_for": "heartbeat", "network": ["10.0.0.0/8"]}, "network", "address"),
        ({"name": "a", "state": "running", "wait_for": "address", "network": ["10.0.0/8"]}, "network[0]", "10.0.0/8"),
        (
            {"groups": [{"vms": ["a"], "wait_for": "address", "network": ["::/0", "x"]}], "state": "running"},
            "groups[0].network[1]",
            "'x'",
        ),
        ({"name": "a", "state": "running", "wait_for": "heartbeat", "wait_timeout": -1}, "wait_timeout", "at least 0"),
        ({"groups": [{"vms": ["a"], "delay": -1}], "state": "running"}, "groups[0].delay", "at least 0"),
        ({"name": "a", "state": "restarted", "on_stop_timeout": "save"}, "on_stop_timeout", "state: stopped"),
        ({"name": "a", "state": "stopped", "stop_timeout": -1}, "stop_timeout", "at least 0"),
        ({"name": "a", "state": "stopped", "parallel": 0}, "parallel", "1 to 32"),
    ],
)
def test_bad_input_is_refused_where_it_stands(options: dict[str, t.Any], path: str, words: str) -> None:
    found = problem(options)
    assert found.path == path or not path
    assert words in str(found)


def test_what_stands_at_the_top_is_for_all_groups() -> None:
    options = {
        "state": "running",
        "wait_for": "port",
        "port": 22,
        "network": ["10.0.0.0/8"],
        "groups": [{"vms": ["a"]}, {"vms": ["b"], "wait_for": "heartbeat", "wait_timeout": 5, "delay": 3}],
    }
    first, second = AREA.declare(validated_options("vm_power", options).values).groups
    assert (first.wait_for, first.port, first.wait_timeout, first.delay) == ("port", 22, 600, 0)
    assert (second.wait_for, second.port, second.wait_timeout, second.delay) == ("heartbeat", None, 5, 3)


@pytest.mark.parametrize(
    ("reported", "networks", "address"),
    [
        ([], [], None),
        (["169.254.1.2", "0.0.0.0", "fe80::1", "2001:db8::1", "127.0.0.1"], [], None),
        (["fe80::1", "10.0.0.5"], [], "10.0.0.5"),
        (["10.0.0.5", "192.168.7.1"], ["192.168.0.0/16"], "192.168.7.1"),
        (["10.0.0.5"], ["192.168.0.0/16", "10.0.0.0/24"], "10.0.0.5"),
        (["fe80::1%4", "2001:db8::7"], ["2001:db8::/32"], "2001:db8::7"),
        (["10.0.0.5"], ["2001:db8::/32"], None),
        (["nonsense", "10.0.0.5"], [], "10.0.0.5"),
        (["169.254.1.2"], ["169.254.0.0/16"], "169.254.1.2"),
    ],
)
def test_gotcha_50_which_addresses_count(reported: list[str], networks: list[str], address: str | None) -> None:
    assert usable_address(reported, [network(text) for text in networks]) == address
