# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Who uses a disk file, as far as the host's VMs and the declared disks tell."""

from __future__ import annotations

import collections.abc as c

from ..virtual_disk import Chains, path_key, same_path
from .observation import DisksObservation, Drive


class FileUse:
    """Answers who uses a file while the steps of a plan run one after another."""

    def __init__(self, observation: DisksObservation, declared: Chains) -> None:
        """Args: declared: chains of the declared disks; the planner changes them as its steps go."""
        self._observation = observation
        self._declared = declared

    def builds_on(self, path: str) -> list[str]:
        """Return the users that build on a file: drives' files with their VMs, and declared disks."""
        users = []
        for drive in self._observation.drives:
            chain = self._observation.chain_of(drive)
            if chain is not None and any(same_path(link.path, path) for link in chain.links[1:]):
                users.append(f"{drive.path} of VM {drive.vm}")
        attached = {path_key(drive.path) for drive in self._observation.drives}
        for key, chain in self._declared.items():
            if key not in attached and any(same_path(link.path, path) for link in chain.links[1:]):
                users.append(chain.path)
        return list(dict.fromkeys(users))

    def has_attached(self, path: str) -> list[Drive]:
        """Return the drives that have this very file."""
        return self._observation.drives_of(path)

    def unknown(self) -> list[str]:
        """Return the files of drives whose parents could not be read, with their VMs."""
        files = []
        for drive in self._observation.drives:
            chain = self._observation.chain_of(drive)
            if chain is not None and chain.exists and not chain.links:
                files.append(f"{drive.path} of VM {drive.vm} ({chain.error or 'no reason given'})")
        return files

    def obstacle_to_writing(self, path: str) -> str | None:
        """Return why a file may not be written to because others build on it, or None."""
        users = self.builds_on(path)
        if users:
            return f"other disks build on it and would be damaged: {listed(users)}"
        unknown = self.unknown()
        if unknown:
            return f"it is not known what these disks build on, because they cannot be read: {listed(unknown)}"
        return None


def listed(texts: c.Sequence[str], most: int = 10) -> str:
    """Return texts as one, the first of them by name and the rest by number."""
    shown = ", ".join(texts[:most])
    return shown if len(texts) <= most else f"{shown} and {len(texts) - most} more"


def vm_names(drives: c.Iterable[Drive]) -> str:
    """Return the names of the drives' VMs."""
    return listed(sorted({drive.vm for drive in drives}))
