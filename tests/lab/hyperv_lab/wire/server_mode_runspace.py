# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A runspace pool in a PowerShell process in server mode: fragments are handed through (MS-PSRP out of process).

The process takes and gives lines. It handles its input lines on a thread pool, so the next line must wait for the
acknowledgement of the one before, or they change places.
"""

from __future__ import annotations

import base64
import contextlib
import logging
import re
import struct
import subprocess
import threading
import time
import uuid
from collections import deque

from hyperv_lab.wire.engine_port import Received, RunspaceBroken
from hyperv_lab.wire.process_tree import end_tree

log = logging.getLogger(__name__)

POOL = uuid.UUID(int=0)
ACKNOWLEDGE_SECONDS = 60.0
CLOSE_SECONDS = 3.0
PIPELINE_STATE = 0x00041006
_LINE = re.compile(
    r"<(?P<kind>\w+)(?:\s+Stream='(?P<stream>\w+)')?\s+PSGuid='(?P<guid>[^']+)'\s*(?:/>|>(?P<data>[^<]*)</Data>)"
)
_STATE = re.compile(rb'N="PipelineState">(\d+)<')
_ENDED_STATES = frozenset({3, 4, 5})
"""Stopped, Completed, Failed (MS-PSRP 2.2.3.5)."""


def ends_pipeline(fragments: bytes) -> bool:
    """Whether fragments hold the PIPELINE_STATE message that ends a pipeline."""
    offset = 0
    while offset + 21 <= len(fragments):
        flags, length = struct.unpack_from(">BI", fragments, offset + 16)
        message = fragments[offset + 21 : offset + 21 + length]
        offset += 21 + length
        if flags & 1 and len(message) >= 40 and struct.unpack_from("<I", message, 4)[0] == PIPELINE_STATE:
            state = _STATE.search(message)
            if state and int(state[1]) in _ENDED_STATES:
                return True
    return False


class _Outbox:
    def __init__(self) -> None:
        self.blocks: deque[bytes] = deque()
        self.finished = False


class ServerModeRunspace:
    """One runspace pool, one process. See :class:`~hyperv_lab.wire.engine_port.RunspaceBackend`."""

    def __init__(self, process: subprocess.Popen[bytes], fragments: bytes) -> None:
        self._process = process
        self._condition = threading.Condition()
        self._write_lock = threading.Lock()
        self._acknowledged: deque[tuple[str, uuid.UUID]] = deque()
        self._ended = False
        self._outboxes: dict[uuid.UUID, _Outbox] = {POOL: _Outbox()}
        threading.Thread(target=self._read_lines, name="wire-server-mode", daemon=True).start()
        threading.Thread(target=self._read_errors, name="wire-server-mode-errors", daemon=True).start()
        try:
            self.send(fragments, None)
        except RunspaceBroken:
            self.close()
            raise

    # --- the process's lines

    def _read_lines(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            match = _LINE.match(line.decode("utf-8", "replace").strip())
            if match is None:
                if line.strip():
                    log.debug("server mode said: %r", line[:200])
                continue
            guid = uuid.UUID(match["guid"])
            with self._condition:
                if match["kind"] == "Data":
                    self._take(guid, base64.b64decode(match["data"] or ""))
                else:
                    self._acknowledged.append((match["kind"], guid))
                self._condition.notify_all()
        with self._condition:
            self._ended = True
            self._condition.notify_all()

    def _take(self, guid: uuid.UUID, block: bytes) -> None:
        outbox = self._outboxes.get(guid)
        if outbox is None:
            return
        outbox.blocks.append(block)
        if guid != POOL and ends_pipeline(block):
            outbox.finished = True

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            log.info("server mode error output: %s", line.decode("utf-8", "replace").rstrip())

    def _tell(self, line: str, answer: str, guid: uuid.UUID, timeout: float = ACKNOWLEDGE_SECONDS) -> None:
        """Write a line and wait for its acknowledgement. Raises RunspaceBroken."""
        assert self._process.stdin is not None
        with self._write_lock:
            with self._condition:
                self._acknowledged.clear()
            try:
                self._process.stdin.write(line.encode() + b"\n")
                self._process.stdin.flush()
            except (OSError, ValueError):
                raise RunspaceBroken("the PowerShell process has ended") from None
            deadline = time.monotonic() + timeout
            with self._condition:
                self._condition.wait_for(
                    lambda: (answer, guid) in self._acknowledged or self._ended, deadline - time.monotonic()
                )
                if (answer, guid) in self._acknowledged:
                    return
                reason = "has ended" if self._ended else f"did not answer with {answer}"
                raise RunspaceBroken(f"the PowerShell process {reason}")

    # --- the protocol

    def create_pipeline(self, pipeline: uuid.UUID, fragments: bytes) -> None:
        """See the protocol."""
        with self._condition:
            self._outboxes[pipeline] = _Outbox()
        self._tell(f"<Command PSGuid='{pipeline}' />", "CommandAck", pipeline)
        self.send(fragments, pipeline)

    def send(self, fragments: bytes, pipeline: uuid.UUID | None, *, prompt_response: bool = False) -> None:
        """See the protocol."""
        guid = pipeline or POOL
        stream = "PromptResponse" if prompt_response else "Default"
        data = base64.b64encode(fragments).decode()
        self._tell(f"<Data Stream='{stream}' PSGuid='{guid}'>{data}</Data>", "DataAck", guid)

    def receive(self, pipeline: uuid.UUID | None, timeout: float) -> Received:
        """See the protocol."""
        with self._condition:
            outbox = self._outboxes.get(pipeline or POOL)
            if outbox is None:
                return Received(finished=True)
            self._condition.wait_for(lambda: outbox.blocks or outbox.finished or self._ended, timeout)
            if self._ended and not outbox.blocks and not outbox.finished:
                raise RunspaceBroken("the PowerShell process has ended")
            blocks = tuple(outbox.blocks)
            outbox.blocks.clear()
            return Received(blocks, outbox.finished)

    def signal(self, pipeline: uuid.UUID) -> None:
        """See the protocol."""
        with self._condition:
            outbox = self._outboxes.get(pipeline)
        if outbox is None:
            return
        with contextlib.suppress(RunspaceBroken):
            if not outbox.finished:
                self._tell(f"<Signal PSGuid='{pipeline}' />", "SignalAck", pipeline)
            self._tell(f"<Close PSGuid='{pipeline}' />", "CloseAck", pipeline, CLOSE_SECONDS)
        with self._condition:
            del self._outboxes[pipeline]
            outbox.finished = True
            self._condition.notify_all()

    def close(self) -> None:
        """See the protocol. A runspace that is closed takes its processes along."""
        end_tree(self._process)
        with self._condition:
            self._ended = True
            self._condition.notify_all()
