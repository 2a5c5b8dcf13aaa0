# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Remedies of refusals name options, and a cmdlet only where no option does the work."""

from __future__ import annotations

import ast
import pathlib
import re
import typing as t

from ansible_collections.datacenter.hyperv.plugins.plugin_utils import areas

FOLDER = pathlib.Path(next(iter(areas.__path__)))
CMDLET = re.compile(r"\b(?:Add|Checkpoint|Disable|Enable|Get|Move|New|Remove|Rename|Set|Stop|Update)-[A-Z]\w+")

#: What no module does, or for what it is given as the reason.
WITHOUT_OPTION = {
    "Get-Disk",
    "Get-PnpDeviceProperty",
    "Get-VMSwitch",
    "New-VHD",
    "New-VMSan",
    "Remove-VMFibreChannelHba",
    "Remove-VMGpuPartitionAdapter",
    "Rename-VMNetworkAdapter",
    "Rename-VMSwitch",
    "Set-VHD",
}


def remedies() -> t.Iterator[tuple[str, str]]:
    """Yield the file and the text of each last argument of a `Refusal` or of a `refuse`."""
    for file in sorted(FOLDER.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ("Refusal", "refuse", "Obstacle"):
                texts = [part.value for part in ast.walk(node.args[-1]) if isinstance(part, ast.Constant)]
                yield f"{file.parent.name}/{file.name}", " ".join(text for text in texts if isinstance(text, str))


def test_remedies_name_options_and_not_cmdlets() -> None:
    found = list(remedies())
    assert len(found) > 100
    named = {(file, cmdlet) for file, text in found for cmdlet in CMDLET.findall(text)}
    assert {(file, cmdlet) for file, cmdlet in named if cmdlet not in WITHOUT_OPTION} == set()
