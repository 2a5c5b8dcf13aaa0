# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The table of all settings: option, cmdlet and parameter, power states, generation, release, values."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.settings import ROWS, Row
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.setting import ANY_STATE, NOT_SAVED, OFF_ONLY
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.size import size_text

PAGE = Path(__file__).resolve().parents[3] / "docs" / "vm-settings.md"
BEGIN, END = "<!-- begin of the table: python -m settings_page -->", "<!-- end of the table -->"

_STATES = {ANY_STATE: "any", NOT_SAVED: "off, running, paused", OFF_ONLY: "off"}
_RELEASES = {
    14393: "",
    16299: "Server 2019 (1709)",
    17763: "Server 2019",
    20348: "Server 2022",
    26100: "Server 2025",
}

#: Where the values decide on the power state; settings_plan.states_of.
_VALUES_DECIDE = {
    "memory.startup": "off; running, if static and the guest answers",
    "memory.minimum": "off; running, to lower it",
    "memory.maximum": "off; running, to raise it",
    "snapshot_file_location": "any, without checkpoints",
}


def page(text: str) -> str:
    """Return the page with its table made anew."""
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}{END}{after}"


def table() -> str:
    """Return the table."""
    lines = ["| option | set by | when | generation | since | values |", "|---|---|---|---|---|---|"]
    lines += [_line(row) for row in ROWS]
    return "\n".join(lines) + "\n"


def _line(row: Row) -> str:
    setting = row.setting
    call = setting.call.rpartition("\\")[2]
    if row.option == "num_lock":
        by = f"`{call} -EnableNumLock`, `-DisableNumLock`"
    elif setting.calls:
        by = ", ".join(f"`{name.rpartition(chr(92))[2]}`" for name in (setting.call, *setting.calls.values()))
    elif "\\" not in setting.call:
        by = "`Enable-VMIntegrationService`, `Disable-VMIntegrationService`, found by id"
    else:
        number = f" -Number {setting.fixed['Number']}" if setting.fixed else ""
        by = f"`{call}{number} -{setting.parameter}`"
        if row.option == "secure_boot_template":
            by += ", `-SecureBootTemplateId`"
    when = _VALUES_DECIDE.get(row.option) or _STATES.get(setting.states) or ", ".join(sorted(setting.states)).lower()
    generation = "" if setting.generations == (1, 2) else str(setting.generations[0])
    return f"| `{row.option}` | {by} | {when} | {generation} | {_RELEASES[setting.since_build]} | {_values(row)} |"


def _values(row: Row) -> str:
    if row.option == "security.key_protector":
        return "true"
    if row.words is not None and row.kind == "enum" and not any(isinstance(word, bool) for word in row.words):
        return ", ".join(f"`{word}`" for word in row.words)
    if row.kind == "boolean" or row.words is not None and row.kind == "enum":
        return "true, false"
    if row.limits is not None:
        low, high = row.limits
        if high >= 2**31 - 1 and row.unit != "bytes":
            return f"from {low}"
        if row.unit == "bytes":
            multiple = f", multiples of {size_text(row.multiple_of)}"
            return (f"from {size_text(low)}" if low else "a size") + multiple
        return f"{low} to {high}"
    return {"tags": "keys and values", "processor.performance_monitoring": "`pmu`, `lbr`, `pebs`, `ipt`"}.get(
        row.option, "text"
    )
