# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Who talks to a host, and how."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WireSession:
    """What an engine learns about the client of a shell.

    Attributes:
        user: declared name of the account.
        host: name of the simulated host.
        transport: ``winrm`` or ``psrp``.
    """

    user: str
    host: str
    transport: str
