# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Reading the committed signature files."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from .model import Binding, Parameter, Signature

DIRECTORY = Path(__file__).parent


@cache
def load_signatures(*, everything: bool = False) -> dict[str, dict[str, Signature]]:
    """Signatures by module and cmdlet.

    The file cmdlets of Microsoft.PowerShell.Management ("native" in the data) are left out unless `everything` is asked
    for: a real PowerShell brings them itself.
    """
    modules: dict[str, dict[str, Signature]] = {}
    for path in sorted(DIRECTORY.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        modules[data["module"]] = {
            name: _read(data["module"], name, entry)
            for name, entry in data["cmdlets"].items()
            if everything or not entry.get("native")
        }
    return modules


def _read(module: str, cmdlet: str, entry: dict[str, object]) -> Signature:
    record: dict[str, object] = dict(entry)
    parameters: dict[str, Parameter] = {}
    raw_parameters = record["parameters"]
    assert isinstance(raw_parameters, dict)
    since = record.get("since_build", 14393)
    assert isinstance(since, int)
    sets: list[str] = [str(name) for name in record.get("set_order", ())]  # type: ignore[attr-defined]  # a list in the file
    for name, raw in raw_parameters.items():
        bindings = {
            set_name: Binding(bool(binding["mandatory"]), binding["position"], binding["pipeline"])
            for set_name, binding in raw["sets"].items()
        }
        parameters[name] = Parameter(
            name, raw["type"], tuple(raw["aliases"]), tuple(raw["values"]), bindings, raw.get("since_build", since)
        )
        for set_name in bindings:
            if set_name not in sets:
                sets.append(set_name)
    default = record["default_set"]
    return Signature(
        module,
        cmdlet,
        None if default is None else str(default),
        tuple(sets),
        parameters,
        bool(record["supports_should_process"]),
        since,
    )
