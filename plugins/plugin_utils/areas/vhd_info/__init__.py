# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Facts about virtual disk files: chains, users, children, and whether a chain can be opened. Reads only."""

from __future__ import annotations

import typing as t

from ...core.area import Options
from ...core.plan import Plan, State
from ...core.step import Replies, Step
from ..virtual_disk import PAYLOAD_FILE, READ_CHAINS, path_key
from ..virtual_disk.chain_verification import VERIFICATION_FILE, VERIFY_CHAINS
from .facts import DiskFacts, understood_facts
from .selection import Selection, reading_steps, selected


class DiskInfoArea:
    """The feature area behind the module `vhd_info`."""

    payload: tuple[str, ...] = (PAYLOAD_FILE, VERIFICATION_FILE)
    functions: tuple[str, ...] = (READ_CHAINS, VERIFY_CHAINS)
    needs_lock = False

    def declare(self, options: Options) -> Selection:
        """Return which files are asked for; see `selected`."""
        return selected(options)

    def observe(self, declaration: Selection) -> tuple[Step, ...]:
        """Return the reading steps."""
        return reading_steps(declaration)

    def understand(self, declaration: Selection, replies: Replies) -> DiskFacts:
        """Return the facts."""
        return understood_facts(declaration, replies)

    def plan(self, declaration: Selection, observation: DiskFacts) -> Plan:
        """Return a plan without steps: nothing is changed."""
        state = self.state(declaration, observation)
        return Plan(before=state, after=state)

    def state(self, declaration: Selection, observation: DiskFacts) -> State:
        """Return the facts by the `path_key` of the file."""
        return {"disks": dict(observation.disks), "clashes": list(observation.clashes)}

    def result(self, declaration: Selection, state: State) -> dict[str, t.Any]:
        """Return `disks`, those that were asked for by their paths, and what is not as it should be."""
        disks = state["disks"]
        return {
            "disks": sorted(disks.values(), key=lambda disk: path_key(disk["path"])),
            "disks_by_path": {
                path: disks[path_key(path)] for path in declaration.paths or () if path_key(path) in disks
            },
            "missing": [path for path in declaration.paths or () if path_key(path) not in disks],
            "clashes": state["clashes"],
        }


AREA = DiskInfoArea()
