# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Checks that read the source: style, types, YAML, playbooks, changelog, PowerShell syntax."""

from __future__ import annotations

import os
from pathlib import Path

from ansible_runs.environment import REPOSITORY, ansible_environment

from .stage import Stage, Work

#: Optional neighbour of the checkout; its engine knows what Windows PowerShell 5.1 lacks.
_POWERSHELL_ENGINE = REPOSITORY.parent / "shared" / "pwsh" / "pwsh-engine"


def _style(work: Work) -> str:
    work.run("ruff", "check", "plugins", "tests")
    work.run("ruff", "format", "--check", "plugins", "tests")
    return ""


#: Folders of tests, each with the folders in which pytest finds what the tests import from their neighbourhood.
_TESTS = {
    "tests/unit": ("tests/unit",),
    "tests/payload": ("tests/payload", "tests/payload/support", "tests/unit"),
    "tests/powershell": ("tests/powershell",),
    "tests/e2e": ("tests/e2e",),
    "tests/bench": ("tests/bench",),
}


def _types(work: Work) -> str:
    """Check the packages by name, and the tests folder by folder, because each has a conftest.py of its own."""
    work.run(
        "mypy",
        *("-p", "ansible_collections.datacenter.hyperv.plugins"),
        *(
            "-p",
            "hyperv_lab",
            "-p",
            "ansible_runs",
            "-p",
            "checks",
            "-p",
            "demonstration",
            "-p",
            "hyperv_bench",
            "-p",
            "settings_page",
        ),
    )
    for folder, neighbourhood in _TESTS.items():
        work.run("mypy", folder, environment=ansible_environment(extra={"MYPYPATH": os.pathsep.join(neighbourhood)}))
    return ""


def _yaml(work: Work) -> str:
    work.run("yamllint", "--strict", ".")
    return ""


def _playbooks(work: Work) -> str:
    work.run("ansible-lint", environment=ansible_environment(extra={"ANSIBLE_LINT_NODEPS": "1"}))
    return "ansible-lint, profile production"


def _changelog(work: Work) -> str:
    work.run("antsibull-changelog", "lint")
    work.run("antsibull-changelog", "lint-changelog-yaml", "changelogs/changelog.yaml")
    return ""


def _syntax(work: Work) -> str:
    files = sorted(path for path in (REPOSITORY / "plugins").rglob("*.ps1"))
    work.run(_POWERSHELL_ENGINE, "-CheckSyntax", *files, environment=os.environ)
    return f"{len(files)} files run on Windows PowerShell 5.1"


STAGES: tuple[Stage, ...] = (
    Stage("types", "mypy, strict", _types),
    Stage("style", "ruff", _style),
    Stage("yaml", "yamllint", _yaml),
    Stage("playbooks", "ansible-lint, production profile", _playbooks),
    Stage("changelog", "antsibull-changelog", _changelog),
)
if Path(_POWERSHELL_ENGINE).exists():
    STAGES += (Stage("syntax", "PowerShell files against Windows PowerShell 5.1", _syntax),)
