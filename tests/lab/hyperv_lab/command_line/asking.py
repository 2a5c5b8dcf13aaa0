# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Finding the lab of a directory and asking it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hyperv_lab.command_line.control_socket import ask
from hyperv_lab.command_line.failure import Failure
from hyperv_lab.command_line.record import LabRecord, is_alive, read_record, remove_record

STOP_SECONDS = 15.0


def running(directory: Path) -> tuple[LabRecord, str] | None:
    """The lab that runs in a directory: its process is there, and its control socket knows the token.

    Process ids are used again, so the process alone proves nothing.
    """
    found = read_record(directory)
    if found is None:
        return None
    record, token = found
    if not is_alive(record.pid):
        return None
    try:
        ask(record.control_port, token, "ping", timeout=5.0)
    except (ConnectionError, Failure):
        return None
    return found


def ask_lab(directory: Path, action: str, arguments: Mapping[str, Any] | None = None) -> Any:
    """Ask the lab of a directory.

    Raises: Failure when there is none, or with its own message.
    """
    found = read_record(directory)
    if found is None:
        raise Failure(f"no lab runs in {directory}; start one with: python -m hyperv_lab start --directory {directory}")
    record, token = found
    try:
        return ask(record.control_port, token, action, arguments)
    except ConnectionError:
        remove_record(directory)
        raise Failure(
            f"the lab in {directory} (pid {record.pid}) is gone without having been stopped; what it left is removed"
        ) from None


def stop_lab(directory: Path) -> LabRecord:
    """Stop the lab of a directory and wait for its end. Returns what its record said.

    Raises: Failure.
    """
    found = read_record(directory)
    ask_lab(directory, "stop")
    assert found is not None
    record = found[0]
    deadline = time.monotonic() + STOP_SECONDS
    # The record goes first; the process may be a zombie of ours for longer.
    while read_record(directory) is not None:
        if time.monotonic() > deadline:
            raise Failure(f"the lab (pid {record.pid}) does not end")
        time.sleep(0.05)
    return record
