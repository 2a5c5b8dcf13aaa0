# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Classes of the objects that the simulated cmdlets return."""

from __future__ import annotations

from dataclasses import dataclass

from .enums import HYPERV, VHD


@dataclass(frozen=True)
class ObjectType:
    """One .NET class: full name, full name of its base (or None), and its own properties with their types."""

    name: str
    base: str | None
    properties: dict[str, str]


OBJECT_TYPES: dict[str, ObjectType] = {}


def define(name: str, base: str | None, properties: str) -> None:
    """Register a class.

    `properties` is "Name:type ..."; "enum:X" and "object:X" take short names of the Hyper-V namespace.
    """
    own: dict[str, str] = {}
    for part in properties.split():
        property_name, _, kind = part.partition(":")
        head, separator, rest = kind.partition(":")
        if separator:
            suffix = "[]" if rest.endswith("[]") else ""
            target = rest.removesuffix("[]")
            if "." not in target:
                target = f"{VHD if target.startswith('Vhd') else HYPERV}.{target}"
            kind = f"{head}:{target}{suffix}"
        own[property_name] = kind
    OBJECT_TYPES[name] = ObjectType(name, base, own)


def _hyperv(name: str, base: str | None, properties: str) -> None:
    define(f"{HYPERV}.{name}", f"{HYPERV}.{base}" if base else None, properties)


