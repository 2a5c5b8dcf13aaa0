# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Operations of a host: batches in processes of their own, which the payload keeps in folders.

docs/batch.md, "Detached", describes them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hyperv_lab.simulation.host import Host

KEPT_SECONDS = 3600
"""How long the reply of an ended operation can be collected."""


@dataclass
class HostOperation:
    """One operation and how far it is.

    Attributes:
        started: ISO 8601.
        step: id of the step it is at.
        percent: of the activity, or -1.
        reply: the line that the runner put out; empty when the process ended without one, None while it runs.
        ended: simulated time of its end.
    """

    id: str
    key: str
    title: str
    holder: str
    targets: list[str]
    started: str
    step: str = ""
    percent: int = -1
    activity: str = ""
    reply: str | None = None
    ended: float = 0.0
    done: threading.Event | None = field(default=None, repr=False, compare=False)

    @property
    def state(self) -> str:
        """As `Get-Operation` says it."""
        if self.reply is None:
            return "running"
        return "finished" if self.reply else "lost"

    def note_step(self, step: str) -> None:
        """Another step begins."""
        self.step, self.activity, self.percent = step, "", -1

    def note_progress(self, activity: str, percent: int) -> None:
        """A cmdlet says how far it is."""
        self.activity, self.percent = activity, percent

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "done": None}


def operations_of(host: Host) -> dict[str, HostOperation]:
    """The operations of a host by id; they are part of its state and copied with it."""
    found = getattr(host, "operations", None)
    if not isinstance(found, dict):
        found = {}
        host.operations = found  # type: ignore[attr-defined]  # the simulation needs to know nothing of them
    return found


def begin(host: Host, operation: HostOperation, work: Callable[[], str]) -> None:
    """Let an operation begin, and forget those whose reply nobody collected.

    Where time stands still but for whoever waits, it has ended when this returns.

    Args:
        work: runs its batch; gives the reply line, or an empty text when the process was ended.
    """
    operations = operations_of(host)
    now = host.estate.clock.now()
    for known in list(operations.values()):
        if known.reply is not None and now - known.ended > KEPT_SECONDS:
            del operations[known.id]
    operations[operation.id] = operation
    if host.estate.clock.manual:
        _work(host, operation, work)
        return
    operation.done = threading.Event()
    threading.Thread(target=_work, args=(host, operation, work), name=f"operation-{operation.id}", daemon=True).start()


def await_end(operation: HostOperation, seconds: float) -> None:
    """Wait, by the wall, until an operation ends."""
    if operation.done is not None and operation.reply is None:
        operation.done.wait(seconds)


def _work(host: Host, operation: HostOperation, work: Callable[[], str]) -> None:
    reply = ""
    try:
        reply = work()
    finally:
        operation.ended = host.estate.clock.now()
        operation.reply = reply
        if operation.done is not None:
            operation.done.set()
