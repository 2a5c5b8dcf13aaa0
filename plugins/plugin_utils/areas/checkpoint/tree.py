# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The checkpoints of a VM: a tree, and the place in it where the VM is."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import datetime
import typing as t

from ...core.plan import KNOWN_AFTER_APPLY
from ..switch.names import name_key
from ..vm.slots import Slot

#: Kinds as the options call them, by the names of Microsoft.HyperV.PowerShell.SnapshotType.
KINDS = {
    "Standard": "standard",
    "Recovery": "recovery",
    "Planned": "planned",
    "Missing": "missing",
    "Replica": "replica",
    "AppConsistentReplica": "replica",
    "SyncedReplica": "replica",
}


@dataclasses.dataclass(frozen=True)
class Checkpoint:
    """A checkpoint.

    Attributes:
        vm: id of its VM.
        kind: `standard`, `automatic`, `recovery`, `replica`, `planned`, `missing`.
        created: ISO 8601 in UTC.
        parent: id of the checkpoint below which it is, or None.
        memory: whether it holds the running state, so that the VM is saved after it was applied.
        settings: settings that it has (see `observation.COMPARED`).
        disks: paths of its disk files by slot.
    """

    vm: str
    id: str
    name: str
    kind: str = "standard"
    created: str = ""
    parent: str | None = None
    memory: bool | str = False
    settings: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    disks: t.Mapping[Slot, str] = dataclasses.field(default_factory=dict)

    @property
    def shown(self) -> dict[str, t.Any]:
        """Return it as states and results have it."""
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "created": self.created,
            "parent": self.parent,
            "memory": self.memory,
        }

    def older_than(self, seconds: int, now: str) -> bool:
        """Whether it was taken more than so many seconds before a time."""
        age = datetime.datetime.fromisoformat(_plain(now)) - datetime.datetime.fromisoformat(_plain(self.created))
        return age.total_seconds() > seconds


@dataclasses.dataclass(frozen=True)
class Tree:
    """Checkpoints in the order of their creation, and the one on which the VM is.

    Attributes:
        current: id of the checkpoint from which the VM's disks go on, or None.
    """

    checkpoints: tuple[Checkpoint, ...] = ()
    current: str | None = None

    def find(self, checkpoint_id: str | None) -> Checkpoint | None:
        """Return the checkpoint of an id."""
        return next((one for one in self.checkpoints if one.id == checkpoint_id), None)

    def named(self, name: str, kinds: c.Container[str]) -> list[Checkpoint]:
        """Return the checkpoints of a name and of certain kinds, the oldest first."""
        key = name_key(name)
        return [one for one in self.checkpoints if one.kind in kinds and name_key(one.name) == key]

    def below(self, checkpoint_id: str) -> list[Checkpoint]:
        """Return a checkpoint and all that build on it."""
        found = [one for one in self.checkpoints if one.id == checkpoint_id]
        for one in found:
            found += [child for child in self.checkpoints if child.parent == one.id and child not in found]
        return found

    def without(self, ids: c.Collection[str]) -> Tree:
        """Return the tree after a removal: what built on a removed checkpoint builds on the next one below."""

        def upwards(checkpoint_id: str | None) -> str | None:
            while checkpoint_id is not None and checkpoint_id in ids:
                found = self.find(checkpoint_id)
                checkpoint_id = found.parent if found is not None else None
            return checkpoint_id

        kept = tuple(
            dataclasses.replace(one, parent=upwards(one.parent)) for one in self.checkpoints if one.id not in ids
        )
        return Tree(kept, upwards(self.current))

    def with_new(self, vm: str, name: str, *, memory: bool | str) -> Tree:
        """Return the tree after a checkpoint was taken."""
        new = Checkpoint(vm, KNOWN_AFTER_APPLY, name, "standard", KNOWN_AFTER_APPLY, self.current, memory)
        return Tree((*self.checkpoints, new), new.id)

    def renamed(self, checkpoint_id: str, name: str) -> Tree:
        """Return the tree after a checkpoint got another name."""
        return dataclasses.replace(
            self,
            checkpoints=tuple(
                dataclasses.replace(one, name=name) if one.id == checkpoint_id else one for one in self.checkpoints
            ),
        )

    @property
    def shown(self) -> dict[str, t.Any]:
        """Return it as states and results have it."""
        current = self.find(self.current)
        return {
            "checkpoints": [one.shown for one in self.checkpoints],
            "current": {"id": current.id, "name": current.name} if current is not None else None,
        }


def nested(tree: Tree) -> list[dict[str, t.Any]]:
    """Return the tree as a list of its roots, each with its `children` and whether it is `current`."""

    def branch(parent: str | None, seen: frozenset[str]) -> list[dict[str, t.Any]]:
        there = {one.id for one in tree.checkpoints}
        return [
            {
                "id": one.id,
                "name": one.name,
                "current": one.id == tree.current,
                "children": branch(one.id, seen | {one.id}),
            }
            for one in tree.checkpoints
            if one.id not in seen and (one.parent == parent or (parent is None and one.parent not in there))
        ]

    return branch(None, frozenset())


def _plain(time: str) -> str:
    # datetime.fromisoformat of Python 3.10 knows no Z
    return time[:-1] + "+00:00" if time.endswith("Z") else time
