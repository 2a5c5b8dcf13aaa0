# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Making and removing virtual machines with their configuration files."""

from __future__ import annotations

import typing as t

from . import checkpoints
from .errors import FileError, OperationFailed, invalid_parameter, invalid_state
from .machine import VirtualMachine
from .releases import version_key
from .storage_migration import refuse_while_moving

if t.TYPE_CHECKING:
    from .host import Host

NAME_LIMIT = 100
_FORBIDDEN_IN_FOLDERS = '<>:"/\\|?*'


def create_machine(host: Host, name: str, generation: int, *, path: str | None, version: str | None) -> VirtualMachine:
    """Register a machine with one adapter, and the DVD drive of generation 1.

    Raises:
        OperationFailed: unsupported generation or version (VM-05), a name that cannot be a folder (VM-06), an
            unreachable path (VM-07).
    """
    if generation not in (1, 2):
        raise invalid_parameter(f"Generation {generation} is not supported.")
    chosen = version or host.windows.default_version
    if chosen not in host.windows.versions:  # VM-05
        raise invalid_parameter(f"Virtual machine configuration version {chosen} is not supported by this host.")
    if not name or len(name) > NAME_LIMIT:  # VM-06
        raise invalid_parameter(f"The virtual machine name has {len(name)} characters; 1 to {NAME_LIMIT} are allowed.")
    if path is not None:
        if any(character in name for character in _FORBIDDEN_IN_FOLDERS):  # VM-06
            raise invalid_parameter(f"The name '{name}' cannot be the name of a folder below '{path}'.")
        folder = path.rstrip("\\") + "\\" + name.rstrip(" .")
    else:
        folder = host.machine_path
    machine = VirtualMachine(host, name, generation, folder.rstrip("\\"), chosen)
    try:
        for part in ("Virtual Machines", "Snapshots"):
            host.files.make_directory(f"{machine.path}\\{part}")
        for suffix in (".vmcx", ".vmgs", ".vmrs"):
            host.files.make_file(f"{machine.path}\\Virtual Machines\\{str(machine.id).upper()}{suffix}", 64 * 1024)
    except FileError as failure:  # VM-07
        raise OperationFailed(
            f"The operation failed.\nThe virtual machine configuration store '{machine.path}' cannot be "
            f"written: {failure.message}",
            error_id="OperationFailed",
            category=failure.category,
            hresult=failure.hresult,
        ) from failure
    if version_key(chosen) < (8, 0):
        machine.settings.automatic_checkpoints = False
    host.machines[machine.id] = machine
    host.names_changed()
    return machine


def remove_machine(machine: VirtualMachine) -> None:
    """Unregister a machine and delete its configuration; its virtual disks stay (VM-09).

    Raises:
        OperationFailed: InvalidState unless it is off (VM-08; a saved one needs Remove-VMSavedState first).
    """
    if machine.state != "Off":  # VM-08
        raise invalid_state(
            f"'{machine.name}' failed to delete: the operation cannot be performed while the object is in its "
            f"current state "
            f"({machine.state}). (Virtual machine ID {str(machine.id).upper()})"
        )
    refuse_while_moving(machine, "failed to delete")
    for checkpoint in [each for each in machine.checkpoints if each.parent is None]:
        checkpoints.remove(checkpoint, subtree=True)  # CHK-09: the merges go on after the removal
    host = machine.host
    for suffix in (".vmcx", ".vmgs", ".vmrs"):
        path = f"{machine.path}\\Virtual Machines\\{str(machine.id).upper()}{suffix}"
        if host.files.exists(path):
            host.files.remove(path)
    machine.deleted = True
    del host.machines[machine.id]
    host.names_changed()


def touch_configuration(machine: VirtualMachine) -> None:
    """Give a machine's configuration file the time of now: something about the machine was changed (EXP-10)."""
    path = f"{machine.path}\\Virtual Machines\\{str(machine.id).upper()}.vmcx"
    entry = None if machine.deleted or machine.planned else machine.host.files.find(path)
    if entry is not None:
        entry.changed = machine.host.estate.clock.utc()  # EXP-10


def rename_machine(machine: VirtualMachine, name: str) -> None:
    """Give a machine another name; its folder keeps the old one (VM-11)."""
    if not name or len(name) > NAME_LIMIT:
        raise invalid_parameter(f"The virtual machine name has {len(name)} characters; 1 to {NAME_LIMIT} are allowed.")
    machine.settings.name = name  # VM-11
    machine.host.names_changed()


def default_disk_path(machine: VirtualMachine, path: str) -> str:
    """A path for a new disk: a bare name goes into the machine's own folder."""
    if "\\" in path or ":" in path:
        return path
    folder = f"{machine.path}\\Virtual Hard Disks"
    machine.host.files.make_directory(folder)
    return f"{folder}\\{path}"
