# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The server side of a runspace pool in Python (psrpcore), for the Python engine."""

from __future__ import annotations

import logging
import threading
import uuid
from collections import deque
from collections.abc import Callable
from typing import Any

from psrpcore import (
    CreatePipelineEvent,
    EndOfPipelineInputEvent,
    GetAvailableRunspacesEvent,
    PipelineInputEvent,
    PSRPCoreError,
    PSRPPayload,
    ResetRunspaceStateEvent,
    ServerPipeline,
    ServerRunspacePool,
    SetMaxRunspacesEvent,
    SetMinRunspacesEvent,
    StreamType,
)
from psrpcore.types import (
    ErrorCategory,
    ErrorCategoryInfo,
    HostMethodIdentifier,
    NETException,
    PSInvocationState,
    PSVersion,
    RunspacePoolState,
)

from hyperv_lab.wire.engine_port import Received, RunspaceBroken

log = logging.getLogger(__name__)

BLOCK_SIZE = 96 * 1024
"""Bytes of the largest block of fragments; three fit into a client's first envelope of 150 KiB only one at a time."""

RunScript = Callable[[str, str, Callable[[], bool]], tuple[str, str, int]]
"""``run(script, standard_input, cancelled)`` gives output, error text, exit code."""


class _Outbox:
    def __init__(self) -> None:
        self.blocks: deque[bytes] = deque()
        self.finished = False


class _Pipeline:
    """A pipeline: its script, once it is known, and the input so far."""

    def __init__(self, server: ServerPipeline) -> None:
        self.server = server
        self.script = ""
        self.input: list[str] = []
        self.started = False
        self.ended = threading.Event()


def input_text(value: Any) -> str:
    """An input object as the text that a script sees when it joins its input."""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace")
    return str(value)


