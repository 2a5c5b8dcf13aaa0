# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Fixtures of the end-to-end tests, and the account of the ansible-core releases that were used."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_runs.environment import link_collection
from ansible_runs.releases import RELEASES, interpreter_for
from ansible_runs.ways import ENGINES, WAYS, Way

#: Key of the property by which a test says which release of ansible-core it ran.
RELEASE_PROPERTY = "ansible_core"


@pytest.fixture(scope="session", autouse=True)
def _collection_is_found() -> None:
    link_collection()


@pytest.fixture(params=WAYS, ids=str)
def way(request: pytest.FixtureRequest) -> Way:
    """Each connection on each engine that is there."""
    chosen: Way = request.param
    return chosen


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for inventory, playbooks and records."""
    return tmp_path


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which releases and engines the end-to-end tests ran on."""
    ran: dict[str, set[str]] = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for key, value in report.user_properties:
                if key == RELEASE_PROPERTY:
                    ran.setdefault(str(value), set()).add(outcome)
    if not ran:
        return
    terminalreporter.section("ansible-core releases")
    for release in RELEASES:
        if release.name in ran:
            terminalreporter.line(f"{release.name}: {' and '.join(sorted(ran[release.name]))}")
        elif interpreter_for(release) is None:
            terminalreporter.line(f"{release.name}: not run, needs Python {' or '.join(release.pythons)}")
    terminalreporter.line(f"engines: {', '.join(ENGINES)}")
