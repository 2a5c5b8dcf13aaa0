# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a shell of the lab runs: the batch runner in Python, or a real PowerShell."""

from __future__ import annotations
