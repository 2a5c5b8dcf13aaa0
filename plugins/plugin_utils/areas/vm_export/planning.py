# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From declared exports and what was found to a plan.

An export that is not what is declared is made anew beside the old one, which goes only when the new one is whole. A run
that was cut is recognised by the mark beside the folder in which the export grows: what is whole there is moved to its
place, even when it is no longer what is declared: it is then replaced as any other, so that a whole export is at the
place until the next one is whole. Everything else is made again.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ...core.plan import KNOWN_AFTER_APPLY, Plan, PlannedStep, Refusal, State
from ...core.size import free_text, needed_text
from ...core.step import Reference, Step, UniqueId, Wait
from ..switch.names import name_key
from ..virtual_disk import volume_of
from ..virtual_disk.locked_files import SHARING_VIOLATION
from ..vm.stuck import RENAMING, stuck_remedy
from .declaration import ExportDeclaration, Place
from .manifest import FileStamp, Manifest, marker_text, source_text
from .observation import ExportedVm, ExportObservation, Found
from .reading import COMPLETE_EXPORT
from .state import export_state, export_word, managed_state, present_fingerprint, shortcoming

_FILES = "Microsoft.PowerShell.Management"
#: ERROR_ACCESS_DENIED: so Windows calls it when a folder is moved in which a file is open.
ACCESS_DENIED = -2147024891
#: Virus scanners and backups open what was just written. A step that meets one tries again for a while.
OPEN_FILES: t.Mapping[str, t.Any] = {
    "hresults": [SHARING_VIOLATION, ACCESS_DENIED],
    "seconds": 30,
    "every_seconds": 1,
}
#: The step with all VMs, at the head of the batch.
MACHINES = "machines"

#: States in which a VM can be exported. In the others it is on its way to one of these, or something is wrong with it.
EXPORTABLE = frozenset({"Off", "Saved", "Running", "Paused"})
#: Names of VMOperationalStatus that come first while nothing is under way; it is InService during a merge.
AT_REST = ("Ok", "Degraded", "PredictiveFailure", "Dormant", "SupportingEntityInError", "CriticalIoError")


@dataclasses.dataclass
class _Draft:
    """The plan while it is made."""

    declaration: ExportDeclaration
    observation: ExportObservation
    taken: dict[str, int] = dataclasses.field(default_factory=dict)
    steps: list[PlannedStep] = dataclasses.field(default_factory=list)
    refusals: list[Refusal] = dataclasses.field(default_factory=list)
    needs_machines: bool = False
    after: dict[str, State] = dataclasses.field(default_factory=dict)

    def refuse(self, option: str, asked: str, obstacle: str, remedy: str) -> None:
        self.refusals.append(Refusal(option, asked, obstacle, remedy))


def plan_exports(declaration: ExportDeclaration, observation: ExportObservation) -> Plan:
    """Return the plan for all exports of a task."""
    draft = _Draft(declaration, observation)
    for place in declaration.places:
        draft.after[place.name] = export_state(declaration, observation, place)
        if declaration.present:
            _Export(draft, place).plan_present()
        else:
            _Export(draft, place).plan_absent()
    head = []
    if draft.needs_machines:
        head.append(PlannedStep(Step(MACHINES, "Hyper-V\\Get-VM"), (), "host"))
        if not observation.directory_exists:
            step = Step(
                "directory",
                f"{_FILES}\\New-Item",
                {"ItemType": "Directory", "Path": declaration.path, "Force": True},
            )
            head.append(PlannedStep(step, ("a directory for exports",), f"directory {declaration.path}"))
    return Plan(
        steps=(*head, *draft.steps) if draft.steps else (),
        before=managed_state(declaration, observation),
        after={"exports": draft.after},
        refusals=tuple(draft.refusals),
        on_failure=declaration.terms.on_failure,
        parallel=declaration.terms.parallel,
    )


