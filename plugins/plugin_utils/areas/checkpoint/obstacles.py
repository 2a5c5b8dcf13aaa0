# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What stands in the way of taking, applying and removing checkpoints."""

from __future__ import annotations

import collections.abc as c

from ...core.plan import Refusal
from ..virtual_disk import extension_of, path_key
from ..vm.power import SETTLED, state_word
from ..vm.stuck import stuck_remedy
from .declaration import VmCheckpoints
from .observation import BUSY, Machine, Observation
from .tree import Checkpoint

#: The first configuration version whose VMs can have production checkpoints (os-win, vmutils10).
PRODUCTION_SINCE = (6, 2)
_PRODUCTION = frozenset({"Production", "ProductionOnly"})


def obstacles_to_taking(vm: VmCheckpoints, machine: Machine, option: str, asked: str) -> list[Refusal]:
    """Return why a checkpoint cannot be taken now.

    Args:
        option: path of the option that asks for it.
    """
    found = _state_obstacles(machine, option, asked)
    if vm.type is None and machine.checkpoint_type == "Disabled":
        found.append(
            Refusal(
                option,
                asked,
                "checkpoints are disabled for the VM",
                "Declare the type of this one, or enable checkpoints (checkpoint_type of the module vm).",
            )
        )
    if vm.type in _PRODUCTION and _version(machine) < PRODUCTION_SINCE:
        found.append(
            Refusal(
                vm.where("type"),
                asked,
                f"a VM of configuration version {machine.version} has no production checkpoints; they came with 6.2",
                "Set type: standard, or upgrade the VM (the module vm with version: latest and upgrade_version: true).",
            )
        )
    if (vm.type or machine.checkpoint_type) == "Standard" and machine.devices and machine.state not in ("Off", "Saved"):
        found.append(
            Refusal(
                option,
                asked,
                f"it has a device of the host ({', '.join(machine.devices)}), whose state a checkpoint cannot hold",
                "Set type: production, which holds no memory, or stop the VM first.",
            )
        )
    for drive in machine.drives:
        if drive.disk_number is not None:
            obstacle = f"{drive.slot} is a pass-through disk (disk {drive.disk_number} of the host)"
        elif drive.shared or extension_of(drive.path) == ".vhds":
            obstacle = f"{drive.slot} is shared with other VMs ({drive.path})"
        else:
            continue
        found.append(
            Refusal(
                option,
                asked,
                f"{obstacle}, which no checkpoint can hold",
                "Detach it first, or do without a checkpoint.",
            )
        )
    return found


def obstacles_to_files(
    checkpoints: c.Iterable[Checkpoint],
    observation: Observation,
    option: str,
    asked: str,
    machine: Machine | None = None,
) -> list[Refusal]:
    """Return the files that are missing below disks of a VM or of checkpoints: Hyper-V would fail (0x80070002)."""
    drives = machine.drives if machine is not None else ()
    paths = [drive.path for drive in drives if drive.disk_number is None and drive.path]
    paths += [path for checkpoint in checkpoints for path in checkpoint.disks.values()]
    missing = dict.fromkeys(
        observation.missing[path_key(path)] for path in paths if path_key(path) in observation.missing
    )
    return [
        Refusal(
            option,
            asked,
            f"the disk file {path}, which the VM or the checkpoint needs, is missing",
            "Put it back from a backup; without it the disks cannot be brought together.",
        )
        for path in missing
    ]


def _state_obstacles(machine: Machine, option: str, asked: str) -> list[Refusal]:
    busy = next((status for status in machine.operational if status in BUSY), None)
    if machine.state in SETTLED and busy is None:
        return []
    return [
        Refusal(
            option,
            asked,
            f"the host is busy with it ({busy})"
            if busy is not None
            else f"it is in the state {state_word(machine.state)}",
            stuck_remedy(machine.state) if busy is None else "Wait until that is over and run again.",
        )
    ]


def obstacles_to_change(machine: Machine, option: str, asked: str) -> list[Refusal]:
    """Return why no checkpoint of a VM can be applied or removed now."""
    return _state_obstacles(machine, option, asked)


def _version(machine: Machine) -> tuple[int, ...]:
    parts = machine.version.split(".")
    # a version that cannot be read is left to the host
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else PRODUCTION_SINCE
