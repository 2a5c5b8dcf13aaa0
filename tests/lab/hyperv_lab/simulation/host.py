# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A simulated host."""

from __future__ import annotations

import typing as t
import uuid
from collections import Counter
from dataclasses import dataclass, field

from .errors import OperationFailed
from .faults import Fault
from .files import FileSystem
from .guests import GuestSystem
from .localisation import LANGUAGES, Language
from .physical_disks import PhysicalDisk
from .releases import RELEASES, Release
from .settings import GIBIBYTE, MEBIBYTE, PRIMORDIAL, HostAdapter
from .switches import PhysicalAdapter, VirtualSwitch
from .values import SimObject

if t.TYPE_CHECKING:
    from .assignable_devices import PciDevice
    from .checkpoints import Checkpoint
    from .estate import Estate
    from .fibre_channel import VirtualSan
    from .gpu_partitions import PartitionableGpu
    from .machine import VirtualMachine
    from .transfer import CompatibilityReport


@dataclass
class Timings:
    """How long things take, simulated seconds."""

    merge_seconds: float = 5.0
    merge_seconds_per_gibibyte: float = 2.0
    convert_seconds_per_gibibyte: float = 0.0
    copy_seconds_per_gibibyte: float = 0.0
    stop_force_limit: float = 300.0


@dataclass
class Latencies:
    """Wall-clock delays in seconds.

    Attributes:
        cmdlet: of every simulated cmdlet.
        cmdlets: of single ones, instead of `cmdlet`, by name in lower case.
        request: of every WSMan request.
        shell: of opening a shell.
        process: of starting PowerShell.
        module: of importing a module.
    """

    cmdlet: float = 0.0
    cmdlets: dict[str, float] = field(default_factory=dict)
    request: float = 0.0
    shell: float = 0.0
    process: float = 0.0
    module: float = 0.0


@dataclass
class Counters:
    """What happened to the host: cmdlet calls by name, WSMan requests and bytes by kind."""

    cmdlets: Counter[str] = field(default_factory=Counter)
    wsman: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Account:
    """A user that can log on."""

    username: str
    password: str
    administrator: bool = True


