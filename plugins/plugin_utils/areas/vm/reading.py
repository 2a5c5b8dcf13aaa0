# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The steps that read, and the observation that their rows make.

The number of steps follows from which options are declared, not from how many VMs there are.
"""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from ...core.step import HOST_FACTS, Condition, Field, Reference, Replies, Step
from ..switch.names import name_key
from ..virtual_disk import CHAINS, chain_step, partial_path, understand_chains, understand_volumes, volume_step
from ..virtual_disk.space import VOLUMES
from .declaration import Declaration
from .dependent_disks import DEPENDENT_DISKS, dependent_disks_step, growing_files, understood_dependent_disks
from .device_reading import (
    FLOPPIES,
    MEDIA,
    PMEM_CONTROLLERS,
    DeviceNeeds,
    device_steps,
    understood_media,
)
from .drive_settings import understood_settings
from .host_devices import LentNeeds, lent_device_steps, understood_lent_devices, understood_offers
from .lent_devices import LentDevices
from .mac import DYNAMIC
from .observation import (
    BootKey,
    Observation,
    ObservedAdapter,
    ObservedCheckpoint,
    ObservedDrive,
    ObservedDvd,
    ObservedHost,
    ObservedVm,
)
from .physical_disks import HOST_DISKS, PARTITIONS, understood_disks
from .settings import (
    BIOS,
    COM1,
    COM2,
    FIRMWARE,
    KEY_PROTECTORS,
    MEMORY,
    PROCESSORS,
    SECURITY,
    SERVICES,
    VIDEO,
    VMS,
    declared_rows,
    rows_read_by,
    service_option,
)
from .slots import Slot
from .vlan import observed_vlan

HOST, VERSIONS, DRIVES, DVDS, ADAPTERS = "host", "versions", "drives", "dvds", "adapters"
CONTROLLERS, CHECKPOINTS, SWITCHES, ATTACHED = "controllers", "checkpoints", "switches", "attached_chains"

#: Settings of all VMs that plans look at, declared or not: VMs that start with the host want its memory.
ALWAYS_READ = frozenset({"automatic_start.action"})

#: The function of the payload that reads security: the objects of Get-VMSecurity do not name their VM.
GET_SECURITY = "Get-SecurityState"

#: The payload file with it and with the function that sets integration services.
SETTINGS_FILE = "vm_settings"

_VM = Field("vm", "VMId", "guid")
_SLOT = (
    Field("controller", "ControllerType", "enum"),
    Field("number", "ControllerNumber", "integer"),
    Field("location", "ControllerLocation", "integer"),
)
#: Parts of Get-VMFirmware's order that tell which device an entry is. `Description` is no help: disks and DVD drives
#: have the same, and it is for people.
_BOOT = (
    Field("type", "BootType", "enum"),
    Field("path", "FirmwarePath"),
    Field("device", "Device", "type"),
    Field("device_id", "Device.Id"),
    Field("number", "Device.ControllerNumber", "integer"),
    Field("location", "Device.ControllerLocation", "integer"),
)


class Needs:
    """Which readings a declaration needs."""

    def __init__(self, declaration: Declaration) -> None:
        present = [vm for vm in declaration.vms if vm.present]
        absent = [vm for vm in declaration.vms if not vm.present]
        disks = [disk for vm in declaration.vms for disk in vm.disks or ()]
        self.devices = DeviceNeeds(declaration)
        rows = {row.option: row for vm in present for row in declared_rows(vm.member.options)}
        options = set(rows)
        declared = {row.reader for row in rows.values()}
        # nested virtualization and dynamic memory exclude each other, a shielded VM has secure boot
        if any(vm.get("processor.expose_virtualization_extensions") for vm in present):
            declared.add(MEMORY)
        if any(vm.get("memory.dynamic") for vm in present):
            declared.add(PROCESSORS)
        if any(vm.get("security.shielded") for vm in present):
            declared.add(FIRMWARE)
        if any(vm.get("secure_boot") is False for vm in present):
            declared.add(SECURITY)
        self.lent = LentNeeds(declaration)
        if self.lent.memory:
            declared.add(MEMORY)
        options |= self.lent.options
        # text and tags share one property
        self.options = options | {"notes", "tags"} if options & {"notes", "tags"} else options
        self.declaration = declaration
        self.versions = any(vm.get("version") is not None for vm in present)
        self.present = bool(present)
        self.processors = PROCESSORS in declared
        self.memory = MEMORY in declared
        boot = any(vm.boot_order is not None for vm in present)
        self.firmware = FIRMWARE in declared or boot
        self.bios = BIOS in declared or boot
        self.video = VIDEO in declared
        self.security = bool({SECURITY, KEY_PROTECTORS} & declared)
        self.services = SERVICES in declared
        self.com_ports = tuple(number for number, reader in ((1, COM1), (2, COM2)) if reader in declared)
        # a half-made VM shows by its adapter, and may still have the DVD drive that is in the way of an IDE disk
        ide = any(drive.slot.controller == "IDE" for vm in present for drive in vm.drives)
        self.adapters = boot or ide or any(vm.adapters is not None for vm in present)
        # a static address must not be another VM's
        macs = {adapter.mac for vm in present for adapter in vm.adapters or ()}
        self.all_adapters = bool(macs - {None, DYNAMIC})
        self.switches = any(adapter.switch for vm in present for adapter in vm.adapters or ())
        self.deletes_disks = any(vm.get("delete_disks") for vm in absent)
        self.attached = any(vm.disks is not None for vm in present) or bool(absent)
        self.drives = boot or self.adapters or self.attached or self.devices.dvds or self.devices.scsi
        self.all_drives = bool(disks) or self.deletes_disks or self.devices.all_drives
        self.dvds = boot or self.devices.dvds or any(vm.drives for vm in present)
        self.controllers = self.devices.scsi
        # a file that a checkpoint has as it was must not be attached to be written to
        self.checkpoints = bool(absent) or bool(disks) or "snapshot_file_location" in options
        self.files = self._files(declaration)
        self.growing = growing_files(disk.file for vm in present for disk in vm.disks or ())
        self.volumes = any(disk.file.can_be_made for vm in present for disk in vm.disks or ())

    @staticmethod
    def _files(declaration: Declaration) -> tuple[str, ...]:
        paths: list[str] = []
        for vm in declaration.vms:
            for disk in vm.disks or ():
                paths.append(disk.file.path)
                if disk.file.copy_of:
                    paths.append(partial_path(disk.file.path))
                paths += [path for path in (disk.file.parent, disk.file.copy_of) if path]
        return tuple(dict.fromkeys(paths))


def reading_steps(declaration: Declaration) -> tuple[Step, ...]:
    """Return the reading steps of a declaration."""
    needs = Needs(declaration)
    where = declaration.selecting()
    declared = Reference(VMS, where=where)
    steps = []
    if needs.present:
        steps.append(host_step())
    if needs.versions:
        steps.append(versions_step())
    steps.append(vms_step(options=needs.options))
    if needs.processors:
        steps.append(part_step(PROCESSORS, "Hyper-V\\Get-VMProcessor", declared))
    if needs.memory:
        steps.append(part_step(MEMORY, "Hyper-V\\Get-VMMemory", declared))
    if needs.firmware:
        steps.append(firmware_step(where))
    if needs.bios:
        steps.append(bios_step(where))
    if needs.security:
        steps.append(security_step(declared))
    if needs.services:
        steps.append(services_step(declared))
    if needs.video:
        steps.append(part_step(VIDEO, "Hyper-V\\Get-VMVideo", declared))
    steps += [com_ports_step(number, declared) for number in needs.com_ports]
    if needs.drives:
        vms = Reference(VMS) if needs.all_drives else declared
        steps.append(drives_step(vms, needs.devices.drive_fields))
    if needs.dvds:
        steps.append(dvds_step(declared))
    if needs.adapters:
        steps.append(adapters_step(Reference(VMS) if needs.all_adapters else declared))
    if needs.controllers:
        steps.append(controllers_step(declared))
    steps += device_steps(needs.devices, where)
    steps += lent_device_steps(needs.lent)
    if needs.checkpoints:
        steps.append(checkpoints_step(declared, (_CHECKPOINT_FILES,)))
    if needs.switches:
        steps.append(Step(SWITCHES, "Hyper-V\\Get-VMSwitch", read=(Field("name", "Name"),)))
    if needs.files:
        steps.append(chain_step(needs.files, patient=True))
    if needs.growing:
        steps.append(dependent_disks_step(needs.growing))
    if needs.attached:
        steps.append(attached_step(() if needs.deletes_disks else declaration.selecting("VMName", "VMId")))
    if needs.volumes:
        steps.append(volume_step())
    return tuple(steps)


def host_step() -> Step:
    """Return the step that reads the host."""
    return Step(
        HOST,
        "Hyper-V\\Get-VMHost",
        read=(
            Field("processors", "LogicalProcessorCount", "integer"),
            Field("memory", "MemoryCapacity", "integer"),
            Field("path", "VirtualMachinePath"),
        ),
    )


def versions_step() -> Step:
    """Return the step that reads the configuration versions that the host supports."""
    read = (Field("version", "Version"), Field("default", "IsDefault", "boolean"))
    return Step(VERSIONS, "Hyper-V\\Get-VMHostSupportedVersion", read=read)


def vms_step(more: tuple[Field, ...] = (), options: c.Container[str] | None = None) -> Step:
    """Return the step that reads all VMs: filtering by name is left to references, as Get-VM knows patterns only.

    Args:
        options: settings that are declared; others are not read. None reads all.
    """
    rows = [row for row in rows_read_by(VMS) if options is None or row.option in options or row.option in ALWAYS_READ]
    return Step(
        VMS,
        "Hyper-V\\Get-VM",
        read=(
            Field("id", "Id", "guid"),
            Field("name", "Name"),
            Field("state", "State", "enum"),
            Field("generation", "Generation", "integer"),
            Field("path", "Path"),
            Field("memory", "MemoryStartup", "integer"),
            Field("heartbeat", "Heartbeat", "enum"),
            Field("version", "Version"),
            *(field for row in rows for field in row.fields),
            *more,
        ),
    )


def part_step(step_id: str, call: str, vms: Reference, more: tuple[Field, ...] = ()) -> Step:
    """Return a step that reads the rows' values of a part that each VM has once."""
    return Step(
        step_id, call, {"VM": vms}, read=(_VM, *(field for row in rows_read_by(step_id) for field in row.fields), *more)
    )


