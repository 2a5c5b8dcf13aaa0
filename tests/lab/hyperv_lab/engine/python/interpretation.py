# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a shell of a simulated host runs when there is no PowerShell: batches, in the two ways they travel."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hyperv_lab.engine.python.asynchronous_jobs import answer_status, start_job
from hyperv_lab.engine.python.batch_run import Interrupted, run_batch
from hyperv_lab.engine.python.batch_text import (
    BATCH_MARKER,
    BOOTSTRAP_FIRST_LINE,
    UnreadableBatch,
    reply_line,
    split_batch_text,
)
from hyperv_lab.engine.python.become import LogonRefused, become_user
from hyperv_lab.engine.python.job_result import job_result
from hyperv_lab.engine.python.module_manifest import ModuleManifest, read_manifest
from hyperv_lab.simulation.estate import Session
from hyperv_lab.simulation.host import Host

ENDED_FROM_OUTSIDE = 0x40010004
"""Exit code of a process that was terminated."""

_ENCODED = re.compile(
    r"\s*(?:&\s*)?['\"]?(?:[^\s'\"]*\\)?(?:powershell|pwsh)(?:\.exe)?['\"]?\s[^\n]*-EncodedCommand\s+(\S+)\s*", re.I
)


@dataclass(frozen=True)
class Interpretation:
    """What a script gave."""

    standard_output: str
    standard_error: str = ""
    exit_code: int = 0


def interpret(
    host: Host,
    script: str,
    standard_input: str,
    session: Session,
    cancelled: Callable[[], bool] | None = None,
) -> Interpretation:
    """Run what a connection sends.

    Args:
        host: on which.
        script: the text that PowerShell would run, or a command line that starts PowerShell with an encoded one.
        standard_input: what it would read.
        session: who runs it.
        cancelled: asked between the steps of a batch whether the process was ended.
    """
    script = _innermost(script)
    if script.lstrip().startswith(BOOTSTRAP_FIRST_LINE):
        return _run_bootstrap(host, standard_input, session, cancelled)
    manifest = read_manifest(standard_input)
    if manifest is not None and (manifest.is_batch or manifest.is_status):
        return _run_module(host, manifest, session, cancelled)
    what = f"the module {manifest.module}" if manifest is not None else "this script"
    return Interpretation(
        "",
        f"The lab's python engine only runs batches of datacenter.hyperv, not {what}. "
        "Start the lab with --engine powershell for anything else.\n",
        1,
    )


def _innermost(script: str) -> str:
    while match := _ENCODED.fullmatch(script):
        try:
            script = base64.b64decode(match[1], validate=True).decode("utf-16-le")
        except (binascii.Error, UnicodeDecodeError):
            break
    return script


def _run_bootstrap(
    host: Host, standard_input: str, session: Session, cancelled: Callable[[], bool] | None
) -> Interpretation:
    line = _answer(host, standard_input, session, cancelled)
    if line is None:
        return Interpretation("", "datacenter.hyperv: there is no batch in the input\n", 1)
    return Interpretation(f"{line}\n") if line else Interpretation("", exit_code=ENDED_FROM_OUTSIDE)


def _answer(host: Host, text: str, session: Session, cancelled: Callable[[], bool] | None) -> str | None:
    """The reply line; None when the text has no batch, empty when the process was ended."""
    parts = split_batch_text(text)
    if parts is None:
        return None
    try:
        request = parts.request()
    except UnreadableBatch as error:
        request = str(error)
    try:
        return reply_line(run_batch(host, request, session, declared_functions=parts.functions, cancelled=cancelled))
    except Interrupted:
        return ""


def _run_module(
    host: Host, manifest: ModuleManifest, session: Session, cancelled: Callable[[], bool] | None
) -> Interpretation:
    if manifest.become is not None:
        try:
            session = become_user(host, session, manifest.become)
        except LogonRefused as refusal:
            message = f"internal error: failed to become user '{manifest.become.user}': {refusal}"
            return _module_result({"failed": True, "msg": message, "exception": message}, 1)
    if manifest.is_status:
        result = answer_status(host, manifest.arguments)
        return _module_result(result, 1 if result.get("failed") and "results_file" not in result else 0)
    if manifest.asynchronous is not None:
        job = start_job(host, manifest.asynchronous, lambda: _module_answer(host, manifest, session, None))
        return _module_result(job.first_answer())
    result = _module_answer(host, manifest, session, cancelled)
    return _module_result(result, 1 if result.get("failed") else 0)


def _module_answer(
    host: Host, manifest: ModuleManifest, session: Session, cancelled: Callable[[], bool] | None
) -> dict[str, Any]:
    line = _answer(host, manifest.arguments["_batch"], session, cancelled)
    if line is None:
        return {"failed": True, "msg": f"the option _batch has no {BATCH_MARKER}"}
    if not line:
        return {"failed": True, "msg": "the process was ended"}
    forecast = manifest.arguments.get("_result")
    return job_result(line, forecast) if forecast else {"changed": False, "reply": line}


def _module_result(result: Mapping[str, Any], exit_code: int = 0) -> Interpretation:
    return Interpretation(json.dumps(result, ensure_ascii=True) + "\n", exit_code=exit_code)
