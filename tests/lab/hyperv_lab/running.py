# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A running lab, in this process: for tests, for the benchmark, and under the command line.

with Lab.start("estate.yml") as lab:
    lab.write_inventory("hosts.yml", connection="psrp")
    ...
    print(lab.counters()["HV01"]["wsman"]["requests"])
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import yaml

from hyperv_lab.simulation.estate import Estate
from hyperv_lab.wire.endpoint_server import Endpoint, EndpointServer
from hyperv_lab.wire.engine_choice import choose_engine, make_engine
from hyperv_lab.wire.engine_port import ShellEngine
from hyperv_lab.wire.faults import WireFault, fault_from
from hyperv_lab.wire.host_description import describe, login_of
from hyperv_lab.wire.inventory import DEFAULT_GROUP, Login, make_inventory
from hyperv_lab.wire.latency import WireLatencies
from hyperv_lab.wire.service import HostService


class Lab:
    """A lab whose ports are open. Make one with :meth:`start`; close it, or use it in a ``with`` statement.

    Attributes:
        estate: the simulation (``hyperv_lab.simulation``); take ``estate.lock`` to look at several things at once.
        engine: ``python`` or ``powershell``.
        directory: certificates (``ca.pem``) and whatever else the lab writes.
    """

    def __init__(self, estate: Estate, engine_name: str, engine: ShellEngine, directory: Path) -> None:
        self.estate = estate
        self.engine = engine_name
        self.directory = directory
        self._undo = ExitStack()
        self._server = EndpointServer([describe(host) for host in estate.hosts.values()], engine, directory)

    @classmethod
    def start(
        cls,
        topology: Any = None,
        *,
        engine: str = "python",
        directory: str | Path | None = None,
        engine_cache: str | Path | None = None,
    ) -> Lab:
        """Open all ports of an estate.

        Args:
            topology: path of a topology file, its content as a mapping, a finished ``Estate``, or None for the default.
            engine: ``python``, ``powershell``, or ``auto`` (PowerShell where ``HYPERV_LAB_POWERSHELL`` is set).
            directory: existing or new folder for what the lab writes; a temporary one without it.
            engine_cache: where the PowerShell engine keeps generated modules, to be shared by several labs; inside
                ``directory`` without it.
        Raises: whatever the topology refuses (a clear message), ``PortInUse``, ``NoPowerShell``, ValueError.
        """
        own = None
        if directory is None:
            own = tempfile.TemporaryDirectory(prefix="hyperv-lab-")
            directory = own.name
        folder = Path(directory).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        cache = Path(engine_cache).absolute() if engine_cache else folder / "engine"
        with ExitStack() as undo:
            if own is not None:
                undo.callback(own.cleanup)
            estate = _estate(topology)
            made = make_engine(engine, cache, sorted({host.build for host in estate.hosts.values()}))
            undo.callback(made.close)
            lab = cls(estate, choose_engine(engine), made, folder)
            lab._server.start()
            lab._undo = undo.pop_all()
        return lab

    def __enter__(self) -> Lab:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all ports, connections and shells. May be called more than once."""
        self._server.close()
        self._undo.close()

    # --- where and how to connect

    @property
    def host_names(self) -> list[str]:
        """Names of the hosts."""
        return self._server.host_names

    @property
    def endpoints(self) -> dict[str, Endpoint]:
        """Addresses and ports by host."""
        return self._server.endpoints

    @property
    def certificate_authority(self) -> Path:
        """PEM file that clients are to trust for HTTPS."""
        return self._server.certificates.authority

    def login(self, host: str) -> Login:
        """The account that the inventory uses for a host. Raises KeyError."""
        return login_of(self.estate.hosts[host])

    def inventory(
        self,
        *,
        connection: str = "winrm",
        transport: str = "ntlm",
        scheme: str = "http",
        group: str = DEFAULT_GROUP,
    ) -> dict[str, Any]:
        """An Ansible inventory. See :func:`hyperv_lab.wire.inventory.make_inventory`."""
        return make_inventory(
            self.endpoints,
            {name: self.login(name) for name in self.host_names},
            self.certificate_authority,
            connection=connection,
            transport=transport,
            scheme=scheme,
            group=group,
        )

    def write_inventory(self, path: str | Path, **choices: str) -> Path:
        """Write :meth:`inventory` as YAML. Returns the path."""
        target = Path(path)
        target.write_text(yaml.safe_dump(self.inventory(**choices), sort_keys=False), encoding="utf-8")
        return target

    # --- what happens on the wire

    def service(self, host: str) -> HostService:
        """The WinRM service of a host: its counters, faults, latency, limits and shells. Raises KeyError."""
        return self._server.service(host)

    def latency(self, host: str) -> WireLatencies:
        """The declared slowness of a host's wire; its numbers may be changed. Raises KeyError."""
        return self.service(host).latency

    def add_fault(self, host: str, fault: WireFault | Mapping[str, Any]) -> int:
        """Declare a fault of a host's wire. Returns its number. Raises KeyError, ValueError."""
        return self._server.add_fault(host, fault if isinstance(fault, WireFault) else fault_from(fault))

    def clear_faults(self, host: str | None = None, number: int | None = None) -> int:
        """Remove one fault, or all of a host, or all. Returns how many were removed. Raises KeyError."""
        names = self.host_names if host is None else [host]
        return sum(self._server.clear_faults(name, number) for name in names)

    def faults(self) -> dict[str, dict[int, WireFault]]:
        """The declared faults by host and number."""
        return {name: self.service(name).faults.listed() for name in self.host_names}

    def counters(self) -> dict[str, dict[str, Any]]:
        """By host: ``wsman`` (requests, bytes_in, bytes_out, shells, commands, ...) and ``cmdlets`` (calls by name)."""
        return {
            name: {
                "wsman": self.service(name).counters.as_dict(),
                "cmdlets": dict(sorted(self.estate.hosts[name].counters.cmdlets.items())),
            }
            for name in self.host_names
        }

    def reset_counters(self) -> None:
        """Set all counters to zero."""
        for name in self.host_names:
            self.service(name).counters.reset()
            self.estate.hosts[name].counters.cmdlets.clear()


def _estate(topology: Any) -> Estate:
    if isinstance(topology, Estate):
        return topology
    from hyperv_lab.topology import default_topology, load_topology

    if topology is None:
        return load_topology(default_topology())
    return load_topology(topology)
