# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The table of simulated cmdlets and parameters, docs/lab-cmdlets.md.

python -m hyperv_lab.coverage [--check]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .cmdlets.registry import COMMON, SimulatedCmdlet, load_cmdlets
from .signatures import Signature, load_signatures

PAGE = Path(__file__).resolve().parents[3] / "docs" / "lab-cmdlets.md"
BASE_BUILD = 14393
_HEAD = """# Cmdlets that the lab simulates

Made by `python -m hyperv_lab.coverage`; do not edit. A parameter that is not simulated is refused loudly with the error
id `NotSimulated`, never ignored. `-WhatIf`, `-Confirm`, `-Passthru` and `-ComputerName` of the host itself work
everywhere and are not listed. A number in brackets is the Windows build that has the parameter first, where it is later
than Windows Server 2016.
"""


def _parameters(signature: Signature, definition: SimulatedCmdlet) -> tuple[str, str]:
    simulated: list[str] = []
    refused: list[str] = []
    common = {name.casefold() for name in COMMON}
    for name, parameter in sorted(signature.parameters.items()):
        if name.casefold() in common:
            continue
        later = f" [{parameter.since_build}]" if parameter.since_build > BASE_BUILD else ""
        (simulated if name in definition.parameters else refused).append(f"{name}{later}")
    return ", ".join(simulated) or "none", ", ".join(refused) or "none"


def page() -> str:
    """The text of the page."""
    lines = [_HEAD]
    cmdlets = load_cmdlets()
    for module, signatures in load_signatures(everything=True).items():
        lines += [f"## {module}", "", "| cmdlet | simulated parameters | refused parameters |", "|---|---|---|"]
        for name, signature in signatures.items():
            simulated, refused = _parameters(signature, cmdlets[name.casefold()])
            lines.append(f"| {name} | {simulated} | {refused} |")
        lines.append("")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or with --check say whether it is stale."""
    parser = argparse.ArgumentParser(description="Write the table of simulated cmdlets.")
    parser.add_argument("--check", action="store_true", help="only say whether the page is up to date")
    options = parser.parse_args(arguments)
    text = page()
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    if options.check:
        print(f"{PAGE.name} is stale: run python -m hyperv_lab.coverage")
        return 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
