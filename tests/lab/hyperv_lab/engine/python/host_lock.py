# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The lock of a host and its count of applied batches, which the payload keeps in a file (docs/batch.md, "lock")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from hyperv_lab.engine.python.problems import BatchProblem
from hyperv_lab.simulation.host import Host

POLL_SECONDS = 0.25


@dataclass
class LockState:
    """What the lock file of a host holds, and whether somebody has it open.

    Attributes:
        sequence: number of applied batches.
        holder: who holds the lock, or held it last.
    """

    sequence: int = 0
    holder: str | None = None
    held: bool = False
    owner: object = None

    def release(self, owner: object) -> None:
        """Free the lock if `owner` holds it, who may do so before its batch ends."""
        if self.owner is owner:
            self.held, self.owner = False, None


def lock_state(host: Host) -> LockState:
    """The lock of a host; it is part of the host's state and copied with it."""
    state = getattr(host, "batch_lock", None)
    if not isinstance(state, LockState):
        state = LockState()
        host.batch_lock = state  # type: ignore[attr-defined]  # the simulation needs to know nothing of it
    return state


@contextmanager
def held(host: Host, lock: Mapping[str, Any], deadline: float | None, owner: object) -> Iterator[LockState]:
    """Hold the lock for the time of a batch, or until its owner releases it.

    Args:
        host: whose lock.
        owner: tells this holder from the next one.
        lock: the `lock` object of a request.
        deadline: simulated time at which the batch must not go on waiting.

    Raises:
        BatchProblem: kind `locked`.
    """
    estate = host.estate
    until = estate.clock.now() + (lock.get("wait_seconds") or 0)
    if deadline is not None:
        until = min(until, deadline)
    while True:
        with estate.lock:
            state = lock_state(host)
            if not state.held:
                state.held, state.owner = True, owner
                break
            holder = state.holder
        if estate.clock.now() >= until:
            raise BatchProblem("locked", f"the host is locked by {holder}", holder=holder)
        estate.clock.sleep(POLL_SECONDS)
    try:
        yield state
    finally:
        with estate.lock:
            state.release(owner)


def advance(state: LockState, lock: Mapping[str, Any]) -> int:
    """Check and count the sequence. Returns it.

    Raises:
        BatchProblem: kind `stale`, when it is not the expected one.
    """
    expected = lock.get("expect_sequence")
    if expected is not None and expected != state.sequence:
        raise BatchProblem("stale", f"the host is at {state.sequence}, not at {expected}")
    if lock.get("advance"):
        state.sequence += 1
    state.holder = lock.get("holder")
    return state.sequence
