# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The page about settings has the rows."""

from __future__ import annotations

from settings_page.table import PAGE, page

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.settings import ROWS


def test_the_table_of_settings_is_up_to_date() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == page(text), "run python -m settings_page"
    assert all(f"| `{row.option}` |" in text for row in ROWS)
