# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What went over the wire of one host."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

CONNECTIONS = "connections"
HTTP_REQUESTS = "http_requests"
REQUESTS = "requests"
BYTES_IN = "bytes_in"
BYTES_OUT = "bytes_out"
SHELLS = "shells"
COMMANDS = "commands"
KINDS = (CONNECTIONS, HTTP_REQUESTS, REQUESTS, BYTES_IN, BYTES_OUT, SHELLS, COMMANDS)
"""Connections accepted; HTTP requests, authentication rounds included; WSMan requests (SOAP messages); bytes of HTTP
messages each way, above TLS; shells opened; commands and pipelines started."""


class WireCounters:
    """Counts of one host. Thread-safe.

    Attributes:
        values: counts by kind; requests also by action, as ``requests.Receive``. It is the host's own counter
            (``host.counters.wsman``) where it has one.
    """

    def __init__(self, values: Counter[str] | None = None) -> None:
        self._lock = threading.Lock()
        self.values: Counter[str] = Counter() if values is None else values

    def __getitem__(self, kind: str) -> int:
        with self._lock:
            return self.values[kind]

    def reset(self) -> None:
        """Set everything to zero."""
        with self._lock:
            self.values.clear()

    def add(self, kind: str, number: int = 1) -> None:
        """Count ``number`` more of a kind."""
        with self._lock:
            self.values[kind] += number

    def add_http_request(self, size: int) -> None:
        """An HTTP request of ``size`` bytes came in."""
        with self._lock:
            self.values[HTTP_REQUESTS] += 1
            self.values[BYTES_IN] += size

    def add_request(self, action: str) -> None:
        """A WSMan request with this short action name came in."""
        with self._lock:
            self.values[REQUESTS] += 1
            self.values[f"{REQUESTS}.{action}"] += 1

    def as_dict(self) -> dict[str, Any]:
        """A copy as plain values for JSON: each kind, and ``actions`` with requests by action."""
        with self._lock:
            prefix = f"{REQUESTS}."
            actions = {name.removeprefix(prefix): n for name, n in self.values.items() if name.startswith(prefix)}
            return {**{kind: self.values[kind] for kind in KINDS}, "actions": dict(sorted(actions.items()))}
