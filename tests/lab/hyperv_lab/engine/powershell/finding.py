# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Finding a PowerShell for the lab."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

VARIABLE = "HYPERV_LAB_POWERSHELL"


def find_powershell() -> Path | None:
    """The PowerShell that HYPERV_LAB_POWERSHELL names, else `pwsh` on PATH, else None.

    Raises:
        FileNotFoundError: HYPERV_LAB_POWERSHELL names something that is not an executable file.
    """
    named = os.environ.get(VARIABLE)
    if named:
        path = Path(named).expanduser().absolute()
        if not (path.is_file() and os.access(path, os.X_OK)):
            raise FileNotFoundError(f"{VARIABLE} names {named!r}, which is not an executable file")
        return path
    found = shutil.which("pwsh")
    return Path(found) if found else None
