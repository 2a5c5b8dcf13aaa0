# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The mark that a move leaves in a folder until it is over.

An interrupted move may leave half a file at the destination, which looks like any other file there. The mark says that
it is this machine's, so that the next run may delete it; what is there without a mark is somebody else's and stays.
"""

from __future__ import annotations

from ...core.step import Step
from ..virtual_disk import joined, path_key
from .observation import Observation

_MANAGEMENT = "Microsoft.PowerShell.Management"


def mark_in(folder: str, machine_id: str) -> str:
    """Return the path of a machine's mark in a folder."""
    return joined(folder, f"{machine_id}.datacenter-hyperv-move")


def marks_there(folders: tuple[str, ...], machine_id: str, observation: Observation) -> tuple[str, ...]:
    """Return the machine's marks in some folders."""
    marks = (mark_in(folder, machine_id) for folder in folders)
    return tuple(mark for mark in marks if path_key(mark) in observation.files)


def setting_step(step_id: str, marks: tuple[str, ...], lane: str) -> Step:
    """Return the step that makes marks; those that are there already are made anew."""
    parameters = {"Path": list(marks), "ItemType": "File", "Force": True}
    return Step(step_id, f"{_MANAGEMENT}\\New-Item", parameters, lane=lane)


def removing_step(step_id: str, files: tuple[str, ...], lane: str) -> Step:
    """Return the step that removes marks or half-made files; one that is gone already is no error."""
    return Step(
        step_id,
        f"{_MANAGEMENT}\\Remove-Item",
        {"LiteralPath": list(files), "Force": True},
        tolerate=({"category": "ObjectNotFound"},),
        lane=lane,
    )
