# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a playbook declares about imports."""

from __future__ import annotations

import dataclasses
import typing as t
import uuid

from ...core.area import Options
from ...core.fleet import ALONE, FleetTerms, declared_terms
from ...core.plan import BadInput
from ..switch.names import name_key
from ..virtual_disk import normal_path, path_key, path_problem

#: Options with paths that Import-VM takes, and its parameters for them.
PLACES = {
    "virtual_machine_path": "VirtualMachinePath",
    "vhd_destination_path": "VhdDestinationPath",
    "snapshot_file_path": "SnapshotFilePath",
    "smart_paging_file_path": "SmartPagingFilePath",
    "vhd_source_path": "VhdSourcePath",
}

#: Begins the line in the notes of a VM that says where it was imported from.
MARK = "[datacenter.hyperv import] "


@dataclasses.dataclass(frozen=True)
class Import:
    """One declared import.

    Attributes:
        prefix: what stands before the names of its options in messages: empty, or `vms[3].`.
        path: an export, a folder of exports, or a configuration file.
        mode: `register`, `restore` or `copy`.
        name: name that the VM has afterwards, or None for the exported one.
        id: id of the exported VM that is meant, or None.
        places: parameters of Import-VM for target and source folders.
        switches: new switch by old one, empty for none.
        adapters: new switch by the adapter's name, empty for none.
        missing_disks: another file by the missing one's path or name, empty to drop the drive.
        memory: start-up memory in bytes where the host has not what the VM wants.
        processors: likewise the number of processors.
    """

    prefix: str
    path: str
    mode: str
    name: str | None = None
    id: str | None = None
    places: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    switches: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    adapters: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    missing_disks: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    eject_missing_images: bool = False
    memory: int | None = None
    processors: int | None = None
    allow_same_name: bool = False
    remove_planned: bool = False

    @property
    def key(self) -> str:
        """Key of it in states: the declared name, or the path and the id that is meant there."""
        return self.name or (f"{self.path} {self.id}" if self.id is not None else self.path)

    @property
    def copies(self) -> bool:
        """Whether files are copied."""
        return self.mode != "register"

    @property
    def machine_path(self) -> str | None:
        """The declared directory of the VM's configuration."""
        return self.places.get("VirtualMachinePath")

    def where(self, option: str) -> str:
        """Return the path of an option as the user wrote it."""
        return self.prefix + option

    def mark(self, source_id: str) -> str:
        """Return the line for the notes of a VM that was imported from the export of the VM with that id."""
        return f"{MARK}{'copy of ' if self.mode == 'copy' else ''}{source_id.lower()}"


@dataclasses.dataclass(frozen=True)
class ImportDeclaration:
    """The imports of one task.

    Attributes:
        terms: what the task says about all of them.
    """

    imports: tuple[Import, ...]
    terms: FleetTerms = ALONE


def declare_imports(options: Options) -> ImportDeclaration:
    """Return the declaration of a task.

    Raises:
        BadInput: when options contradict each other whatever the host looks like.
    """
    entries = options.get("vms")
    if entries is None:
        return ImportDeclaration((declare_import(options, ""),))
    if not entries:
        raise BadInput("vms", "is empty; name one import at least")
    imports = tuple(declare_import(entry, f"vms[{index}].") for index, entry in enumerate(entries))
    _check_together(imports)
    return ImportDeclaration(imports, declared_terms(options))


def declare_import(options: Options, prefix: str) -> Import:
    """Return the declaration of one import.

    Raises:
        BadInput: see `declare_imports`.
    """

    def wrong(option: str, problem: str) -> BadInput:
        return BadInput(prefix + option, problem)

    path, mode = options.get("path") or "", options.get("mode") or ""
    problem = path_problem(path)
    if problem is not None:  # Import-VM fails for a relative path, too, but later
        raise wrong("path", problem)
    if mode == "copy" and not options.get("name"):
        raise wrong("name", "is needed for a copy: it is what the next run finds it by")
    places = {}
    for option, parameter in PLACES.items():
        place = options.get(option)
        if place is None:
            continue
        if mode == "register":
            raise wrong(option, "has no meaning for mode: register, which leaves all files where they are")
        problem = path_problem(place)
        if problem is not None:
            raise wrong(option, problem)
        places[parameter] = normal_path(place)
    for option in ("memory_startup", "processor_count"):
        if options.get(option) is not None and options[option] < 1:
            raise wrong(option, "must be more than 0")
    missing = _texts(options.get("missing_disks"), prefix + "missing_disks")
    for old, new in missing.items():
        problem = path_problem(new) if new else None
        if problem is not None:
            raise wrong(f"missing_disks.{old}", problem)
    return Import(
        prefix=prefix,
        path=normal_path(path),
        mode=mode,
        name=options.get("name"),
        id=_identifier(options.get("id"), prefix + "id"),
        places=places,
        switches=_texts(options.get("switches"), prefix + "switches"),
        adapters=_texts(options.get("adapters"), prefix + "adapters"),
        missing_disks=missing,
        eject_missing_images=bool(options.get("eject_missing_images")),
        memory=options.get("memory_startup"),
        processors=options.get("processor_count"),
        allow_same_name=bool(options.get("allow_same_name")),
        remove_planned=bool(options.get("remove_planned")),
    )


def _check_together(imports: tuple[Import, ...]) -> None:
    names: dict[str, Import] = {}
    exports: dict[tuple[str, str | None], Import] = {}
    for one in imports:
        if one.name is not None:
            other = names.setdefault(name_key(one.name), one)
            if other is not one:
                raise BadInput(one.where("name"), f"{one.name} is also the name in {other.where('name')}")
        if one.mode != "copy":
            other = exports.setdefault((path_key(one.path), one.id), one)
            if other is not one:
                raise BadInput(one.where("path"), f"{one.path} is also imported by {other.where('path')}")


def _texts(value: t.Any, option: str) -> dict[str, str]:
    texts = {}
    for old, new in (value or {}).items():
        if isinstance(new, (dict, list)):
            raise BadInput(f"{option}.{old}", "must be a text; an empty one for none")
        texts[str(old)] = "" if new is None else str(new)
    return texts


def _identifier(text: str | None, option: str) -> str | None:
    if text is None:
        return None
    try:
        return str(uuid.UUID(text))
    except ValueError as error:
        raise BadInput(option, f"{text!r} is no id of a VM") from error
