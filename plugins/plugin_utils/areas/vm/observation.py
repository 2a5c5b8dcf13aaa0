# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the host says about VMs."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import functools
import typing as t

from ..switch.names import name_key
from ..virtual_disk import Chain, Chains, FileUser, Volume, path_key, same_path
from .dependent_disks import DependentDisk
from .lent_devices import HostOffers, LentDevices
from .mac import NEVER_ASSIGNED
from .physical_disks import HostDisk
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
        settings: what it carries by option of `disks`; empty where that was not read.
    """

    vm: str
    slot: Slot
    path: str
    disk_number: int | None = None
    settings: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether no disk is in it: an attach was interrupted between drive and medium (os-win 2997b90)."""
        return not self.path and self.disk_number is None


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
    """A checkpoint of a VM.

    Attributes:
        files: the files that its disks have, where the declaration has disks.
    """

    vm: str
    id: str
    name: str
    type: str = "Standard"
    files: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class ObservedVm:
    """A VM as it is, or as it will be.

    Attributes:
        state: name of Microsoft.HyperV.PowerShell.VMState.
        path: directory of its configuration.
        settings: values by dotted option.
        heartbeat: whether its guest answers.
        controllers: number of its SCSI controllers.
        pmem_controllers: number of its persistent memory controllers.
        floppy: the floppy disk in the drive of generation 1, an empty text for none; None where it was not read.
        boot: start-up order of generation 2.
        boot_classes: start-up order of generation 1, names of BootDevice.
        lent: what it has of the host's devices.
    """

    id: str
    name: str
    state: str
    generation: int
    path: str = ""
    settings: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    heartbeat: bool = False
    drives: tuple[ObservedDrive, ...] = ()
    dvds: tuple[ObservedDvd, ...] = ()
    adapters: tuple[ObservedAdapter, ...] = ()
    checkpoints: tuple[ObservedCheckpoint, ...] = ()
    controllers: int = 1
    pmem_controllers: int = 0
    floppy: str | None = None
    boot: tuple[BootKey, ...] = ()
    boot_classes: tuple[str, ...] = ()
    lent: LentDevices = LentDevices()

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
    """The host; memory in bytes.

    Attributes:
        build: build of its Windows, or None where it was not told.
        versions: configuration versions that it supports.
        default_version: the one that it gives new VMs.
    """

    processors: int = 0
    memory: int = 0
    path: str = ""
    build: int | None = None
    versions: tuple[str, ...] = ()
    default_version: str = ""


@dataclasses.dataclass(frozen=True)
class Observation:
    """What was read.

    Attributes:
        vms: all VMs of the host; only the declared ones have all their parts.
        drives: hard disk drives, of other VMs too where the declaration needs to know who uses a file.
        chains: chains of declared files, templates and attached disks, by `path_key`.
        switches: names of the host's switches.
        volumes: by drive letter; empty when no file can come to be.
        host_disks: the host's own disks, where the declaration has pass-through disks.
        media: whether files of declared images are there, by `path_key`.
        offers: what the host has to lend, where the declaration has such devices.
        dependent_disks: the host's disks, where a declared one is to grow.
    """

    host: ObservedHost = ObservedHost()
    vms: tuple[ObservedVm, ...] = ()
    drives: tuple[ObservedDrive, ...] = ()
    chains: Chains = dataclasses.field(default_factory=dict)
    switches: tuple[str, ...] = ()
    volumes: t.Mapping[str, Volume] = dataclasses.field(default_factory=dict)
    host_disks: tuple[HostDisk, ...] = ()
    media: t.Mapping[str, bool] = dataclasses.field(default_factory=dict)
    offers: HostOffers = HostOffers()
    dependent_disks: tuple[DependentDisk, ...] = ()

    def host_disk(self, number: int | None) -> HostDisk | None:
        """Return the host's disk of a number."""
        return next((disk for disk in self.host_disks if disk.number == number), None)

    def vm_name(self, vm_id: str) -> str:
        """Return the name of a VM, or its id where it is not known."""
        return next((vm.name for vm in self.vms if vm.id == vm_id), vm_id)

    def owner_of_disk(self, number: int, but: c.Container[str] = ()) -> ObservedVm | None:
        """Return a VM that has a disk of the host as its own, running or not.

        Args:
            but: ids of VMs that do not count.
        """
        owners = {drive.vm for drive in self.drives if drive.disk_number == number}
        return next((vm for vm in self.vms if vm.id in owners and vm.id not in but), None)

    def sole_user_of(self, path: str, but: c.Container[str] = ()) -> FileUser | None:
        """Return a VM that has a file as a disk of its own and does not share it.

        Args:
            but: ids of VMs that do not count.
        """
        sharing = {drive.vm for drive in self.drives if drive.settings.get("shared") and same_path(drive.path, path)}
        found = self._users.get(path_key(path), ())
        return next((user for vm, user in found if vm not in but and vm not in sharing), None)

    def named(self, name: str) -> tuple[ObservedVm, ...]:
        """Return the VMs of a name; it need not be unique on a host."""
        return self._by_name.get(name_key(name), ())

    def chain(self, path: str) -> Chain | None:
        """Return the chain at a path, if it was read."""
        return self.chains.get(path_key(path))

    def user_of(self, path: str, but: c.Container[str] = ()) -> FileUser | None:
        """Return a VM that has a file as a disk of its own.

        Args:
            but: ids of VMs that do not count.
        """
        return next((user for vm, user in self._users.get(path_key(path), ()) if vm not in but), None)

    def child_of(self, path: str, but: c.Container[str] = ()) -> str | None:
        """Return a file that builds on a file and lies under a disk of a VM.

        Args:
            but: ids of VMs that do not count.
        """
        return next((child for vm, child in self._children.get(path_key(path), ()) if vm not in but), None)

    def vm_with_address(self, mac: str, but: c.Container[str] = ()) -> ObservedVm | None:
        """Return a VM that has an adapter with an address.

        Args:
            but: ids of VMs that do not count.
        """
        return next((vm for vm in self._addresses.get(mac, ()) if vm.id not in but), None)

    @property
    def file_users(self) -> dict[str, FileUser]:
        """Who has which file as a disk of its own, by `path_key`."""
        return {path: users[0][1] for path, users in self._users.items()}

    @functools.cached_property
    def _by_name(self) -> dict[str, tuple[ObservedVm, ...]]:
        found: dict[str, tuple[ObservedVm, ...]] = {}
        for vm in self.vms:
            key = name_key(vm.name)
            found[key] = (*found.get(key, ()), vm)
        return found

    @functools.cached_property
    def _addresses(self) -> dict[str, list[ObservedVm]]:
        found: dict[str, list[ObservedVm]] = {}
        for vm in self.vms:
            for adapter in vm.adapters:
                found.setdefault(adapter.mac, []).append(vm)
        return found

    @functools.cached_property
    def _users(self) -> dict[str, list[tuple[str, FileUser]]]:
        vms = {vm.id: FileUser(vm.name, vm.state not in ("Off", "Saved")) for vm in self.vms}
        found: dict[str, list[tuple[str, FileUser]]] = {}
        for drive in self.drives:
            if drive.path and drive.vm in vms:
                found.setdefault(path_key(drive.path), []).append((drive.vm, vms[drive.vm]))
        return found

    @functools.cached_property
    def _children(self) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for drive in self.drives:
            chain = self.chain(drive.path) if drive.path else None
            links = chain.links if chain is not None else ()
            for child, parent in zip(links, links[1:], strict=False):
                found.setdefault(path_key(parent.path), []).append((drive.vm, child.path))
        return found
