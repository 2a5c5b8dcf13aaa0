# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The settings of a virtual machine or of a checkpoint: processor, memory, firmware, drives, adapters, services."""

from __future__ import annotations

import copy
import typing as t
import uuid
from collections.abc import Iterator

from .localisation import SERVICE_IDS
from .values import SimObject

if t.TYPE_CHECKING:
    from .assignable_devices import AssignedDevice
    from .checkpoints import Checkpoint
    from .fibre_channel import FibreChannelAdapter
    from .gpu_partitions import GpuPartition
    from .host import Host
    from .machine import VirtualMachine
    from .switches import VirtualSwitch

MEBIBYTE = 1024 * 1024
GIBIBYTE = 1024 * MEBIBYTE
TEBIBYTE = 1024 * GIBIBYTE

#: The resource pool that everything is in at first.
PRIMORDIAL = "Primordial"

SECURE_BOOT_TEMPLATES = {
    "MicrosoftWindows": uuid.UUID("1734c6e8-3154-4dda-ba5f-a874cc483422"),
    "MicrosoftUEFICertificateAuthority": uuid.UUID("272e7447-90a4-4563-a4b9-8e4ab00526ce"),
    "OpenSourceShieldedVM": uuid.UUID("4292ae2b-ee2c-42b5-a969-dd8f8689f6f3"),
}


PRIMORDIAL = "Primordial"
"""The resource pool of everything."""

NO_KEY_PROTECTOR = (0, 0, 0, 4)
"""What Get-VMKeyProtector gives for a machine without one (SEC-04)."""


class Component(SimObject):
    """A part of a virtual machine or checkpoint."""

    kind: t.ClassVar[str] = ""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.id = uuid.uuid4()

    @property
    def host(self) -> Host:  # type: ignore[override]  # read through the owner, so that a clone follows its owner
        return self.settings.owner.host

    @property
    def owner(self) -> VirtualMachine | Checkpoint:
        """The virtual machine or checkpoint it belongs to."""
        return self.settings.owner

    @property
    def machine(self) -> VirtualMachine:
        """The virtual machine, also for a part of one of its checkpoints."""
        return self.settings.owner.machine

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.settings.owner.id}:{self.id}"

    @property
    def full_id(self) -> str:
        """The Id property: the owner's GUID, then the part's."""
        return f"Microsoft:{str(self.settings.owner.id).upper()}\\{str(self.id).upper()}"

    @property
    def name(self) -> str:
        """Display name in the host's language."""
        return ""


class Processor(Component):
    """Virtual processors."""

    type_name = "Microsoft.HyperV.PowerShell.VMProcessor"
    kind = "Processor"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.count = 1
        self.reserve = 0
        self.maximum = 100
        self.relative_weight = 100
        self.maximum_count_per_numa_node = 0
        self.maximum_count_per_numa_socket = 0
        self.hw_thread_count_per_core = 0
        self.compatibility_for_migration = False
        self.compatibility_for_older_systems = False
        self.expose_virtualization_extensions = False
        self.host_resource_protection = False
        self.legacy_apic_mode = False
        self.allow_acount_mcount = True
        self.performance_monitoring: list[str] = []
        self.compatibility_mode = "MinimumFeatureSet"
        self.apic_mode = "Default"
        self.brand_string = ""
        self.frequency_cap = 0
        self.l3_cache_ways = 0
        self.resource_pool = PRIMORDIAL

    @property
    def name(self) -> str:
        return self.host.language.processor


class Memory(Component):
    """Memory settings, bytes."""

    type_name = "Microsoft.HyperV.PowerShell.VMMemory"
    kind = "Memory"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.startup = GIBIBYTE
        self.minimum = 512 * MEBIBYTE
        self.maximum = TEBIBYTE
        self.dynamic = False
        self.buffer = 20
        self.priority = 50
        self.maximum_per_numa_node = 0
        self.resource_pool = PRIMORDIAL

    @property
    def name(self) -> str:
        return self.host.language.memory


