# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Virtual disk files: what one is declared to be, what one is, and the steps in between. Shared by `vhd` and `vm`."""

from __future__ import annotations

from .chain import CHAINS, PAYLOAD_FILE, READ_CHAINS, Chain, Chains, Link, chain_step, readable_chain, understand_chains
from .disk_file import DiskFile, check_disk_file
from .disk_steps import FilePlan, FileStep, FileUser, FileUsers, growth_plan, plan_disk_file, type_refusals
from .paths import (
    directory_of,
    extension_of,
    is_inside,
    joined,
    name_problem,
    normal_path,
    partial_path,
    path_key,
    path_problem,
    same_path,
    volume_of,
)
from .space import SpaceAccount, Volume, understand_volumes, volume_step

__all__ = [
    "CHAINS",
    "PAYLOAD_FILE",
    "READ_CHAINS",
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
    "chain_step",
    "check_disk_file",
    "directory_of",
    "extension_of",
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
    "same_path",
    "type_refusals",
    "understand_chains",
    "understand_volumes",
    "volume_of",
    "volume_step",
]
