# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The pages about the lab say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from hyperv_lab import coverage

ROOT = Path(__file__).resolve().parents[4]
LAB = ROOT / "tests" / "lab" / "hyperv_lab"
KINDS = (
    *("ERR", "HOST", "VM", "PWR", "MEM", "CPU", "FW", "SEC", "COM", "VID", "MET", "SVC", "CIM"),
    *("DRV", "DVD", "CTL", "DISK", "PMEM", "VHD", "FILE"),
    *("CHK", "EXP", "IMP"),
    *("NET", "VLAN"),
    *("SMV", "FCH", "GPU", "DDA"),
)
RULE = re.compile(rf"\b(?:{'|'.join(KINDS)})-\d\d\b")


def test_page_and_code_list_the_same_rules() -> None:
    code: set[str] = set()
    for folder in ("simulation", "cmdlets", "topology"):
        for path in (LAB / folder).rglob("*.py"):
            code |= set(RULE.findall(path.read_text(encoding="utf-8")))
    rows = re.findall(
        r"^\| ([A-Z]+-\d\d) \| (.+) \| (.+) \|$", (ROOT / "docs" / "lab.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(rows) == len({row[0] for row in rows}), "a rule is listed twice"
    assert {row[0] for row in rows} == code
    for rule, _, source in rows:
        assert re.search(
            r"\bG \d|\bS\b|\bM\b|\bD \w|/.+#\d|unverified|choice of the lab|facts file|row S9|virtdisk", source
        ), rule


def test_the_table_of_cmdlets_is_up_to_date() -> None:
    assert coverage.PAGE.read_text(encoding="utf-8") == coverage.page(), "run python -m hyperv_lab.coverage"
