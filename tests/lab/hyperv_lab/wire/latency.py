# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Declared slowness of the wire of one host."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(slots=True)
class WireLatency:
    """Seconds that are added on the wire.

    Attributes:
        request: for each WSMan request (a round trip through the network and HTTP.sys).
        shell_start: for each shell that is opened (winrshost.exe, wsmprovhost.exe).
        process_start: for each command in a winrm shell (cmd.exe and powershell.exe). Pipelines of a PSRP shell
            start no process and cost nothing here.
    """

    request: float = 0.0
    shell_start: float = 0.0
    process_start: float = 0.0


def wait(seconds: float) -> None:
    """Sleep, if there is anything to sleep."""
    if seconds > 0:
        time.sleep(seconds)
