# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the wire reads from a simulated host: accounts, ports, latencies, and the counters beside its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hyperv_lab.wire.endpoint_server import HostWire
from hyperv_lab.wire.inventory import Login


def passwords_of(host: Any) -> dict[str, str]:
    """Password by user name. ``host.accounts`` maps names to passwords, or to objects with ``password``."""
    accounts: Mapping[str, Any] = host.accounts
    return {name: account if isinstance(account, str) else str(account.password) for name, account in accounts.items()}


def login_of(host: Any) -> Login:
    """The first account that was declared: the one for inventories.

    Raises: ValueError when the host has no account.
    """
    for username, password in passwords_of(host).items():
        return Login(username, password)
    raise ValueError(f"host {host.name} has no account to log on with")


def describe(host: Any) -> HostWire:
    """The wire of a host, as its topology declares it."""
    return HostWire(host.name, host, passwords_of(host))


def cmdlet_counts(host: Any) -> dict[str, int]:
    """Calls by cmdlet."""
    return dict(sorted(host.counters.items()))


def reset_cmdlet_counts(host: Any) -> None:
    """Forget the calls so far."""
    host.counters.clear()
