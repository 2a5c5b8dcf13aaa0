# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Disks that go into other slots of their VM: in which order, so that each finds its slot free."""

from __future__ import annotations

import collections.abc as c
import typing as t

from .slots import LOCATIONS, Slot


class Move(t.NamedTuple):
    """One drive into another slot."""

    start: Slot
    end: Slot


class NoWayAround(Exception):
    """Drives are to change places, and no slot is free to put one of them meanwhile."""


def ordered_moves(wanted: t.Mapping[Slot, Slot], occupied: c.Iterable[Slot], controllers: int, ide: bool) -> list[Move]:
    """Return the moves in an order in which each end is free.

    Drives that change places go around a free slot, which a run that was cut off in between leaves taken: the next run
    moves on from there.

    Args:
        wanted: end by start.
        occupied: slots with drives of any kind, the starts included.
        controllers: number of SCSI controllers.
        ide: whether there are IDE controllers.

    Raises:
        NoWayAround: when a slot in between is needed and there is none.
    """
    taken, pending = set(occupied), dict(wanted)
    moves: list[Move] = []
    while pending:
        free = next((start for start, end in pending.items() if end not in taken), None)
        if free is None:
            start, end = next(iter(pending.items()))
            between = _free_slot(taken | set(pending.values()), controllers, ide, start.controller == "PMEM")
            del pending[start]
            pending[between] = end
            step = Move(start, between)
        else:
            step = Move(free, pending.pop(free))
        moves.append(step)
        taken.discard(step.start)
        taken.add(step.end)
    return moves


def _free_slot(taken: set[Slot], controllers: int, ide: bool, pmem: bool) -> Slot:
    kinds = [("PMEM", 1)] if pmem else [("SCSI", controllers), ("IDE", 2 if ide else 0)]
    for kind, count in kinds:
        for number in range(count):
            for location in range(LOCATIONS[kind]):
                slot = Slot(kind, number, location)
                if slot not in taken:
                    return slot
    raise NoWayAround
