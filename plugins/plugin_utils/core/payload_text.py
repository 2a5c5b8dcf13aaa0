# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The text that travels with a batch: the runner, the area files that the batch needs, the batch."""

from __future__ import annotations

import functools
import pathlib
import re

from ..payload.condensed import condensed
from . import operation
from .batch import BATCH_MARKER, Batch

_FUNCTION = re.compile(r"^function ([A-Za-z]+-\w+)", re.MULTILINE)
_NAME = re.compile(r"\b[A-Z][a-z]+-[A-Z]\w*")
_PAYLOAD = pathlib.Path(__file__).resolve().parents[1] / "payload"


@functools.cache
def payload_file(name: str) -> str:
    """Return a file of `plugin_utils/payload`, with line feeds as line ends.

    Raises:
        FileNotFoundError: when the collection is incomplete.
        ValueError: when the file is not ASCII, which no shell on the way could change.
    """
    text = (_PAYLOAD / f"{name}.ps1").read_bytes().decode("ascii")
    return text.replace("\r\n", "\n").rstrip("\n") + "\n"


def bootstrap() -> str:
    """Return the command that starts a batch."""
    return payload_file("bootstrap").rstrip("\n")


@functools.cache
def _names(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the functions that a payload file has, and everything in it that may be the name of one."""
    text = condensed(payload_file(name))
    return frozenset(_FUNCTION.findall(text)), frozenset(_NAME.findall(text))


def payload_files(batch: Batch) -> tuple[str, ...]:
    """Return the names of the files that a batch needs: those with functions that it calls, and what these call."""
    wanted = {step.call for step in (*batch.steps, *batch.then) if step.is_function}
    chosen: set[str] = set()
    while True:
        more = {name for name in batch.payload if name not in chosen and wanted & _names(name)[0]}
        if not more:
            break
        chosen |= more
        wanted = wanted.union(*(_names(name)[1] for name in more))
    parallel = ("parallel",) if batch.parallel > 1 else ()
    detached = () if batch.operation is None else (operation.PAYLOAD,)
    return ("runner", *parallel, *(name for name in batch.payload if name in chosen), *detached)


def batch_text(batch: Batch) -> str:
    """Return everything that the bootstrap reads: runner, area files, marker, batch. ASCII."""
    files = "".join(condensed(payload_file(name)) for name in payload_files(batch))
    return f"{files}\n{BATCH_MARKER}{batch.encode()}"
