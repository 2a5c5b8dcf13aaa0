# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The runner and the area functions on simulated Hyper-V: both engines call the same cmdlets, meet the same errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from simulated_hosts import SimulatedHost

from hyperv_lab.simulation.faults import Fault

MakeHost = Callable[..., SimulatedHost]
CHAINS: dict[str, Any] = {
    "id": "chains",
    "call": "Get-DiskChain",
    "read": [
        ["path", "Path", "text"],
        ["exists", "Exists", "boolean"],
        ["directory", "DirectoryExists", "boolean"],
        ["error", "Error", "text"],
        ["error_id", "ErrorId", "text"],
        [
            "links",
            "Links",
            "objects",
            [
                ["path", "Path", "text"],
                ["exists", "Exists", "boolean"],
                ["type", "VhdType", "enum"],
                ["size", "Size", "integer"],
            ],
        ],
    ],
}
GIBIBYTE = 1024**3


def chains(host: SimulatedHost, *paths: str) -> list[dict[str, Any]]:
    """The rows of Get-DiskChain."""
    step = {**CHAINS, "with": {"Path": list(paths)}}
    reply = host.run(step, areas=["vhd"], functions=["Get-DiskChain"])
    assert reply["ok"], reply["error"]
    rows: list[dict[str, Any]] = reply["steps"][0]["rows"]
    return rows


def test_disk_chains(make_host: MakeHost) -> None:
    host = make_host()
    host.host.files.remove("D:\\T\\orphan.vhdx")
    before = host.host.counters.cmdlets["Get-VHD"]
    found = chains(
        host, "d:\\t\\LAYER.vhdx", "D:\\T\\base.vhdx", "D:\\No\\such.vhdx", "D:\\T\\\u00fcber.vhd", "D:\\web.vhdx"
    )
    assert host.host.counters.cmdlets["Get-VHD"] - before == 1
    layer, base, missing, other, attached = found
    assert layer["path"] == "d:\\t\\LAYER.vhdx"
    assert [link["type"] for link in layer["links"]] == ["Differencing", "Fixed"]
    assert [link["size"] for link in layer["links"]] == [40 * GIBIBYTE] * 2
    assert layer["links"][1]["path"] == "D:\\T\\base.vhdx"
    assert [link["path"] for link in base["links"]] == ["D:\\T\\base.vhdx"]
    assert (missing["exists"], missing["directory"], missing["links"], missing["error"]) == (False, False, [], None)
    assert [link["type"] for link in other["links"]] == ["Dynamic"]
    assert attached["exists"] and attached["directory"]


def test_a_level_of_parents_is_one_call(make_host: MakeHost) -> None:
    host = make_host()
    before = host.host.counters.cmdlets["Get-VHD"]
    found = chains(host, "D:\\T\\layer.vhdx", "D:\\T\\orphan.vhdx")
    assert [len(row["links"]) for row in found] == [2, 3]
    assert host.host.counters.cmdlets["Get-VHD"] - before == 2


def test_a_path_with_brackets_is_no_pattern(make_host: MakeHost) -> None:
    host = make_host()
    (row,) = chains(host, "D:\\T\\top [1].vhdx")
    assert [link["path"] for link in row["links"]] == ["D:\\T\\top [1].vhdx", "D:\\T\\layer.vhdx", "D:\\T\\base.vhdx"]


def test_a_file_that_is_no_disk_says_so(make_host: MakeHost) -> None:
    text, base = chains(make_host(), "D:\\T\\text.vhdx", "D:\\T\\base.vhdx")
    assert text["exists"] is True
    assert text["links"] == []
    assert text["error"] and text["error_id"]
    assert len(base["links"]) == 1 and base["error"] is None


