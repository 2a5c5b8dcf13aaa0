# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What runs inside a virtual machine: an operating system that boots, answers, and shuts down."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class GuestSystem:
    """An operating system on a virtual disk.

    Attributes:
        name: for people.
        boot_seconds: simulated seconds from power-on to the first heartbeat.
        address_seconds: further seconds until it reports IP addresses.
        shutdown_seconds: from a shutdown request to power-off.
        integration_services: whether heartbeat, shutdown and addresses work at all.
        ignores_shutdown: accepts a shutdown request and goes on running.
        boot_entry: name of the File entry it writes into the UEFI boot order; empty for none.
        boot_writes: bytes that a boot adds to a dynamic or differencing system disk.
        addresses: whether it gets IP addresses on connected adapters.
        early_addresses: what it reports from its heartbeat until it has them, on each connected adapter.
        own_addresses: what it has then, on each connected adapter, instead of addresses that the lab makes.
    """

    name: str = "Windows Server"
    boot_seconds: float = 20.0
    address_seconds: float = 5.0
    shutdown_seconds: float = 10.0
    integration_services: bool = True
    ignores_shutdown: bool = False
    boot_entry: str = "Windows Boot Manager"
    boot_writes: int = 64 * MEBIBYTE
    addresses: bool = True
    early_addresses: tuple[str, ...] = ()
    own_addresses: tuple[str, ...] = ()
