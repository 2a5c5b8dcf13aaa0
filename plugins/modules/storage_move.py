# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

# Carried out by the action of this collection; this file is the documentation, from which the action takes the options.

DOCUMENTATION = r"""
module: storage_move
short_description: Move the storage of virtual machines while they run or are off
version_added: 1.0.0
description:
  - Says where the files of a virtual machine are to be. What is elsewhere is moved, while the machine runs or is off.
  - Every part is compared by itself, as a whole path and without regard to upper and lower case. Only parts that are
    elsewhere are moved, all of a machine's in one step. If that fails, Hyper-V leaves the machine on its old files.
  - A disk that has checkpoints moves with the files of its checkpoints. A differencing disk moves without the disk
    that it is based on. That one stays where it is, and the moved disk goes on using it.
  - Refused before anything is moved is what would not fit on the destination, would meet a file that is there
    already, or would take a file from another machine that uses it or has a disk that is based on it.
  - A storage migration that is under way to the same place, whoever started it, is waited for. What it leaves is
    moved then.
  - An interrupted move is completed by the next run, which recognises what was left half made by a mark in the folder.
  - ISO images in DVD drives stay where they are. Pass-through disks and disks that several machines share cannot be
    moved.
options:
  name:
    description:
      - Name of the machine. It is taken literally, upper and lower case being equal. Wildcards mean nothing.
    type: str
  vms:
    description:
      - Several machines. Each entry takes the options of this module, such as O(name) and O(destination).
    type: list
    elements: dict
  parallel:
    description:
      - How many machines of O(vms) are moved side by side, from 1 to 32.
      - A host moves as many at once as its own setting allows (two unless changed). Further ones wait for their turn.
    type: int
    default: 1
  defaults:
    description:
      - What the entries of O(vms) have in common. Takes the same options, without O(name).
      - An option that an entry gives itself replaces that of the defaults, lists included.
    type: dict
  destination:
    description:
      - Folder for everything that the other options do not place. Configuration, checkpoints and paging file are in
        it as Hyper-V arranges them, disks are in its folder C(Virtual Hard Disks).
      - A path with drive letter, or of a share. In this and in all other paths C({name}) stands for the name of the
        machine.
    type: str
  configuration_path:
    description:
      - Folder of the configuration and of a saved state.
    type: str
  checkpoints_path:
    description:
      - Folder of the configurations of checkpoints. The disk files of checkpoints are beside those of the disks.
    type: str
    aliases: [snapshot_file_location]
  smart_paging_path:
    description:
      - Folder of the paging file.
    type: str
    aliases: [smart_paging_file_path]
  disks_path:
    description:
      - Folder of all disks that O(disks) does not name.
    type: str
  disks:
    description:
      - Disks with a place of their own.
    type: list
    elements: dict
    suboptions:
      slot:
        description:
          - The disk in this slot, such as V(scsi:0:0).
        type: str
      path:
        description:
          - The disk whose file this is. Once it has moved, it is still known by this path.
          - Of a disk with checkpoints, that is any of its files.
        type: str
      destination:
        description:
          - The new path of its file, with the same file name, or the folder that it is to be in.
          - A path that ends in C(.vhd), C(.vhdx) or C(.vhdpmem) is that of a file.
        type: str
  retain_source:
    description:
      - Whether to keep the files at the source that the machine only reads, which are those below checkpoints.
      - Hyper-V cannot keep the file that the machine writes to. A disk without checkpoints always leaves its old place.
    type: bool
    default: false
  wait_seconds:
    description:
      - How long to wait for a storage migration to the same place that is under way already. Left out, an hour.
      - With V(0) it is refused instead.
    type: int
extends_documentation_fragment:
  - datacenter.hyperv.attributes
  - datacenter.hyperv.fleet
seealso:
  - module: datacenter.hyperv.vm
  - module: datacenter.hyperv.vm_info
author:
  - datacenter.hyperv contributors (@datacenter-hyperv)
"""

EXAMPLES = r"""
- name: Everything of a machine in one folder
  datacenter.hyperv.storage_move:
    name: web01
    destination: E:\VMs\web01

- name: Empty a volume
  datacenter.hyperv.storage_move:
    parallel: 2
    on_failure: continue
    defaults:
      destination: E:\VMs\{name}
    vms:
      - name: web01
      - name: web02
      - name: db01
        disks:
          - slot: scsi:0:1
            destination: F:\Databases\{name}

- name: Only the data disk, wherever the rest is
  datacenter.hyperv.storage_move:
    name: db01
    disks:
      - path: D:\VMs\db01\data.vhdx
        destination: F:\Databases\db01\data.vhdx

- name: Disks on fast storage, the rest elsewhere, and the files below checkpoints kept as a copy
  datacenter.hyperv.storage_move:
    name: files01
    configuration_path: D:\VMs\{name}
    checkpoints_path: D:\VMs\{name}
    smart_paging_path: C:\Paging\{name}
    disks_path: \\fast\disks\{name}
    retain_source: true

- name: Do not wait for a migration that is under way
  datacenter.hyperv.storage_move:
    name: web01
    destination: E:\VMs\web01
    wait_seconds: 0
"""

RETURN = r"""
vm:
  description:
    - Where the declared parts of the machine are after the task, or the forecast in check mode. Without O(vms).
  returned: success
  type: dict
  contains:
    name:
      description: Name of the machine.
      type: str
    id:
      description: Its id.
      type: str
    configuration_path:
      description: Folder of its configuration, when it is declared.
      type: str
      sample: E:\VMs\web01
    checkpoints_path:
      description: Folder of its checkpoints, when it is declared.
      type: str
    smart_paging_path:
      description: Folder of its paging file, when it is declared.
      type: str
    disks:
      description:
        - The declared disks by slot, each with the C(path) of its file, and the C(checkpoint_files) above that if it
          has any.
        - A disk that only checkpoints still have is called C(checkpoints) and its file name.
      type: dict
vms:
  description:
    - The machines by name, each like RV(vm) and with C(changed). With O(vms).
    - One that failed also has C(failed), C(msg) and C(error).
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
  - [name, vms]
  - [disks.slot, disks.path]
required_one_of:
  - [name, vms]
like_module: [vms, defaults]
fleet_only: [vms, defaults, on_failure, parallel]
"""