def test_a_missing_parent_is_a_link_that_does_not_exist(make_host: MakeHost) -> None:
    host = make_host()
    host.host.files.remove("D:\\T\\base.vhdx")
    (row,) = chains(host, "D:\\T\\layer.vhdx")
    assert row["exists"] is True
    if row["links"]:  # Get-VHD itself may refuse a disk whose parent is gone
        assert [link["exists"] for link in row["links"]] == [True, False]
    else:
        assert row["error"]


def stop(host: SimulatedHost, names: list[str], **more: Any) -> dict[str, Any]:
    """The reply to Stop-Guest for VMs."""
    parameters = {"VM": {"$ref": "vms", "where": [["Name", names]]}, **more.pop("parameters", {})}
    step = {
        "id": "stop",
        "call": "Stop-Guest",
        "with": parameters,
        "read": [["name", "Name", "text"], ["outcome", "Outcome", "text"], ["id", "Id", "guid"]],
        **more,
    }
    states = {"id": "after", "call": "Hyper-V\\Get-VM", "read": [["name", "Name", "text"], ["state", "State", "enum"]]}
    return host.run({"id": "vms", "call": "Hyper-V\\Get-VM"}, step, states, areas=["vm"], functions=["Stop-Guest"])


def outcomes(reply: dict[str, Any]) -> dict[str, str]:
    """Outcome by name."""
    return {row["name"]: row["outcome"] for row in reply["steps"][1].get("rows", [])}


def settle(host: SimulatedHost) -> None:
    """Let the guests boot."""
    host.estate.advance(120)


def test_guests_are_shut_down(make_host: MakeHost) -> None:
    host = make_host()
    settle(host)
    reply = stop(host, ["web", "off"], parameters={"Seconds": 300})
    assert reply["ok"], reply["error"]
    assert outcomes(reply) == {"web": "shut_down", "off": "already_off"}
    states = {row["name"]: row["state"] for row in reply["steps"][2]["rows"]}
    assert states["web"] == "Off" and states["deaf"] == "Running"


@pytest.mark.parametrize(
    ("name", "error_id", "category"),
    [("deaf", "GuestShutdownTimeout", "OperationTimeout"), ("bare", "GuestShutdownUnavailable", "ResourceUnavailable")],
)
def test_a_guest_that_does_not_shut_down_is_an_error(
    make_host: MakeHost, name: str, error_id: str, category: str
) -> None:
    host = make_host()
    settle(host)
    reply = stop(host, [name], parameters={"Seconds": 1})
    assert not reply["ok"]
    assert reply["error"]["error_id"] == f"{error_id},Stop-Guest"
    assert reply["error"]["category"] == category
    assert host.host.machines_named(name)[0].state != "Off"


@pytest.mark.parametrize("name", ["deaf", "bare"])
def test_such_a_guest_is_turned_off_where_that_is_allowed(make_host: MakeHost, name: str) -> None:
    host = make_host()
    settle(host)
    reply = stop(host, [name], parameters={"Seconds": 1, "OnTimeout": "turn_off"})
    assert reply["ok"], reply["error"]
    assert outcomes(reply) == {name: "turned_off"}
    assert host.host.machines_named(name)[0].state == "Off"


def pull(host: SimulatedHost, name: str, **more: Any) -> dict[str, Any]:
    """The reply to Stop-VMPower for a VM."""
    parameters = {"VM": {"$ref": "vms", "where": [["Name", [name]]]}, **more}
    step = {"id": "pull", "call": "Stop-VMPower", "with": parameters}
    return host.run({"id": "vms", "call": "Hyper-V\\Get-VM"}, step, areas=["vm"], functions=["Stop-VMPower"])


@pytest.mark.parametrize(
    ("way", "more", "end"),
    [
        *((way, {}, "Off") for way in ("Running", "Stopping", "Saving", "RunningCritical")),
        *((way, {"Save": True}, "Saved") for way in ("Running", "Stopping")),
    ],
)
def test_the_plug_is_pulled_whatever_way_a_machine_is_on(
    make_host: MakeHost, way: str, more: dict[str, Any], end: str
) -> None:
    """Stop-VM itself refuses what is on its way."""
    host = make_host()
    settle(host)
    (machine,) = host.host.machines_named("web")
    machine.state = way
    reply = pull(host, "web", **more)
    assert reply["ok"], reply["error"]
    assert machine.state == end


