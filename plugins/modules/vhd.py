# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

# Carried out by the action of this collection; this file is the documentation, from which the action takes the options.

DOCUMENTATION = r"""
module: vhd
short_description: Manage virtual disk files on a Hyper-V host
version_added: 1.0.0
description:
  - Makes, copies, converts, grows, shrinks, compacts, merges, mounts and deletes virtual disk files (VHD, VHDX and VHD
    Set) on a host or on a share.
  - Options that are left out are not managed.
  - A list of disks in O(disks) takes as many exchanges with the host as a single one.
  - A disk that other disks have as parent is never written to. Nothing is shrunk, converted, merged or deleted that
    is in use. Users are found among all virtual machines of the host and their checkpoints, the disks of the task,
    the disk files in the same directory, and those in O(children_in).
  - A file that is there but cannot be read (another program has it open) is tried again for 15 seconds, and is then an
    error. It is never taken for absent.
options:
  path:
    description:
      - Absolute path of the file. Its extension, C(.vhd), C(.vhdx) or C(.vhds), is the format of the disk.
        C(.vhdpmem) is a fixed VHDX for persistent memory.
      - The directory is made if it is missing. The path is taken literally, upper and lower case being equal. Wildcards
        mean nothing.
    type: str
  disks:
    description:
      - Several disks. Each entry takes the options of this module, such as O(path) and O(size).
      - They are made in their order, so that a disk can be the parent of a later one. Disks that go, go before the
        others are made.
    type: list
    elements: dict
  state:
    description:
      - V(present) makes the file or changes it to what is declared.
      - V(mounted) does the same, and gives the disk to the host as one of its own.
      - V(dismounted) takes it from the host again. The file itself is not managed then.
      - V(merged) puts what a differencing disk holds into its parent (O(merge_into)) and deletes the disk. This is
        refused while a virtual machine or a checkpoint has it, and while other disks build on any of the files. A
        disk that is not there counts as merged.
      - V(absent) deletes the file. This is refused while a virtual machine or a checkpoint has it, while it is mounted,
        and while another disk builds on it.
    type: str
    choices: [present, absent, mounted, dismounted, merged]
    default: present
  size:
    description:
      - What a guest sees, as a whole number with a unit such as V(40 GB), or in bytes. GB and GiB both count in 1024.
      - An existing disk grows to it. While a virtual machine runs, only a VHDX on a SCSI controller does. To shrink it
        is refused without O(allow_shrink).
      - A new disk needs it, except with O(parent), O(copy_of) or O(convert_from), whose size it takes otherwise.
    type: raw
  allow_shrink:
    description:
      - Whether a larger disk may be shrunk to O(size). Only a VHDX can be shrunk, and only down to the end of its last
        partition.
    type: bool
    default: false
  shrink_to_minimum:
    description:
      - Whether a VHDX is shrunk to the end of its last partition. Cannot stand beside O(size).
    type: bool
    default: false
  type:
    description:
      - V(dynamic) disks take space as they fill, V(fixed) ones at once, V(differencing) ones only what differs from
        O(parent).
      - A new disk is differencing with O(parent), and dynamic otherwise.
      - An existing disk becomes fixed or dynamic with O(convert). Otherwise a difference is refused.
    type: str
    choices: [dynamic, fixed, differencing]
  parent:
    description:
      - Path of the disk that a differencing disk builds on. It must be there, and no virtual machine may write to it.
      - The parent of an existing disk is changed with O(reparent). Otherwise a difference is refused.
    type: str
  reparent:
    description:
      - Whether an existing differencing disk may be given the O(parent), for instance after the parent was moved.
      - The disks that this is declared for are also opened with all their parents, to find a parent that was changed.
    type: bool
    default: false
  ignore_id_mismatch:
    description:
      - Whether O(reparent) may tie a disk to a parent that it was not made from, or that was changed since. The data of
        the disk are worthless if the two do not belong together.
    type: bool
    default: false
  copy_of:
    description:
      - Path of a disk that a new disk is a copy of. It may get a larger O(size). As VHDX it gets a disk identifier of
        its own.
      - An interrupted copy is recognised and made anew. An existing disk is not compared with its template.
    type: str
  convert:
    description:
      - Whether an existing disk may be converted to the declared O(type) or O(block_size). A differencing disk becomes
        one that stands alone.
      - The converted disk grows beside the old one, which is replaced when the new one is whole, and deleted then. The
        volume needs room for both. An interrupted conversion is recognised, and the next run with this option ends
        it.
      - The disk must not be in use. Virtual machines that have it, and are off, get access to the new file.
    type: bool
    default: false
  convert_from:
    description:
      - Path of a disk that a new disk is converted from, for instance a VHD for a VHDX, or a VHDX for a VHD Set.
      - An interrupted conversion is recognised and made anew. An existing disk is not compared with its source.
    type: str
  delete_source:
    description:
      - Whether the disk in O(convert_from) is deleted when the new disk is whole. This is refused while a virtual
        machine has it.
    type: bool
    default: false
  block_size:
    description:
      - Block size of a dynamic or differencing disk, with a unit or in bytes.
      - Can only be chosen when the disk is made or converted. A difference is refused without O(convert).
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
  unique_identifier:
    description:
      - Whether a VHDX gets a new disk identifier when another disk has the same, as files do that were copied by hand.
      - Compared are the other disks of the task, the disks of all virtual machines, and the files in the same
        directory. A disk and the disks that build on it count as one.
    type: bool
    default: false
  compact:
    description:
      - Keeps the file of a dynamic or differencing disk from growing without need.
    type: dict
    suboptions:
      when_grown:
        description:
          - The file is compacted when it has grown by this much since its last compaction, or has this size and was
            never compacted. A size with a unit, or bytes.
          - The size after a compaction is noted in a file beside the disk, C(web01.vhdx.compacted), so that no run
            compacts again what the last one could not make smaller.
        type: raw
        required: true
      mode:
        description:
          - Mode of C(Optimize-VHD). V(full), V(quick) and V(retrim) mount the disk read-only meanwhile, and so find
            what the file system in it does not use. V(pretrimmed) and V(prezeroed) do not mount it and find less.
          - A VHD Set is optimised with C(Optimize-VHDSet), which has no modes.
        type: str
        choices: [full, quick, retrim, pretrimmed, prezeroed]
        default: full
      when_in_use:
        description:
          - What happens when the disk is due and in use. V(refuse) refuses the task, V(skip) warns and leaves the
            disk as it is.
        type: str
        choices: [refuse, skip]
        default: refuse
  children_in:
    description:
      - Directories, with all below them, in which disk files may lie that build on this disk, though no virtual machine
        of this host has them. The directory of the disk itself is looked at in any case. A directory that is not there
        counts as empty.
    type: list
    elements: str
  merge_into:
    description:
      - With O(state=merged), the parent, or a parent of the parent, that the data go into. The disks between are merged
        and deleted as well. Its own parent, if this is left out.
    type: str
  read_only:
    description:
      - With O(state=mounted), whether the disk is mounted for reading only. A disk that others build on is only mounted
        so.
      - A disk that is mounted otherwise is dismounted and mounted again.
    type: bool
    default: false
  no_drive_letter:
    description:
      - With O(state=mounted), whether its volumes get no drive letters. Counts only at the moment of mounting.
    type: bool
    default: false
extends_documentation_fragment:
  - datacenter.hyperv.attributes
seealso:
  - module: datacenter.hyperv.vhd_info
  - module: datacenter.hyperv.vm
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

- name: A disk with sectors of 4 KB throughout
  datacenter.hyperv.vhd:
    path: D:\disks\archive.vhdx
    size: 4 TB
    logical_sector_size: 4096
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

- name: Shrink a disk to the end of its last partition
  datacenter.hyperv.vhd:
    path: D:\disks\files01.vhdx
    shrink_to_minimum: true

- name: Shrink another to a size
  datacenter.hyperv.vhd:
    path: D:\disks\files02.vhdx
    size: 100 GB
    allow_shrink: true

- name: Make a dynamic disk a fixed one
  datacenter.hyperv.vhd:
    path: D:\disks\db01-data.vhdx
    type: fixed
    convert: true

- name: Give a dynamic disk blocks of 1 MB
  datacenter.hyperv.vhd:
    path: D:\disks\linux01.vhdx
    type: dynamic
    block_size: 1 MB
    convert: true

- name: Replace a disk of the old format
  datacenter.hyperv.vhd:
    path: D:\disks\legacy.vhdx
    convert_from: D:\disks\legacy.vhd
    delete_source: true

- name: Make a VHD Set that the nodes of a guest cluster share
  datacenter.hyperv.vhd:
    disks:
      - path: C:\ClusterStorage\Volume1\witness.vhds
        size: 1 GB
      - path: C:\ClusterStorage\Volume1\data.vhds
        convert_from: C:\ClusterStorage\Volume1\data.vhdx

- name: Compact disks that have grown by 20 GB, if their machines are off
  datacenter.hyperv.vhd:
    disks:
      - path: D:\disks\web01.vhdx
        compact:
          when_grown: 20 GB
          mode: full
          when_in_use: skip

- name: Put a differencing disk into its parent
  datacenter.hyperv.vhd:
    path: D:\disks\patch-level-2.vhdx
    state: merged

- name: Grow a template, unless disks in these directories build on it
  datacenter.hyperv.vhd:
    path: D:\templates\server.vhdx
    size: 80 GB
    children_in:
      - D:\disks
      - E:\disks

- name: Put two levels into the disk below them
  datacenter.hyperv.vhd:
    path: D:\disks\patch-level-2.vhdx
    merge_into: D:\templates\server.vhdx
    state: merged

- name: Tell a disk where its parent has been moved to
  datacenter.hyperv.vhd:
    path: D:\disks\web01.vhdx
    parent: E:\templates\server.vhdx
    reparent: true

- name: Tie a disk to its parent again that was grown by mistake
  datacenter.hyperv.vhd:
    path: D:\disks\web02.vhdx
    parent: E:\templates\server.vhdx
    reparent: true
    ignore_id_mismatch: true

- name: Give disks that were copied by hand identifiers of their own
  datacenter.hyperv.vhd:
    disks:
      - path: D:\disks\app01.vhdx
        unique_identifier: true
      - path: D:\disks\app02.vhdx
        unique_identifier: true

- name: Look into a disk
  datacenter.hyperv.vhd:
    path: D:\templates\server.vhdx
    state: mounted
    read_only: true
    no_drive_letter: true

- name: Let go of it
  datacenter.hyperv.vhd:
    path: D:\templates\server.vhdx
    state: dismounted
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
      description: V(vhd), V(vhdx) or V(vhdset).
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
    unique_identifier:
      description: Whether no other disk has its identifier, when O(unique_identifier) is declared.
      type: bool
    compaction:
      description: V(due) or V(not due), when O(compact) is declared.
      type: str
    mounted:
      description: Whether the host has it as a disk of its own, with O(state=mounted) and O(state=dismounted).
      type: bool
    read_only:
      description: Whether it is mounted for reading only, with O(state=mounted).
      type: bool
    disk_number:
      description: Number of the host's disk that it is mounted as, with O(state=mounted).
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
  description:
    - How many exchanges with the host the task took. One if nothing differed, two otherwise, and one more for each time
      that it asked whether long work has ended. Where another run changed the host between reading and
      applying, the task planned again, which takes two.
  returned: success
  type: int
  sample: 1
"""

ARGUMENT_RULES = r"""
mutually_exclusive:
  - [path, disks]
  - [parent, copy_of, convert_from]
  - [size, shrink_to_minimum]
required_one_of:
  - [path, disks]
bytes: [size, block_size, compact.when_grown]
like_module: [disks]
fleet_only: [disks]
"""
