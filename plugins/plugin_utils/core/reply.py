# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The host's answer to a batch; the format is specified in docs/batch.md."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import gzip
import json
import re
import typing as t
import zlib

from .batch import FORMAT_VERSION, GZIP_PREFIX, REPLY_MARKER
from .host_error import BadReply, CutReply, GarbledReply, HostError, NoReply
from .step import StepReply

_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")

STATUSES = frozenset({"done", "skipped", "failed", "not_run"})


@dataclasses.dataclass(frozen=True)
class BatchReply:
    """A decoded reply.

    Attributes:
        batch: id of the batch that it answers.
        ok: whether every step ran.
        sequence: number of applied batches of the host, this one included; None when the batch held no lock.
        host: `computer`, `build`, `powershell`, `time`.
        milliseconds: run time on the host.
        steps: replies by step id, in the order of the steps.
        error: the first failure.
        operations: number of operations that have not ended.
    """

    batch: str
    ok: bool
    sequence: int | None
    host: t.Mapping[str, t.Any]
    milliseconds: int
    steps: t.Mapping[str, StepReply]
    error: HostError | None
    operations: int = 0

    @property
    def failed_step(self) -> str | None:
        """Id of the step that failed first."""
        if self.error is not None and self.error.step is not None:
            return self.error.step
        return next((reply.id for reply in self.steps.values() if reply.status == "failed"), None)


def find_reply_body(output: str, batch_id: str) -> str:
    """Return the body of the last reply line with this batch's id.

    Other output may stand before and after: profiles, banners, warnings of other programs.

    Raises:
        NoReply: when there is no such line.
    """
    marker = f"{REPLY_MARKER}{batch_id}:"
    # the reply of an operation stands inside this one, with the same id, but not at the beginning of a line
    start = output.rfind(f"\n{marker}") + 1
    if not output.startswith(marker, start):
        start = output.find(marker)
    if start < 0:
        if not output.strip():
            raise NoReply("the host answered nothing")
        raise NoReply("the host's output has no reply to this batch", output)
    line, line_feed, _rest = output[start + len(marker) :].partition("\n")
    return line.rstrip("\r") if line_feed else line


def decode_body(body: str) -> dict[str, t.Any]:
    """Return the JSON object of a body, compressed or not.

    Raises:
        CutReply: when it ends early.
        GarbledReply: when it is something else.
    """
    text = body.strip()
    if not text:
        raise CutReply("the reply of the host is cut right after its marker")
    if text.startswith(GZIP_PREFIX):
        try:
            packed = base64.b64decode(text[len(GZIP_PREFIX) :], validate=True)
            text = gzip.decompress(packed).decode("utf-8")
        except (OSError, EOFError, zlib.error, UnicodeDecodeError, binascii.Error) as error:
            if isinstance(error, EOFError) or (isinstance(error, binascii.Error) and _BASE64.fullmatch(text, 5)):
                raise CutReply(f"the compressed reply of the host is cut after {len(text)} characters", body) from error
            raise GarbledReply(f"the compressed reply of the host cannot be read: {error}", body) from error
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        if _ends_early(text, error):
            raise CutReply(f"the reply of the host is cut after {len(text)} characters", text) from error
        raise GarbledReply(f"the reply of the host is not JSON: {error}", text) from error
    if not isinstance(content, dict):
        raise GarbledReply("the reply of the host is not a JSON object", text)
    return content


def decode_reply(output: str, batch_id: str) -> BatchReply:
    """Return the reply to a batch from everything that the host put out.

    Raises:
        BadReply: NoReply, CutReply or GarbledReply.
    """
    content = decode_body(find_reply_body(output, batch_id))
    try:
        return reply_from_wire(content)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise GarbledReply(
            f"the reply of the host does not keep to the batch format: {error!r}", str(content)
        ) from error


def reply_from_wire(content: t.Mapping[str, t.Any]) -> BatchReply:
    """Return the reply of a decoded object.

    Raises:
        GarbledReply: when the format's version is another.
        KeyError, TypeError, ValueError, AttributeError: when a part has the wrong shape.
    """
    if content["version"] != FORMAT_VERSION:
        raise GarbledReply(f"the reply of the host has format version {content['version']!r}, not {FORMAT_VERSION}")
    steps = {}
    for entry in content["steps"]:
        step = _step_reply(entry)
        steps[step.id] = step
    error = content.get("error")
    sequence = content.get("sequence")
    return BatchReply(
        batch=str(content["batch"]),
        ok=bool(content["ok"]),
        sequence=int(sequence) if sequence is not None else None,
        host=dict(content.get("host") or {}),
        milliseconds=int(content.get("milliseconds") or 0),
        steps=steps,
        error=HostError.from_wire(error) if error else None,
        operations=int(content.get("operations") or 0),
    )


def _step_reply(entry: t.Mapping[str, t.Any]) -> StepReply:
    status = entry["status"]
    if status not in STATUSES:
        raise ValueError(f"status {status!r}")
    return StepReply(
        id=str(entry["id"]),
        status=status,
        rows=tuple(dict(row) for row in entry.get("rows") or ()),
        errors=tuple(dict(error) for error in entry.get("errors") or ()),
        warnings=tuple(str(warning) for warning in entry.get("warnings") or ()),
        milliseconds=int(entry.get("milliseconds") or 0),
        error=dict(entry["error"]) if entry.get("error") else None,
    )


def _ends_early(text: str, error: json.JSONDecodeError) -> bool:
    # JSON that stops in the middle fails at its very end, or at the start of a text that never ends.
    return error.pos >= len(text) or error.msg.startswith(("Unterminated string", "Invalid \\escape", "Invalid \\u"))


__all__ = ["BadReply", "BatchReply", "decode_body", "decode_reply", "find_reply_body", "reply_from_wire"]