_hyperv("VirtualizationObject", None, "ComputerName:string IsDeleted:bool")
_hyperv(
    "VMHost",
    "VirtualizationObject",
    "Name:string FullyQualifiedDomainName:string LogicalProcessorCount:int MemoryCapacity:long "
    "VirtualMachinePath:string "
    "VirtualHardDiskPath:string MacAddressMinimum:string MacAddressMaximum:string NumaSpanningEnabled:bool "
    "EnableEnhancedSessionMode:bool IovSupport:bool IovSupportReasons:string[] MaximumStorageMigrations:uint "
    "MaximumVirtualMachineMigrations:uint VirtualMachineMigrationEnabled:bool UseAnyNetworkForMigration:bool "
    "VirtualMachineMigrationAuthenticationType:enum:MigrationAuthenticationType "
    "VirtualMachineMigrationPerformanceOption:enum:VMMigrationPerformance ResourceMeteringSaveInterval:timespan "
    "FibreChannelWwnn:string FibreChannelWwpnMinimum:string FibreChannelWwpnMaximum:string "
    "SupportedVmVersions:string[]",
)
_hyperv("VMHostSupportedVersion", "VirtualizationObject", "Name:string Version:string IsDefault:bool")
_hyperv(
    "VMComponentObject",
    "VirtualizationObject",
    "Id:string Name:string VMId:guid VMName:string VMSnapshotId:guid VMSnapshotName:string",
)
_BASE = (
    "Id:guid Name:string Generation:int Version:string Path:string ConfigurationLocation:string "
    "SnapshotFileLocation:string "
    "SmartPagingFilePath:string Notes:string ProcessorCount:long MemoryStartup:long MemoryMinimum:long "
    "MemoryMaximum:long "
    "DynamicMemoryEnabled:bool AutomaticStartAction:enum:StartAction AutomaticStartDelay:int "
    "AutomaticStopAction:enum:StopAction AutomaticCriticalErrorAction:enum:CriticalErrorAction "
    "AutomaticCriticalErrorActionTimeout:int AutomaticCheckpointsEnabled:bool CheckpointType:enum:CheckpointType "
    "LockOnDisconnect:enum:OnOffState GuestControlledCacheTypes:bool LowMemoryMappedIoSpace:uint "
    "HighMemoryMappedIoSpace:ulong "
    "BatteryPassthroughEnabled:bool EnhancedSessionTransportType:enum:EnhancedSessionTransportType "
    "CreationTime:datetime HardDrives:object:HardDiskDrive[] DVDDrives:object:DvdDrive[] "
    "FloppyDrive:object:VMFloppyDiskDrive "
    "NetworkAdapters:object:VMNetworkAdapter[] FibreChannelHostBusAdapters:object:VMFibreChannelHba[] "
    "State:enum:VMState IsClustered:bool SizeOfSystemFiles:long "
    "ComPort1:object:VMComPort ComPort2:object:VMComPort "
    "ParentSnapshotId:guid ParentSnapshotName:string ParentCheckpointId:guid ParentCheckpointName:string "
    "CheckpointFileLocation:string"
)
_hyperv("VirtualMachineBase", "VirtualizationObject", _BASE)
_hyperv(
    "VirtualMachine",
    "VirtualMachineBase",
    "VMId:guid VMName:string CPUUsage:int MemoryAssigned:long MemoryDemand:long MemoryStatus:string Status:string "
    "Uptime:timespan Heartbeat:enum:VMHeartbeatStatus OperationalStatus:enum:VMOperationalStatus[] "
    "StatusDescriptions:string[] "
    "PrimaryOperationalStatus:enum:VMOperationalStatus SecondaryOperationalStatus:enum:VMOperationalStatus "
    "IntegrationServicesVersion:string "
    "IntegrationServicesState:string "
    "VMIntegrationService:object:VMIntegrationComponent[] ReplicationState:enum:VMReplicationState "
    "ReplicationHealth:enum:VMReplicationHealthState ReplicationMode:enum:VMReplicationMode "
    "VirtualMachineType:enum:VirtualMachineType VirtualMachineSubType:enum:VirtualMachineSubType "
    "ResourceMeteringEnabled:bool",
)
_hyperv(
    "VMSnapshot",
    "VirtualMachineBase",
    "VMId:guid VMName:string SnapshotType:enum:SnapshotType IsAutomaticCheckpoint:bool",
)
_hyperv(
    "VMProcessor",
    "VMComponentObject",
    "Count:long Reserve:long Maximum:long RelativeWeight:int MaximumCountPerNumaNode:int MaximumCountPerNumaSocket:int "
    "HwThreadCountPerCore:long CompatibilityForMigrationEnabled:bool CompatibilityForOlderOperatingSystemsEnabled:bool "
    "ExposeVirtualizationExtensions:bool EnableHostResourceProtection:bool ResourcePoolName:string "
    "EnableLegacyApicMode:bool "
    "AllowACountMCount:bool EnablePerfmonPmu:bool EnablePerfmonLbr:bool EnablePerfmonPebs:bool EnablePerfmonIpt:bool "
    "CompatibilityForMigrationMode:enum:CompatibilityForMigrationMode ApicMode:enum:ApicMode CpuBrandString:string "
    "PerfCpuFreqCapMhz:uint L3CacheWays:uint",
)
_hyperv(
    "VMMemory",
    "VMComponentObject",
    "Startup:long Minimum:long Maximum:long DynamicMemoryEnabled:bool Buffer:int Priority:int "
    "MaximumPerNumaNode:long ResourcePoolName:string",
)
_hyperv(
    "VMSecurity",
    "VirtualizationObject",
    "TpmEnabled:bool KsdEnabled:bool Shielded:bool EncryptStateAndVmMigrationTraffic:bool "
    "VirtualizationBasedSecurityOptOut:bool BindToHostTpm:bool",
)
_hyperv("VMComPort", "VMComponentObject", "Path:string DebuggerMode:enum:OnOffState")
_hyperv(
    "VMVideo",
    "VMComponentObject",
    "ResolutionType:enum:ResolutionType HorizontalResolution:int VerticalResolution:int",
)
_hyperv(
    "VMMeteringReportForVirtualMachine",
    "VirtualizationObject",
    "VMId:guid VMName:string MeteringDuration:timespan AverageProcessorUsage:int AverageMemoryUsage:int "
    "MaximumMemoryUsage:int MinimumMemoryUsage:int TotalDiskAllocation:int AggregatedAverageNormalizedIOPS:int "
    "AggregatedAverageLatency:int AggregatedDiskDataRead:int AggregatedDiskDataWritten:int",
)
_hyperv("VMBios", "VMComponentObject", "NumLockEnabled:bool StartupOrder:enum:BootDevice[]")
_hyperv(
    "VMFirmware",
    "VMComponentObject",
    "BootOrder:object:VMBootSource[] SecureBoot:enum:OnOffState SecureBootTemplate:string SecureBootTemplateId:guid "
    "PreferredNetworkBootProtocol:enum:IPProtocolPreference ConsoleMode:enum:ConsoleModeType "
    "PauseAfterBootFailure:enum:OnOffState",
)
_hyperv(
    "VMBootSource",
    "VMComponentObject",
    "BootType:enum:BootSourceType Description:string FirmwarePath:string Device:object:VMComponentObject",
)
_hyperv("VMDriveController", "VMComponentObject", "ControllerNumber:int Drives:object:Drive[]")
_hyperv("VMScsiController", "VMDriveController", "IsTemplate:bool")
_hyperv("VMIdeController", "VMDriveController", "")
_hyperv("VMPmemController", "VMDriveController", "IsTemplate:bool")
_hyperv(
    "Drive",
    "VMComponentObject",
    "Path:string ControllerType:enum:ControllerType ControllerNumber:int ControllerLocation:int PoolName:string",
)
_hyperv(
    "HardDiskDrive",
    "Drive",
    "DiskNumber:uint MaximumIOPS:ulong MinimumIOPS:ulong QoSPolicyID:guid SupportPersistentReservations:bool "
    "WriteHardeningMethod:enum:CacheAttributes AttachedDiskType:string",
)
_hyperv("DvdDrive", "Drive", "DvdMediaType:enum:DvdMediaType")
_hyperv("VMFloppyDiskDrive", "VMComponentObject", "Path:string PoolName:string")
_hyperv(
    "VMNetworkAdapterBase",
    "VMComponentObject",
    "IsManagementOs:bool IsExternalAdapter:bool SwitchName:string SwitchId:guid AdapterId:string MacAddress:string "
    "DynamicMacAddressEnabled:bool MacAddressSpoofing:enum:OnOffState DhcpGuard:enum:OnOffState "
    "RouterGuard:enum:OnOffState "
    "PortMirroringMode:enum:VMNetworkAdapterPortMirroringMode IeeePriorityTag:enum:OnOffState "
    "AllowTeaming:enum:OnOffState "
    "DeviceNaming:enum:OnOffState StormLimit:uint DynamicIPAddressLimit:uint VirtualSubnetId:uint "
    "VmqWeight:uint IovWeight:uint "
    "IovQueuePairsRequested:uint IovInterruptModeration:enum:IovInterruptModerationValue "
    "IPsecOffloadMaxSA:uint BandwidthSetting:object:VMNetworkAdapterBandwidthSetting "
    "VlanSetting:object:VMNetworkAdapterVlanSetting VrssEnabled:bool VmmqEnabled:bool "
    "Status:enum:VMNetworkAdapterOperationalStatus[] StatusDescription:string[] IPAddresses:string[]",
)
_hyperv(
    "VMNetworkAdapter",
    "VMNetworkAdapterBase",
    "IsLegacy:bool IsSynthetic:bool Connected:bool ClusterMonitored:bool PoolName:string NumaAwarePlacement:bool",
)
_hyperv("VMInternalNetworkAdapter", "VMNetworkAdapterBase", "DeviceId:string")
_hyperv(
    "VMNetworkAdapterVlanSetting",
    "VirtualizationObject",
    "OperationMode:enum:VMNetworkAdapterVlanMode AccessVlanId:int NativeVlanId:int AllowedVlanIdList:int[] "
    "AllowedVlanIdListString:string PrivateVlanMode:enum:VMNetworkAdapterPrivateVlanMode PrimaryVlanId:int "
    "SecondaryVlanId:int "
    "SecondaryVlanIdList:int[] SecondaryVlanIdListString:string ParentAdapter:object:VMNetworkAdapterBase "
    "IsTemplate:bool",
)
_hyperv(
    "VMNetworkAdapterBandwidthSetting",
    "VirtualizationObject",
    "MinimumBandwidthAbsolute:long MinimumBandwidthWeight:long MaximumBandwidth:long",
)
_hyperv(
    "VMSwitch",
    "VirtualizationObject",
    "Id:guid Name:string SwitchType:enum:VMSwitchType Notes:string AllowManagementOS:bool "
    "NetAdapterInterfaceDescription:string "
    "NetAdapterInterfaceDescriptions:string[] NetAdapterInterfaceGuid:guid[] EmbeddedTeamingEnabled:bool "
    "IovEnabled:bool "
    "IovSupport:bool PacketDirectEnabled:bool BandwidthReservationMode:enum:VMSwitchBandwidthMode "
    "DefaultFlowMinimumBandwidthAbsolute:long DefaultFlowMinimumBandwidthWeight:long SoftwareRscEnabled:bool "
    "DefaultQueueVrssEnabledRequested:bool DefaultQueueVmmqEnabledRequested:bool",
)
_hyperv(
    "VMIntegrationComponent",
    "VMComponentObject",
    "Enabled:bool PrimaryOperationalStatus:enum:VMIntegrationComponentOperationalStatus "
    "PrimaryStatusDescription:string "
    "OperationalStatus:enum:VMIntegrationComponentOperationalStatus[] StatusDescription:string[]",
)
_hyperv(
    "VMCompatibilityReport",
    None,
    "VM:object:VirtualMachine OperationType:enum:OperationType Destination:string Path:string SnapshotPath:string "
    "VhdDestinationPath:string VhdSourcePath:string Incompatibilities:object:VMCompatibilityError[]",
)
_hyperv("VMCompatibilityError", None, "Message:string MessageId:long Source:object:VirtualizationObject")
define(
    f"{VHD}.VirtualHardDisk",
    f"{HYPERV}.VirtualizationObject",
    "Path:string VhdFormat:enum:VhdFormat VhdType:enum:VhdType FileSize:ulong Size:ulong MinimumSize:ulong "
    "LogicalSectorSize:uint PhysicalSectorSize:uint BlockSize:uint ParentPath:string DiskIdentifier:string "
    "FragmentationPercentage:uint Alignment:uint Attached:bool DiskNumber:uint Number:uint IsPMEMCompatible:bool",
)
define(
    f"{VHD}.VHDSetInfo",
    f"{HYPERV}.VirtualizationObject",
    "Path:string SnapshotIdList:guid[] AllPaths:string[]",
)
_hyperv("VMSan", "VirtualizationObject", "Name:string Note:string HostBusAdapters:object:VMComponentObject[]")
_hyperv(
    "VMFibreChannelHba",
    "VMComponentObject",
    "SanName:string WorldWideNodeNameSetA:string WorldWidePortNameSetA:string WorldWideNodeNameSetB:string "
    "WorldWidePortNameSetB:string",
)
_hyperv(
    "VMGpuPartitionAdapter",
    "VMComponentObject",
    "InstancePath:string MinPartitionVRAM:ulong MaxPartitionVRAM:ulong OptimalPartitionVRAM:ulong "
    "MinPartitionEncode:ulong MaxPartitionEncode:ulong OptimalPartitionEncode:ulong "
    "MinPartitionDecode:ulong MaxPartitionDecode:ulong OptimalPartitionDecode:ulong "
    "MinPartitionCompute:ulong MaxPartitionCompute:ulong OptimalPartitionCompute:ulong",
)
_hyperv(
    "VMHostPartitionableGpu",
    "VirtualizationObject",
    "Name:string PartitionCount:uint ValidPartitionCounts:int[] MinPartitionVRAM:ulong "
    "MaxPartitionVRAM:ulong OptimalPartitionVRAM:ulong MinPartitionEncode:ulong "
    "MaxPartitionEncode:ulong OptimalPartitionEncode:ulong MinPartitionDecode:ulong "
    "MaxPartitionDecode:ulong OptimalPartitionDecode:ulong MinPartitionCompute:ulong "
    "MaxPartitionCompute:ulong OptimalPartitionCompute:ulong",
)
_hyperv("VMHostAssignableDevice", "VirtualizationObject", "Name:string InstancePath:string LocationPath:string")
_hyperv("VMAssignedDevice", "VMComponentObject", "InstancePath:string LocationPath:string")
CIM = "Microsoft.Management.Infrastructure.CimInstance"
define(CIM, None, "PSComputerName:string")


