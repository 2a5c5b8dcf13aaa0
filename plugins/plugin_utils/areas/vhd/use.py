# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Who uses a disk file, as far as the host's VMs, the files beside it and the declared disks tell."""

from __future__ import annotations

import collections.abc as c

from ..virtual_disk import Chain, Chains, Link, path_key, same_path
from .observation import DisksObservation, Drive


class FileUse:
    """Answers who uses a file while the steps of a plan run one after another."""

    def __init__(self, observation: DisksObservation, declared: Chains, declared_paths: c.Iterable[str]) -> None:
        """Args:

        declared: chains of the declared disks; the planner changes them as its steps go.
        declared_paths: all of them, there or not.
        """
        self._observation = observation
        self._declared = declared
        attached = {path_key(drive.path) for drive in observation.drives}
        own = {path_key(path) for path in declared_paths}
        self._attached = attached
        self._gone: set[str] = set()
        self._neighbours = [
            chain for key, chain in observation.drive_chains.items() if key not in attached and key not in own
        ]

    def builds_on(self, path: str, but: c.Collection[str] = ()) -> list[str]:
        """Return the users that build on a file: drives' files with their owners, declared disks, files beside it.

        Args:
            but: `path_key` of files that do not count.
        """
        users = []
        for drive in self._observation.drives:
            chain = self._observation.chain_of(drive)
            if chain is not None and path_key(drive.path) not in but and _builds_on(chain, path):
                users.append(f"{drive.path} of {drive.owner}")
        for key, chain in self._declared.items():
            if key not in self._attached and key not in but and _builds_on(chain, path):
                users.append(chain.path)
        for chain in self._neighbours:
            if path_key(chain.path) not in but and path_key(chain.path) not in self._gone and _builds_on(chain, path):
                users.append(chain.path)
        return list(dict.fromkeys(users))

    def forget(self, path: str) -> None:
        """Note that a step of the plan takes a file away."""
        self._gone.add(path_key(path))

    def has_attached(self, path: str) -> list[Drive]:
        """Return the drives of VMs as they are that have this very file."""
        return [drive for drive in self._observation.drives_of(path) if not drive.checkpoint]

    def referring(self, path: str) -> list[Drive]:
        """Return the drives that have this very file, those of checkpoints too."""
        return self._observation.drives_of(path)

    def busy(self, path: str) -> list[Drive]:
        """Return the drives of VMs that are not off and have this very file."""
        return [drive for drive in self.has_attached(path) if drive.state != "Off"]

    def unknown(self) -> list[str]:
        """Return the files of drives whose parents could not be read, with their owners.

        Files that no drive has and that cannot be read do not count: who has such a file open has its parents open too,
        so that the host itself refuses to change those.
        """
        files = []
        for drive in self._observation.drives:
            chain = self._observation.chain_of(drive)
            if chain is not None and chain.exists and not chain.links:
                files.append(f"{drive.path} of {drive.owner} ({chain.error or 'no reason given'})")
        return list(dict.fromkeys(files))

    def obstacle_to_writing(self, path: str, but: c.Collection[str] = ()) -> str | None:
        """Return why a file may not be written to because others build on it, or None."""
        users = self.builds_on(path, but)
        if users:
            return f"other disks build on it and would be damaged: {listed(users)}"
        unknown = self.unknown()
        if unknown:
            return f"it is not known what these disks build on, because they cannot be read: {listed(unknown)}"
        return None

    def of_same_identifier(self, link: Link, chain: Chain) -> list[str]:
        """Return the files that have the identifier of a disk and do not belong to its chain.

        A child has the identifier of its parent, because a guest sees the same disk: files that share a parent count as
        one disk.
        """
        family = {path_key(one.path) for one in chain.links}
        found = []
        for other in (*self._observation.chains.values(), *self._observation.drive_chains.values()):
            if is_left_behind(other.path):
                continue
            if family.isdisjoint(path_key(one.path) for one in other.links):
                found += [one.path for one in other.links if one.identifier == link.identifier]
        return list(dict.fromkeys(found)) if link.identifier else []


def is_left_behind(path: str) -> bool:
    """Return whether a file has a name that only unfinished work gives."""
    return path_key(path).rpartition(".")[0].endswith((".partial", ".converting", ".replaced"))


def _builds_on(chain: Chain, path: str) -> bool:
    return any(same_path(link.path, path) for link in chain.links[1:]) or same_path(chain.missing_parent, path)


def listed(texts: c.Sequence[str], most: int = 10) -> str:
    """Return texts as one, the first of them by name and the rest by number."""
    shown = ", ".join(texts[:most])
    return shown if len(texts) <= most else f"{shown} and {len(texts) - most} more"


def owner_names(drives: c.Iterable[Drive]) -> str:
    """Return the owners of drives: VMs, or checkpoints of them."""
    return listed(sorted({drive.owner for drive in drives}))
