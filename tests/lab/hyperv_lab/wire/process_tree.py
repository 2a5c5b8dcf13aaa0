# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Ending a process together with everything it started, as closing a winrm shell does with its job object."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from pathlib import Path

PROC = Path("/proc")


def _parents_from_proc() -> dict[int, int]:
    parents: dict[int, int] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                # The name in parentheses may hold anything, so count from its end.
                fields = (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
                parents[int(entry.name)] = int(fields[1])
    return parents


def _parents_from_ps() -> dict[int, int]:
    listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=False).stdout
    return {int(pid): int(parent) for pid, parent in (line.split() for line in listing.splitlines() if line.strip())}


def descendants(pid: int) -> list[int]:
    """All processes that descend from ``pid``, nearest first."""
    parents = _parents_from_proc() if (PROC / "self" / "stat").exists() else _parents_from_ps()
    children: dict[int, list[int]] = {}
    for child, parent in parents.items():
        children.setdefault(parent, []).append(child)
    found: list[int] = []
    waiting = [pid]
    while waiting:
        mine = children.get(waiting.pop(0), [])
        found += mine
        waiting += mine
    return found


def end_tree(process: subprocess.Popen[bytes], timeout: float = 5.0) -> None:
    """Kill a child process of ours and all its descendants, and wait for the child."""
    if process.poll() is not None:
        return
    targets = [*descendants(process.pid), process.pid]
    # Stopped first, so that no new children appear between looking and killing.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(process.pid, signal.SIGSTOP)
    targets = sorted({*targets, *descendants(process.pid)})
    for pid in targets:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout)
