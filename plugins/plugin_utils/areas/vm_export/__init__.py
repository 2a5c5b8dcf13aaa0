# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Exports of virtual machines that are whole and recent enough, or gone."""

from __future__ import annotations

import collections.abc as c
import typing as t

from ...core.area import Options
from ...core.plan import Plan, State
from ...core.step import Replies, Step
from ...core.target_failure import TargetFailure, with_outcome
from ..virtual_disk import PAYLOAD_FILE, READ_CHAINS
from .declaration import ExportDeclaration, declare_exports
from .observation import ExportObservation
from .planning import plan_exports
from .reading import COMPLETE_EXPORT, EXPORT_PAYLOAD, READ_FOLDERS, READ_STAMPS, reading_steps, understand_replies
from .state import managed_state


class ExportArea:
    """The feature area behind the module `vm_export`."""

    payload: tuple[str, ...] = (PAYLOAD_FILE, EXPORT_PAYLOAD)
    functions: tuple[str, ...] = (READ_CHAINS, READ_FOLDERS, READ_STAMPS, COMPLETE_EXPORT)

    def declare(self, options: Options) -> ExportDeclaration:
        """Return the declaration; see `declare_exports`."""
        return declare_exports(options)

    def observe(self, declaration: ExportDeclaration) -> tuple[Step, ...]:
        """Return the reading steps."""
        return reading_steps(declaration)

    def understand(self, declaration: ExportDeclaration, replies: Replies) -> ExportObservation:
        """Return the observation."""
        return understand_replies(declaration, replies)

    def plan(self, declaration: ExportDeclaration, observation: ExportObservation) -> Plan:
        """Return the plan."""
        return plan_exports(declaration, observation)

    def state(self, declaration: ExportDeclaration, observation: ExportObservation) -> State:
        """Return the state of the declared exports."""
        return managed_state(declaration, observation)

    def result(self, declaration: ExportDeclaration, state: State) -> dict[str, t.Any]:
        """Return `exports` by the name of the VM."""
        return {"exports": dict(state["exports"])}

    def result_by_target(
        self,
        declaration: ExportDeclaration,
        state: State,
        changed: frozenset[str],
        failures: c.Sequence[TargetFailure],
    ) -> dict[str, t.Any]:
        """Return the same with what became of each VM: `changed`, and of a failed one `failed`, `msg`, `error`."""
        failed = {failure.target: failure for failure in failures}
        return {
            "exports": {
                place.name: with_outcome(
                    state["exports"][place.name], place.target in changed, failed.get(place.target)
                )
                for place in declaration.places
            }
        }


AREA = ExportArea()
