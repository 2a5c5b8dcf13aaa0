# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Simulated Hyper-V hosts that answer batches, by either engine, for what a probe module cannot show."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from batch_runners import MARKER, Reply, bootstrap, decode, encode, payload_text

from hyperv_lab.engine.powershell import PowerShellEngine
from hyperv_lab.engine.python import interpret
from hyperv_lab.simulation.estate import Session
from hyperv_lab.simulation.host import Host
from hyperv_lab.topology import load_topology

COMPILED = Path(__file__).resolve().parents[3] / ".cache" / "lab-powershell"
"""The PowerShell engine's modules, kept between runs and shared with its own tests."""

MODULES = Path(__file__).resolve().parents[3] / "plugins" / "modules"

TOPOLOGY: dict[str, Any] = {
    "clock": {"speed": 100.0},  # guests boot and shut down in a blink
    "hosts": [
        {
            "name": "hv01",
            "release": "2022",
            "accounts": [{"username": "Administrator", "password": "Lab-Passw0rd"}],
            "volumes": [{"letter": "C", "size": "256 GiB"}, {"letter": "D", "size": "4 TiB"}],
            "disks": [
                {"path": "D:\\T\\base.vhdx", "size": "40 GiB", "type": "fixed"},
                {"path": "D:\\T\\layer.vhdx", "parent": "D:\\T\\base.vhdx"},
                {"path": "D:\\T\\top [1].vhdx", "parent": "D:\\T\\layer.vhdx"},
                {"path": "D:\\T\\orphan.vhdx", "parent": "D:\\T\\layer.vhdx"},
                {"path": "D:\\T\\\u00fcber.vhd", "size": "8 GiB"},
                {"path": "D:\\web.vhdx", "size": "8 GiB", "guest": {"shutdown_seconds": 2}},
                {"path": "D:\\deaf.vhdx", "size": "8 GiB", "guest": {"ignores_shutdown": True}},
                {"path": "D:\\bare.vhdx", "size": "8 GiB", "guest": {"integration_services": False}},
            ],
            "files": [{"path": "D:\\T\\text.vhdx", "text": "no disk at all"}],
            "machines": [
                {"name": "web", "disks": ["D:\\web.vhdx"], "state": "running"},
                {"name": "deaf", "disks": ["D:\\deaf.vhdx"], "state": "running"},
                {"name": "bare", "disks": ["D:\\bare.vhdx"], "state": "running"},
                {"name": "off"},
            ],
        }
    ],
}


class SimulatedHost:
    """A host that answers batches.

    Attributes:
        host: the simulation.
    """

    def __init__(self, engine: PowerShellEngine | None, release: str = "2022") -> None:
        estate = load_topology({**TOPOLOGY, "hosts": [{**TOPOLOGY["hosts"][0], "release": release}]})
        self.estate = estate
        self.host: Host = estate.host("hv01")
        self._engine = engine
        self._session = Session("Administrator", "hv01", "direct")

    def run(self, *steps: dict[str, Any], areas: Sequence[str] = (), **request: Any) -> Reply:
        """Run steps and give the reply."""
        whole = {"version": 1, "batch": "b1", "steps": list(steps), **request}
        text = payload_text(areas) + MARKER + encode(whole)
        return decode(self._answer(text), "b1")

    def module(self, arguments: dict[str, str], folder: Path) -> dict[str, Any]:
        """Run `batch.ps1` as Ansible does and give its result.

        Args:
            folder: for a script.
        """
        if self._engine is None:
            manifest = {
                "module_args": {**arguments, "_ansible_module_name": "datacenter.hyperv.batch"},
                "actions": [],
                "environment": {},
            }
            sent = "\0\0\0\0" + json.dumps(manifest)
            output = interpret(self.host, "bootstrap", sent, self._session).standard_output
        else:
            script = folder / "module.ps1"
            values = folder / "arguments.json"
            values.write_text(json.dumps(arguments), "utf-8")
            read = f"$complex_args = @{{}}; $given = [IO.File]::ReadAllText('{values}') | ConvertFrom-Json\n"
            read += "foreach ($one in $given.PSObject.Properties) { $complex_args[$one.Name] = $one.Value }\n"
            script.write_text(read + (MODULES / "batch.ps1").read_text("ascii"), "utf-8")
            process = self._engine.start_command(self.host, self._session, ["pwsh", "-NoProfile", "-File", str(script)])
            raw, errors = process.communicate(timeout=120)
            assert not errors, errors.decode()
            output = raw.decode()
        result = json.loads(output)
        assert isinstance(result, dict)
        return result

    def _answer(self, text: str) -> str:
        if self._engine is None:
            return interpret(self.host, bootstrap(), text, self._session).standard_output
        command = base64.b64encode(bootstrap().encode("utf-16-le")).decode()
        process = self._engine.start_command(
            self.host, self._session, ["PowerShell", "-NoProfile", "-NonInteractive", "-EncodedCommand", command]
        )
        output, errors = process.communicate(text.encode(), timeout=120)
        assert not errors, errors.decode()
        return output.decode()
