# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The lab's engine that is a real PowerShell."""

from __future__ import annotations

from .engine import PowerShellEngine
from .finding import find_powershell
from .library import CompileError

__all__ = ["CompileError", "PowerShellEngine", "find_powershell"]
