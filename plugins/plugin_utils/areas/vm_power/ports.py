# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Whether the controller reaches a TCP port."""

from __future__ import annotations

import socket

#: Seconds that a connection may take; whoever waits asks again.
PATIENCE = 3.0


def reachable(address: str, port: int) -> bool:
    """Return whether something accepts connections there. Nothing is sent."""
    try:
        with socket.create_connection((address, port), timeout=PATIENCE):
            return True
    except OSError:
        return False