class Bios(Component):
    """Start-up settings of generation 1."""

    type_name = "Microsoft.HyperV.PowerShell.VMBios"
    kind = "Bios"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.num_lock = False
        self.startup_order = ["CD", "IDE", "LegacyNetworkAdapter", "Floppy"]

    @property
    def name(self) -> str:
        return "BIOS"


class BootSource(Component):
    """One entry of the UEFI boot order. `device` is None for a File entry."""

    type_name = "Microsoft.HyperV.PowerShell.VMBootSource"
    kind = "BootSource"

    def __init__(self, settings: Settings, device: Drive | NetworkAdapter | None, description: str = "") -> None:
        super().__init__(settings)
        self.device = device
        self.description = description

    @property
    def boot_type(self) -> str:
        """Name of the BootSourceType."""
        if self.device is None:
            return "File"
        return "Network" if isinstance(self.device, NetworkAdapter) else "Drive"

    @property
    def name(self) -> str:
        return self.description


class Firmware(Component):
    """UEFI settings of generation 2."""

    type_name = "Microsoft.HyperV.PowerShell.VMFirmware"
    kind = "Firmware"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.boot_order: list[BootSource] = []
        self.secure_boot = True
        self.template = "MicrosoftWindows"
        self.network_protocol = "IPv4"
        self.console_mode = "Default"
        self.pause_after_boot_failure = False

    @property
    def name(self) -> str:
        return "UEFI"

    def source_of(self, device: Drive | NetworkAdapter) -> BootSource | None:
        """The entry of a device, if it has one."""
        return next((source for source in self.boot_order if source.device is device), None)

    def add_device(self, device: Drive | NetworkAdapter) -> None:
        """Put a device at the end of the order."""
        description = "EFI Network" if isinstance(device, NetworkAdapter) else "EFI SCSI Device"
        self.boot_order.append(BootSource(self.settings, device, description))

    def drop_device(self, device: Drive | NetworkAdapter) -> None:
        """Take a device out of the order."""
        self.boot_order = [source for source in self.boot_order if source.device is not device]


class Security(Component):
    """Security settings, with the key protector that Get-VMKeyProtector gives."""

    type_name = "Microsoft.HyperV.PowerShell.VMSecurity"
    kind = "Security"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.tpm = False
        self.encrypted = False
        self.shielded = False
        self.virtualization_based_security_opt_out = False
        self.key_protector: tuple[int, ...] = NO_KEY_PROTECTOR

    @property
    def name(self) -> str:
        return "Security"

    @property
    def protected(self) -> bool:
        """Whether it has a key protector."""
        return len(self.key_protector) > len(NO_KEY_PROTECTOR)


class ComPort(Component):
    """COM port 1 or 2. `path` is a named pipe."""

    type_name = "Microsoft.HyperV.PowerShell.VMComPort"
    kind = "ComPort"

    def __init__(self, settings: Settings, number: int) -> None:
        super().__init__(settings)
        self.number = number
        self.path = ""
        self.debugger_mode = False

    @property
    def name(self) -> str:
        return f"COM {self.number}"


class Video(Component):
    """The display of the console. Sizes are in pixels."""

    type_name = "Microsoft.HyperV.PowerShell.VMVideo"
    kind = "Video"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.resolution_type = "Maximum"  # VID-02
        self.width, self.height = 1920, 1200

    @property
    def name(self) -> str:
        return "Display controller"


class Controller(Component):
    """An IDE or SCSI controller. Its number is its place among the controllers of its type."""

    controller_type: t.ClassVar[str] = ""
    locations: t.ClassVar[int] = 0

    @property
    def number(self) -> int:
        """Controller number."""
        same: dict[str, t.Sequence[Controller]] = {
            "SCSI": self.settings.scsi_controllers,
            "IDE": self.settings.ide_controllers,
            "PMEM": self.settings.pmem_controllers,
        }
        return next(index for index, each in enumerate(same[self.controller_type]) if each is self)

    @property
    def drives(self) -> list[Drive]:
        """Drives on it, by location."""
        return sorted(
            (drive for drive in self.settings.drives if drive.controller is self), key=lambda drive: drive.location
        )