class _Export:
    """Plans one export."""

    def __init__(self, draft: _Draft, place: Place) -> None:
        self.draft = draft
        self.declaration = draft.declaration
        self.place = place
        self.found: Found = draft.observation.at(place)

    # What is declared

    def plan_present(self) -> None:
        """Note the steps to a whole and recent enough export."""
        export = self.found.export
        reason = "export: absent -> present"
        if export.manifest is not None:
            lack = shortcoming(self.declaration, self.draft.observation, self.place, export.manifest)
            damage = export.damage
            if damage is None and lack is None:
                self._clean_up()
                return
            reason = f"export: damaged ({damage}) -> whole" if damage is not None else lack or ""
        if not self._may_use_the_place():
            return
        left = self._left_whole()
        for path, manifest in left:
            if shortcoming(self.declaration, self.draft.observation, self.place, manifest) is None:
                self._move_into_place(path, f"{reason}: it was whole already when the run that made it ended")
                self._forecast(manifest.vm_id, manifest.started, manifest.bytes)
                return
        kept = next(iter(left), None) if not export.exists else None
        vm = self._the_vm(kept[1] if kept is not None else export.manifest)
        if vm is None or not self._may_export(vm) or not self._fits(vm, kept[1] if kept is not None else None):
            return
        if kept is not None:
            text = "the export that a run that was interrupted has left -> at its place until the new one is whole"
            self._move("kept", kept[0], self.place.folder, text)
        self._export(vm, reason)
        self._move_into_place(self.place.staged, None, replacing=export.exists or kept is not None)
        self._forecast(vm.id, KNOWN_AFTER_APPLY, KNOWN_AFTER_APPLY)

    def _left_whole(self) -> list[tuple[str, Manifest]]:
        """Return the whole exports that a run that was interrupted has left, the newest first."""
        if not self.found.under_way:
            return []
        folders = [(self.place.staged, self.found.staged)]
        if not self.found.export.exists:
            folders.append((self.place.replaced, self.found.replaced))
        return [
            (path, folder.manifest) for path, folder in folders if folder.manifest is not None and folder.damage is None
        ]

    def plan_absent(self) -> None:
        """Note the steps that remove an export of ours."""
        found = self.found
        if not found.export.exists and not found.under_way:
            return
        if not self._may_use_the_place():
            return
        word = export_word(found)
        if found.staging.exists:
            self._remove_staging("" if found.export.exists else f"export: {word} -> absent")
        if found.export.exists:
            if not found.under_way:
                self._mark(found.export.manifest.vm_id if found.export.manifest is not None else None)
            self._make_staging()
            self._move("out", self.place.folder, self.place.staged, f"export: {word} -> absent")
            self._remove_staging("")
        self._remove_marker("" if found.export.exists or found.staging.exists else f"export: {word} -> absent")
        self.draft.after[self.place.name] = {"path": self.place.folder, "state": "absent"}

    # What may be in the way

    def _may_use_the_place(self) -> bool:
        place, found = self.place, self.found
        before = len(self.draft.refusals)
        what = "is to be" if self.declaration.present else "is to be removed from"
        asked = f"the export of VM {place.name} {what} {place.folder}"
        if found.export.exists and found.export.manifest is None:
            self.refuse("path", asked, f"{self._content(found.export.names)}", self._elsewhere(place.folder))
        if found.export.manifest is not None and found.export.foreign:
            files = ", ".join(found.export.foreign[:3])
            self.refuse(
                "path", asked, f"that folder holds files that are not of the export: {files}", "Move them away."
            )
        if found.staging.exists and not found.under_way:
            obstacle = f"{place.staging} is there, without the mark of an export that is under way"
            self.refuse("path", asked, obstacle, self._elsewhere(place.staging))
        if found.marker.exists and not found.under_way:
            self.refuse("path", asked, f"{place.marker} is there and is none of ours", self._elsewhere(place.marker))
        for folder in (place.folder, place.staging):
            user = self.draft.observation.user_of(folder)
            if user is not None and (found.export.manifest is not None or found.under_way):
                obstacle = f"VM {user.vm} has {user.path} there: it is not an export any more"
                self.refuse("path", asked, obstacle, "Use another path, or move the VM's storage away first.")
        return len(self.draft.refusals) == before

    @staticmethod
    def _content(names: tuple[str, ...]) -> str:
        shown = ", ".join(names[:3]) + (" and more" if len(names) > 3 else "")
        return f"there is something that this module did not make (it holds {shown or 'nothing'})"

    @staticmethod
    def _elsewhere(path: str) -> str:
        return f"Use another path, or move {path} away; nothing but exports of this module is overwritten or removed."

    def refuse(self, option: str, asked: str, obstacle: str, remedy: str) -> None:
        """Note a refusal; `path` stands for the option itself, everything else for the entry of `name`."""
        self.draft.refuse(option if option != "name" else self.place.option, asked, obstacle, remedy)

    def _the_vm(self, manifest: Manifest | None) -> ExportedVm | None:
        """Return the VM to export, whose export is what has the manifest."""
        place = self.place
        vms = self.draft.observation.named(place.name)
        asked = f"VM {place.name} is to be exported"
        if not vms:
            self.refuse("name", asked, "the host has no VM of that name", "Name one that is there.")
            return None
        if len(vms) > 1:
            ids = ", ".join(vm.id for vm in vms)
            self.refuse("name", asked, f"several VMs have that name: {ids}", RENAMING)
            return None
        if manifest is not None and manifest.vm_id.lower() != vms[0].id:
            self.refuse(
                "name",
                asked,
                f"{place.folder} is the export of another VM of that name, {manifest.vm_id}",
                "Use another path, or remove that export first (state: absent).",
            )
            return None
        return vms[0]

    def _may_export(self, vm: ExportedVm) -> bool:
        before = len(self.draft.refusals)
        asked = f"VM {vm.name} is to be exported"
        if vm.pass_through:
            slots = ", ".join(vm.pass_through)
            self.refuse("name", asked, f"it has pass-through disks: {slots}", "Detach them, or back them up otherwise.")
        if vm.shared:
            slots = ", ".join(vm.shared)
            self.refuse("name", asked, f"it has shared disks: {slots}", "Detach them, or back them up otherwise.")
        twins = _same_names(vm.files)
        if twins is not None:
            obstacle = f"{twins[0]} and {twins[1]} have the same name, and an export has one folder for all disks"
            self.refuse("name", asked, obstacle, "Give one of the files another name.")
        if vm.state not in EXPORTABLE:
            obstacle = f"it is in the state {vm.state}"
            self.refuse("name", asked, obstacle, stuck_remedy(vm.state))
        if vm.merging and self.declaration.merge_timeout == 0:
            obstacle = "its checkpoints are being merged into its disks"
            remedy = "Set merge_timeout to wait for the end of the merge, or run again later."
            self.refuse("merge_timeout", asked, obstacle, remedy)
        elif not vm.merging and vm.unreadable is not None:
            self.refuse("name", asked, vm.unreadable, "An export needs all of its files.")
        if self.declaration.current:
            self._can_be_current(vm, asked)
        return len(self.draft.refusals) == before

    def _can_be_current(self, vm: ExportedVm, asked: str) -> None:
        if not vm.resting:
            state = "being merged" if vm.merging else vm.state.lower()
            self.refuse(
                "current",
                f"{asked}, and the export is to be current",
                f"the VM is {state}: its disks change all the time",
                "Stop or save it, or use newer_than to limit the age of the export instead.",
            )
        elif vm.configuration is None:
            obstacle = f"its configuration file was not found in {vm.path}"
            self.refuse("current", f"{asked}, and the export is to be current", obstacle, "Use newer_than instead.")

    def _fits(self, vm: ExportedVm, kept: Manifest | None) -> bool:
        letter = volume_of(self.place.folder)
        volumes = self.draft.observation.volumes
        if letter is None or not volumes:
            return True
        asked = f"VM {vm.name} is to be exported to {self.place.folder}"
        volume = volumes.get(letter)
        if volume is None:
            known = ", ".join(f"{each}:" for each in sorted(volumes))
            self.refuse("path", asked, f"the host has no volume {letter}:", f"Its volumes: {known}.")
            return False
        needed = sum(stamp.length for stamp in vm.files) + vm.memory
        # What is half made there goes before the new export comes.
        freed = sum(self.found.staging.files.values()) if self.found.under_way else 0
        if kept is not None:
            freed -= sum(kept.files.values())
        left = volume.free + freed - self.draft.taken.get(letter, 0)
        self.draft.taken[letter] = self.draft.taken.get(letter, 0) + needed
        if needed > left:
            self.refuse(
                "path",
                asked,
                f"it takes {needed_text(needed)}, and volume {letter}: has {free_text(max(left, 0))} left for it",
                "Use another volume, or free some space. An older export goes only when the new one is whole.",
            )
            return False
        return True

    # Steps

    @property
    def _id(self) -> str:
        return f"export{self.place.number}"

    def _add(self, name: str, call: str, parameters: t.Mapping[str, t.Any], reason: str | None, **more: t.Any) -> None:
        long = bool(more.pop("long", False))
        step = Step(f"{self._id}.{name}", call, parameters, lane=self.place.name, **more)
        self.draft.steps.append(PlannedStep(step, (reason,) if reason else (), self.place.target, long=long))

    def _export(self, vm: ExportedVm, reason: str) -> None:
        self.draft.needs_machines = True
        if self.found.staging.exists:
            self._remove_staging("what a run that was interrupted has left -> none")
        self._mark(vm.id)
        self._make_staging()
        if vm.merging:
            wait = Wait((("PrimaryOperationalStatus", AT_REST),), self.declaration.merge_timeout, 5)
            text = "wait for the end of the merge"
            self._add("merged", "Hyper-V\\Get-VM", {"Id": UniqueId(vm.id)}, text, wait=wait, long=True)
        parameters: dict[str, t.Any] = {
            "VM": Reference(MACHINES, where=(("Id", (vm.id,)),)),
            "Path": self.place.staging,
        }
        if self.declaration.live_state is not None and vm.state in ("Running", "Paused"):
            parameters["CaptureLiveState"] = self.declaration.live_state
        self._add("export", "Hyper-V\\Export-VM", parameters, reason, long=True)
        facts = {
            "id": vm.id,
            "name": vm.name,
            "state": vm.state,
            "version": vm.version,
            "generation": vm.generation,
            "path": vm.path,
        }
        source = source_text(facts, vm.files, vm.checkpoints, present_fingerprint(vm))
        self._add(
            "manifest",
            COMPLETE_EXPORT,
            {"Path": self.place.staged, "Marker": self.place.marker, "Source": source},
            "the manifest, which says that the export is whole",
        )

    def _move_into_place(self, source: str, reason: str | None, *, replacing: bool | None = None) -> None:
        if self.found.export.exists if replacing is None else replacing:
            self._move("replaced", self.place.folder, self.place.replaced, None)
        self._move("move", source, self.place.folder, reason)
        self._remove_staging("", "clean")
        self._remove_marker("")

    def _clean_up(self) -> None:
        found = self.found
        if not found.under_way:
            return
        if self.draft.observation.user_of(self.place.staging) is not None:
            return
        text = "what a run that was interrupted has left -> none"
        if found.staging.exists:
            self._remove_staging(text)
        self._remove_marker("" if found.staging.exists else text)
        self.draft.after[self.place.name]["state"] = "present"

    def _mark(self, vm_id: str | None) -> None:
        text = marker_text(vm_id, self.place.name)
        parameters = {"ItemType": "File", "Path": self.place.marker, "Value": text, "Force": True}
        self._add("mark", f"{_FILES}\\New-Item", parameters, "the mark of an export that is under way")

    def _make_staging(self) -> None:
        parameters = {"ItemType": "Directory", "Path": self.place.staging, "Force": True}
        self._add("staging", f"{_FILES}\\New-Item", parameters, None)

    def _move(self, name: str, source: str, target: str, reason: str | None) -> None:
        self._add(
            name, f"{_FILES}\\Move-Item", {"LiteralPath": source, "Destination": target}, reason, retry=OPEN_FILES
        )

    def _remove_staging(self, reason: str, name: str = "leftovers") -> None:
        if any(planned.step.id == f"{self._id}.{name}" for planned in self.draft.steps):
            name = "clean"
        parameters = {"LiteralPath": self.place.staging, "Recurse": True, "Force": True}
        self._add(name, f"{_FILES}\\Remove-Item", parameters, reason, retry=OPEN_FILES)

    def _remove_marker(self, reason: str) -> None:
        self._add("unmark", f"{_FILES}\\Remove-Item", {"LiteralPath": self.place.marker, "Force": True}, reason)

    def _forecast(self, vm_id: str, started: str, size: t.Any) -> None:
        state: State = {
            "path": self.place.folder,
            "state": "present",
            "vm_id": vm_id,
            "started": started,
            "bytes": size,
        }
        if self.declaration.current:
            state["current"] = True
        self.draft.after[self.place.name] = state


def _same_names(files: tuple[FileStamp, ...]) -> tuple[str, str] | None:
    """Return two files whose names are the same but for their directories."""
    seen: dict[str, str] = {}
    for stamp in files:
        name = name_key(stamp.path.rpartition("\\")[2])
        other = seen.setdefault(name, stamp.path)
        if other != stamp.path:
            return other, stamp.path
    return None
