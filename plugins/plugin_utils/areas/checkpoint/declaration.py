# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a playbook declares about checkpoints."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t
import uuid

from ...core.area import Options
from ...core.duration import seconds_of
from ...core.fleet import ALONE, FleetTerms, declared_terms
from ...core.plan import BadInput
from ..switch.names import name_key
from ..virtual_disk import name_problem, path_problem

#: Types of checkpoints as the options call them, and as Microsoft.HyperV.PowerShell.CheckpointType does.
TYPES = {"standard": "Standard", "production": "Production", "production_only": "ProductionOnly"}

#: Options that mean something in one state only, and that state.
_OF_STATE = {
    "type": "present",
    "renamed_from": "present",
    "keep_newest": "present",
    "keep_younger_than": "present",
    "all": "absent",
    "subtree": "absent",
    "current_state_name": "applied",
    "path": "exported",
}


@dataclasses.dataclass(frozen=True)
class VmCheckpoints:
    """What is declared about the checkpoints of one VM.

    Attributes:
        option: path of the entry, `vms[3]`; empty for the task itself.
        vm: name of the VM.
        name, id: the checkpoint that is meant.
        type: name of a CheckpointType, or None to take one of the type that the VM is configured for.
        renamed_from: the name that the checkpoint may still have.
        duplicates: what to do when several checkpoints have the name: `refuse`, `newest`, `oldest`, `all`.
        kinds: which kinds of checkpoints are looked at at all.
        keep_younger_than: seconds.
        name_prefix: only checkpoints whose names begin like that are counted and removed.
        current_state: what happens to what the VM did since, when a checkpoint is applied.
        path: directory of exports.
        wait, wait_timeout: whether to wait for the end of merges, and how many seconds at most.
    """

    option: str
    vm: str
    state: str
    name: str | None = None
    id: str | None = None
    type: str | None = None
    renamed_from: str | None = None
    duplicates: str = "refuse"
    kinds: frozenset[str] = frozenset({"standard"})
    all: bool = False
    subtree: bool = False
    keep_newest: int | None = None
    keep_younger_than: int | None = None
    name_prefix: str | None = None
    current_state: str = "refuse"
    current_state_name: str | None = None
    wait: bool = True
    wait_timeout: int = 3600
    path: str | None = None

    def where(self, option: str) -> str:
        """Return the path of an option."""
        return f"{self.option}.{option}" if self.option else option

    @property
    def target(self) -> str:
        """The VM as people say it."""
        return f"vm {self.vm}"

    @property
    def prunes(self) -> bool:
        """Whether old checkpoints are to go."""
        return self.keep_newest is not None or self.keep_younger_than is not None

    @property
    def may_take(self) -> bool:
        """Whether a checkpoint may be taken."""
        return (self.state == "present" and self.name is not None) or self.current_state == "checkpoint"

    @property
    def removes(self) -> bool:
        """Whether checkpoints may be removed."""
        return self.state == "absent" or self.prunes


