# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Watches operations over a host's exchanges until they end."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from .batch import Batch
from .host_error import ConnectionLost, HostError, Unreachable
from .operation import FUNCTIONS, OPERATION, PAYLOAD, OperationReport, understand_operations, watching_step
from .reply import BatchReply, decode_reply
from .step import Step

#: Times that watching is taken up again after the connection was lost.
TRIES = 3


class WatchFailed(Exception):
    """The host cannot tell of its operations.

    Attributes:
        error: what it said instead.
    """

    def __init__(self, error: HostError) -> None:
        super().__init__(error.message)
        self.error = error


@dataclasses.dataclass
class OperationWatch:
    """Asks a host for its operations.

    Attributes:
        exchange: carries a batch to the host.
        say: takes a line about the progress, for people.
        wait_seconds: how long one exchange waits for the end of an operation.
        exchanges: how many exchanges it has made.
    """

    exchange: c.Callable[[Batch], BatchReply]
    say: c.Callable[[str], None]
    wait_seconds: float
    exchanges: int = 0
    _said: str = ""

    def all(self) -> tuple[OperationReport, ...]:
        """Return the operations that are there.

        Raises:
            WatchFailed, ConnectionLost, Unreachable, BadReply
        """
        return self._ask(watching_step())

    def until_end(self, report: OperationReport, names: t.Mapping[str, str]) -> OperationReport:
        """Return the report on an operation's end.

        Args:
            report: what is known of it.
            names: what its steps are for, by their ids.

        Raises:
            WatchFailed, BadReply
            ConnectionLost, Unreachable: the host could not be asked any more. The operation goes on.
        """
        lost = 0
        while report.state == "running":
            self.tell(report, names)
            try:
                found = self._ask(watching_step(report.id, self.wait_seconds))
            except (ConnectionLost, Unreachable):
                lost += 1
                if lost > TRIES:
                    raise
                continue
            lost = 0
            report = found[0] if found else dataclasses.replace(report, state="lost")
        return report

    def tell(self, report: OperationReport, names: t.Mapping[str, str]) -> None:
        """Say how far an operation is, unless that was said before."""
        parts = [names.get(report.step) or report.activity or report.title, report.progress]
        line = ": ".join(part for part in parts if part)
        if line != self._said:
            self._said = line
            self.say(line)

    def forget(self, report: OperationReport) -> None:
        """Let the host forget an operation that was lost."""
        self._ask(Step(OPERATION, "Remove-Operation", {"Id": [report.id]}))

    def _ask(self, step: Step) -> tuple[OperationReport, ...]:
        self.exchanges += 1
        reply = self.exchange(Batch(steps=(step,), functions=FUNCTIONS, payload=(PAYLOAD,)))
        if reply.error is not None:
            raise WatchFailed(reply.error)
        return understand_operations(reply.steps)


def without_answer(report: OperationReport) -> str:
    """Return what to say of an operation whose process left no answer."""
    text = " ".join(report.reply.split())
    cause = f": {text.rstrip('.')}" if text else "; the host may have been restarted"
    return f"the process that worked on the host ended without an answer{cause}"


def reply_of(report: OperationReport) -> BatchReply | None:
    """Return what a finished operation's batch answered; None when its process left no answer.

    Raises:
        BadReply: when the answer is damaged.
    """
    return decode_reply(report.reply, report.id) if report.state == "finished" and report.reply else None
