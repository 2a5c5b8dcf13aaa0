# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The ways from a control node to a lab that the end-to-end tests take: connection, logon, transport, engine."""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t
from pathlib import Path

from hyperv_lab.engine.powershell import find_powershell
from hyperv_lab.running import Lab

from .control_node import ControlNode
from .environment import CACHE


@dataclasses.dataclass(frozen=True)
class Way:
    """One way to a lab.

    Attributes:
        connection: winrm or psrp.
        transport: basic, ntlm, or negotiate (psrp).
        scheme: http or https.
        engine: python or powershell.
    """

    connection: str
    transport: str = "ntlm"
    scheme: str = "http"
    engine: str = "python"

    def __str__(self) -> str:
        return "-".join(dataclasses.astuple(self))

    @contextlib.contextmanager
    def lab(self, directory: Path, topology: t.Any = None) -> t.Iterator[ControlNode]:
        """Start a lab and give a control node in front of it."""
        cache = CACHE / "powershell-engine"
        with Lab.start(topology, engine=self.engine, directory=directory / "lab", engine_cache=cache) as lab:
            yield ControlNode(lab, directory, connection=self.connection, transport=self.transport, scheme=self.scheme)


#: The engines on this machine: the second one where a PowerShell is found.
ENGINES = ("python", "powershell") if find_powershell() else ("python",)

#: Both connections on each engine; between them they use every logon and both transports.
WAYS = tuple(
    way
    for way in (
        Way("winrm", "ntlm", "http", "python"),
        Way("psrp", "negotiate", "https", "python"),
        Way("winrm", "basic", "https", "powershell"),
        Way("psrp", "ntlm", "http", "powershell"),
    )
    if way.engine in ENGINES
)
