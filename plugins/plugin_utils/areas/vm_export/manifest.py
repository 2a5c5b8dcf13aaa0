# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The manifest of an export: what was exported, when, and which files it has.

It is the last file that is written into an export. The host writes the list of files, the controller what they were
made from.
"""

from __future__ import annotations

import collections.abc as c
import dataclasses
import hashlib
import json
import re
import typing as t

from ..virtual_disk import path_key

KIND = "datacenter.hyperv export"
MARKER_KIND = "datacenter.hyperv export under way"
FORMAT = 1
FILE_NAME = "datacenter.hyperv.json"

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclasses.dataclass(frozen=True)
class Manifest:
    """What a manifest says.

    Attributes:
        started: when the export began: the moment whose state it has at the earliest. ISO 8601 in UTC.
        bytes: of all its files.
        files: length by path below the export's folder, in the form of `path_key`.
        vm_id: id of the VM that was exported.
        checkpoints: ids of its checkpoints.
        fingerprint: of what was exported, or None when it was running.
    """

    started: str
    bytes: int
    files: t.Mapping[str, int]
    vm_id: str
    name: str
    checkpoints: tuple[str, ...]
    fingerprint: str | None


@dataclasses.dataclass(frozen=True)
class FileStamp:
    """A file as it can be told from its changed self without reading it.

    Attributes:
        changed: time of last write, in 100 ns since 1601.
        identifier: disk identifier, if it is a disk.
    """

    path: str
    length: int
    changed: int
    identifier: str | None = None


def read_manifest(text: str | None) -> Manifest | None:
    """Return what a manifest says, or None for a text that is none of ours."""
    content = _object(text, KIND)
    if content is None:
        return None
    try:
        source, vm = content["source"], content["source"]["vm"]
        if not _TIME.fullmatch(content["started"]):
            return None
        return Manifest(
            started=content["started"],
            bytes=int(content["bytes"]),
            files={path_key(entry["path"]): int(entry["length"]) for entry in content["files"]},
            vm_id=str(vm["id"]),
            name=str(vm["name"]),
            checkpoints=tuple(str(checkpoint) for checkpoint in source["checkpoints"]),
            fingerprint=source["fingerprint"],
        )
    except (KeyError, TypeError, ValueError):
        return None


def is_marker(text: str | None) -> bool:
    """Return whether a text is that of a file which says that an export of ours is under way."""
    return _object(text, MARKER_KIND) is not None


def marker_text(vm_id: str | None, name: str) -> str:
    """Return the text of such a file."""
    return _ascii({"kind": MARKER_KIND, "format": FORMAT, "vm": {"id": vm_id, "name": name}})


def source_text(
    vm: t.Mapping[str, t.Any], files: c.Iterable[FileStamp], checkpoints: c.Iterable[str], fingerprint: str | None
) -> str:
    """Return the part of a manifest that says what was exported, as JSON in ASCII."""
    disks = [dataclasses.asdict(stamp) for stamp in files]
    content = {"vm": dict(vm), "checkpoints": list(checkpoints), "fingerprint": fingerprint, "disks": disks}
    return _ascii(content)


def fingerprint_of(
    vm_id: str, state: str, configuration: FileStamp, files: c.Iterable[FileStamp], checkpoints: c.Iterable[str]
) -> str:
    """Return a text that changes when the configuration, a disk file, a checkpoint or the power state does.

    It is made from lengths, times of last write and identifiers; no disk is read.
    """
    stamps = sorted((path_key(s.path), s.length, s.changed, s.identifier or "") for s in (configuration, *files))
    content = [vm_id, state, [list(stamp) for stamp in stamps], sorted(checkpoints)]
    return hashlib.sha256(_ascii(content).encode("ascii")).hexdigest()


def _ascii(content: t.Any) -> str:
    return json.dumps(content, ensure_ascii=True, separators=(",", ":"))


def _object(text: str | None, kind: str) -> dict[str, t.Any] | None:
    try:
        content = json.loads(text or "")
    except ValueError:
        return None
    if isinstance(content, dict) and content.get("kind") == kind and content.get("format") == FORMAT:
        return content
    return None
