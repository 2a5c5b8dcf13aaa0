# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the module `host_info` reads, and what it makes of the rows."""

from __future__ import annotations

import pytest

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.host_info import AREA
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.options import validated_options
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import BadInput
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.step import StepReply


def test_everything_is_read_by_default_and_only_what_is_wanted_otherwise() -> None:
    everything = AREA.declare(validated_options("host_info", {}).values)
    assert [step.id for step in AREA.observe(everything)] == ["host", "volumes", "adapters", "switches"]
    some = AREA.declare(validated_options("host_info", {"gather": ["switches", "host"]}).values)
    assert [step.id for step in AREA.observe(some)] == ["host", "switches"]


def test_nothing_to_gather_is_bad_input() -> None:
    with pytest.raises(BadInput, match="at least one"):
        AREA.declare({"gather": []})


def test_rows_are_sorted_and_in_the_words_of_the_options() -> None:
    declaration = AREA.declare({"gather": ["volumes", "switches"]})
    replies = {
        "volumes": StepReply("volumes", "done", ({"letter": "\0"}, {"letter": "D"}, {"letter": "C"})),
        "switches": StepReply(
            "switches",
            "done",
            (
                {"name": "b", "type": "External", "minimum_bandwidth_mode": "Weight"},
                {"name": "a", "type": "Private", "minimum_bandwidth_mode": "Absolute"},
            ),
        ),
    }
    observation = AREA.understand(declaration, replies)
    plan = AREA.plan(declaration, observation)
    result = AREA.result(declaration, plan.after)
    assert not plan.changed and plan.before == plan.after
    assert [volume["letter"] for volume in result["volumes"]] == ["C", "D", None]
    assert [(switch["name"], switch["type"]) for switch in result["switches"]] == [("a", "private"), ("b", "external")]
    assert result["switches"][1]["minimum_bandwidth_mode"] == "weight"
