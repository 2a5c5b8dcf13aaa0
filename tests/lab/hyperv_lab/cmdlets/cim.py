# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Get-CimInstance and Invoke-CimMethod for a few classes of root/cimv2 and root/virtualization/v2."""

from __future__ import annotations

import typing as t
from datetime import timedelta

from ..objects.enums import enum_member
from ..simulation.errors import OperationFailed
from ..simulation.machine import VirtualMachine
from ..simulation.transfer import remove_planned
from ..simulation.values import Record, Value
from .context import Context
from .query import Condition, QueryError, parse_filter, parse_query
from .registry import cmdlet

_CIM = "Microsoft.Management.Infrastructure.CimInstance#"
VIRTUALIZATION = "root/virtualization/v2"


def _failure(message: str, hresult_text: str, category: str) -> OperationFailed:
    return OperationFailed(
        message,
        error_id=f"HRESULT {hresult_text}",
        category=category,
        hresult=int(hresult_text, 16) - 0x1_0000_0000,
        exception_type="Microsoft.Management.Infrastructure.CimException",
    )


def _operating_system(ctx: Context) -> list[Record]:
    host = ctx.host
    clock = host.estate.clock
    return [
        _record(
            ctx,
            "root/cimv2/Win32_OperatingSystem",
            "",
            {
                "Caption": host.windows.caption,
                "Version": f"10.0.{host.build}",
                "BuildNumber": str(host.build),
                "OSArchitecture": "64-bit",
                "OSLanguage": 1031 if host.culture == "de-DE" else 1033,
                "ProductType": 3,
                "CSName": host.name,
                "TotalVisibleMemorySize": host.memory // 1024,
                "FreePhysicalMemory": max(0, host.memory_available) // 1024,
                "LastBootUpTime": clock.start - timedelta(days=3),
                "LocalDateTime": clock.utc(),
                "SystemDrive": "C:",
                "WindowsDirectory": "C:\\Windows",
                "InstallDate": clock.start - timedelta(days=300),
                "SerialNumber": "00000-00000-00000-LAB00",
            },
        )
    ]


def _computer_system(ctx: Context) -> list[Record]:
    host = ctx.host
    return [
        _record(
            ctx,
            "root/cimv2/Win32_ComputerSystem",
            "",
            {
                "Name": host.name,
                "Domain": host.domain,
                "DNSHostName": host.name,
                "PartOfDomain": True,
                "Workgroup": None,
                "Manufacturer": "datacenter.hyperv",
                "Model": "Simulated host",
                "NumberOfLogicalProcessors": host.processors,
                "NumberOfProcessors": host.numa_nodes,
                "TotalPhysicalMemory": host.memory,
                "HypervisorPresent": True,
            },
        )
    ]


_ENABLED = {
    "Running": 2,
    "Off": 3,
    "Stopping": 4,
    "Saved": 6,
    "Paused": 9,
    "Starting": 10,
    "Saving": 32773,
    "PausedCritical": 9,
}


def _machines(ctx: Context) -> list[Record]:
    host = ctx.host
    language = host.language
    records = [
        _record(
            ctx,
            f"{VIRTUALIZATION}/Msvm_ComputerSystem",
            host.name,
            {
                "Name": host.name.upper(),
                "ElementName": host.name.upper(),
                "Caption": language.hosting_computer_system,
                "EnabledState": 2,
                "RequestedState": 12,
                "HealthState": 5,
                "OperationalStatus": [2],
                "ProcessID": None,
                "OnTimeInMilliseconds": None,
                "TimeOfLastStateChange": None,
                "InstallDate": None,
                "CreationClassName": "Msvm_ComputerSystem",
            },
        )
    ]
    for machine in host.machines.values():
        values: dict[str, Value] = {
            "Name": str(machine.id).upper(),
            "ElementName": machine.name,
            "Caption": language.computer_system,
            "EnabledState": _ENABLED.get(machine.state, enum_member("VMState", machine.state).number),
            "RequestedState": 12,
            "HealthState": 25 if machine.state == "PausedCritical" else 5,
            "OperationalStatus": [11, 32772] if machine.merges else [2],
            "ProcessID": int(machine.id) % 30000 + 4 if machine.active else None,
            "OnTimeInMilliseconds": round(machine.uptime * 1000) if machine.active else 0,
            "TimeOfLastStateChange": host.estate.clock.start + timedelta(seconds=machine.changed_at),
            "InstallDate": machine.created,
            "CreationClassName": "Msvm_ComputerSystem",
        }
        records.append(_record(ctx, f"{VIRTUALIZATION}/Msvm_ComputerSystem", str(machine.id), values))
    return records


