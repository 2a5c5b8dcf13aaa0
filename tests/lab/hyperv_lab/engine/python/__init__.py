# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The engine that needs nothing installed: the batch runner in Python, over the simulated cmdlets."""

from __future__ import annotations

from hyperv_lab.engine.python.batch_run import run_batch
from hyperv_lab.engine.python.become import become_requests
from hyperv_lab.engine.python.interpretation import Interpretation, interpret

__all__ = ["Interpretation", "become_requests", "interpret", "run_batch"]
