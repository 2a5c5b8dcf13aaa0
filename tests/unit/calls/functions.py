# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Holds calls of area functions against the payload files that define them."""

from __future__ import annotations

import functools
import pathlib
import re

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.step import Step

PAYLOAD = pathlib.Path(__file__).resolve().parents[3] / "plugins" / "plugin_utils" / "payload"

_FUNCTION = re.compile(r"^function\s+([A-Za-z]+-[A-Za-z]+)\s*\{", re.MULTILINE)
_PARAMETER = re.compile(r"(?P<attributes>(?:\[[^\[\]]*(?:\[\])?\]\s*)*)\$(?P<name>[A-Za-z]+)")


@functools.cache
def functions() -> dict[str, dict[str, bool]]:
    """Return the parameters of each function of the area files, and whether they are mandatory."""
    found = {}
    for file in sorted(PAYLOAD.glob("*.ps1")):
        text = file.read_text(encoding="utf-8")
        for match in _FUNCTION.finditer(text):
            found[match[1]] = {
                parameter["name"]: "Mandatory" in parameter["attributes"]
                for parameter in _PARAMETER.finditer(_parameter_block(text, match.end()))
            }
    return found


def problems(step: Step) -> list[str]:
    """Return why a call of an area function would not bind, or nothing."""
    parameters = functions().get(step.call)
    if parameters is None:
        return [f"no payload file has a function {step.call}"]
    unknown = [f"{step.call} has no parameter -{name}" for name in step.parameters if name not in parameters]
    missing = [
        f"{step.call} needs -{name}"
        for name, mandatory in parameters.items()
        if mandatory and name not in step.parameters
    ]
    return unknown + missing


def _parameter_block(text: str, start: int) -> str:
    opening = re.compile(r"\bparam\s*\(").search(text, start)
    if opening is None:
        return ""
    depth = 1
    for position in range(opening.end(), len(text)):
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        if depth == 0:
            return text[opening.end() : position]
    return text[opening.end() :]