def _cim(path: str, properties: str) -> None:
    define(f"{CIM}#{path}", CIM, properties)


_cim(
    "root/cimv2/Win32_OperatingSystem",
    "Caption:string Version:string BuildNumber:string OSArchitecture:string OSLanguage:uint ProductType:uint "
    "CSName:string "
    "TotalVisibleMemorySize:ulong FreePhysicalMemory:ulong LastBootUpTime:datetime LocalDateTime:datetime "
    "SystemDrive:string "
    "WindowsDirectory:string InstallDate:datetime SerialNumber:string",
)
_cim(
    "root/cimv2/Win32_ComputerSystem",
    "Name:string Domain:string DNSHostName:string PartOfDomain:bool Workgroup:string Manufacturer:string Model:string "
    "NumberOfLogicalProcessors:uint NumberOfProcessors:uint TotalPhysicalMemory:ulong HypervisorPresent:bool",
)
_cim(
    "root/virtualization/v2/Msvm_ComputerSystem",
    "Name:string ElementName:string Caption:string EnabledState:int RequestedState:int HealthState:int "
    "OperationalStatus:int[] "
    "ProcessID:uint OnTimeInMilliseconds:ulong TimeOfLastStateChange:datetime InstallDate:datetime "
    "CreationClassName:string",
)
_cim(
    "root/virtualization/v2/Msvm_ShutdownComponent",
    "SystemName:string DeviceID:string ElementName:string EnabledState:int OperationalStatus:int[] "
    "CreationClassName:string "
    "SystemCreationClassName:string",
)
_cim(
    "root/virtualization/v2/Msvm_PlannedComputerSystem",
    "Name:string ElementName:string Caption:string CreationClassName:string",
)
_cim(
    "root/virtualization/v2/Msvm_VirtualSystemSettingData",
    "InstanceID:string VirtualSystemIdentifier:string VirtualSystemType:string ElementName:string Notes:string[] "
    "ConfigurationDataRoot:string",
)
_cim(
    "root/virtualization/v2/Msvm_VirtualSystemManagementService",
    "Name:string SystemName:string CreationClassName:string",
)
define("Microsoft.Management.Infrastructure.CimMethodResult", None, "ReturnValue:uint PSComputerName:string")
_cim(
    "ROOT/Microsoft/Windows/Storage/MSFT_Volume",
    "DriveLetter:string FileSystemLabel:string FileSystem:string FileSystemType:string DriveType:string "
    "HealthStatus:string "
    "OperationalStatus:string Size:ulong SizeRemaining:ulong AllocationUnitSize:uint Path:string "
    "UniqueId:string ObjectId:string",
)
_cim(
    "ROOT/Microsoft/Windows/Storage/MSFT_Disk",
    "Number:uint DiskNumber:uint FriendlyName:string SerialNumber:string UniqueId:string Size:ulong "
    "AllocatedSize:ulong "
    "IsOffline:bool IsReadOnly:bool IsSystem:bool IsBoot:bool IsClustered:bool BusType:string PartitionStyle:string "
    "OperationalStatus:string "
    "HealthStatus:string Location:string Path:string",
)
_cim(
    "root/cimv2/Win32_PnPEntity",
    "InstanceId:string PNPDeviceID:string FriendlyName:string Name:string Class:string Present:bool Status:string "
    "ConfigManagerErrorCode:uint",
)
_cim("root/cimv2/Win32_PnPDeviceProperty", "InstanceId:string KeyName:string Data:string[]")
_cim(
    "ROOT/Microsoft/Windows/Storage/MSFT_Partition",
    "DiskNumber:uint PartitionNumber:uint DriveLetter:string AccessPaths:string[] Type:string IsOffline:bool "
    "IsBoot:bool IsSystem:bool",
)
_cim(
    "ROOT/StandardCimv2/MSFT_NetAdapter",
    "Name:string InterfaceDescription:string InterfaceGuid:string InterfaceIndex:uint ifIndex:uint "
    "Status:string MacAddress:string "
    "LinkSpeed:string Virtual:bool HardwareInterface:bool MtuSize:uint DriverDescription:string "
    "MediaConnectionState:string",
)
define(
    "System.ServiceProcess.ServiceController",
    None,
    "Name:string ServiceName:string DisplayName:string Status:enum:System.ServiceProcess.ServiceControllerStatus "
    "StartType:enum:System.ServiceProcess.ServiceStartMode CanStop:bool MachineName:string",
)
_ITEM = (
    "Name:string FullName:string BaseName:string Extension:string Exists:bool PSIsContainer:bool PSPath:string "
    "CreationTime:datetime "
    "CreationTimeUtc:datetime LastWriteTime:datetime LastWriteTimeUtc:datetime"
)
define("System.IO.FileInfo", None, _ITEM + " Length:long DirectoryName:string")
define("System.IO.DirectoryInfo", None, _ITEM)
