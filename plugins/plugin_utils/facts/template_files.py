# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The files of declared templates: which are made, which go, and what their users forbid."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import ntpath
import typing as t

from ..areas.virtual_disk.paths import joined, name_problem, path_key
from .disk_use import Machine, disk_users

Disk = dict[str, t.Any]


@dataclasses.dataclass
class TemplateFiles:
    """What is to be done with the files of templates.

    Attributes:
        paths: path of each template by its name.
        present: disks that must be there, as the module `vhd` takes them.
        absent: disks of retired versions that nobody uses, likewise.
        replaced: disks that are deleted before `present`, likewise.
        probes: copies under other names, whose check run tells whether the replacements could be made.
        kept: retired versions that are still used: `path` and the names of the `vms`.
        problems: why nothing must be done at all, as sentences.
    """

    paths: dict[str, str] = dataclasses.field(default_factory=dict)
    present: list[Disk] = dataclasses.field(default_factory=list)
    absent: list[Disk] = dataclasses.field(default_factory=list)
    replaced: list[Disk] = dataclasses.field(default_factory=list)
    probes: list[Disk] = dataclasses.field(default_factory=list)
    kept: list[dict[str, t.Any]] = dataclasses.field(default_factory=list)
    problems: list[str] = dataclasses.field(default_factory=list)


def template_files(
    machines: c.Sequence[Machine], templates: c.Sequence[Machine], folder: str, replace: c.Collection[str] = ()
) -> TemplateFiles:
    """Return what is to be done with the files of templates.

    Args:
        machines: `vms` of `vm_info`, read with the part `disks`.
        templates: as the role `template` has them, with `name`, `version`, `source`, `size`, `type` and `retired`.
        folder: directory of the files.
        replace: names of templates whose file is made anew.
    """
    files = TemplateFiles()
    taken: dict[str, str] = {}
    for template in templates:
        _declare(files, taken, machines, template, folder, template["name"] in replace)
    for template in templates:
        for version in template.get("retired") or ():
            _retire(files, taken, machines, template["name"], version, folder)
    for name in replace:
        if name not in files.paths:
            files.problems.append(f"template_replace names {name}, which is not declared.")
    return files


def _declare(
    files: TemplateFiles,
    taken: dict[str, str],
    machines: c.Sequence[Machine],
    template: Machine,
    folder: str,
    replaced: bool,
) -> None:
    name = template["name"]
    path = _path(files, folder, name, template.get("version"))
    other = taken.setdefault(path_key(path), name)
    if other != name or name in files.paths:
        files.problems.append(f"{path} is declared twice, for {other} and {name}.")
        return
    files.paths[name] = path
    disk = {"path": path, **_options(template)}
    files.present.append(disk)
    users = disk_users(machines, path)
    writers = _names(user for user in users if user["use"] == "disk")
    if writers:
        files.problems.append(
            f"{path} is the own disk of {writers}: what is written there damages every disk that is based on it. "
            "Detach it, or declare another version."
        )
    if not replaced:
        return
    if not template.get("source"):
        files.problems.append(f"{name} is to be replaced and has no source to be made from.")
    elif users:
        files.problems.append(
            f"{path} is to be replaced, and {_names(users)} would lose what is based on it. "
            f"Declare a new version of {name} instead."
        )
    else:
        files.replaced.append({"path": path, "state": "absent"})
        stem, extension = ntpath.splitext(path)
        files.probes.append({**disk, "path": f"{stem}.next{extension}"})


def _retire(
    files: TemplateFiles, taken: dict[str, str], machines: c.Sequence[Machine], name: str, version: t.Any, folder: str
) -> None:
    path = _path(files, folder, name, version)
    if path_key(path) in taken:
        files.problems.append(f"{path} is declared and retired at once.")
        return
    users = disk_users(machines, path)
    if users:
        files.kept.append({"path": path, "vms": sorted({str(user["vm"]) for user in users})})
    else:
        files.absent.append({"path": path, "state": "absent"})


def _path(files: TemplateFiles, folder: str, name: str, version: t.Any) -> str:
    stem = name if version in (None, "") else f"{name}-{version}"
    problem = name_problem(stem)
    if problem is not None:
        files.problems.append(f"{stem!r} cannot be the name of a template: {problem}.")
    return joined(folder, f"{stem}.vhdx")


def _options(template: Machine) -> Disk:
    options = {"size": template.get("size"), "type": template.get("type"), "copy_of": template.get("source")}
    return {option: value for option, value in options.items() if value not in (None, "")}


def _names(users: c.Iterable[dict[str, t.Any]]) -> str:
    return ", ".join(sorted({str(user["vm"]) for user in users}))
