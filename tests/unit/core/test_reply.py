# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Finding the reply in what a host put out."""

from __future__ import annotations

import json

import pytest

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.reply import find_reply_body

INNER = '#datacenter.hyperv reply 0123:{"version":1}'
OUTER = "#datacenter.hyperv reply 0123:" + json.dumps({"reply": f"{INNER}"})


@pytest.mark.parametrize("before", ["", "a banner\n", "a banner\r\n\r\n", "a banner without a line's end "])
@pytest.mark.parametrize("behind", ["", "\n", "\r\nbye"])
def test_the_reply_of_an_operation_inside_is_not_taken_for_the_reply(before: str, behind: str) -> None:
    assert json.loads(find_reply_body(before + OUTER + behind, "0123")) == {"reply": INNER}
