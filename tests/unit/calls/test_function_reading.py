# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The check of area functions must itself find calls that do not bind."""

from __future__ import annotations

import pytest
from calls import functions

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.step import Step


def test_parameters_are_read() -> None:
    assert functions.functions()["Get-DiskChain"] == {"Path": True, "RetrySeconds": False}


@pytest.mark.parametrize(
    ("call", "parameters", "word"),
    [
        ("Get-DiskChain", {"Path": ["a"], "Depth": 1}, "no parameter -Depth"),
        ("Get-DiskChain", {}, "needs -Path"),
        ("Get-Nothing", {}, "no payload file"),
    ],
)
def test_wrong_calls_are_found(call: str, parameters: dict[str, object], word: str) -> None:
    problems = functions.problems(Step("one", call, parameters))
    assert len(problems) == 1 and word in problems[0]
    assert not functions.problems(Step("one", "Get-DiskChain", {"Path": ["a"]}))
