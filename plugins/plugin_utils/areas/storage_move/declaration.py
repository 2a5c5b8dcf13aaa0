# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a playbook declares about where machines' files are to be."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import ntpath
import typing as t

from ...core.area import Options
from ...core.fleet import ALONE, FleetTerms, declared_terms
from ...core.plan import BadInput
from ..switch.names import name_key
from ..virtual_disk import directory_of, extension_of, joined, normal_path, path_key, path_problem, same_path
from ..vm.slots import BadSlot, Slot, slot_from_text

#: Parts of a machine that have one folder each, by option.
FOLDERS = ("configuration_path", "checkpoints_path", "smart_paging_path")
#: Options that say what is to be where.
PARTS = ("destination", *FOLDERS, "disks_path", "disks")
#: The folder that Hyper-V makes below the one path to which everything goes.
DISKS_FOLDER = "Virtual Hard Disks"
#: Extensions by which the destination of a disk is a file, and not the folder that it is to be in.
DISK_FILES = frozenset({".vhd", ".vhdx", ".vhds", ".vhdpmem"})
WAIT_SECONDS = 3600


@dataclasses.dataclass(frozen=True)
class DiskMove:
    """Where one disk is to be.

    Attributes:
        option: path of the entry, `vms[3].disks[0]`.
        slot: the disk that sits there; or
        path: the disk whose file that is, or was before the move.
        destination: its file, or the folder of it.
    """

    option: str
    destination: str
    slot: Slot | None = None
    path: str | None = None

    @property
    def named(self) -> str:
        """The disk as the user named it."""
        return str(self.slot) if self.slot is not None else str(self.path)

    def file_for(self, name: str) -> str:
        """Return the path of the disk's file, which is called `name` now."""
        if extension_of(self.destination) in DISK_FILES:
            return self.destination
        return joined(self.destination, name)

    @property
    def folder(self) -> str:
        """The folder in which the file is to be."""
        return directory_of(self.file_for("x"))


@dataclasses.dataclass(frozen=True)
class MachineMove:
    """Where the files of one machine are to be; what is None is not managed.

    Attributes:
        prefix: what stands before the names of its options in messages: empty, or `vms[3].`.
        folders: of the parts in `FOLDERS`, by option.
        disks_path: folder of all disks that `disks` does not name.
        sources: the option that a part's folder comes from, where that is another one (`destination`).
        retain_source: whether read-only files stay at the source as well.
        wait_seconds: how long to wait for a migration that is under way already.
    """

    index: int
    prefix: str
    name: str
    folders: t.Mapping[str, str]
    disks_path: str | None = None
    disks: tuple[DiskMove, ...] = ()
    sources: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    retain_source: bool = False
    wait_seconds: int = WAIT_SECONDS

    @property
    def target(self) -> str:
        """The machine as people say it."""
        return f"vm {self.name}"

    def where(self, option: str) -> str:
        """Return the path of an option as the user wrote it."""
        return self.prefix + self.sources.get(option, option)

    @property
    def disk_folders(self) -> tuple[str, ...]:
        """The folders in which disks are to be."""
        found = [disk.folder for disk in self.disks]
        return tuple(dict.fromkeys([*found, self.disks_path] if self.disks_path is not None else found))


@dataclasses.dataclass(frozen=True)
class Moves:
    """All machines of one task.

    Attributes:
        terms: what the task says about all of them.
    """

    machines: tuple[MachineMove, ...]
    terms: FleetTerms = ALONE

    @property
    def disk_folders(self) -> tuple[str, ...]:
        """The folders in which disks are to be, each once."""
        return tuple({path_key(each): each for machine in self.machines for each in machine.disk_folders}.values())


