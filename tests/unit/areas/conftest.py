# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Holds every step that any test of an area runs on the simulation against the signatures of its cmdlet."""

from __future__ import annotations

import collections.abc as c

import pytest
from area_harness import SimulatedHost
from calls.checking import all_problems

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.batch import Batch
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.reply import BatchReply


@pytest.fixture(autouse=True, scope="session")
def every_call_binds() -> c.Iterator[None]:
    """Check the calls of every batch before it runs."""
    exchange = SimulatedHost.exchange

    def checked(self: SimulatedHost, batch: Batch) -> BatchReply:
        problems = all_problems(batch.steps)
        assert not problems, problems
        return exchange(self, batch)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SimulatedHost, "exchange", checked)
        yield
