# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Virtual disk files: what one is declared to be, what one is, and the steps in between. Shared by `vhd` and `vm`."""

from __future__ import annotations

from .attached import CHECKPOINT_PATHS, DRIVE_PATHS, AttachedFile, attached_files, attached_steps
from .chain import CHAINS, PAYLOAD_FILE, READ_CHAINS, Chain, Chains, Link, chain_step, readable_chain, understand_chains
from .disk_file import FORMATS, DiskFile, check_disk_file
from .disk_steps import FilePlan, FileStep, FileUser, FileUsers, growth_plan, plan_disk_file, type_refusals
from .locked_files import FILE_NOT_FOUND, LOCKED, SHARING_VIOLATION
from .paths import (
    compaction_note,
    converting_path,
    directory_of,
    extension_of,
    is_checkpoint_file,
    is_inside,
    joined,
    name_problem,
    normal_path,
    partial_path,
    path_key,
    path_problem,
    replaced_path,
    same_path,
    volume_of,
)
from .space import SpaceAccount, Volume, understand_volumes, volume_step

__all__ = [
    "CHAINS",
    "CHECKPOINT_PATHS",
    "DRIVE_PATHS",
    "FILE_NOT_FOUND",
    "FORMATS",
    "LOCKED",
    "PAYLOAD_FILE",
    "READ_CHAINS",
    "SHARING_VIOLATION",
    "AttachedFile",
    "Chain",
    "Chains",
    "DiskFile",
    "FilePlan",
    "FileStep",
    "FileUser",
    "FileUsers",
    "Link",
    "SpaceAccount",
    "Volume",
    "attached_files",
    "attached_steps",
    "chain_step",
    "check_disk_file",
    "compaction_note",
    "converting_path",
    "directory_of",
    "extension_of",
    "is_checkpoint_file",
    "growth_plan",
    "is_inside",
    "joined",
    "name_problem",
    "normal_path",
    "partial_path",
    "path_key",
    "path_problem",
    "plan_disk_file",
    "readable_chain",
    "replaced_path",
    "same_path",
    "type_refusals",
    "understand_chains",
    "understand_volumes",
    "volume_of",
    "volume_step",
]
