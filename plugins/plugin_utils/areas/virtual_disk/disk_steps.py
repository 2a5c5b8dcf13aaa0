# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From a disk file as it is to the file as declared: creation, adoption, growth.

A file that is not there is made in one step where a cmdlet can (New-VHD), or else under a second name that becomes the
real one only when all is done, so that a half-made file is never taken for the disk.
"""

from __future__ import annotations

import dataclasses
import ntpath
import typing as t

from ...core.plan import Refusal
from ...core.size import size_text
from ...core.step import Step
from .chain import Chain, Chains, Link, readable_chain
from .disk_file import FORMATS, DiskFile
from .locked_files import LOCKED
from .paths import extension_of, normal_path, partial_path, path_key, same_path

#: What a dynamic or differencing file takes before anything is written to it: headers, log and allocation tables
#: (MS-VHDX: 1 MiB header section, 1 MiB log, metadata and block allocation table regions of 1 MiB at least).
EMPTY_FILE = 4 * 1024**2

#: Types by the switch of New-VHD that makes them.
_SWITCHES = {"fixed": "Fixed", "dynamic": "Dynamic", "differencing": "Differencing"}


@dataclasses.dataclass(frozen=True)
class FileUser:
    """A VM that has a file as its disk.

    Attributes:
        vm: its name.
        running: whether it may be writing to the file now.
    """

    vm: str
    running: bool


#: Who has which file as a disk, by `path_key`.
FileUsers = t.Mapping[str, FileUser]


@dataclasses.dataclass(frozen=True)
class FileStep:
    """A step on a disk file with its reason; an empty reason marks a step that only helps the next.

    Attributes:
        long: whether it may take minutes or hours, because it writes as much as the disk is large.
    """

    step: Step
    reason: str
    long: bool = False


@dataclasses.dataclass(frozen=True)
class FilePlan:
    """What happens to one file.

    Attributes:
        steps: in order.
        refusals: why the declaration cannot be reached.
        after: the chain once the steps have run; None when there is no such file then.
        taken: bytes that the file takes at once beyond what it has now.
        promised: bytes by which it may grow later.
        made: whether the file did not exist before.
    """

    steps: tuple[FileStep, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    after: Chain | None = None
    taken: int = 0
    promised: int = 0
    made: bool = False


def plan_disk_file(
    file: DiskFile, chains: Chains, step_id: str, lane: str | None = None, users: FileUsers | None = None
) -> FilePlan:
    """Return the steps from the file as it is to the file as declared.

    Args:
        chains: chains of the file, its parent and its template, by `path_key`.
        step_id: prefix of the ids of the steps.
        lane: lane of the steps.
        users: VMs that have the parent or the template as a disk of their own.

    Raises:
        Unreadable: when a file is there that the host could not read.
    """
    chain = readable_chain(chains, file.path)
    if chain.exists:
        return adoption_plan(file, chain, step_id, lane)
    if file.parent is not None:
        return _child_plan(file, chains, step_id, lane, users or {})
    if file.copy_of is not None:
        return _copy_plan(file, chains, step_id, lane, users or {})
    if file.size is None:
        return _refused(
            file.where("path"),
            f"the disk {file.path} is asked for",
            "there is no such file, and nothing says how to make it",
            "Give size, parent or copy_of, or the path of a file that is there.",
        )
    return _new_plan(file, step_id, lane)


def adoption_plan(file: DiskFile, chain: Chain, step_id: str, lane: str | None = None) -> FilePlan:
    """Return the plan for a file that is there: nothing, growth, or why it is not the declared one."""
    link = chain.link_at(file.path)
    if link is None:
        raise AssertionError("the caller looks the chain up by this path")
    refusals = type_refusals(file, link)
    if chain.missing_parent is not None and not refusals:
        refusals = [
            Refusal(
                file.where("path"),
                f"the disk {file.path} is asked for",
                f"its chain is broken: {chain.missing_parent} is not there or cannot be read",
                "Bring that file back, or give the disk another path.",
            )
        ]
    if refusals:
        return FilePlan(refusals=tuple(refusals), after=chain)
    return growth_plan(file, chain, step_id, lane)


def type_refusals(file: DiskFile, link: Link) -> list[Refusal]:
    """Return why an existing file is not of the declared type, or not a child of the declared parent."""
    if file.parent is not None and link.type == "differencing" and not same_path(link.parent, file.parent):
        return [
            Refusal(
                file.where("parent"),
                f"{file.path} is to build on {file.parent}",
                f"it builds on {link.parent}",
                "The module vhd changes that with reparent: true (Set-VHD -ParentPath); or give the disk another path.",
            )
        ]
    wanted = file.wanted_type
    if wanted == "differencing" and link.type != wanted:
        return [
            Refusal(
                file.where("parent" if file.type is None else "type"),
                f"{file.path} is to build on {file.parent}",
                f"the file that is there is {link.type}",
                "A disk is made as a child or never (New-VHD -Differencing); give this one another path.",
            )
        ]
    if wanted is not None and link.type != wanted:
        return [
            Refusal(
                file.where("type"),
                f"{file.path} is to be {wanted}",
                f"the file that is there is {link.type}",
                "The module vhd converts it with convert: true (Convert-VHD); or give the disk another path.",
            )
        ]
    return []


def growth_plan(
    file: DiskFile, chain: Chain, step_id: str, lane: str | None = None, *, running: bool = False, hot: bool = True
) -> FilePlan:
    """Return the plan that brings an existing file to its declared size.

    Args:
        running: whether a VM has the file open.
        hot: whether the disk is on a controller that allows growth while running.
    """
    link = chain.link_at(file.path)
    if link is None or chain.top is None:
        raise AssertionError("the caller looks the chain up by this path")
    if file.size is None or file.size == link.size:
        return FilePlan(after=chain)
    asked = f"{file.path} is to have {size_text(file.size)}"
    if file.size < link.size:
        return _refused(
            file.where("size"),
            asked,
            f"it has {size_text(link.size)}, and shrinking can cut off data",
            "Declare the size that it has, or shrink its partitions, then the disk (module vhd, allow_shrink: true).",
            chain,
        )
    if not same_path(chain.top.path, file.path):
        return _refused(
            file.where("size"),
            asked,
            f"it lies under a checkpoint ({chain.top.path})",
            "Remove the checkpoints first: growing a file below others breaks the chain.",
            chain,
        )
    if link.format == "vhd" and link.type == "differencing":
        return _refused(
            file.where("size"),
            asked,
            "a differencing VHD has the size of its parent",
            "Use a VHDX, or leave out size.",
            chain,
        )
    if running and not (hot and extension_of(file.path) in (".vhdx", ".vhds")):
        return _refused(
            file.where("size"),
            asked,
            "the VM is running, and only a VHDX on a SCSI controller grows under a running VM",
            "Stop the VM first; the module vm does it by itself with restart: if_needed.",
            chain,
        )
    after = _with_top(chain, dataclasses.replace(chain.top, size=file.size))
    grown = file.size - link.size
    taken = grown if link.type == "fixed" else 0
    step = Step(
        f"{step_id}.grow",
        "Hyper-V\\Resize-VHD",
        {"Path": link.path, "SizeBytes": file.size},
        retry=LOCKED,
        lane=lane,
    )
    grows = FileStep(step, f"size: {size_text(link.size)} -> {size_text(file.size)}", long=link.type == "fixed")
    return FilePlan((grows,), after=after, taken=taken, promised=grown - taken)


def _new_plan(file: DiskFile, step_id: str, lane: str | None) -> FilePlan:
    if file.size is None:
        raise AssertionError("the caller has checked this")
    kind = file.wanted_type or "dynamic"
    parameters = {
        "Path": normal_path(file.path),
        "SizeBytes": file.size,
        _SWITCHES[kind]: True,
        **_creation_only(file, True),
    }
    link = Link(normal_path(file.path), kind, file.size, format=FORMATS[extension_of(file.path)])
    taken = file.size if kind == "fixed" else EMPTY_FILE
    return FilePlan(
        (
            FileStep(
                Step(f"{step_id}.make", "Hyper-V\\New-VHD", parameters, lane=lane),
                f"{kind} disk of {size_text(file.size)}",
                long=kind == "fixed",
            ),
        ),
        after=Chain(file.path, True, links=(link,)),
        taken=taken,
        promised=max(file.size - taken, 0),
        made=True,
    )


def _child_plan(file: DiskFile, chains: Chains, step_id: str, lane: str | None, users: FileUsers) -> FilePlan:
    if file.parent is None:
        raise AssertionError("the caller has checked this")
    parent = readable_chain(chains, file.parent)
    if parent.top is None or parent.missing_parent is not None:
        return _source_missing(file, "parent", parent.missing_parent or file.parent)
    user = users.get(path_key(file.parent))
    if user is not None:
        return _refused(
            file.where("parent"),
            f"{file.path} is to build on {file.parent}",
            f"VM {user.vm} has that file as its own disk, and whatever it writes there damages every child",
            "Detach it from that VM, or build on another file.",
        )
    size = parent.top.size if file.size is None else file.size
    if size < parent.top.size:
        return _too_small(file, size, f"its parent {file.parent}", parent.top.size, "A child is as large as its parent")
    parameters: dict[str, t.Any] = {
        "Path": normal_path(file.path),
        "ParentPath": parent.top.path,
        "Differencing": True,
        **_creation_only(file, False),
    }
    if size != parent.top.size:
        parameters["SizeBytes"] = size
    link = Link(normal_path(file.path), "differencing", size, parent.top.path, FORMATS[extension_of(file.path)])
    reason = f"differencing disk on {parent.top.path}" + (f", {size_text(size)}" if "SizeBytes" in parameters else "")
    return FilePlan(
        (FileStep(Step(f"{step_id}.make", "Hyper-V\\New-VHD", parameters, lane=lane), reason),),
        after=Chain(file.path, True, links=(link, *parent.links)),
        taken=EMPTY_FILE,
        promised=max(size - EMPTY_FILE, 0),
        made=True,
    )


def _copy_plan(file: DiskFile, chains: Chains, step_id: str, lane: str | None, users: FileUsers) -> FilePlan:
    if file.copy_of is None:
        raise AssertionError("the caller has checked this")
    source = readable_chain(chains, file.copy_of)
    if source.top is None or source.missing_parent is not None:
        return _source_missing(file, "copy_of", source.missing_parent or file.copy_of)
    user = users.get(path_key(file.copy_of))
    if user is not None and user.running:
        return _refused(
            file.where("copy_of"),
            f"{file.path} is to be a copy of {file.copy_of}",
            f"VM {user.vm} is running on that file, and a copy of a disk that is written to is damaged",
            "Stop that VM, or copy another file.",
        )
    size = source.top.size if file.size is None else file.size
    if size < source.top.size:
        return _too_small(
            file, size, f"its template {file.copy_of}", source.top.size, "A copy is as large as its template"
        )
    path, growing = normal_path(file.path), partial_path(file.path)
    steps = [
        FileStep(
            Step(
                f"{step_id}.copy",
                "Microsoft.PowerShell.Management\\Copy-Item",
                {"LiteralPath": source.top.path, "Destination": growing, "Force": True},
                retry=LOCKED,
                lane=lane,
            ),
            f"copy of {source.top.path}",
            long=True,
        )
    ]
    if extension_of(path) == ".vhdx":  # the older format keeps no identifier that Set-VHD could reset
        reset = {"Path": growing, "ResetDiskIdentifier": True, "Force": True}
        step = Step(f"{step_id}.identifier", "Hyper-V\\Set-VHD", reset, retry=LOCKED, lane=lane)
        steps.append(FileStep(step, "an identifier of its own"))
    if size != source.top.size:
        parameters = {"Path": growing, "SizeBytes": size}
        step = Step(f"{step_id}.grow", "Hyper-V\\Resize-VHD", parameters, retry=LOCKED, lane=lane)
        reason = f"size: {size_text(source.top.size)} -> {size_text(size)}"
        steps.append(FileStep(step, reason, long=source.top.type == "fixed"))
    rename = Step(
        f"{step_id}.whole",
        "Microsoft.PowerShell.Management\\Rename-Item",
        {"LiteralPath": growing, "NewName": ntpath.basename(path)},
        retry=LOCKED,
        lane=lane,
    )
    steps.append(FileStep(rename, "the copy is whole"))
    link = dataclasses.replace(source.top, path=path, size=size, attached=False)
    now = max(source.top.file_size, EMPTY_FILE) + (size - source.top.size if source.top.type == "fixed" else 0)
    half_made = chains.get(path_key(growing))
    had = half_made.top.file_size if half_made is not None and half_made.top is not None else 0
    return FilePlan(
        tuple(steps),
        after=Chain(file.path, True, links=(link, *source.links[1:])),
        taken=max(now - had, 0),
        promised=max(size - now, 0) if source.top.type != "fixed" else 0,
        made=True,
    )


def _creation_only(file: DiskFile, sectors: bool) -> dict[str, int]:
    wanted = {"BlockSizeBytes": file.block_size, "PhysicalSectorSizeBytes": file.physical_sector_size}
    if sectors:
        wanted["LogicalSectorSizeBytes"] = file.logical_sector_size
    return {name: value for name, value in wanted.items() if value is not None}


def _with_top(chain: Chain, link: Link) -> Chain:
    return dataclasses.replace(chain, links=(link, *chain.links[1:]))


def _too_small(file: DiskFile, wanted: int, source: str, size: int, rule: str) -> FilePlan:
    return _refused(
        file.where("size"),
        f"{file.path} is to have {size_text(wanted)}",
        f"{source} has {size_text(size)}",
        f"{rule} or larger.",
    )


def _source_missing(file: DiskFile, name: str, path: str) -> FilePlan:
    return _refused(
        file.where(name),
        f"the disk {file.path} is to be made from {path}",
        "there is no such file on the host",
        "Make or copy that file first, or correct the path.",
    )


def _refused(option: str, asked: str, obstacle: str, remedy: str, after: Chain | None = None) -> FilePlan:
    return FilePlan(refusals=(Refusal(option, asked, obstacle, remedy),), after=after)