def firmware_step(where: tuple[Condition, ...]) -> Step:
    """Return the step that reads the firmware of generation 2; Get-VMFirmware fails on generation 1."""
    return part_step(
        FIRMWARE,
        "Hyper-V\\Get-VMFirmware",
        _of_generation(2, where),
        (Field("boot", "BootOrder", "objects", _BOOT),),
    )


def bios_step(where: tuple[Condition, ...]) -> Step:
    """Return the step that reads the BIOS of generation 1; Get-VMBios fails on generation 2."""
    return part_step(BIOS, "Hyper-V\\Get-VMBios", _of_generation(1, where), (Field("order", "StartupOrder", "enums"),))


def security_step(vms: Reference, *, key_protectors: bool = True) -> Step:
    """Return the step that reads security settings.

    Args:
        key_protectors: whether to tell also who has one, which takes the host another call.
    """
    more = tuple(row.field for row in rows_read_by(KEY_PROTECTORS)) if key_protectors else ()
    step = part_step(SECURITY, GET_SECURITY, vms, more)
    return dataclasses.replace(step, parameters={**step.parameters, "KeyProtectors": key_protectors})


def services_step(vms: Reference) -> Step:
    """Return the step that reads integration services."""
    read = (_VM, Field("id", "Id"), Field("enabled", "Enabled", "boolean"))
    return Step(SERVICES, "Hyper-V\\Get-VMIntegrationService", {"VM": vms}, read=read)


