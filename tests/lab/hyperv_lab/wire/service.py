# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The WinRM service of one host: from a WSMan request to its answer (MS-WSMV 3.1.4)."""

from __future__ import annotations

import base64
import binascii
import logging
import uuid
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

from hyperv_lab.simulation.estate import Session
from hyperv_lab.wire import counters as kinds
from hyperv_lab.wire import names
from hyperv_lab.wire.counters import WireCounters
from hyperv_lab.wire.engine_port import RunspaceBroken, ShellEngine
from hyperv_lab.wire.envelope import WSManRequest, render_answer, seconds_of
from hyperv_lab.wire.faults import WireFaults
from hyperv_lab.wire.latency import WireLatencies, wait
from hyperv_lab.wire.limits import ServiceLimits
from hyperv_lab.wire.psrp_shell import PsrpShell
from hyperv_lab.wire.shell_table import OpenShell, ShellTable
from hyperv_lab.wire.winrs_shell import WinRSShell
from hyperv_lab.wire.wsman_fault import OPERATION_ABORTED, WSManFault

log = logging.getLogger(__name__)


class HostService:
    """Processes the WSMan requests of one host.

    Attributes:
        name: name of the host.
        counters, faults, latency, limits: of this host's wire; may be changed while it runs.
        shells: its open shells.
        interruptions: how often the host's network was cut so far; a connection from before the last cut is dead.
    """

    def __init__(
        self,
        name: str,
        host: Any,
        engine: ShellEngine,
        *,
        limits: ServiceLimits,
        latency: WireLatencies,
        faults: WireFaults,
        counters: WireCounters,
        interruptions: Callable[[], int] = lambda: 0,
    ) -> None:
        self.name = name
        self.host = host
        self.limits = limits
        self.latency = latency
        self.faults = faults
        self.counters = counters
        self.interruptions = interruptions
        self.shells = ShellTable(limits.max_shells_per_user)
        self._engine = engine
        self._actions: dict[str, Callable[[WSManRequest, str], bytes]] = {
            names.CREATE: self._create,
            names.DELETE: self._delete,
            names.GET: self._get,
            names.COMMAND: self._command,
            names.SEND: self._send,
            names.RECEIVE: self._receive,
            names.SIGNAL: self._signal,
        }

    def process(self, request: WSManRequest, user: str) -> bytes:
        """Answer a request of a user.

        Raises: WSManFault.
        """
        action = self._actions.get(request.action)
        if action is None:
            raise WSManFault.unknown_action(request.action)
        return action(request, user)

    def close(self) -> None:
        """Close all shells."""
        self.shells.close()

    # --- shells

    def _create(self, request: WSManRequest, user: str) -> bytes:
        body = self._body(request)
        shell_id = body.get("ShellId") or str(uuid.uuid4()).upper()
        idle = body.findtext(f"{{{names.SHELL}}}IdleTimeOut")
        try:
            idle_timeout = min(seconds_of(idle), self.limits.idle_timeout) if idle else self.limits.idle_timeout
        except ValueError as error:
            raise WSManFault.malformed(str(error)) from None

        def start() -> OpenShell:
            wait(self.latency.shell)
            if request.resource == names.COMMAND_SHELL_RESOURCE:
                session = Session(user, self.name, "winrm")
                return OpenShell(shell_id, user, WinRSShell(self.limits.max_commands_per_shell), idle_timeout, session)
            if request.resource.lower().startswith(f"{names.POWERSHELL}/"):
                session = Session(user, self.name, "psrp")
                shell = self._open_runspace(request.resource, body, session)
                return OpenShell(shell_id, user, shell, idle_timeout, session)
            raise WSManFault.unknown_resource(request.resource)

        entry = self.shells.open(shell_id, user, start)
        self.counters.add(kinds.SHELLS)
        log.info("%s: %s opened a %s shell %s", self.name, user, request.resource.rsplit("/", 1)[-1], shell_id)
        return render_answer(request, self._created(request, entry))

    def _open_runspace(self, resource: str, body: ElementTree.Element, session: Session) -> PsrpShell:
        creation = body.findtext(f"{{{names.POWERSHELL}}}creationXml")
        if not creation:
            raise WSManFault.malformed("A PowerShell shell needs creationXml.")
        try:
            fragments = base64.b64decode(creation)
            backend = self._engine.open_runspace(self.host, session, fragments)
        except binascii.Error:
            raise WSManFault.malformed("creationXml is not Base64.") from None
        except (RunspaceBroken, OSError) as error:
            raise WSManFault(OPERATION_ABORTED, "w:InternalError", str(error), sender=False) from error
        return PsrpShell(resource, backend, self.limits.max_commands_per_shell)

    def _created(self, request: WSManRequest, entry: OpenShell) -> str:
        return (
            "<x:ResourceCreated>"
            f"<a:Address>{names.ANONYMOUS}</a:Address><a:ReferenceParameters>"
            f"<w:ResourceURI>{request.resource}</w:ResourceURI>"
            f'<w:SelectorSet><w:Selector Name="ShellId">{entry.shell_id}</w:Selector></w:SelectorSet>'
            f"</a:ReferenceParameters></x:ResourceCreated>{self._described(request.resource, entry)}"
        )

    def _described(self, resource: str, entry: OpenShell) -> str:
        streams = "stdin pr" if isinstance(entry.shell, PsrpShell) else "stdin"
        return (
            f"<rsp:Shell><rsp:ShellId>{entry.shell_id}</rsp:ShellId><rsp:ResourceUri>{resource}</rsp:ResourceUri>"
            f"<rsp:Owner>{self.name}\\{entry.user}</rsp:Owner><rsp:ClientIP>127.0.0.1</rsp:ClientIP>"
            f"<rsp:IdleTimeOut>PT{entry.idle_timeout:.3f}S</rsp:IdleTimeOut><rsp:InputStreams>{streams}</rsp:InputStreams>"
            f"<rsp:OutputStreams>{entry.shell.output_streams}</rsp:OutputStreams><rsp:State>Connected</rsp:State>"
            "</rsp:Shell>"
        )

    def _delete(self, request: WSManRequest, user: str) -> bytes:
        self.shells.remove(request.shell_id, user)
        log.info("%s: %s closed shell %s", self.name, user, request.shell_id)
        return render_answer(request, "")

    def _get(self, request: WSManRequest, user: str) -> bytes:
        if request.resource.startswith(names.WSMAN_CONFIGURATION):
            body = (
                f'<cfg:Config xmlns:cfg="{names.WSMAN_CONFIGURATION}">'
                f"<cfg:MaxEnvelopeSizekb>{self.limits.max_envelope_size // 1024}</cfg:MaxEnvelopeSizekb>"
                f"<cfg:MaxTimeoutms>{int(self.limits.max_operation_timeout * 1000)}</cfg:MaxTimeoutms></cfg:Config>"
            )
            return render_answer(request, body)
        if not request.resource.startswith(names.SHELL):
            raise WSManFault.unknown_resource(request.resource)
        entry = self.shells.use(request.shell_id, user)
        try:
            return render_answer(request, self._described(entry.shell.resource, entry))
        finally:
            self.shells.release(entry)

    # --- what happens in a shell

    @staticmethod
    def _body(request: WSManRequest) -> ElementTree.Element:
        if request.body is None:
            raise WSManFault.malformed("The request has an empty body.")
        return request.body

    def _in_shell(
        self, request: WSManRequest, user: str, work: Callable[[OpenShell, ElementTree.Element], str]
    ) -> bytes:
        body = self._body(request)
        entry = self.shells.use(request.shell_id, user)
        try:
            return render_answer(request, work(entry, body))
        finally:
            self.shells.release(entry)

    def _command(self, request: WSManRequest, user: str) -> bytes:
        return self._in_shell(request, user, self._start_command)

    def _start_command(self, entry: OpenShell, body: ElementTree.Element) -> str:
        shell = entry.shell
        if isinstance(shell, PsrpShell):
            answer = shell.command(body, self.faults.at_command())
        else:
            shell.check_quota()
            program = body.findtext(f"{{{names.SHELL}}}Command") or ""
            arguments = [element.text or "" for element in body.findall(f"{{{names.SHELL}}}Arguments")]
            wait(self.latency.process)
            try:
                running = self._engine.start_command(self.host, entry.session, program, arguments)
            except OSError as error:
                raise WSManFault(2, "w:InternalError", str(error), sender=False) from error
            answer = shell.add_command(body.get("CommandId", ""), running, self.faults.at_command())
        self.counters.add(kinds.COMMANDS)
        return answer

    def _send(self, request: WSManRequest, user: str) -> bytes:
        return self._in_shell(request, user, lambda entry, body: entry.shell.send(body))

    def _receive(self, request: WSManRequest, user: str) -> bytes:
        body = self._body(request)
        entry = self.shells.use(request.shell_id, user)
        try:
            message_id, answer = entry.last_receive
            if message_id == request.message_id and answer:
                return answer
            answer = render_answer(request, entry.shell.receive(request, body, self.limits))
            entry.last_receive = (request.message_id, answer)
            return answer
        finally:
            self.shells.release(entry)

    def _signal(self, request: WSManRequest, user: str) -> bytes:
        return self._in_shell(request, user, lambda entry, body: entry.shell.signal(body.get("CommandId", "")))
