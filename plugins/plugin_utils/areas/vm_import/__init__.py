# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Virtual machines from exports: registered in place, restored, or copied."""

from __future__ import annotations

import collections.abc as c
import typing as t

from ...core.area import Options
from ...core.plan import Plan, State
from ...core.step import Replies, Step
from ...core.target_failure import TargetFailure, with_outcome
from .declaration import ImportDeclaration, declare_imports
from .observation import ImportObservation
from .planning import plan_imports
from .reading import COMPARE_IMPORT, IMPORT_PAYLOAD, PLAN_VM, REMOVE_PLANNED, reading_steps, understand_replies
from .state import managed_state


class ImportArea:
    """The feature area behind the module `vm_import`."""

    payload: tuple[str, ...] = (IMPORT_PAYLOAD,)
    functions: tuple[str, ...] = (COMPARE_IMPORT, PLAN_VM, REMOVE_PLANNED)

    def declare(self, options: Options) -> ImportDeclaration:
        """Return the declaration; see `declare_imports`."""
        return declare_imports(options)

    def observe(self, declaration: ImportDeclaration) -> tuple[Step, ...]:
        """Return the reading steps."""
        return reading_steps(declaration)

    def understand(self, declaration: ImportDeclaration, replies: Replies) -> ImportObservation:
        """Return the observation."""
        return understand_replies(declaration, replies)

    def plan(self, declaration: ImportDeclaration, observation: ImportObservation) -> Plan:
        """Return the plan."""
        return plan_imports(declaration, observation)

    def state(self, declaration: ImportDeclaration, observation: ImportObservation) -> State:
        """Return the state of each declared import."""
        return managed_state(declaration, observation)

    def result(self, declaration: ImportDeclaration, state: State) -> dict[str, t.Any]:
        """Return `vm`, or `vms` by name or path when the task used the list."""
        if declaration.terms.many:
            return {"vms": dict(state["imports"])}
        return {"vm": state["imports"][declaration.imports[0].key]}

    def result_by_target(
        self,
        declaration: ImportDeclaration,
        state: State,
        changed: frozenset[str],
        failures: c.Sequence[TargetFailure],
    ) -> dict[str, t.Any]:
        """Return the same with what became of each VM: `changed`, and of a failed one `failed`, `msg`, `error`."""
        if not declaration.terms.many:
            return self.result(declaration, state)
        failed = {failure.planned.step.lane: failure for failure in failures}
        vms = {}
        for one in declaration.imports:
            vm = state["imports"][one.key]
            touched = f"vm {vm.get('name', one.key)}" in changed or one.key in failed
            vms[one.key] = with_outcome(vm, touched, failed.get(one.key))
        return {"vms": vms}


AREA = ImportArea()