@pytest.mark.parametrize("error_id", ["InvalidState", "OperationFailed"])
def test_what_keeps_the_plug_in_is_said(make_host: MakeHost, error_id: str) -> None:
    host = make_host()
    settle(host)
    (machine,) = host.host.machines_named("web")
    machine.turn_off()  # so that the service has nothing to turn off
    host.host.faults.append(Fault("Stop-VM", error_id=error_id))
    before = host.host.counters.cmdlets["Invoke-CimMethod"]
    reply = pull(host, "web")
    assert reply["error"]["error_id"] == f"{error_id},Microsoft.HyperV.PowerShell.Commands.StopVM"
    assert host.host.counters.cmdlets["Invoke-CimMethod"] - before == (error_id == "InvalidState")


def test_one_guest_that_fails_does_not_hold_the_others_up(make_host: MakeHost) -> None:
    host = make_host()
    settle(host)
    reply = stop(host, ["bare", "web"], parameters={"Seconds": 5}, collect=True)
    assert reply["ok"], reply["error"]
    assert outcomes(reply) == {"web": "shut_down"}
    assert [error["error_id"] for error in reply["steps"][1]["errors"]] == ["GuestShutdownUnavailable,Stop-Guest"]


def test_a_guest_is_asked_and_not_waited_for(make_host: MakeHost) -> None:
    host = make_host()
    settle(host)
    read = [["name", "Name", "text"], ["outcome", "Outcome", "text"], ["problem", "Problem", "text"]]
    vms = {"id": "vms", "call": "Hyper-V\\Get-VM"}
    asks = [
        {
            "id": name,
            "call": "Request-GuestShutdown",
            "with": {"VM": {"$ref": "vms", "where": [["Name", [name]]]}},
            "read": read,
            "lane": name,
        }
        for name in ("web", "off", "bare")
    ]
    reply = host.run(vms, *asks, areas=["vm"], functions=["Request-GuestShutdown"], on_failure="next_lane")
    assert reply["ok"], reply["error"]
    assert {step["rows"][0]["name"]: step["rows"][0]["outcome"] for step in reply["steps"][1:]} == {
        "web": "asked",
        "off": "off",
        "bare": "not_ready",
    }
    host.host.machines_named("deaf")[0].settings.services[3].enabled = False
    deaf = {**asks[0], "with": {"VM": {"$ref": "vms", "where": [["Name", ["deaf"]]]}}}
    reply = host.run(vms, deaf, areas=["vm"], functions=["Request-GuestShutdown"])
    assert reply["steps"][1]["rows"][0]["outcome"] == "unavailable"
    assert "shutdown service" in reply["steps"][1]["rows"][0]["problem"]


