# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Whether a VM is still just where a checkpoint left it.

The name of the parent checkpoint does not tell: it is the same right after a checkpoint was taken and a week later.
What tells is that the VM is off (or saved, if the checkpoint holds its memory), that its differencing disks are those
of the checkpoint and hold nothing yet, and that its settings are those of the checkpoint.
"""

from __future__ import annotations

import math

from ..virtual_disk import Chains, Link, path_key, same_path
from .observation import Machine
from .tree import Checkpoint

MEBIBYTE = 1024**2

#: Header section, log and metadata of a VHDX, each at least 1 MiB (MS-VHDX 2.2, 2.3, 2.6).
_VHDX_REGIONS = 3 * MEBIBYTE


def is_empty(disk: Link) -> bool:
    """Whether a differencing disk file holds no data: it is smaller than one with a single block would be.

    A VHDX has an entry of 8 bytes for each block and for each bitmap of 2**23 sectors (MS-VHDX 2.5), a VHD one of 4
    bytes for each block ("Virtual Hard Disk Image Format Specification"); their tables are there from the start.
    """
    if disk.type != "differencing" or not disk.block_size or not disk.size:
        return False
    blocks = math.ceil(disk.size / disk.block_size)
    if disk.format == "vhd":
        return disk.file_size < 4 * blocks + disk.block_size
    chunk_ratio = max(1, 2**23 * (disk.logical_sector_size or 512) // disk.block_size)
    entries = math.ceil(blocks / chunk_ratio) * (chunk_ratio + 1)
    table = math.ceil(8 * entries / MEBIBYTE) * MEBIBYTE
    return disk.file_size < _VHDX_REGIONS + table + disk.block_size


def is_at(machine: Machine, checkpoint: Checkpoint, chains: Chains) -> bool:
    """Whether a VM is as a checkpoint has it, so that to apply that would change nothing."""
    if machine.parent != checkpoint.id or machine.state != ("Saved" if checkpoint.memory else "Off"):
        return False
    return _has_settings_and_disks(machine, checkpoint, chains)


def loses_nothing(machine: Machine, checkpoint: Checkpoint | None, chains: Chains) -> bool:
    """Whether a VM is as the checkpoint has it on which it is, or off instead of saved: nothing is lost if it leaves.

    Args:
        checkpoint: the checkpoint on which the VM is.
    """
    if checkpoint is None or not (machine.state == "Off" or is_at(machine, checkpoint, chains)):
        return False
    return _has_settings_and_disks(machine, checkpoint, chains)


def _has_settings_and_disks(machine: Machine, checkpoint: Checkpoint, chains: Chains) -> bool:
    if dict(machine.settings) != dict(checkpoint.settings):
        return False
    if {drive.slot for drive in machine.drives if drive.path} != set(checkpoint.disks):
        return False
    for drive in machine.drives:
        if not drive.path:
            continue
        chain = chains.get(path_key(drive.path))
        top = chain.top if chain is not None else None
        if chain is None or chain.missing_parent is not None or top is None:
            return False
        if top.parent is None or not same_path(top.parent, checkpoint.disks[drive.slot]):
            return False
        if not is_empty(top):
            return False
    return True
