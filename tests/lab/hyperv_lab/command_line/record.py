# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The file in the lab's directory that says which lab runs there."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from hyperv_lab.command_line.failure import Failure

RECORD = "lab.json"
TOKEN = "control-token"
LOG = "lab.log"


@dataclass(frozen=True, slots=True)
class LabRecord:
    """A lab that runs, or ran, in a directory.

    Attributes:
        pid: process id.
        control_port: loopback port of its control socket.
        engine: ``python`` or ``powershell``.
        topology: path of the topology file, or empty for the default.
        hosts: HTTP and HTTPS port by host.
    """

    pid: int
    control_port: int
    engine: str
    topology: str
    hosts: dict[str, tuple[int, int]]


def write_record(directory: Path, record: LabRecord, token: str) -> None:
    """Write the record, and the control socket's token for this user's eyes only."""
    descriptor = os.open(directory / TOKEN, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(token)
    # Renamed into place, so that whoever waits for it never reads half of it.
    temporary = directory / f"{RECORD}.new"
    temporary.write_text(json.dumps(asdict(record), indent=2), encoding="utf-8")
    temporary.replace(directory / RECORD)


def read_record(directory: Path) -> tuple[LabRecord, str] | None:
    """The record and the token, or None when no lab was started there (or it was stopped).

    Raises: Failure when the file is damaged.
    """
    try:
        values = json.loads((directory / RECORD).read_text(encoding="utf-8"))
        token = (directory / TOKEN).read_text(encoding="ascii")
        return LabRecord(**values), token
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise Failure(f"{directory / RECORD} is damaged ({error}); remove it if no lab runs there") from None


def remove_record(directory: Path) -> None:
    """Forget the lab of this directory."""
    for name in (RECORD, TOKEN):
        (directory / name).unlink(missing_ok=True)


def is_alive(pid: int) -> bool:
    """Whether a process with this id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
