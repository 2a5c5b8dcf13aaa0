# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

# Carried out by the action of this collection; this file is the documentation, from which the action takes the options.

DOCUMENTATION = r"""
module: vhd_info
short_description: Read virtual disk files of a Hyper-V host
version_added: 1.0.0
description:
  - Reads virtual disk files with their whole chains of parents, who uses each of them (virtual machines and
    checkpoints), which files build on them, and on request whether the chains can be opened.
  - One exchange with the host, and the same number of steps for one file as for hundreds.
  - Changes nothing.
options:
  path:
    description:
      - Absolute paths of the files to read, taken literally, upper and lower case being equal.
      - A file that is not there is listed in RV(missing).
      - Without O(path) and O(folder), the disks of all virtual machines are read.
    type: list
    elements: str
  folder:
    description:
      - Directories, all of whose virtual disk files are read (C(.vhd), C(.vhdx), C(.avhd), C(.avhdx), C(.vhds),
        C(.vhdpmem)). A directory that is not there counts as empty.
    type: list
    elements: str
  recurse:
    description:
      - Whether files in directories below O(folder) are read, too.
    type: bool
    default: false
  verify:
    description:
      - Whether each file is opened with all its parents (C(Test-VHD)), which finds a parent that was written to
        after its child was made. Takes a call for each file.
    type: bool
    default: false
extends_documentation_fragment:
  - datacenter.hyperv.attributes.reading
seealso:
  - module: datacenter.hyperv.vhd
  - module: datacenter.hyperv.vm_info
author:
  - datacenter.hyperv contributors (@datacenter-hyperv)
"""

EXAMPLES = r"""
- name: Who uses the template?
  datacenter.hyperv.vhd_info:
    path: [D:\templates\server.vhdx]
  register: template

- name: Show it
  ansible.builtin.debug:
    msg: "{{ template.disks[0].used_by | map(attribute='vm') | unique }}"

- name: Verify all chains below a directory
  datacenter.hyperv.vhd_info:
    folder: [D:\disks]
    recurse: true
    verify: true
  register: disks
  failed_when: disks.disks | rejectattr('valid', 'undefined') | rejectattr('valid') | length > 0

- name: Files that no virtual machine uses
  ansible.builtin.debug:
    msg: "{{ disks.disks | rejectattr('used_by') | rejectattr('children') | map(attribute='path') }}"

- name: The disks of all virtual machines
  datacenter.hyperv.vhd_info:
"""

RETURN = r"""
disks:
  description: The files that were asked for, and all their parents, sorted by path. Sizes are in bytes.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: Path of the file.
      type: str
      sample: D:\disks\web01.vhdx
    requested:
      description: Whether it was asked for. The others are parents of those that were.
      type: bool
    error:
      description: Why the file could not be read. Its other properties are not known then.
      type: str
    in_use:
      description: Whether it could not be read because another program has it open. Only with RV(disks[].error).
      type: bool
    format:
      description: V(vhd), V(vhdx) or V(vhdset).
      type: str
    type:
      description: V(fixed), V(dynamic) or V(differencing).
      type: str
    size:
      description: What a guest sees.
      type: int
    file_size:
      description: What the file takes on its volume.
      type: int
    chain_file_size:
      description: What the file and all its parents take.
      type: int
    minimum_size:
      description: End of the last partition, down to which the disk can be shrunk.
      type: int
    block_size:
      description: Block size of a dynamic or differencing disk.
      type: int
    logical_sector_size:
      description: Logical sector size.
      type: int
    physical_sector_size:
      description: Physical sector size.
      type: int
    identifier:
      description: Disk identifier.
      type: str
    attached:
      description: Whether something has the file open as a disk.
      type: bool
    disk_number:
      description: Number of the host's disk that it is mounted as.
      type: int
    parents:
      description: The files that it builds on, nearest first.
      type: list
      elements: str
    missing_parent:
      description: The parent at which the chain breaks off.
      type: str
    children:
      description: Files that build on it, as far as files were read.
      type: list
      elements: str
    used_by:
      description:
        - Drives of virtual machines and of checkpoints that have the file, or a file that builds on it.
        - Each with RV(ignore:vm), RV(ignore:vm_id), RV(ignore:state), RV(ignore:slot), RV(ignore:checkpoint) (its
          name, or none), RV(ignore:path) (the drive's file) and RV(ignore:direct) (whether that is the file
          itself).
      type: list
      elements: dict
      sample:
        - vm: web01
          vm_id: 5f0c2a91-6b46-4a0c-a9c3-1a2f3c4d5e6f
          state: running
          slot: scsi:0:0
          checkpoint: null
          path: D:\disks\web01.vhdx
          direct: false
    valid:
      description:
        - Whether the file can be opened with all its parents. Only with O(verify), for files that were asked for.
      type: bool
    problem:
      description:
        - What is wrong with the chain, in the words of M(datacenter.hyperv.vm_info). RV(ignore:file) is the file
          that cannot be opened with its RV(ignore:parent), RV(ignore:found) a file of the parent's name beside it,
          RV(ignore:error) says why.
        - RV(ignore:kind) is V(missing_parent), V(parent_elsewhere), V(parent_changed), V(parent_grown), V(busy) or
          V(unreadable). Without O(verify), only a missing parent and one that has grown larger than its child are
          noticed.
      type: dict
      sample:
        kind: parent_changed
        file: D:\disks\web01.vhdx
        parent: D:\templates\server.vhdx
        found: null
        error: The chain of virtual hard disks is corrupted. (0xC03A000E)
disks_by_path:
  description: The files of O(path) that are there, by the path as it was written.
  returned: success
  type: dict
missing:
  description: Files of O(path) that are not there.
  returned: success
  type: list
  elements: str
clashes:
  description:
    - Lists of files that have the same disk identifier and do not build on each other, as copies made by hand have. The
      file at the end of each chain stands for it.
  returned: success
  type: list
  elements: list
exchanges:
  description: How many exchanges with the host the task took.
  returned: success
  type: int
  sample: 1
"""

ARGUMENT_RULES = r"""
{}
"""
