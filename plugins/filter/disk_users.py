# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The filter `disk_users`."""

from __future__ import annotations

import collections.abc as c
import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils.facts.disk_use import disk_users

DOCUMENTATION = r"""
name: disk_users
short_description: Which virtual machines use a virtual disk file
version_added: 1.0.0
author:
  - datacenter.hyperv contributors (@datacenter-hyperv)
description:
  - Finds the machines that have a file attached, or a disk that is based on it.
  - Disks that build on the file and are attached to no machine cannot be seen.
positional: path
options:
  _input:
    description: RV(datacenter.hyperv.vm_info#module:vms), read with the part V(disks).
    type: list
    elements: dict
    required: true
  path:
    description: Path of the file. Upper and lower case are equal.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Read the machines
  datacenter.hyperv.vm_info:
    gather: [disks]
  register: machines

- name: Say who uses the template
  ansible.builtin.debug:
    msg: "{{ machines.vms | datacenter.hyperv.disk_users('D:\\Templates\\server.vhdx') }}"
"""

RETURN = r"""
_value:
  description:
    - One entry for each disk, with the name of the machine in C(vm), its C(state), the C(slot) of the disk, and the
      C(use) of the file.
    - C(use) is V(disk) if the file itself is attached, and V(parent) if the disk is based on it.
  type: list
  elements: dict
  sample:
    - {vm: web01, state: running, slot: 'scsi:0:0', use: parent}
"""


def _filter(machines: t.Any, path: t.Any) -> list[dict[str, t.Any]]:
    if not isinstance(machines, c.Sequence) or isinstance(machines, str):
        raise AnsibleFilterError("disk_users takes the list vms that the module vm_info returns")
    if not isinstance(path, str) or not path:
        raise AnsibleFilterError("disk_users takes the path of a file")
    return disk_users(machines, path)


class FilterModule:
    """What Ansible asks for the filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filters by name."""
        return {"disk_users": _filter}
