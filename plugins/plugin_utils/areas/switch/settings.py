# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The settings of a switch that Set-VMSwitch changes, and those that only New-VMSwitch can choose."""

from __future__ import annotations

import typing as t

from ...core.setting import Setting

NEW_SWITCH = "Hyper-V\\New-VMSwitch"
SET_SWITCH = "Hyper-V\\Set-VMSwitch"


def capitalised(value: t.Any) -> t.Any:
    """Return the option's word as the cmdlet's enumeration spells it."""
    return str(value).capitalize()


#: Changed on an existing switch.
CHANGEABLE = (
    Setting("type", "type", SET_SWITCH, "SwitchType", to_parameter=capitalised),
    Setting("allow_management_os", "allow_management_os", SET_SWITCH, "AllowManagementOS"),
    Setting("notes", "notes", SET_SWITCH, "Notes"),
)

#: Chosen once: Set-VMSwitch has no parameter for these.
CHOSEN_AT_CREATION = (
    Setting("embedded_teaming", "embedded_teaming", NEW_SWITCH, "EnableEmbeddedTeaming"),
    Setting(
        "minimum_bandwidth_mode",
        "minimum_bandwidth_mode",
        NEW_SWITCH,
        "MinimumBandwidthMode",
        to_parameter=capitalised,
        same=lambda declared, observed: declared in ("default", observed),
    ),
    Setting("iov", "iov", NEW_SWITCH, "EnableIov"),
)
