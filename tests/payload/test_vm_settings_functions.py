# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The functions of vm_settings.ps1, on both engines."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from simulated_hosts import SimulatedHost

from hyperv_lab.cmdlets.context import Context
from hyperv_lab.cmdlets.registry import load_cmdlets

MakeHost = Callable[..., SimulatedHost]


def machines(*names: str) -> dict[str, Any]:
    return {"id": "vms", "call": "Hyper-V\\Get-VM", "where": [["Name", list(names)]]}


def call(function: str, *names: str, **parameters: Any) -> list[dict[str, Any]]:
    step: dict[str, Any] = {"id": "call", "call": function, "with": {"VM": {"$ref": "vms"}, **parameters}}
    if function == "Get-SecurityState":
        step["read"] = [
            ["vm", "VMId", "guid"],
            ["present", "KeyProtector", "boolean"],
            ["tpm", "TpmEnabled", "boolean"],
        ]
    return [machines(*names), step]


def run(host: SimulatedHost, function: str, *names: str, **parameters: Any) -> dict[str, Any]:
    steps = call(function, *names, **parameters)
    return host.run(*steps, areas=["vm_settings"], functions=[function])


@pytest.mark.parametrize("one_by_one", [False, True])
def test_key_protectors_are_told_by_vm(make_host: MakeHost, one_by_one: bool) -> None:
    """In one call of each cmdlet, unless bytes come without saying whose they are."""
    host = make_host()
    host.host.bytes_one_by_one = one_by_one
    made = {
        "id": "kp",
        "call": "Hyper-V\\Set-VMKeyProtector",
        "with": {"VM": {"$ref": "vms"}, "NewLocalKeyProtector": True},
    }
    assert host.run(machines("off"), made)["ok"]
    called = host.host.counters.cmdlets.copy()
    reply = run(host, "Get-SecurityState", "off", "web", KeyProtectors=True)
    assert reply["ok"], reply["error"]
    counted = host.host.counters.cmdlets - called
    assert counted["Get-VMSecurity"] == counted["Get-VMKeyProtector"] == (3 if one_by_one else 1)
    found = {row["vm"]: row["present"] for row in reply["steps"][1]["rows"]}
    ids = {name: str(host.host.machines_named(name)[0].id) for name in ("off", "web")}
    assert found == {ids["off"]: True, ids["web"]: False}
    assert [row["tpm"] for row in reply["steps"][1]["rows"]] == [False, False]
    (row,) = run(host, "Get-SecurityState", "off", KeyProtectors=True)["steps"][1]["rows"]
    assert row["present"] is True
    (row,) = run(host, "Get-SecurityState", "off")["steps"][1]["rows"]
    assert (row["present"], row["tpm"]) == (None, False)


def test_a_machine_whose_security_is_not_told_has_none(make_host: MakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes in another number than the machines is asked of each of them, and never taken for another's."""

    def only_of_web(ctx: Context) -> None:
        for machine in ctx.machines(name="VMName"):
            if machine.name == "web":
                ctx.emit(machine.settings.security)

    told = load_cmdlets()["get-vmsecurity"]
    monkeypatch.setitem(load_cmdlets(), "get-vmsecurity", dataclasses.replace(told, handler=only_of_web))
    host = make_host()
    reply = run(host, "Get-SecurityState", "off", "web", KeyProtectors=True)
    assert reply["ok"], reply["error"]
    found = {row["vm"]: (row["tpm"], row["present"]) for row in reply["steps"][1]["rows"]}
    ids = {name: str(host.host.machines_named(name)[0].id) for name in ("off", "web")}
    assert found == {ids["off"]: (None, False), ids["web"]: (False, False)}


def test_gotcha_65_services_are_found_by_their_ids(make_host: MakeHost) -> None:
    host = make_host()
    host.host.culture = "de-DE"
    parameters = {"Heartbeat": False, "GuestServiceInterface": True, "Vss": False}
    assert run(host, "Set-IntegrationService", "web", "off", **parameters)["ok"]
    for name in ("web", "off"):
        services = host.host.machines_named(name)[0].settings.services
        assert [service.enabled for service in services] == [True, False, True, True, True, False]
    assert [service.enabled for service in host.host.machines_named("deaf")[0].settings.services][0] is False


def test_a_service_that_is_missing_is_an_error(make_host: MakeHost) -> None:
    host = make_host()
    (machine,) = host.host.machines_named("web")
    machine.settings.services = machine.settings.services[:3]
    reply = run(host, "Set-IntegrationService", "web", Vss=True)
    assert reply["error"]["error_id"].split(",")[0] == "IntegrationServiceMissing"
    assert reply["error"]["category"] == "ObjectNotFound"