class PythonRunspace:
    """One runspace pool. See :class:`~hyperv_lab.wire.engine_port.RunspaceBackend`."""

    def __init__(self, run: RunScript, fragments: bytes) -> None:
        self._run = run
        self._condition = threading.Condition()
        self._closed = False
        self._pool = ServerRunspacePool(application_private_data={"PSVersionTable": {"PSVersion": PSVersion("5.1")}})
        self._outboxes: dict[uuid.UUID | None, _Outbox] = {None: _Outbox()}
        self._pipelines: dict[uuid.UUID, _Pipeline] = {}
        self.send(fragments, None)
        if self._pool.state != RunspacePoolState.Opened:
            raise RunspaceBroken("creationXml did not open a runspace pool")

    def create_pipeline(self, pipeline: uuid.UUID, fragments: bytes) -> None:
        """See the protocol."""
        with self._condition:
            self._pipelines[pipeline] = _Pipeline(ServerPipeline(self._pool, pipeline))
            self._outboxes[pipeline] = _Outbox()
        self.send(fragments, pipeline)

    def send(self, fragments: bytes, pipeline: uuid.UUID | None, *, prompt_response: bool = False) -> None:
        """See the protocol."""
        stream = StreamType.prompt_response if prompt_response else StreamType.default
        with self._condition:
            if self._closed:
                raise RunspaceBroken("the runspace pool is closed")
            try:
                self._pool.receive_data(PSRPPayload(fragments, stream, pipeline))
                while (event := self._pool.next_event()) is not None:
                    self._handle(event)
            except (PSRPCoreError, ValueError, KeyError, AttributeError) as error:
                # psrpcore lets parsing errors of malformed messages through as they are.
                self._closed = True
                self._condition.notify_all()
                raise RunspaceBroken(f"the PSRP messages cannot be read: {error}") from error
            self._flush()

    def _handle(self, event: Any) -> None:
        if isinstance(event, CreatePipelineEvent):
            self._create(event)
        elif isinstance(event, PipelineInputEvent):
            if event.pipeline_id in self._pipelines:
                self._pipelines[event.pipeline_id].input.append(input_text(event.data))
        elif isinstance(event, EndOfPipelineInputEvent):
            if event.pipeline_id in self._pipelines:
                self._start(event.pipeline_id)
        elif isinstance(event, GetAvailableRunspacesEvent):
            self._pool.runspace_availability_response(event.ci, self._pool.max_runspaces)
        elif isinstance(event, (SetMaxRunspacesEvent, SetMinRunspacesEvent, ResetRunspaceStateEvent)):
            self._pool.runspace_availability_response(event.ci, True)

    def _create(self, event: CreatePipelineEvent) -> None:
        pipeline = self._pipelines[event.pipeline_id]
        powershell: Any = event.pipeline
        pipeline.script = "\n".join(command.command_text for command in powershell.commands)
        # psrpcore announces that the pipeline runs. PowerShell does not, and it would cost each client a Receive.
        self._flush()
        pipeline.server.start()
        self._drop_pending()
        if powershell.no_input:
            self._start(event.pipeline_id)

    def _start(self, pipeline_id: uuid.UUID) -> None:
        pipeline = self._pipelines[pipeline_id]
        if not pipeline.started:
            pipeline.started = True
            threading.Thread(target=self._work, args=(pipeline_id,), name="wire-pipeline", daemon=True).start()

    def _work(self, pipeline_id: uuid.UUID) -> None:
        pipeline = self._pipelines.get(pipeline_id)
        if pipeline is None:
            return
        try:
            stdout, stderr, exit_code = self._run(pipeline.script, "\n".join(pipeline.input), pipeline.ended.is_set)
        except Exception as error:
            log.exception("a script failed inside the lab")
            stdout, stderr, exit_code = "", f"The lab failed: {type(error).__name__}: {error}", 1
        with self._condition:
            if self._closed or pipeline.server.state != PSInvocationState.Running:
                return
            self._write_result(pipeline.server, stdout, stderr, exit_code)
            self._flush()
            self._outboxes[pipeline_id].finished = True
            self._condition.notify_all()

    @staticmethod
    def _write_result(server: ServerPipeline, stdout: str, stderr: str, exit_code: int) -> None:
        for line in stdout.splitlines():
            server.write_output(line)
        if exit_code:
            if stderr:
                server.write_error(
                    NETException(Message=stderr.rstrip()),
                    category_info=ErrorCategoryInfo(Category=ErrorCategory.NotSpecified, Reason="RuntimeException"),
                    fully_qualified_error_id="RuntimeException",
                )
            server.host_call(HostMethodIdentifier.SetShouldExit, [exit_code])
        server.complete()

    def _flush(self) -> None:
        """Put what the pool has to send into the outboxes. The condition is held."""
        while (payload := self._pool.data_to_send(BLOCK_SIZE)) is not None:
            outbox = self._outboxes.get(payload.pipeline_id)
            if outbox is not None:
                outbox.blocks.append(payload.data)
        self._condition.notify_all()

    def _drop_pending(self) -> None:
        """Forget what the pool has to send. The condition is held."""
        while self._pool.data_to_send(BLOCK_SIZE) is not None:
            pass

    def receive(self, pipeline: uuid.UUID | None, timeout: float) -> Received:
        """See the protocol."""
        with self._condition:
            outbox = self._outboxes.get(pipeline)
            if outbox is None:
                return Received(finished=True)
            self._condition.wait_for(lambda: outbox.blocks or outbox.finished or self._closed, timeout)
            if self._closed and not outbox.blocks:
                raise RunspaceBroken("the runspace pool is closed")
            blocks = tuple(outbox.blocks)
            outbox.blocks.clear()
            return Received(blocks, outbox.finished)

    def signal(self, pipeline: uuid.UUID) -> None:
        """See the protocol. What a stopped script's interpreter still does is dropped."""
        with self._condition:
            known = self._pipelines.pop(pipeline, None)
            outbox = self._outboxes.pop(pipeline, None)
            if known is None or outbox is None:
                return
            known.ended.set()
            if known.server.state == PSInvocationState.Running:
                known.server.stop()
                self._drop_pending()
            known.server.close()
            outbox.finished = True
            self._condition.notify_all()

    def close(self) -> None:
        """See the protocol."""
        with self._condition:
            for pipeline in self._pipelines.values():
                pipeline.ended.set()
            self._closed = True
            self._condition.notify_all()
