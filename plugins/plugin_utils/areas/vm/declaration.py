# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a playbook declares about VMs."""

from __future__ import annotations

import dataclasses
import typing as t
import uuid

from ...core.area import Options
from ...core.fleet import ALONE, FleetTerms, declared_terms
from ...core.plan import BadInput
from ...core.setting import declared_value
from ...core.step import Condition
from ..switch.names import name_key
from ..virtual_disk import name_problem, path_key, path_problem
from .boot_entries import BadEntry, BootEntry, boot_entry, generation_problem
from .device_checks import check_devices, device_problems
from .drive_declaration import (
    DiskDeclaration,
    DvdDeclaration,
    PhysicalDiskDeclaration,
    declared_disks,
    declared_dvds,
)
from .fleet import Entry, Member, members
from .host_devices import LentDeclaration, check_lent_devices, declared_lent_devices
from .mac import DYNAMIC, BadAddress, plain_address
from .physical_disks import PhysicalDiskKey
from .setting_checks import check_settings, with_implied_settings
from .settings import declared_rows
from .slots import Slot
from .vlan import Vlan, declared_vlan

#: Characters of a VM's name (Hyper-V Manager and New-VM take 100).
LONGEST_NAME = 100

#: The generation of a new VM that declares none: the one for everything that can start by UEFI.
DEFAULT_GENERATION = 2

#: Options with a default, in case the caller did not fill them in.
DEFAULTS: dict[str, t.Any] = {
    "state": "present",
    "restart": "never",
    "stop_timeout": 300,
    "on_stop_timeout": "fail",
    "turn_off": False,
    "delete_disks": False,
    "delete_checkpoints": False,
    "upgrade_version": False,
}

#: Declared states and the names of Microsoft.HyperV.PowerShell.VMState.
POWER_STATES = {"running": "Running", "stopped": "Off", "saved": "Saved", "paused": "Paused"}


@dataclasses.dataclass(frozen=True)
class AdapterDeclaration:
    """A declared network adapter; None means not managed.

    Attributes:
        switch: name of the switch; an empty text means connected to none.
        mac: twelve digits, or `dynamic`.
    """

    option: str
    name: str
    switch: str | None = None
    mac: str | None = None
    vlan: Vlan | None = None
    legacy: bool | None = None


@dataclasses.dataclass(frozen=True)
class VmDeclaration:
    """One declared VM.

    Attributes:
        member: its merged options and where they were written.
        index: place in the task.
        id: its id in lower case, where that says which VM is meant.
        renamed_from: the name that it had before.
        disks, dvds, adapters, boot_order: None when left out.
        lent: devices of the host that it is to have.
        physical_disks, empty_slots: the entries of `disks` that are disks of the host, or slots to have no disk (with
            their options).
    """

    member: Member
    index: int
    name: str
    id: str | None = None
    renamed_from: str | None = None
    disks: tuple[DiskDeclaration, ...] | None = None
    physical_disks: tuple[PhysicalDiskDeclaration, ...] = ()
    empty_slots: t.Mapping[Slot, str] = dataclasses.field(default_factory=dict)
    dvds: tuple[DvdDeclaration, ...] | None = None
    adapters: tuple[AdapterDeclaration, ...] | None = None
    boot_order: tuple[BootEntry, ...] | None = None
    lent: LentDeclaration = LentDeclaration()

    def get(self, option: str) -> t.Any:
        """Return the value of an option by its dotted name, its default, or None."""
        value = declared_value(self.member.options, option)
        return DEFAULTS.get(option) if value is None else value

    def where(self, option: str) -> str:
        """Return the path of an option as the user wrote it."""
        return self.member.where(option)

    @property
    def present(self) -> bool:
        """Whether the VM is to exist."""
        return bool(self.get("state") != "absent")

    @property
    def power(self) -> str | None:
        """The declared power state as Hyper-V names it, or None where power is not managed."""
        return POWER_STATES.get(self.get("state"))

    @property
    def purged(self) -> frozenset[str]:
        """Lists whose undeclared entries are removed."""
        return frozenset(self.get("purge") or ())

    @property
    def drives(self) -> tuple[DiskDeclaration | PhysicalDiskDeclaration, ...]:
        """The declared hard disk drives."""
        return (*(self.disks or ()), *self.physical_disks)

    @property
    def target(self) -> str:
        """The VM as people say it."""
        return f"vm {self.name}"


@dataclasses.dataclass(frozen=True)
class Declaration:
    """All VMs of one task.

    Attributes:
        terms: what the task says about all of them.
    """

    vms: tuple[VmDeclaration, ...]
    terms: FleetTerms = ALONE

    @property
    def names(self) -> tuple[str, ...]:
        """The declared names."""
        return tuple(vm.name for vm in self.vms)

    def selecting(self, name: str = "Name", id_: str = "Id") -> tuple[Condition, ...]:
        """Return the conditions on objects of the VMs that are meant; none where ids and names are mixed.

        Args:
            name: property that has the name of the VM.
            id_: property that has its id.
        """
        ids = tuple(vm.id for vm in self.vms if vm.id is not None)
        if len(ids) == len(self.vms):
            return ((id_, ids),)
        if ids:
            return ()
        return ((name, (*self.names, *(vm.renamed_from for vm in self.vms if vm.renamed_from is not None))),)


