# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The managed state: where the declared parts of a machine are, read from an observation or from a forecast."""

from __future__ import annotations

from ...core.plan import State
from .declaration import MachineMove, Moves
from .disks import Disk, disks_of, targets_of
from .observation import Observation


def managed_state(declaration: Moves, observation: Observation) -> State:
    """Return the state of each declared machine by its declared name."""
    return {move.name: machine_state(move, observation) for move in declaration.machines}


def machine_state(move: MachineMove, observation: Observation) -> State:
    """Return where the declared parts of one machine are; of one that is not there, only its name."""
    machine = next(iter(observation.named(move.name)), None)
    if machine is None:
        return {"name": move.name}
    state: State = {"name": machine.name, "id": machine.id}
    state.update({option: machine.folders[option] for option in move.folders})
    targets = targets_of(move, disks_of(machine, observation))
    if targets or move.disks_path is not None:
        state["disks"] = {target.disk.key: _disk_state(target.disk) for target in targets}
    return state


def _disk_state(disk: Disk) -> State:
    state: State = {"path": disk.base}
    others = [file for file in disk.files if file != disk.base]
    if others:
        state["checkpoint_files"] = others
    return state
