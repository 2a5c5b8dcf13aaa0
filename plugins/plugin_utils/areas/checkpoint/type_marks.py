# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The mark that holds a VM's checkpoint type while another one is set for a checkpoint.

If the host or the process that takes the checkpoint ends meanwhile, the VM keeps the other type. The mark, a file in
the folder of the VM's configuration, says which one it had, so that the next run puts it back.
"""

from __future__ import annotations

import typing as t

from ...core.step import Field, Reference, Step

MARKS = "type_marks"

#: `New-Checkpoint` of checkpoint.ps1 makes `<id of the VM>.<CheckpointType>` with this extension.
EXTENSION = ".datacenter-hyperv-checkpoint"
_TYPES = frozenset({"Disabled", "Standard", "Production", "ProductionOnly"})
_MANAGEMENT = "Microsoft.PowerShell.Management"


def marks_step(vms: Reference) -> Step:
    """Return the step that reads the marks in the folders of VMs."""
    return Step(
        MARKS,
        f"{_MANAGEMENT}\\Get-ChildItem",
        {"LiteralPath": Reference(vms.step, where=vms.where, get="ConfigurationLocation")},
        where=(("Extension", (EXTENSION,)),),
        read=(Field("path", "FullName"), Field("name", "Name")),
        tolerate=({"error_id": "PathNotFound"}, {"error_id": "DriveNotFound"}),
    )


def marked_types(rows: t.Iterable[t.Mapping[str, t.Any]]) -> dict[str, tuple[str, str]]:
    """Return, by the id of the VM, the type that it had and the path of the mark. What is no mark does not count."""
    found = {}
    for row in rows:
        vm_id, _dot, kind = str(row["name"])[: -len(EXTENSION)].partition(".")
        if kind in _TYPES:
            found[vm_id.lower()] = (kind, str(row["path"]))
    return found


def removing_step(step_id: str, path: str, lane: str) -> Step:
    """Return the step that removes a mark; one that is gone already is no error."""
    return Step(
        step_id,
        f"{_MANAGEMENT}\\Remove-Item",
        {"LiteralPath": path, "Force": True},
        tolerate=({"category": "ObjectNotFound"},),
        lane=lane,
    )
