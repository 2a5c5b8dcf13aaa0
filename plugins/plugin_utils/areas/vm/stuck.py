# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""States between the settled ones: which of them turning off ends, and what people can do about them."""

from __future__ import annotations

#: States in which nothing runs that could be turned off (Microsoft.HyperV.PowerShell.VMState).
WITHOUT_PLUG = frozenset({"OffCritical", "SavedCritical", "FastSavedCritical"})

#: What gives a VM another name when a name means several.
RENAMING = "Give all but one of them another name first: the module vm does that with id and name."

_PULLING = "the module vm_power pulls its plug with state: stopped and turn_off: true."


def has_plug(state: str) -> bool:
    """Return whether a VM in one of these states can be turned off."""
    return state not in WITHOUT_PLUG


def stuck_remedy(state: str) -> str:
    """Return what ends a state between the settled ones, for the `remedy` of a refusal."""
    if not state.endswith("Critical"):
        return f"Wait until that is over and run again. If it does not end, {_PULLING}"
    back = "Bring its storage back (the host does not reach its files, or their volume is full) and run again."
    return f"{back} If it only has to stop, {_PULLING}" if has_plug(state) else back