class ScsiController(Controller):
    """A SCSI controller with 64 locations."""

    type_name = "Microsoft.HyperV.PowerShell.VMScsiController"
    kind = "ScsiController"
    controller_type = "SCSI"
    locations = 64

    @property
    def name(self) -> str:
        return self.host.language.scsi_controller


class IdeController(Controller):
    """An IDE controller with two locations."""

    type_name = "Microsoft.HyperV.PowerShell.VMIdeController"
    kind = "IdeController"
    controller_type = "IDE"
    locations = 2

    @property
    def name(self) -> str:
        return f"{self.host.language.ide_controller} {self.number}"


class PmemController(Controller):
    """A controller of persistent memory devices (NVDIMM)."""

    type_name = "Microsoft.HyperV.PowerShell.VMPmemController"
    kind = "PmemController"
    controller_type = "PMEM"
    locations = 128

    @property
    def name(self) -> str:
        return "PMEM Controller"


class Drive(Component):
    """A disk or DVD drive at a location of a controller."""

    def __init__(self, settings: Settings, controller: Controller, location: int, path: str | None) -> None:
        super().__init__(settings)
        self.controller = controller
        self.location = location
        self.path = path

    @property
    def full_id(self) -> str:
        owner, controller = str(self.owner.id).upper(), str(self.controller.id).upper()
        return f"Microsoft:{owner}\\{controller}\\{self.controller.number}\\{self.location}\\D"

    @property
    def place(self) -> str:
        """The slot for people, such as "SCSI 0:1"."""
        return f"{self.controller.controller_type} {self.controller.number}:{self.location}"


class HardDiskDrive(Drive):
    """A hard disk drive. `path` is the virtual disk, `disk_number` a pass-through disk."""

    type_name = "Microsoft.HyperV.PowerShell.HardDiskDrive"
    kind = "HardDiskDrive"

    def __init__(self, settings: Settings, controller: Controller, location: int, path: str | None) -> None:
        super().__init__(settings, controller, location, path)
        self.disk_number: int | None = None
        self.maximum_iops = 0
        self.minimum_iops = 0
        self.qos_policy_id: uuid.UUID = uuid.UUID(int=0)
        self.persistent_reservations = False
        self.cache_attributes = "Default"
        self.pool = PRIMORDIAL

    @property
    def name(self) -> str:
        return (
            f"{self.host.language.hard_drive} on {self.controller.controller_type} controller number "
            f"{self.controller.number} "
            f"at location {self.location}"
        )


class DvdDrive(Drive):
    """A DVD drive with or without an image."""

    type_name = "Microsoft.HyperV.PowerShell.DvdDrive"
    kind = "DvdDrive"

    @property
    def name(self) -> str:
        return (
            f"{self.host.language.dvd_drive} on {self.controller.controller_type} controller number "
            f"{self.controller.number} "
            f"at location {self.location}"
        )


class FloppyDrive(Component):
    """The floppy disk drive that every machine of generation 1 has, with or without a virtual floppy disk."""

    type_name = "Microsoft.HyperV.PowerShell.VMFloppyDiskDrive"
    kind = "FloppyDrive"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.path: str | None = None

    @property
    def name(self) -> str:
        return self.host.language.floppy_drive


