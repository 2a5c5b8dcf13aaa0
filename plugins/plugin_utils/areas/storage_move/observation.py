# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the host says about machines' files."""

from __future__ import annotations

import dataclasses
import functools
import typing as t

from ..switch.names import name_key
from ..virtual_disk import Chain, Chains, Volume, path_key
from ..vm.slots import Slot


@dataclasses.dataclass(frozen=True)
class Drive:
    """A hard disk drive of a machine, or of one of its checkpoints.

    Attributes:
        path: the attached file; empty for a drive without a medium.
        disk_number: number of a pass-through disk, or None.
        shared: whether several machines may use the disk at once (persistent reservations).
    """

    slot: Slot
    path: str
    disk_number: int | None = None
    shared: bool = False


@dataclasses.dataclass(frozen=True)
class Machine:
    """A machine.

    Attributes:
        state: name of Microsoft.HyperV.PowerShell.VMState.
        folders: of its configuration, checkpoints and paging file, by the module's options.
        status: names of Microsoft.HyperV.PowerShell.VMOperationalStatus.
        replication: name of Microsoft.HyperV.PowerShell.VMReplicationState.
        system_files: bytes of its configuration and saved state.
        checkpoint_drives: drives of its checkpoints.
    """

    id: str
    name: str
    state: str
    folders: t.Mapping[str, str]
    status: tuple[str, ...] = ("Ok",)
    replication: str = "Disabled"
    clustered: bool = False
    system_files: int = 0
    drives: tuple[Drive, ...] = ()
    checkpoint_drives: tuple[Drive, ...] = ()

    @property
    def all_drives(self) -> tuple[Drive, ...]:
        """Its drives, then those of its checkpoints."""
        return (*self.drives, *self.checkpoint_drives)


@dataclasses.dataclass(frozen=True)
class Observation:
    """What was read.

    Attributes:
        machines: all machines of the host.
        chains: chains of all attached files and of those of checkpoints, by `path_key`.
        files: sizes in bytes of the files in the folders in which disks are to be, by `path_key`.
        directories: those of the folders that are there, by `path_key`.
    """

    machines: tuple[Machine, ...] = ()
    chains: Chains = dataclasses.field(default_factory=dict)
    volumes: t.Mapping[str, Volume] = dataclasses.field(default_factory=dict)
    files: t.Mapping[str, int] = dataclasses.field(default_factory=dict)
    directories: frozenset[str] = frozenset()

    def named(self, name: str) -> tuple[Machine, ...]:
        """Return the machines of a name; it need not be unique on a host."""
        key = name_key(name)
        return tuple(machine for machine in self.machines if name_key(machine.name) == key)

    def chain(self, path: str) -> Chain | None:
        """Return the chain of a file, if it was read."""
        return self.chains.get(path_key(path))

    def users_of(self, path: str) -> tuple[tuple[Machine, str], ...]:
        """Return the machines that use a file, each with its file that is or builds on that one."""
        return tuple(self._users.get(path_key(path), ()))

    @functools.cached_property
    def _users(self) -> dict[str, list[tuple[Machine, str]]]:
        found: dict[str, list[tuple[Machine, str]]] = {}
        for machine in self.machines:
            for drive in machine.all_drives:
                if not drive.path or drive.disk_number is not None:
                    continue
                chain = self.chain(drive.path)
                below = [link.path for link in chain.links] if chain is not None else []
                for key in {path_key(path) for path in (drive.path, *below)}:
                    found.setdefault(key, []).append((machine, drive.path))
        return found
