# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the moves of one task share: room on volumes, folders that are missing, paths that are taken."""

from __future__ import annotations

import dataclasses
import re

from ...core.plan import PlannedStep, Refusal
from ...core.size import free_text, needed_text
from ...core.step import Step
from ..virtual_disk import directory_of, path_key, volume_of
from .observation import Observation

#: Where a failover cluster mounts its shared volumes (Microsoft Learn, "Use Cluster Shared Volumes").
_CLUSTER_SHARED = re.compile(r"[A-Za-z]:\\ClusterStorage(\\|$)", re.IGNORECASE)


def is_cluster_shared(path: str) -> bool:
    """Return whether a path is on a cluster shared volume: the room on its drive letter says nothing about it."""
    return _CLUSTER_SHARED.match(path) is not None


@dataclasses.dataclass
class World:
    """The host as far as it concerns more than one file of the plan.

    Attributes:
        taken: bytes that go to each volume.
        wanted: who moves a file to a path, by `path_key`.
        folders: folders that the plan makes, by `path_key`.
        unmeasured: places whose free space is not known.
    """

    observation: Observation
    taken: dict[str, int] = dataclasses.field(default_factory=dict)
    wanted: dict[str, str] = dataclasses.field(default_factory=dict)
    folders: dict[str, str] = dataclasses.field(default_factory=dict)
    unmeasured: dict[str, str] = dataclasses.field(default_factory=dict)

    def take(self, option: str, what: str, path: str, size: int) -> list[Refusal]:
        """Note that something goes to a path; return a refusal where there is no room or no volume.

        Args:
            option: path of the option that asks for it.
            what: what moves, for people.
            size: bytes.
        """
        letter = volume_of(path)
        if letter is None or is_cluster_shared(path):
            place = "\\".join(path.split("\\")[: 4 if letter is None else 3])
            self.unmeasured.setdefault(path_key(place), place)
            return []
        volume = self.observation.volumes.get(letter)
        if volume is None:
            known = ", ".join(f"{each}:" for each in sorted(self.observation.volumes))
            return [
                Refusal(
                    option, f"{what} is to be moved to {path}", f"the host has no volume {letter}:", f"It has {known}."
                )
            ]
        before = self.taken.get(letter, 0)
        self.taken[letter] = before + size
        left = volume.free - before
        if size <= left:
            return []
        return [
            Refusal(
                option,
                f"{what} ({needed_text(size)}) is to be moved to {path}",
                f"volume {letter}: has {free_text(max(left, 0))} left for it",
                "Free some space, use another volume, or move fewer disks.",
            )
        ]

    def claim(self, option: str, mover: str, file: str, path: str) -> list[Refusal]:
        """Note that a file goes to a path; return a refusal when another one goes there, too."""
        other = self.wanted.setdefault(path_key(path), f"{file} of VM {mover}")
        if other == f"{file} of VM {mover}":
            return []
        return [
            Refusal(
                option,
                f"{file} of VM {mover} is to be moved to {path}",
                f"{other} is to be moved there, too",
                "Give each its own place in disks.",
            )
        ]

    def need_folder(self, file: str) -> None:
        """Note that a file is to be made, and so its folder too if that is not there."""
        folder = directory_of(file)
        if path_key(folder) not in self.observation.directories:
            self.folders.setdefault(path_key(folder), folder)

    def folder_steps(self) -> list[PlannedStep]:
        """Return the steps that make the folders; one step makes what is missing above, too."""
        steps = []
        for number, folder in enumerate(self.folders.values()):
            step = Step(
                f"folder{number}",
                "Microsoft.PowerShell.Management\\New-Item",
                {"ItemType": "Directory", "Path": folder, "Force": True},
            )
            steps.append(PlannedStep(step, ("a folder for disk files",), f"folder {folder}"))
        return steps

    def warnings(self) -> list[str]:
        """Return a warning for each place whose free space is not known."""
        return [f"whether {place} has room for what moves there is not checked" for place in self.unmeasured.values()]
