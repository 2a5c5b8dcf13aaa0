# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A simulated host whose cmdlets tests call by name."""

from __future__ import annotations

import typing as t

import pytest

from hyperv_lab.cmdlets.invoke import CmdletCall, CmdletOutcome, invoke
from hyperv_lab.signatures import bind, load_signatures
from hyperv_lab.simulation.errors import CmdletError, ErrorRecord
from hyperv_lab.simulation.estate import Estate, Session
from hyperv_lab.simulation.host import Host
from hyperv_lab.simulation.machine import VirtualMachine
from hyperv_lab.topology import load_topology

GIB = 1024**3
TOPOLOGY: dict[str, t.Any] = {
    "clock": {"manual": True},
    "hosts": [
        {
            "name": "HV01",
            "cpus": 8,
            "memory": "34 GiB",
            "memory_reserve": "2 GiB",
            "volumes": [{"letter": "C", "size": "100 GiB", "used": "20 GiB"}, {"letter": "D", "size": "1 TiB"}],
            "nics": [{"name": "Ethernet", "management": True}, {"name": "Ethernet 2"}],
            "folders": ["D:\\VMs"],
            "files": [{"path": "D:\\Images\\a.iso", "size": "1 GiB"}, {"path": "D:\\text.txt", "text": "hello"}],
            "disks": [
                {
                    "path": "D:\\Templates\\server.vhdx",
                    "size": "40 GiB",
                    "used": "8 GiB",
                    "minimum_size": "30 GiB",
                    "guest": {},
                }
            ],
        }
    ],
}


class Caller:
    """Binds and invokes cmdlets on one host as the Python engine does."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.estate: Estate = host.estate

    def call(self, name: str, **parameters: t.Any) -> CmdletOutcome:
        """The whole outcome."""
        signature = next(cmdlets[name] for cmdlets in load_signatures(everything=True).values() if name in cmdlets)
        bound = bind(signature, parameters, self.host.build)
        session = Session("Administrator", self.host.name, "direct")
        return invoke(self.host, CmdletCall(signature.module, name, bound.set_name, bound.parameters, session))

    def run(self, name: str, **parameters: t.Any) -> list[t.Any]:
        """The output; errors are not expected."""
        outcome = self.call(name, **parameters)
        assert not outcome.errors, outcome.errors
        return outcome.output

    def one(self, name: str, **parameters: t.Any) -> t.Any:
        """The only output object."""
        (found,) = self.run(name, **parameters)
        return found

    def fails(self, name: str, **parameters: t.Any) -> ErrorRecord:
        """The one error, terminating or not."""
        try:
            outcome = self.call(name, **parameters)
        except CmdletError as error:
            return error.record
        (record,) = outcome.errors
        return record

    def machine(
        self, name: str = "web01", *, generation: int = 2, disk: bool = True, **parameters: t.Any
    ) -> VirtualMachine:
        """A new machine on a child of the template that boots."""
        made = self.one(
            "New-VM", Name=name, Generation=generation, Path="D:\\VMs", MemoryStartupBytes=2 * GIB, **parameters
        )
        assert isinstance(made, VirtualMachine)
        if disk:
            path = f"D:\\VMs\\{name}\\os.vhdx"
            self.run("New-VHD", Path=path, ParentPath="D:\\Templates\\server.vhdx", Differencing=True)
            self.run("Add-VMHardDiskDrive", VM=made, Path=path)
        return made

    def booted(self, name: str = "web01", **parameters: t.Any) -> VirtualMachine:
        """A machine whose guest is up and has addresses."""
        made = self.machine(name, **parameters)
        self.run("Start-VM", VM=made)
        self.estate.advance(60)
        return made


@pytest.fixture
def lab() -> Caller:
    """A host of Windows Server 2022 whose clock stands still."""
    return Caller(load_topology(TOPOLOGY).host("HV01"))


@pytest.fixture
def make_lab() -> t.Callable[..., Caller]:
    """Makes a host with changes to its topology."""

    def make(**changes: t.Any) -> Caller:
        return Caller(load_topology({**TOPOLOGY, "hosts": [{**TOPOLOGY["hosts"][0], **changes}]}).host("HV01"))

    return make