def declare_moves(options: Options) -> Moves:
    """Return the declaration of a task.

    Raises:
        BadInput: when options contradict each other whatever the host looks like.
    """
    written = _given(options)
    if "vms" not in written:
        if "defaults" in written:
            raise BadInput("defaults", "goes with 'vms': it is what their entries have in common")
        return Moves((_machine(0, "", written),))
    if (written.get("defaults") or {}).get("name") is not None:
        raise BadInput("defaults.name", "machines cannot share a name; give each of vms its own")
    machines: list[MachineMove] = []
    seen: dict[str, int] = {}
    for index, entry in enumerate(written["vms"]):
        machine = _machine(index, f"vms[{index}].", _given(entry))
        first = seen.setdefault(name_key(machine.name), index)
        if first != index:
            raise BadInput(f"vms[{index}].name", f"{machine.name} is declared twice, first in vms[{first}]")
        machines.append(machine)
    return Moves(tuple(machines), declared_terms(written))


def _machine(index: int, prefix: str, options: Options) -> MachineMove:
    name = options.get("name")
    if not name:
        raise BadInput(f"{prefix}name", "is needed: which machine is meant?")
    if not any(options.get(part) for part in PARTS):
        raise BadInput(f"{prefix}destination", f"nothing says what is to move: give one of {', '.join(PARTS)}")
    sources: dict[str, str] = {}
    folders: dict[str, str] = {}
    whole = _path(options, "destination", prefix, name)
    for option in FOLDERS:
        folder = _path(options, option, prefix, name)
        if folder is None and whole is not None:
            folder, sources[option] = whole, "destination"
        if folder is not None:
            folders[option] = folder
    disks_path = _path(options, "disks_path", prefix, name)
    if disks_path is None and whole is not None:
        disks_path, sources["disks_path"] = joined(whole, DISKS_FOLDER), "destination"
    wait_seconds = options.get("wait_seconds")
    if wait_seconds is not None and wait_seconds < 0:
        raise BadInput(f"{prefix}wait_seconds", "cannot be negative")
    return MachineMove(
        index,
        prefix,
        name,
        folders,
        disks_path,
        tuple(_disks(options.get("disks") or (), prefix, name)),
        sources,
        bool(options.get("retain_source")),
        WAIT_SECONDS if wait_seconds is None else wait_seconds,
    )


def _disks(entries: c.Sequence[Options], prefix: str, name: str) -> c.Iterator[DiskMove]:
    seen: dict[str, str] = {}
    for index, entry in enumerate(entries):
        option = f"{prefix}disks[{index}]"
        disk = _disk(option, entry, name)
        key = str(disk.slot) if disk.slot is not None else path_key(disk.path or "")
        first = seen.setdefault(key, option)
        if first != option:
            raise BadInput(option, f"{disk.named} is declared twice, first in {first}")
        yield disk


def _disk(option: str, entry: Options, name: str) -> DiskMove:
    destination = _path(entry, "destination", f"{option}.", name)
    if destination is None:
        raise BadInput(f"{option}.destination", "is needed: where is the disk to be?")
    slot, path = entry.get("slot"), _path(entry, "path", f"{option}.", name)
    if (slot is None) == (path is None):
        raise BadInput(f"{option}.slot", "a disk is named either by its slot or by the path of its file; give one")
    try:
        found = slot_from_text(slot) if slot is not None else None
    except BadSlot as problem:
        raise BadInput(f"{option}.slot", str(problem)) from problem
    disk = DiskMove(option, destination, found, path)
    if path is not None and not same_path(ntpath.basename(disk.file_for(ntpath.basename(path))), ntpath.basename(path)):
        raise BadInput(
            f"{option}.destination",
            f"{destination} has another file name than {path}; Move-VMStorage cannot rename a disk",
        )
    return disk


def _path(options: Options, option: str, prefix: str, name: str) -> str | None:
    """Return a path in its normal form with the machine's name put in, as Windows shows it: the drive in upper case."""
    written = options.get(option)
    if written is None:
        return None
    path = str(written).replace("{name}", name)
    problem = path_problem(path)
    if problem is not None:
        raise BadInput(prefix + option, problem)
    path = normal_path(path)
    return path[0].upper() + path[1:]


def _given(options: t.Any) -> dict[str, t.Any]:
    return {name: value for name, value in options.items() if value is not None}
