# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The batch runners under test: Python always, PowerShell where there is one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent / "support"))

from batch_runners import MARKER, PowerShellRunner, PythonRunner, Reply, Runner, decode, encode, payload_text  # noqa: E402
from simulated_hosts import COMPILED, SimulatedHost  # noqa: E402

from hyperv_lab.engine.powershell import PowerShellEngine  # noqa: E402
from hyperv_lab.engine.powershell.finding import find_powershell  # noqa: E402

POWERSHELL = find_powershell()
ENGINES = ["python"] if POWERSHELL is None else ["python", "powershell"]
NEED_POWERSHELL = ["test_powershell.py", "test_corpus_on_powershell.py", "test_settings_on_powershell.py"]
collect_ignore = NEED_POWERSHELL if POWERSHELL is None else []


@pytest.fixture(scope="session", params=ENGINES)
def runner(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """Both implementations, one after the other."""
    if request.param == "python":
        yield PythonRunner()
        return
    assert POWERSHELL is not None
    powershell = PowerShellRunner(POWERSHELL, tmp_path_factory.mktemp("ProgramData"))
    yield powershell
    powershell.close()


@pytest.fixture(scope="session")
def powershell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PowerShellRunner]:
    """The PowerShell one, for tests that are only collected where there is one."""
    assert POWERSHELL is not None
    runner = PowerShellRunner(POWERSHELL, tmp_path_factory.mktemp("ProgramData"))
    yield runner
    runner.close()


@pytest.fixture
def run(runner: Runner) -> Callable[..., Reply]:
    """A function that runs steps, or a whole request, and gives the reply."""

    def run_steps(*steps: dict[str, Any], before: str = "", areas: Sequence[str] = (), **request: Any) -> Reply:
        whole = {"version": 1, "batch": "5f0c2a91", "steps": list(steps), **request}
        output = runner.answer(payload_text(areas) + MARKER + encode(whole), before)
        return decode(output, whole["batch"])

    return run_steps


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[PowerShellEngine | None]:
    """The lab's PowerShell engine, or None for the Python one."""
    if request.param == "python":
        yield None
        return
    assert POWERSHELL is not None
    with PowerShellEngine(POWERSHELL, COMPILED) as running:
        yield running


@pytest.fixture
def make_host(engine: PowerShellEngine | None) -> Callable[..., SimulatedHost]:
    """A function that makes a simulated host, of a release."""
    return lambda release="2022": SimulatedHost(engine, release)
