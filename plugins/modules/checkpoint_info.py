# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

# Carried out by the action of this collection; this file is the documentation, from which the action takes the options.

DOCUMENTATION = r"""
module: checkpoint_info
short_description: Read the checkpoints of virtual machines on a Hyper-V host
version_added: 1.0.0
description:
  - Reads the checkpoints of virtual machines as a list and as a tree, with the place in it where each machine is.
  - One exchange with the host, and the same number of cmdlet calls for one virtual machine as for hundreds.
  - Changes nothing.
options:
  vm_name:
    description:
      - Names of the virtual machines to read, taken literally, upper and lower case being equal. All, if this is left
        out.
      - A name that no virtual machine has is listed in RV(missing).
    type: list
    elements: str
    aliases: [vm]
extends_documentation_fragment:
  - datacenter.hyperv.attributes.reading
seealso:
  - module: datacenter.hyperv.checkpoint
author:
  - datacenter.hyperv contributors (@datacenter-hyperv)
"""

EXAMPLES = r"""
- name: Read all checkpoints of the host
  datacenter.hyperv.checkpoint_info:
  register: hyperv

- name: Virtual machines that have checkpoints older than two weeks
  ansible.builtin.debug:
    msg: "{{ item.name }}"
  loop: "{{ hyperv.vms }}"
  vars:
    limit: "{{ now(utc=true) - timedelta(days=14) }}"
  when: item.checkpoints | selectattr('created', 'lt', limit | string) | list

- name: Read the tree of one
  datacenter.hyperv.checkpoint_info:
    vm_name: [web01]
  register: web
"""

RETURN = r"""
vms:
  description: The virtual machines, sorted by name.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the virtual machine.
      type: str
    name:
      description: Its name, which need not be unique on a host.
      type: str
    checkpoint_type:
      description: Type of its new checkpoints, V(standard), V(production), V(production_only) or V(disabled).
      type: str
    merging:
      description: Whether its disks are being merged.
      type: bool
    checkpoints:
      description:
        - All checkpoints, the oldest first, each with V(id), V(name), V(kind), V(created), V(parent), V(memory), and
          its V(disks) by slot.
      type: list
      elements: dict
    current:
      description: Id and name of the checkpoint that the machine's disks build on, or null.
      type: dict
    tree:
      description:
        - The checkpoints that build on none, each with its name, its id, whether it is V(current), and its
          V(children), which are alike.
      type: list
      elements: dict
      sample:
        - id: 0a1b2c3d-4e5f-4a5b-8c7d-001122334455
          name: before update
          current: true
          children: []
vms_by_name:
  description: The same by name. Virtual machines that share a name are left out here.
  returned: success
  type: dict
missing:
  description: Names that were asked for and that no virtual machine has.
  returned: success
  type: list
  elements: str
exchanges:
  description: How many exchanges with the host the task took.
  returned: success
  type: int
  sample: 1
"""

ARGUMENT_RULES = r"""
{}
"""