class VlanSetting(SimObject):
    """VLAN settings of an adapter."""

    type_name = "Microsoft.HyperV.PowerShell.VMNetworkAdapterVlanSetting"

    def __init__(self, adapter: NetworkAdapter | HostAdapter) -> None:
        self.adapter = adapter
        self.mode = "Untagged"
        self.access_id = 0
        self.native_id = 0
        self.allowed_ids: list[int] = []
        self.private_mode: str | None = None
        self.primary_id = 0
        self.secondary_id = 0
        self.secondary_ids: list[int] = []

    @property
    def host(self) -> Host:  # type: ignore[override]  # read through the adapter
        return self.adapter.host

    @property
    def key(self) -> str:
        return f"VlanSetting:{self.adapter.key}"


class BandwidthSetting(SimObject):
    """Bandwidth settings of an adapter; there is none until the first is set."""

    type_name = "Microsoft.HyperV.PowerShell.VMNetworkAdapterBandwidthSetting"

    def __init__(self, adapter: NetworkAdapter | HostAdapter) -> None:
        self.adapter = adapter
        self.minimum_absolute = 0
        self.minimum_weight = 0
        self.maximum = 0

    @property
    def host(self) -> Host:  # type: ignore[override]  # read through the adapter
        return self.adapter.host

    @property
    def key(self) -> str:
        return f"BandwidthSetting:{self.adapter.key}"


class PortSettings:
    """What a switch port carries for an adapter of a virtual machine or of the host."""

    def __init__(self) -> None:
        self.mac_spoofing = False
        self.dhcp_guard = False
        self.router_guard = False
        self.port_mirroring = "None"
        self.ieee_priority_tag = False
        self.allow_teaming = False
        self.device_naming = False
        self.storm_limit = 0
        self.dynamic_address_limit = 0
        self.virtual_subnet_id = 0
        self.vmq_weight = 100
        self.iov_weight = 0
        self.iov_queue_pairs = 1
        self.iov_interrupt_moderation = "Default"
        self.ipsec_offload = 512
        self.vrss_enabled = True
        self.vmmq_enabled = False
        self.monitored_in_cluster = True
        self.numa_aware_placement = True


class NetworkAdapter(Component):
    """A network adapter of a virtual machine.

    Attributes:
        mac: twelve hexadecimal digits; "000000000000" for a dynamic address that was never assigned.
        lost_switch: name of the switch that it had where it was exported, while this host has none of that name.
    """

    type_name = "Microsoft.HyperV.PowerShell.VMNetworkAdapter"
    kind = "NetworkAdapter"
    is_management = False

    def __init__(self, settings: Settings, name: str, *, legacy: bool = False) -> None:
        super().__init__(settings)
        self.display_name = name
        self.legacy = legacy
        self.mac = "000000000000"
        self.dynamic_mac = True
        self.switch: VirtualSwitch | None = None
        self.lost_switch: str | None = None
        self.vlan = VlanSetting(self)
        self.bandwidth: BandwidthSetting | None = None
        self.port = PortSettings()

    @property
    def name(self) -> str:
        return self.display_name


class HostAdapter(SimObject):
    """A virtual adapter of the host itself (management OS) on a switch."""

    type_name = "Microsoft.HyperV.PowerShell.VMInternalNetworkAdapter"
    is_management = True
    legacy = False
    dynamic_mac = True

    def __init__(self, host: Host, name: str, switch: VirtualSwitch, mac: str) -> None:
        self.host = host
        self.id = uuid.uuid4()
        self.display_name = name
        self.switch: VirtualSwitch | None = switch
        self.mac = mac
        self.vlan = VlanSetting(self)
        self.bandwidth: BandwidthSetting | None = None
        self.port = PortSettings()

    @property
    def key(self) -> str:
        return f"HostAdapter:{self.id}"

    @property
    def name(self) -> str:
        """Name of the adapter, without the "vEthernet (...)" that Windows shows around it."""
        return self.display_name


