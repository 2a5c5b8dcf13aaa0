# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What went over the wire of one host."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any


class WireCounters:
    """Counts of one host. Thread-safe.

    Attributes:
        connections: TCP connections accepted.
        http_requests: HTTP requests, authentication rounds included.
        requests: WSMan requests (SOAP messages).
        actions: the same by action, such as ``Receive``.
        bytes_in, bytes_out: bytes of HTTP messages each way (above TLS).
        shells: shells opened.
        commands: commands and pipelines started.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Set everything to zero."""
        with self._lock:
            self.connections = 0
            self.http_requests = 0
            self.requests = 0
            self.bytes_in = 0
            self.bytes_out = 0
            self.shells = 0
            self.commands = 0
            self.actions: Counter[str] = Counter()

    def add_connection(self) -> None:
        """A client connected."""
        with self._lock:
            self.connections += 1

    def add_http_request(self, size: int) -> None:
        """An HTTP request of ``size`` bytes came in."""
        with self._lock:
            self.http_requests += 1
            self.bytes_in += size

    def add_bytes_out(self, size: int) -> None:
        """``size`` bytes of an HTTP response went out."""
        with self._lock:
            self.bytes_out += size

    def add_request(self, action: str) -> None:
        """A WSMan request with this short action name came in."""
        with self._lock:
            self.requests += 1
            self.actions[action] += 1

    def add_shell(self) -> None:
        """A shell was opened."""
        with self._lock:
            self.shells += 1

    def add_command(self) -> None:
        """A command or pipeline was started."""
        with self._lock:
            self.commands += 1

    def as_dict(self) -> dict[str, Any]:
        """A copy as plain values for JSON."""
        with self._lock:
            return {
                "connections": self.connections,
                "http_requests": self.http_requests,
                "requests": self.requests,
                "actions": dict(sorted(self.actions.items())),
                "bytes_in": self.bytes_in,
                "bytes_out": self.bytes_out,
                "shells": self.shells,
                "commands": self.commands,
            }
