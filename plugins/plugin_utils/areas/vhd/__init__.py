# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Virtual disk files: made, copied, converted, resized, compacted, merged, given another parent, mounted, deleted."""

from __future__ import annotations

import typing as t

from ...core.area import Options
from ...core.plan import Plan, State
from ...core.step import Replies, Step
from ..virtual_disk import PAYLOAD_FILE, READ_CHAINS
from ..virtual_disk.chain_verification import VERIFICATION_FILE, VERIFY_CHAINS
from .declaration import DisksDeclaration, declare_disks
from .observation import COMPACT, MAINTENANCE_FILE, READ_COMPACTED, DisksObservation, reading_steps, understand_replies
from .planning import managed_state, observed_facts, plan_disks


class DiskArea:
    """The feature area behind the module `vhd`."""

    payload: tuple[str, ...] = (PAYLOAD_FILE, VERIFICATION_FILE, MAINTENANCE_FILE)
    functions: tuple[str, ...] = (READ_CHAINS, VERIFY_CHAINS, READ_COMPACTED, COMPACT)

    def declare(self, options: Options) -> DisksDeclaration:
        """Return the declaration; see `declare_disks`."""
        return declare_disks(options)

    def observe(self, declaration: DisksDeclaration) -> tuple[Step, ...]:
        """Return the reading steps."""
        return reading_steps(declaration)

    def understand(self, declaration: DisksDeclaration, replies: Replies) -> DisksObservation:
        """Return the observation; see `understand_replies`."""
        return understand_replies(declaration, replies)

    def plan(self, declaration: DisksDeclaration, observation: DisksObservation) -> Plan:
        """Return the plan."""
        return plan_disks(declaration, observation)

    def state(self, declaration: DisksDeclaration, observation: DisksObservation) -> State:
        """Return the declared disks that exist."""
        return managed_state(declaration, observation.chains, observed_facts(declaration, observation))

    def result(self, declaration: DisksDeclaration, state: State) -> dict[str, t.Any]:
        """Return `disk`, or `disks` by path when the task used the list."""
        disks = {}
        for disk in declaration.disks:
            path = disk.file.path
            disks[path] = {"path": path, "exists": path in state["disks"], **state["disks"].get(path, {})}
        if declaration.many:
            return {"disks": disks}
        return {"disk": disks[declaration.disks[0].file.path]}


AREA = DiskArea()
