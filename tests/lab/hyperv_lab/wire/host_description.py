# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the wire takes from a simulated host: accounts, ports, latencies, faults, counters."""

from __future__ import annotations

from hyperv_lab.simulation.host import Host
from hyperv_lab.wire.endpoint_server import HostWire
from hyperv_lab.wire.faults import WireFaults
from hyperv_lab.wire.inventory import Login
from hyperv_lab.wire.options import WireOptions


def login_of(host: Host) -> Login:
    """The first account that was declared: the one for inventories.

    Raises: ValueError when the host has no account.
    """
    for account in host.accounts.values():
        return Login(account.username, account.password)
    raise ValueError(f"host {host.name} has no account to log on with")


def describe(host: Host) -> HostWire:
    """The wire of a host, as its topology declares it in ``host.wire`` (:class:`WireOptions`), if it says anything."""
    options: WireOptions = getattr(host, "wire", None) or WireOptions()
    faults = WireFaults()
    for fault in options.faults:
        faults.add(fault)
    return HostWire(
        host.name,
        host,
        {account.username: account.password for account in host.accounts.values()},
        http_port=options.http_port,
        https_port=options.https_port,
        schemes=options.authentication,
        limits=options.limits,
        latency=host.latencies,
        faults=faults,
        counts=host.counters.wsman,
        interruptions=lambda: host.interruptions,
    )
