# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From declared imports and what was found to a plan.

The VM is planned on the host first, with a mark of ours in its notes, then repaired where that is declared, compared
again, and imported from the report. A run that was cut leaves a planned VM with the mark, and perhaps files that a mark
beside them names: the next run removes both and begins anew.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ...core.plan import KNOWN_AFTER_APPLY, Plan, PlannedStep, Refusal, State
from ...core.size import free_text, needed_text, size_text
from ...core.step import Condition, Reference, Step
from ..switch.names import name_key
from ..virtual_disk import path_key, same_path, volume_of
from ..vm.mac import NEVER_ASSIGNED
from .declaration import Import, ImportDeclaration
from .observation import Adapter, FoundExport, ImportObservation, Incompatibility, ObservedVm, Report, marker_text
from .reading import PLAN_VM, REMOVE_PLANNED
from .state import import_state, imported_vm, managed_state, others_of_that_name, same_vms

_FILES = "Microsoft.PowerShell.Management"
ADAPTER, DISK, IMAGE = "VMNetworkAdapter", "HardDiskDrive", "DvdDrive"
MEMORY, PROCESSOR = "VMMemory", "VMProcessor"


@dataclasses.dataclass
class _Draft:
    """The plan while it is made."""

    observation: ImportObservation
    taken: dict[str, int] = dataclasses.field(default_factory=dict)
    targets: dict[str, str] = dataclasses.field(default_factory=dict)
    files: dict[str, int] = dataclasses.field(default_factory=dict)
    steps: list[PlannedStep] = dataclasses.field(default_factory=list)
    refusals: list[Refusal] = dataclasses.field(default_factory=list)
    after: dict[str, State] = dataclasses.field(default_factory=dict)
    addresses: dict[str, Adapter] = dataclasses.field(default_factory=dict)
    warnings: list[str] = dataclasses.field(default_factory=list)


def plan_imports(declaration: ImportDeclaration, observation: ImportObservation) -> Plan:
    """Return the plan for all imports of a task."""
    addresses = {adapter.mac: adapter for adapter in observation.adapters}
    draft = _Draft(observation, addresses=addresses)
    for number, (one, found) in enumerate(zip(declaration.imports, observation.found, strict=True)):
        draft.after[one.key] = import_state(one, found, observation)
        _ImportPlan(draft, number, one, found).plan()
    return Plan(
        steps=tuple(draft.steps),
        before=managed_state(declaration, observation),
        after={"imports": draft.after},
        refusals=tuple(draft.refusals),
        warnings=tuple(draft.warnings),
        on_failure=declaration.terms.on_failure,
        parallel=declaration.terms.parallel,
    )


