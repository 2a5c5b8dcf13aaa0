# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The terms of a run, from the variables of the task."""

from __future__ import annotations

import collections.abc as c
import getpass
import os
import socket
import typing as t

from ..core.conversion import BadValue, as_whole_number
from ..core.operation import WAIT_SECONDS
from ..core.plan import BadInput

#: Variables that tune a run, with their defaults in seconds and the least that makes sense.
TUNING: t.Mapping[str, tuple[int, int]] = {
    "hyperv_lock_wait": (120, 0),
    "hyperv_deadline": (3600, 1),
    "hyperv_operation_wait": (int(WAIT_SECONDS), 0),
}


def tuned_seconds(variables: c.Mapping[str, t.Any], name: str, template: c.Callable[[t.Any], t.Any]) -> int:
    """Return a tuning variable.

    Args:
        variables: of the task, perhaps still templates.
        name: one of `TUNING`.
        template: what makes values of templates.

    Raises:
        BadInput: when it is not a whole number of seconds.
    """
    default, least = TUNING[name]
    written = variables.get(name)
    if written is None:
        return default
    try:
        seconds = as_whole_number(template(written))
    except BadValue as error:
        raise BadInput(f"variable {name}", f"{error} (seconds)") from None
    if seconds < least:
        raise BadInput(f"variable {name}", f"must be at least {least} (seconds), not {seconds}")
    return seconds


def holder_text(task_name: str) -> str:
    """Return who runs a task, for others who meet the host's lock: `ops@controller pid 4711, task 'web servers'`."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container whose user has no name
        user = f"uid {os.getuid()}"
    text = f"{user}@{socket.gethostname()} pid {os.getpid()}, task '{task_name}'"
    return text if len(text) <= 200 else f"{text[:199]}\u2026"
