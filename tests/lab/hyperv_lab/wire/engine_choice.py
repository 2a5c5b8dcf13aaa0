# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which engine a lab uses, and where PowerShell is."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any, cast

from hyperv_lab.wire.engine_port import ShellEngine

ENGINES = ("auto", "python", "powershell")
POWERSHELL_VARIABLE = "HYPERV_LAB_POWERSHELL"


class NoPowerShell(Exception):
    """The PowerShell engine is asked for, and there is no PowerShell."""


def find_powershell() -> Path | None:
    """The PowerShell that ``HYPERV_LAB_POWERSHELL`` names, or ``pwsh`` on PATH, or None.

    Raises: NoPowerShell when the variable names something that is no program.
    """
    named = os.environ.get(POWERSHELL_VARIABLE)
    if named:
        found = shutil.which(named)
        if found is None:
            raise NoPowerShell(f"{POWERSHELL_VARIABLE} is '{named}', which is not a program")
        return Path(found).absolute()
    found = shutil.which("pwsh")
    return Path(found).absolute() if found else None


def choose_engine(asked: str) -> str:
    """``python`` or ``powershell``. ``auto`` means ``powershell`` where ``HYPERV_LAB_POWERSHELL`` is set.

    Raises: ValueError for another word.
    """
    if asked not in ENGINES:
        raise ValueError(f"unknown engine '{asked}'; known: {', '.join(ENGINES)}")
    if asked == "auto":
        return "powershell" if os.environ.get(POWERSHELL_VARIABLE) else "python"
    return asked


def make_engine(asked: str, cache_directory: Path) -> ShellEngine:
    """An engine that is ready to use.

    Args:
        asked: ``python``, ``powershell`` or ``auto``.
        cache_directory: where the PowerShell engine keeps its generated modules.
    Raises: ValueError, NoPowerShell.
    """
    if choose_engine(asked) == "python":
        # Each engine's own package is loaded only by labs that use it.
        from hyperv_lab.engine.python import interpret
        from hyperv_lab.wire.python_engine import Interpreter, PythonEngine

        return PythonEngine(cast(Interpreter, interpret))
    executable = find_powershell()
    if executable is None:
        raise NoPowerShell(f"there is no pwsh on PATH; name one in {POWERSHELL_VARIABLE}")
    from hyperv_lab.engine.powershell import PowerShellEngine
    from hyperv_lab.wire.powershell_engine import PowerShellShellEngine

    cache_directory.mkdir(parents=True, exist_ok=True)
    starter: Any = PowerShellEngine(executable, cache_directory)
    starter.prepare()
    return PowerShellShellEngine(starter)
