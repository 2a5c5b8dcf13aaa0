# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The check against the catalogue must itself find calls that do not bind."""

from __future__ import annotations

import typing as t

import pytest
from calls import catalogue

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.step import (
    Reference,
    Seconds,
    Secret,
    Step,
    UniqueId,
)

SWITCH = Reference("switches")


def found(call: str, later: t.Container[tuple[str, str]] = (), **parameters: t.Any) -> list[str]:
    return catalogue.problems(Step("one", f"Hyper-V\\{call}", parameters), later)


@pytest.mark.parametrize(
    ("call", "parameters"),
    [
        ("Get-VMSwitch", {}),
        ("Get-VM", {"Id": UniqueId("4b0d2d0e-0000-0000-0000-000000000000")}),
        ("Set-VMSwitch", {"VMSwitch": SWITCH, "SwitchType": "Internal", "Notes": "x", "ErrorAction": "Stop"}),
        ("New-VHD", {"Path": "D:\\a.vhdx", "SizeBytes": 2**40, "Dynamic": True}),
        ("New-VHD", {"Path": ["D:\\a.vhdx"], "SizeBytes": 2**40, "Fixed": True, "LogicalSectorSizeBytes": 4096}),
        ("Set-VMReplicationServer", {"ReplicationEnabled": True, "MonitoringInterval": Seconds(60)}),
        ("Get-VMSwitch", {"Credential": Secret("a")}),
    ],
)
def test_right_calls_bind(call: str, parameters: dict[str, t.Any]) -> None:
    assert found(call, **parameters) == []


@pytest.mark.parametrize(
    ("call", "parameters", "word"),
    [
        ("Get-VMSwitches", {}, "does not exist"),
        ("Get-VMSwitch", {"Naem": "x"}, "no parameter -Naem"),
        ("Set-VMSwitch", {"SwitchType": "Internal"}, "no parameter set"),
        ("Set-VMSwitch", {"VMSwitch": SWITCH, "NetAdapterName": ["a"]}, "a list for one String"),
        ("Set-VMSwitch", {"VMSwitch": SWITCH, "NetAdapterName": "a", "SwitchType": "External"}, "no parameter set"),
        ("Set-VMSwitch", {"VMSwitch": SWITCH, "AllowManagementOS": "true"}, "Boolean"),
        ("New-VMSwitch", {"Name": "a", "SwitchType": "External"}, "Internal, Private"),
        ("New-VHD", {"Path": "a", "SizeBytes": "1GB", "Dynamic": True}, "UInt64"),
        ("New-VHD", {"Path": "a", "SizeBytes": -1, "Dynamic": True}, "UInt64"),
        ("New-VHD", {"Path": "a", "SizeBytes": True, "Dynamic": True}, "UInt64"),
        ("New-VHD", {"Path": "a", "SizeBytes": 1, "Dynamic": True, "BlockSizeBytes": 2**32}, "UInt32"),
        ("New-VHD", {"Path": "a", "ParentPath": "b", "LogicalSectorSizeBytes": 512}, "no parameter set"),
        ("Get-VM", {"Id": "not a guid"}, "Guid"),
        ("Get-VM", {"Id": Seconds(1)}, "Seconds for Guid"),
        ("Get-VMSwitch", {"Credential": Secret("a", "plain")}, "PSCredential"),
    ],
)
def test_wrong_calls_are_found(call: str, parameters: dict[str, t.Any], word: str) -> None:
    problems = found(call, **parameters)
    assert len(problems) == 1 and word in problems[0]


def test_later_parameters_must_be_declared_as_later() -> None:
    switch: dict[str, t.Any] = {"VMSwitch": SWITCH, "EnableSoftwareRsc": True}
    assert found("Set-VMSwitch", **switch)
    assert not found("Set-VMSwitch", {("Hyper-V\\Set-VMSwitch", "EnableSoftwareRsc")}, **switch)


def test_modules_without_a_catalogue_are_named() -> None:
    assert catalogue.problems(Step("one", "Nothing\\Get-It")) == ["the catalogue has no module Nothing"]