def _shutdown_components(ctx: Context) -> list[Record]:
    records: list[Record] = []
    for machine in ctx.host.machines.values():
        service = machine.settings.services[3]
        if not machine.active:  # CIM-02
            continue
        identifier = str(machine.id).upper()
        records.append(
            _record(
                ctx,
                f"{VIRTUALIZATION}/Msvm_ShutdownComponent",
                identifier,
                {
                    "SystemName": identifier,
                    "DeviceID": f"Microsoft:{identifier}\\{service.service_id}",
                    "ElementName": service.name,
                    "EnabledState": 2 if service.enabled else 3,
                    "OperationalStatus": [2] if machine.heartbeat and service.enabled else [12],
                    "CreationClassName": "Msvm_ShutdownComponent",
                    "SystemCreationClassName": "Msvm_ComputerSystem",
                },
            )
        )
    return records


def _record(ctx: Context, path: str, key: str, values: dict[str, Value]) -> Record:
    return Record(ctx.host, _CIM + path, f"{path}:{key}", {**values, "PSComputerName": None})


def _planned_systems(ctx: Context) -> list[Record]:
    return [
        _record(
            ctx,
            f"{VIRTUALIZATION}/Msvm_PlannedComputerSystem",
            str(machine.id),
            {
                "Name": str(machine.id).upper(),
                "ElementName": machine.name,
                "Caption": "Planned Virtual Machine",
                "CreationClassName": "Msvm_PlannedComputerSystem",
            },
        )
        for machine in ctx.host.planned.values()
    ]


def _setting_data(ctx: Context) -> list[Record]:
    return [
        _record(
            ctx,
            f"{VIRTUALIZATION}/Msvm_VirtualSystemSettingData",
            str(machine.id),
            {
                "InstanceID": f"Microsoft:{str(machine.id).upper()}",
                "VirtualSystemIdentifier": str(machine.id).upper(),
                "VirtualSystemType": f"Microsoft:Hyper-V:System:{'Planned' if machine.planned else 'Realized'}",
                "ElementName": machine.name,
                "Notes": [machine.settings.notes],
                "ConfigurationDataRoot": machine.path,
            },
        )
        for machine in (*ctx.host.machines.values(), *ctx.host.planned.values())
    ]


def _management_service(ctx: Context) -> list[Record]:
    name = "Msvm_VirtualSystemManagementService"
    values: dict[str, Value] = {"Name": "vmms", "SystemName": ctx.host.name.upper(), "CreationClassName": name}
    return [_record(ctx, f"{VIRTUALIZATION}/{name}", "vmms", values)]


_CLASSES: dict[tuple[str, str], t.Callable[[Context], list[Record]]] = {
    ("root/cimv2", "win32_operatingsystem"): _operating_system,
    ("root/cimv2", "win32_computersystem"): _computer_system,
    (VIRTUALIZATION, "msvm_computersystem"): _machines,
    (VIRTUALIZATION, "msvm_shutdowncomponent"): _shutdown_components,
    (VIRTUALIZATION, "msvm_plannedcomputersystem"): _planned_systems,
    (VIRTUALIZATION, "msvm_virtualsystemsettingdata"): _setting_data,
    (VIRTUALIZATION, "msvm_virtualsystemmanagementservice"): _management_service,
}


def _select(ctx: Context) -> list[Record]:
    namespace = (ctx.text("Namespace") or "root/cimv2").replace("\\", "/").casefold()
    try:
        if ctx.has("Query"):
            class_name, condition = parse_query(ctx.required("Query"))
        else:
            class_name = ctx.required("ClassName")
            condition = parse_filter(ctx.required("Filter")) if ctx.has("Filter") else Condition()
    except QueryError as error:  # CIM-01
        ctx.terminate(_failure(f"Invalid query: {error}", "0x80041017", "InvalidArgument"))
    reader = _CLASSES.get((namespace, class_name.casefold()))
    if reader is None:
        if namespace not in {known for known, _ in _CLASSES}:
            ctx.terminate(_failure("Invalid namespace", "0x8004100e", "MetadataError"))
        ctx.not_simulated(f"for the class {namespace}:{class_name}")
    if namespace == VIRTUALIZATION:
        if "hyper-v" not in ctx.host.installed_modules:
            ctx.terminate(_failure("Invalid namespace", "0x8004100e", "MetadataError"))
        if ctx.host.services.get("vmms") != "Running":  # HOST-04
            ctx.terminate(_failure("Provider load failure", "0x80041013", "NotSpecified"))
    return [record for record in reader(ctx) if condition.holds(record)]


@cmdlet(
    "CimCmdlets",
    "Get-CimInstance",
    "ClassName Filter Property KeyOnly Namespace Query QueryDialect InputObject OperationTimeoutSec Shallow",
)
def get_cim_instance(ctx: Context) -> None:
    """Instances of a class."""
    if ctx.has("InputObject"):
        ctx.not_simulated("-InputObject")
    for record in _select(ctx):
        ctx.emit(record)


