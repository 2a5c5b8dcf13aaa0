# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Options of modules that work on many machines in `vms`."""

from __future__ import annotations


class ModuleDocFragment:
    """`datacenter.hyperv.fleet` says what becomes of the other machines when something fails for one."""

    DOCUMENTATION = r"""
options:
  on_failure:
    description:
      - What happens to the other machines of O(vms) when the host refuses something for one of them.
      - V(continue) ends the work on that machine only. The task fails in the end, names those that failed with the
        cause, and says in RV(vms) what became of each.
      - V(stop) ends the task at once.
    type: str
    choices: [continue, stop]
    default: continue
"""