def declare_vms(options: Options) -> Declaration:
    """Return the declaration of a task.

    Raises:
        BadInput: when options contradict each other whatever the host looks like.
    """
    many = options.get("vms") is not None
    if not many and options.get("defaults") is not None:
        raise BadInput("defaults", "is for vms; a single VM has its options beside its name")
    terms = declared_terms(options)
    vms = tuple(_declared_vm(member, index) for index, member in enumerate(members(options)))
    declaration = Declaration(vms, terms if many else ALONE)
    _check_across(declaration)
    return declaration


def _declared_vm(member: Member, index: int) -> VmDeclaration:
    name = member.options.get("name")
    check_name(name, f"{member.prefix}name")
    if not isinstance(name, str):
        raise AssertionError("the caller has checked this")
    vm = VmDeclaration(member, index, name, _declared_id(member), _declared_old_name(member))
    if not vm.present:
        disks = member.lists.get("disks") if vm.get("delete_disks") else None
        return dataclasses.replace(vm, disks=declared_disks(disks).files if disks is not None else None)
    _check_path(vm)
    check_settings(member)
    member = with_implied_settings(member)
    vm = dataclasses.replace(vm, member=member)
    disks, dvds, adapters = (member.lists.get(name) for name in ("disks", "dvds", "adapters"))
    order = member.options.get("boot_order")
    declared = declared_disks(disks or ())
    vm = dataclasses.replace(
        vm,
        disks=declared.files if disks is not None else None,
        physical_disks=declared.physical,
        empty_slots=declared.empty,
        dvds=declared_dvds(dvds) if dvds is not None else None,
        adapters=tuple(_adapter(entry) for entry in adapters) if adapters is not None else None,
        boot_order=_boot_order(vm, order) if order is not None else None,
        lent=declared_lent_devices(member),
    )
    check_devices(vm)
    for purged in sorted(vm.purged):
        if purged not in member.lists and member.options.get(purged) is None:
            raise BadInput(
                vm.where("purge"), f"{purged} would remove all of them; declare {purged}, if need be as an empty list"
            )
    generation = vm.get("generation")
    if generation is not None:
        for option, problem in generation_problems(vm, generation):
            raise BadInput(option, problem)
    return vm


def _declared_id(member: Member) -> str | None:
    text = member.options.get("id")
    if text is None:
        return None
    if "id" in member.inherited:
        raise BadInput("defaults.id", "VMs cannot share an id; give each of vms its own")
    if member.options.get("renamed_from") is not None:
        raise BadInput(member.where("renamed_from"), "says which VM is meant, as id does; leave one of them out")
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise BadInput(member.where("id"), f"{text!r} is not the id of a VM, which vm_info shows") from None


def _declared_old_name(member: Member) -> str | None:
    old = member.options.get("renamed_from")
    if old is None:
        return None
    if "renamed_from" in member.inherited:
        raise BadInput("defaults.renamed_from", "VMs cannot share a name; give each of vms its own")
    check_name(old, member.where("renamed_from"))
    if name_key(old) == name_key(str(member.options.get("name"))):
        raise BadInput(member.where("renamed_from"), "is the name itself; leave it out")
    return str(old)


def check_name(name: t.Any, option: str) -> None:
    """Raise BadInput for a name that no VM can have.

    Everything else is a legal name for Hyper-V, wildcard characters and quotes included.
    """
    if not isinstance(name, str) or not name:
        raise BadInput(option, "is needed: which VM is meant?")
    length = len(name.encode("utf-16-le", "surrogatepass")) // 2
    if length > LONGEST_NAME:
        raise BadInput(option, f"has {length} characters; the name of a VM has at most {LONGEST_NAME}")
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in name):
        raise BadInput(option, f"{name!r} has a line break or another control character in it")
    if name != name.strip():
        raise BadInput(option, f"{name!r} begins or ends with white space; leave that out")


def generation_problems(vm: VmDeclaration, generation: int) -> list[tuple[str, str]]:
    """Return what a declaration asks for that a generation does not have: option paths and texts."""
    problems = device_problems(vm, generation)
    for adapter in vm.adapters or ():
        if generation == 2 and adapter.legacy:
            problems.append(
                (f"{adapter.option}.legacy", "generation 2 has no legacy adapters; its normal ones start by PXE")
            )
    for index, entry in enumerate(vm.boot_order or ()):
        problem = generation_problem(entry, generation)
        if problem is not None:
            problems.append((vm.where(f"boot_order[{index}]"), problem))
    problems += [
        (vm.where(row.option), row.lacking)
        for row in declared_rows(vm.member.options)
        if generation not in row.setting.generations
    ]
    return problems


