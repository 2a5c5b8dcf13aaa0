# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Pages have no gaps, and the output that they show is real."""

from __future__ import annotations

import pathlib
import re
import typing as t
import uuid

import pytest
import yaml
from ansible.plugins.callback import CallbackBase
from area_harness import SimulatedHost, run_area
from areas.vm.vm_host import machine, simulated_host
from calls.functions import functions

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.task_result import success

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PAGES = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").glob("*.md"), *(REPOSITORY / "roles").glob("*/*.md")])

#: A line of its own in capitals with underscores stands for something that was to come, and these words say so.
PLACEHOLDER = re.compile(r"^[A-Z]+(?:_[A-Z]+)+$|\b(?:TODO|FIXME|XXX|TBD|TKTK)\b", re.MULTILINE)

#: Verbs of functions that only read or run others, and further functions that no plan has.
READING_OR_RUNNING = {"Get", "Test", "Compare", "Invoke"}
NEVER_PLANNED = {"Start-Operation", "Remove-Operation", "Wait-VMChange"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_no_page_has_a_gap(page: pathlib.Path) -> None:
    assert PLACEHOLDER.findall(page.read_text(encoding="utf-8")) == []


def test_gaps_are_found() -> None:
    assert len(PLACEHOLDER.findall("text\n\nDIFF_SAMPLE\n\nmore\nTODO: write this\n")) == 2
    assert not PLACEHOLDER.findall("`hyperv_deadline`\nUnknown (ERROR_SHARING_VIOLATION)\n")


def test_the_diff_of_the_page_is_what_ansible_shows() -> None:
    text = (REPOSITORY / "docs" / "check-and-diff.md").read_text(encoding="utf-8")
    found = re.search(r"```yaml\n(.*?)```.*?```diff\n(.*?)```", text, re.DOTALL)
    assert found is not None
    assert found[2] == shown(yaml.safe_load(found[1])[0]["datacenter.hyperv.vm"])


def test_functions_that_plans_show_are_explained() -> None:
    """Whoever reads a plan knows cmdlets; functions of the collection stand among them."""
    text = (REPOSITORY / "docs" / "check-and-diff.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `([A-Z]\w+-\w+)` \|", text, re.MULTILINE))
    planned = {name for name in functions() if name.partition("-")[0] not in READING_OR_RUNNING} - NEVER_PLANNED
    assert explained == planned, "docs/check-and-diff.md has a table of them"


def shown(options: dict[str, t.Any]) -> str:
    """Return what Ansible prints for a task in check mode with `--diff`, for a machine that runs on hv01."""
    host = SimulatedHost(simulated_host())
    there = {"name": options["name"], "processor": {"count": 2}, "notes": "", "state": "running"}
    run_area("vm", host, {**there, "adapters": [{"name": "lan", "switch": "lan"}]})
    there_now = machine(host.host, options["name"])
    del host.host.machines[there_now.id]
    there_now.id = uuid.UUID("9f1a0a60-0a49-4ea7-8f1e-0f7d9a3a6a42")
    host.host.machines[there_now.id] = there_now
    (adapter,) = there_now.settings.adapters
    adapter.id = uuid.UUID("4be422ac-52f8-4aaf-acef-54ba814ab115")
    outcome = run_area("vm", host, options, check=True)
    difference = success(outcome, diff=True, host="hv01")["diff"]
    return str(CallbackBase()._get_diff(difference)).strip("\n") + "\n"
