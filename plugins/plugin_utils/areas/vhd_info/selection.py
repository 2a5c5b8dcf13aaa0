# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which files are asked for, and the steps that read them and all that could use them."""

from __future__ import annotations

import dataclasses

from ...core.area import Options
from ...core.plan import BadInput
from ...core.step import Reference, Step
from ..vhd.observation import DISK_EXTENSIONS
from ..virtual_disk import (
    CHAINS,
    CHECKPOINT_PATHS,
    DRIVE_PATHS,
    attached_steps,
    chain_step,
    normal_path,
    path_problem,
)
from ..virtual_disk.chain_verification import verification_step

#: Ids of the reading steps.
FILES = "files"
FILE_CHAINS, DRIVE_CHAINS, CHECKPOINT_CHAINS = "file_chains", "drive_chains", "checkpoint_chains"
CHECKED, CHECKED_FILES, CHECKED_DRIVES = "checked", "checked_files", "checked_drives"


@dataclasses.dataclass(frozen=True)
class Selection:
    """What is asked for.

    Attributes:
        paths: files; None when neither files nor directories are named, which asks for the disks of all VMs.
        folders: directories, all of whose disk files are asked for.
        recurse: whether those in directories below them are, too.
        verify: whether the files are opened with all their parents.
    """

    paths: tuple[str, ...] | None
    folders: tuple[str, ...] = ()
    recurse: bool = False
    verify: bool = False


def selected(options: Options) -> Selection:
    """Return what a task asks for.

    Raises:
        BadInput: for texts that are no absolute paths.
    """
    paths, folders = options.get("path"), options.get("folder") or ()
    for option, texts in (("path", paths or ()), ("folder", folders)):
        for index, text in enumerate(texts):
            problem = path_problem(text)
            if problem is not None:
                raise BadInput(f"{option}[{index}]", problem)
    if options.get("recurse") and not folders:
        raise BadInput("recurse", "belongs to folder")
    if paths is not None and not paths and not folders:
        raise BadInput("path", "is an empty list; leave it out to read the disks of all VMs")
    named = None if paths is None and not folders else tuple(paths or ())
    return Selection(named, tuple(folders), bool(options.get("recurse")), bool(options.get("verify")))


def reading_steps(selection: Selection) -> tuple[Step, ...]:
    """Return the reading steps: their number does not depend on the number of files and VMs."""
    steps = []
    if selection.paths:
        steps.append(chain_step([normal_path(path) for path in selection.paths]))
    if selection.folders:
        parameters = {"LiteralPath": [normal_path(folder) for folder in selection.folders]}
        files = Step(
            FILES,
            "Microsoft.PowerShell.Management\\Get-ChildItem",
            {**parameters, "Recurse": True} if selection.recurse else parameters,
            where=(("Extension", DISK_EXTENSIONS),),
            tolerate=({"error_id": "PathNotFound"}, {"error_id": "DriveNotFound"}),
        )
        steps += [files, chain_step([Reference(FILES, get="FullName")], FILE_CHAINS)]
    steps += [
        *attached_steps(),
        chain_step([DRIVE_PATHS], DRIVE_CHAINS),
        chain_step([CHECKPOINT_PATHS], CHECKPOINT_CHAINS),
    ]
    if selection.verify:
        steps += _verifying_steps(selection)
    return tuple(steps)


def _verifying_steps(selection: Selection) -> list[Step]:
    steps = []
    if selection.paths:
        there = Reference(CHAINS, where=(("Exists", (True,)),), get="Path")
        steps.append(verification_step([there], CHECKED))
    if selection.folders:
        steps.append(verification_step([Reference(FILES, get="FullName")], CHECKED_FILES))
    if selection.paths is None:
        steps.append(verification_step([DRIVE_PATHS], CHECKED_DRIVES))
    return steps
