# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Listening on loopback for all hosts: one thread accepts, each connection has a thread of its own."""

from __future__ import annotations

import contextlib
import itertools
import logging
import selectors
import socket
import ssl
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
BACKLOG = 128
HANDSHAKE_TIMEOUT = 10.0


class Listener:
    """One listening port.

    Attributes:
        port: the port; stays the same when the listener is closed and opened again.
    """

    def __init__(
        self, serve: Callable[[socket.socket], None], *, port: int = 0, tls: ssl.SSLContext | None = None
    ) -> None:
        """Args:
        serve: serves one connection until it ends; runs in the connection's thread.
        port: 0 for one that is free.
        tls: wraps connections, if given.
        """
        self._serve = serve
        self._tls = tls
        self._socket: socket.socket | None = None
        self.port = port

    @property
    def listening(self) -> socket.socket | None:
        """The listening socket, or None while the port is closed."""
        return self._socket

    def open(self) -> None:
        """Listen.

        Raises: OSError when the port is taken.
        """
        if self._socket is None:
            self._socket = socket.create_server((LOOPBACK, self.port), backlog=BACKLOG)
            self._socket.setblocking(False)
            self.port = self._socket.getsockname()[1]

    def close(self) -> None:
        """Stop listening: clients are refused."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def secure(self, client: socket.socket) -> socket.socket:
        """Set a connection up, TLS included. Raises OSError (an ``ssl.SSLError`` is one)."""
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls is not None:
            client.settimeout(HANDSHAKE_TIMEOUT)
            client = self._tls.wrap_socket(client, server_side=True)
        client.settimeout(None)
        return client

    def serve(self, client: socket.socket) -> None:
        """Serve a connection until it ends."""
        self._serve(client)


class AcceptLoop:
    """Accepts connections for any number of listeners."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []
        self._clients: dict[int, tuple[Listener, socket.socket]] = {}
        self._numbers = itertools.count()
        self._closing = False
        self._wake_receiver, self._wake_sender = socket.socketpair()
        self._wake_receiver.setblocking(False)
        self._selector.register(self._wake_receiver, selectors.EVENT_READ, None)
        self._thread = threading.Thread(target=self._run, name="wire-accept", daemon=True)
        self._thread.start()

    def open(self, listener: Listener) -> None:
        """Let a listener listen. Raises OSError when its port is taken."""
        with self._lock:
            listener.open()
            if listener.listening is not None and listener not in self._listeners:
                self._listeners.append(listener)
                self._selector.register(listener.listening, selectors.EVENT_READ, listener)
        self._wake()

    def close_listener(self, listener: Listener) -> None:
        """Close a listener's port and end its connections."""
        with self._lock:
            clients = [client for owner, client in self._clients.values() if owner is listener]
            if listener.listening is not None and listener in self._listeners:
                self._selector.unregister(listener.listening)
                self._listeners.remove(listener)
            listener.close()
        for client in clients:
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        self._wake()

    def close(self) -> None:
        """Close all ports and all connections."""
        for listener in list(self._listeners):
            self.close_listener(listener)
        self._closing = True
        self._wake()
        self._thread.join(5)
        self._selector.close()
        self._wake_receiver.close()
        self._wake_sender.close()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):
            self._wake_sender.send(b"x")

    def _run(self) -> None:
        while not self._closing:
            for key, _ in self._selector.select():
                if key.data is None:
                    with contextlib.suppress(OSError):
                        self._wake_receiver.recv(4096)
                    continue
                self._accept(key.data)

    def _accept(self, listener: Listener) -> None:
        with self._lock:
            if listener.listening is None:
                return
            try:
                client, _ = listener.listening.accept()
            except OSError:
                return
            number = next(self._numbers)
            self._clients[number] = (listener, client)
        client.setblocking(True)
        threading.Thread(target=self._handle, args=(number,), name="wire-connection", daemon=True).start()

    def _handle(self, number: int) -> None:
        """A connection's life. Runs in the connection's thread."""
        listener, client = self._clients[number]
        try:
            client = listener.secure(client)
            with self._lock:
                self._clients[number] = (listener, client)
            listener.serve(client)
        except OSError as error:
            # Clients vanish; that is no error of the lab's.
            log.debug("connection ended: %s", error)
        finally:
            with self._lock:
                del self._clients[number]
            with contextlib.suppress(OSError):
                client.close()
