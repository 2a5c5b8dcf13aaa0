# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Runs a feature area against a simulated host without any wire, and holds it to what every area promises.

    from area_harness import SimulatedHost, converge

    def test_a_new_switch() -> None:
        with small_estate() as estate:
            outcome = converge("switch", SimulatedHost(estate.host), {"name": "lab", "type": "private"})
            assert outcome.result["..."] == ...

`converge` asserts, for one declaration: a check run changes nothing; its forecast is the state that the real run reads
afterwards; the run after that finds nothing to do.
"""

from __future__ import annotations

import collections.abc as c
import dataclasses
import importlib
import json
import typing as t

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.area import Area
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.batch import Batch
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import Outcome, Terms, conduct
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.difference import differing_paths
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.options import validated_options
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.reply import BatchReply, reply_from_wire

AREAS = "ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas"


class Host(t.Protocol):
    """A host that batches can be run on, and whose whole state can be compared."""

    def exchange(self, batch: Batch) -> BatchReply:
        """Run a batch."""

    def fingerprint(self) -> object:
        """Return everything that a run could change, in a form that compares equal exactly when nothing changed."""


@dataclasses.dataclass
class SimulatedHost:
    """A host of the simulation, run by the lab's Python runner; batches and replies pass through JSON as on the wire.

    Attributes:
        host: a host of `hyperv_lab.simulation`.
        batches: every batch that was run, for looking at.
    """

    host: t.Any
    batches: list[Batch] = dataclasses.field(default_factory=list)

    def exchange(self, batch: Batch) -> BatchReply:
        """Run a batch."""
        from hyperv_lab.engine.python import run_batch
        from hyperv_lab.simulation.estate import Session

        self.batches.append(batch)
        request = json.loads(json.dumps(batch.to_wire()))
        session = Session("tests", self.host.name, "direct")
        return reply_from_wire(json.loads(json.dumps(run_batch(self.host, request, session))))

    def fingerprint(self) -> object:
        """Return the host's whole state."""
        return self.host.fingerprint()


def area_of(module: str) -> Area:
    """Return the area of a module."""
    return t.cast(Area, importlib.import_module(f"{AREAS}.{module}").AREA)


def run_area(module: str | Area, host: Host, options: c.Mapping[str, t.Any], *, check: bool = False) -> Outcome:
    """Run a module's area with options as a task would have them.

    Args:
        module: name of the module, whose documentation validates the options; or an area, whose options are taken as
            they are.

    Raises:
        Whatever `conduct` raises, and BadOptions.
    """
    if isinstance(module, str):
        area = area_of(module)
        options = validated_options(module, options).values
    else:
        area = module
    terms = Terms(holder="test", check=check, lock_wait_seconds=1, deadline_seconds=60)
    return conduct(area, options, host.exchange, terms)


def converge(module: str | Area, host: Host, options: c.Mapping[str, t.Any]) -> Outcome:
    """Run a declaration in check mode, for real, and again; return the real run's outcome.

    Raises:
        AssertionError: when the check run changed something, when its forecast is not what the real run ended with,
            or when the
            second run still finds something to do.
    """
    untouched = host.fingerprint()
    forecast = run_area(module, host, options, check=True)
    assert host.fingerprint() == untouched, "the check run changed the host"
    assert forecast.exchanges == 1

    done = run_area(module, host, options)
    assert done.plan.changed == forecast.plan.changed, (
        "the check run and the real run disagree on whether there is something to do"
    )
    assert _commands(done) == _commands(forecast), "the real run planned other steps than the check run"
    assert done.exchanges == (2 if done.plan.changed else 1)
    wrong = differing_paths(done.plan.after, done.after)
    assert not wrong, f"the host did not end as forecast: {wrong}"
    if not done.plan.changed:
        assert host.fingerprint() == untouched, "a run without steps changed the host"
        assert done.plan.before == done.plan.after, (
            "nothing is to do, and yet the forecast differs from the state before"
        )

    again = run_area(module, host, options)
    assert not again.plan.changed, f"the second run still wants: {[planned.reasons for planned in again.plan.steps]}"
    assert again.exchanges == 1
    wrong = differing_paths(done.after, again.after)
    assert not wrong, f"the second run reads another state than the first one ended with: {wrong}"
    return done


def _commands(outcome: Outcome) -> list[t.Any]:
    return [(planned.target, planned.step.to_wire(), planned.reasons) for planned in outcome.plan.steps]
