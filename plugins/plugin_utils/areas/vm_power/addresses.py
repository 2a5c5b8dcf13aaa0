# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Addresses that a guest reports: which of them say that it is on a network."""

from __future__ import annotations

import collections.abc as c
import ipaddress

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class BadNetwork(ValueError):
    """A text is no network."""


def network(text: str) -> Network:
    """Return the network of a text such as `10.20.0.0/16`; bits of a host in it do not matter.

    Raises:
        BadNetwork
    """
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError as problem:
        raise BadNetwork(f"{text!r} is no network such as 10.20.0.0/16") from problem


def usable_address(reported: c.Iterable[str], networks: c.Sequence[Network]) -> str | None:
    """Return the first address that is in one of the networks, or without networks the first ordinary IPv4 address.

    A guest first reports none, then 0.0.0.0, an address of its own making (169.254.0.0/16, fe80::/10) or only IPv6
    (taliesins/terraform-provider-hyperv, vm_network_adapter.go). Those count only if a network names them.
    """
    for text in reported:
        try:
            address = ipaddress.ip_address(text.partition("%")[0])
        except ValueError:
            continue
        if networks:
            if any(address.version == one.version and address in one for one in networks):
                return text
        elif address.version == 4 and not (
            address.is_unspecified or address.is_link_local or address.is_loopback or address.is_multicast
        ):
            return text
    return None
