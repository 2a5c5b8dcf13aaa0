# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""`Get-DiskChain` of `vhd.ps1`: virtual disk files and their parents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from hyperv_lab.engine.python.area_functions.area_function import AreaFunction, PlainObject, Toolbox
from hyperv_lab.engine.python.exact_text import ordinal_fold
from hyperv_lab.simulation.errors import (
    SHARING_VIOLATION,
    CmdletError,
    ErrorRecord,
)

TEST_PATH = "Microsoft.PowerShell.Management\\Test-Path"
BAD_NETWORK_PATH = -2147024843
READ = (
    "VhdFormat VhdType Size FileSize MinimumSize BlockSize LogicalSectorSize PhysicalSectorSize Attached DiskNumber "
    "DiskIdentifier"
).split()
"""Properties of Get-VHD that a link has."""


def _distinct(paths: Iterable[str]) -> list[str]:
    return list({ordinal_fold(path): path for path in reversed(list(paths))}.values())[::-1]


def escaped(path: str) -> str:
    """A path as a pattern that matches only itself."""
    return "".join(f"`{character}" if character in "*?[]`" else character for character in path)


_SHARE = re.compile(r"\\\\(?![?.]\\)[^\\]+\\[^\\]+")


def silent_shares(toolbox: Toolbox, paths: Iterable[str]) -> list[str]:
    """`Get-SilentShare`: the shares of paths at which nothing was found that do not answer."""
    answers: dict[str, bool] = {}
    shown: dict[str, str] = {}
    asked: set[str] = set()
    for path in paths:
        found = _SHARE.match(path)
        if found is None:
            continue
        share = found[0]
        key = ordinal_fold(share)
        shown.setdefault(key, share)
        answers.setdefault(key, False)
        at = path
        while not answers[key] and len(at) > len(share):
            at = at[: max(at.rfind("\\"), len(share))]
            if ordinal_fold(at) not in asked:
                asked.add(ordinal_fold(at))
                answers[key] = toolbox.must(TEST_PATH, LiteralPath=[at])[0]
    return [shown[key] for key, answer in answers.items() if not answer]


def share_of(path: str, shares: Iterable[str]) -> str | None:
    """The one of some shares that a path is on."""
    return next((share for share in shares if ordinal_fold(path).startswith(ordinal_fold(share) + "\\")), None)


class _Reader:
    def __init__(self, toolbox: Toolbox, retry_seconds: int) -> None:
        self._toolbox = toolbox
        self._until = toolbox.clock.now() + retry_seconds
        self.links: dict[str, dict[str, Any]] = {}
        self._silent: list[str] = []

    def exists(self, paths: list[str]) -> list[bool]:
        return self._toolbox.must(TEST_PATH, LiteralPath=paths)

    def read_level(self, level: list[str]) -> list[str]:
        """Read files; returns the parents that are still to be read."""
        exists = dict(zip(level, self.exists(level), strict=True))
        self._silent = silent_shares(self._toolbox, [path for path in level if not exists[path]])
        there = [path for path in level if exists[path] or share_of(path, self._silent)]
        present = set(there)
        for path in level:
            self.links[ordinal_fold(path)] = {
                "Path": path,
                "Exists": path in present,
                "ParentPath": None,
                **dict.fromkeys(READ),
                "Error": None,
                "ErrorId": None,
                "HResult": None,
            }
        disks: dict[str, Any] = {}
        plain = [path for path in there if "[" not in path]
        if plain:
            try:
                self._keep(disks, self._toolbox.call("Hyper-V\\Get-VHD", Path=plain).output)
            except CmdletError:
                pass  # which file it was shows below
        parents = [self._take(path, disks) for path in there]
        return _distinct(parent for parent in parents if parent and ordinal_fold(parent) not in self.links)

    @staticmethod
    def _keep(disks: dict[str, Any], found: Iterable[Any]) -> None:
        for disk in found:
            disks[ordinal_fold(disk.get("Path"))] = disk

    def _take(self, path: str, disks: dict[str, Any]) -> str | None:
        link = self.links[ordinal_fold(path)]
        while True:
            link.update(Error=None, ErrorId=None, HResult=None)
            for form in (path, escaped(path)):
                if ordinal_fold(path) in disks:
                    break
                try:
                    self._keep(disks, self._toolbox.must("Hyper-V\\Get-VHD", Path=form))
                except CmdletError as error:
                    if link["Error"] is None or str(link["ErrorId"]).startswith("InvalidParameter,"):
                        note(link, error.record)
            if (
                ordinal_fold(path) in disks
                or link["HResult"] != SHARING_VIOLATION
                or self._toolbox.clock.now() >= self._until
            ):
                break
            self._toolbox.clock.sleep(1)
        disk = disks.get(ordinal_fold(path))
        if disk is None:
            link["Error"] = link["Error"] or f"Get-VHD gave nothing for {path}"
            share = share_of(path, self._silent)
            if share is not None:
                text = f"the share {share} does not answer this session"
                link.update(Error=text, ErrorId="ShareUnreachable", HResult=BAD_NETWORK_PATH)
            return None
        link.update(Error=None, ErrorId=None, HResult=None)
        link.update({name: disk.get(name) for name in READ})
        parent: str | None = disk.get("ParentPath") or None
        link["ParentPath"] = parent
        return parent


def note(link: dict[str, Any], record: ErrorRecord) -> None:
    """Keep an error in the properties of an output object."""
    link.update(Error=record.message, ErrorId=record.fully_qualified, HResult=record.cause)


def _directory(path: str) -> str:
    cut = path.rfind("\\")
    return path[:cut] if cut > 2 else path[: cut + 1]


def _get_disk_chain(toolbox: Toolbox, parameters: Mapping[str, Any]) -> None:
    given = parameters["Path"]
    paths = [str(path) for path in (given if isinstance(given, list) else [given])]
    reader = _Reader(toolbox, int(parameters.get("RetrySeconds", 0)))
    level = _distinct(paths)
    while level:
        level = reader.read_level(level)
    directories: dict[str, bool] = {}
    for path in paths:
        directory = _directory(path)
        if directory and ordinal_fold(directory) not in directories:
            directories[ordinal_fold(directory)] = reader.exists([directory])[0]
        first = reader.links[ordinal_fold(path)]
        toolbox.outcome.output.append(
            PlainObject(
                Path=path,
                Exists=first["Exists"],
                Directory=directory,
                DirectoryExists=directories.get(ordinal_fold(directory)),
                Links=[] if not first["Exists"] or first["Error"] else _chain(reader, path),
                Error=first["Error"],
                ErrorId=first["ErrorId"],
                HResult=first["HResult"],
            )
        )


def _chain(reader: _Reader, path: str) -> list[PlainObject]:
    chain: list[PlainObject] = []
    seen: set[str] = set()
    following: str | None = path
    while following and ordinal_fold(following) not in seen:
        seen.add(ordinal_fold(following))
        link = reader.links[ordinal_fold(following)]
        chain.append(PlainObject(**link))
        following = link["ParentPath"]
    return chain


GET_DISK_CHAIN = AreaFunction("Get-DiskChain", ("Path", "RetrySeconds"), _get_disk_chain, ("Path",))
