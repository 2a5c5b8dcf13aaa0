# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Disks that build on a declared disk file, which must not grow under them."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from ...core.step import Field, Reference, Step
from ..virtual_disk import CHAINS, DiskFile, path_key, same_path

DEPENDENT_DISKS = "dependent_disks"
#: The payload file with the function that reads them, and the function's name.
DISKS_FILE, READ_DEPENDENT_DISKS = "vm_disks", "Get-DependentDisk"

_MOST_SHOWN = 5


@dataclasses.dataclass(frozen=True)
class DependentDisk:
    """A disk file of the host, read because a declared one is to grow.

    Attributes:
        parents: all files that it builds on.
        owner: the VM that has it, with the checkpoint; None for one that only lies beside the growing file.
        error: why it could not be read.
    """

    path: str
    parents: tuple[str, ...] = ()
    owner: str | None = None
    error: str | None = None

    def __str__(self) -> str:
        return f"{self.path} of {self.owner}" if self.owner else self.path


def growing_files(files: c.Iterable[DiskFile]) -> dict[str, int]:
    """Return those of the declared files that may have to grow, with the bytes they are to have."""
    sizes: dict[str, tuple[str, int]] = {}
    for file in files:
        if file.size is not None:
            path, size = sizes.get(path_key(file.path), (file.path, 0))
            sizes[path_key(path)] = (path, max(size, file.size))
    return dict(sizes.values())


def dependent_disks_step(sizes: t.Mapping[str, int]) -> Step:
    """Return the step that looks at the host's disks if one of the files grows; otherwise it costs next to nothing."""
    return Step(
        DEPENDENT_DISKS,
        READ_DEPENDENT_DISKS,
        {"Chain": [Reference(CHAINS)], "File": list(sizes), "Size": list(sizes.values())},
        read=(
            Field("path", "Path"),
            Field("vm", "VMName"),
            Field("checkpoint", "Checkpoint"),
            Field("exists", "Exists", "boolean"),
            Field("parents", "Parents", "texts"),
            Field("error", "Error"),
        ),
    )


def understood_dependent_disks(rows: c.Iterable[t.Mapping[str, t.Any]]) -> tuple[DependentDisk, ...]:
    """Return the disks of the step's rows."""
    return tuple(
        DependentDisk(row["path"], tuple(row["parents"] or ()), _owner(row), (row["error"] or None))
        for row in rows
        if row["exists"]
    )


def obstacle_to_growth(path: str, disks: c.Sequence[DependentDisk]) -> str | None:
    """Return why a file may not grow, or None.

    A file that no drive has and that cannot be read does not count: who has such a file open has its parents open too.
    """
    users = [str(disk) for disk in disks if any(same_path(parent, path) for parent in disk.parents)]
    if users:
        return f"other disks build on it and would be damaged: {_listed(users)}"
    unknown = [f"{disk} ({disk.error})" for disk in disks if disk.owner and disk.error and not disk.parents]
    if unknown:
        return f"it is not known what these disks build on, because they cannot be read: {_listed(unknown)}"
    return None


def _owner(row: t.Mapping[str, t.Any]) -> str | None:
    if not row["vm"]:
        return None
    return f"VM {row['vm']}" + (f", checkpoint {row['checkpoint']}" if row["checkpoint"] else "")


def _listed(texts: c.Sequence[str]) -> str:
    shown = ", ".join(texts[:_MOST_SHOWN])
    return shown if len(texts) <= _MOST_SHOWN else f"{shown} and {len(texts) - _MOST_SHOWN} more"
