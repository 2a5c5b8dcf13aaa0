# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A host on the wire with an engine made for tests, and real clients for it."""

from __future__ import annotations

import base64
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from pypsrp.wsman import WSMan
from winrm.protocol import Protocol

from hyperv_lab.wire.command_line import innermost_script
from hyperv_lab.wire.endpoint_server import EndpointServer
from hyperv_lab.wire.powershell_engine import ProcessCommand

USER = "Administrator"
PASSWORD = "P@ss:w0rd mit Ümlaut"


@dataclass
class Interpreted:
    """What the tests' interpreter gives."""

    standard_output: str = ""
    standard_error: str = ""
    exit_code: int = 0


@dataclass
class TestInterpreter:
    """Stands for the batch interpreter: the first word of a script says what to do."""

    __test__ = False

    release: threading.Event = field(default_factory=threading.Event)
    cancelled: threading.Event = field(default_factory=threading.Event)
    calls: list[tuple[Any, str, str, Any]] = field(default_factory=list)

    def __call__(
        self, host: Any, script: str, standard_input: str, session: Any, cancelled: Callable[[], bool]
    ) -> Interpreted:
        self.calls.append((host, script, standard_input, session))
        word, _, rest = script.partition(" ")
        if word == "echo":
            return Interpreted(standard_input)
        if word == "measure":
            return Interpreted(f"{len(standard_input)}\n")
        if word == "repeat":
            return Interpreted("0123456789abcdef" * (int(rest) // 16))
        if word == "who":
            return Interpreted(f"{session.user} {session.host} {session.transport}\n")
        if word == "fail":
            return Interpreted("some output\n", "what went wrong\n", int(rest))
        if word == "wait":
            while not self.release.wait(0.02):
                if cancelled():
                    self.cancelled.set()
                    return Interpreted(exit_code=1)
            return Interpreted("released\n")
        raise RuntimeError(f"the test's interpreter does not know '{word}'")


class PythonProcesses:
    """Runs the script of a command as a Python program: processes with pipes, as a real PowerShell would be."""

    def __init__(self) -> None:
        self.started: list[subprocess.Popen[bytes]] = []

    def start_command(self, host: Any, session: Any, command_line: str, arguments: Any) -> ProcessCommand:
        script = innermost_script(command_line, arguments)
        assert script is not None
        process = subprocess.Popen(
            [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.started.append(process)
        return ProcessCommand(process)

    def open_runspace(self, host: Any, session: Any, fragments: bytes) -> Any:
        raise OSError("no runspaces here")

    def close(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()


@dataclass
class WinRM:
    """A pywinrm client with an open shell."""

    protocol: Protocol
    shell: str

    def start(self, script: str, *, standard_input: bool = False) -> str:
        """Start a script; returns the command id."""
        encoded = base64.b64encode(script.encode("utf-16-le")).decode()
        arguments = ["-NoProfile", "-NonInteractive", "-EncodedCommand", encoded]
        command: str = self.protocol.run_command(
            self.shell, "PowerShell", arguments, console_mode_stdin=not standard_input
        )
        return command

    def run(self, script: str, standard_input: bytes | None = None) -> tuple[bytes, bytes, int]:
        """Run a script to its end."""
        command = self.start(script, standard_input=standard_input is not None)
        if standard_input is not None:
            chunks = range(0, max(len(standard_input), 1), 200_000)
            for start in chunks:
                part = standard_input[start : start + 200_000]
                self.protocol.send_command_input(self.shell, command, part, end=start + 200_000 >= len(standard_input))
        result: tuple[bytes, bytes, int] = self.protocol.get_command_output(self.shell, command)
        self.protocol.cleanup_command(self.shell, command)
        return result


class Wire:
    """A server with hosts, and clients that are closed with it."""

    def __init__(self, server: EndpointServer, stack: ExitStack, engine: Any) -> None:
        self.server = server
        self.engine = engine
        self._stack = stack

    @property
    def service(self) -> Any:
        """The first host's service."""
        return self.server.service(self.server.host_names[0])

    def protocol(
        self,
        transport: str = "basic",
        scheme: str = "http",
        *,
        user: str = USER,
        password: str = PASSWORD,
        host: str | None = None,
        operation_timeout: int = 20,
        **more: Any,
    ) -> Protocol:
        """A pywinrm client."""
        endpoint = self.server.endpoints[host or self.server.host_names[0]]
        protocol = Protocol(
            endpoint.https_url if scheme == "https" else endpoint.http_url,
            transport=transport,
            username=user,
            password=password,
            ca_trust_path=str(self.server.certificates.authority),
            operation_timeout_sec=operation_timeout,
            read_timeout_sec=operation_timeout + 10,
            **more,
        )
        self._stack.callback(protocol.transport.close_session)
        return protocol

    def winrm(self, transport: str = "basic", scheme: str = "http", **more: Any) -> WinRM:
        """A pywinrm client with an open shell."""
        protocol = self.protocol(transport, scheme, **more)
        return WinRM(protocol, protocol.open_shell(codepage=65001))

    def wsman(
        self,
        auth: str = "negotiate",
        scheme: str = "http",
        *,
        user: str = USER,
        password: str = PASSWORD,
        host: str | None = None,
        **more: Any,
    ) -> WSMan:
        """A pypsrp connection."""
        endpoint = self.server.endpoints[host or self.server.host_names[0]]
        if auth == "basic" and scheme == "http":
            more.setdefault("encryption", "never")
        wsman = WSMan(
            endpoint.address,
            port=endpoint.https_port if scheme == "https" else endpoint.http_port,
            ssl=scheme == "https",
            auth=auth,
            username=user,
            password=password,
            cert_validation=str(self.server.certificates.authority),
            **more,
        )
        self._stack.callback(wsman.close)
        return wsman


MakeWire = Callable[..., Wire]
"""``make_wire(engine=None, names=("HV01",), **fields of HostWire)`` starts a server."""
