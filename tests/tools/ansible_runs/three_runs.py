# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""One declaration as three tasks, and what must hold of them."""

from __future__ import annotations

import typing as t

from .control_node import Task
from .forecast import differences
from .playbook import PlaybookRun


def foretold_made_and_repeated(name: str, module: str, options: dict[str, t.Any]) -> list[Task]:
    """Return one declaration as three tasks: in check mode, for real, for real again."""
    call = {f"datacenter.hyperv.{module}": options}
    return [
        {"name": f"{name}, foretold", "check_mode": True, "diff": True, **call},
        {"name": f"{name}, made", **call},
        {"name": f"{name}, repeated", **call},
    ]


def assert_foretold_made_and_repeated(run: PlaybookRun, name: str, host: str) -> None:
    """Assert that the forecast came true in two exchanges, and that the third task found nothing to do in one."""
    foretold = run.result(f"{name}, foretold", host)
    made = run.result(f"{name}, made", host)
    repeated = run.result(f"{name}, repeated", host)
    assert foretold["changed"] and made["changed"] and not repeated["changed"]
    assert (foretold["exchanges"], made["exchanges"], repeated["exchanges"]) == (1, 2, 1)
    assert not differences(foretold["after"], made["after"])
    assert made["before"] == foretold["before"]
    assert [step["command"] for step in foretold["plan"]] == [step["command"] for step in made["plan"]]
    assert repeated["before"] == repeated["after"] == made["after"]
    assert repeated["plan"] == []
    for step in made["plan"]:
        assert step["target"] and step["command"]
