# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A PSRP client over a process's standard streams.

The lines are those of MS-PSRP's out-of-process transport, one in flight at a time.
"""

from __future__ import annotations

import base64
import re
import subprocess
import uuid
from typing import Any

import psrpcore
from psrpcore.types import PSInvocationState, RunspacePoolState

_DATA = re.compile(r"PSGuid='([^']+)'>([^<]+)</Data>")
_POOL = uuid.UUID(int=0)


class RemotingClient:
    """Opens a runspace pool in a PowerShell that was started in server mode.

    Args:
        process: the server, with binary pipes.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._early: list[str] = []
        self._pool = psrpcore.ClientRunspacePool()
        self._pool.open()
        self._send(_POOL)
        while self._pool.state != RunspacePoolState.Opened:
            self._receive()

    def run(self, script: str) -> list[Any]:
        """Run a script to its end and give its output."""
        pipeline = psrpcore.ClientPowerShell(self._pool)
        pipeline.add_script(script)
        pipeline.start()
        self._write(f"<Command PSGuid='{pipeline.pipeline_id}' />")
        self._await("CommandAck")
        self._send(pipeline.pipeline_id)
        output = []
        while pipeline.state == PSInvocationState.Running:
            output += [event.data for event in self._receive() if isinstance(event, psrpcore.PipelineOutputEvent)]
        return output

    def _write(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def _send(self, guid: uuid.UUID) -> None:
        while (payload := self._pool.data_to_send()) is not None:
            self._write(f"<Data Stream='Default' PSGuid='{guid}'>{base64.b64encode(payload.data).decode()}</Data>")
            self._await("DataAck")

    def _line(self) -> str:
        assert self._process.stdout
        line: bytes = self._process.stdout.readline()
        assert line, self._process.communicate()
        return line.decode()

    def _await(self, kind: str) -> None:
        while f"<{kind}" not in (line := self._line()):
            self._early.append(line)

    def _receive(self) -> list[Any]:
        """Take one line and give its events."""
        found = _DATA.search(self._early.pop(0) if self._early else self._line())
        if found:
            guid = uuid.UUID(found[1])
            target = None if guid == _POOL else guid
            self._pool.receive_data(
                psrpcore.PSRPPayload(base64.b64decode(found[2]), psrpcore.StreamType.default, target)
            )
        events = []
        while (event := self._pool.next_event()) is not None:
            events.append(event)
        return events

    def __enter__(self) -> RemotingClient:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
