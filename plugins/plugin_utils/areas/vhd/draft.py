# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A plan while it is made."""

from __future__ import annotations

import dataclasses
import typing as t

from ...core.plan import PlannedStep, Refusal
from ...core.step import Step
from ..virtual_disk import LOCKED, Chain, FileStep, FileUser, Link, SpaceAccount, directory_of, path_key
from .declaration import DiskDeclaration
from .observation import DisksObservation
from .use import FileUse, owner_names

FILES = "Microsoft.PowerShell.Management"


@dataclasses.dataclass(frozen=True)
class DiskFacts:
    """What is known of a disk beside what is in its file.

    Attributes:
        mounted: whether the host has it as a disk of its own.
        read_only: whether it cannot be written through that.
        unique: whether no other disk has its identifier.
        compaction_due: whether the file has grown as much as declared since its last compaction.
    """

    mounted: bool = False
    read_only: bool = False
    unique: bool = True
    compaction_due: bool = False


@dataclasses.dataclass
class Draft:
    """The plan while it is made; `chains`, `own` and `facts` follow the steps.

    Attributes:
        own: chains of the declared disks, which `use` looks at.
    """

    observation: DisksObservation
    chains: dict[str, Chain]
    own: dict[str, Chain]
    facts: dict[str, DiskFacts]
    use: FileUse
    space: SpaceAccount
    directories: set[str] = dataclasses.field(default_factory=set)
    steps: list[PlannedStep] = dataclasses.field(default_factory=list)
    refusals: list[Refusal] = dataclasses.field(default_factory=list)
    warnings: list[str] = dataclasses.field(default_factory=list)

    def chain(self, disk: DiskDeclaration) -> Chain:
        """Return the chain of a declared disk as it is by now."""
        return self.chain_at(disk.file.path)

    def chain_at(self, path: str) -> Chain:
        """Return the chain at a path as it is by now."""
        return self.chains.get(path_key(path)) or Chain(path, False)

    def set_chain(self, path: str, chain: Chain) -> None:
        """Note what a file will be."""
        self.chains[path_key(path)] = chain
        if path_key(path) in self.own or chain.exists:
            self.own[path_key(path)] = chain

    def drop_chain(self, path: str) -> None:
        """Note that a file will be gone."""
        self.chains[path_key(path)] = Chain(path, False)
        self.own.pop(path_key(path), None)
        self.use.forget(path)

    def set_facts(self, disk: DiskDeclaration, **changes: bool) -> None:
        """Note what else will be known of a disk."""
        key = path_key(disk.file.path)
        self.facts[key] = dataclasses.replace(self.facts.get(key, DiskFacts()), **changes)

    def add(self, disk: DiskDeclaration, step: Step, reason: str, *, long: bool = False) -> None:
        """Add a step; an empty reason marks one that only helps the next."""
        reasons = (reason,) if reason else ()
        self.steps.append(PlannedStep(step, reasons, f"disk {disk.file.path}", long))

    def add_file_step(self, disk: DiskDeclaration, step: FileStep) -> None:
        """Add a step of a file's plan."""
        self.add(disk, step.step, step.reason, long=step.long)

    def refuse(self, disk: DiskDeclaration, option: str, asked: str, obstacle: str, remedy: str) -> None:
        """Note a refusal."""
        self.refusals.append(Refusal(disk.file.where(option), asked, obstacle, remedy))

    def make_directory(self, disk: DiskDeclaration, step_id: str) -> None:
        """Add the directory of a disk, if it is not there."""
        directory = directory_of(disk.file.path)
        observed = self.observation.chains.get(path_key(disk.file.path))
        if observed is None or observed.directory_exists is not False or path_key(directory) in self.directories:
            return
        self.directories.add(path_key(directory))
        parameters = {"Path": directory, "ItemType": "Directory", "Force": True}
        self.add(disk, Step(f"{step_id}.directory", f"{FILES}\\New-Item", parameters), f"directory: {directory}")

    def delete(self, disk: DiskDeclaration, path: str, step_id: str, reason: str) -> None:
        """Add the deletion of a file."""
        step = Step(step_id, f"{FILES}\\Remove-Item", {"LiteralPath": path, "Force": True}, retry=LOCKED)
        self.add(disk, step, reason)
        self.drop_chain(path)

    def users(self) -> dict[str, FileUser]:
        """Return the VMs that have files as their own disks, by `path_key`."""
        users: dict[str, FileUser] = {}
        for drive in self.observation.drives:
            if drive.checkpoint:
                continue
            user = FileUser(drive.vm, drive.state != "Off")
            if user.running or path_key(drive.path) not in users:
                users[path_key(drive.path)] = user
        return users

    def in_use(self, disk: DiskDeclaration, option: str, asked: str, link: Link) -> list[Refusal]:
        """Refuse a change that no one may have the file open for."""
        busy = self.use.busy(link.path)
        if not busy and not link.attached:
            return []
        return [
            Refusal(
                disk.file.where(option),
                f"{link.path} is to be changed ({asked})",
                f"it is in use by {self.holder(link)}",
                "Turn the VM off, or dismount the disk (state: dismounted), first.",
            )
        ]

    def holder(self, link: Link) -> str:
        """Return who has a file open, as a message names it."""
        busy = self.use.busy(link.path)
        if busy:
            return owner_names(busy)
        if link.disk_number is not None:
            return f"this host, which has mounted it as disk {link.disk_number}"
        return "a mount or a VM of another host"


def file_step(step_id: str, call: str, parameters: t.Mapping[str, t.Any]) -> Step:
    """Return a step on a disk file, which waits for a while when another program has the file open."""
    return Step(step_id, call, parameters, retry=LOCKED)
