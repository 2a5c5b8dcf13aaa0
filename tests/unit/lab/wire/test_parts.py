# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Small parts by themselves: command lines, durations, options, certificates, PSRP fragments."""

from __future__ import annotations

import base64
import struct
from pathlib import Path
from typing import Any

import pytest

from hyperv_lab.wire.accounts import Accounts
from hyperv_lab.wire.certificate import make_certificates
from hyperv_lab.wire.command_line import encoded_script, innermost_script, is_powershell, split_command
from hyperv_lab.wire.envelope import seconds_of
from hyperv_lab.wire.faults import WireFault
from hyperv_lab.wire.options import options_from
from hyperv_lab.wire.server_mode_runspace import ends_pipeline


def encoded(text: str) -> str:
    return base64.b64encode(text.encode("utf-16-le")).decode()


def test_arguments_are_split_at_spaces_and_grouped_by_quotes() -> None:
    assert split_command("PowerShell", ['-File "C:\\a b\\c.ps1"  -X', "y"]) == [
        *("PowerShell", "-File", "C:\\a b\\c.ps1", "-X", "y")
    ]


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("PowerShell", True),
        ("powershell.exe", True),
        ("C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe", True),
        ("pwsh", True),
        ("cmd.exe", False),
        ("powershell_ise", False),
    ],
)
def test_names_of_powershell(program: str, expected: bool) -> None:
    assert is_powershell(program) is expected


@pytest.mark.parametrize("option", ["-EncodedCommand", "-encodedcommand", "-enc", "-e", "-ec", "-EncodedCom"])
def test_each_spelling_of_an_encoded_command(option: str) -> None:
    assert encoded_script(["-NoProfile", option, encoded("Get-VM")]) == "Get-VM"


def test_command_texts_and_what_is_no_script() -> None:
    assert encoded_script(["-NoProfile", "-Command", "Get-VM", "|", "Stop-VM"]) == "Get-VM | Stop-VM"
    assert encoded_script(["-NoProfile", "-File", "x.ps1"]) is None
    assert encoded_script(["-EncodedCommand", "***"]) is None
    assert encoded_script(["-ExecutionPolicy", "Unrestricted"]) is None


def test_layers_are_taken_off_until_a_script_is_left() -> None:
    inner = f"PowerShell -NoProfile -EncodedCommand {encoded('# line one' + chr(10) + 'two')}"
    outer = ["-NoProfile", "-EncodedCommand", encoded(inner)]
    assert innermost_script("PowerShell", outer) == "# line one\ntwo"
    assert innermost_script("ipconfig", []) is None


@pytest.mark.parametrize(
    ("text", "seconds"), [("PT20S", 20), ("PT0.5S", 0.5), ("PT1H2M3S", 3723), ("P1DT1S", 86401), ("PT60.000S", 60)]
)
def test_durations(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "P", "PT", "20", "PT-1S", "soon"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        seconds_of(text)


def test_options_of_a_topology() -> None:
    options = options_from(
        {
            "http_port": 15985,
            "authentication": ["basic", "NEGOTIATE"],
            "limits": {"max_shells_per_user": 5, "idle_timeout": 3, "allow_unencrypted": False},
            "faults": [{"kind": "refuse"}],
        }
    )
    assert (options.http_port, options.https_port) == (15985, 0)
    assert options.authentication == ("Basic", "Negotiate")
    assert (options.limits.max_shells_per_user, options.limits.allow_unencrypted) == (5, False)
    assert options.faults == [WireFault("refuse")]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"http_port": "15985"}, "http_port"),
        ({"https_port": 443}, "https_port"),
        ({"authentication": []}, "authentication"),
        ({"authentication": ["kerberos"]}, "authentication"),
        ({"limits": {"max_shells_per_user": 0}}, "max_shells_per_user"),
        ({"limits": {"max_shells_per_user": 1.5}}, "max_shells_per_user"),
        ({"limits": {"allow_unencrypted": 1}}, "allow_unencrypted"),
        ({"limits": {"other": 1}}, "other"),
        ({"limits": []}, "limits"),
        ({"faults": {"kind": "refuse"}}, "faults"),
        ({"faults": [{"kind": "no"}]}, "unknown fault"),
        ({"port": 1}, "unknown key of 'wire': port"),
    ],
)
def test_options_that_cannot_be(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        options_from(values)


def test_a_certificate_is_kept_while_it_serves_and_made_anew_for_a_new_host(tmp_path: Path) -> None:
    first = make_certificates(tmp_path, ["hv01"]).certificate.read_bytes()
    assert make_certificates(tmp_path, ["HV01"]).certificate.read_bytes() == first
    assert make_certificates(tmp_path, ["hv01", "ümlaut & co"]).certificate.read_bytes() == first
    assert make_certificates(tmp_path, ["hv01", "hv02"]).certificate.read_bytes() != first


def test_a_domain_account_is_known_as_declared_only(tmp_path: Path) -> None:
    accounts = Accounts("hv01", {"LAB\\admin": "a", "ops@lab.example": "b"}, tmp_path / "accounts.txt")
    assert accounts.check("lab\\ADMIN", "a") == "LAB\\admin"
    assert accounts.check("admin", "a") is None
    assert accounts.check("hv01\\admin", "a") is None
    assert accounts.check("ops@lab.example", "b") == "ops@lab.example"
    assert accounts.check("ops@lab.example", "B") is None


def fragment(message_type: int, body: bytes, flags: int = 3) -> bytes:
    message = struct.pack("<II", 1, message_type) + bytes(32) + body
    return struct.pack(">QQBI", 1, 0, flags, len(message)) + message


@pytest.mark.parametrize(("state", "ends"), [(2, False), (3, True), (4, True), (5, True)])
def test_the_message_that_ends_a_pipeline_is_recognised(state: int, ends: bool) -> None:
    output = fragment(0x00041004, b'<S>N="PipelineState">4<</S>')
    closing = fragment(0x00041006, f'<Obj><MS><I32 N="PipelineState">{state}</I32></MS></Obj>'.encode())
    assert ends_pipeline(output) is False
    assert ends_pipeline(output + closing) is ends
