# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The open shells of one host: quota per user, idle time, removal."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from hyperv_lab.wire.psrp_shell import PsrpShell
from hyperv_lab.wire.winrs_shell import WinRSShell
from hyperv_lab.wire.wsman_fault import ALREADY_EXISTS, WSManFault

Shell = WinRSShell | PsrpShell


@dataclass(slots=True)
class OpenShell:
    """A shell and who has it.

    Attributes:
        shell_id: as the client or the service wrote it.
        user: who opened it.
        idle_timeout: seconds.
        opened, used: when it was opened and last used (monotonic seconds).
        busy: requests that are being processed.
        last_receive: message id and answer of the last Receive: a client that lost the answer sends the same message
            again and must get the same data.
    """

    shell_id: str
    user: str
    shell: Shell
    idle_timeout: float
    session: object = None
    opened: float = field(default_factory=time.monotonic)
    used: float = field(default_factory=time.monotonic)
    busy: int = 0
    last_receive: tuple[str, bytes] = ("", b"")


class ShellTable:
    """All shells of a host. Thread-safe."""

    def __init__(self, max_shells_per_user: int) -> None:
        self._limit = max_shells_per_user
        self._lock = threading.Lock()
        self._shells: dict[str, OpenShell] = {}
        self._opening: dict[str, int] = {}

    def open(self, shell_id: str, user: str, start: Callable[[], OpenShell]) -> OpenShell:
        """Open a shell if the quota allows; ``start`` makes it, outside the lock.

        Raises: WSManFault when the quota is used up or the id is taken.
        """
        key = user.lower()
        with self._lock:
            if shell_id.upper() in self._shells:
                raise WSManFault(ALREADY_EXISTS, "w:AlreadyExists", f"The shell {shell_id} exists already.")
            mine = sum(1 for entry in self._shells.values() if entry.user.lower() == key)
            if mine + self._opening.get(key, 0) >= self._limit:
                raise WSManFault.too_many_shells(self._limit)
            self._opening[key] = self._opening.get(key, 0) + 1
        try:
            entry = start()
            with self._lock:
                self._shells[shell_id.upper()] = entry
            return entry
        finally:
            with self._lock:
                self._opening[key] -= 1

    def use(self, shell_id: str, user: str) -> OpenShell:
        """The shell of this id, if it is this user's. Marks it busy until :meth:`release`.

        Raises: WSManFault.
        """
        with self._lock:
            entry = self._shells.get(shell_id.upper())
            if entry is None or entry.user.lower() != user.lower():
                raise WSManFault.no_shell(shell_id)
            entry.busy += 1
            return entry

    def release(self, entry: OpenShell) -> None:
        """End of a request that :meth:`use` began."""
        with self._lock:
            entry.busy -= 1
            entry.used = time.monotonic()

    def remove(self, shell_id: str, user: str) -> None:
        """Close a shell and end what runs in it.

        Raises: WSManFault.
        """
        with self._lock:
            entry = self._shells.get(shell_id.upper())
            if entry is None or entry.user.lower() != user.lower():
                raise WSManFault.no_shell(shell_id)
            del self._shells[shell_id.upper()]
        entry.shell.close()

    def remove_idle(self) -> list[str]:
        """Close the shells that nobody has used for their idle time. Returns their ids."""
        now = time.monotonic()
        with self._lock:
            idle = [
                entry for entry in self._shells.values() if entry.busy == 0 and now - entry.used > entry.idle_timeout
            ]
            for entry in idle:
                del self._shells[entry.shell_id.upper()]
        for entry in idle:
            entry.shell.close()
        return [entry.shell_id for entry in idle]

    def close(self) -> None:
        """Close all shells."""
        with self._lock:
            entries = list(self._shells.values())
            self._shells.clear()
        for entry in entries:
            entry.shell.close()

    def __len__(self) -> int:
        with self._lock:
            return len(self._shells)
