# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""One exchange with the host: batch out, reply in."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleConnectionFailure, AnsibleError

from ..core.batch import Batch
from ..core.host_error import BadReply, ConnectionLost, NoReply, Unreachable
from ..core.payload_text import batch_text, bootstrap
from ..core.reply import BatchReply, decode_reply
from .command_way import CommandOutput, send_by_command
from .module_way import send_by_module
from .transport_failure import explained_exception
from .way import Way


class HostExchange:
    """Carries batches over a task's connection.

    Args:
        connection: Ansible's connection plugin.
        connection_name: its name, short or fully qualified.
        way: how to send.
        execute_module: `_execute_module` of the action.
        task_vars: variables of the task.
        say: takes lines for `-vvv`; they never contain batches.
    """

    def __init__(
        self,
        connection: t.Any,
        connection_name: str,
        way: Way,
        execute_module: t.Callable[..., dict[str, t.Any]],
        task_vars: t.Any,
        say: t.Callable[[str], None],
    ) -> None:
        self._connection = connection
        self._connection_name = connection_name.rpartition(".")[2]
        self._way = way
        self._execute_module = execute_module
        self._task_vars = task_vars
        self._say = say
        self._lost = False

    def __call__(self, batch: Batch) -> BatchReply:
        """Send a batch and return the reply.

        Raises:
            Unreachable: when no connection could be made; nothing was sent.
            ConnectionLost: when the connection ended after that.
            BadReply: when the host answered something else.
        """
        text = batch_text(batch)
        self._connect()
        self._say(f"batch {batch.id}: {len(batch.steps)} steps, {len(text)} characters; {self._way.reason}")
        self._lost = True
        try:
            output = self._send(text)
            self._lost = False
        except AnsibleConnectionFailure as error:
            raise ConnectionLost(f"the connection was lost: {explained_exception(error)}") from error
        except AnsibleError as error:
            if self._way.kind == "module":
                raise BadReply(
                    f"Ansible could not execute the module of the batch: {explained_exception(error)}"
                ) from error
            raise ConnectionLost(f"the connection was lost: {explained_exception(error)}") from error
        except Exception as error:  # of requests, pywinrm, pypsrp, the operating system: none has a common base
            raise ConnectionLost(f"the connection was lost: {explained_exception(error)}") from error
        try:
            reply = decode_reply(output.text, batch.id)
        except NoReply as problem:
            raise NoReply(_without_reply(str(problem), output), problem.output) from None
        except BadReply as problem:
            if output.complaint:
                raise type(problem)(f"{problem} ({output.complaint})", problem.output) from None
            raise
        self._say(f"batch {batch.id}: {reply.milliseconds} ms on the host, {len(output.text)} characters back")
        return reply

    def _connect(self) -> None:
        connected = bool(getattr(self._connection, "connected", False))
        if connected and not self._lost:
            return
        try:
            if connected:
                # what is left of a lost connection is a shell that nobody can use any more
                self._connection.reset()
            else:
                self._connection._connect()
        except Exception as error:
            raise Unreachable(explained_exception(error)) from error

    def _send(self, text: str) -> CommandOutput:
        if self._way.kind == "module":
            return send_by_module(self._execute_module, text, self._task_vars)
        return send_by_command(self._connection, self._connection_name, bootstrap(), text)


def _without_reply(problem: str, output: CommandOutput) -> str:
    parts = [problem]
    if output.complaint:
        parts.append(f"it said: {output.complaint}")
    tail = " ".join(output.text.split())[-200:]
    if tail:
        parts.append(f"its output ends with: {tail}")
    parts.append("the host must run Windows PowerShell 5.1 or PowerShell 7 in full language mode")
    return "; ".join(parts)
