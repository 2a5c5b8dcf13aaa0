# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The WSMan endpoints of an estate: an HTTP and an HTTPS port for each host."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hyperv_lab.wire.accounts import Accounts
from hyperv_lab.wire.authentication import ALL_SCHEMES
from hyperv_lab.wire.certificate import CertificateFiles, make_certificates
from hyperv_lab.wire.connection import Connection
from hyperv_lab.wire.counters import CONNECTIONS, WireCounters
from hyperv_lab.wire.engine_port import ShellEngine
from hyperv_lab.wire.faults import WireFault, WireFaults
from hyperv_lab.wire.latency import WireLatencies, WireLatency
from hyperv_lab.wire.limits import ServiceLimits
from hyperv_lab.wire.listener import LOOPBACK, AcceptLoop, Listener
from hyperv_lab.wire.service import HostService

log = logging.getLogger(__name__)

IDLE_CHECK_SECONDS = 1.0


def _never() -> int:
    return 0


@dataclass(slots=True)
class HostWire:
    """What the wire is to know about one host.

    Attributes:
        name: name of the host.
        host: the simulated host, handed to the engine.
        passwords: password by user name.
        http_port, https_port: declared ports, 0 for any that is free.
        schemes: authentication schemes on offer.
        limits, latency, faults: see their classes.
        counts: where to count, instead of a counter of the wire's own.
        interruptions: how often the host's network was cut by its own changes so far.
    """

    name: str
    host: Any
    passwords: Mapping[str, str]
    http_port: int = 0
    https_port: int = 0
    schemes: Sequence[str] = ALL_SCHEMES
    limits: ServiceLimits = ServiceLimits()
    latency: WireLatencies | None = None
    faults: WireFaults | None = None
    counts: Counter[str] | None = None
    interruptions: Callable[[], int] = _never


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a host listens."""

    host: str
    address: str
    http_port: int
    https_port: int

    @property
    def http_url(self) -> str:
        """WSMan address over HTTP."""
        return f"http://{self.address}:{self.http_port}/wsman"

    @property
    def https_url(self) -> str:
        """WSMan address over HTTPS."""
        return f"https://{self.address}:{self.https_port}/wsman"


class PortInUse(Exception):
    """A declared port is taken by another program."""


class _HostPorts:
    def __init__(self, wire: HostWire, service: HostService, accounts: Accounts, tls: ssl.SSLContext) -> None:
        self.service = service
        self._accounts = accounts
        self._schemes = wire.schemes
        self.http = Listener(lambda client: self._serve(client, secure=False), port=wire.http_port)
        self.https = Listener(lambda client: self._serve(client, secure=True), port=wire.https_port, tls=tls)

    def _serve(self, client: socket.socket, *, secure: bool) -> None:
        self.service.counters.add(CONNECTIONS)
        Connection(client, self.service, self._accounts, self._schemes, secure=secure).serve()


class EndpointServer:
    """Listens for all hosts. Use as a context manager, or call :meth:`start` and :meth:`close`.

    Attributes:
        certificates: PEM files of the HTTPS side; ``certificates.authority`` is what a client is to trust.
    """

    def __init__(self, hosts: Sequence[HostWire], engine: ShellEngine, directory: Path) -> None:
        """Args:
        hosts: the hosts to listen for; names must differ without regard to case.
        engine: runs what shells ask for.
        directory: existing folder for certificates and the file of hashes.
        """
        self.certificates: CertificateFiles = make_certificates(directory, [host.name for host in hosts])
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self.certificates.certificate, self.certificates.key)
        self._hosts: dict[str, _HostPorts] = {}
        for number, wire in enumerate(hosts, start=1):
            service = HostService(
                wire.name,
                wire.host,
                engine,
                limits=wire.limits,
                latency=wire.latency or WireLatency(),
                faults=wire.faults or WireFaults(),
                counters=WireCounters(wire.counts),
                interruptions=wire.interruptions,
            )
            accounts = Accounts(wire.name, wire.passwords, directory / f"accounts-{number}.txt")
            self._hosts[wire.name] = _HostPorts(wire, service, accounts, tls)
        self._loop: AcceptLoop | None = None
        self._stopping = threading.Event()
        self._idle_thread: threading.Thread | None = None

    def __enter__(self) -> EndpointServer:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def start(self) -> None:
        """Open all ports.

        Raises: PortInUse.
        """
        self._loop = AcceptLoop()
        try:
            for name, ports in self._hosts.items():
                for listener in (ports.http, ports.https):
                    try:
                        listener.open()
                    except OSError as error:
                        raise PortInUse(f"port {listener.port} of host {name} cannot be opened: {error}") from error
        except PortInUse:
            self.close()
            raise
        for ports in self._hosts.values():
            self.apply_refusal(ports.service.name)
        self._idle_thread = threading.Thread(target=self._remove_idle, name="wire-idle", daemon=True)
        self._idle_thread.start()

    def close(self) -> None:
        """Close ports, connections and shells. The engine stays. May be called more than once."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        for ports in self._hosts.values():
            ports.http.close() if self._loop is None else self._loop.close_listener(ports.http)
            ports.https.close() if self._loop is None else self._loop.close_listener(ports.https)
        for ports in self._hosts.values():
            ports.service.close()
        if self._loop is not None:
            self._loop.close()

    def service(self, host: str) -> HostService:
        """The service of a host, with its counters, faults, latency and shells. Raises KeyError."""
        return self._hosts[host].service

    @property
    def host_names(self) -> list[str]:
        """Names of the hosts, in the order they were given."""
        return list(self._hosts)

    @property
    def endpoints(self) -> dict[str, Endpoint]:
        """Where each host listens."""
        return {
            name: Endpoint(name, LOOPBACK, ports.http.port, ports.https.port) for name, ports in self._hosts.items()
        }

    def add_fault(self, host: str, fault: WireFault) -> int:
        """Declare a fault of a host's wire. Returns its number. Raises KeyError."""
        number = self.service(host).faults.add(fault)
        self.apply_refusal(host)
        return number

    def clear_faults(self, host: str, number: int | None = None) -> int:
        """Remove one fault of a host, or all. Returns how many were removed. Raises KeyError."""
        removed = self.service(host).faults.clear(number)
        self.apply_refusal(host)
        return removed

    def apply_refusal(self, host: str) -> None:
        """Open or close a host's ports as its faults say."""
        ports = self._hosts[host]
        if self._loop is None:
            return
        for listener in (ports.http, ports.https):
            if ports.service.faults.refusing:
                self._loop.close_listener(listener)
            else:
                self._loop.open(listener)

    def _remove_idle(self) -> None:
        while not self._stopping.wait(IDLE_CHECK_SECONDS):
            for ports in self._hosts.values():
                for shell_id in ports.service.shells.remove_idle():
                    log.info("%s: shell %s was idle and is removed", ports.service.name, shell_id)
