# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The HTTP side by hand: what is no WSMan, and what is no HTTP."""

from __future__ import annotations

import contextlib
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
import requests
from lab.wire.wire_clients import Wire

from hyperv_lab.wire import names

IDENTIFY = (
    f'<s:Envelope xmlns:s="{names.SOAP}" xmlns:i="{names.WSMAN_IDENTITY}">'
    "<s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>"
)


def post(wire: Wire, body: str | bytes, **more: Any) -> requests.Response:
    url = wire.server.endpoints["HV01"].http_url
    return requests.post(url, data=body, auth=("Administrator", "P@ss:w0rd mit Ümlaut"), timeout=10, **more)


def raw(wire: Wire, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", wire.server.endpoints["HV01"].http_port), timeout=10) as client:
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: client.recv(65536), b""))


def test_without_credentials_the_schemes_are_offered(wire: Wire) -> None:
    response = requests.post(wire.server.endpoints["HV01"].http_url, data=b"x", timeout=10)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Negotiate, NTLM, Basic realm="WSMAN"'


def test_identify_is_answered(wire: Wire) -> None:
    response = post(wire, IDENTIFY)
    assert response.status_code == 200
    assert "Microsoft Corporation" in response.text


@pytest.mark.parametrize("body", [b"<no", b"<a/>", b"\x00\xff", IDENTIFY.replace("Identify", "Other").encode()])
def test_what_is_no_message_is_a_fault(wire: Wire, body: bytes) -> None:
    response = post(wire, body)
    assert response.status_code == 500
    assert "WSManFault" in response.text


def test_an_encrypted_message_without_a_session_is_a_bad_request(wire: Wire) -> None:
    headers = {"Content-Type": 'multipart/encrypted;protocol="x";boundary="Encrypted Boundary"'}
    assert post(wire, b"--Encrypted Boundary", headers=headers).status_code == 400


def test_other_addresses_and_methods(wire: Wire) -> None:
    url = wire.server.endpoints["HV01"].http_url
    assert requests.get(url, timeout=10).status_code == 405
    assert requests.post(url.replace("wsman", "other"), timeout=10).status_code == 404


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"POST /wsman HTTP/1.1\r\nContent-Length: many\r\n\r\n", b"400"),
        (b"POST /wsman HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", b"413"),
        (b"POST /wsman HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"411"),
        (b"POST /wsman HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc", b"400"),
        (b"POST /wsman HTTP/1.1\r\nno colon\r\n\r\n", b"400"),
        (b"POST /wsman HTTP/1.1\r\nAuthorization: Basic ***\r\nContent-Length: 0\r\n\r\n", b"401"),
        (b"POST /wsman HTTP/1.1\r\nAuthorization: Negotiate AAAA\r\nContent-Length: 0\r\n\r\n", b"401"),
        (b"POST /wsman HTTP/1.1\r\nAuthorization: NTLM TlRMTVNTUAADAAAA\r\nContent-Length: 0\r\n\r\n", b"401"),
        (b"POST /wsman HTTP/1.1\r\nAuthorization: Digest x\r\nContent-Length: 0\r\n\r\n", b"401"),
    ],
)
def test_bad_requests_get_a_status(wire: Wire, data: bytes, status: bytes) -> None:
    assert raw(wire, data).split()[1] == status
    assert post(wire, IDENTIFY).status_code == 200


def test_a_connection_that_closes_at_once_does_no_harm(wire: Wire) -> None:
    assert raw(wire, b"") == b""
    assert post(wire, IDENTIFY).status_code == 200


def test_clear_text_on_the_https_port_does_no_harm(wire: Wire) -> None:
    endpoint = wire.server.endpoints["HV01"]
    with socket.create_connection((endpoint.address, endpoint.https_port), timeout=10) as client:
        client.sendall(b"POST /wsman HTTP/1.1\r\n\r\n")
        with contextlib.suppress(ConnectionResetError):
            client.recv(100)
    assert wire.winrm("basic", "https").run("who")[2] == 0


def test_the_certificate_is_trusted_through_the_labs_authority_only(wire: Wire) -> None:
    endpoint = wire.server.endpoints["HV01"]
    trusting = ssl.create_default_context(cafile=str(wire.server.certificates.authority))
    for name in ("127.0.0.1", "localhost", "hv01"):
        with socket.create_connection((endpoint.address, endpoint.https_port), timeout=10) as client:
            trusting.wrap_socket(client, server_hostname=name).close()
    with socket.create_connection((endpoint.address, endpoint.https_port), timeout=10) as client:
        with pytest.raises(ssl.SSLCertVerificationError):
            ssl.create_default_context().wrap_socket(client, server_hostname="127.0.0.1")


def test_private_files_are_for_their_owner_only(wire: Wire, tmp_path: Path) -> None:
    assert wire.server.endpoints
    for name in ("server-key.pem", "accounts-1.txt"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
