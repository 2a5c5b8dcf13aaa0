# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Declared faults and latencies of the wire, as clients meet them."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests
from lab.wire.wire_clients import MakeWire, TestInterpreter, Wire
from pypsrp.exceptions import WinRMTransportError
from pypsrp.powershell import PowerShell, RunspacePool, RunspacePoolState

from hyperv_lab.wire.faults import OutputDamage, WireFault, WireFaults, fault_from
from hyperv_lab.wire.latency import WireLatency


def test_a_request_is_cut_before_it_is_processed(wire: Wire) -> None:
    wire.server.add_fault("HV01", WireFault("cut_request", at=2))
    client = wire.winrm()
    with pytest.raises(requests.ConnectionError):
        client.run("who")
    assert wire.service.counters["commands"] == 0
    assert client.run("who")[2] == 0


def test_a_request_is_cut_after_it_was_processed(wire: Wire) -> None:
    wire.server.add_fault("HV01", WireFault("cut_request", at=1, when="after", action="Command"))
    client = wire.winrm()
    with pytest.raises(requests.ConnectionError):
        client.run("who")
    assert wire.service.counters["commands"] == 1


def test_the_second_receive_is_cut_and_the_command_goes_on(wire: Wire, interpreter: TestInterpreter) -> None:
    wire.server.add_fault("HV01", WireFault("cut_receive", at=2))
    client = wire.winrm()
    assert client.run("who")[2] == 0
    command = client.start("who")
    with pytest.raises(requests.ConnectionError):
        client.protocol.get_command_output(client.shell, command)
    assert client.protocol.get_command_output(client.shell, command)[0] == b"Administrator HV01 winrm\n"


@pytest.mark.parametrize("auth", ["basic", "negotiate"])
def test_a_pipelines_receive_is_cut(wire: Wire, auth: str) -> None:
    with RunspacePool(wire.wsman(auth)) as pool:
        number = wire.server.add_fault("HV01", WireFault("cut_receive", times=0))
        shell = PowerShell(pool)
        shell.add_script("who")
        with pytest.raises(requests.ConnectionError):
            shell.invoke()
        assert wire.server.clear_faults("HV01", number) == 1
        if auth == "negotiate":
            # The session key went with the connection: the client cannot even close its pool over a new one.
            with pytest.raises(WinRMTransportError) as caught:
                pool.close()
            assert caught.value.code == 400
            pool.state = RunspacePoolState.BROKEN


def test_a_fault_for_ever_lasts_until_it_is_cleared(wire: Wire) -> None:
    number = wire.server.add_fault("HV01", WireFault("cut_request", times=0))
    for _ in range(3):
        with pytest.raises(requests.ConnectionError):
            wire.winrm()
    assert wire.server.clear_faults("HV01", number) == 1
    assert wire.server.clear_faults("HV01", number) == 0
    assert wire.winrm().run("who")[2] == 0


def test_a_host_can_be_unreachable_and_come_back(wire: Wire) -> None:
    before = wire.server.endpoints
    client = wire.winrm()
    wire.server.add_fault("HV01", WireFault("refuse"))
    for scheme in ("http", "https"):
        with pytest.raises(requests.ConnectionError) as caught:
            wire.winrm(scheme=scheme)
        assert "refused" in str(caught.value)
    with pytest.raises(requests.ConnectionError):
        client.run("who")
    wire.server.clear_faults("HV01")
    assert wire.server.endpoints == before
    assert client.run("who")[2] == 0


def test_one_host_fails_and_the_other_does_not(make_wire: MakeWire) -> None:
    wire = make_wire(names=("HV01", "HV02"))
    wire.server.add_fault("HV02", WireFault("refuse"))
    assert wire.winrm(host="HV01").run("who")[2] == 0
    with pytest.raises(requests.ConnectionError):
        wire.winrm(host="HV02")


