# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Running scripts on the lab's hosts, and the estate that most of these tests use."""

from __future__ import annotations

import base64
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hyperv_lab.engine.powershell import PowerShellEngine
from hyperv_lab.simulation.estate import Session
from hyperv_lab.simulation.host import Host

MODULES = Path(__file__).resolve().parents[2] / ".cache" / "lab-powershell"
"""Compiled modules, kept between runs."""

ESTATE: dict[str, Any] = {
    "clock": {"speed": 500.0},  # guests boot and shut down in a blink
    "hosts": [
        {
            "name": "hv01",
            "release": "2022",
            "accounts": [{"username": "Administrator", "password": "Lab-Passw0rd"}],
            "volumes": [{"letter": "C", "size": "256 GiB"}, {"letter": "D", "size": "4 TiB", "label": "Data"}],
            "nics": [{"name": "Ethernet", "management": True}, {"name": "Ethernet 2"}],
            "switches": [{"name": "Inside", "type": "internal"}],
            "folders": ["D:\\VMs"],
            "guest": {"name": "Windows Server"},
        }
    ],
}


@dataclass(frozen=True)
class Finished:
    """What a process gave."""

    output: str
    errors: str
    exit_code: int


class Shell:
    """Runs scripts on one host, a process for each, as winrm does."""

    def __init__(self, engine: PowerShellEngine, host: Host) -> None:
        self.engine = engine
        self.host = host
        self.session = Session("LAB\\ops", host.name, "direct")

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start PowerShell with arguments."""
        return self.engine.start_command(
            self.host, self.session, ["PowerShell", "-NoProfile", "-NonInteractive", *arguments]
        )

    def run(self, script: str, standard_input: str = "") -> Finished:
        """Run a script to its end."""
        encoded = base64.b64encode(script.encode("utf-16-le")).decode()
        process = self.start("-EncodedCommand", encoded)
        output, errors = process.communicate(standard_input.encode(), timeout=60)
        return Finished(output.decode(), errors.decode(), process.returncode)

    def ask(self, script: str) -> Any:
        """Run a script that must succeed.

        Its last output object, made by the script as JSON text, is returned parsed.
        """
        finished = self.run(script)
        assert finished.errors == "" and finished.exit_code == 0, finished
        return json.loads(finished.output.strip().splitlines()[-1])

    def values(self, *expressions: str, before: str = "") -> list[Any]:
        """The values of expressions, each evaluated in a script of its own scope after `before`."""
        parts = ",".join(f"$(& {{ {expression} }})" for expression in expressions)
        return list(
            self.ask(f"$ErrorActionPreference = 'Stop'\n{before}\nConvertTo-Json -Compress -Depth 4 @({parts})")
        )
