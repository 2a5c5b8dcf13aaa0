# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

# Carried out by the action of this collection; this file is the documentation, from which the action takes the options.

DOCUMENTATION = r"""
module: vm_import
short_description: Import virtual machines into a Hyper-V host
version_added: 1.0.0
description:
  - Imports virtual machines from exports. An export is registered where it lies, restored with its id, or copied with
    a new id.
  - What keeps a virtual machine from being imported (Compare-VM) is shown in check mode too, and repaired where the
    task says how. Everything else is refused, each with the option that would repair it.
  - A virtual machine counts as imported when it says so in a line of its notes, which this module writes, or when its
    configuration lies where the task puts it. One that merely has the id or the name is never taken for it. Its
    contents are not compared with the export.
  - For the comparison the host plans the virtual machine, without files and without listing it. It is removed again
    at once. Nothing of the host's lasting state changes in check mode.
  - What an interrupted run has left is recognised by marks, removed, and made again.
  - Static addresses of adapters stay, also in a copy. One that another virtual machine of the host has gives a warning.
options:
  path:
    description:
      - Absolute path of the export, of a folder with exports, or of a configuration file (C(.vmcx) or C(.xml)).
      - In a folder the configuration file is found by what is there. Its name is the id of the virtual machine.
    type: str
  mode:
    description:
      - V(register) takes the files where they lie. The export is the virtual machine from then on.
      - V(restore) copies the files, and keeps the id.
      - V(copy) copies the files, and gives it an id of its own, so that it can live beside the original.
    type: str
    choices: [register, restore, copy]
  name:
    description:
      - Name that the virtual machine gets. If left out, it keeps that of the export.
      - Required with O(mode=copy), because the next run finds the copy by it.
    type: str
  id:
    description:
      - Id of the exported virtual machine that is meant, where several were exported to O(path).
    type: str
  vms:
    description:
      - Several imports. Each entry takes the options of this module, such as O(path) and O(mode).
      - All of them take as many exchanges with the host as a single one.
    type: list
    elements: dict
  on_failure:
    description:
      - What happens to the others of O(vms) when the host refuses something for one of them.
      - V(continue) ends the work on that one only. The task fails in the end, names those that failed with the cause,
        and says in RV(vms) what became of each.
      - V(stop) ends the task at once.
    type: str
    choices: [continue, stop]
    default: continue
  parallel:
    description:
      - How many of O(vms) are imported side by side, from 1 to 32.
    type: int
    default: 1
  virtual_machine_path:
    description:
      - Absolute path of the directory for the configuration of the virtual machine. If left out, it is the host's own.
      - Not with O(mode=register).
    type: str
  vhd_destination_path:
    description:
      - Absolute path of the directory into which the disks are copied. If left out, it is the host's own. No file
        that is there is overwritten.
      - Not with O(mode=register).
    type: str
  snapshot_file_path:
    description:
      - Absolute path of the directory for checkpoints.
      - Not with O(mode=register).
    type: str
  smart_paging_file_path:
    description:
      - Absolute path of the directory for the smart paging file.
      - Not with O(mode=register).
    type: str
  vhd_source_path:
    description:
      - Absolute path of the directory from which the disks are copied, where that is not the folder C(Virtual Hard
        Disks) of the export.
      - Not with O(mode=register).
    type: str
  switches:
    description:
      - For switches that this host lacks, by the name that the exported virtual machine has for them, the switch to
        connect to. An empty text leaves the adapter disconnected.
    type: dict
  adapters:
    description:
      - The same by the name of the network adapter. It goes before O(switches).
    type: dict
  missing_disks:
    description:
      - For disk files that are missing, by their path or file name, another file. An empty text imports the virtual
        machine without that disk.
    type: dict
  eject_missing_images:
    description:
      - Whether an image that is missing on this host is taken out of its DVD drive.
    type: bool
    default: false
  memory_startup:
    description:
      - Start-up memory, with a unit or in bytes, for a virtual machine that wants more than this host has. It is not
        used otherwise.
    type: raw
  processor_count:
    description:
      - Number of virtual processors, for a virtual machine that wants more than this host has. It is not used
        otherwise.
    type: int
  allow_same_name:
    description:
      - Whether the host may have another virtual machine of that name.
    type: bool
    default: false
  remove_planned:
    description:
      - Whether planned virtual machines of that id or name are removed that this module did not leave. A failed move
        or import leaves such, but one that is under way has them as well.
    type: bool
    default: false
extends_documentation_fragment:
  - datacenter.hyperv.attributes
seealso:
  - module: datacenter.hyperv.vm_export
author:
  - datacenter.hyperv contributors (@datacenter-hyperv)
"""

EXAMPLES = r"""
- name: Take an export into service where it lies
  datacenter.hyperv.vm_import:
    path: D:\Exports\web01
    mode: register

- name: Get the database back on another host, on the switch that this one has
  datacenter.hyperv.vm_import:
    path: E:\Exports\db01
    mode: restore
    virtual_machine_path: D:\VMs\db01
    vhd_destination_path: D:\VMs\db01\Disks
    snapshot_file_path: D:\VMs\db01
    smart_paging_file_path: D:\VMs\db01
    switches:
      Production: lan
      Backup: ""
    eject_missing_images: true
    memory_startup: 8 GB
    processor_count: 4

- name: Make two test machines from one export
  datacenter.hyperv.vm_import:
    vms:
      - path: D:\Exports\template-server
        mode: copy
        name: test01
        virtual_machine_path: D:\VMs\test01
        vhd_destination_path: D:\VMs\test01\Disks
        adapters: {Network Adapter: lab}
      - path: D:\Exports\template-server
        mode: copy
        name: test02
        virtual_machine_path: D:\VMs\test02
        vhd_destination_path: D:\VMs\test02\Disks
        adapters: {Network Adapter: lab}
    parallel: 2
    on_failure: stop

- name: Import one of several machines in a folder, without a disk that was not exported with it
  datacenter.hyperv.vm_import:
    path: D:\Exports
    id: 53EAE599-4D3B-4923-B173-6AEA29CB7F42
    mode: restore
    name: files01
    vhd_source_path: E:\Disks
    missing_disks:
      archive.vhdx: ""
    allow_same_name: true
    remove_planned: true
"""

RETURN = r"""
vm:
  description: The virtual machine after the task, or its forecast in check mode. Without O(vms).
  returned: success
  type: dict
  contains:
    state:
      description: V(imported), or in RV(before) V(absent).
      type: str
    id:
      description: Its id. A copy has one that is known only after the import.
      type: str
    name:
      description: Its name.
      type: str
    path:
      description: Directory of its configuration.
      type: str
      sample: D:\VMs\db01
vms:
  description: The virtual machines by the names in the task, or by path (with a blank and the id that is meant there)
    where there is none, each like RV(vm). With O(vms).
  returned: success, or when some of several failed
  type: dict
  contains:
    changed:
      description: Whether the task changed it.
      type: bool
    failed:
      description: V(true) for one that failed, with C(msg) and C(error).
      type: bool
plan:
  description: The steps that the task took, or in check mode would take, each with its target and reasons.
  returned: always
  type: list
  elements: dict
before:
  description:
    - What the task manages, as it was. For one that was not there, C(incompatibilities) are what kept it from being
      imported as it is, each with C(message_id), C(message) (in the host's language) and C(source). A task that is
      refused returns this, too.
  returned: always
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
  - [path, vms]
required_together:
  - [path, mode]
required_one_of:
  - [path, vms]
required_if:
  - [mode, copy, [name]]
bytes: [memory_startup]
like_module: [vms]
fleet_only: [vms, on_failure, parallel]
"""
