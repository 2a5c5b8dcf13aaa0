# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Enumerations of the simulated modules, with their numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..simulation.values import EnumMember

HYPERV = "Microsoft.HyperV.PowerShell"
VHD = "Microsoft.Vhd.PowerShell"


@dataclass(frozen=True)
class EnumType:
    """One .NET enumeration.

    Attributes:
        name: full name.
        members: names and numbers.
        flags: whether members combine.
    """

    name: str
    members: dict[str, int]
    flags: bool = False
    _by_name: dict[str, EnumMember] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        made = {name.casefold(): EnumMember(self.name, name, number) for name, number in self.members.items()}
        object.__setattr__(self, "_by_name", made)

    def member(self, name: str) -> EnumMember:
        """The member with that name, in any case.

        Raises:
            KeyError: there is none.
        """
        return self._by_name[name.casefold()]

    def from_number(self, number: int) -> EnumMember:
        """The first member with that number.

        Raises:
            KeyError: there is none.
        """
        for name, value in self.members.items():
            if value == number:
                return self._by_name[name.casefold()]
        raise KeyError(number)


def _parse(text: str) -> dict[str, int]:
    members: dict[str, int] = {}
    for part in text.split():
        name, number = part.split("=")
        members[name] = int(number)
    return members


_HYPERV_ENUMS = {
    "ApicMode": "Default=0 Legacy=1 X2Apic=2",
    "BootDevice": "Floppy=0 CD=1 IDE=2 LegacyNetworkAdapter=3 NetworkAdapter=4 VHD=5",
    "BootSourceType": "Unknown=0 Drive=1 Network=2 File=3",
    "CacheAttributes": "Default=0 WriteCacheEnabled=1 WriteCacheAndFUAEnabled=2 WriteCacheDisabled=3",
    "CheckpointType": "Disabled=2 Production=3 ProductionOnly=4 Standard=5",
    "CompatibilityForMigrationMode": "MinimumFeatureSet=0 CommonClusterFeatureSet=1",
    "ConsoleModeType": "Default=0 COM1=1 COM2=2 None=3",
    "ControllerType": "IDE=0 SCSI=1 PMEM=2",
    "CriticalErrorAction": "None=0 Pause=1",
    "DvdMediaType": "None=0 ISO=1 PassThrough=2",
    "EnhancedSessionTransportType": "VMBus=0 HvSocket=1",
    "GuestIsolationType": "TrustedLaunch=0 VBS=1 SNP=2 TDX=3 Disabled=16",
    "IovInterruptModerationValue": "Default=0 Adaptive=1 Off=2 Low=100 Medium=200 High=300",
    "IPProtocolPreference": "IPv4=0 IPv6=1",
    "MigrationAuthenticationType": "CredSSP=0 Kerberos=1",
    "OnOffState": "On=0 Off=1",
    "ResolutionType": "Maximum=2 Single=3 Default=4",
    "RestartType": "Reset=0 Reboot=1",
    "SnapshotType": "Standard=0 Recovery=1 Planned=2 Missing=5 Replica=6 AppConsistentReplica=7 SyncedReplica=8",
    "StartAction": "Nothing=2 StartIfRunning=3 Start=4",
    "StopAction": "TurnOff=2 Save=3 ShutDown=4",
    "VirtualMachineSubType": "Unknown=0 Generation1=1 Generation2=2",
    "OperationType": "MoveVirtualMachine=0 ImportVirtualMachine=1 MoveVirtualMachineAndStorage=2",
    "CaptureLiveState": "CaptureCrashConsistentState=0 CaptureSavedState=1 CaptureDataConsistentState=2",
    "VirtualMachineType": "RealizedVirtualMachine=3 PlannedVirtualMachine=4",
    "VMHeartbeatStatus": "Unknown=0 Disabled=1 NoContact=2 Error=3 LostCommunication=4 OkApplicationsUnknown=5 "
    "OkApplicationsHealthy=6 OkApplicationsCritical=7 Paused=8",
    "VMIntegrationComponentOperationalStatus": "Ok=2 Degraded=3 Error=6 NonRecoverableError=7 NoContact=12 "
    "LostCommunication=13 "
    "ProtocolMismatch=32775 ApplicationCritical=32782 CommunicationTimedOut=32783 CommunicationFailed=32784 "
    "Disabled=32896",
    "VMMigrationPerformance": "TCPIP=0 Compression=1 SMB=2",
    "VMNetworkAdapterOperationalStatus": "Unknown=0 Other=1 Ok=2 Degraded=3 Stressed=4 PredictiveFailure=5 Error=6 "
    "NonRecoverableError=7 Starting=8 Stopping=9 Stopped=10 InService=11 NoContact=12 LostCommunication=13 "
    "Aborted=14 Dormant=15 "
    "SupportingEntity=16 Completed=17 PowerMode=18 ProtocolVersion=32775",
    "VMNetworkAdapterPortMirroringMode": "None=0 Destination=1 Source=2",
    "VMNetworkAdapterPrivateVlanMode": "Isolated=1 Community=2 Promiscuous=3",
    "VMNetworkAdapterVlanMode": "Untagged=0 Access=1 Trunk=2 Private=3",
    "VMOperationalStatus": "Ok=2 Degraded=3 PredictiveFailure=5 InService=11 Dormant=15 SupportingEntityInError=16 "
    "ApplyingSnapshot=23769 CreatingSnapshot=32768 DeletingSnapshot=32770 WaitingToStart=32771 MergingDisks=32772 "
    "ExportingVirtualMachine=32773 MigratingVirtualMachine=32774 BackingUpVirtualMachine=32776 "
    "ModifyingUpVirtualMachine=32777 "
    "StorageMigrationPhaseOne=32778 StorageMigrationPhaseTwo=32779 MigratingPlannedVm=32780 "
    "CheckingCompatibility=32781 "
    "ApplicationCriticalState=32782 CommunicationTimedOut=32783 CommunicationFailed=32784 NoIommu=32785 "
    "NoIovSupportInNic=32786 "
    "SwitchNotInIovMode=32787 IovBlockedByPolicy=32788 IovNoAvailResources=32789 IovGuestDriversNeeded=32790 "
    "CriticalIoError=32795",
    "VMReplicationHealthState": "NotApplicable=0 Normal=1 Warning=2 Critical=3",
    "VMReplicationMode": "None=0 Primary=1 Replica=2 TestReplica=3 ExtendedReplica=4",
    "VMReplicationState": "Disabled=0 ReadyForInitialReplication=1 InitialReplicationInProgress=2 "
    "WaitingForInitialReplication=3 "
    "Replicating=4 PreparedForFailover=5 FailedOverWaitingCompletion=6 FailedOver=7 Suspended=8 Error=9 "
    "WaitingForStartResynchronize=10 Resynchronizing=11 ResynchronizeSuspended=12 RecoveryInProgress=13 "
    "FailbackInProgress=14",
    "VMState": "Other=1 Running=2 Off=3 Stopping=4 Saved=6 Paused=9 Starting=10 Reset=11 "
    "Saving=32773 Pausing=32776 Resuming=32777 "
    "FastSaved=32779 FastSaving=32780 ForceShutdown=32781 ForceReboot=32782 Hibernated=32783 ComponentServicing=32784 "
    "RunningCritical=32785 OffCritical=32786 StoppingCritical=32787 SavedCritical=32788 PausedCritical=32789 "
    "StartingCritical=32790 ResetCritical=32791 SavingCritical=32792 PausingCritical=32793 ResumingCritical=32794 "
    "FastSavedCritical=32795 FastSavingCritical=32796",
    "VMSwitchBandwidthMode": "Default=0 Weight=1 Absolute=2 None=3",
    "VMSwitchType": "Private=0 Internal=1 External=2",
    "VrssQueueSchedulingModeType": "Dynamic=0 StaticVmq=1 StaticVrss=2",
    "VrssVmbusChannelAffinityPolicyType": "None=1 Weak=2 Strong=3 Strict=4",
    "WaitVMTypes": "Heartbeat=0 IPAddress=1 Reboot=2 MemoryOperations=3",
}
_VHD_ENUMS = {
    "VhdCompactMode": "Full=0 Quick=1 Retrim=2 Pretrimmed=3 Prezeroed=4",
    "VhdFormat": "Unknown=0 VHD=2 VHDX=3 VHDSet=4",
    "VhdType": "Unknown=0 Fixed=2 Dynamic=3 Differencing=4",
    "VirtualHardDiskPmemAddressAbstractionType": "None=0 BTT=1 Unknown=65535",
}
ENUM_TYPES: dict[str, EnumType] = {
    full: EnumType(full, _parse(text))
    for namespace, group in ((HYPERV, _HYPERV_ENUMS), (VHD, _VHD_ENUMS))
    for full, text in ((f"{namespace}.{name}", text) for name, text in group.items())
}
ENUM_TYPES["System.ServiceProcess.ServiceControllerStatus"] = EnumType(
    "System.ServiceProcess.ServiceControllerStatus",
    _parse("Stopped=1 StartPending=2 StopPending=3 Running=4 ContinuePending=5 PausePending=6 Paused=7"),
)
ENUM_TYPES["System.ServiceProcess.ServiceStartMode"] = EnumType(
    "System.ServiceProcess.ServiceStartMode", _parse("Boot=0 System=1 Automatic=2 Manual=3 Disabled=4")
)
_BY_SHORT_NAME = {full.rsplit(".", 1)[1].casefold(): enum for full, enum in ENUM_TYPES.items()}


def find_enum(short_name: str) -> EnumType | None:
    """The enumeration with that short name in any case, or None."""
    return _BY_SHORT_NAME.get(short_name.casefold())


def enum_member(short_name: str, member: str) -> EnumMember:
    """Shorthand: `enum_member("VMState", "Running")`.

    Raises:
        KeyError: no such enumeration or member.
    """
    return _BY_SHORT_NAME[short_name.casefold()].member(member)
