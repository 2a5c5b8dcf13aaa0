# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Limits of the service: shells per user, idle time, envelope size, clear text; and whose shell is whose."""

from __future__ import annotations

import time
import uuid
from pathlib import Path

import pytest
import xmltodict
from lab.wire.wire_clients import MakeWire, TestInterpreter, Wire
from winrm.exceptions import InvalidCredentialsError, WinRMTransportError, WSManFaultError
from winrm.protocol import Protocol

from hyperv_lab.wire import names
from hyperv_lab.wire.endpoint_server import EndpointServer, HostWire
from hyperv_lab.wire.limits import ServiceLimits
from hyperv_lab.wire.python_engine import PythonEngine


def test_shells_per_user_are_limited(make_wire: MakeWire) -> None:
    wire = make_wire(limits=ServiceLimits(max_shells_per_user=3))
    client = wire.protocol("ntlm")
    shells = [client.open_shell() for _ in range(3)]
    with pytest.raises(WSManFaultError) as caught:
        client.open_shell()
    assert caught.value.wsman_fault_code == caught.value.wmierror_code == 0x803381A5
    assert "maximum number of 3 concurrent shells" in caught.value.reason
    client.close_shell(shells[0], close_session=False)
    client.open_shell()


def test_thirty_shells_are_the_default() -> None:
    assert ServiceLimits().max_shells_per_user == 30


def test_commands_per_shell_are_limited(make_wire: MakeWire) -> None:
    client = make_wire(limits=ServiceLimits(max_commands_per_shell=2)).winrm()
    first = client.start("who")
    client.start("who")
    with pytest.raises(WSManFaultError) as caught:
        client.start("who")
    assert caught.value.wmierror_code == 0x803381A6
    client.protocol.cleanup_command(client.shell, first)
    client.start("who")


def test_an_idle_shell_is_removed_and_a_used_one_stays(make_wire: MakeWire) -> None:
    wire = make_wire(limits=ServiceLimits(idle_timeout=6))
    idle, used = wire.winrm(), wire.winrm()
    deadline = time.monotonic() + 90
    while len(wire.service.shells) == 2:
        used.run("who")
        time.sleep(0.2)
        assert time.monotonic() < deadline
    assert used.run("who")[2] == 0
    with pytest.raises(WSManFaultError) as caught:
        idle.run("who")
    assert caught.value.wsman_fault_code == 0x8033805B


def test_a_client_may_ask_for_a_shorter_idle_time(wire: Wire) -> None:
    wire.protocol().open_shell(idle_timeout="PT1S")
    assert len(wire.service.shells) == 1
    deadline = time.monotonic() + 90
    while len(wire.service.shells):
        time.sleep(0.1)
        assert time.monotonic() < deadline


def test_a_shell_belongs_to_its_user(tmp_path: Path, interpreter: TestInterpreter) -> None:
    host = HostWire("HV01", None, {"one": "1", "two": "2"})
    with EndpointServer([host], PythonEngine(interpreter), tmp_path) as server:
        url = server.endpoints["HV01"].http_url
        mine, other = (
            Protocol(url, username=name, password=word, ca_trust_path=None)
            for name, word in (("one", "1"), ("two", "2"))
        )
        shell = mine.open_shell()
        with pytest.raises(WSManFaultError) as caught:
            other.run_command(shell, "PowerShell")
        assert caught.value.wsman_fault_code == 0x8033805B
        with pytest.raises(WSManFaultError):
            other.close_shell(shell)
        mine.close_shell(shell)


def test_a_request_larger_than_the_envelope_is_refused(make_wire: MakeWire) -> None:
    wire = make_wire(limits=ServiceLimits(max_envelope_size=32_768))
    client = wire.winrm("ntlm")
    command = client.start("echo", standard_input=True)
    with pytest.raises(WSManFaultError) as caught:
        client.protocol.send_command_input(client.shell, command, b"x" * 40_000, end=True)
    assert caught.value.wsman_fault_code == 0x80338035


@pytest.mark.parametrize("transport", ["basic", "ntlm"])
def test_clear_text_over_http_can_be_refused(make_wire: MakeWire, transport: str) -> None:
    wire = make_wire(limits=ServiceLimits(allow_unencrypted=False))
    expected = InvalidCredentialsError if transport == "basic" else WSManFaultError
    with pytest.raises(expected):
        wire.winrm(transport, "http", message_encryption="never")
    if transport == "ntlm":
        assert wire.winrm("ntlm", "http").run("who")[2] == 0
    assert wire.winrm(transport, "https").run("who")[2] == 0


def test_a_scheme_that_is_not_on_offer_is_refused(make_wire: MakeWire) -> None:
    wire = make_wire(schemes=("Negotiate",))
    with pytest.raises(InvalidCredentialsError):
        wire.winrm("basic")
    assert wire.winrm("ntlm").run("who")[2] == 0


def test_a_receive_that_is_sent_again_gets_the_same_answer(wire: Wire) -> None:
    client = wire.winrm()
    command = client.start("who")
    header = client.protocol.build_wsman_header(
        resource_uri=names.COMMAND_SHELL_RESOURCE,
        action=names.RECEIVE,
        shell_id=client.shell,
        message_id=uuid.uuid4(),
    )
    header["env:Body"] = {"rsp:Receive": {"rsp:DesiredStream": {"@CommandId": command, "#text": "stdout stderr"}}}
    message = xmltodict.unparse({"env:Envelope": header})
    first = client.protocol.transport.send_message(message)
    assert b"rsp:ExitCode" in first
    assert client.protocol.transport.send_message(message) == first


def test_a_message_encrypted_for_another_connection_is_a_bad_request(wire: Wire) -> None:
    client = wire.winrm("ntlm")
    # The client goes on with its old session key on a new connection: what pywinrm does after a cut.
    client.protocol.transport.session.close()
    with pytest.raises(WinRMTransportError) as caught:
        client.run("who")
    assert caught.value.code == 400
