# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A PSRP shell: the WSMan side of a runspace pool (MS-PSRP 3.1.5.3)."""

from __future__ import annotations

import base64
import binascii
import threading
import time
import uuid
from collections import deque
from xml.etree import ElementTree

from hyperv_lab.wire import names
from hyperv_lab.wire.engine_port import RunspaceBackend, RunspaceBroken
from hyperv_lab.wire.envelope import WSManRequest
from hyperv_lab.wire.faults import OutputDamage
from hyperv_lab.wire.limits import ServiceLimits
from hyperv_lab.wire.psrp_damage import PipelineDamage
from hyperv_lab.wire.winrs_shell import ANSWER_OVERHEAD
from hyperv_lab.wire.wsman_fault import OPERATION_ABORTED, WSManFault

STREAM_OVERHEAD = 128
"""Bytes of one Stream element around its data."""


class _Outbox:
    """Blocks of one pipeline, or of the pool, that no Receive has taken yet."""

    def __init__(self, damage: OutputDamage | None = None) -> None:
        self.lock = threading.Lock()
        self.blocks: deque[bytes] = deque()
        self.finished = False
        self.damage = PipelineDamage(damage) if damage else None


def _guid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise WSManFault.malformed(f"'{text}' is not a GUID.") from None


def _decode(text: str | None) -> bytes:
    try:
        return base64.b64decode(text or "", validate=False)
    except binascii.Error:
        raise WSManFault.malformed("Stream data is not Base64.") from None


class PsrpShell:
    """One runspace pool. Requests of several connections may come at once."""

    output_streams = "stdout"

    def __init__(self, resource: str, backend: RunspaceBackend, max_commands: int) -> None:
        self.resource = resource
        self._backend = backend
        self._max_commands = max_commands
        self._lock = threading.Lock()
        self._pool = _Outbox()
        self._pipelines: dict[uuid.UUID, _Outbox] = {}

    def command(self, body: ElementTree.Element, damage: OutputDamage | None) -> str:
        """Start a pipeline. Returns the body of the answer."""
        command_id = body.get("CommandId") or str(uuid.uuid4()).upper()
        pipeline = _guid(command_id)
        with self._lock:
            if len(self._pipelines) >= self._max_commands:
                raise WSManFault.too_many_commands(self._max_commands)
            self._pipelines[pipeline] = _Outbox(damage)
        fragments = b"".join(_decode(element.text) for element in body.findall(f"{{{names.SHELL}}}Arguments"))
        try:
            self._backend.create_pipeline(pipeline, fragments)
        except RunspaceBroken as error:
            raise self._broken(error) from None
        return f"<rsp:CommandResponse><rsp:CommandId>{command_id}</rsp:CommandId></rsp:CommandResponse>"

    @staticmethod
    def _broken(error: RunspaceBroken) -> WSManFault:
        return WSManFault(OPERATION_ABORTED, "w:InternalError", str(error), sender=False)

    def send(self, body: ElementTree.Element) -> str:
        """Pass fragments to a pipeline or to the pool. Returns the body of the answer."""
        for stream in body.findall(f"{{{names.SHELL}}}Stream"):
            command_id = stream.get("CommandId")
            pipeline = _guid(command_id) if command_id else None
            if pipeline is not None:
                self._outbox(pipeline)
            try:
                self._backend.send(_decode(stream.text), pipeline, prompt_response=stream.get("Name") == "pr")
            except RunspaceBroken as error:
                raise self._broken(error) from None
        return "<rsp:SendResponse/>"

    def _outbox(self, pipeline: uuid.UUID | None) -> _Outbox:
        with self._lock:
            outbox = self._pool if pipeline is None else self._pipelines.get(pipeline)
        if outbox is None:
            raise WSManFault.no_command(str(pipeline).upper())
        return outbox

    def receive(self, request: WSManRequest, body: ElementTree.Element, limits: ServiceLimits) -> str:
        """Give fragments of a pipeline or of the pool, one Stream element for each block, as many as fit.

        Raises: WSManFault (timed out) when there are none within the operation timeout.
        """
        desired = body.find(f"{{{names.SHELL}}}DesiredStream")
        command_id = (desired.get("CommandId") or "") if desired is not None else ""
        pipeline = _guid(command_id) if command_id else None
        outbox = self._outbox(pipeline)
        room = min(request.max_envelope_size, limits.max_envelope_size) - ANSWER_OVERHEAD
        deadline = time.monotonic() + min(request.operation_timeout, limits.max_operation_timeout)
        with outbox.lock:
            if not outbox.blocks and not outbox.finished:
                self._refill(outbox, pipeline, deadline)
            parts: list[str] = []
            related = f' CommandId="{command_id}"' if command_id else ""
            while outbox.blocks:
                text = base64.b64encode(outbox.blocks[0]).decode()
                room -= len(text) + STREAM_OVERHEAD
                if room < 0 and parts:
                    break
                outbox.blocks.popleft()
                parts.append(f'<rsp:Stream Name="stdout"{related}>{text}</rsp:Stream>')
            done = outbox.finished and not outbox.blocks
        if not parts and not done:
            raise WSManFault.timed_out()
        if command_id:
            state = names.COMMAND_STATE_DONE if done else names.COMMAND_STATE_RUNNING
            parts.append(f'<rsp:CommandState CommandId="{command_id}" State="{state}"/>')
        return f"<rsp:ReceiveResponse>{''.join(parts)}</rsp:ReceiveResponse>"

    def _refill(self, outbox: _Outbox, pipeline: uuid.UUID | None, deadline: float) -> None:
        try:
            received = self._backend.receive(pipeline, max(0.0, deadline - time.monotonic()))
        except RunspaceBroken as error:
            raise self._broken(error) from None
        for block in received.blocks:
            if outbox.damage is None:
                outbox.blocks.append(block)
            else:
                outbox.blocks.extend(outbox.damage.block(block))
        outbox.finished = received.finished

    def signal(self, command_id: str) -> str:
        """Stop a pipeline and forget it. Returns the body of the answer."""
        pipeline = _guid(command_id)
        with self._lock:
            known = self._pipelines.pop(pipeline, None)
        if known is None:
            raise WSManFault.no_command(command_id)
        self._backend.signal(pipeline)
        return "<rsp:SignalResponse/>"

    def close(self) -> None:
        """End the pool and everything it started."""
        self._backend.close()
