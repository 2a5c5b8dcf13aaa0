# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The page about what still needs PowerShell names every cmdlet that no module calls, and none that one does."""

from __future__ import annotations

import pathlib
import re

import pytest
from calls import catalogue

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
PAGE = REPOSITORY / "docs" / "not-managed.md"

#: Verbs that change nothing, or wait.
READING = {"Get", "Test", "Measure", "Compare", "Wait"}


def called() -> set[str]:
    """Return the cmdlets of Hyper-V that the collection calls."""
    files = [*(REPOSITORY / "plugins").rglob("*.py"), *(REPOSITORY / "plugins").rglob("*.ps1")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return set(re.findall(r"Hyper-V\\{1,2}([A-Z][a-z]+-\w+)", text))


def named() -> set[str]:
    """Return the cmdlets in the last column of the page's tables."""
    rows = re.findall(r"^\|.*\| (.*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {cmdlet for row in rows for cmdlet in re.findall(r"`([A-Z][a-z]+-\w+)`", row)}


def test_the_page_names_nothing_that_a_module_does() -> None:
    both = called() & named()
    assert not both, f"docs/not-managed.md still has {sorted(both)}"


@pytest.mark.skipif(not catalogue.PRESENT, reason="../shared/cmdlets is not there")
def test_the_page_names_all_that_no_module_does() -> None:
    everything = catalogue.module_catalogue("Hyper-V")
    assert everything is not None
    changing = {cmdlet for cmdlet in everything if cmdlet.partition("-")[0] not in READING}
    missing = changing - called() - named()
    assert not missing, f"docs/not-managed.md lacks {sorted(missing)}"
    unknown = named() - changing - {"Set-VMStorageSettings"}  # came after the catalogue's pages
    assert not unknown, f"docs/not-managed.md has {sorted(unknown)}, which Hyper-V does not"
