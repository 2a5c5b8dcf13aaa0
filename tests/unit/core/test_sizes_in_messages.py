# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Sizes as messages have them."""

from __future__ import annotations

import pytest

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.size import free_text, needed_text


@pytest.mark.parametrize(
    ("size", "free", "needed"),
    [
        (0, "0 bytes", "0 bytes"),
        (1023, "1023 bytes", "1023 bytes"),
        (4 * 1024**3, "4 GB", "4 GB"),
        (4194300 * 1024**2, "3.9 TB", "4 TB"),
        (4 * 1024**3 + 1, "4 GB", "4.1 GB"),
        (1024**3 - 1, "1023.9 MB", "1024 MB"),
        (3 * 1024**6, "3072 PB", "3072 PB"),
    ],
)
def test_sizes_for_people_have_one_decimal_and_err_on_the_safe_side(size: int, free: str, needed: str) -> None:
    assert (free_text(size), needed_text(size)) == (free, needed)
