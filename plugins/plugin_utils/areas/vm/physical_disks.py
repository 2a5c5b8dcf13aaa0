# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Disks of the host that a VM gets whole (pass-through): which one is meant, and what forbids it.

Numbers of disks can be others after the host has started anew (ceph/ceph#43079), and Hyper-V keeps the number: so a
disk is best declared by its serial number or unique id, and is looked up by what cannot change when it is attached.
"""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from ...core.plan import BadInput
from ...core.size import size_text
from ...core.step import Condition, Field, Step

#: Ids of the reading steps.
HOST_DISKS, PARTITIONS = "host_disks", "host_partitions"

#: Options that say which disk is meant.
KEYS = ("number", "serial", "unique_id")


@dataclasses.dataclass(frozen=True)
class HostDisk:
    """A disk of the host.

    Attributes:
        unique_id: as the host writes it, which may be with blanks around it.
        size: bytes.
        file_backed: whether it is a virtual disk file that the host has mounted.
        places: where the host has volumes of it: drive letters (`E:\\`) and folders.
    """

    number: int | None
    serial: str
    unique_id: str
    size: int
    offline: bool
    system: bool
    clustered: bool
    file_backed: bool = False
    places: tuple[str, ...] = ()

    def __str__(self) -> str:
        serial = f"serial {self.serial}" if self.serial else "no serial number"
        return f"disk {self.number} ({serial}, {size_text(self.size)})"

    @property
    def state(self) -> dict[str, t.Any]:
        """The disk as results show it."""
        return {"number": self.number, "serial": self.serial, "unique_id": self.unique_id.strip()}

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """By what the batch that applies finds it again."""
        if self.unique_id:
            return (("UniqueId", (self.unique_id,)),)
        return (("Number", (self.number,)),)


@dataclasses.dataclass(frozen=True)
class PhysicalDiskKey:
    """Which disk is meant: one of the keys of the host's disks.

    Attributes:
        with_volumes: whether the host may lose volumes that it has on the disk.
    """

    name: str
    value: int | str
    with_volumes: bool = dataclasses.field(default=False, compare=False)

    def __str__(self) -> str:
        return f"the disk with {self.name.replace('_', ' ')} {self.value}"

    def matches(self, disk: HostDisk) -> bool:
        """Return whether a disk is one that is meant."""
        if self.name == "number":
            return disk.number == self.value
        text = disk.serial if self.name == "serial" else disk.unique_id.strip()
        return text.casefold() == str(self.value).casefold()


def declared_key(values: t.Mapping[str, t.Any], option: str) -> PhysicalDiskKey:
    """Return which disk the options of `physical_disk` mean.

    Raises:
        BadInput: unless there is exactly one of them, with a value.
    """
    given = {name: values[name] for name in KEYS if values.get(name) is not None}
    if len(given) != 1:
        raise BadInput(option, f"needs one of {', '.join(KEYS)}, and only one")
    ((name, value),) = given.items()
    if name == "number":
        if int(value) < 0:
            raise BadInput(f"{option}.number", f"{value} is no number of a disk")
        return PhysicalDiskKey(name, int(value), bool(values.get("with_volumes")))
    text = str(value).strip()
    if not text:
        raise BadInput(f"{option}.{name}", "is empty")
    return PhysicalDiskKey(name, text, bool(values.get("with_volumes")))


def host_disks_step() -> Step:
    """Return the step that reads the host's disks."""
    return Step(
        HOST_DISKS,
        "Storage\\Get-Disk",
        read=(
            Field("number", "Number", "integer"),
            Field("serial", "SerialNumber"),
            Field("unique_id", "UniqueId"),
            Field("size", "Size", "integer"),
            Field("offline", "IsOffline", "boolean"),
            Field("system", "IsSystem", "boolean"),
            Field("boot", "IsBoot", "boolean"),
            Field("clustered", "IsClustered", "boolean"),
            Field("bus", "BusType"),
        ),
    )


def partitions_step() -> Step:
    """Return the step that reads where the host has volumes."""
    read = (Field("disk", "DiskNumber", "integer"), Field("places", "AccessPaths", "texts"))
    return Step(PARTITIONS, "Storage\\Get-Partition", read=read)


def understood_disks(
    rows: c.Iterable[t.Mapping[str, t.Any]], partitions: c.Iterable[t.Mapping[str, t.Any]] = ()
) -> tuple[HostDisk, ...]:
    """Return the disks of the reading steps' rows. Serial numbers come filled up with blanks from some controllers."""
    places: dict[int, list[str]] = {}
    for partition in partitions:
        named = [path for path in partition["places"] or () if path and not path.startswith("\\\\?\\")]
        places.setdefault(partition["disk"], []).extend(named)
    return tuple(
        HostDisk(
            row["number"],
            (row["serial"] or "").strip(),
            row["unique_id"] or "",
            int(row["size"] or 0),
            bool(row["offline"]),
            bool(row["system"] or row["boot"]),
            bool(row["clustered"]),
            row["bus"] in ("File Backed Virtual", "15"),
            tuple(places.get(row["number"], ())),
        )
        for row in rows
    )


class Found(t.NamedTuple):
    """The disk that is meant, or why there is none; the obstacle with its remedy."""

    disk: HostDisk | None
    obstacle: str = ""
    remedy: str = ""


def find_disk(key: PhysicalDiskKey, disks: c.Sequence[HostDisk]) -> Found:
    """Return the one disk that is meant, or what forbids to give it to a VM whatever the VM is."""
    meant = [disk for disk in disks if key.matches(disk)]
    if not meant:
        return Found(None, "the host has no such disk", "Connect it, or correct the key (Get-Disk lists them).")
    if len(meant) > 1:
        several = ", ".join(f"{disk}, unique id {disk.unique_id}" for disk in meant)
        return Found(
            None,
            f"the host has {len(meant)} such disks: {several}",
            "Declare the unique_id of one. Two with one id are two paths to one disk; let MPIO join them.",
        )
    (disk,) = meant
    if disk.number is None:
        return Found(None, "it has no number on this host", "Connect it to this host.")
    if disk.unique_id and sum(other.unique_id.casefold() == disk.unique_id.casefold() for other in disks) > 1:
        return Found(
            None,
            f"other disks have its unique id {disk.unique_id} too",
            "They are paths to one disk; let MPIO join them.",
        )
    if disk.system:
        return Found(None, f"the host itself starts from {disk} or runs on it", "Choose another disk.")
    if disk.clustered:
        return Found(
            None,
            f"{disk} belongs to the failover cluster of the host",
            "Choose another disk, or take it out of the cluster first (Remove-ClusterResource).",
        )
    if disk.file_backed:
        return Found(None, f"{disk} is a mounted virtual disk file", "Dismount it, and declare its path.")
    return Found(disk)
