# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The control socket of a running lab: one JSON line there, one JSON line back, on loopback, with a token."""

from __future__ import annotations

import hmac
import json
import logging
import secrets
import socket
import socketserver
import threading
from collections.abc import Callable, Mapping
from typing import Any

from hyperv_lab.command_line.failure import Failure

log = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
LINE_LIMIT = 1024 * 1024
Action = Callable[[Mapping[str, Any]], Any]


class ControlServer:
    """Serves named actions.

    Attributes:
        token: what a request must carry.
        port: where it listens.
    """

    def __init__(self, actions: Mapping[str, Action]) -> None:
        self.token = secrets.token_hex(16)
        token = self.token

        class Handler(socketserver.StreamRequestHandler):
            timeout = 30

            def handle(self) -> None:
                answer = _answer(self.rfile.readline(LINE_LIMIT), token, actions)
                self.wfile.write(json.dumps(answer).encode() + b"\n")

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self._server = Server((LOOPBACK, 0), Handler)
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, name="control", daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


def _answer(line: bytes, token: str, actions: Mapping[str, Action]) -> dict[str, Any]:
    try:
        request = json.loads(line)
        given, name, arguments = str(request["token"]), str(request["action"]), dict(request.get("arguments", {}))
    except (ValueError, KeyError, TypeError):
        return {"ok": False, "error": "not a control request"}
    if not hmac.compare_digest(given.encode(), token.encode()):
        return {"ok": False, "error": "wrong token"}
    action = actions.get(name)
    if action is None:
        return {"ok": False, "error": f"unknown action '{name}'"}
    try:
        return {"ok": True, "result": action(arguments)}
    except (Failure, ValueError) as error:
        return {"ok": False, "error": str(error)}
    except Exception as error:
        log.exception("control action %s failed", name)
        return {"ok": False, "error": f"the lab failed: {type(error).__name__}: {error}"}


def ask(port: int, token: str, action: str, arguments: Mapping[str, Any] | None = None, timeout: float = 30.0) -> Any:
    """Ask a running lab.

    Raises: Failure with the lab's own message; ConnectionError when nobody (or something else) listens.
    """
    message = json.dumps({"token": token, "action": action, "arguments": dict(arguments or {})}).encode() + b"\n"
    try:
        with socket.create_connection((LOOPBACK, port), timeout=timeout) as connection:
            connection.sendall(message)
            with connection.makefile("rb") as stream:
                answer = json.loads(stream.readline())
    except (OSError, ValueError) as error:
        raise ConnectionError(str(error)) from None
    if not isinstance(answer, dict) or "ok" not in answer:
        raise ConnectionError("something else listens on the control port")
    if not answer["ok"]:
        raise Failure(str(answer["error"]))
    return answer["result"]
