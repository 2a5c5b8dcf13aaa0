# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

# Carried out by the action of this collection; this file is the documentation, from which the action takes the options.

DOCUMENTATION = r"""
module: checkpoint
short_description: Manage checkpoints of virtual machines on a Hyper-V host
version_added: 1.0.0
description:
  - Takes, applies, renames, exports and removes checkpoints of one virtual machine or of many, and keeps a number of
    them.
  - Names are taken literally. They need not be unique in Hyper-V, so what several checkpoints could mean is refused.
  - Only checkpoints that people took are looked at. Automatic ones, and those of backups and replication, are neither
    counted nor removed unless O(kinds) names them.
  - After a removal the host merges disks. The task waits for that, and a later task finds a merge that is still under
    way.
  - What cannot have a checkpoint (a machine with a pass-through disk or a shared one) is refused with the disk's
    slot.
options:
  vm_name:
    description:
      - Name of the virtual machine, taken literally.
    type: str
    aliases: [vm]
  vms:
    description:
      - Several machines. Each entry takes the options of this module.
    type: list
    elements: dict
  parallel:
    description:
      - How many machines of O(vms) are worked on side by side, from 1 to 32.
    type: int
    default: 1
  defaults:
    description:
      - What the entries of O(vms) have in common.
    type: dict
  name:
    description:
      - Name of the checkpoint, taken literally, upper and lower case being equal.
    type: str
  id:
    description:
      - Id of the checkpoint, as M(datacenter.hyperv.checkpoint_info) shows it.
      - With O(state=present) the checkpoint with that id gets O(name).
    type: str
  state:
    description:
      - V(present) takes a checkpoint if there is none of that name, and removes what O(keep_newest) and
        O(keep_younger_than) do not keep.
      - V(absent) removes it. The machine and what builds on the checkpoint keep their data.
      - V(applied) brings the machine back to where the checkpoint was taken. It is turned off for that.
      - V(applied) finds nothing to do only while the machine is still just there, off or saved as the checkpoint left
        it, with differencing disks that hold no data yet and with the processors, memory and disks of the checkpoint.
        A machine that ran since is brought back again by every run.
      - V(exported) writes the machine as the checkpoint has it into O(path), in the manner of
        M(datacenter.hyperv.vm_export). An export that is whole is left alone, because a checkpoint never changes.
    type: str
    choices: [present, absent, applied, exported]
    default: present
  type:
    description:
      - Type of a new checkpoint. Without it, the checkpoint is of the type that the machine is configured for.
      - V(standard) holds the memory of a running machine. V(production) asks its guest for consistent data, and is a
        standard one where that fails. V(production_only) fails then.
      - Hyper-V takes the type from the machine. Another one is set for the moment and put back, also if the
        checkpoint fails.
      - The type of an existing checkpoint is not compared.
    type: str
    choices: [standard, production, production_only]
  renamed_from:
    description:
      - A name that the checkpoint may still have. It is renamed then, and no new one is taken.
    type: str
  duplicates:
    description:
      - What to do if several checkpoints have the name. V(refuse) lists them.
      - V(newest) and V(oldest) choose one to be applied or renamed. V(all) removes all of them.
    type: str
    choices: [refuse, newest, oldest, all]
    default: refuse
  kinds:
    description:
      - Which kinds of checkpoints the task looks at.
      - V(automatic) are those that a host takes by itself when a machine is started, V(recovery) those of backups,
        V(replica) the recovery points of a replica.
    type: list
    elements: str
    choices: [standard, automatic, recovery, replica]
    default: [standard]
  all:
    description:
      - With O(state=absent), removes all checkpoints of these O(kinds), or those whose name begins with
        O(name_prefix).
    type: bool
    default: false
  subtree:
    description:
      - With O(state=absent), removes the checkpoint and all that build on it.
    type: bool
    default: false
  keep_newest:
    description:
      - How many checkpoints stay, the newest ones. Older ones are removed.
      - With O(keep_younger_than) as well, what either of them keeps stays. The checkpoint O(name) always stays.
    type: int
  keep_younger_than:
    description:
      - How long checkpoints stay, such as V(7 days) or V(12h), by the host's clock. Units are seconds, minutes, hours,
        days and weeks.
    type: str
  name_prefix:
    description:
      - Only checkpoints whose name begins with this text are counted and removed by O(keep_newest),
        O(keep_younger_than) and O(all). It is taken literally, upper and lower case being equal.
    type: str
  current_state:
    description:
      - With O(state=applied), what happens to what the machine has done since the last checkpoint.
      - V(refuse) refuses to apply a checkpoint if there is such a thing.
      - V(checkpoint) keeps it in a checkpoint O(current_state_name). V(discard) loses it.
    type: str
    choices: [refuse, discard, checkpoint]
    default: refuse
  current_state_name:
    description:
      - Name of the checkpoint that O(current_state=checkpoint) takes. One of that name that is there already is no
        reason not to take it.
    type: str
  path:
    description:
      - With O(state=exported), the absolute path of the directory in which the export has a folder of the machine's
        name. It is made if it is missing.
      - Each checkpoint needs a directory of its own. What is there already and is not this export is never overwritten.
    type: str
  wait:
    description:
      - Whether to wait until the host has merged the disks of removed checkpoints, and for a merge that is under way.
      - Without it the merge goes on in the host, and what needs its end (a new checkpoint, an applied one) is refused
        meanwhile.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds that a merge may take. Afterwards the task fails, and the host goes on with the merge.
    type: int
    default: 3600
extends_documentation_fragment:
  - datacenter.hyperv.attributes
  - datacenter.hyperv.fleet
notes:
  - A machine that was brought back also has the settings of that time, its checkpoint type among them.
  - The module does not start a machine that it brought back. Let M(datacenter.hyperv.vm) follow with
    O(datacenter.hyperv.vm#module:state=running), and run the pair when you want to go back, not on every run of a
    playbook.
seealso:
  - module: datacenter.hyperv.checkpoint_info
  - module: datacenter.hyperv.vm
  - module: datacenter.hyperv.vm_export
author:
  - datacenter.hyperv contributors (@datacenter-hyperv)
"""

