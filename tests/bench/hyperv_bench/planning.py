# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How long the controller plans: everything a run does in Python, without Ansible, the wire and the host."""

from __future__ import annotations

import importlib
import json
import time
import typing as t

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.batch import Batch
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import Outcome, Terms, conduct
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.options import validated_options
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.reply import BatchReply, reply_from_wire
from hyperv_lab.engine.python import run_batch
from hyperv_lab.simulation.estate import Session
from hyperv_lab.topology import load_topology

from .fleet import fleet, preparation, topology

_AREAS = "ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas"


class TimedHost:
    """A simulated host that counts the CPU time that it takes itself."""

    def __init__(self, host: t.Any) -> None:
        self.host = host
        self.cpu_seconds = 0.0
        self._session = Session("Administrator", str(host.name), "direct")

    def exchange(self, batch: Batch) -> BatchReply:
        """Run a batch."""
        request = json.dumps(batch.to_wire())
        started = time.process_time()
        reply = json.dumps(run_batch(self.host, json.loads(request), self._session))
        self.cpu_seconds += time.process_time() - started
        return reply_from_wire(json.loads(reply))


def planning_seconds(size: int, settings: str = "plain") -> float:
    """Return the CPU seconds to validate, read and plan a fleet of this size that has still to be built."""
    estate = load_topology(topology({}))
    host = TimedHost(next(iter(estate.hosts.values())))
    for task in preparation():
        _run(task, host, check=False)
    host.cpu_seconds = 0.0
    started = time.process_time()
    outcome = _run(fleet(size, settings=settings), host, check=True)
    seconds = time.process_time() - started - host.cpu_seconds
    assert outcome.plan.changed and outcome.exchanges == 1
    return seconds


def _run(task: dict[str, t.Any], host: TimedHost, *, check: bool) -> Outcome:
    (module,) = (key for key in task if key.startswith("datacenter.hyperv."))
    name = module.rpartition(".")[2]
    area = importlib.import_module(f"{_AREAS}.{name}").AREA
    options = validated_options(name, task[module]).values
    return conduct(area, options, host.exchange, Terms(holder="benchmark", check=check))
