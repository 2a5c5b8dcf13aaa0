# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Chains of disk files as observed: a file, its parent, the parent's parent."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from ...core.plan import Unreadable
from ...core.step import Field, Step
from .locked_files import LOCKED, SHARING_VIOLATION
from .paths import path_key, same_path

#: ERROR_BAD_NETPATH: so a file on a share that does not answer is reported.
BAD_NETWORK_PATH = -2147024843
#: Id of the reading step in every area that reads chains.
CHAINS = "chains"
#: The payload file with the function that reads them, and the function's name.
PAYLOAD_FILE, READ_CHAINS = "vhd", "Get-DiskChain"

_LINK_FIELDS = (
    Field("path", "Path"),
    Field("exists", "Exists", "boolean"),
    Field("parent", "ParentPath"),
    Field("format", "VhdFormat", "enum"),
    Field("type", "VhdType", "enum"),
    Field("size", "Size", "integer"),
    Field("file_size", "FileSize", "integer"),
    Field("minimum_size", "MinimumSize", "integer"),
    Field("block_size", "BlockSize", "integer"),
    Field("logical_sector_size", "LogicalSectorSize", "integer"),
    Field("physical_sector_size", "PhysicalSectorSize", "integer"),
    Field("identifier", "DiskIdentifier"),
    Field("attached", "Attached", "boolean"),
    Field("disk_number", "DiskNumber", "integer"),
)


@dataclasses.dataclass(frozen=True)
class Link:
    """One file of a chain.

    Attributes:
        format: `vhd`, `vhdx` or `vhdset`.
        type: `fixed`, `dynamic` or `differencing`.
        size: what a guest sees, in bytes.
        file_size: what the file takes on its volume, in bytes.
        attached: whether something has the file open as a disk (a running VM, a mount).
        disk_number: number among the host's own disks while it is mounted.
    """

    path: str
    type: str
    size: int
    parent: str | None = None
    format: str = "vhdx"
    file_size: int = 0
    minimum_size: int | None = None
    block_size: int | None = None
    logical_sector_size: int | None = None
    physical_sector_size: int | None = None
    identifier: str | None = None
    attached: bool = False
    disk_number: int | None = None


@dataclasses.dataclass(frozen=True)
class Chain:
    """What was found at a path.

    Attributes:
        path: the path that was asked for.
        exists: whether a file is there.
        error: why the file, though there, could not be read.
        hresult: signed, of that error.
        directory_exists: whether its directory is there; None when the host did not say.
        links: the file itself, then its parents.
        missing_parent: the parent at which the chain breaks off, because no file is there or it cannot be read.
    """

    path: str
    exists: bool
    error: str | None = None
    directory_exists: bool | None = None
    links: tuple[Link, ...] = ()
    missing_parent: str | None = None
    hresult: int | None = None

    @property
    def top(self) -> Link | None:
        """The file itself."""
        return self.links[0] if self.links else None

    def link_at(self, path: str) -> Link | None:
        """Return the link with that path."""
        return next((link for link in self.links if same_path(link.path, path)), None)


#: Chains by `path_key`.
Chains = t.Mapping[str, Chain]


def chain_step(paths: c.Sequence[t.Any], step_id: str = CHAINS, *, patient: bool = False) -> Step:
    """Return the step that reads the chains of files.

    Args:
        paths: texts, and references that give texts.
        patient: whether files that another program has open are tried again for a while (backups and scans let go of
            them): for files that are declared themselves, not where it only has to be known who uses what.
    """
    parameters: dict[str, t.Any] = {"Path": list(paths)}
    if patient:
        parameters["RetrySeconds"] = LOCKED["seconds"]
    return Step(
        step_id,
        READ_CHAINS,
        parameters,
        read=(
            Field("path", "Path"),
            Field("exists", "Exists", "boolean"),
            Field("directory_exists", "DirectoryExists", "boolean"),
            Field("error", "Error"),
            Field("hresult", "HResult", "integer"),
            Field("links", "Links", "objects", _LINK_FIELDS),
        ),
    )


def understand_chains(rows: c.Iterable[t.Mapping[str, t.Any]]) -> dict[str, Chain]:
    """Return the chains of the reading step's rows, by `path_key`."""
    chains = {}
    for row in rows:
        read = row.get("links") or ()
        links = tuple(_link(link) for link in read if link["type"] is not None)
        missing = next((link["path"] for link in read if link["type"] is None), None)
        chains[path_key(row["path"])] = Chain(
            row["path"],
            bool(row["exists"]),
            row.get("error") or None,
            row.get("directory_exists"),
            links,
            missing,
            row.get("hresult"),
        )
    return chains


def readable_chain(chains: Chains, path: str) -> Chain:
    """Return the chain at a path.

    Raises:
        Unreadable: when a file is there that the host could not open as a disk (locked, damaged, not a disk at all).
    """
    chain = chains.get(path_key(path)) or Chain(path, False)
    if chain.exists and not chain.links:
        if chain.hresult == BAD_NETWORK_PATH:
            raise Unreadable(
                f"whether the disk file {path} is there is not known: {chain.error}. The host goes there with the "
                "rights of this logon, which may not reach further (docs/second-hop.md), or the server is away."
            )
        remedy = "Whatever holds it (a backup, a scan, a mount, a copy) must let go of it; then run again."
        if chain.hresult not in (None, SHARING_VIOLATION):
            remedy = (
                "It may be damaged, no virtual disk at all, or not be open to this user: see to that, then run again."
            )
        raise Unreadable(
            f"the disk file {path} is there, but the host could not read it: {chain.error or 'no reason given'}. "
            f"{remedy}"
        )
    return chain


def _link(row: t.Mapping[str, t.Any]) -> Link:
    return Link(
        path=row["path"],
        type=str(row["type"] or "").lower(),
        size=int(row["size"] or 0),
        parent=row.get("parent") or None,
        format=str(row.get("format") or "").lower(),
        file_size=int(row.get("file_size") or 0),
        minimum_size=row.get("minimum_size"),
        block_size=row.get("block_size"),
        logical_sector_size=row.get("logical_sector_size"),
        physical_sector_size=row.get("physical_sector_size"),
        identifier=row.get("identifier"),
        attached=bool(row.get("attached")),
        disk_number=row.get("disk_number"),
    )