class Host(SimObject):
    """A Windows Server with the Hyper-V role (unless the topology says otherwise).

    Attributes:
        processors: logical processors. memory: bytes. memory_reserve: bytes that Windows keeps for itself.
        installed_modules: PowerShell modules there are, lower case.
        physical_disks: disks without a volume, in no order. disk_pools: names of the resource pools of virtual disks.
        services: state of Windows services by name ("Running", "Stopped").
        dynamic_memory_is_default: whether New-VM makes machines with dynamic memory, as Windows clients do (MEM-13).
        interruptions: counts changes that cut the network under the lab's clients (NET-11).
    """

    type_name = "Microsoft.HyperV.PowerShell.VMHost"

    def __init__(
        self,
        estate: Estate,
        name: str,
        *,
        release: str = "2022",
        processors: int = 16,
        memory: int = 64 * GIBIBYTE,
        memory_reserve: int = 2 * GIBIBYTE,
        numa_nodes: int = 1,
        culture: str = "en-US",
        domain: str = "lab.example",
    ) -> None:
        self.estate = estate
        self.host = self
        self.name = name
        self.windows: Release = RELEASES[release]
        self.processors = processors
        self.memory = memory
        self.memory_reserve = memory_reserve
        self.numa_nodes = numa_nodes
        self.culture = culture
        self.domain = domain
        self.accounts: dict[str, Account] = {}
        self.installed_modules = {
            "hyper-v",
            "storage",
            "netadapter",
            "cimcmdlets",
            "pnpdevice",
            "microsoft.powershell.management",
        }
        self.services = {"vmms": "Running"}
        self.faults: list[Fault] = []
        self.latencies = Latencies()
        self.timings = Timings()
        self.counters = Counters()
        self.blank_disk_guest: GuestSystem | None = None
        self.interruptions = 0
        #: Whether Get-VMKeyProtector gives bytes and not byte arrays: which of them depends on the module's release.
        self.bytes_one_by_one = False
        self.files = FileSystem(self)
        self.machines: dict[uuid.UUID, VirtualMachine] = {}
        self.planned: dict[uuid.UUID, VirtualMachine] = {}
        self.reports: dict[uuid.UUID, CompatibilityReport] = {}
        self.switches: dict[uuid.UUID, VirtualSwitch] = {}
        self.virtual_sans: list[VirtualSan] = []
        self.fibre_channel_position = 0
        self.partitionable_gpus: list[PartitionableGpu] = []
        self.pci_devices: list[PciDevice] = []
        self.physical_adapters: list[PhysicalAdapter] = []
        self.host_adapters: list[HostAdapter] = []
        self.mac_minimum = "00155D010A00"
        self.mac_maximum = "00155D010AFF"
        self.mac_position = 0
        self.machine_path = "C:\\ProgramData\\Microsoft\\Windows\\Hyper-V"
        self.disk_path = "C:\\ProgramData\\Microsoft\\Windows\\Virtual Hard Disks"
        self.numa_spanning = True
        self.enhanced_session = False
        self.maximum_storage_migrations = 2
        self.maximum_machine_migrations = 2
        self.migration_enabled = False
        self.migration_any_network = False
        self.migration_authentication = "CredSSP"
        self.migration_performance = "Compression"
        self.metering_interval = 3600.0
        self.processor_pools = [PRIMORDIAL]
        self.memory_pools = [PRIMORDIAL]
        self.dynamic_memory_is_default = False
        self.mounted_disks: dict[int, str] = {}
        self.physical_disks: list[PhysicalDisk] = []
        self.disk_pools: list[str] = [PRIMORDIAL]
        self.wire: t.Any = None  # options of the wire, which only the wire knows
        self._by_name: dict[str, list[VirtualMachine]] | None = None

    @property
    def key(self) -> str:
        return f"VMHost:{self.name.casefold()}"

    @property
    def release(self) -> str:
        """Year of the Windows Server release, such as "2022"."""
        return self.windows.year

    @property
    def build(self) -> int:
        """Build number of Windows."""
        return self.windows.build

    @property
    def volumes(self) -> dict[str, t.Any]:
        """Volumes by drive letter."""
        return dict(self.files.volumes)

    @property
    def vms(self) -> dict[uuid.UUID, VirtualMachine]:
        """Virtual machines by id."""
        return self.machines

    @property
    def language(self) -> Language:
        """Names in the language of this host's Windows."""
        return LANGUAGES.get(self.culture, LANGUAGES["en-US"])

    @property
    def memory_assigned(self) -> int:
        """Bytes that virtual machines have now."""
        return sum(machine.assigned for machine in self.machines.values())

    @property
    def memory_available(self) -> int:
        """Bytes that a virtual machine could have."""
        return self.memory - self.memory_reserve - self.memory_assigned

    def next_mac(self) -> str:
        """A dynamic address from the host's range.

        Raises:
            OperationFailed: the range is used up (NET-22).
        """
        first, last = int(self.mac_minimum, 16), int(self.mac_maximum, 16)
        if first + self.mac_position <= last:
            self.mac_position += 1
            return f"{first + self.mac_position - 1:012X}"
        adapters = [adapter for machine in self.machines.values() for adapter in machine.settings.adapters]
        taken = {
            int(mac, 16)
            for mac in [*(adapter.mac for adapter in adapters), *(adapter.mac for adapter in self.host_adapters)]
        }
        for candidate in range(first, last + 1):
            if candidate not in taken:
                return f"{candidate:012X}"
        raise OperationFailed("The dynamic MAC address range of the host is used up.")  # NET-22

    def machines_named(self, name: str) -> list[VirtualMachine]:
        """Machines with exactly that name, in any case."""
        if self._by_name is None:
            self._by_name = {}
            for machine in self.machines.values():
                self._by_name.setdefault(machine.name.casefold(), []).append(machine)
        return list(self._by_name.get(name.casefold(), ()))

    def names_changed(self) -> None:
        """Call after a machine was added, renamed or removed."""
        self._by_name = None

    def find_object(self, key: str) -> SimObject | None:
        """The live object with that key, or None if it is gone. Records are not live and not found."""
        kind, _, rest = key.partition(":")
        if kind == "VMHost":
            return self
        if kind in ("VlanSetting", "BandwidthSetting"):
            adapter = t.cast("t.Any", self.find_object(rest))
            return None if adapter is None else adapter.vlan if kind == "VlanSetting" else adapter.bandwidth
        if kind in ("VirtualSan", "PartitionableGpu", "PciDevice"):
            things: list[t.Any] = [*self.virtual_sans, *self.partitionable_gpus, *self.pci_devices]
            return next((thing for thing in things if thing.key == key), None)
        try:
            first = uuid.UUID(rest.split(":", 1)[0])
        except ValueError:
            return None
        if kind == "VirtualMachine":
            return self.machines.get(first) or self.planned.get(first)
        if kind == "VMCompatibilityReport":
            return self.reports.get(first)
        if kind == "VMCompatibilityError":
            report = self.reports.get(first)
            errors = report.incompatibilities if report is not None else []
            return next((error for error in errors if error.key == key), None)
        if kind == "VirtualSwitch":
            return self.switches.get(first)
        if kind == "HostAdapter":
            return next((adapter for adapter in self.host_adapters if adapter.id == first), None)
        if kind == "Checkpoint":
            return self.find_checkpoint(first)
        owner = self.machines.get(first) or self.planned.get(first) or self.find_checkpoint(first)
        if owner is None:
            return None
        part = uuid.UUID(rest.split(":", 1)[1])
        return next((component for component in owner.settings.components() if component.id == part), None)

    def fingerprint(self) -> dict[str, t.Any]:
        """Everything that a run could change; equal to an earlier one exactly when nothing changed."""
        from .fingerprint import fingerprint  # it looks at hosts, so it imports this module's neighbours

        return fingerprint(self)

    def find_checkpoint(self, identifier: uuid.UUID) -> Checkpoint | None:
        """The checkpoint with that id, or None."""
        for machine in self.machines.values():
            for checkpoint in machine.checkpoints:
                if checkpoint.id == identifier:
                    return checkpoint
        return None


__all__ = ["GIBIBYTE", "MEBIBYTE", "Account", "Counters", "Host", "Latencies", "Timings"]
