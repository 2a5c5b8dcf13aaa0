# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Lengths of time as people write them."""

from __future__ import annotations

import pytest

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.duration import seconds_of


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7 days", 604800),
        ("1 Day", 86400),
        ("36hours", 129600),
        (" 90 minutes ", 5400),
        ("2 weeks", 1209600),
        ("7d", 604800),
        ("12H", 43200),
        ("5 min", 300),
        ("5m", 300),
        ("30s", 30),
        ("0 s", 0),
        ("600", None),
        ("x", None),
        ("", None),
        ("-1 day", None),
        ("1.5 hours", None),
        ("3 months", None),
        ("1 day 2 hours", None),
        ("\u0663 days", None),
    ],
)
def test_lengths_of_time(text: str, seconds: int | None) -> None:
    assert seconds_of(text) == seconds


def test_a_number_is_seconds_only_where_that_is_said() -> None:
    assert seconds_of("600", bare=True) == 600 and seconds_of("10m", bare=True) == 600
