# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From a topology, a file or a mapping, to a simulated estate.

The format is described in docs/lab.md.
"""

from __future__ import annotations

from .document import TopologyError
from .loading import default_topology, load_topology

__all__ = ["TopologyError", "default_topology", "load_topology"]