def _check_path(vm: VmDeclaration) -> None:
    path = vm.get("path")
    if path is None:
        return
    problem = path_problem(path)
    if problem is not None:
        raise BadInput(vm.where("path"), problem)
    problem = name_problem(vm.name)
    if problem is not None:
        raise BadInput(
            f"{vm.member.prefix}name",
            f"with path, Hyper-V makes a folder of the VM's name, and {problem}; leave out path or change the name",
        )


def _adapter(entry: Entry) -> AdapterDeclaration:
    values = entry.values
    name, switch, mac = str(values["name"]), values.get("switch"), values.get("mac")
    for option, text in (("name", name), ("switch", switch)):
        if text is not None and any(ord(letter) < 32 for letter in text):
            raise BadInput(f"{entry.option}.{option}", f"{text!r} has a line break or another control character in it")
    if mac is not None:
        try:
            mac = plain_address(str(mac))
        except BadAddress as problem:
            raise BadInput(f"{entry.option}.mac", str(problem)) from problem
    vlan = values.get("vlan")
    legacy = values.get("legacy")
    if legacy and vlan is not None and vlan.get("mode") == "trunk":
        raise BadInput(f"{entry.option}.vlan", "a legacy adapter cannot be a trunk")
    return AdapterDeclaration(
        entry.option,
        name,
        switch,
        mac,
        declared_vlan(vlan, f"{entry.option}.vlan") if vlan is not None else None,
        legacy,
    )


def _boot_order(vm: VmDeclaration, order: t.Sequence[t.Any]) -> tuple[BootEntry, ...]:
    entries: list[BootEntry] = []
    seen: dict[tuple[t.Any, ...], int] = {}
    for index, text in enumerate(order):
        option = vm.where(f"boot_order[{index}]")
        try:
            entry = boot_entry(str(text))
        except BadEntry as problem:
            raise BadInput(option, str(problem)) from problem
        key = (entry.kind, entry.slot, name_key(entry.name or ""))
        if seen.setdefault(key, index) != index:
            raise BadInput(option, f"{entry.text!r} is in the order twice")
        entries.append(entry)
    if not entries:
        raise BadInput(vm.where("boot_order"), "is empty; leave it out to leave the order alone")
    return tuple(entries)


def _check_across(declaration: Declaration) -> None:
    check_lent_devices(declaration.vms)
    names: dict[str, VmDeclaration] = {}
    files: dict[str, str] = {}
    shared: dict[str, bool] = {}
    physical: dict[PhysicalDiskKey, str] = {}
    addresses: dict[str, str] = {}
    ids: dict[str, VmDeclaration] = {}
    for vm in declaration.vms:
        other = names.setdefault(name_key(vm.name), vm)
        if other is not vm:
            raise BadInput(
                f"{vm.member.prefix}name",
                f"{vm.name!r} is declared twice, also at {other.member.prefix}name ({other.name!r}); "
                "names that differ only in upper and lower case are one name on Windows",
            )
        if vm.id is not None and ids.setdefault(vm.id, vm) is not vm:
            raise BadInput(vm.where("id"), f"{vm.id} is also the id of {ids[vm.id].name}")
        for disk in vm.disks or ():
            key = path_key(disk.file.path)
            first = files.setdefault(key, f"VM {vm.name}")
            if not (shared.setdefault(key, disk.shared) and disk.shared) and first != f"VM {vm.name}":
                raise BadInput(f"{disk.option}.path", f"{disk.file.path} is also declared as a disk of {first}")
        for lun in vm.physical_disks:
            first = physical.setdefault(lun.key, f"VM {vm.name}")
            if first != f"VM {vm.name}":
                raise BadInput(f"{lun.option}.physical_disk", f"{lun.key} is also declared for {first}")
        for adapter in vm.adapters or ():
            if adapter.mac in (None, DYNAMIC):
                continue
            place = f"{vm.name}, adapter {adapter.name}"
            if adapter.mac is None:
                raise AssertionError("the caller has checked this")
            if addresses.setdefault(adapter.mac, place) != place:
                raise BadInput(
                    f"{adapter.option}.mac", f"{adapter.mac} is also the address of {addresses[adapter.mac]}"
                )
    for vm in declaration.vms:
        if vm.renamed_from is not None and name_key(vm.renamed_from) in names:
            raise BadInput(
                vm.where("renamed_from"),
                f"{vm.renamed_from} is also the name of another VM of this task; rename them in two tasks",
            )
    for vm in declaration.vms:
        for disk in vm.disks or ():
            for name in ("parent", "copy_of"):
                path = getattr(disk.file, name)
                owner = files.get(path_key(path)) if path else None
                if owner is not None:
                    raise BadInput(
                        f"{disk.option}.{name}",
                        f"{path} is declared as a disk of {owner}; "
                        "a template that a VM writes to damages what is made from it",
                    )