EXAMPLES = r"""
- name: A checkpoint before the update
  datacenter.hyperv.checkpoint:
    vm_name: web01
    name: before update

- name: Go back, and keep what there is now in a checkpoint
  datacenter.hyperv.checkpoint:
    vm_name: web01
    name: before update
    state: applied
    current_state: checkpoint
    current_state_name: failed update

- name: Go back, and lose what there is now
  datacenter.hyperv.checkpoint:
    vm_name: test01
    id: 0a1b2c3d-4e5f-4a5b-8c7d-001122334455
    state: applied
    current_state: discard

- name: Every night a checkpoint of its own, those of the last seven days at least and never less than three
  datacenter.hyperv.checkpoint:
    vms:
      - vm_name: db01
        type: production_only
      - vm_name: web01
    parallel: 2
    on_failure: continue
    defaults:
      name: "nightly {{ now(fmt='%Y-%m-%d') }}"
      name_prefix: "nightly "
      keep_newest: 3
      keep_younger_than: 7 days

- name: Only clear up
  datacenter.hyperv.checkpoint:
    vm_name: build01
    keep_newest: 5
    wait: false

- name: Rename one
  datacenter.hyperv.checkpoint:
    vm_name: web01
    name: golden
    renamed_from: before update

- name: Rename the newest of several that have the same name
  datacenter.hyperv.checkpoint:
    vm_name: web01
    name: last good one
    renamed_from: good one
    duplicates: newest

- name: Export one to take it to another host
  datacenter.hyperv.checkpoint:
    vm_name: web01
    name: before update
    state: exported
    path: E:\Exports\before update

- name: Remove one and all that build on it
  datacenter.hyperv.checkpoint:
    vm_name: web01
    name: experiments
    state: absent
    subtree: true

- name: Remove all checkpoints of that name
  datacenter.hyperv.checkpoint:
    vm_name: web01
    name: tmp
    duplicates: all
    state: absent
    wait_timeout: 7200

- name: Remove everything, what a backup left behind included
  datacenter.hyperv.checkpoint:
    vm_name: web01
    all: true
    kinds: [standard, automatic, recovery]
    state: absent
"""

RETURN = r"""
vm:
  description:
    - The machine's checkpoints after the task, or their forecast in check mode. Without O(vms). Null for a machine
      that is not there.
  returned: success
  type: dict
  contains:
    checkpoints:
      description: All checkpoints, the oldest first.
      type: list
      elements: dict
      contains:
        id:
          description: Its id.
          type: str
        name:
          description: Its name, which need not be unique.
          type: str
        kind:
          description: V(standard), V(automatic), V(recovery), V(replica), V(planned) or V(missing).
          type: str
        created:
          description: When it was taken, ISO 8601 in UTC.
          type: str
          sample: '2026-01-31T10:00:00Z'
        parent:
          description: Id of the checkpoint that it builds on.
          type: str
        memory:
          description: Whether it holds the memory of a machine that ran.
          type: bool
    current:
      description: Id and name of the checkpoint that the machine's disks build on, or null.
      type: dict
    merging:
      description: Whether disks are being merged, if the task may remove checkpoints.
      type: bool
    state:
      description: Power state of the machine, with O(state=applied).
      type: str
    export:
      description:
        - With O(state=exported), the V(path) of the export, the id of the V(checkpoint) in it, and its V(state),
          which is V(present), V(absent), V(partial), V(damaged), or V(other) for something else.
      type: dict
vms:
  description:
    - The same by the names of the machines, each with C(changed). With O(vms).
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
  - [vm_name, vms]
required_one_of:
  - [vm_name, vms]
like_module: [vms, defaults]
fleet_only: [vms, defaults, on_failure, parallel]
"""
