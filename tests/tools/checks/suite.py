# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The test suite: one pytest run over all cores, shown while it runs."""

from __future__ import annotations

import os

from ansible_runs.environment import CACHE, REPOSITORY, ansible_environment

from .stage import Stage, StageFailed, Work

#: Long tests first, so that short ones are left to share out at the end.
_FOLDERS = ("tests/e2e", "tests/bench", "tests/powershell", "tests/payload", "tests/unit")


def _suite(work: Work) -> str:
    engine = os.environ.get("HYPERV_LAB_POWERSHELL")
    temporary = CACHE / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    output = work.run(
        *("python", "-m", "pytest", "--numprocesses", "auto", "--dist", "worksteal", "--durations", "15"),
        *(folder for folder in _FOLDERS if (REPOSITORY / folder).is_dir()),
        environment=ansible_environment(
            extra={
                "PYTEST_DEBUG_TEMPROOT": str(temporary),
                "HYPOTHESIS_STORAGE_DIRECTORY": str(CACHE / "hypothesis"),
                **({"HYPERV_LAB_POWERSHELL": engine} if engine else {}),
            }
        ),
    )
    closing = [line for line in output.splitlines() if " passed" in line]
    if not closing:
        raise StageFailed("pytest gave no closing line")
    return closing[-1].strip("= ")


STAGE = Stage("tests", "pytest: unit, payload, PowerShell, end to end, counted benchmark", _suite, live=True)
