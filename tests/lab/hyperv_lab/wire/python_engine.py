# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The engine that runs batches in this process, without any PowerShell."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from hyperv_lab.wire.command_line import innermost_script, not_recognized, split_command
from hyperv_lab.wire.engine_port import Output
from hyperv_lab.wire.python_runspace import PythonRunspace

log = logging.getLogger(__name__)

TERMINATED = 0x40010004
"""Exit code of a process that the service ended (DBG_TERMINATE_PROCESS)."""


class Interpretation(Protocol):
    """What a script gave."""

    @property
    def standard_output(self) -> str: ...

    @property
    def standard_error(self) -> str: ...

    @property
    def exit_code(self) -> int: ...


Cancelled = Callable[[], bool]
Interpreter = Callable[[Any, str, str, Any, Cancelled], Interpretation]
"""``interpret(host, script, standard_input, session, cancelled)``; ``cancelled()``: whether the process was ended."""


def decode_input(data: bytes) -> str:
    """Standard input as PowerShell reads it once the console's encoding is UTF-8."""
    return data.decode("utf-8", "replace").removeprefix("\ufeff")


class PythonCommand:
    """A command whose script the interpreter runs in a thread.

    It begins when its input has ended, or when its output is asked for and no input came at all: then none will come.
    """

    def __init__(self, run: Callable[[str, Cancelled], tuple[bytes, bytes, int]]) -> None:
        self._run = run
        self._input = bytearray()
        self._condition = threading.Condition()
        self._started = False
        self._ended = threading.Event()
        self._taken = False
        self._result: Output | None = None

    def write(self, data: bytes, end: bool) -> None:
        """See :class:`~hyperv_lab.wire.engine_port.RunningCommand`."""
        with self._condition:
            if self._started:
                raise BrokenPipeError
            self._input += data
            if end:
                self._start()

    def _start(self) -> None:
        self._started = True
        threading.Thread(target=self._work, name="wire-python-command", daemon=True).start()

    def _work(self) -> None:
        try:
            stdout, stderr, exit_code = self._run(decode_input(bytes(self._input)), self._ended.is_set)
            result = Output(stdout, stderr, exit_code)
        except Exception as error:
            log.exception("a script failed inside the lab")
            result = Output(b"", f"The lab failed: {type(error).__name__}: {error}\r\n".encode(), 1)
        with self._condition:
            if self._result is None:
                self._result = result
            self._condition.notify_all()

    def read(self, timeout: float) -> Output:
        """See :class:`~hyperv_lab.wire.engine_port.RunningCommand`."""
        with self._condition:
            if not self._started and not self._input:
                self._start()
            self._condition.wait_for(lambda: self._result is not None, timeout)
            if self._result is None:
                return Output()
            if self._taken:
                return Output(exit_code=self._result.exit_code)
            self._taken = True
            return self._result

    def terminate(self) -> None:
        """Give the command up. The interpreter ends its present step, as a service does what a killed client asked it
        for, and begins no other; its result is dropped."""
        self._ended.set()
        with self._condition:
            self._started = True
            if self._result is None:
                self._result = Output(exit_code=TERMINATED)
            self._condition.notify_all()


class PythonEngine:
    """Runs scripts with an interpreter written in Python."""

    def __init__(self, interpret: Interpreter) -> None:
        self._interpret = interpret

    def start_command(self, host: Any, session: Any, command_line: str, arguments: Sequence[str]) -> PythonCommand:
        """See :class:`~hyperv_lab.wire.engine_port.ShellEngine`."""
        script = innermost_script(command_line, arguments)

        def run(standard_input: str, cancelled: Cancelled) -> tuple[bytes, bytes, int]:
            if script is None:
                argv = split_command(command_line, arguments) or [""]
                return b"", not_recognized(argv[0]).encode(), 1
            result = self._interpret(host, script, standard_input, session, cancelled)
            return result.standard_output.encode(), result.standard_error.encode(), result.exit_code

        return PythonCommand(run)

    def open_runspace(self, host: Any, session: Any, fragments: bytes) -> PythonRunspace:
        """See :class:`~hyperv_lab.wire.engine_port.ShellEngine`."""

        def run(script: str, standard_input: str, cancelled: Cancelled) -> tuple[str, str, int]:
            result = self._interpret(host, script, standard_input, session, cancelled)
            return result.standard_output, result.standard_error, result.exit_code

        return PythonRunspace(run, fragments)

    def close(self) -> None:
        """Nothing runs outside shells, and shells are closed by now."""
