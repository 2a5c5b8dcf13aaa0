# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the wire takes from a simulated host: accounts, ports, latencies, faults, counters."""

from __future__ import annotations

from hyperv_lab.simulation.host import Host
from hyperv_lab.wire.endpoint_server import HostWire
from hyperv_lab.wire.inventory import Login


def login_of(host: Host) -> Login:
    """The first account that was declared: the one for inventories.

    Raises: ValueError when the host has no account.
    """
    for account in host.accounts.values():
        return Login(account.username, account.password)
    raise ValueError(f"host {host.name} has no account to log on with")


def describe(host: Host) -> HostWire:
    """The wire of a host, as its topology declares it."""
    return HostWire(
        host.name,
        host,
        {account.username: account.password for account in host.accounts.values()},
        latency=host.latencies,
        counts=host.counters.wsman,
        interruptions=lambda: host.interruptions,
    )
