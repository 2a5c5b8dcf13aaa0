# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From a user's topology (YAML or a mapping) to a simulated estate. The keys are described in docs/lab.md."""

from __future__ import annotations

from .loading import TOPOLOGIES, default_topology, load_topology
from .reading import TopologyError

__all__ = ["TOPOLOGIES", "TopologyError", "default_topology", "load_topology"]
