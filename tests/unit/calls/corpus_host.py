# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The simulated host on which the corpus of declarations runs."""

from __future__ import annotations

import uuid

from areas.hosts import add_disk, add_machine, host_with_adapters
from calls.corpus import ADAPTERS, FOREIGN, KNOWN_ID, PARTITIONED
from calls.corpus_devices import prepare_devices
from calls.corpus_host_devices import prepare_host_devices
from calls.foreign_export import add_foreign_export

from hyperv_lab.simulation.host import Host
from hyperv_lab.simulation.releases import RELEASES


def corpus_host() -> Host:
    """Return a new host of the newest release, with what the tasks of the corpus refer to."""
    host = host_with_adapters(ADAPTERS)
    host.windows = RELEASES["2025"]
    add_disk(host, PARTITIONED)
    add_foreign_export(host, FOREIGN)
    prepare_devices(host)
    prepare_host_devices(host)
    known = add_machine(host, "known01")
    del host.machines[known.id]
    known.id = uuid.UUID(KNOWN_ID)
    host.machines[known.id] = known
    return host
