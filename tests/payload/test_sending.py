# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""docs/batch.md, "How it is sent": sizes, markers, compression."""

from __future__ import annotations

import base64
import dataclasses
import gzip
import json
import re
import subprocess
from pathlib import Path

import pytest
from batch_runners import MARKER, PAYLOAD, REPOSITORY, Runner, bootstrap, decode, encode, payload_text

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.batch import Batch
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.operation import Operation
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.payload_text import payload_files
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.step import Step
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.payload.condensed import condensed

KIBIBYTE = 1024
NOT_AREAS = ("bootstrap", "runner", "parallel", "detached")
AREAS = sorted(path.stem for path in PAYLOAD.glob("*.ps1") if path.stem not in NOT_AREAS)
STEP = {"id": "a", "call": "LabProbe\\Get-ProbeValue", "with": {"Value": "x"}, "read": [["text", "Text", "text"]]}


def test_the_bootstrap_is_small_and_marked() -> None:
    text = (PAYLOAD / "bootstrap.ps1").read_text("ascii")
    assert len(text) < 600
    assert text.startswith("# datacenter.hyperv bootstrap 1\n")
    assert bootstrap() == text.rstrip("\n"), "the winrm plugin would change it"


@pytest.mark.parametrize("area", AREAS)
def test_what_is_sent_stays_small(area: str) -> None:
    """What every exchange carries is the runner; what some carry are functions of areas and of operations."""
    assert len(payload_text()) < 24 * KIBIBYTE
    assert len(payload_text([area])) < 32 * KIBIBYTE
    assert len(payload_text([area, "detached"])) < 40 * KIBIBYTE


@pytest.mark.parametrize("path", sorted(PAYLOAD.glob("*.ps1")), ids=lambda path: path.name)
def test_the_payload_can_be_condensed_and_cut(path: Path) -> None:
    text = path.read_text("ascii")
    assert '@"' not in text and "@'" not in text, "a text over several lines would lose its indentation"
    assert "`\n" not in text
    if path.stem != "bootstrap":
        assert MARKER.strip() not in text
    assert "Invoke-Expression" not in text


def test_condensing_leaves_out_what_only_people_read() -> None:
    text = "# head\n<#\n.SYNOPSIS\nx\n#>\nif (1) {\n    # why\n    'a # b  '\n\n}\n"
    assert condensed(text) == "if (1) {\n'a # b  '\n}\n"


def request(**more: object) -> dict[str, object]:
    """A whole request of one step."""
    return {"version": 1, "batch": "b1", "steps": [STEP], **more}


def test_a_compressed_batch(runner: Runner) -> None:
    packed = "gzip:" + base64.b64encode(gzip.compress(encode(request()).encode())).decode()
    reply = decode(runner.answer(payload_text() + MARKER + packed), "b1")
    assert reply["steps"][0]["rows"] == [{"text": "x"}]


def test_indented_json_is_json(runner: Runner) -> None:
    body = json.dumps(request()).replace(", ", " ,\t ")
    assert decode(runner.answer(payload_text() + MARKER + body), "b1")["ok"]


@pytest.mark.parametrize(("length", "compressed"), [(15_000, False), (17_000, True), (400_000, True)])
def test_long_replies_are_compressed(runner: Runner, length: int, compressed: bool) -> None:
    step = {**STEP, "with": {"Value": "x\u00e9" * (length // 7)}}
    output = runner.answer(payload_text() + MARKER + encode(request(steps=[step])))
    line = output.splitlines()[-1]
    assert line.startswith("#datacenter.hyperv reply b1:gzip:") is compressed
    assert line.isascii()
    assert decode(output, "b1")["steps"][0]["rows"] == [{"text": "x\u00e9" * (length // 7)}]


def test_a_batch_of_two_million_characters(runner: Runner) -> None:
    text = "\\\"'" * 350_000
    reply = decode(
        runner.answer(payload_text() + MARKER + encode(request(steps=[{**STEP, "with": {"Value": text}}]))), "b1"
    )
    assert reply["steps"][0]["rows"] == [{"text": text}]


def test_the_text_is_cut_at_its_first_marker(runner: Runner) -> None:
    hostile = f"a{MARKER}gzip:x{MARKER}"
    body = encode(request(steps=[{**STEP, "with": {"Value": hostile}}]))
    reply = decode(runner.answer(payload_text() + MARKER + body), "b1")
    assert reply["steps"][0]["rows"] == [{"text": hostile}]


def test_other_output_stands_beside_the_reply(runner: Runner) -> None:
    noise = {"id": "n", "call": "LabProbe\\Write-ProbeNoise"}
    assert decode(runner.answer(payload_text() + MARKER + encode(request(steps=[noise]))), "b1")["ok"]


def test_without_a_batch_there_is_a_complaint(runner: Runner) -> None:
    assert "there is no batch in the input" in runner.answer(payload_text())


ENGINE = REPOSITORY.parent / "shared" / "pwsh" / "pwsh-engine"
"""Knows what Windows PowerShell 5.1 lacks; an optional neighbour of the checkout."""

if ENGINE.is_file():

    def test_the_payload_is_windows_powershell() -> None:
        files = [*PAYLOAD.glob("*.ps1"), REPOSITORY / "plugins" / "modules" / "batch.ps1"]
        finished = subprocess.run(
            [str(ENGINE), "-CheckSyntax", *map(str, files)], capture_output=True, text=True, check=False
        )
        assert finished.returncode == 0, finished.stdout


def test_only_files_with_functions_that_are_called_are_sent() -> None:
    areas = ("vhd", "vm", "checkpoint", "vm_export")
    plain = Batch((Step("a", "Hyper-V\\Get-VM"),), payload=areas)
    assert payload_files(plain) == ("runner",)
    chain = Step("b", "Get-DiskChain", {"Path": ["D:\\a.vhdx"]})
    assert payload_files(dataclasses.replace(plain, steps=(chain,))) == ("runner", "vhd")
    operation = Operation("k", "t", "h", ())
    later = dataclasses.replace(plain, operation=operation, then=(chain,))
    assert payload_files(later) == ("runner", "vhd", "detached")
    for name in AREAS:
        functions = re.findall(r"^function ([A-Za-z]+-\w+)", (PAYLOAD / f"{name}.ps1").read_text("ascii"), re.MULTILINE)
        for function in functions:
            sent = payload_files(Batch((Step("a", function),), payload=tuple(AREAS)))
            assert name in sent, f"{function} is called, but {name}.ps1 is not sent"