@cmdlet(
    "CimCmdlets",
    "Invoke-CimMethod",
    "ClassName Namespace Query QueryDialect InputObject MethodName Arguments OperationTimeoutSec",
)
def invoke_cim_method(ctx: Context) -> None:
    """InitiateShutdown, RequestStateChange, DestroySystem of planned machines, and Create of Win32_Process."""
    targets: list[Record] = []
    if (ctx.text("ClassName") or "").casefold() == "win32_process" and ctx.required(
        "MethodName"
    ).casefold() == "create":
        ctx.emit(_create_process(ctx))
        return
    if ctx.has("InputObject"):
        for item in ctx.items("InputObject"):
            if isinstance(item, Record):
                targets.append(item)
    else:
        targets = _select(ctx)
    method = ctx.required("MethodName").casefold()
    raw = ctx.value("Arguments")
    arguments = {str(name).casefold(): value for name, value in raw.items()} if isinstance(raw, dict) else {}
    for target in targets:
        class_name = target.type_name.rsplit("/", 1)[-1].casefold()
        if (class_name, method) == ("msvm_shutdowncomponent", "initiateshutdown"):
            result = _shut_down(ctx, str(target.get("SystemName")), arguments)
        elif (class_name, method) == ("msvm_computersystem", "requeststatechange"):
            result = _request_state(ctx, str(target.get("Name")), arguments)
        elif (class_name, method) == ("msvm_virtualsystemmanagementservice", "destroysystem"):
            result = _destroy(ctx, arguments)
        else:
            ctx.not_simulated(f"-MethodName {ctx.text('MethodName')}")
        ctx.emit(
            Record(
                ctx.host,
                "Microsoft.Management.Infrastructure.CimMethodResult",
                f"CimMethodResult:{target.key}",
                {"ReturnValue": result, "PSComputerName": None},
            )
        )


def _create_process(ctx: Context) -> Record:
    """A process of WMI's: it belongs to no shell and outlives the one that asked for it (CIM-06)."""
    raw = ctx.value("Arguments")
    arguments = {str(name).casefold(): value for name, value in raw.items()} if isinstance(raw, dict) else {}
    start = ctx.call.session.start_process
    if start is None:
        ctx.not_simulated("-MethodName Create on an engine that has no processes")
    result, process_id = 0, None
    if not ctx.whatif:
        try:
            process_id = start(str(arguments.get("commandline") or ""))  # CIM-06
        except (OSError, ValueError):
            result = 9  # CIM-06
    return Record(
        ctx.host,
        "Microsoft.Management.Infrastructure.CimMethodResult",
        f"CimMethodResult:Win32_Process:{process_id}",
        {"ReturnValue": result, "ProcessId": process_id, "PSComputerName": None},
    )


def _machine(ctx: Context, identifier: str) -> VirtualMachine | None:
    return next(
        (machine for machine in ctx.host.machines.values() if str(machine.id).casefold() == identifier.casefold()), None
    )


def _shut_down(ctx: Context, identifier: str, arguments: dict[str, Value]) -> int:
    if "force" not in arguments or "reason" not in arguments:
        ctx.terminate(_failure("Invalid parameter", "0x80041008", "InvalidArgument"))
    machine = _machine(ctx, identifier)
    if machine is None:
        ctx.terminate(_failure("Not found", "0x80041002", "ObjectNotFound"))
    if ctx.whatif:
        return 0
    if machine.state == "Stopping":
        return 0
    if machine.state != "Running":
        return 32775  # CIM-03
    try:
        machine.request_shutdown()
    except OperationFailed:
        return 32768 if not machine.settings.services[3].enabled else 32775  # CIM-03
    return 0


def _destroy(ctx: Context, arguments: dict[str, Value]) -> int:
    """DestroySystem: a planned machine goes, its files stay (CIM-05)."""
    system = arguments.get("affectedsystem")
    name = str(system.get("Name")) if isinstance(system, Record) else ""
    planned = next((each for each in ctx.host.planned.values() if str(each.id).casefold() == name.casefold()), None)
    if planned is None:
        if _machine(ctx, name) is not None:
            ctx.not_simulated("-MethodName DestroySystem of a machine that is not planned")
        return 32773
    if not ctx.whatif:
        remove_planned(planned)  # CIM-05
    return 0


def _request_state(ctx: Context, identifier: str, arguments: dict[str, Value]) -> int:
    machine = _machine(ctx, identifier)
    if machine is None:
        ctx.terminate(_failure("Not found", "0x80041002", "ObjectNotFound"))
    wanted = arguments.get("requestedstate")
    if ctx.whatif:
        return 0
    actions: dict[object, t.Callable[[], object]] = {
        2: machine.start,
        3: machine.turn_off,
        4: machine.request_shutdown,
        6: machine.save,
        9: machine.pause,
        11: machine.reset,
        32773: machine.save,
        32776: machine.pause,
        32777: machine.resume,
    }
    action = actions.get(wanted)
    if action is None:
        return 32773
    try:
        done = action()
    except OperationFailed as failure:
        return 32775 if failure.error_id == "InvalidState" else 32768  # CIM-04
    return 32775 if done is False else 0
