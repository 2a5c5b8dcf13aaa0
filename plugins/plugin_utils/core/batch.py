# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A batch as it travels to the host; the format is specified in docs/batch.md."""

from __future__ import annotations

import base64
import collections.abc as c
import dataclasses
import gzip
import json
import secrets
import typing as t

from . import operation as detached
from .operation import Operation
from .step import Step

FORMAT_VERSION = 1
BATCH_MARKER = "#datacenter.hyperv batch:"
REPLY_MARKER = "#datacenter.hyperv reply "
GZIP_PREFIX = "gzip:"

#: Length of the JSON, in characters, from which a request is compressed.
COMPRESSED_FROM = 8 * 1024


@dataclasses.dataclass(frozen=True)
class Lock:
    """The host-wide lock that a batch holds while it runs.

    Attributes:
        holder: who holds it, in words, for the one who meets it.
        wait_seconds: how long to wait for another holder.
        expect_sequence: the batch runs only if the host's sequence is this; None runs in any case.
        advance: whether the batch counts as an applied one.
    """

    holder: str
    wait_seconds: int = 120
    expect_sequence: int | None = None
    advance: bool = False

    def to_wire(self) -> dict[str, t.Any]:
        """Return the `lock` object of a request."""
        return dataclasses.asdict(self)


@dataclasses.dataclass(frozen=True)
class Batch:
    """One exchange's request.

    Attributes:
        steps: what to run, in order.
        lock: None for a batch that needs no lock.
        functions: area functions that the steps may call.
        payload: names of the area payload files (without `.ps1`) that have these functions.
        secrets: entries of the request's `secrets` by name. Never shown: see `__repr__` of the field.
        deadline_seconds: no step starts later than this after the batch began.
        on_failure: `stop` or `next_lane`.
        parallel: how many lanes may run side by side.
        id: short random text that ties the reply to the request.
        operation: if there is one, the host runs the steps in a process of its own and the exchange does not wait
            for their end longer than the operation says.
        then: steps of the exchange itself, behind the start of the operation.
    """

    steps: tuple[Step, ...]
    lock: Lock | None = None
    functions: tuple[str, ...] = ()
    payload: tuple[str, ...] = ()
    secrets: t.Mapping[str, t.Mapping[str, str]] = dataclasses.field(default_factory=dict, repr=False)
    deadline_seconds: int = 3600
    on_failure: t.Literal["stop", "next_lane"] = "stop"
    parallel: int = 1
    id: str = dataclasses.field(default_factory=lambda: secrets.token_hex(8))
    operation: Operation | None = None
    then: tuple[Step, ...] = ()

    def to_wire(self) -> dict[str, t.Any]:
        """Return the request object.

        Raises:
            ValueError: when two steps have one id, which would make references ambiguous; when an operation has
                secrets, which would stand in a file of the host.
        """
        if self.operation is not None:
            return self._starting(self.operation).to_wire()
        ids = [step.id for step in self.steps]
        if len(set(ids)) != len(ids):
            twice = sorted({step_id for step_id in ids if ids.count(step_id) > 1})
            raise ValueError(f"steps with the same id: {', '.join(twice)}")
        return {
            "version": FORMAT_VERSION,
            "batch": self.id,
            "deadline_seconds": self.deadline_seconds,
            "lock": self.lock.to_wire() if self.lock is not None else None,
            "on_failure": self.on_failure,
            **({"parallel": self.parallel} if self.parallel > 1 else {}),
            "functions": list(self.functions),
            "secrets": {name: dict(entry) for name, entry in self.secrets.items()},
            "steps": [step.to_wire() for step in self.steps],
        }

    def encode(self) -> str:
        """Return the body: ASCII JSON, compressed when long."""
        return encoded_body(self.to_wire(), COMPRESSED_FROM)

    def _starting(self, operation: Operation) -> Batch:
        """Return the batch that starts this one as an operation and then runs what comes behind."""
        if self.secrets:
            raise ValueError("an operation cannot have secrets")
        inner = dataclasses.replace(self, operation=None, then=(), lock=None).to_wire()
        body = encoded_body({**inner, "progress": True}, COMPRESSED_FROM)
        return dataclasses.replace(
            self,
            operation=None,
            then=(),
            steps=(detached.starting_step(self.id, operation, body), *self.then),
            functions=(*self.functions, detached.START),
            on_failure="stop",
            parallel=1,
        )


def encoded_body(content: c.Mapping[str, t.Any], compressed_from: int) -> str:
    """Return JSON in ASCII, or `gzip:` and the Base64 of its compressed form from `compressed_from` characters on."""
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    if len(text) < compressed_from:
        return text
    return GZIP_PREFIX + base64.b64encode(gzip.compress(text.encode("ascii"), mtime=0)).decode("ascii")
