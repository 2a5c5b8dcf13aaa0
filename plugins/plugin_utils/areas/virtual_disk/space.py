# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Free space on the host's volumes, and what a plan takes of it."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from ...core.plan import Refusal
from ...core.size import free_text, needed_text
from ...core.step import Field, Step
from .paths import volume_of

VOLUMES = "volumes"


@dataclasses.dataclass(frozen=True)
class Volume:
    """A volume with a drive letter; sizes in bytes."""

    letter: str
    size: int
    free: int


def volume_step(step_id: str = VOLUMES) -> Step:
    """Return the step that reads all volumes."""
    return Step(
        step_id,
        "Storage\\Get-Volume",
        read=(
            Field("letter", "DriveLetter"),
            Field("size", "Size", "integer"),
            Field("free", "SizeRemaining", "integer"),
        ),
    )


def understand_volumes(rows: c.Iterable[t.Mapping[str, t.Any]]) -> dict[str, Volume]:
    """Return volumes by drive letter; those without one are left out (DriveLetter is then the character NUL)."""
    volumes = {}
    for row in rows:
        letter = str(row.get("letter") or "").strip("\0 ").upper()
        if letter:
            volumes[letter] = Volume(letter, int(row.get("size") or 0), int(row.get("free") or 0))
    return volumes


class SpaceAccount:
    """Adds up what the steps of one plan take from each volume."""

    def __init__(self, volumes: t.Mapping[str, Volume]) -> None:
        self._volumes = volumes
        self._taken: dict[str, int] = {}
        self._promised: dict[str, int] = {}

    def take(self, option: str, path: str, taken: int, promised: int) -> list[Refusal]:
        """Note a file that takes bytes at once and may grow by more; return a refusal where it does not fit.

        Args:
            option: path of the option that asks for the file.
            taken: bytes that the file takes when the plan has run.
            promised: bytes by which it may grow later.
        """
        letter = volume_of(path)
        volume = self._volumes.get(letter) if letter else None
        if letter is None or volume is None:
            if letter is not None and self._volumes:
                return [
                    Refusal(
                        option,
                        f"the disk file {path} is asked for",
                        f"the host has no volume {letter}:",
                        f"Its volumes: {', '.join(f'{known}:' for known in sorted(self._volumes))}.",
                    )
                ]
            return []
        before = self._taken.get(letter, 0)
        self._taken[letter] = before + taken
        self._promised[letter] = self._promised.get(letter, 0) + promised
        left = volume.free - before
        if taken > left:
            return [
                Refusal(
                    option,
                    f"the disk file {path} takes {needed_text(taken)} at once",
                    f"volume {letter}: has {free_text(max(left, 0))} left for it",
                    "Use another volume, a dynamic or differencing disk, or free some space.",
                )
            ]
        return []

    def warnings(self) -> list[str]:
        """Return a warning for each volume on which dynamic disks may grow beyond what is free."""
        texts = []
        for letter, promised in sorted(self._promised.items()):
            left = self._volumes[letter].free - self._taken.get(letter, 0)
            if promised > left:
                texts.append(
                    f"volume {letter}: has {free_text(max(left, 0))} left for dynamic and differencing disks "
                    f"of this task that can grow by {needed_text(promised)}"
                )
        return texts
