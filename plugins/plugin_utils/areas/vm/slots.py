# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Slots of drives: which location of which controller."""

from __future__ import annotations

import dataclasses
import re
import typing as t

_WRITTEN = re.compile(r"(ide|scsi|pmem)[: ]([0-9]{1,2}):([0-9]{1,3})", re.IGNORECASE)

#: Controllers and locations on each (Microsoft Learn, "Hyper-V scalability": IDE 2 controllers of 2, SCSI 4 of 64).
CONTROLLERS = {"IDE": 2, "SCSI": 4, "PMEM": 1}
LOCATIONS = {"IDE": 2, "SCSI": 64, "PMEM": 128}

ControllerType = t.Literal["IDE", "SCSI", "PMEM"]


@dataclasses.dataclass(frozen=True, order=True)
class Slot:
    """A location on a controller.

    Attributes:
        controller: `IDE`, `SCSI` or `PMEM`, the names of Microsoft.HyperV.PowerShell.ControllerType.
    """

    controller: str
    number: int
    location: int

    def __str__(self) -> str:
        return f"{self.controller.lower()}:{self.number}:{self.location}"

    @property
    def parameters(self) -> dict[str, t.Any]:
        """The parameters with which the drive cmdlets name a slot."""
        return {
            "ControllerType": self.controller,
            "ControllerNumber": self.number,
            "ControllerLocation": self.location,
        }


class BadSlot(ValueError):
    """A text that names no slot; the message says what would be right."""


def slot_from_text(text: str) -> Slot:
    """Return the slot that a text such as `scsi:0:1` names.

    Raises:
        BadSlot: for other texts, and for controllers and locations that do not exist.
    """
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        raise BadSlot(f"{text!r} is no slot; write controller type, number and location, such as scsi:0:1 or ide:0:0")
    slot = Slot(match[1].upper(), int(match[2]), int(match[3]))
    if slot.number >= CONTROLLERS[slot.controller]:
        last = CONTROLLERS[slot.controller] - 1
        raise BadSlot(
            f"{text!r}: {slot.controller} controllers are numbered 0 to {last}"
            if last
            else f"{text!r}: a VM has one {slot.controller} controller, number 0"
        )
    if slot.location >= LOCATIONS[slot.controller]:
        raise BadSlot(f"{text!r}: locations on {slot.controller} are numbered 0 to {LOCATIONS[slot.controller] - 1}")
    return slot


def slot_key(text: t.Any) -> str:
    """Return the form in which two spellings of one slot are equal; a text that is no slot stands for itself."""
    try:
        return str(slot_from_text(str(text)))
    except BadSlot:
        return str(text)
