# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The managed state of exports, and what is asked of them."""

from __future__ import annotations

import datetime
import typing as t

from ...core.plan import State, Unreadable
from .declaration import ExportDeclaration, Place
from .manifest import Manifest, fingerprint_of
from .observation import ExportedVm, ExportObservation, Found


def managed_state(declaration: ExportDeclaration, observation: ExportObservation) -> State:
    """Return the state of each declared export by the name of its VM."""
    return {"exports": {place.name: export_state(declaration, observation, place) for place in declaration.places}}


def export_state(declaration: ExportDeclaration, observation: ExportObservation, place: Place) -> State:
    """Return the state of one export.

    `present`: whole. `damaged`: of ours, but no longer whole. `partial`: half made, or left over from a run that was
    interrupted. `other`: something that is none of ours. `absent`: nothing.
    """
    found = observation.at(place)
    manifest = found.export.manifest
    state: State = {"path": place.folder, "state": export_word(found)}
    if manifest is not None:
        state.update(vm_id=manifest.vm_id, started=manifest.started, bytes=manifest.bytes)
        if declaration.current:
            state["current"] = is_current(manifest, observation.named(place.name))
    return state


def export_word(found: Found) -> str:
    """Return what is at a place in one word."""
    if found.export.manifest is not None and found.export.damage is not None:
        return "damaged"
    if found.under_way:
        return "partial"
    if found.export.manifest is not None:
        return "present"
    return "other" if found.export.exists else "absent"


def present_fingerprint(vm: ExportedVm) -> str | None:
    """Return the fingerprint of a VM as it is, or None for one that cannot be told from its changed self.

    That is one that runs, and one whose files were not all found.
    """
    if not vm.resting or vm.configuration is None or vm.unreadable is not None:
        return None
    return fingerprint_of(vm.id, vm.state, vm.configuration, vm.files, vm.checkpoints)


def is_current(manifest: Manifest, vms: tuple[ExportedVm, ...]) -> bool:
    """Return whether an export has what the VM has now."""
    if len(vms) != 1 or manifest.fingerprint is None:
        return False
    return manifest.fingerprint == present_fingerprint(vms[0])


def shortcoming(
    declaration: ExportDeclaration, observation: ExportObservation, place: Place, manifest: Manifest
) -> str | None:
    """Return why a whole export is not what is declared, or None."""
    limit = oldest_allowed(declaration, observation)
    if limit is not None and _moment(manifest.started) <= limit:
        return f"export: of {manifest.started} -> newer than {limit:%Y-%m-%dT%H:%M:%SZ}"
    if declaration.current and not is_current(manifest, observation.named(place.name)):
        return f"export: of {manifest.started}, the VM has changed since -> current"
    return None


def oldest_allowed(declaration: ExportDeclaration, observation: ExportObservation) -> datetime.datetime | None:
    """Return the moment that an export must be younger than.

    Raises:
        Unreadable: when the host's time is needed for it and was not read.
    """
    wanted: t.Any = declaration.newer_than
    if isinstance(wanted, int):
        if observation.now is None:
            raise Unreadable("the host did not say what time it is, so the age of an export cannot be told")
        return observation.now - datetime.timedelta(seconds=wanted)
    return t.cast("datetime.datetime | None", wanted)


def _moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