class _ImportPlan:
    """Plans one import."""

    def __init__(self, draft: _Draft, number: int, one: Import, found: FoundExport) -> None:
        self.draft = draft
        self.number = number
        self.one = one
        self.found = found
        self.name = one.name or (found.report.name if found.report is not None else one.path)

    def plan(self) -> None:
        """Note the steps of the import, or why there are none."""
        observation = self.draft.observation
        vm = imported_vm(self.one, self.found, observation)
        if vm is not None:
            self._clean_up()
            return
        if not self._is_there() or not self._is_free():
            return
        report, source, file = self.found.report, self.found.source_id, self.found.file
        if report is None or source is None or file is None:
            reason = self.found.error or "no reason given"
            self.refuse("path", f"the host cannot compare it with itself: {reason}", "Repair or replace the export.")
            return
        before = len(self.draft.refusals)
        leftovers = self._leftovers(source, report)
        files = self._target_files(report, leftovers)
        self._check_space()
        repairs = self._repairs(report)
        if len(self.draft.refusals) > before:
            return
        self._import(file, source, len(report.incompatibilities), leftovers, files, repairs)
        self._warn_of_addresses(report)
        path = self.found.root if self.one.mode == "register" else report.path
        self.draft.after[self.one.key] = {
            "state": "imported",
            "id": KNOWN_AFTER_APPLY if self.one.mode == "copy" else source,
            "name": self.one.name or report.name,
            "path": path or KNOWN_AFTER_APPLY,
        }

    def refuse(self, option: str, obstacle: str, remedy: str) -> None:
        """Note a refusal."""
        known = self.one.name or (self.found.report.name if self.found.report is not None else None)
        what = f"VM {known}" if known is not None else "a VM"
        asked = f"{what} is to be imported from {self.found.file or self.one.path}"
        self.draft.refusals.append(Refusal(self.one.where(option), asked, obstacle, remedy))

    # What may be in the way

    def _is_there(self) -> bool:
        found, one = self.found, self.one
        if found.file is not None:
            return True
        if not found.candidates:
            obstacle = "there is no configuration file of a VM: one whose name is an id, with .vmcx or .xml"
            self.refuse("path", obstacle, "Name an export, or a configuration file.")
        elif one.id is not None and all(each.id != one.id for each in found.candidates):
            ids = ", ".join(each.id for each in found.candidates)
            self.refuse("id", f"no VM of that id was exported there, but: {ids}", "Name one of these.")
        else:
            files = ", ".join(each.path for each in found.candidates)
            self.refuse("path", f"several VMs were exported there: {files}", "Say with id which one is meant.")
        return False

    def _is_free(self) -> bool:
        """Whether no VM has the id, or the name."""
        one, observation = self.one, self.draft.observation
        same = same_vms(one, self.found, observation)
        if same and one.mode != "copy":
            vm = same[0]
            self.refuse(
                "mode",
                f"VM {vm.name} with that id is there already, in {vm.path}, and was not imported by this task",
                "Use mode: copy to get a VM with an id of its own, or remove that VM first.",
            )
            return False
        others = others_of_that_name(one, self.found, observation)
        if others and not one.allow_same_name:
            ids = ", ".join(vm.id for vm in others)
            self.refuse(
                "name",
                f"the host has another VM of that name: {ids}",
                "Give it another name, or set allow_same_name: true to have two of that name.",
            )
            return False
        key = name_key(self.name)
        first = self.draft.targets.setdefault(key, self.one.where("path"))
        if first != self.one.where("path") and not one.allow_same_name:
            self.refuse("name", f"{first} leads to a VM of that name, too", "Give it another name.")
            return False
        return True

    def _leftovers(self, source: str, report: Report) -> list[ObservedVm]:
        """Return planned VMs that go before; those of others are refused unless that is declared."""
        names = {name_key(name) for name in (self.one.name, report.name) if name is not None}
        mark = self.one.mark(source)
        going = []
        for vm in self.draft.observation.planned:
            ours = mark in vm.marks and (self.one.mode != "copy" or name_key(vm.name) in names)
            if ours:
                going.append(vm)
            elif vm.id == source or (name_key(vm.name) in names and not vm.marks):
                if self.one.remove_planned:
                    going.append(vm)
                    continue
                self.refuse(
                    "remove_planned",
                    f"a planned VM {vm.name} with the id {vm.id} is there; it may belong to a move that is under way",
                    "Set remove_planned: true if it is left over from something that failed.",
                )
        return going

    def _target_files(self, report: Report, leftovers: list[ObservedVm]) -> list[str]:
        """Return the files that the import will write, after a check that none of them is there."""
        folder = self.found.disk_folder
        if folder is None:
            return []
        paths = {path_key(path): path for name in self.found.files for path in (f"{folder}\\{name}",)}
        # Both must say that it was this very import: another one may be under way into the same directory.
        began = self.found.under_way
        mark = self.one.mark(self.found.source_id or "")
        is_ours = began is not None and began.name == self.one.name and any(mark in vm.marks for vm in leftovers)
        own = {path_key(path) for path in began.files} if began is not None and is_ours else set()
        for path in self.found.occupied:
            user = self.draft.observation.user_of(path)
            if user is not None:
                obstacle = f"{path}, to which a disk is to be copied, is a disk of VM {user}"
            elif path_key(path) not in own:
                obstacle = f"{path}, to which a disk is to be copied, is there already"
            else:
                continue
            self.refuse("vhd_destination_path", obstacle, "Use another directory, or move that file away.")
        for path in paths.values():
            first = self.draft.files.setdefault(path_key(path), self.number)
            if first != self.number:
                obstacle = f"{path}, to which a disk is to be copied, is also that of another import of this task"
                self.refuse("vhd_destination_path", obstacle, "Give each a directory of its own.")
                break
        if self.found.foreign_mark:
            obstacle = f"{self.found.marker} is there and is none of ours"
            self.refuse("vhd_destination_path", obstacle, "Use another directory, or move that file away.")
        return list(paths.values())

    def _warn_of_addresses(self, report: Report) -> None:
        """Warn of static addresses that another adapter has: an import keeps them, also under a new id."""
        for adapter in report.adapters:
            if adapter.dynamic or adapter.mac in ("", NEVER_ASSIGNED):
                continue
            mine = dataclasses.replace(adapter, vm=self.name)
            other = self.draft.addresses.setdefault(adapter.mac, mine)
            if other is not mine:
                self.draft.warnings.append(
                    f"VM {self.name} keeps the static address {adapter.mac} of its adapter {adapter.name}, which the "
                    f"adapter {other.name} of VM {other.vm} has, too: they cannot be on one network at the same time. "
                    "Declare another address, or dynamic, before it starts (module vm, adapters[].mac)"
                )

    def _check_space(self) -> None:
        folder = self.found.disk_folder
        letter = volume_of(folder) if folder is not None else None
        volumes = self.draft.observation.volumes
        if folder is None or letter is None or not volumes:
            return
        volume = volumes.get(letter)
        if volume is None:
            known = ", ".join(f"{each}:" for each in sorted(volumes))
            self.refuse("vhd_destination_path", f"the host has no volume {letter}:", f"Its volumes: {known}.")
            return
        needed = sum(self.found.files.values())
        # What an interrupted import has left goes before the files come; anything else in the way was refused.
        left = volume.free + sum(self.found.occupied.values()) - self.draft.taken.get(letter, 0)
        self.draft.taken[letter] = self.draft.taken.get(letter, 0) + needed
        if needed > left:
            self.refuse(
                "vhd_destination_path",
                f"its disks take {needed_text(needed)}, "
                f"and volume {letter}: has {free_text(max(left, 0))} left for them",
                "Use another volume, or free some space.",
            )

    # Repairs

    def _repairs(self, report: Report) -> list[tuple[str, str, dict[str, t.Any], str]]:
        """Return name, call, parameters and reason of each repair; what cannot be repaired is refused."""
        repairs: list[tuple[str, str, dict[str, t.Any], str]] = []
        seen: set[Incompatibility] = set()
        for problem in report.incompatibilities:
            if problem in seen:
                continue
            seen.add(problem)
            repair = self._repair(problem)
            if repair is not None:
                repairs.append(repair)
        return repairs

    def _repair(self, problem: Incompatibility) -> tuple[str, str, dict[str, t.Any], str] | None:
        one, text = self.one, problem.message.rstrip(". ")
        if problem.source == ADAPTER:
            return self._adapter_repair(problem, text)
        if problem.source == DISK and problem.path:
            return self._disk_repair(problem, text)
        if problem.source == IMAGE and problem.path:
            if one.eject_missing_images:
                drive = self._drive(problem)
                return (
                    "image",
                    "Hyper-V\\Set-VMDvdDrive",
                    {"VMDvdDrive": drive, "Path": None},
                    f"{problem.path} -> none",
                )
            self.refuse("eject_missing_images", text, "Set eject_missing_images: true to import it without the image.")
            return None
        vm = Reference(self._step_id("report"), get="VM")
        if problem.source == MEMORY:
            if one.memory is not None:
                reason = f"memory.startup: -> {size_text(one.memory)}"
                return "memory", "Hyper-V\\Set-VMMemory", {"VM": vm, "StartupBytes": one.memory}, reason
            self.refuse("memory_startup", text, "Set memory_startup to what the host has.")
            return None
        if problem.source == PROCESSOR:
            if one.processors is not None:
                reason = f"processor.count: -> {one.processors}"
                return "processor", "Hyper-V\\Set-VMProcessor", {"VM": vm, "Count": one.processors}, reason
            self.refuse("processor_count", text, "Set processor_count to what the host has.")
            return None
        self.refuse(
            "path",
            f"{text} (message {problem.message_id})",
            "This module does not repair that. Change the host, or the exported VM.",
        )
        return None

    def _adapter_repair(self, problem: Incompatibility, text: str) -> tuple[str, str, dict[str, t.Any], str] | None:
        one = self.one
        by_name = _looked_up(one.adapters, problem.name)
        by_switch = _looked_up(one.switches, problem.switch) if problem.switch else None
        found = by_name if by_name is not None else by_switch
        if found is None:
            option = (
                f"switches: {{'{problem.switch}': ...}}" if problem.switch else f"adapters: {{'{problem.name}': ...}}"
            )
            remedy = f"Set {option} to the switch to use instead, or to an empty text for none."
            self.refuse("switches" if problem.switch else "adapters", f"{text} (adapter {problem.name})", remedy)
            return None
        key, switch = found
        option = f"adapters.{key}" if by_name is not None else f"switches.{key}"
        conditions: list[Condition] = [("Name", (problem.name,))]
        if problem.switch:
            conditions.append(("SwitchName", (problem.switch,)))
        adapter = self._source(*conditions)
        reason = f"adapter {problem.name}: switch {problem.switch or '?'} -> {switch or 'none'}"
        if not switch:
            return "adapter", "Hyper-V\\Disconnect-VMNetworkAdapter", {"VMNetworkAdapter": adapter}, reason
        if all(name_key(each) != name_key(switch) for each in self.draft.observation.switches):
            known = ", ".join(self.draft.observation.switches) or "none"
            self.refuse(option, f"the host has no switch {switch} either", f"Its switches: {known}.")
            return None
        parameters = {"VMNetworkAdapter": adapter, "SwitchName": switch}
        return "adapter", "Hyper-V\\Connect-VMNetworkAdapter", parameters, reason

    def _replacement(self, problem: Incompatibility) -> str | None:
        """Return what is declared for a missing disk: another file, or an empty text."""
        name = name_key(problem.path.rpartition("\\")[2])
        for old, new in self.one.missing_disks.items():
            if same_path(old, problem.path) or name_key(old) == name:
                return new
        return None

    def _disk_repair(self, problem: Incompatibility, text: str) -> tuple[str, str, dict[str, t.Any], str] | None:
        new = self._replacement(problem)
        reason = f"{problem.path} -> {new or 'none'}"
        if new:
            parameters = {"VMHardDiskDrive": self._drive(problem), "Path": new}
            return "disk", "Hyper-V\\Set-VMHardDiskDrive", parameters, reason
        if new is not None:
            return "disk", "Hyper-V\\Remove-VMHardDiskDrive", {"VMHardDiskDrive": self._drive(problem)}, reason
        name = problem.path.rpartition("\\")[2]
        remedy = f"Set missing_disks: {{'{name}': ...}} to another file, or to an empty text for none."
        self.refuse("missing_disks", text, remedy)
        return None

    # Steps

    def _step_id(self, name: str) -> str:
        return f"import{self.number}.{name}"

    def _source(self, *conditions: Condition) -> Reference:
        """Return the objects of the report that incompatibilities are about."""
        return Reference(self._step_id("report"), get="Incompatibilities.Source", having=tuple(conditions))

    def _drive(self, problem: Incompatibility) -> Reference:
        """Return the drive of the report that an incompatibility is about.

        It is found by its slot, because its path is another one when the comparison was made under another id.
        """
        if problem.slot is None:
            return self._source(("Path", (problem.path,)))
        return self._source(
            ("ControllerType", (problem.slot.controller,)),
            ("ControllerNumber", (problem.slot.number,)),
            ("ControllerLocation", (problem.slot.location,)),
        )

    def _add(self, name: str, call: str, parameters: t.Mapping[str, t.Any], reason: str, **more: t.Any) -> None:
        long = bool(more.pop("long", False))
        step = Step(self._step_id(name), call, parameters, lane=self.one.key, **more)
        self.draft.steps.append(PlannedStep(step, (reason,) if reason else (), f"vm {self.name}", long=long))

    def _import(
        self,
        file: str,
        source: str,
        problems: int,
        leftovers: list[ObservedVm],
        files: list[str],
        repairs: list[tuple[str, str, dict[str, t.Any], str]],
    ) -> None:
        one, found = self.one, self.found
        # Planned ones go after their files: as long as they are there, they say whose the files are.
        if found.occupied:
            reason = "what an interrupted import has left -> none"
            self._add("clean", f"{_FILES}\\Remove-Item", {"LiteralPath": list(found.occupied), "Force": True}, reason)
        if leftovers:
            reason = f"planned VM {', '.join(vm.name for vm in leftovers)} -> none"
            self._add("unplan", REMOVE_PLANNED, {"Id": [vm.id for vm in leftovers]}, reason)
        if found.marker is not None and found.disk_folder is not None:
            directory = {"ItemType": "Directory", "Path": found.disk_folder, "Force": True}
            self._add("directory", f"{_FILES}\\New-Item", directory, "")
            mark = {"ItemType": "File", "Path": found.marker, "Value": marker_text(one, files), "Force": True}
            self._add("mark", f"{_FILES}\\New-Item", mark, "the mark of an import that is under way")
        parameters: dict[str, t.Any] = {
            "Path": file,
            "Mode": one.mode,
            "Mark": one.mark(source),
            "Incompatibilities": problems,
            **one.places,
        }
        if one.name is not None:
            parameters["Name"] = one.name
        self._add("report", PLAN_VM, parameters, "a planned VM, which can be repaired and imported")
        for number, (name, call, repaired, reason) in enumerate(repairs):
            self._add(f"{name}{number}", call, repaired, reason)
        report = Reference(self._step_id("report"))
        if repairs:
            self._add(
                "checked",
                "Hyper-V\\Compare-VM",
                {"CompatibilityReport": report},
                "",
                where=(("Incompatibilities", (None,)),),
                expect="one",
            )
            report = Reference(self._step_id("checked"))
        what = {"register": "registered in place", "restore": "restored", "copy": "copied with a new id"}[one.mode]
        self._add(
            "import", "Hyper-V\\Import-VM", {"CompatibilityReport": report}, f"state: absent -> {what}", long=one.copies
        )
        if found.marker is not None:
            self._remove_marker("")

    def _clean_up(self) -> None:
        if self.found.under_way is not None:
            self._remove_marker("the mark of an import that is under way -> none")

    def _remove_marker(self, reason: str) -> None:
        self._add("unmark", f"{_FILES}\\Remove-Item", {"LiteralPath": self.found.marker, "Force": True}, reason)


def _looked_up(table: t.Mapping[str, str], name: str) -> tuple[str, str] | None:
    """Return key and value of a name, found without regard to case."""
    return next(((key, value) for key, value in table.items() if name_key(key) == name_key(name)), None)
