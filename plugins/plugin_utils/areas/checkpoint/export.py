# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Exports of single checkpoints, by the rules of `vm_export`: whole or not there, and nothing else is touched.

A checkpoint never changes, so an export of it that is whole is also current. Its manifest has the id of the checkpoint
in the place of the VM's, so that it is not taken for an export of the VM.
"""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from ...core.plan import PlannedStep, Refusal, State
from ...core.size import free_text, needed_text
from ...core.step import Reference, Replies, Step
from ..switch.names import name_key
from ..virtual_disk import Chains, Volume, normal_path, path_key, understand_volumes, volume_of, volume_step
from ..virtual_disk.space import VOLUMES
from ..vm_export.declaration import Place
from ..vm_export.manifest import Manifest, marker_text, source_text
from ..vm_export.observation import Folder, Found
from ..vm_export.reading import COMPLETE_EXPORT, EXPORT_PAYLOAD, FOLDERS, READ_FOLDERS, folder_step, understand_folders
from .declaration import Declaration, VmCheckpoints
from .observation import Machine
from .tree import Checkpoint

__all__ = [
    "COMPLETE_EXPORT",
    "EXPORT_PAYLOAD",
    "READ_FOLDERS",
    "NO_EXPORTS",
    "Exports",
    "Shelf",
    "read_exports",
    "reading_steps",
]

_FILES = "Microsoft.PowerShell.Management"
_CONFIGURATION = "virtual machines\\"


@dataclasses.dataclass(frozen=True)
class Exports:
    """What is at the places of exports, by the key of the VM's name.

    Attributes:
        directories: which directories of exports are there, by `path_key`.
    """

    found: t.Mapping[str, Found] = dataclasses.field(default_factory=dict)
    directories: t.Mapping[str, bool] = dataclasses.field(default_factory=dict)
    volumes: t.Mapping[str, Volume] = dataclasses.field(default_factory=dict)


#: Where no checkpoint is to be exported.
NO_EXPORTS = Exports()


def place_of(vm: VmCheckpoints) -> Place:
    """Return the place of a VM's export."""
    return Place(vm.vm, normal_path(vm.path or ""), 0)


def reading_steps(declaration: Declaration) -> tuple[Step, ...]:
    """Return the steps that read the places of exports; none where no checkpoint is to be exported."""
    paths: list[str] = []
    for vm in declaration.vms:
        if vm.path is not None:
            place = place_of(vm)
            paths += [place.folder, place.staging, place.staged, place.replaced, place.marker, place.directory]
    return (folder_step(list(dict.fromkeys(paths))), volume_step()) if paths else ()


def read_exports(declaration: Declaration, replies: Replies) -> Exports:
    """Return what the replies say about the places of exports."""
    if FOLDERS not in replies:
        return Exports()
    folders = understand_folders(replies[FOLDERS].rows)

    def at(path: str) -> Folder:
        return folders.get(path_key(path), Folder())

    found, directories = {}, {}
    for vm in declaration.vms:
        if vm.path is not None:
            place = place_of(vm)
            found[name_key(vm.vm)] = Found(
                export=at(place.folder),
                staging=at(place.staging),
                staged=at(place.staged),
                marker=at(place.marker),
                replaced=at(place.replaced),
            )
            directories[path_key(place.directory)] = at(place.directory).exists
    return Exports(found, directories, understand_volumes(replies[VOLUMES].rows))


