# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Both implementations of the batch runner behind one interface: text in, text out."""

from __future__ import annotations

import base64
import gzip
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from probe_commands import ProbeCommands

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.payload.condensed import condensed
from hyperv_lab.engine.python.batch_run import run_batch
from hyperv_lab.engine.python.batch_text import UnreadableBatch, reply_line, split_batch_text
from hyperv_lab.simulation.estate import Estate, Session
from hyperv_lab.simulation.host import Host

REPOSITORY = Path(__file__).resolve().parents[3]
PAYLOAD = REPOSITORY / "plugins" / "plugin_utils" / "payload"
MODULES = REPOSITORY / "tests" / "payload" / "modules"
MARKER = "\n#datacenter.hyperv batch:"

Reply = dict[str, Any]


def payload_text(areas: Sequence[str] = ()) -> str:
    """The PowerShell that travels with a batch, as it is sent."""
    return "".join(condensed((PAYLOAD / f"{name}.ps1").read_text("ascii")) for name in ("runner", *areas))


def bootstrap() -> str:
    """The command, as the winrm connection plugin passes it on: without indentation and empty lines."""
    lines = (PAYLOAD / "bootstrap.ps1").read_text("ascii").splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())


def encode(request: Any) -> str:
    """A batch's body, not compressed."""
    return json.dumps(request, ensure_ascii=True, separators=(",", ":"))


def decode(output: str, batch: str) -> Reply:
    """The last reply to that batch in an output. Fails the test that has none."""
    marker = f"#datacenter.hyperv reply {batch}:"
    lines = [line for line in output.splitlines() if line.startswith(marker)]
    assert lines, f"no reply in: {output[:2000]}"
    assert lines[-1].isascii()
    body = lines[-1].removeprefix(marker)
    if body.startswith("gzip:"):
        body = gzip.decompress(base64.b64decode(body.removeprefix("gzip:"), validate=True)).decode("ascii")
    reply = json.loads(body)
    assert isinstance(reply, dict)
    return reply


class Runner(Protocol):
    """One implementation, on a host with the module LabProbe."""

    name: str

    def answer(self, text: str, before: str = "") -> str:
        """Everything that the bootstrap puts out for a text. `before` is PowerShell that prepares the session."""

    def hold_lock(self, sequence: int, holder: str | None) -> Any:
        """A context in which somebody else holds the host's lock."""


class PythonRunner:
    """`hyperv_lab.engine.python`."""

    name = "python"

    def __init__(self) -> None:
        estate = Estate()
        self.host = Host(estate, "HV01")
        estate.hosts["HV01"] = self.host

    def answer(self, text: str, before: str = "") -> str:
        """See Runner."""
        parts = split_batch_text(text)
        if parts is None:
            return "error: there is no batch in the input"
        try:
            request = parts.request()
        except UnreadableBatch as error:
            request = str(error)
        return reply_line(
            run_batch(
                self.host,
                request,
                Session("admin", "HV01", "direct"),
                commands=ProbeCommands(self.host.estate.clock),
                declared_functions=parts.functions,
            )
        )

    def hold_lock(self, sequence: int, holder: str | None) -> Any:
        """See Runner."""
        return _HeldState(self.host, sequence, holder)


class _HeldState:
    def __init__(self, host: Host, sequence: int, holder: str | None) -> None:
        self._host = host
        self._sequence = sequence
        self._holder = holder

    def __enter__(self) -> None:
        from hyperv_lab.engine.python.host_lock import lock_state

        state = lock_state(self._host)
        state.sequence, state.holder, state.held = self._sequence, self._holder, True

    def __exit__(self, *exception: object) -> None:
        from hyperv_lab.engine.python.host_lock import lock_state

        lock_state(self._host).held = False


class PowerShellRunner:
    """`runner.ps1` in one PowerShell process, each batch in a runspace of its own."""

    name = "powershell"

    def __init__(self, executable: Path, program_data: Path) -> None:
        self._executable = executable
        self.program_data = program_data
        self._process = self._start(["-File", str(Path(__file__).with_name("serve_batches.ps1"))])

    def environment(self) -> Mapping[str, str]:
        """Of every process of this host."""
        return {
            **os.environ,
            "PSModulePath": str(MODULES),
            "ProgramData": str(self.program_data),
            "COMPUTERNAME": "HV01",
            "POWERSHELL_TELEMETRY_OPTOUT": "1",
        }

    def _start(self, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [str(self._executable), "-NoProfile", "-NonInteractive", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self.environment(),
        )

    def answer(self, text: str, before: str = "") -> str:
        """See Runner."""
        return self.answer_of_script(bootstrap(), before, text)

    def answer_of_script(self, script: str, before: str = "", text: str = "") -> str:
        """Everything that a script puts out in a session of its own."""
        request = json.dumps({"script": script, "input": text, "before": before})
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(base64.b64encode(request.encode()) + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the PowerShell of the tests ended"
        return base64.b64decode(line).decode()

    def answer_of_process(self, text: str) -> subprocess.CompletedProcess[bytes]:
        """The same by a process of its own, started as the winrm connection plugin does."""
        command = base64.b64encode(bootstrap().encode("utf-16-le")).decode()
        return subprocess.run(
            [
                *(str(self._executable), "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Unrestricted"),
                *("-EncodedCommand", command),
            ],
            input=text.encode(),
            capture_output=True,
            env=self.environment(),
            check=False,
        )

    def hold_lock(self, sequence: int, holder: str | None) -> Any:
        """See Runner."""
        return _HeldFile(self, sequence, holder)

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


class _HeldFile:
    """A second PowerShell that holds the lock file as another batch would."""

    def __init__(self, runner: PowerShellRunner, sequence: int, holder: str | None) -> None:
        self._runner = runner
        self._content = json.dumps({"sequence": sequence, "holder": holder})

    def __enter__(self) -> None:
        folder = self._runner.program_data / "datacenter.hyperv"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "lock").write_text(self._content, "ascii")
        script = (
            "$f = [IO.FileStream]::new($args[0], 'OpenOrCreate', 'ReadWrite', 'ReadWrite'); $f.Lock(1048576, 1);"
            "[Console]::Out.WriteLine('held'); $null = [Console]::In.ReadLine()"
        )
        file = self._runner.program_data / "hold.ps1"
        file.write_text(script, "ascii")
        self._process = self._runner._start(["-File", str(file), str(folder / "lock")])
        assert self._process.stdout is not None
        assert self._process.stdout.readline().strip() == b"held"

    def __exit__(self, *exception: object) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()