class IntegrationService(Component):
    """One integration service. `service_id` is the same in every language."""

    type_name = "Microsoft.HyperV.PowerShell.VMIntegrationComponent"
    kind = "IntegrationService"

    def __init__(self, settings: Settings, index: int) -> None:
        super().__init__(settings)
        self.index = index
        self.enabled = index != 0

    @property
    def service_id(self) -> str:
        """GUID of the service."""
        return SERVICE_IDS[self.index]

    @property
    def full_id(self) -> str:
        return f"Microsoft:{str(self.owner.id).upper()}\\{self.service_id}"

    @property
    def name(self) -> str:
        return self.host.language.services[self.index]


class Settings:
    """All settings of a virtual machine, or of a checkpoint at the time it was taken."""

    def __init__(self, owner: VirtualMachine | Checkpoint, name: str, generation: int) -> None:
        self.owner = owner
        self.name = name
        self.generation = generation
        self.notes = ""
        self.start_action = "StartIfRunning"
        self.start_delay = 0
        self.stop_action = "Save"
        self.critical_error_action = "Pause"
        self.critical_error_timeout = 30
        self.automatic_checkpoints = False
        self.checkpoint_type = "Production"
        self.lock_on_disconnect = False
        self.guest_controlled_cache_types = False
        self.low_mmio = 128 * MEBIBYTE
        self.high_mmio = 512 * MEBIBYTE
        self.battery_passthrough = True
        self.enhanced_session_transport = "VMBus"
        self.processor = Processor(self)
        self.memory = Memory(self)
        self.bios = Bios(self) if generation == 1 else None
        self.firmware = Firmware(self) if generation == 2 else None
        self.security = Security(self)
        self.com_ports = [ComPort(self, 1), ComPort(self, 2)]
        self.video = Video(self)
        self.ide_controllers: list[IdeController] = (
            [IdeController(self), IdeController(self)] if generation == 1 else []
        )
        self.scsi_controllers: list[ScsiController] = [ScsiController(self)]
        self.pmem_controllers: list[PmemController] = []
        self.floppy = FloppyDrive(self) if generation == 1 else None
        self.drives: list[Drive] = []
        self.adapters: list[NetworkAdapter] = []
        self.fibre_channel_adapters: list[FibreChannelAdapter] = []
        self.gpu_partitions: list[GpuPartition] = []
        self.pci_devices: list[AssignedDevice] = []
        self.services = [IntegrationService(self, index) for index in range(len(SERVICE_IDS))]

    @property
    def disks(self) -> list[HardDiskDrive]:
        """Hard disk drives, IDE first, by slot."""
        found = [drive for drive in self.drives if isinstance(drive, HardDiskDrive)]
        return sorted(found, key=_slot) if len(found) > 1 else found

    @property
    def dvds(self) -> list[DvdDrive]:
        """DVD drives, by slot."""
        found = [drive for drive in self.drives if isinstance(drive, DvdDrive)]
        return sorted(found, key=_slot) if len(found) > 1 else found

    def components(self) -> Iterator[Component]:
        """Every part."""
        yield self.processor
        yield self.memory
        if self.bios:
            yield self.bios
        if self.firmware:
            yield self.firmware
            yield from self.firmware.boot_order
        yield self.security
        yield from self.com_ports
        yield self.video
        yield from self.ide_controllers
        yield from self.scsi_controllers
        yield from self.pmem_controllers
        yield from self.drives
        if self.floppy:
            yield self.floppy
        yield from self.adapters
        yield from self.fibre_channel_adapters
        yield from self.gpu_partitions
        yield from self.pci_devices
        yield from self.services

    def clone(self, owner: VirtualMachine | Checkpoint) -> Settings:
        """A copy of its own for another owner. Switches stay the same objects."""
        memo: dict[int, t.Any] = {id(self.owner): owner}
        for adapter in self.adapters:
            if adapter.switch is not None:
                memo[id(adapter.switch)] = adapter.switch
        return copy.deepcopy(self, memo)


def _slot(drive: Drive) -> tuple[str, int, int]:
    return (drive.controller.controller_type, drive.controller.number, drive.location)
