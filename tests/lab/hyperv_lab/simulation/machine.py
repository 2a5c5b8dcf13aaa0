# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A virtual machine: its power state, what its guest does, and the files it holds open."""

from __future__ import annotations

import typing as t
import uuid

from . import assignable_devices, fibre_channel, gpu_partitions, physical_disks, virtual_disks
from .errors import (
    DEVICE_NOT_READY,
    DISK_FULL,
    OUT_OF_MEMORY,
    FileError,
    OperationFailed,
    in_use,
    invalid_parameter,
    invalid_state,
)
from .guests import GuestSystem
from .settings import GIBIBYTE, MEBIBYTE, Drive, HardDiskDrive, NetworkAdapter, Settings
from .values import SimObject

if t.TYPE_CHECKING:
    from .checkpoints import Checkpoint, Merge
    from .files import Entry
    from .host import Host

ACTIVE = frozenset({"Running", "Paused", "Starting", "Stopping", "Saving", "Pausing", "Resuming", "PausedCritical"})


class VirtualMachine(SimObject):
    """A virtual machine and its checkpoints.

    Attributes:
        path: folder of its configuration (property Path).
        state: name of a VMState.
        epoch: counts power cycles; events of an older one are void.
        assigned: bytes of memory it has now.
        merges: disk merges under way, oldest first.
        planned: whether it is only planned: not imported yet.
        exporting: number of exports under way.
        storage_migration: phase of the storage migration under way, a name of VMOperationalStatus, or "".
    """

    type_name = "Microsoft.HyperV.PowerShell.VirtualMachine"

    def __init__(self, host: Host, name: str, generation: int, path: str, version: str) -> None:
        self.host = host
        self.id = uuid.uuid4()
        self.version = version
        self.path = path
        self.snapshot_path = path
        self.smart_paging_path = path
        self.created = host.estate.clock.utc()
        self.state = "Off"
        self.epoch = 0
        self.started_at: float | None = None
        self.changed_at = host.estate.clock.now()
        self.assigned = 0
        self.guest: GuestSystem | None = None
        self.heartbeat = False
        self.has_addresses = False
        self.saved_bytes = 0
        self.deleted = False
        self.planned = False
        self.exporting = 0
        self.metered_since: float | None = None
        self.checkpoints: list[Checkpoint] = []
        self.parent_checkpoint: Checkpoint | None = None
        self.merges: list[Merge] = []
        self.storage_migration = ""
        self.settings = Settings(self, name, generation)

    # Identity

    @property
    def key(self) -> str:
        return f"VirtualMachine:{self.id}"

    @property
    def machine(self) -> VirtualMachine:
        """Itself: parts ask their owner for the machine."""
        return self

    @property
    def name(self) -> str:
        """Its name; not unique, and free of rules."""
        return self.settings.name

    @property
    def generation(self) -> int:
        """1 or 2."""
        return self.settings.generation

    @property
    def active(self) -> bool:
        """Whether it holds memory and files."""
        return self.state in ACTIVE

    @property
    def uptime(self) -> float:
        """Simulated seconds since power-on."""
        return 0.0 if self.started_at is None else self.host.estate.clock.now() - self.started_at

    def about(self, text: str) -> str:
        """A message in the manner of Hyper-V: what happened, then the identification."""
        return f"'{self.name}' {text} (Virtual machine ID {str(self.id).upper()})"

    def require_off(self, what: str) -> None:
        """Raise InvalidState unless it is off (VM-10)."""
        if self.state != "Off":  # VM-10
            raise invalid_state(
                f"Failed to modify {what}.\n{self.about(f'failed to modify {what}.')}\n"
                "The operation cannot be performed while the virtual machine is in its current state."
            )

    # Power

    def start(self) -> bool:
        """Turn it on, restore it, or resume it. False if it was running already.

        Raises:
            OperationFailed: the state forbids it, memory or a file is missing, addresses are exhausted.
        """
        if self.state == "Running":
            return False  # PWR-01
        if self.state in ("Paused", "PausedCritical"):
            self._enter("Running")  # PWR-02
            return True
        if self.state not in ("Off", "Saved"):
            raise self.wrong_state("started")
        was_saved = self.state == "Saved"
        if not was_saved:
            self._take_automatic_checkpoint()
        entries = self._check_drives()
        self._reserve_memory()
        try:
            self._assign_addresses()
            self._check_boot()
            fibre_channel.check_start(self)
            assignable_devices.check_start(self)
            gpu_partitions.place(self)
        except OperationFailed:
            self.assigned = 0
            raise
        self.epoch += 1
        self._enter("Running")
        self._open_files()
        if was_saved:
            self._drop_saved_state()
            self.started_at = self.host.estate.clock.now()
            if self.guest is not None and not self.heartbeat:  # PWR-17
                self.host.estate.schedule(self.guest.boot_seconds, self, "guest_booted", self.epoch)
        else:
            self._power_on(entries)
        return True

    def _power_on(self, entries: list[list[Entry]]) -> None:
        self.started_at = self.host.estate.clock.now()
        self.heartbeat = False
        self.has_addresses = False
        self.guest = self._find_guest(entries)
        for chain in entries:
            virtual_disks.disk_of(chain[0]).touch()  # VHD-21: a running machine writes to its disk
        if self.guest is not None:
            self.host.estate.schedule(self.guest.boot_seconds, self, "guest_booted", self.epoch)

    def guest_booted(self, epoch: int) -> None:
        """The guest has booted: heartbeat, boot entry, first writes, memory demand."""
        if epoch != self.epoch or self.state not in ("Running", "Paused") or self.guest is None:
            return
        guest = self.guest
        firmware = self.settings.firmware
        if (
            firmware is not None
            and guest.boot_entry
            and all(source.boot_type != "File" for source in firmware.boot_order)
        ):
            from .settings import BootSource

            firmware.boot_order.insert(0, BootSource(self.settings, None, guest.boot_entry))  # FW-05
        self._write(guest.boot_writes)
        if not guest.integration_services or self.state == "PausedCritical":
            return
        self.heartbeat = True
        memory = self.settings.memory
        if memory.dynamic:
            self.assigned = max(memory.minimum, min(self.assigned, memory.startup * 6 // 10))  # MEM-06
        self.host.estate.schedule(guest.address_seconds, self, "guest_addressed", epoch)

    def guest_addressed(self, epoch: int) -> None:
        """The guest reports IP addresses."""
        if epoch == self.epoch and self.heartbeat and self.guest is not None:
            self.has_addresses = self.guest.addresses

    def _write(self, amount: int) -> None:
        for drive in self.settings.disks:
            entry = self.host.files.find(drive.path) if drive.path else None
            if entry is None or entry.disk is None:
                continue
            disk = entry.disk
            if disk.kind != "Fixed":
                before = disk.used
                disk.used = min(disk.size, disk.used + amount)
                try:
                    virtual_disks.set_file_length(self.host, entry)
                except FileError:
                    disk.used = before
                    self.state = "PausedCritical"  # PWR-12
            return

    def turn_off(self, *, keep_automatic: bool = False) -> bool:
        """Pull the plug. False if it was off.

        Args:
            keep_automatic: whether an automatic checkpoint stays, as it does when a checkpoint is applied.
        """
        if self.state == "Off":
            return False
        self._power_off(keep_automatic=keep_automatic)
        return True

    def _take_automatic_checkpoint(self) -> None:
        from .checkpoints import take_automatic  # it looks at machines

        take_automatic(self)

    def _power_off(self, *, keep_automatic: bool = False) -> None:
        if self.state == "Saved":
            self._drop_saved_state()
        self._close_files()
        self.epoch += 1
        self.assigned = 0
        self.started_at = None
        self.heartbeat = False
        self.has_addresses = False
        self.guest = None
        self._enter("Off")
        if not keep_automatic and self.checkpoints:
            from .checkpoints import remove_automatic  # it looks at machines

            remove_automatic(self)

    @property
    def answers(self) -> bool:
        """Whether its shutdown service does."""
        return self.heartbeat and self.settings.services[3].enabled

    def request_shutdown(self) -> None:
        """Ask the guest to shut down; it powers off after its own time.

        Raises:
            OperationFailed: not running (InvalidState), or the shutdown service does not answer (0x80070015).
        """
        if self.state != "Running":
            raise self.wrong_state("shut down")
        if not self.answers:  # PWR-05
            raise OperationFailed(
                f"Failed to shut down virtual machine '{self.name}'.\nThe shutdown integration service does not "
                f"answer: The device is not "
                f"ready. (0x80070015). (Virtual machine ID {str(self.id).upper()})",
                error_id="OperationFailed",
                category="NotSpecified",
                hresult=DEVICE_NOT_READY,
            )
        assert self.guest is not None
        self._enter("Stopping")
        if not self.guest.ignores_shutdown:
            self.host.estate.schedule(self.guest.shutdown_seconds, self, "guest_stopped", self.epoch)

    def guest_stopped(self, epoch: int) -> None:
        """The guest has shut down."""
        if epoch == self.epoch and self.state in ("Stopping", "Running"):
            self._power_off()

    def save(self) -> bool:
        """Write its memory to disk and stop. False if it was saved.

        Raises:
            OperationFailed: not running or paused, or the volume is full (0x80070070).
        """
        if self.state == "Saved":
            return False
        if self.state not in ("Running", "Paused", "Stopping"):  # PWR-15
            raise self.wrong_state("saved")
        assignable_devices.refuse_saving(self)
        try:
            self.host.files.make_file(self.saved_state_file, self.assigned, replace=True)
        except FileError as failure:  # PWR-07
            raise OperationFailed(
                f"{self.about('failed to save.')}\n{failure.message}", error_id="OperationFailed", hresult=DISK_FULL
            ) from failure
        self.saved_bytes = self.assigned
        self.assigned = 0
        self._close_files()
        self.epoch += 1
        self._enter("Saved")
        return True

    def remove_saved_state(self) -> None:
        """Throw the saved state away; the machine is off then. Raises InvalidState for another state (PWR-09)."""
        if self.state != "Saved":  # PWR-09
            raise self.wrong_state("stripped of its saved state")
        self._power_off()

    def pause(self) -> bool:
        """Stop its processors. False if they stood still already."""
        if self.state == "Paused":
            return False
        if self.state != "Running":
            raise self.wrong_state("paused")
        self._enter("Paused")
        return True

    def resume(self) -> bool:
        """Let its processors run again. False if they did."""
        if self.state == "Running":
            return False
        if self.state not in ("Paused", "PausedCritical"):
            raise self.wrong_state("resumed")
        self._enter("Running")
        return True

    def reset(self) -> None:
        """Hard reset: the guest boots anew."""
        if self.state not in ("Running", "Paused"):
            raise self.wrong_state("restarted")
        entries = self._check_drives(running=True)
        self.epoch += 1
        self._enter("Running")
        self._power_on(entries)

    def _enter(self, state: str) -> None:
        self.state = state
        self.changed_at = self.host.estate.clock.now()

    def wrong_state(self, done: str) -> OperationFailed:
        return invalid_state(  # PWR-03
            f"'{self.name}' cannot be {done}: the operation cannot be performed while the object is in its "
            f"current state "
            f"({self.state}). (Virtual machine ID {str(self.id).upper()})"
        )

    @property
    def saved_state_file(self) -> str:
        """The .vmrs file."""
        return f"{self.path}\\Virtual Machines\\{str(self.id).upper()}.vmrs"

    @property
    def configuration_files(self) -> list[Entry]:
        """The files of its configuration and of its saved state."""
        stem = f"{self.path}\\Virtual Machines\\{str(self.id).upper()}"
        found = (self.host.files.find(stem + suffix) for suffix in (".vmcx", ".vmgs", ".vmrs"))
        return [entry for entry in found if entry is not None]

    def _drop_saved_state(self) -> None:
        entry = self.host.files.find(self.saved_state_file)
        if entry is not None:
            self.host.files.resize(entry, 64 * 1024)
        self.saved_bytes = 0

    # What it needs to run

    def _reserve_memory(self) -> None:
        needed = self.saved_bytes or self.settings.memory.startup
        if needed > self.host.memory_available:  # MEM-01
            megabytes = needed // MEBIBYTE
            raise OperationFailed(
                f"'{self.name}' failed to start.\nNot enough memory in the system to start the virtual machine "
                f"{self.name}.\nCould not "
                "initialize memory: Not enough memory resources are available to complete this operation. "
                "(0x8007000E).\n"
                f"Not enough memory in the system to start the virtual machine {self.name} with ram size "
                f"{megabytes} megabytes. "
                f"(Virtual machine ID {str(self.id).upper()})",
                error_id="OutOfMemory",
                category="FromStdErr",
                hresult=OUT_OF_MEMORY,
            )
        self.assigned = needed

    def _check_boot(self) -> None:
        if self.settings.processor.count > self.host.processors:  # CPU-02
            raise OperationFailed(
                f"'{self.name}' failed to start.\nThe virtual machine has more virtual processors than the host "
                f"has logical processors."
            )

    def _assign_addresses(self) -> None:
        in_use = {
            adapter.mac: machine
            for machine in self.host.machines.values()
            if machine is not self and machine.active
            for adapter in machine.settings.adapters
            if adapter.mac != "000000000000"
        }
        for adapter in self.settings.adapters:
            if adapter.dynamic_mac:
                if adapter.mac == "000000000000" or adapter.mac in in_use:
                    adapter.mac = self.host.next_mac()  # NET-20
            elif adapter.mac in in_use:  # NET-21
                raise OperationFailed(
                    f"'{self.name}' failed to start.\nSynthetic Ethernet Port '{adapter.name}': the network "
                    f"address {adapter.mac} is in "
                    f"use by the virtual machine '{in_use[adapter.mac].name}'. (0x80070034)",
                    hresult=-2147024844,  # 0x80070034, ERROR_DUP_NAME
                )

    def _check_drives(self, *, running: bool = False) -> list[list[Entry]]:
        chains: list[list[Entry]] = []
        for drive in self.settings.drives:
            if isinstance(drive, HardDiskDrive) and drive.disk_number is not None:
                physical_disks.check_usable(self, drive.disk_number)
            if drive.path is None:
                continue
            chains.extend(self.check_medium(drive, running=running))
        floppy = self.settings.floppy
        if floppy is not None and floppy.path and not self.host.files.exists(floppy.path):  # DVD-03
            raise OperationFailed(
                f"'{self.name}' failed to start.\nFailed to open attachment '{floppy.path}'.", hresult=-2147024894
            )
        return chains

    def check_medium(self, drive: Drive, *, running: bool = False) -> list[list[Entry]]:
        """The chain of a disk drive's file (none for a DVD) after a check that it can be opened.

        Raises:
            OperationFailed: the file is missing (0x80070002), in use (0x80070020), or its chain is broken.
        """
        if drive.path is None:
            return []
        if not isinstance(drive, HardDiskDrive):
            if not self.host.files.exists(drive.path):  # DVD-03
                raise OperationFailed(
                    f"'{self.name}' failed to start.\nFailed to open attachment '{drive.path}'. Error: 'The "
                    f"system cannot find the file "
                    "specified.' (0x80070002).",
                    hresult=-2147024894,
                )
            return []
        chain = virtual_disks.chain(self.host, drive.path, "open attachment")  # PWR-10
        if not running:
            blocked = [lock for lock in chain[0].locks if not lock.startswith(self.lock_name)]
            if drive.persistent_reservations:  # DRV-19
                blocked = [lock for lock in blocked if not lock.endswith("(shared)")]
            blocked += [
                lock
                for entry in chain[1:]
                for lock in entry.locks
                if not lock.endswith("(read)") and not lock.startswith(self.lock_name)
            ]
            if blocked or any(virtual_disks.disk_of(entry).disk_number is not None for entry in chain):  # PWR-11
                raise in_use(
                    f"'{self.name}' failed to start.\nFailed to open attachment '{drive.path}'. Error: 'The "
                    f"process cannot access the file "
                    f"because it is being used by another process.' (0x80070020). (Virtual machine ID "
                    f"{str(self.id).upper()})"
                )
        return [chain]

    def _find_guest(self, chains: list[list[Entry]]) -> GuestSystem | None:
        for drive in self.settings.disks:
            for chain in chains:
                if drive.path and chain[0].path.casefold() == drive.path.casefold():
                    found = virtual_disks.guest_of(chain)
                    if found is not None:
                        return found
        return self.host.blank_disk_guest if chains else None

    # Files

    @property
    def lock_name(self) -> str:
        """The name under which it holds files open."""
        return f"Virtual machine {self.id}"

    def _open_files(self) -> None:
        files = self.host.files
        for drive in self.settings.drives:
            if drive.path is None:
                continue
            if isinstance(drive, HardDiskDrive):
                try:
                    entries = virtual_disks.chain(self.host, drive.path)
                except OperationFailed:
                    continue
                files.hold(entries[0], self.lock_name, shared=drive.persistent_reservations)
                for parent in entries[1:]:
                    files.hold(parent, self.lock_name, reading=True)
            else:
                entry = files.find(drive.path)
                if entry is not None:
                    files.hold(entry, self.lock_name, reading=True)

    def _close_files(self) -> None:
        self.host.files.release(self.lock_name)

    def refresh_files(self) -> None:
        """Open and close files after its drives have changed."""
        if self.active:
            self._close_files()
            self._open_files()

    # Adapters

    def addresses_of(self, adapter: NetworkAdapter) -> list[str]:
        """IP addresses that the guest reports for an adapter."""
        guest = self.guest
        if guest is None or adapter.switch is None or self.state not in ("Running", "Stopping"):
            return []
        if not self.has_addresses:
            return list(guest.early_addresses) if self.heartbeat else []  # PWR-16
        if guest.own_addresses:
            return list(guest.own_addresses)
        number = int(adapter.mac[-6:], 16)
        return [
            f"10.{number >> 16 & 255}.{number >> 8 & 255}.{max(1, number & 255)}",
            f"fe80::{adapter.mac[:4].lower()}:{adapter.mac[4:8].lower()}:{adapter.mac[8:].lower()}",
        ]

    @property
    def memory_demand(self) -> int:
        """Bytes that the guest asks for; 0 before it is up."""
        return self.settings.memory.startup * 6 // 10 if self.heartbeat and self.state == "Running" else 0


def check_memory(startup: int, minimum: int, maximum: int, *, dynamic: bool) -> None:
    """Refuse memory sizes that contradict each other (MEM-02, MEM-03). All bytes."""
    for size, what in ((startup, "startup"), (minimum, "minimum"), (maximum, "maximum")):
        if what == "startup" or dynamic:
            if size % (2 * MEBIBYTE):  # MEM-02
                raise invalid_parameter(f"The {what} memory of {size} bytes is not a multiple of 2 MB.")
            if size < 32 * MEBIBYTE or size > 12 * 1024 * GIBIBYTE:
                raise invalid_parameter(f"The {what} memory of {size} bytes is outside the supported range.")
    if dynamic and not minimum <= startup <= maximum:  # MEM-03
        raise invalid_parameter("The startup memory must lie between the minimum and the maximum memory.")
