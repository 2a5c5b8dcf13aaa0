# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Declarations that must be refused, and what must hold of their refusals."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import re
import typing as t

from .control_node import ControlNode, Task


@dataclasses.dataclass(frozen=True)
class Bad:
    """A declaration that must be refused.

    Attributes:
        name: what is wrong.
        options: of the module.
        message: a pattern of the message.
        module: by default vm.
    """

    name: str
    options: dict[str, t.Any]
    message: str
    module: str = "vm"

    def task(self) -> Task:
        """Return the task."""
        return {"name": self.name, "ignore_errors": True, f"datacenter.hyperv.{self.module}": self.options}


def assert_refused(node: ControlNode, bad: c.Sequence[Bad]) -> None:
    """Assert that each is refused with a message of its own, in one run, and that the host stays as it is."""
    host = node.lab.estate.host(node.lab.host_names[0])
    untouched = host.fingerprint()
    run = node.run_tasks(*(each.task() for each in bad), arguments=["--diff"]).succeeded()
    problems = []
    messages: dict[str, str] = {}
    for each in bad:
        event = run.event(each.name)
        message = str(event.result.get("msg"))
        messages.setdefault(message, each.name)
        if event.status != "ignored" or event.result.get("changed"):
            problems.append(f"{each.name}: {event.status}, changed: {event.result.get('changed')}: {message}")
        elif not re.search(each.message, message, re.DOTALL) or "defect of this collection" in message:
            problems.append(f"{each.name}: {message}")
    assert not problems, "\n".join(problems)
    assert len(messages) == len(bad), "two kinds of bad input have the same message"
    assert host.fingerprint() == untouched