def com_ports_step(number: int, vms: Reference) -> Step:
    """Return the step that reads COM port 1 or 2; the port itself says its number only in its name."""
    reader = COM1 if number == 1 else COM2
    read = (_VM, *(field for row in rows_read_by(reader) for field in row.fields))
    return Step(reader, "Hyper-V\\Get-VMComPort", {"VM": vms, "Number": number}, read=read)


def drives_step(vms: Reference, more: tuple[Field, ...] = ()) -> Step:
    """Return the step that reads hard disk drives."""
    return Step(
        DRIVES,
        "Hyper-V\\Get-VMHardDiskDrive",
        {"VM": vms},
        read=(_VM, *_SLOT, Field("path", "Path"), Field("disk_number", "DiskNumber", "integer"), *more),
    )


def dvds_step(vms: Reference) -> Step:
    """Return the step that reads DVD drives."""
    return Step(DVDS, "Hyper-V\\Get-VMDvdDrive", {"VM": vms}, read=(_VM, *_SLOT, Field("path", "Path")))


def adapters_step(vms: Reference, more: tuple[Field, ...] = ()) -> Step:
    """Return the step that reads network adapters with their VLAN settings."""
    return Step(
        ADAPTERS,
        "Hyper-V\\Get-VMNetworkAdapter",
        {"VM": vms},
        read=(
            _VM,
            Field("id", "Id"),
            Field("name", "Name"),
            Field("switch", "SwitchName"),
            Field("mac", "MacAddress"),
            Field("dynamic_mac", "DynamicMacAddressEnabled", "boolean"),
            Field("legacy", "IsLegacy", "boolean"),
            Field("vlan_mode", "VlanSetting.OperationMode", "enum"),
            Field("vlan_id", "VlanSetting.AccessVlanId", "integer"),
            Field("vlan_native_id", "VlanSetting.NativeVlanId", "integer"),
            Field("vlan_allowed_ids", "VlanSetting.AllowedVlanIdList", "integers"),
            *more,
        ),
    )


