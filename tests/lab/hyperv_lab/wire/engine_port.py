# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the wire needs of an engine: something that runs commands and hosts runspaces.

The wire knows nothing of Hyper-V, and an engine knows nothing of WSMan. Two engines exist: ``python_engine`` (this
process runs batches itself) and ``powershell_engine`` (a real PowerShell process).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Output:
    """What a command gave since the last look. ``exit_code`` is None while it runs."""

    stdout: bytes = b""
    stderr: bytes = b""
    exit_code: int | None = None


class RunningCommand(Protocol):
    """A command in a winrm shell: one process, and what it started."""

    def write(self, data: bytes, end: bool) -> None:
        """Pass standard input; ``end`` closes it. Raises BrokenPipeError when the command takes no more."""

    def read(self, timeout: float) -> Output:
        """All output since the last call; waits up to ``timeout`` seconds for the first of it or for the end."""

    def terminate(self) -> None:
        """End the command and everything it started. May be called at any time, more than once."""


@dataclass(frozen=True, slots=True)
class Received:
    """PSRP fragments for one pipeline or for the pool. Each item is one unit and is never split or joined."""

    blocks: Sequence[bytes] = field(default_factory=tuple)
    finished: bool = False


class RunspaceBroken(Exception):
    """The server side of a runspace pool is gone."""


class RunspaceBackend(Protocol):
    """The server side of one runspace pool. Takes and gives raw PSRP fragments (MS-PSRP 2.2.4)."""

    def create_pipeline(self, pipeline: uuid.UUID, fragments: bytes) -> None:
        """Start a pipeline with the (first) fragments of its CREATE_PIPELINE message. Raises RunspaceBroken."""

    def send(self, fragments: bytes, pipeline: uuid.UUID | None, *, prompt_response: bool = False) -> None:
        """Pass fragments to a pipeline, or to the pool (None). Raises RunspaceBroken."""

    def receive(self, pipeline: uuid.UUID | None, timeout: float) -> Received:
        """What the pipeline or the pool has to say, in order; waits up to ``timeout`` seconds for the first of it.

        Raises RunspaceBroken when nothing more can come.
        """

    def signal(self, pipeline: uuid.UUID) -> None:
        """Stop a pipeline if it runs, and forget it."""

    def close(self) -> None:
        """End the pool and everything it started. May be called more than once."""


class ShellEngine(Protocol):
    """Runs what shells ask for. ``host`` is a simulated host, ``session`` says who asks and how."""

    def start_command(self, host: Any, session: Any, command_line: str, arguments: Sequence[str]) -> RunningCommand:
        """Start a command as cmd.exe would: ``command_line`` is the program, ``arguments`` its argument texts.

        Raises: OSError when nothing can be started.
        """

    def open_runspace(self, host: Any, session: Any, fragments: bytes) -> RunspaceBackend:
        """Open a runspace pool with the fragments of creationXml. Raises RunspaceBroken, OSError."""

    def close(self) -> None:
        """End everything that still runs."""
