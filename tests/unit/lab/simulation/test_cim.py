# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""CIM classes, queries and methods."""

from __future__ import annotations

import typing as t

import pytest

from hyperv_lab.cmdlets.query import Condition, QueryError, parse_filter, parse_query

NAMESPACE = "root/virtualization/v2"


def shutdown(lab: t.Any, machine: t.Any) -> int:
    query = f"SELECT * FROM Msvm_ShutdownComponent WHERE SystemName = '{machine.id}'"
    component = lab.one("Get-CimInstance", Namespace="root\\virtualization\\v2", Query=query)
    result = lab.one(
        "Invoke-CimMethod",
        InputObject=component,
        MethodName="InitiateShutdown",
        Arguments={"Force": True, "Reason": "x"},
    )
    return int(result.get("ReturnValue"))


def test_machines_and_the_host_as_computer_systems(lab: t.Any) -> None:
    machine = lab.machine()
    host, found = lab.run("Get-CimInstance", Namespace=NAMESPACE, ClassName="Msvm_ComputerSystem")
    assert (
        host.get("Name") == "HV01" and found.get("Name") == str(machine.id).upper() and found.get("EnabledState") == 3
    )
    lab.run("Start-VM", VM=machine)
    one = lab.one(
        "Get-CimInstance",
        Namespace=NAMESPACE,
        ClassName="msvm_computersystem",
        Filter="ElementName='web01' AND EnabledState = 2",
    )
    assert one.get("ProcessID") and found.get("EnabledState") == 3


def test_a_shutdown_request_returns_at_once(lab: t.Any) -> None:
    machine = lab.booted()
    assert shutdown(lab, machine) == 0 and str(machine.get("State")) == "Stopping"
    assert shutdown(lab, machine) == 0
    lab.estate.advance(10)
    assert str(machine.get("State")) == "Off"
    assert lab.run("Get-CimInstance", Namespace=NAMESPACE, ClassName="Msvm_ShutdownComponent") == []


def test_a_shutdown_request_during_boot_or_with_the_service_off(lab: t.Any) -> None:
    machine = lab.machine()
    lab.run("Start-VM", VM=machine)
    assert shutdown(lab, machine) == 32775
    lab.estate.advance(60)
    lab.run("Disable-VMIntegrationService", VM=machine, Name="Shutdown")
    assert shutdown(lab, machine) == 32768


def test_request_state_change(lab: t.Any) -> None:
    machine = lab.machine()

    def request(state: int) -> int:
        system = lab.one(
            "Get-CimInstance", Namespace=NAMESPACE, ClassName="Msvm_ComputerSystem", Filter="ElementName = 'web01'"
        )
        result = lab.one(
            "Invoke-CimMethod", InputObject=system, MethodName="RequestStateChange", Arguments={"RequestedState": state}
        )
        return int(result.get("ReturnValue"))

    assert [request(2), request(2), request(9), request(6), request(3), request(3), request(77)] == [
        0,
        32775,
        0,
        0,
        0,
        32775,
        32773,
    ]
    assert str(machine.get("State")) == "Off"


def test_missing_arguments_classes_and_namespaces(lab: t.Any) -> None:
    lab.booted()
    component = lab.one("Get-CimInstance", Namespace=NAMESPACE, ClassName="Msvm_ShutdownComponent")
    assert (
        lab.fails("Invoke-CimMethod", InputObject=component, MethodName="InitiateShutdown").error_id
        == "HRESULT 0x80041008"
    )
    assert lab.fails("Invoke-CimMethod", InputObject=component, MethodName="Sleep").error_id == "NotSimulated"
    assert lab.fails("Get-CimInstance", ClassName="Win32_Fan").error_id == "NotSimulated"
    assert lab.fails("Get-CimInstance", Namespace="root/none", ClassName="X").error_id == "HRESULT 0x8004100e"
    assert lab.fails("Get-CimInstance", Query="DELETE everything").error_id == "HRESULT 0x80041017"
    lab.host.services["vmms"] = "Stopped"
    assert lab.fails("Get-CimInstance", Namespace=NAMESPACE, ClassName="Msvm_ComputerSystem").cause == -2147217389


def test_the_operating_system(lab: t.Any) -> None:
    system = lab.one("Get-CimInstance", ClassName="Win32_OperatingSystem")
    assert system.get("TotalVisibleMemorySize") == 34 * 1024**2 and system.get("Caption").endswith("2022 Datacenter")
    assert lab.one("Get-CimInstance", ClassName="Win32_ComputerSystem").get("NumberOfLogicalProcessors") == 8


@pytest.mark.parametrize(
    ("text", "matching"),
    [
        ("Name = 'a'", True),
        ("name='A' AND Number > 2", True),
        ("Number <> 3 OR Name LIKE 'a%'", True),
        ("Missing IS NULL", True),
        ("Number >= 4", False),
        ("Name = 'b\\'c'", False),
    ],
)
def test_conditions(text: str, matching: bool) -> None:
    class Thing:
        def get(self, name: str) -> t.Any:
            return {"name": "a", "number": 3}.get(name.casefold())

    assert parse_filter(text).holds(t.cast("t.Any", Thing())) is matching


@pytest.mark.parametrize("text", ["Name", "Name = ", "Name = 'a' XOR B = 1", "Name ~ 1", "Name = b"])
def test_conditions_that_cannot_be_read(text: str) -> None:
    with pytest.raises(QueryError):
        parse_filter(text)


def test_queries() -> None:
    assert parse_query("select Name, State from Win32_X") == ("Win32_X", Condition())
    with pytest.raises(QueryError):
        parse_query("SELECT * FROM")