def controllers_step(vms: Reference) -> Step:
    """Return the step that reads SCSI controllers."""
    read = (_VM, Field("number", "ControllerNumber", "integer"))
    return Step(CONTROLLERS, "Hyper-V\\Get-VMScsiController", {"VM": vms}, read=read)


_CHECKPOINT_FILES = Field("files", "HardDrives", "objects", (Field("path", "Path"),))


def _checkpoint_files(row: t.Mapping[str, t.Any]) -> tuple[str, ...]:
    return tuple(drive["path"] for drive in row.get("files") or () if drive["path"])


def checkpoints_step(vms: Reference, more: tuple[Field, ...] = ()) -> Step:
    """Return the step that reads checkpoints."""
    return Step(
        CHECKPOINTS,
        "Hyper-V\\Get-VMSnapshot",
        {"VM": vms},
        read=(_VM, Field("id", "Id", "guid"), Field("name", "Name"), Field("type", "SnapshotType", "enum"), *more),
    )


def attached_step(where: tuple[t.Any, ...] = ()) -> Step:
    """Return the step that reads the chains of attached files; pass-through disks have no file."""
    return chain_step([attached_files(where)], ATTACHED)


def attached_files(where: tuple[t.Any, ...] = ()) -> Reference:
    """Return the attached files."""
    return Reference(DRIVES, where=(*where, ("DiskNumber", (None,))), get="Path")


def understand_replies(replies: Replies, media: c.Sequence[str] = ()) -> Observation:
    """Return the observation from the replies to any of the reading steps.

    Args:
        media: the paths that the step about images was asked for.
    """

    def rows(step: str) -> tuple[dict[str, t.Any], ...]:
        return replies[step].rows if step in replies else ()

    settings: dict[str, dict[str, t.Any]] = {row["id"]: {} for row in rows(VMS)}
    for reader in (PROCESSORS, MEMORY, FIRMWARE, BIOS, COM1, COM2, VIDEO):
        for row in rows(reader):
            _note_settings(settings[row["vm"]], reader, row)
    for row in rows(SECURITY):
        for reader in (SECURITY, KEY_PROTECTORS):
            _note_settings(settings[row["vm"]], reader, row)
    for row in rows(SERVICES):
        option = service_option(row["id"])
        if option is not None:
            settings[row["vm"]][option] = row["enabled"]
    for row in rows(VMS):
        _note_settings(settings[row["id"]], VMS, row)
        settings[row["id"]].setdefault("memory.startup", row["memory"])
        settings[row["id"]]["version"] = row["version"]
    drives = tuple(
        ObservedDrive(row["vm"], _slot(row), row["path"] or "", row["disk_number"], understood_settings(row))
        for row in rows(DRIVES)
    )
    drives_of = _by_vm(drives)
    dvds_of = _by_vm(ObservedDvd(row["vm"], _slot(row), row["path"] or "") for row in rows(DVDS))
    adapters_of = _by_vm(_adapter(row) for row in rows(ADAPTERS))
    checkpoints_of = _by_vm(
        ObservedCheckpoint(row["vm"], row["id"], row["name"], row["type"], _checkpoint_files(row))
        for row in rows(CHECKPOINTS)
    )
    controllers: dict[str, int] = {}
    for row in rows(CONTROLLERS):
        controllers[row["vm"]] = max(controllers.get(row["vm"], 0), row["number"] + 1)
    pmem: dict[str, int] = {}
    for row in rows(PMEM_CONTROLLERS):
        pmem[row["vm"]] = pmem.get(row["vm"], 0) + 1
    floppies = {row["vm"]: row["path"] or "" for row in rows(FLOPPIES)}
    boot = {row["vm"]: _boot(row["boot"], adapters_of.get(row["vm"], ())) for row in rows(FIRMWARE)}
    boot_classes = {row["vm"]: tuple(row["order"]) for row in rows(BIOS)}
    lent = understood_lent_devices(rows)
    vms = tuple(
        ObservedVm(
            row["id"],
            row["name"],
            row["state"],
            row["generation"],
            row["path"] or "",
            settings[row["id"]],
            str(row["heartbeat"]).startswith("Ok"),
            drives_of.get(row["id"], ()),
            dvds_of.get(row["id"], ()),
            adapters_of.get(row["id"], ()),
            checkpoints_of.get(row["id"], ()),
            controllers.get(row["id"], 0 if CONTROLLERS in replies else 1),
            pmem.get(row["id"], 0),
            floppies.get(row["id"]),
            boot.get(row["id"], ()),
            boot_classes.get(row["id"], ()),
            lent.get(row["id"], LentDevices()),
        )
        for row in rows(VMS)
    )
    host = next(
        (
            ObservedHost(
                row["processors"],
                row["memory"],
                row["path"] or "",
                _build(replies),
                tuple(version["version"] for version in rows(VERSIONS)),
                next((version["version"] for version in rows(VERSIONS) if version["default"]), ""),
            )
            for row in rows(HOST)
        ),
        ObservedHost(),
    )
    return Observation(
        host,
        vms,
        drives,
        understand_chains((*rows(ATTACHED), *rows(CHAINS))),
        tuple(row["name"] for row in rows(SWITCHES)),
        understand_volumes(rows(VOLUMES)),
        understood_disks(rows(HOST_DISKS), rows(PARTITIONS)),
        understood_media(media, rows(MEDIA)),
        understood_offers(rows, {vm.id: vm.name for vm in vms}, replies),
        understood_dependent_disks(rows(DEPENDENT_DISKS)),
    )


