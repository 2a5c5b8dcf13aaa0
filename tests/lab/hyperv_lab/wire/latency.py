# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Declared slowness of the wire of one host."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol


class WireLatencies(Protocol):
    """Wall-clock seconds that are added on the wire. They are read at each use, so they may be changed at any time.

    Attributes:
        request: of each WSMan request (a round trip through the network and HTTP.sys).
        shell: of each shell that is opened (winrshost.exe, wsmprovhost.exe).
        process: of each command in a winrm shell (cmd.exe and powershell.exe). Pipelines of a PSRP shell start no
            process and cost nothing here.
    """

    request: float
    shell: float
    process: float


@dataclass(slots=True)
class WireLatency:
    """Latencies of a host that has none of its own."""

    request: float = 0.0
    shell: float = 0.0
    process: float = 0.0


def wait(seconds: float) -> None:
    """Sleep, if there is anything to sleep."""
    if seconds > 0:
        time.sleep(seconds)
