# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""One client connection: HTTP, logon, message encryption, and the request's way to the service and back."""

from __future__ import annotations

import logging
import socket
import struct
from collections.abc import Sequence
from typing import BinaryIO, cast

from hyperv_lab.wire import names
from hyperv_lab.wire.accounts import Accounts
from hyperv_lab.wire.authentication import BASIC, ConnectionAuthentication
from hyperv_lab.wire.counters import BYTES_OUT
from hyperv_lab.wire.encryption import BadEncryption, decrypt, encrypt, is_encrypted
from hyperv_lab.wire.envelope import WSManRequest, parse_request, render_fault, render_identity
from hyperv_lab.wire.http import BadHttp, HttpRequest, read_request, render_response
from hyperv_lab.wire.latency import wait
from hyperv_lab.wire.service import HostService
from hyperv_lab.wire.wsman_fault import WSManFault

log = logging.getLogger(__name__)

SOAP_TYPE = "application/soap+xml;charset=UTF-8"


class _Cut(Exception):
    """A declared fault ends the connection here."""


class Connection:
    """Serves one connection until it ends. Runs in a thread of its own."""

    def __init__(
        self, client: socket.socket, service: HostService, accounts: Accounts, schemes: Sequence[str], *, secure: bool
    ) -> None:
        self._socket = client
        self._stream = cast(BinaryIO, client.makefile("rb", buffering=256 * 1024))
        self._service = service
        self._secure = secure
        self._interruptions = service.interruptions()
        if not secure and not service.limits.allow_unencrypted:
            schemes = [scheme for scheme in schemes if scheme != BASIC]
        self._authentication = ConnectionAuthentication(accounts, schemes)

    def serve(self) -> None:
        """Answer requests until the client or a declared fault ends the connection."""
        try:
            while True:
                request = read_request(self._stream)
                if request is None or not self._answer(request):
                    return
        except BadHttp as error:
            self._write(render_response(error.status, str(error).encode(), close=True))
        except _Cut:
            # A reset, not an orderly end: what a client sees when a host or a firewall drops it.
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        finally:
            self._stream.close()

    def _write(self, data: bytes) -> None:
        self._socket.sendall(data)
        self._service.counters.add(BYTES_OUT, len(data))

    def _answer(self, request: HttpRequest) -> bool:
        """Answer one request. Returns whether the connection stays open."""
        self._service.counters.add_http_request(request.size)
        close = not request.keep_alive
        if request.method != "POST" or not request.target.lower().startswith("/wsman"):
            status = 405 if request.target.lower().startswith("/wsman") else 404
            self._write(render_response(status, close=close))
            return not close
        decision = self._authentication.decide(request.headers.get("authorization"))
        if not decision.user:
            self._write(render_response(401, b"", decision.headers, close=close))
            return not close
        if not request.body:
            self._write(render_response(200, b"", decision.headers, close=close))
            return not close
        self._write(self._exchange(request, decision.user, decision.headers, close=close))
        return not close

    def _exchange(self, request: HttpRequest, user: str, headers: Sequence[tuple[str, str]], *, close: bool) -> bytes:
        """Process a message with a body. Returns the bytes of the HTTP response."""
        content_type = request.headers.get("content-type", "")
        context = self._authentication.context
        encrypted = is_encrypted(content_type)
        if encrypted:
            if context is None:
                return render_response(400, b"", headers, close=close)
            try:
                message = decrypt(request.body, context)
            except BadEncryption as error:
                log.info("%s: %s", self._service.name, error)
                return render_response(400, b"", headers, close=close)
        else:
            message = request.body
        clear = not encrypted and not self._secure
        status, answer = self._process(message, user, refuse_clear=clear)
        if encrypted and context is not None:
            content_type, body = encrypt(answer, context)
        else:
            content_type, body = SOAP_TYPE, answer
        return render_response(status, body, [*headers, ("Content-Type", content_type)], close=close)

    def _process(self, message: bytes, user: str, *, refuse_clear: bool) -> tuple[int, bytes]:
        service = self._service
        relates_to = ""
        try:
            if refuse_clear and not service.limits.allow_unencrypted:
                raise WSManFault.access_denied(
                    "The WinRM service does not accept unencrypted messages over HTTP (AllowUnencrypted is false)."
                )
            if len(message) > service.limits.max_envelope_size:
                raise WSManFault.envelope_too_large(len(message), service.limits.max_envelope_size)
            request = parse_request(message)
            if request.action == names.WSMAN_IDENTITY:
                return 200, render_identity()
            relates_to = request.message_id
            return 200, self._serve_request(request, user)
        except WSManFault as fault:
            return 500, render_fault(fault, relates_to, service.name)
        except _Cut:
            raise
        except Exception as error:
            log.exception("%s: a request failed inside the lab", service.name)
            return 500, render_fault(
                WSManFault.internal(f"The lab failed: {type(error).__name__}: {error}"), relates_to, service.name
            )

    def _serve_request(self, request: WSManRequest, user: str) -> bytes:
        service = self._service
        action = names.short_action(request.action)
        service.counters.add_request(action)
        cut = service.faults.at_request(action)
        if cut == "before":
            log.info("%s: declared fault: connection cut before %s", service.name, action)
            raise _Cut
        wait(service.latency.request)
        try:
            answer = service.process(request, user)
        finally:
            if cut == "after":
                log.info("%s: declared fault: connection cut after %s", service.name, action)
                raise _Cut
            if service.interruptions() != self._interruptions:
                log.info("%s: a change of the host's network cut the connection", service.name)
                raise _Cut
        return answer
