# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Who uses a virtual disk file, told from what the module `vm_info` returns."""

from __future__ import annotations

import collections.abc as c
import typing as t

from ..areas.virtual_disk.paths import path_key

Machine = c.Mapping[str, t.Any]


def disk_users(machines: c.Iterable[Machine], path: str) -> list[dict[str, t.Any]]:
    """Return which machines use a file.

    Args:
        machines: `vms` of `vm_info`, read with the part `disks`.
        path: of the file; case and the kind of slashes do not matter.

    Returns:
        One entry for each disk: `vm`, `state` and `slot`, and `use`: `disk` if the file itself is attached, so that the
        machine writes to it, `parent` if the machine's disk is based on it.
    """
    key = path_key(path)
    users = []
    for machine in machines:
        for disk in machine.get("disks") or ():
            use = _use(disk, key)
            if use is not None:
                users.append(
                    {
                        "vm": machine.get("name"),
                        "state": machine.get("state"),
                        "slot": disk.get("slot"),
                        "use": use,
                    }
                )
    return users


def _use(disk: Machine, key: str) -> str | None:
    if disk.get("path") and path_key(str(disk["path"])) == key:
        return "disk"
    if any(path_key(str(parent)) == key for parent in disk.get("parents") or ()):
        return "parent"
    return None
