# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Scripts that know nothing of this project, in a real PowerShell on the lab's hosts.

Tests that start PowerShell are collected where there is one; the header of a test run says whether that is so.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hyperv_lab.engine.powershell import PowerShellEngine, find_powershell
from hyperv_lab.simulation.estate import Estate
from hyperv_lab.simulation.host import Host
from hyperv_lab.topology import load_topology

sys.path.insert(0, str(Path(__file__).parent))

from lab_shells import ESTATE, MODULES, Shell  # noqa: E402  # beside this file

WITHOUT_POWERSHELL = ("test_sources.py", "test_value_coding.py")

collect_ignore = (
    []
    if find_powershell()
    else [path.name for path in Path(__file__).parent.glob("test_*.py") if path.name not in WITHOUT_POWERSHELL]
)


def pytest_report_header() -> str:
    """Say which PowerShell runs the tests, or that their files are left out."""
    found = find_powershell()
    if found:
        return f"powershell: {found}"
    return "powershell: none (no HYPERV_LAB_POWERSHELL, no pwsh on PATH): tests that start one are not collected"


@pytest.fixture(scope="session")
def engine() -> Iterator[PowerShellEngine]:
    """One engine for all tests; its modules are kept between runs."""
    executable = find_powershell()
    assert executable is not None
    with PowerShellEngine(executable, MODULES) as running:
        yield running


@pytest.fixture
def estate() -> Estate:
    """A new estate for each test."""
    return load_topology(ESTATE)


@pytest.fixture
def shell_on(engine: PowerShellEngine) -> Callable[[Host], Shell]:
    """Makes shells on hosts."""
    return lambda host: Shell(engine, host)


@pytest.fixture
def shell(shell_on: Callable[[Host], Shell], estate: Estate) -> Shell:
    """A shell on the host hv01, with three virtual machines: web01 and web02 running, db01 off."""
    shell = shell_on(estate.host("hv01"))
    made = shell.run(
        "$ErrorActionPreference = 'Stop'\n"
        "foreach ($name in 'web01', 'web02', 'db01') {\n"
        "    New-VM -Name $name -Generation 2 -MemoryStartupBytes 1GB -SwitchName Inside -Path D:\\VMs "
        '-NewVHDPath "D:\\VMs\\$name.vhdx" -NewVHDSizeBytes 40GB | Out-Null\n'
        "}\n"
        "Start-VM -Name web01, web02"
    )
    assert made.errors == "" and made.exit_code == 0, made
    return shell
