# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""An Ansible inventory for a running lab."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hyperv_lab.wire.endpoint_server import Endpoint

CONNECTIONS = ("winrm", "psrp")
TRANSPORTS = ("basic", "ntlm", "negotiate")
SCHEMES = ("http", "https")
DEFAULT_GROUP = "hyperv_hosts"


@dataclass(frozen=True, slots=True)
class Login:
    """An account to put into an inventory."""

    username: str
    password: str


def _winrm_variables(endpoint: Endpoint, transport: str, scheme: str, authority: Path) -> dict[str, Any]:
    variables: dict[str, Any] = {
        "ansible_connection": "winrm",
        "ansible_port": endpoint.https_port if scheme == "https" else endpoint.http_port,
        "ansible_winrm_scheme": scheme,
        "ansible_winrm_transport": transport,
    }
    if scheme == "https":
        variables["ansible_winrm_server_cert_validation"] = "validate"
        variables["ansible_winrm_ca_trust_path"] = str(authority)
    return variables


def _psrp_variables(endpoint: Endpoint, transport: str, scheme: str, authority: Path) -> dict[str, Any]:
    variables: dict[str, Any] = {
        "ansible_connection": "psrp",
        "ansible_port": endpoint.https_port if scheme == "https" else endpoint.http_port,
        "ansible_psrp_protocol": scheme,
        "ansible_psrp_auth": transport,
        "ansible_psrp_ignore_proxy": True,
    }
    if scheme == "https":
        variables["ansible_psrp_cert_validation"] = "validate"
        variables["ansible_psrp_ca_cert"] = str(authority)
    elif transport == "basic":
        # pypsrp refuses Basic in clear text unless it is told that this is meant.
        variables["ansible_psrp_message_encryption"] = "never"
    return variables


def make_inventory(
    endpoints: Mapping[str, Endpoint],
    logins: Mapping[str, Login],
    authority: Path,
    *,
    connection: str = "winrm",
    transport: str = "ntlm",
    scheme: str = "http",
    group: str = DEFAULT_GROUP,
) -> dict[str, Any]:
    """An inventory as Ansible's ``yaml`` plugin reads it, with all that a play needs to connect.

    Args:
        endpoints: where the hosts listen.
        logins: account by host.
        authority: certificate that clients trust (https).
        connection: ``winrm`` or ``psrp``.
        transport: ``basic``, ``ntlm``, or (psrp only) ``negotiate``.
        scheme: ``http`` or ``https``.
        group: name of the group that holds the hosts.
    Raises: ValueError for a combination that does not exist.
    """
    for name, value, known in (
        ("connection", connection, CONNECTIONS),
        ("transport", transport, TRANSPORTS),
        ("scheme", scheme, SCHEMES),
    ):
        if value not in known:
            raise ValueError(f"unknown {name} '{value}'; known: {', '.join(known)}")
    if connection == "winrm" and transport == "negotiate":
        raise ValueError("the winrm connection has no transport 'negotiate'; use 'ntlm' (or kerberos on real hosts)")
    variables_of = _winrm_variables if connection == "winrm" else _psrp_variables
    hosts: dict[str, dict[str, Any]] = {}
    for name, endpoint in endpoints.items():
        hosts[name] = {
            "ansible_host": endpoint.address,
            "ansible_user": logins[name].username,
            "ansible_password": logins[name].password,
            **variables_of(endpoint, transport, scheme, authority),
        }
    return {"all": {"children": {group: {"hosts": hosts}}}}
