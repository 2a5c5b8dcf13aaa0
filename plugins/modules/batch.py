# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: batch
short_description: Carry a batch of the other modules
version_added: 1.0.0
description:
  - Runs on the host what the other modules of this collection have planned, where a task uses C(become), C(environment)
    or C(async).
  - It is not for playbooks. A task that names it fails and says so.
options: {}
attributes:
  check_mode:
    description: The modules that send batches forecast. In check mode no batch that changes anything is sent.
    support: none
  diff_mode:
    description: The modules that send batches show the difference.
    support: none
  platform:
    description: Hosts that the module works on.
    support: full
    platforms: windows
author:
  - datacenter.hyperv contributors (@datacenter-hyperv)
"""

EXAMPLES = r"""
- name: Other modules send their batches through this one when they need another user
  datacenter.hyperv.vm_info:
  become: true
  become_method: ansible.builtin.runas
  become_user: CONTOSO\hyperv-admin
"""

RETURN = r"""
reply:
  description: The answer to the batch, which the sending module reads.
  returned: success
  type: str
"""
