# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which VM an import has led to, and the managed state."""

from __future__ import annotations

import typing as t

from ...core.plan import State
from ..switch.names import name_key
from ..virtual_disk import same_path
from .declaration import MARK, Import, ImportDeclaration
from .observation import FoundExport, ImportObservation, ObservedVm


def managed_state(declaration: ImportDeclaration, observation: ImportObservation) -> State:
    """Return the state of each declared import by its key."""
    pairs = zip(declaration.imports, observation.found, strict=True)
    return {"imports": {one.key: import_state(one, found, observation) for one, found in pairs}}


def import_state(one: Import, found: FoundExport, observation: ImportObservation) -> State:
    """Return the state of one import.

    What keeps the VM from being imported stands in it as long as it is not.
    """
    vm = imported_vm(one, found, observation)
    if vm is not None:
        return {"state": "imported", "id": vm.id, "name": vm.name, "path": vm.path}
    state: State = {"state": "absent"}
    if found.report is not None:
        state["incompatibilities"] = [
            {"message_id": each.message_id, "message": each.message, "source": shown_source(each)}
            for each in found.report.incompatibilities
        ]
    return state


def shown_source(problem: t.Any) -> str:
    """Return what an incompatibility is about, as people say it."""
    return " ".join(part for part in (problem.source, problem.name) if part)


def imported_vm(one: Import, found: FoundExport, observation: ImportObservation) -> ObservedVm | None:
    """Return the VM that an import has led to, if there is one.

    A copy is a VM of the declared name, every other one the VM with the exported id. It must say in its notes that it
    was imported from this export, or have its configuration where it would have been put: a VM that is merely there
    was not imported.
    """
    return next((vm for vm in same_vms(one, found, observation) if _was_imported(one, found, vm)), None)


def same_vms(one: Import, found: FoundExport, observation: ImportObservation) -> tuple[ObservedVm, ...]:
    """Return the VMs that the import would be, or would be taken for."""
    if one.mode == "copy":
        return observation.named(one.name or "")
    source = found.source_id or one.id
    if source is not None:
        return tuple(vm for vm in observation.vms if vm.id == source)
    # The export is gone. The VM says itself what it was imported as.
    named = observation.named(one.name) if one.name is not None else ()
    return tuple(vm for vm in named if f"{MARK}{vm.id}" in vm.marks)


def _was_imported(one: Import, found: FoundExport, vm: ObservedVm) -> bool:
    source = found.source_id or one.id
    if source is not None and one.mark(source) in vm.marks:
        return True
    if source is None and any(line.startswith(one.mark("")) for line in vm.marks):
        return True
    place = one.machine_path if one.copies else found.root
    return place is not None and same_path(vm.path, place)


def others_of_that_name(one: Import, found: FoundExport, observation: ImportObservation) -> tuple[ObservedVm, ...]:
    """Return the VMs that have the name that the import will have, and are others."""
    name = one.name or (found.report.name if found.report is not None else None)
    if name is None:
        return ()
    return tuple(vm for vm in observation.vms if name_key(vm.name) == name_key(name))
