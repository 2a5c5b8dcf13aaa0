# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What every module of the collection supports, for its documentation."""

from __future__ import annotations


class ModuleDocFragment:
    """`datacenter.hyperv.attributes` is for modules that change something, `...attributes.reading` for the others."""

    DOCUMENTATION = r"""
attributes:
  check_mode:
    description: Forecasts the result from what the host has, and changes nothing.
    support: full
  diff_mode:
    description: Shows the steps as PowerShell with the reason for each, and the state before and after.
    support: full
  platform:
    description: Hosts that the module works on.
    support: full
    platforms: windows
"""

    READING = r"""
attributes:
  check_mode:
    description: The module only reads, in check mode too.
    support: full
  diff_mode:
    description: Nothing is changed, and so there is no difference to show.
    support: none
  platform:
    description: Hosts that the module works on.
    support: full
    platforms: windows
"""