def test_output_ends_early(wire: Wire) -> None:
    wire.server.add_fault("HV01", WireFault("truncate_output", at=2, position=20))
    client = wire.winrm()
    assert client.run("repeat 64")[0] == b"0123456789abcdef" * 4
    assert client.run("repeat 64") == (b"0123456789abcdef0123", b"", 0)
    assert client.run("repeat 64")[0] == b"0123456789abcdef" * 4


def test_output_is_garbled(wire: Wire) -> None:
    wire.server.add_fault("HV01", WireFault("garble_output", position=3))
    output = wire.winrm().run("repeat 32")[0]
    assert output == b"012" + OutputDamage.GARBAGE + b"789abcdef0123456789abcdef"


@pytest.mark.parametrize("size", [64, 500_000])
def test_pipeline_output_ends_early(wire: Wire, size: int) -> None:
    wire.server.add_fault("HV01", WireFault("truncate_output", position=20))
    with RunspacePool(wire.wsman()) as pool:
        shell = PowerShell(pool)
        shell.add_script(f"repeat {size}")
        assert shell.invoke() == ["0123456789abcdef0123"]
        assert not shell.had_errors


def test_pipeline_output_is_garbled(wire: Wire) -> None:
    wire.server.add_fault("HV01", WireFault("garble_output", position=8))
    with RunspacePool(wire.wsman()) as pool:
        shell = PowerShell(pool)
        shell.add_script("echo")
        (output,) = shell.invoke(["<b>&<b>&<b>&<b>&"])
    assert output == "<b>&<b>&?#\x7f?<b>&"


def test_latencies_are_added_where_they_belong(make_wire: MakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    for module in ("service", "connection"):
        monkeypatch.setattr(f"hyperv_lab.wire.{module}.wait", waits.append)
    wire = make_wire(latency=WireLatency(request=0.1, shell=0.2, process=0.3))
    client = wire.winrm()
    assert waits == [0.1, 0.2]
    client.run("who")
    assert waits[2:] == [0.1, 0.3, 0.1, 0.1]
    del waits[:]
    with RunspacePool(wire.wsman()) as pool:
        shell = PowerShell(pool)
        shell.add_script("who")
        shell.invoke()
    assert waits[:2] == [0.1, 0.2]
    assert 0.3 not in waits


def test_a_changed_latency_counts_at_once(make_wire: MakeWire) -> None:
    latency = WireLatency()
    client = make_wire(latency=latency).winrm()
    latency.request = 0.2
    begin = time.monotonic()
    client.run("who")
    assert time.monotonic() - begin >= 0.6


def test_a_change_of_the_hosts_network_cuts_its_connections_once(make_wire: MakeWire) -> None:
    cuts = [0]
    wire = make_wire(interruptions=lambda: cuts[0])
    client = wire.winrm()
    cuts[0] += 1
    with pytest.raises(requests.ConnectionError):
        client.run("who")
    assert client.run("who")[2] == 0


def test_occasions_are_counted_from_the_declaration() -> None:
    faults = WireFaults()
    assert faults.at_request("Create") is None
    faults.add(WireFault("cut_request", at=2, times=2))
    assert [faults.at_request("Send") for _ in range(5)] == [None, "before", "before", None, None]
    faults.clear()
    faults.add(WireFault("cut_request", action="Receive", when="after"))
    assert [faults.at_request(name) for name in ("Send", "Receive", "Receive")] == [None, "after", None]


def test_damage_does_not_depend_on_how_output_is_cut_into_pieces() -> None:
    whole = b"0123456789" * 3
    for garble in (False, True):
        expected = OutputDamage(12, garble=garble).bytes(whole)
        damage = OutputDamage(12, garble=garble)
        assert b"".join(damage.bytes(whole[at : at + 6]) for at in range(0, 30, 6)) == expected
        assert expected != whole


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"kind": "explode"},
        {"kind": "refuse", "at": 0},
        {"kind": "refuse", "at": True},
        {"kind": "refuse", "times": -1},
        {"kind": "refuse", "when": "during"},
        {"kind": "refuse", "colour": "red"},
        {"kind": "refuse", "position": "12"},
    ],
)
def test_a_fault_that_cannot_be_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        fault_from(values)
