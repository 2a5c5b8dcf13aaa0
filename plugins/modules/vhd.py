# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

# Carried out by the action of this collection; this file is the documentation, from which the action takes the options.

DOCUMENTATION = r"""
module: vhd
short_description: Manage virtual disk files on a Hyper-V host
version_added: 1.0.0
description:
  - Creates, copies, grows and deletes virtual disk files (VHD and VHDX) on a host or on a share.
  - Options that are left out are not managed.
  - A list of disks in O(disks) takes as many exchanges with the host as a single one.
  - A disk that other disks have as parent is never written to. Nothing is shrunk or deleted that is in use.
  - A file that is there but cannot be read (another program has it open) is an error, and never taken for absent.
options:
  path:
    description:
      - Absolute path of the file. Its extension, C(.vhd) or C(.vhdx), is the format of the disk.
      - The directory is made if it is missing. The path is taken literally. Wildcards mean nothing.
    type: str
  disks:
    description:
      - Several disks. Each entry takes the options of this module, such as O(path) and O(size).
      - They are made in their order, so that a disk can be the parent of a later one.
    type: list
    elements: dict
  state:
    description:
      - V(present) makes the file or changes it to what is declared.
      - V(absent) deletes it. This is refused while a virtual machine has it attached, or has a disk attached that
        builds on it, and while another disk of the task builds on it.
    type: str
    choices: [present, absent]
    default: present
  size:
    description:
      - What a guest sees, as a whole number with a unit such as V(40 GB), or in bytes. GB and GiB both count in 1024.
      - An existing disk grows to it. To shrink it is refused without O(allow_shrink).
      - A new disk needs it, except with O(parent) or O(copy_of), whose size it takes otherwise.
    type: raw
  type:
    description:
      - V(dynamic) disks take space as they fill, V(fixed) ones at once, V(differencing) ones only what differs from
        O(parent).
      - A new disk is differencing with O(parent), and dynamic otherwise.
      - The type of an existing disk is not changed. A difference is refused.
    type: str
    choices: [dynamic, fixed, differencing]
  parent:
    description:
      - Path of the disk that a differencing disk builds on. It must be there, and no virtual machine may write to it.
      - The parent of an existing disk is not changed. A difference is refused.
    type: str
  copy_of:
    description:
      - Path of a disk that a new disk is a copy of. It may get a larger O(size). As VHDX it gets a disk identifier of
        its own.
      - An interrupted copy is recognised and made anew. An existing disk is not compared with its template.
    type: str
  block_size:
    description:
      - Block size of a new dynamic or differencing disk, with a unit or in bytes.
      - Can only be chosen when the disk is made. A difference is refused.
    type: raw
  logical_sector_size:
    description:
      - Logical sector size of a new disk in bytes.
      - Can only be chosen when the disk is made. A difference is refused.
    type: int
    choices: [512, 4096]
  physical_sector_size:
    description:
      - Physical sector size of the disk in bytes.
      - On an existing VHDX it can be changed while the disk is not in use.
    type: int
    choices: [512, 4096]
  allow_shrink:
    description:
      - Whether a larger disk may be shrunk to O(size). Only a VHDX can be shrunk, and only down to the end of its last
        partition.
    type: bool
    default: false
attributes:
  check_mode:
    description: Forecasts the result from what the host has, and changes nothing.
    support: full
  diff_mode:
    description: Shows the steps as PowerShell with the reason for each, and the state before and after.
    support: full
  platform:
    description: Hosts that the module works on.
    support: full
    platforms: windows
author:
  - datacenter.hyperv contributors (@datacenter-hyperv)
"""

EXAMPLES = r"""
- name: Keep a data disk of 200 GB
  datacenter.hyperv.vhd:
    path: D:\disks\db01-data.vhdx
    size: 200 GB
    type: fixed
    physical_sector_size: 4096

- name: Give each web server a disk on top of the golden one
  datacenter.hyperv.vhd:
    disks:
      - path: D:\disks\web01.vhdx
        parent: D:\templates\server.vhdx
      - path: D:\disks\web02.vhdx
        parent: D:\templates\server.vhdx
        size: 80 GB

- name: Copy the golden disk and make the copy larger
  datacenter.hyperv.vhd:
    path: D:\disks\files01.vhdx
    copy_of: D:\templates\server.vhdx
    size: 500 GB

- name: Delete a disk that nothing uses any more
  datacenter.hyperv.vhd:
    path: D:\disks\old.vhdx
    state: absent
"""

RETURN = r"""
disk:
  description: The disk after the task, or its forecast in check mode. Without O(disks).
  returned: success
  type: dict
  contains:
    path:
      description: Path as declared.
      type: str
      sample: D:\disks\db01-data.vhdx
    exists:
      description: Whether there is such a file. The other keys are there only if it does.
      type: bool
    format:
      description: V(vhd) or V(vhdx).
      type: str
    type:
      description: V(fixed), V(dynamic) or V(differencing).
      type: str
    size:
      description: What a guest sees, in bytes.
      type: int
      sample: 214748364800
    parent:
      description: Path of the parent of a differencing disk.
      type: str
    block_size:
      description: Block size in bytes, when it is declared.
      type: int
    logical_sector_size:
      description: Logical sector size in bytes, when it is declared.
      type: int
    physical_sector_size:
      description: Physical sector size in bytes, when it is declared.
      type: int
disks:
  description: The disks by path, each like RV(disk). With O(disks).
  returned: success
  type: dict
plan:
  description: The steps that the task took, or in check mode would take, each with its target and reasons.
  returned: always
  type: list
  elements: dict
before:
  description: What the task manages, as it was.
  returned: success
  type: dict
after:
  description: What the task manages, as it is now, or its forecast in check mode.
  returned: success
  type: dict
exchanges:
  description: How many exchanges with the host the task took. One if nothing differed, two otherwise.
  returned: success
  type: int
  sample: 1
"""

ARGUMENT_RULES = r"""
mutually_exclusive:
  - [path, disks]
  - [parent, copy_of]
required_one_of:
  - [path, disks]
bytes: [size, block_size]
like_module: [disks]
fleet_only: [disks]
"""
