# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The text that carries a batch, and the line that carries its reply (docs/batch.md, "How it is sent")."""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

BOOTSTRAP_FIRST_LINE = "# datacenter.hyperv bootstrap 1"
BATCH_MARKER = "#datacenter.hyperv batch:"
REPLY_MARKER = "#datacenter.hyperv reply "
GZIP_PREFIX = "gzip:"
COMPRESSED_FROM = 16 * 1024
"""Characters of a reply from which it is compressed."""

_FUNCTION = re.compile(r"^function ([A-Za-z]+-[A-Za-z0-9]+)", re.MULTILINE)


class UnreadableBatch(ValueError):
    """A body that is not a batch."""


@dataclass(frozen=True)
class BatchText:
    """What the bootstrap reads, in its parts.

    Attributes:
        functions: names of the functions that the PowerShell text declares.
        body: the batch as it came.
    """

    functions: frozenset[str]
    body: str

    def request(self) -> Any:
        """The decoded batch. Raises UnreadableBatch."""
        try:
            text = self.body.strip()
            if text.startswith(GZIP_PREFIX):
                text = gzip.decompress(base64.b64decode(text[len(GZIP_PREFIX) :], validate=True)).decode()
            return json.loads(text)
        except (OSError, EOFError, zlib.error, binascii.Error, ValueError) as error:
            raise UnreadableBatch(f"the batch cannot be read: {error}") from error


def split_batch_text(text: str) -> BatchText | None:
    """The parts of a text, cut at its first marker as the bootstrap does; None without a marker."""
    code, marker, body = text.partition(BATCH_MARKER)
    if not marker:
        return None
    return BatchText(frozenset(_FUNCTION.findall(code)), body)


def reply_line(reply: Mapping[str, Any]) -> str:
    """The line that the runner puts out."""
    body = json.dumps(reply, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    if len(body) >= COMPRESSED_FROM:
        body = GZIP_PREFIX + base64.b64encode(gzip.compress(body.encode("ascii"), mtime=0)).decode("ascii")
    return f"{REPLY_MARKER}{reply['batch']}:{body}"
