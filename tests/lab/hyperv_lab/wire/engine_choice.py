# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which engine a lab uses."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from hyperv_lab.wire.engine_port import ShellEngine

ENGINES = ("auto", "python", "powershell")
POWERSHELL_VARIABLE = "HYPERV_LAB_POWERSHELL"


class NoPowerShell(Exception):
    """The PowerShell engine is asked for, and there is no PowerShell."""


def choose_engine(asked: str) -> str:
    """``python`` or ``powershell``. ``auto`` means ``powershell`` where ``HYPERV_LAB_POWERSHELL`` is set.

    Raises: ValueError for another word.
    """
    if asked not in ENGINES:
        raise ValueError(f"unknown engine '{asked}'; known: {', '.join(ENGINES)}")
    if asked == "auto":
        return "powershell" if os.environ.get(POWERSHELL_VARIABLE) else "python"
    return asked


def make_engine(asked: str, cache_directory: Path, builds: Sequence[int]) -> ShellEngine:
    """An engine that is ready to use.

    Args:
        asked: ``python``, ``powershell`` or ``auto``.
        cache_directory: where the PowerShell engine keeps its generated modules.
        builds: Windows builds of the hosts, for which the PowerShell engine prepares.
    Raises: ValueError, NoPowerShell, and the PowerShell engine's CompileError.
    """
    if choose_engine(asked) == "python":
        # Each engine's own package is loaded only by labs that use it.
        from hyperv_lab.engine.python import interpret
        from hyperv_lab.wire.python_engine import PythonEngine

        return PythonEngine(interpret)
    from hyperv_lab.engine.powershell import PowerShellEngine, find_powershell
    from hyperv_lab.wire.powershell_engine import PowerShellShellEngine

    try:
        executable = find_powershell()
    except FileNotFoundError as error:
        raise NoPowerShell(str(error)) from None
    if executable is None:
        raise NoPowerShell(f"there is no pwsh on PATH; name a PowerShell 7 in {POWERSHELL_VARIABLE}")
    cache_directory.mkdir(parents=True, exist_ok=True)
    starter = PowerShellEngine(executable, cache_directory)
    starter.prepare(builds)
    return PowerShellShellEngine(starter)