class Shelf:
    """The place of one export: what is there, what is in the way, and the steps that fill it."""

    def __init__(self, vm: VmCheckpoints, exports: Exports) -> None:
        self.vm = vm
        self.place = place_of(vm)
        self.found = exports.found.get(name_key(vm.vm), Found())
        self._exports = exports

    @property
    def state(self) -> State:
        """What is there, as states and results have it."""
        found, manifest = self.found, self.found.export.manifest
        if manifest is not None and _damage(found.export) is not None:
            word = "damaged"
        elif found.under_way:
            word = "partial"
        elif manifest is not None:
            word = "present"
        else:
            word = "other" if found.export.exists else "absent"
        whole = word == "present" and manifest is not None
        return {
            "path": self.place.folder,
            "state": word,
            "checkpoint": manifest.vm_id if whole and manifest is not None else None,
        }

    def holds(self, target: Checkpoint) -> bool:
        """Whether the checkpoint's export is there and whole, and nothing is left over."""
        return _is_whole(self.found.export, target) and not self.found.under_way

    def obstacles(self, target: Checkpoint, chains: Chains) -> list[Refusal]:
        """Return what is in the way of the export."""
        place, found = self.place, self.found
        option, asked = self.vm.where("path"), f"checkpoint {target.name} of VM {self.vm.vm} is to be exported"
        elsewhere = "Use another path, or move it away; nothing but exports of this collection is overwritten."
        export = found.export
        if export.exists and not _is_whole(export, target):
            if export.manifest is None:
                obstacle = f"{place.folder} holds something that this module did not make"
            elif export.manifest.vm_id != target.id:
                obstacle = f"{place.folder} is the export of something else"
            else:
                obstacle = f"the export in {place.folder} is damaged ({_damage(export)})"
            remedy = f"{elsewhere} The module vm_export removes an export (state: absent)."
            return [Refusal(option, asked, obstacle, remedy)]
        if not export.exists and found.under_way and self._holds_another(target):
            obstacle = f"{place.staging} holds a whole export of something else, which a run that was cut has left"
            remedy = f"{elsewhere} The module vm_export finishes it (state: present), or removes it (state: absent)."
            return [Refusal(option, asked, obstacle, remedy)]
        for path, taken in (
            (place.staging, found.staging.exists and not found.under_way),
            (place.marker, found.marker.exists and not found.under_way),
        ):
            if taken:
                return [Refusal(option, asked, f"{path} is there, and is no export of ours", elsewhere)]
        return self._space(target, chains, option, asked)

    def _holds_another(self, target: Checkpoint) -> bool:
        """Whether the folder in which exports grow has the only copy of an export that is not the checkpoint's."""
        staged, replaced = self.found.staged, self.found.replaced
        return any(
            folder.manifest is not None and folder.manifest.vm_id != target.id and _damage(folder) is None
            for folder in (staged, replaced)
        )

    def _space(self, target: Checkpoint, chains: Chains, option: str, asked: str) -> list[Refusal]:
        letter = volume_of(self.place.folder)
        if letter is None or _is_whole(self.found.export, target) or _is_whole(self.found.staged, target):
            return []
        volume = self._exports.volumes.get(letter)
        if volume is None:
            return [Refusal(option, asked, f"the host has no volume {letter}:", "Use another path.")]
        files = {
            path_key(link.path): link.file_size
            for path in target.disks.values()
            if (chain := chains.get(path_key(path))) is not None
            for link in chain.links
        }
        needed = sum(files.values()) + (int(target.settings.get("memory") or 0) if target.memory else 0)
        left = volume.free + sum(self.found.staged.files.values())
        if needed <= left:
            return []
        obstacle = f"it takes {needed_text(needed)}, and volume {letter}: has {free_text(left)} left for it"
        return [Refusal(option, asked, obstacle, "Use another volume, or free some space.")]

    def steps(
        self,
        target: Checkpoint,
        machine: Machine,
        reference: c.Callable[[], Reference],
        planned: c.Callable[..., PlannedStep],
    ) -> list[PlannedStep]:
        """Return the steps to the export, or those that clear up after a run that was cut.

        Args:
            reference: gives the checkpoint's object.
            planned: makes a step of the VM from its name, call, parameters and reasons.
        """
        place, found = self.place, self.found
        staging = {"LiteralPath": place.staging, "Recurse": True, "Force": True}
        text = "what a run that was interrupted has left -> none"
        if _is_whole(found.export, target):
            return [*self._cleared(planned, text)]
        reason = f"export of checkpoint {target.name}: absent -> present"
        steps: list[PlannedStep] = []
        if not (found.under_way and _is_whole(found.staged, target)):
            if found.staging.exists:
                steps.append(planned("leftovers", f"{_FILES}\\Remove-Item", staging, text))
            mark = {
                "ItemType": "File",
                "Path": place.marker,
                "Value": marker_text(target.id, self.vm.vm),
                "Force": True,
            }
            if not self._exports.directories.get(path_key(place.directory), False):
                made = {"ItemType": "Directory", "Path": place.directory, "Force": True}
                steps.append(planned("directory", f"{_FILES}\\New-Item", made, "a directory for exports"))
            facts = {"id": target.id, "name": target.name, "vm": machine.id, "vm_name": machine.name}
            source = source_text(facts, (), (target.id,), None)
            done = {"Path": place.staged, "Marker": place.marker, "Source": source}
            steps += [
                planned("mark", f"{_FILES}\\New-Item", mark, "the mark of an export that is under way"),
                planned(
                    "staging", f"{_FILES}\\New-Item", {"ItemType": "Directory", "Path": place.staging, "Force": True}
                ),
                planned(
                    "export",
                    "Hyper-V\\Export-VMSnapshot",
                    {"VMSnapshot": reference(), "Path": place.staging},
                    reason,
                    long=True,
                ),
                planned("manifest", COMPLETE_EXPORT, done, "the manifest, which says that the export is whole"),
            ]
            reason = ""
        else:
            reason += ", it was whole already when the run that made it ended"
        move = {"LiteralPath": place.staged, "Destination": place.folder}
        steps.append(planned("move", f"{_FILES}\\Move-Item", move, *([reason] if reason else [])))
        steps.append(planned("clean", f"{_FILES}\\Remove-Item", staging))
        steps.append(planned("unmark", f"{_FILES}\\Remove-Item", {"LiteralPath": place.marker, "Force": True}))
        return steps

    def _cleared(self, planned: c.Callable[..., PlannedStep], text: str) -> c.Iterator[PlannedStep]:
        place = self.place
        if self.found.staging.exists:
            parameters = {"LiteralPath": place.staging, "Recurse": True, "Force": True}
            yield planned("clean", f"{_FILES}\\Remove-Item", parameters, text)
        yield planned("unmark", f"{_FILES}\\Remove-Item", {"LiteralPath": place.marker, "Force": True}, text)

    def forecast(self, target: Checkpoint) -> State:
        """Return the state once the steps have run."""
        return {"path": self.place.folder, "state": "present", "checkpoint": target.id}


def _is_whole(folder: Folder, target: Checkpoint) -> bool:
    return folder.manifest is not None and folder.manifest.vm_id == target.id and _damage(folder) is None


def _damage(folder: Folder) -> str | None:
    """Return what is wrong with an export of ours, or None."""
    manifest: Manifest | None = folder.manifest
    if manifest is None:
        return "it has no manifest"
    for path, length in manifest.files.items():
        if folder.files.get(path) != length:
            return f"{path} is missing or of another length"
    if not any(path.startswith(_CONFIGURATION) and path.endswith((".vmcx", ".xml")) for path in manifest.files):
        return "it has no configuration"
    return None