def test_a_change_of_a_machine_is_noticed(make_host: MakeHost) -> None:
    host = make_host()
    settle(host)
    off, web = (host.host.machines_named(name)[0] for name in ("off", "web"))

    def changed(known: list[str], seconds: int, **more: Any) -> bool:
        step = {
            "id": "change",
            "call": "Wait-VMChange",
            "with": {"Id": [str(off.id), str(web.id)], "Known": known, "Seconds": seconds, **more},
            "read": [["changed", "Changed", "boolean"], ["seconds", "Seconds", "integer"]],
        }
        reply = host.run(step, areas=["vm_power"], functions=["Wait-VMChange"])
        assert reply["ok"], reply["error"]
        return bool(reply["steps"][0]["rows"][0]["changed"])

    read = [["id", "Id", "guid"], ["state", "State", "enum"], ["heartbeat", "Heartbeat", "enum"]]
    rows = host.run({"id": "a", "call": "Hyper-V\\Get-VM", "read": read})["steps"][0]["rows"]
    known = {row["id"]: f"{row['state']} {row['heartbeat'] or ''} " for row in rows}
    texts = [known[str(off.id)], known[str(web.id)]]
    assert not changed(texts, 1)
    assert changed([texts[0], "Starting  "], 60)
    addresses = [{"id": "b", "call": "Hyper-V\\Get-VMNetworkAdapter", "with": {"VMName": "web"}}]
    reported = host.run({**addresses[0], "read": [["a", "IPAddresses", "texts"]]})["steps"][0].get("rows", [])
    text = ",".join(address for row in reported for address in row["a"])
    assert not changed([texts[0], texts[1] + text], 1, Addresses=True)
    assert changed([texts[0], texts[1] + "10.9.9.9"], 60, Addresses=True)


def test_a_choice_that_is_none_is_refused(make_host: MakeHost) -> None:
    reply = stop(make_host(), ["web"], parameters={"OnTimeout": "explode"})
    assert reply["error"]["error_id"].split(",")[0] == "ParameterArgumentValidationError"


def test_errors_of_cmdlets(make_host: MakeHost) -> None:
    host = make_host()
    nobody = {"id": "a", "call": "Hyper-V\\Get-VM", "with": {"Name": "nobody"}}
    mixture = {"id": "b", "call": "Hyper-V\\Get-VM", "with": {"Name": "web", "Id": {"$guid": "0" * 32}}}
    for step, error_id in ((nobody, "InvalidParameter"), (mixture, "AmbiguousParameterSet")):
        reply = host.run(step)
        assert reply["error"]["kind"] == "cmdlet"
        assert reply["error"]["error_id"] == f"{error_id},Microsoft.HyperV.PowerShell.Commands.GetVM"
        assert reply["error"]["category"] == "InvalidArgument"


def test_the_reply_names_host_and_release(make_host: MakeHost) -> None:
    reply = make_host().run({"id": "a", "call": "Hyper-V\\Get-VMHost"})
    assert reply["host"]["computer"] == "HV01"
    assert reply["host"]["build"] == 20348


def test_a_parameter_of_a_later_release(make_host: MakeHost) -> None:
    step = {"id": "a", "call": "Hyper-V\\Set-VM", "with": {"VM": {"$ref": "vms"}, "AutomaticCheckpointsEnabled": False}}
    vms = {"id": "vms", "call": "Hyper-V\\Get-VM", "where": [["Name", ["off"]]]}
    assert make_host("2022").run(vms, step)["ok"]
    reply = make_host("2016").run(vms, step)
    assert reply["error"]["kind"] == "no_parameter"
    assert reply["error"]["parameter"] == "AutomaticCheckpointsEnabled"


def test_a_host_without_the_role(make_host: MakeHost) -> None:
    host = make_host()
    host.host.installed_modules.discard("hyper-v")
    assert host.run({"id": "a", "call": "Hyper-V\\Get-VM"})["error"]["kind"] == "no_module"


def test_files(make_host: MakeHost) -> None:
    step = {
        "id": "a",
        "call": "Microsoft.PowerShell.Management\\Test-Path",
        "with": {"LiteralPath": ["D:\\T\\top [1].vhdx", "D:\\T\\nothing"]},
        "read": [["there", ".", "boolean"]],
    }
    assert make_host().run(step)["steps"][0]["rows"] == [{"there": True}, {"there": False}]


def test_the_lock_holds_on_simulated_hosts_too(make_host: MakeHost) -> None:
    host = make_host()
    lock = {"wait_seconds": 1, "holder": "me", "expect_sequence": None, "advance": True}
    assert host.run(lock=lock)["sequence"] == 1
    assert host.run(lock={**lock, "expect_sequence": 1})["sequence"] == 2
