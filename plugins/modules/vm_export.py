# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

# Carried out by the action of this collection; this file is the documentation, from which the action takes the options.

DOCUMENTATION = r"""
module: vm_export
short_description: Export virtual machines of a Hyper-V host
version_added: 1.0.0
description:
  - Exports virtual machines with their configuration, checkpoints and disks into a directory, each into a folder of
    its name, as Export-VM does.
  - An export is there when it is whole. Its last file is a manifest with the names and lengths of all its files,
    C(datacenter.hyperv.json). What has no such manifest was not made by this module, and is neither overwritten nor
    removed.
  - An export grows in a folder beside its place, C(NAME.partial), with a file C(NAME.partial.json) that marks it as
    one of this module. It is moved to its place when it is whole. What an interrupted run has left there is
    recognised by the mark. A whole export among it comes to its place, and is replaced there if it is not what is
    declared; the rest is removed.
  - An export that is to be replaced stays until the new one is whole, so there must be room for both.
  - A virtual machine can be exported while it is running.
options:
  name:
    description:
      - Names of the virtual machines. A name is exact, never a pattern.
      - All of them take as many exchanges with the host as a single one.
    type: list
    elements: str
    required: true
  path:
    description:
      - Absolute path of the directory in which each export has a folder of its virtual machine's name. It is made if
        it is missing.
    type: str
    required: true
  state:
    description:
      - V(present) makes an export unless there is one that is whole, and fits O(current) and O(newer_than) where they
        are given. The virtual machine is needed only for making one.
      - V(absent) removes an export that this module has made, whole or not, and nothing else.
    type: str
    choices: [present, absent]
    default: present
  live_state:
    description:
      - How a running virtual machine is exported.
      - V(saved_state) with its memory, so that it goes on from there when it is imported.
      - V(crash_consistent) without, as if its power had been cut.
      - V(data_consistent) without, after its guest has brought its data to the disks. This needs a guest with
        integration services that answer.
      - If left out, Hyper-V chooses. It has no meaning for one that is off or saved.
    type: str
    choices: [crash_consistent, saved_state, data_consistent]
  current:
    description:
      - Whether the export must have what the virtual machine has now. One that has not is replaced.
      - What is compared are the virtual machine's id, its power state, the ids of its checkpoints, and the length,
        the time of last write and the identifier of its configuration file and of every disk file, with those of the
        time before the export. No disk is read.
      - This can only be said of one that is off or saved, then and now. For one that is running it is refused; use
        O(newer_than) for it.
    type: bool
    default: false
  newer_than:
    description:
      - The age that the export must not have reached, as V(12 hours) or V(7d) with seconds, minutes, hours, days or
        weeks (seconds without a unit), or the moment that it must be younger than, as V(2026-01-31T10:00:00Z). An
        older one is replaced.
      - The age counts from the beginning of an export.
    type: str
  merge_timeout:
    description:
      - Seconds to wait for the end of a merge of checkpoints, during which no export can be made. V(0) refuses to
        export then.
    type: int
    default: 1800
  on_failure:
    description:
      - What happens to the other exports of the task when the host refuses something for one of them.
      - V(continue) ends the work on that one only. The task fails in the end, names those that failed with the cause,
        and says in RV(exports) what became of each.
      - V(stop) ends the task at once.
    type: str
    choices: [continue, stop]
    default: continue
  parallel:
    description:
      - How many virtual machines are exported side by side, from 1 to 32.
    type: int
    default: 1
extends_documentation_fragment:
  - datacenter.hyperv.attributes
seealso:
  - module: datacenter.hyperv.vm_import
author:
  - datacenter.hyperv contributors (@datacenter-hyperv)
"""

EXAMPLES = r"""
- name: Export two virtual machines before an upgrade
  datacenter.hyperv.vm_export:
    name: [web01, db01]
    path: D:\Exports

- name: Keep an export of the stopped template that has its present state
  datacenter.hyperv.vm_export:
    name: template-server
    path: E:\Exports
    current: true

- name: Export the running database once a day with data that its guest has written out
  datacenter.hyperv.vm_export:
    name: db01
    path: E:\Exports
    newer_than: 20h
    live_state: data_consistent
    merge_timeout: 3600

- name: Export a fleet, three at a time, and go on when one fails
  datacenter.hyperv.vm_export:
    name: [app01, app02, app03, app04, app05, app06]
    path: E:\Exports
    newer_than: 7d
    parallel: 3
    on_failure: continue

- name: Remove an export that is not needed any more
  datacenter.hyperv.vm_export:
    name: web01
    path: D:\Exports
    state: absent
"""

RETURN = r"""
exports:
  description: The exports by the names of the virtual machines, after the task, or their forecast in check mode.
  returned: success, or when some of several failed
  type: dict
  contains:
    path:
      description: Folder of the export.
      type: str
      sample: D:\Exports\web01
    state:
      description:
        - V(present) for a whole export, V(absent) for none, V(damaged) for one whose files are not those of its
          manifest any more, V(partial) for one that was interrupted, V(other) for something that this module did not
          make.
      type: str
    vm_id:
      description: Id of the virtual machine that was exported. If there is an export.
      type: str
    started:
      description: When the export began, in UTC. If there is an export.
      type: str
      sample: '2026-01-31T10:00:00Z'
    bytes:
      description: Length of all its files. If there is an export.
      type: int
    changed:
      description: Whether the task changed it.
      type: bool
    failed:
      description: V(true) for one that failed, with C(msg) and C(error). Only with several of them.
      type: bool
    current:
      description: Whether it has what the virtual machine has now. With O(current), if there is an export.
      type: bool
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
