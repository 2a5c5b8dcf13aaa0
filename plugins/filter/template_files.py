# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The filter `template_files`."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils.facts.template_files import template_files

DOCUMENTATION = r"""
name: template_files
short_description: What is to be done with the files of template disks
version_added: 1.0.0
author:
  - datacenter.hyperv contributors (@datacenter-hyperv)
description:
  - The decisions of the role P(datacenter.hyperv.template#role), which see for the meaning of the options.
positional: templates, folder, replace
options:
  _input:
    description: RV(datacenter.hyperv.vm_info#module:vms), read with the part V(disks).
    type: list
    elements: dict
    required: true
  templates:
    description: The declared templates.
    type: list
    elements: dict
    required: true
  folder:
    description: Directory of the files.
    type: str
    required: true
  replace:
    description: Names of templates whose file is made anew.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Say where the templates are
  ansible.builtin.debug:
    msg: "{{ (machines.vms | datacenter.hyperv.template_files(template_disks, 'D:\\Templates')).paths }}"
"""

RETURN = r"""
_value:
  description:
    - A mapping with C(paths) by name, and with disks as M(datacenter.hyperv.vhd) takes them in C(present), C(absent),
      C(replaced) and C(probes).
    - Retired versions that machines use are in C(kept), and what stands in the way of it all in C(problems).
  type: dict
"""


def _filter(machines: t.Any, templates: t.Any, folder: t.Any, replace: t.Any = ()) -> dict[str, t.Any]:
    for value, what in ((machines, "the list vms of vm_info"), (templates, "a list of templates")):
        if not isinstance(value, c.Sequence) or isinstance(value, str):
            raise AnsibleFilterError(f"template_files takes {what}")
    return dataclasses.asdict(template_files(machines, templates, str(folder), [str(name) for name in replace]))


class FilterModule:
    """What Ansible asks for the filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filters by name."""
        return {"template_files": _filter}
