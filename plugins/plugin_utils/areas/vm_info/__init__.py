# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Facts about VMs: everything that can be declared, and what only a running VM has."""

from __future__ import annotations

import typing as t

from ...core.area import Options
from ...core.plan import Plan, State
from ...core.step import Replies, Step
from ..switch.names import name_key
from ..virtual_disk import PAYLOAD_FILE, READ_CHAINS
from ..virtual_disk.chain_verification import VERIFICATION_FILE, VERIFY_CHAINS
from ..vm.reading import GET_SECURITY, SETTINGS_FILE
from .facts import VmFacts, understood_facts
from .selection import Selection, reading_steps, selected


class VmInfoArea:
    """The feature area behind the module `vm_info`."""

    payload: tuple[str, ...] = (PAYLOAD_FILE, SETTINGS_FILE, VERIFICATION_FILE)
    functions: tuple[str, ...] = (READ_CHAINS, GET_SECURITY, VERIFY_CHAINS)
    needs_lock = False

    def declare(self, options: Options) -> Selection:
        """Return which VMs and which parts are asked for."""
        return selected(options)

    def observe(self, declaration: Selection) -> tuple[Step, ...]:
        """Return the reading steps."""
        return reading_steps(declaration)

    def understand(self, declaration: Selection, replies: Replies) -> VmFacts:
        """Return the facts."""
        return understood_facts(declaration, replies)

    def plan(self, declaration: Selection, observation: VmFacts) -> Plan:
        """Return a plan without steps: nothing is changed."""
        state = self.state(declaration, observation)
        return Plan(before=state, after=state)

    def state(self, declaration: Selection, observation: VmFacts) -> State:
        """Return the facts by the id of the VM."""
        return {"vms": {vm["id"]: vm for vm in observation}}

    def result(self, declaration: Selection, state: State) -> dict[str, t.Any]:
        """Return `vms`, and `vms_by_name` with the VMs whose name no other VM of the host has."""
        vms = sorted(state["vms"].values(), key=lambda vm: (vm["name"].lower(), vm["id"]))
        names = [vm["name"] for vm in vms]
        there = {name_key(name) for name in names}
        return {
            "vms": vms,
            "vms_by_name": {vm["name"]: vm for vm in vms if names.count(vm["name"]) == 1},
            "missing": [name for name in declaration.names or () if name_key(name) not in there],
        }


AREA = VmInfoArea()
