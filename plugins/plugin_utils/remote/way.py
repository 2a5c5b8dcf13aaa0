# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which way a batch travels, and why."""

from __future__ import annotations

import dataclasses
import typing as t

#: Connections whose `exec_command` runs a PowerShell text with standard input on a Windows host.
COMMAND_CONNECTIONS = frozenset({"winrm", "psrp", "ssh"})


@dataclasses.dataclass(frozen=True)
class Way:
    """How batches of a task travel.

    Attributes:
        kind: `command` (the connection's `exec_command`: one PowerShell start) or `module` (Ansible's module
        execution). reason: why, in words for `-vvv`.
    """

    kind: t.Literal["command", "module"]
    reason: str


def way_to_send(connection: str, *, become: bool, environment: bool, in_background: bool = False) -> Way:
    """Return how to send batches over a connection.

    `exec_command` is the shorter way, but silently ignores `become` and `environment` and knows no `async`.

    Args:
        connection: name of the connection plugin, short or fully qualified.
        become: whether the task becomes another user.
        environment: whether the task sets environment variables.
        in_background: whether the batch is to run as an asynchronous job.
    """
    name = connection.rpartition(".")[2]
    for needed, keyword in ((become, "become"), (environment, "environment"), (in_background, "async")):
        if needed:
            return Way("module", f"the task has {keyword}, which only Ansible's module execution honours")
    if name not in COMMAND_CONNECTIONS:
        return Way("module", f"the connection {name} is not one of {', '.join(sorted(COMMAND_CONNECTIONS))}")
    return Way("command", f"the connection {name} runs the bootstrap directly")
