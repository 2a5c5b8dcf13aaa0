# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the VMs of one plan share: files, space, directories, and who holds what."""

from __future__ import annotations

import dataclasses

from ...core.plan import PlannedStep
from ...core.step import Step
from ..virtual_disk import Chain, SpaceAccount, directory_of, is_inside, path_key
from .lent_devices import HostDevice, HostOffers
from .observation import Observation


@dataclasses.dataclass
class World:
    """The host as far as it concerns more than one VM of the plan.

    Attributes:
        leaving: ids of the VMs that the plan deletes.
        after: chains as they will be, where the plan changes or makes them.
        directories: directories that the plan makes, by `path_key`.
        shared_files: steps that make files which several VMs share: none of their lanes may begin before.
        lent_disks: names of VMs that the plan gives disks of the host, by the disks' numbers.
        deleted_files: files that the plan deletes, by `path_key`.
        returned: location paths of devices that the plan gives back to the host, by themselves in lower case.
    """

    observation: Observation
    space: SpaceAccount
    leaving: frozenset[str] = frozenset()
    after: dict[str, Chain] = dataclasses.field(default_factory=dict)
    directories: dict[str, str] = dataclasses.field(default_factory=dict)
    shared_files: list[PlannedStep] = dataclasses.field(default_factory=list)
    lent_disks: dict[int, str] = dataclasses.field(default_factory=dict)
    deleted_files: set[str] = dataclasses.field(default_factory=set)
    returned: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def offers_after(self) -> HostOffers:
        """What the host has to lend as it will be: devices that were given back are in use there."""
        offers = self.observation.offers
        if not self.returned:
            return offers
        back = tuple(HostDevice("", location, True) for location in self.returned.values())
        return dataclasses.replace(offers, devices=(*back, *offers.devices))

    def need_directory(self, path: str, chain: Chain | None, made_by_host: str | None) -> None:
        """Note that a file is to be made, and so its directory too if that is not there.

        Args:
            made_by_host: a directory that New-VM makes before, together with those above it.
        """
        directory = directory_of(path)
        there = chain is None or chain.directory_exists is not False
        if there or (made_by_host is not None and is_inside(made_by_host, directory)):
            return
        self.directories.setdefault(path_key(directory), directory)

    def directory_steps(self) -> list[PlannedStep]:
        """Return the steps that make the directories; one step makes its parents, too."""
        steps = []
        for number, directory in enumerate(self.directories.values()):
            step = Step(
                f"directory{number}",
                "Microsoft.PowerShell.Management\\New-Item",
                {"ItemType": "Directory", "Path": directory, "Force": True},
            )
            steps.append(PlannedStep(step, ("a directory for disk files",), f"directory {directory}"))
        return steps
