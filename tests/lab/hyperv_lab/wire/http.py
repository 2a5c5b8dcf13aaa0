# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Reading HTTP/1.1 requests and writing responses, as much of it as WSMan clients use (RFC 9112)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import BinaryIO

HEADER_LIMIT = 64 * 1024
BODY_LIMIT = 16 * 1024 * 1024


class BadHttp(Exception):
    """The peer does not speak HTTP as expected.

    Attributes:
        status: HTTP status to answer with before the connection is closed.
    """

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request. ``headers`` has lower-case names; ``size`` counts every byte of it as it was on the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    size: int

    @property
    def keep_alive(self) -> bool:
        """Whether the client wants the connection to stay open."""
        return self.headers.get("connection", "").lower() != "close"


def read_request(stream: BinaryIO) -> HttpRequest | None:
    """Read the next request from a connection.

    Returns: the request, or None when the peer closed the connection between two requests.
    Raises: BadHttp, OSError.
    """
    line = stream.readline(HEADER_LIMIT)
    if not line:
        return None
    size = len(line)
    parts = line.decode("latin-1").split()
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise BadHttp("not an HTTP/1.1 request line")
    headers: dict[str, str] = {}
    while True:
        line = stream.readline(HEADER_LIMIT)
        size += len(line)
        if size > HEADER_LIMIT:
            raise BadHttp("header too large", 431)
        text = line.decode("latin-1").strip()
        if not text:
            break
        name, colon, value = text.partition(":")
        if not colon:
            raise BadHttp("header line without a colon")
        headers[name.strip().lower()] = value.strip()
    if "transfer-encoding" in headers:
        raise BadHttp("chunked requests are not supported", 411)
    try:
        length = int(headers.get("content-length", "0"))
    except ValueError:
        raise BadHttp("Content-Length is not a number") from None
    if not 0 <= length <= BODY_LIMIT:
        raise BadHttp("body too large", 413)
    body = stream.read(length) if length else b""
    if len(body) != length:
        raise BadHttp("the body ended early")
    return HttpRequest(parts[0], parts[1], headers, body, size + length)


def render_response(
    status: int, body: bytes = b"", headers: Sequence[tuple[str, str]] = (), *, close: bool = False
) -> bytes:
    """The bytes of a response, in one piece so that it leaves in one write."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", "Server: Microsoft-HTTPAPI/2.0"]
    lines += [f"{name}: {value}" for name, value in headers]
    lines.append(f"Content-Length: {len(body)}")
    if close:
        lines.append("Connection: close")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
