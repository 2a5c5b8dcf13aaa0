# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A winrm shell: commands as processes with standard streams (MS-WSMV 3.1.4.5 to 3.1.4.14)."""

from __future__ import annotations

import base64
import threading
import time
import uuid
from collections.abc import Sequence
from xml.etree import ElementTree

from hyperv_lab.wire import names
from hyperv_lab.wire.engine_port import RunningCommand
from hyperv_lab.wire.envelope import WSManRequest
from hyperv_lab.wire.faults import OutputDamage
from hyperv_lab.wire.limits import ServiceLimits
from hyperv_lab.wire.wsman_fault import BROKEN_PIPE, OPERATION_ABORTED, WSManFault

ANSWER_OVERHEAD = 2048
"""Bytes of an answer's envelope that carry no stream data: header, namespaces, two Stream elements, the state."""


class _Command:
    """A command and its output that no Receive has taken yet."""

    def __init__(self, running: RunningCommand, damage: OutputDamage | None) -> None:
        self.running = running
        self.input_closed = False
        self.lock = threading.Lock()
        self._damage = damage
        self._stdout = bytearray()
        self._stderr = bytearray()
        self._exit_code: int | None = None

    def take(self, deadline: float, limit: int) -> tuple[bytes, bytes, int | None] | None:
        """Up to ``limit`` bytes of output, and the exit code with the last of it. None: nothing until the deadline."""
        if not self._stdout and not self._stderr and self._exit_code is None:
            output = self.running.read(max(0.0, deadline - time.monotonic()))
            self._stdout += self._damage.bytes(output.stdout) if self._damage else output.stdout
            self._stderr += output.stderr
            self._exit_code = output.exit_code
        stdout = bytes(self._stdout[:limit])
        stderr = bytes(self._stderr[: limit - len(stdout)])
        del self._stdout[: len(stdout)]
        del self._stderr[: len(stderr)]
        done = self._exit_code is not None and not self._stdout and not self._stderr
        if not stdout and not stderr and not done:
            return None
        return stdout, stderr, self._exit_code if done else None


def _stream(name: str, command_id: str, data: bytes, *, end: bool = False) -> str:
    ended = ' End="true"' if end else ""
    text = base64.b64encode(data).decode()
    return f'<rsp:Stream Name="{name}" CommandId="{command_id}"{ended}>{text}</rsp:Stream>'


class WinRSShell:
    """One winrm shell. Requests of several connections may come at once."""

    resource = names.COMMAND_SHELL_RESOURCE
    output_streams = "stdout stderr"

    def __init__(self, max_commands: int) -> None:
        self._max_commands = max_commands
        self._lock = threading.Lock()
        self._commands: dict[str, _Command] = {}
        self._closed = False

    def add_command(self, command_id: str, running: RunningCommand, damage: OutputDamage | None) -> str:
        """Take over a started command. Returns the body of the answer."""
        command_id = command_id or str(uuid.uuid4()).upper()
        with self._lock:
            if self._closed:
                running.terminate()
                raise WSManFault(OPERATION_ABORTED, "w:InternalError", "The shell was closed.", sender=False)
            self._commands[command_id.upper()] = _Command(running, damage)
        return f"<rsp:CommandResponse><rsp:CommandId>{command_id}</rsp:CommandId></rsp:CommandResponse>"

    def check_quota(self) -> None:
        """Raises WSManFault when the shell has as many commands as it may."""
        with self._lock:
            if len(self._commands) >= self._max_commands:
                raise WSManFault.too_many_commands(self._max_commands)

    def _command(self, command_id: str) -> _Command:
        with self._lock:
            command = self._commands.get(command_id.upper())
        if command is None:
            raise WSManFault.no_command(command_id)
        return command

    def send(self, body: ElementTree.Element) -> str:
        """Pass standard input. Returns the body of the answer."""
        for stream in body.findall(f"{{{names.SHELL}}}Stream"):
            command = self._command(stream.get("CommandId", ""))
            if stream.get("Name") != "stdin":
                raise WSManFault.malformed("The only input stream of this shell is stdin.")
            data = base64.b64decode(stream.text or "")
            end = stream.get("End", "").lower() == "true"
            if command.input_closed:
                raise WSManFault(BROKEN_PIPE, "w:InternalError", "The pipe has been ended.", sender=False)
            command.input_closed = end
            try:
                command.running.write(data, end)
            except BrokenPipeError:
                # A program may end without having read its input; Windows reports that to the sender too.
                raise WSManFault(BROKEN_PIPE, "w:InternalError", "The pipe has been ended.", sender=False) from None
        return "<rsp:SendResponse/>"

    def receive(self, request: WSManRequest, body: ElementTree.Element, limits: ServiceLimits) -> str:
        """Give output. Returns the body of the answer, which fits the client's MaxEnvelopeSize.

        Raises: WSManFault (timed out) when there is none within the operation timeout.
        """
        desired = body.find(f"{{{names.SHELL}}}DesiredStream")
        command_id = desired.get("CommandId", "") if desired is not None else ""
        command = self._command(command_id)
        limit = max(1024, (min(request.max_envelope_size, limits.max_envelope_size) - ANSWER_OVERHEAD) * 3 // 4)
        deadline = time.monotonic() + min(request.operation_timeout, limits.max_operation_timeout)
        with command.lock:
            taken = command.take(deadline, limit)
        if taken is None:
            raise WSManFault.timed_out()
        stdout, stderr, exit_code = taken
        done = exit_code is not None
        parts: list[str] = []
        if stdout or done:
            parts.append(_stream("stdout", command_id, stdout, end=done))
        if stderr or done:
            parts.append(_stream("stderr", command_id, stderr, end=done))
        if done:
            parts.append(
                f'<rsp:CommandState CommandId="{command_id}" State="{names.COMMAND_STATE_DONE}">'
                f"<rsp:ExitCode>{exit_code}</rsp:ExitCode></rsp:CommandState>"
            )
        else:
            parts.append(f'<rsp:CommandState CommandId="{command_id}" State="{names.COMMAND_STATE_RUNNING}"/>')
        return f"<rsp:ReceiveResponse>{''.join(parts)}</rsp:ReceiveResponse>"

    def signal(self, command_id: str) -> str:
        """End a command, whatever the signal's name, and forget it. Returns the body of the answer."""
        with self._lock:
            command = self._commands.pop(command_id.upper(), None)
        if command is None:
            raise WSManFault.no_command(command_id)
        command.running.terminate()
        return "<rsp:SignalResponse/>"

    def close(self) -> None:
        """End all commands with everything they started."""
        with self._lock:
            self._closed = True
            commands: Sequence[_Command] = list(self._commands.values())
            self._commands.clear()
        for command in commands:
            command.running.terminate()
