# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the host says about VMs."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from ..switch.names import name_key
from ..virtual_disk import Chain, Chains, FileUser, Volume, path_key
from .mac import NEVER_ASSIGNED
from .slots import Slot
from .vlan import Vlan

#: A place in a start-up order: ("disk", slot), ("dvd", slot), ("adapter", name key), ("file", firmware path).
BootKey = tuple[str, t.Any]


@dataclasses.dataclass(frozen=True)
class ObservedDrive:
    """A hard disk drive of a VM.

    Attributes:
        vm: id of the VM.
        path: the attached file; empty for a drive without a medium.
        disk_number: number of a pass-through disk, or None.
    """

    vm: str
    slot: Slot
    path: str
    disk_number: int | None = None


@dataclasses.dataclass(frozen=True)
class ObservedDvd:
    """A DVD drive of a VM; an empty path means no medium."""

    vm: str
    slot: Slot
    path: str


@dataclasses.dataclass(frozen=True)
class ObservedAdapter:
    """A network adapter of a VM.

    Attributes:
        id: its id; empty while it is only planned.
        switch: name of the switch, empty when connected to none.
        mac: twelve digits.
    """

    vm: str
    id: str
    name: str
    switch: str = ""
    mac: str = NEVER_ASSIGNED
    dynamic_mac: bool = True
    legacy: bool = False
    vlan: Vlan = Vlan("untagged")


@dataclasses.dataclass(frozen=True)
class ObservedCheckpoint:
    """A checkpoint of a VM."""

    vm: str
    id: str
    name: str
    type: str = "Standard"


@dataclasses.dataclass(frozen=True)
class ObservedVm:
    """A VM as it is, or as it will be.

    Attributes:
        state: name of Microsoft.HyperV.PowerShell.VMState.
        path: directory of its configuration.
        settings: values by dotted option.
        controllers: number of its SCSI controllers.
        boot: start-up order of generation 2.
        boot_classes: start-up order of generation 1, names of BootDevice.
    """

    id: str
    name: str
    state: str
    generation: int
    path: str = ""
    settings: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    drives: tuple[ObservedDrive, ...] = ()
    dvds: tuple[ObservedDvd, ...] = ()
    adapters: tuple[ObservedAdapter, ...] = ()
    checkpoints: tuple[ObservedCheckpoint, ...] = ()
    controllers: int = 1
    boot: tuple[BootKey, ...] = ()
    boot_classes: tuple[str, ...] = ()

    def drive_at(self, slot: Slot) -> ObservedDrive | None:
        """Return the hard disk drive in a slot."""
        return next((drive for drive in self.drives if drive.slot == slot), None)

    def dvd_at(self, slot: Slot) -> ObservedDvd | None:
        """Return the DVD drive in a slot."""
        return next((drive for drive in self.dvds if drive.slot == slot), None)

    def adapters_named(self, name: str) -> tuple[ObservedAdapter, ...]:
        """Return the adapters of a name."""
        key = name_key(name)
        return tuple(adapter for adapter in self.adapters if name_key(adapter.name) == key)

    @property
    def is_bare(self) -> bool:
        """Whether it is what New-VM leaves: off, never started, no disks, one adapter that is connected to nothing.

        A run that was interrupted after New-VM leaves such a VM; the next run finishes it.
        """
        return (
            self.state == "Off"
            and not self.drives
            and not self.checkpoints
            and len(self.adapters) == 1
            and not self.adapters[0].switch
            and self.adapters[0].dynamic_mac
            and self.adapters[0].mac == NEVER_ASSIGNED
        )


@dataclasses.dataclass(frozen=True)
class ObservedHost:
    """The host; memory in bytes."""

    processors: int = 0
    memory: int = 0
    path: str = ""


@dataclasses.dataclass(frozen=True)
class Observation:
    """What was read.

    Attributes:
        vms: all VMs of the host; only the declared ones have all their parts.
        drives: hard disk drives, of other VMs too where the declaration needs to know who uses a file.
        chains: chains of declared files, templates and attached disks, by `path_key`.
        switches: names of the host's switches.
        volumes: by drive letter; empty when no file can come to be.
    """

    host: ObservedHost = ObservedHost()
    vms: tuple[ObservedVm, ...] = ()
    drives: tuple[ObservedDrive, ...] = ()
    chains: Chains = dataclasses.field(default_factory=dict)
    switches: tuple[str, ...] = ()
    volumes: t.Mapping[str, Volume] = dataclasses.field(default_factory=dict)

    def named(self, name: str) -> tuple[ObservedVm, ...]:
        """Return the VMs of a name; it need not be unique on a host."""
        key = name_key(name)
        return tuple(vm for vm in self.vms if name_key(vm.name) == key)

    def chain(self, path: str) -> Chain | None:
        """Return the chain at a path, if it was read."""
        return self.chains.get(path_key(path))

    def file_users(self, but: c.Container[str] = ()) -> dict[str, FileUser]:
        """Return who has which file as a disk of its own, by `path_key`.

        Args:
            but: ids of VMs that do not count.
        """
        vms = {vm.id: vm for vm in self.vms}
        users = {}
        for drive in self.drives:
            vm = vms.get(drive.vm)
            if drive.path and vm is not None and vm.id not in but:
                users[path_key(drive.path)] = FileUser(vm.name, vm.state not in ("Off", "Saved"))
        return users