@dataclasses.dataclass(frozen=True)
class Declaration:
    """All VMs of one task.

    Attributes:
        terms: what the task says about all of them.
    """

    vms: tuple[VmCheckpoints, ...]
    terms: FleetTerms = ALONE

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the VMs."""
        return tuple(vm.vm for vm in self.vms)


def declare_checkpoints(options: Options) -> Declaration:
    """Return the declaration of a task.

    Raises:
        BadInput: when options contradict each other whatever the host looks like.
    """
    entries = options.get("vms")
    if entries is None:
        return Declaration((_declared(options, ""),))
    vms = tuple(_declared(entry, f"vms[{index}]") for index, entry in enumerate(entries))
    first: dict[str, VmCheckpoints] = {}
    for vm in vms:
        other = first.setdefault(name_key(vm.vm), vm)
        if other is not vm:
            raise BadInput(vm.where("vm_name"), f"{vm.vm} is declared twice, first in {other.option}")
    return Declaration(vms, declared_terms(options))


def _declared(options: Options, option: str) -> VmCheckpoints:
    def where(name: str) -> str:
        return f"{option}.{name}" if option else name

    for name in ("vm_name", "name", "renamed_from", "name_prefix", "current_state_name"):
        if options.get(name) == "" or (name == "vm_name" and options.get(name) is None):
            raise BadInput(where(name), "is needed" if name == "vm_name" else "is empty; leave it out instead")
    vm = VmCheckpoints(
        option,
        options["vm_name"],
        options.get("state") or "present",
        options.get("name"),
        _id(options.get("id"), where),
        TYPES[options["type"]] if options.get("type") else None,
        options.get("renamed_from"),
        options.get("duplicates") or "refuse",
        frozenset(options.get("kinds") or ("standard",)),
        bool(options.get("all")),
        bool(options.get("subtree")),
        options.get("keep_newest"),
        _duration(options.get("keep_younger_than"), where),
        options.get("name_prefix"),
        options.get("current_state") or "refuse",
        options.get("current_state_name"),
        options.get("wait") is not False,
        3600 if options.get("wait_timeout") is None else options["wait_timeout"],
        options.get("path"),
    )
    for name, state in _OF_STATE.items():
        if options.get(name) not in (None, False) and vm.state != state:
            raise BadInput(where(name), f"belongs to state: {state}, and the state is {vm.state}")
    if vm.current_state != "refuse" and vm.state != "applied":
        raise BadInput(where("current_state"), f"belongs to state: applied, and the state is {vm.state}")
    _CHECKS[vm.state](vm)
    if vm.wait_timeout < 1:
        raise BadInput(vm.where("wait_timeout"), "must be at least 1 second; set wait: false not to wait")
    if vm.name_prefix is not None and not vm.prunes and not vm.all:
        raise BadInput(
            vm.where("name_prefix"), "says which checkpoints keep_newest, keep_younger_than or all mean; give one"
        )
    return vm


def _check_present(vm: VmCheckpoints) -> None:
    if vm.name is None and (vm.id is not None or vm.renamed_from is not None or vm.type is not None or not vm.prunes):
        raise BadInput(vm.where("name"), "is needed: which name is the checkpoint to have?")
    if vm.id is not None and vm.renamed_from is not None:
        raise BadInput(vm.where("renamed_from"), "cannot stand beside id; the checkpoint of that id gets the name")
    if vm.renamed_from is not None and name_key(vm.renamed_from) == name_key(vm.name or ""):
        raise BadInput(vm.where("renamed_from"), "is the same as name")
    if vm.id is not None and vm.type is not None:
        raise BadInput(vm.where("type"), "is that of a new checkpoint; one with an id is there already")
    if vm.keep_newest is not None and vm.keep_newest < 1:
        raise BadInput(vm.where("keep_newest"), "must be at least 1; state: absent with all: true removes all")
    if vm.duplicates == "all":
        raise BadInput(vm.where("duplicates"), "all belongs to state: absent")


def _check_absent(vm: VmCheckpoints) -> None:
    given = [name for name in ("name", "id", "all") if getattr(vm, name)]
    if len(given) != 1:
        raise BadInput(
            vm.where(given[1] if given else "name"),
            f"cannot stand beside {given[0]}" if given else "is needed, or id, or all: true",
        )
    if vm.all and vm.subtree:
        raise BadInput(vm.where("subtree"), "says nothing beside all: true")
    if vm.duplicates in ("newest", "oldest"):
        raise BadInput(
            vm.where("duplicates"),
            f"{vm.duplicates} would remove another checkpoint each time; use id for a certain one, all for all of the "
            "name",
        )


def _check_applied(vm: VmCheckpoints) -> None:
    if (vm.name is None) == (vm.id is None):
        raise BadInput(vm.where("name"), "give either name or id: which checkpoint is to be applied?")
    if vm.duplicates == "all":
        raise BadInput(vm.where("duplicates"), "all belongs to state: absent; one checkpoint can be applied")
    if vm.current_state == "checkpoint" and vm.current_state_name is None:
        raise BadInput(vm.where("current_state_name"), "is needed with current_state: checkpoint")
    if vm.current_state != "checkpoint" and vm.current_state_name is not None:
        raise BadInput(vm.where("current_state_name"), "is for current_state: checkpoint")


def _check_exported(vm: VmCheckpoints) -> None:
    if (vm.name is None) == (vm.id is None):
        raise BadInput(vm.where("name"), "give either name or id: which checkpoint is to be exported?")
    if vm.duplicates == "all":
        raise BadInput(vm.where("duplicates"), "all belongs to state: absent; one checkpoint can be exported")
    if vm.path is None:
        raise BadInput(vm.where("path"), "is needed: where is the export to be?")
    problem = path_problem(vm.path)
    if problem is not None:
        raise BadInput(vm.where("path"), problem)
    problem = name_problem(vm.vm)
    if problem is not None:
        raise BadInput(vm.where("vm_name"), f"cannot be the name of a folder, which an export has: {problem}")


_CHECKS = {
    "present": _check_present,
    "absent": _check_absent,
    "applied": _check_applied,
    "exported": _check_exported,
}


def _id(text: t.Any, where: c.Callable[[str], str]) -> str | None:
    if text is None:
        return None
    try:
        return str(uuid.UUID(str(text)))
    except ValueError as error:
        raise BadInput(where("id"), f"{text!r} is no id; the module checkpoint_info shows ids") from error


def _duration(text: t.Any, where: c.Callable[[str], str]) -> int | None:
    if text is None:
        return None
    seconds = seconds_of(str(text))
    if not seconds:
        raise BadInput(
            where("keep_younger_than"),
            f"{text!r} is no length of time; write a whole number above 0 and seconds, minutes, hours, days or weeks, "
            "such as 7 days",
        )
    return seconds
