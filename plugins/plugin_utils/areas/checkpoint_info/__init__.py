# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Facts about checkpoints: which there are, how they build on each other, and where the VM is."""

from __future__ import annotations

import dataclasses
import typing as t

from ...core.area import Options
from ...core.plan import Plan, State
from ...core.step import Reference, Replies, Step
from ..checkpoint.declaration import TYPES
from ..checkpoint.observation import (
    VMS,
    Machine,
    Observation,
    checkpoints_step,
    drives_step,
    understand_replies,
    vms_step,
)
from ..checkpoint.tree import Tree, nested
from ..switch.names import name_key


@dataclasses.dataclass(frozen=True)
class Selection:
    """Names of VMs, or None for all."""

    names: tuple[str, ...] | None


class CheckpointInfoArea:
    """The feature area behind the module `checkpoint_info`."""

    payload: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    needs_lock = False

    def declare(self, options: Options) -> Selection:
        """Return which VMs are asked for."""
        names = options.get("vm_name")
        return Selection(tuple(dict.fromkeys(names)) if names is not None else None)

    def observe(self, declaration: Selection) -> tuple[Step, ...]:
        """Return the reading steps."""
        vms = Reference(VMS, where=() if declaration.names is None else (("Name", declaration.names),))
        return vms_step(), checkpoints_step(vms), drives_step(vms)

    def understand(self, declaration: Selection, replies: Replies) -> Observation:
        """Return the observation."""
        return understand_replies(replies)

    def plan(self, declaration: Selection, observation: Observation) -> Plan:
        """Return a plan without steps: nothing is changed."""
        state = self.state(declaration, observation)
        return Plan(before=state, after=state)

    def state(self, declaration: Selection, observation: Observation) -> State:
        """Return the facts by the id of the VM."""
        wanted = None if declaration.names is None else {name_key(name) for name in declaration.names}
        return {
            "vms": {
                machine.id: _facts(machine, observation.trees[machine.id])
                for machine in observation.machines
                if wanted is None or name_key(machine.name) in wanted
            }
        }

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


def _facts(machine: Machine, tree: Tree) -> dict[str, t.Any]:
    kind = machine.checkpoint_type
    shown = tree.shown
    for entry, checkpoint in zip(shown["checkpoints"], tree.checkpoints, strict=True):
        entry["disks"] = {str(slot): path for slot, path in sorted(checkpoint.disks.items())}
    return {
        "id": machine.id,
        "name": machine.name,
        "checkpoint_type": next((word for word, name in TYPES.items() if name == kind), kind.lower()),
        "merging": machine.merging,
        **shown,
        "tree": nested(tree),
    }


AREA = CheckpointInfoArea()
