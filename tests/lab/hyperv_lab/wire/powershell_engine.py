# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The engine that runs a real PowerShell: a process for each command, and PowerShell's own server for runspaces."""

from __future__ import annotations

import logging
import queue
import subprocess
import threading
import time
from collections.abc import Sequence
from typing import IO, Any, Protocol

from hyperv_lab.wire.command_line import is_powershell, not_recognized, split_command
from hyperv_lab.wire.engine_port import Output, RunningCommand
from hyperv_lab.wire.process_tree import end_tree
from hyperv_lab.wire.server_mode_runspace import ServerModeRunspace

log = logging.getLogger(__name__)

READ_SIZE = 64 * 1024
PIPE_GRACE_SECONDS = 1.0
"""How long output is awaited after a process has ended while something it left behind keeps its pipes open."""


class ProcessStarter(Protocol):
    """What starts PowerShell processes for a host. Their standard streams are binary pipes."""

    def start_command(self, host: Any, session: Any, argv: list[str]) -> subprocess.Popen[bytes]:
        """Start ``argv``, whose first word is a name of PowerShell. Raises OSError."""

    def start_server_mode(self, host: Any, session: Any) -> subprocess.Popen[bytes]:
        """Start PowerShell's remoting server on standard streams. Raises OSError."""


class FinishedCommand:
    """A command that cmd.exe could not start."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def write(self, data: bytes, end: bool) -> None:
        """Nobody reads."""

    def read(self, timeout: float) -> Output:
        """The message, once; then the exit code alone."""
        output, self._output = self._output, Output(exit_code=self._output.exit_code)
        return output

    def terminate(self) -> None:
        """It has ended."""


class ProcessCommand:
    """A running process with pipes. See :class:`~hyperv_lab.wire.engine_port.RunningCommand`."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._condition = threading.Condition()
        self._stdout = bytearray()
        self._stderr = bytearray()
        self._exit_code: int | None = None
        self._written = False
        self._input: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        assert process.stdout is not None and process.stderr is not None and process.stdin is not None
        self._pumps = [
            threading.Thread(target=self._pump, args=(process.stdout, self._stdout), daemon=True),
            threading.Thread(target=self._pump, args=(process.stderr, self._stderr), daemon=True),
        ]
        for thread in self._pumps:
            thread.start()
        threading.Thread(target=self._feed, args=(process.stdin,), name="wire-stdin", daemon=True).start()
        threading.Thread(target=self._await_end, name="wire-process", daemon=True).start()

    def _pump(self, pipe: IO[bytes], buffer: bytearray) -> None:
        while chunk := pipe.read1(READ_SIZE):  # type: ignore[attr-defined]  # a buffered reader
            with self._condition:
                buffer += chunk
                self._condition.notify_all()
        pipe.close()

    def _feed(self, pipe: IO[bytes]) -> None:
        try:
            while (data := self._input.get()) is not None:
                pipe.write(data)
                pipe.flush()
            pipe.close()
        except OSError as error:
            log.debug("a process does not read its input: %s", error)

    def _await_end(self) -> None:
        code = self._process.wait()
        deadline = time.monotonic() + PIPE_GRACE_SECONDS
        for thread in self._pumps:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._input.put(None)
        with self._condition:
            # A process killed by a signal has a negative code; Windows shows such codes as unsigned numbers.
            self._exit_code = code & 0xFFFFFFFF
            self._condition.notify_all()

    def write(self, data: bytes, end: bool) -> None:
        """See the protocol. What a process no longer reads is dropped: it may just be about to end."""
        with self._condition:
            self._written = True
        if data:
            self._input.put(data)
        if end:
            self._input.put(None)

    def read(self, timeout: float) -> Output:
        """See the protocol."""
        with self._condition:
            if not self._written:
                # The client asks for output and has sent no input: none will come.
                self._written = True
                self._input.put(None)
            self._condition.wait_for(lambda: bool(self._stdout or self._stderr) or self._exit_code is not None, timeout)
            output = Output(bytes(self._stdout), bytes(self._stderr), self._exit_code)
            self._stdout.clear()
            self._stderr.clear()
            return output

    def terminate(self) -> None:
        """See the protocol."""
        end_tree(self._process)


class PowerShellShellEngine:
    """Hands commands and runspaces to real PowerShell processes."""

    def __init__(self, starter: ProcessStarter) -> None:
        self._starter = starter

    def start_command(self, host: Any, session: Any, command_line: str, arguments: Sequence[str]) -> RunningCommand:
        """See :class:`~hyperv_lab.wire.engine_port.ShellEngine`."""
        argv = split_command(command_line, arguments) or [""]
        if not is_powershell(argv[0]):
            return FinishedCommand(Output(b"", not_recognized(argv[0]).encode(), 1))
        return ProcessCommand(self._starter.start_command(host, session, argv))

    def open_runspace(self, host: Any, session: Any, fragments: bytes) -> ServerModeRunspace:
        """See :class:`~hyperv_lab.wire.engine_port.ShellEngine`."""
        return ServerModeRunspace(self._starter.start_server_mode(host, session), fragments)

    def close(self) -> None:
        """Close the starter, if it has something to close."""
        close = getattr(self._starter, "close", None)
        if close is not None:
            close()
