# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The filter `decommission_listing`."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils.facts.decommission import Wishes, decommission_listing

DOCUMENTATION = r"""
name: decommission_listing
short_description: What would become of machines that are to be decommissioned
version_added: 1.0.0
author:
  - datacenter.hyperv contributors (@datacenter-hyperv)
description:
  - Lists what would be done with machines and their disks, in which order, and what stands in the way.
  - The decisions of the role P(datacenter.hyperv.decommission#role).
positional: names
options:
  _input:
    description:
      - RV(datacenter.hyperv.vm_info#module:vms) with all machines of the host, read with the parts V(disks) and
        V(checkpoints).
    type: list
    elements: dict
    required: true
  names:
    description: Names of the machines that are to go.
    type: list
    elements: str
    required: true
  checkpoint:
    description: Name of a checkpoint to take first. None without it.
    type: str
    default: ''
  export:
    description: Directory of the exports. There are none without it.
    type: str
    default: ''
  delete_disks:
    description: Whether the files of the machines' disks go.
    type: bool
    default: false
  delete_checkpoints:
    description: Whether the machines' checkpoints may go.
    type: bool
    default: false
  turn_off:
    description: Whether machines are turned off without asking their guests.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Read the machines
  datacenter.hyperv.vm_info:
    gather: [disks, checkpoints]
  register: machines

- name: Say what would become of two of them
  ansible.builtin.debug:
    msg: "{{ machines.vms | datacenter.hyperv.decommission_listing(['web01', 'web02'], delete_disks=true) }}"
"""

RETURN = r"""
_value:
  description:
    - A mapping with C(machines), each with its C(name), C(state), C(disks), C(checkpoints) and the C(steps) in their
      order.
    - The names of those that are C(present), of those that are C(missing), and of those that need C(stopping) before
      an export.
    - What stands in the way is in C(problems).
  type: dict
"""


def _filter(machines: t.Any, names: t.Any, **wishes: t.Any) -> dict[str, t.Any]:
    for value, what in ((machines, "the list vms of vm_info"), (names, "a list of names")):
        if not isinstance(value, c.Sequence) or isinstance(value, str):
            raise AnsibleFilterError(f"decommission_listing takes {what}")
    try:
        chosen = Wishes(**wishes)
    except TypeError as problem:
        raise AnsibleFilterError(f"decommission_listing: {problem}") from problem
    return dataclasses.asdict(decommission_listing(machines, [str(name) for name in names], chosen))


class FilterModule:
    """What Ansible asks for the filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filters by name."""
        return {"decommission_listing": _filter}
