# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Runs that end in the middle because the connection is lost: the next run must finish the work."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from area_harness import SimulatedHost, converge, run_area

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.batch import Batch
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import ApplyInterrupted, Outcome, RunFailed
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.difference import differing_paths
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.host_error import ConnectionLost
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.reply import BatchReply


@dataclasses.dataclass
class CutHost(SimulatedHost):
    """A host whose connection breaks once, when so many steps of a batch that changes something have run."""

    steps_before_cut: int = 0

    def exchange(self, batch: Batch) -> BatchReply:
        """Run a batch, or its beginning.

        Raises:
            ConnectionLost: after the beginning of a batch that changes something.
        """
        if batch.lock is None or not batch.lock.advance:
            return super().exchange(batch)
        super().exchange(dataclasses.replace(batch, steps=batch.steps[: self.steps_before_cut]))
        raise ConnectionLost("the connection was cut by the test")


def refused_without_change(module: str, host: t.Any, options: c.Mapping[str, t.Any]) -> bool:
    """Return whether a declaration is refused; if so, assert that nothing was changed."""
    simulated = SimulatedHost(host)
    untouched = simulated.fingerprint()
    try:
        run_area(module, simulated, options, check=True)
    except RunFailed as failure:
        assert failure.refusals, str(failure)
        assert simulated.fingerprint() == untouched
        return True
    return False


def copy_of(host: t.Any) -> t.Any:
    """Return an independent copy of a simulated host, with the same ids."""
    return host.estate.snapshot().host(host.name)


def converge_despite_cuts(module: str, host: t.Any, options: c.Mapping[str, t.Any]) -> Outcome:
    """Let a declaration converge; then cut the run before each step and let the next run finish it.

    Args:
        host: the simulated host as it is before; only copies of it are changed.

    Raises:
        AssertionError: when a run after a cut does not end in the state that the whole run ends in.
    """
    whole = converge(module, SimulatedHost(copy_of(host)), options)
    for done in range(len(whole.plan.steps)):
        cut = copy_of(host)
        try:
            run_area(module, CutHost(cut, steps_before_cut=done), options)
        except ApplyInterrupted:
            pass
        else:
            raise AssertionError("the cut was not noticed")
        finished = converge(module, SimulatedHost(cut), options)
        wrong = differing_paths(whole.plan.after, finished.after)
        assert not wrong, f"after a cut before step {done + 1} of {len(whole.plan.steps)}: {wrong}"
    return whole
