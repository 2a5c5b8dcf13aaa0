# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Start-up order as declared: which devices a VM tries, and in which order."""

from __future__ import annotations

import dataclasses
import typing as t

from .slots import BadSlot, Slot, slot_from_text

Kind = t.Literal["disk", "dvd", "adapter", "network", "file", "ide", "floppy"]

#: Kinds that an entry may have in each generation. Generation 1 knows classes of devices only (Set-VMBios),
#: generation 2 knows devices (Set-VMFirmware).
KINDS: dict[int, frozenset[str]] = {
    1: frozenset({"dvd", "ide", "network", "floppy"}),
    2: frozenset({"disk", "dvd", "adapter", "network", "file"}),
}

#: Spellings of kinds.
_WORDS: dict[str, Kind] = {
    "disk": "disk",
    "dvd": "dvd",
    "cd": "dvd",
    "adapter": "adapter",
    "network": "network",
    "file": "file",
    "ide": "ide",
    "floppy": "floppy",
}

#: Members of Microsoft.HyperV.PowerShell.BootDevice by kind, as Get-VMBios gives them.
DEVICE_CLASSES = {"dvd": "CD", "ide": "IDE", "network": "LegacyNetworkAdapter", "floppy": "Floppy"}
CLASS_WORDS = {
    "CD": "cd",
    "IDE": "ide",
    "LegacyNetworkAdapter": "network",
    "NetworkAdapter": "network",
    "Floppy": "floppy",
}


@dataclasses.dataclass(frozen=True)
class BootEntry:
    """One declared entry.

    Attributes:
        text: as the user wrote it.
        kind: what it names.
        slot: of a disk or a DVD drive.
        name: of an adapter.
    """

    text: str
    kind: Kind
    slot: Slot | None = None
    name: str | None = None


class BadEntry(ValueError):
    """A text that is no entry of a start-up order; the message says what would be right."""


def boot_entry(text: str) -> BootEntry:
    """Return the entry that a text stands for: `disk scsi:0:0`, `adapter lan`, `dvd`, `network`, `file`, `ide`,
    `floppy`.

    Raises:
        BadEntry: for other texts.
    """
    word, _blank, rest = text.strip().partition(" ")
    kind = _WORDS.get(word.lower())
    rest = rest.strip()
    if kind is None:
        raise BadEntry(
            f"{text!r} is no entry; write disk scsi:0:0, adapter NAME, dvd, network or file (generation 2), "
            "or cd, ide, network or floppy (generation 1)"
        )
    if kind == "adapter":
        if not rest:
            raise BadEntry(f"{text!r} names no adapter; write adapter NAME, or network for all of them")
        return BootEntry(text, kind, name=rest)
    if kind == "disk" or (kind == "dvd" and rest):
        try:
            slot = slot_from_text(rest)
        except BadSlot as problem:
            raise BadEntry(str(problem)) from problem
        if slot.controller == "PMEM":
            raise BadEntry(f"{text!r}: persistent memory is nothing to start from")
        return BootEntry(text, kind, slot=slot)
    if rest:
        raise BadEntry(f"{text!r}: {word} stands alone")
    return BootEntry(text, kind)


def generation_problem(entry: BootEntry, generation: int) -> str | None:
    """Return why a VM of a generation cannot start from an entry, or None."""
    if entry.kind in KINDS[generation] and not (generation == 1 and entry.slot is not None):
        return None
    if generation == 1:
        if entry.slot is not None and entry.slot.controller == "SCSI":
            return (
                f"{entry.text!r}: generation 1 cannot start from SCSI, only from IDE; "
                "put the disk on ide:0:0 and write ide"
            )
        return f"{entry.text!r}: generation 1 orders classes of devices: cd, ide, network, floppy"
    return f"{entry.text!r}: generation 2 has no such device; write disk scsi:0:0, adapter NAME, dvd, network or file"