def _note_settings(settings: dict[str, t.Any], reader: str, row: t.Mapping[str, t.Any]) -> None:
    for entry in rows_read_by(reader):
        if entry.is_in(row):
            settings[entry.option] = entry.value_in(row)


def _build(replies: Replies) -> int | None:
    """Return the build of the host's Windows, which every reply tells."""
    host = replies.get(HOST_FACTS)
    build = host.rows[0].get("build") if host is not None and host.rows else None
    return build if isinstance(build, int) else None


def _of_generation(generation: int, where: tuple[Condition, ...]) -> Reference:
    return Reference(VMS, where=(("Generation", (generation,)), *where))


def _slot(row: t.Mapping[str, t.Any]) -> Slot:
    return Slot(row["controller"], row["number"], row["location"])


def _adapter(row: t.Mapping[str, t.Any]) -> ObservedAdapter:
    return ObservedAdapter(
        row["vm"],
        row["id"],
        row["name"],
        row["switch"] or "",
        row["mac"] or "",
        bool(row["dynamic_mac"]),
        bool(row["legacy"]),
        observed_vlan(
            row["vlan_mode"] or "Untagged", row["vlan_id"], row["vlan_native_id"], row["vlan_allowed_ids"] or ()
        ),
    )


def _boot(entries: c.Iterable[t.Mapping[str, t.Any]], adapters: c.Sequence[ObservedAdapter]) -> tuple[BootKey, ...]:
    names = {adapter.id: name_key(adapter.name) for adapter in adapters}
    keys: list[BootKey] = []
    for entry in entries:
        if entry["type"] == "Network":
            keys.append(("adapter", names.get(entry["device_id"], entry["device_id"])))
        elif entry["type"] == "Drive" and entry["number"] is not None:
            kind = "dvd" if str(entry["device"]).lower().startswith("dvd") else "disk"
            keys.append((kind, Slot("SCSI", entry["number"], entry["location"])))
        else:
            keys.append(("file", entry["path"] or ""))
    return tuple(keys)


_Part = t.TypeVar("_Part", ObservedDrive, ObservedDvd, ObservedAdapter, ObservedCheckpoint)


def _by_vm(parts: c.Iterable[_Part]) -> dict[str, tuple[_Part, ...]]:
    grouped: dict[str, list[_Part]] = {}
    for part in parts:
        grouped.setdefault(part.vm, []).append(part)
    return {vm: tuple(members) for vm, members in grouped.items()}
