# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""pywinrm, the client of Ansible's winrm connection, against the wire."""

from __future__ import annotations

import base64
import time
import uuid
import xml.etree.ElementTree as ElementTree

import pytest
import xmltodict
from lab.wire.wire_clients import MakeWire, TestInterpreter, Wire
from winrm.exceptions import InvalidCredentialsError, WinRMOperationTimeoutError, WSManFaultError

from hyperv_lab.wire import names

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize(
    ("transport", "scheme", "encryption"),
    [
        ("basic", "http", "auto"),
        ("plaintext", "http", "never"),
        ("basic", "https", "auto"),
        ("ssl", "https", "auto"),
        ("ntlm", "http", "auto"),
        ("ntlm", "http", "never"),
        ("ntlm", "https", "auto"),
        ("ntlm", "https", "always"),
    ],
)
def test_each_way_to_log_on_runs_a_command(wire: Wire, transport: str, scheme: str, encryption: str) -> None:
    client = wire.winrm(transport, scheme, message_encryption=encryption)
    assert client.run("who") == (b"Administrator HV01 winrm\n", b"", 0)
    assert (client.protocol.transport.encryption is not None) == (
        transport == "ntlm" and encryption != "never" and (scheme == "http" or encryption == "always")
    )
    client.protocol.close_shell(client.shell)
    assert len(wire.service.shells) == 0


def test_ntlm_tokens_may_travel_under_the_name_negotiate(make_wire: MakeWire) -> None:
    wire = make_wire(schemes=("Negotiate", "Basic"))
    assert wire.winrm("ntlm").run("who")[0] == b"Administrator HV01 winrm\n"


@pytest.mark.parametrize("user", ["administrator", "HV01\\Administrator", "hv01\\ADMINISTRATOR", ".\\Administrator"])
@pytest.mark.parametrize("transport", ["basic", "ntlm"])
def test_a_local_account_has_several_spellings(wire: Wire, user: str, transport: str) -> None:
    assert wire.winrm(transport, user=user).run("who")[0] == b"Administrator HV01 winrm\n"


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("transport", ["basic", "ntlm"])
@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"user": "Nobody"}, {"user": "OTHER\\Administrator"}])
def test_wrong_credentials_are_refused(wire: Wire, transport: str, scheme: str, wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidCredentialsError):
        wire.winrm(transport, scheme, **wrong)
    assert wire.service.counters["requests"] == 0


def test_a_megabyte_goes_in_and_comes_out(wire: Wire) -> None:
    data = "".join(f"{number:09d} Ünicode\n" for number in range(MEGABYTE // 19)).encode()
    assert wire.winrm("ntlm").run("echo", data) == (data, b"", 0)


def test_exit_code_and_error_output_arrive(wire: Wire) -> None:
    assert wire.winrm().run("fail 7") == (b"some output\n", b"what went wrong\n", 7)


def test_both_layers_of_a_doubly_encoded_command_are_taken_off(wire: Wire) -> None:
    inner = base64.b64encode("who".encode("utf-16-le")).decode()
    assert wire.winrm().run(f"PowerShell -NoProfile -EncodedCommand {inner}")[0] == b"Administrator HV01 winrm\n"


def test_a_program_that_does_not_exist_gets_the_shells_answer(wire: Wire) -> None:
    client = wire.winrm()
    command = client.protocol.run_command(client.shell, "ipconfig", ["/all"])
    output, error, code = client.protocol.get_command_output(client.shell, command)
    assert (output, code) == (b"", 1)
    assert error.startswith(b"'ipconfig' is not recognized")


def test_answers_fit_the_clients_envelope(wire: Wire) -> None:
    client = wire.winrm()
    command = client.start("repeat 1000000")
    header = client.protocol.build_wsman_header(
        resource_uri=names.COMMAND_SHELL_RESOURCE, action=names.RECEIVE, shell_id=client.shell
    )
    header["env:Header"]["w:MaxEnvelopeSize"]["#text"] = "40000"
    header["env:Body"] = {"rsp:Receive": {"rsp:DesiredStream": {"@CommandId": command, "#text": "stdout stderr"}}}
    size = 0
    for _ in range(200):
        header["env:Header"]["a:MessageID"] = f"uuid:{uuid.uuid4()}"
        answer = client.protocol.transport.send_message(xmltodict.unparse({"env:Envelope": header}))
        assert len(answer) <= 40000
        root = ElementTree.fromstring(answer)
        for stream in root.iter(f"{{{names.SHELL}}}Stream"):
            size += len(base64.b64decode(stream.text or ""))
        state = root.find(f".//{{{names.SHELL}}}CommandState")
        if state is not None and state.get("State") == names.COMMAND_STATE_DONE:
            break
    assert size == 1000000


def test_a_command_may_take_longer_than_the_operation_timeout(wire: Wire, interpreter: TestInterpreter) -> None:
    client = wire.winrm(operation_timeout=1)
    command = client.start("wait")
    begin = time.monotonic()
    with pytest.raises(WinRMOperationTimeoutError):
        client.protocol.get_command_output_raw(client.shell, command)
    assert time.monotonic() - begin > 0.9
    interpreter.release.set()
    assert client.protocol.get_command_output(client.shell, command) == (b"released\n", b"", 0)


def test_a_shell_and_a_command_that_do_not_exist_are_faults(wire: Wire) -> None:
    client = wire.winrm()
    with pytest.raises(WSManFaultError) as caught:
        client.protocol.run_command(str(uuid.uuid4()), "PowerShell")
    assert caught.value.wsman_fault_code == 0x8033805B
    with pytest.raises(WSManFaultError) as caught:
        client.protocol.get_command_output(client.shell, str(uuid.uuid4()))
    assert caught.value.wsman_fault_code == 87


def test_several_commands_of_one_shell_do_not_mix(wire: Wire) -> None:
    client = wire.winrm()
    first = client.start("echo", standard_input=True)
    second = client.start("fail 3")
    client.protocol.send_command_input(client.shell, first, b"first", end=True)
    assert client.protocol.get_command_output(client.shell, second)[2] == 3
    assert client.protocol.get_command_output(client.shell, first) == (b"first", b"", 0)


def test_input_after_its_end_is_refused(wire: Wire) -> None:
    client = wire.winrm()
    command = client.start("echo", standard_input=True)
    client.protocol.send_command_input(client.shell, command, b"all", end=True)
    with pytest.raises(WSManFaultError) as caught:
        client.protocol.send_command_input(client.shell, command, b"more", end=True)
    assert caught.value.wsman_fault_code == 109


def test_a_failure_inside_the_lab_is_an_exit_code_not_a_hang(wire: Wire) -> None:
    output, error, code = wire.winrm().run("unheard-of")
    assert code == 1
    assert b"The lab failed: RuntimeError" in error


def test_the_counters_count(wire: Wire) -> None:
    service = wire.service
    client = wire.winrm()
    client.run("echo", b"x" * 300_000)
    client.protocol.close_shell(client.shell)
    counted = service.counters.as_dict()
    assert counted["actions"] == {"Command": 1, "Create": 1, "Delete": 1, "Receive": 3, "Send": 2, "Signal": 1}
    assert counted["requests"] == counted["http_requests"] == 9
    assert counted["shells"] == counted["commands"] == counted["connections"] == 1
    assert 400_000 < counted["bytes_in"] < 450_000
    assert 400_000 < counted["bytes_out"] < 450_000
    service.counters.reset()
    assert service.counters.as_dict()["requests"] == 0
