# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""docs/batch.md, "Exact equality"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., dict[str, Any]]

WEIRD = '[x]*? "quoted" $(1+1) `n'
STREET = "Stra\u00dfe\u0130"
EVERYONE = ["web01", "web02", "db01", WEIRD, STREET]


def names(run: Run, *conditions: list[Any]) -> list[str]:
    """Names of the probes that meet the conditions."""
    reply = run({"id": "a", "call": "LabProbe\\Get-Probe", "where": list(conditions), "read": [["n", "Name", "text"]]})
    assert reply["ok"], reply["error"]
    step = reply["steps"][0]
    rows = step.get("rows", [])
    assert step["count"] == len(rows)
    return [row["n"] for row in rows]


@pytest.mark.parametrize(
    ("path", "values", "expected"),
    [
        ("Name", ["WEB01"], ["web01"]),
        ("Name", ["web*"], []),
        ("Name", ["web01", "db01", "nobody"], ["web01", "db01"]),
        ("Name", [WEIRD], [WEIRD]),
        ("Name", [STREET], [STREET]),
        ("Name", ["stra\u00dfe\u0130"], [STREET]),
        ("Name", ["strasse\u0130"], []),
        ("Name", ["strassei"], []),
        ("Name", ["stra\u00dfei"], []),
        ("Name", [], []),
        ("State", ["Off"], ["web02", WEIRD, STREET]),
        ("State", ["off", "running"], ["web01", "web02", WEIRD, STREET]),
        ("State", [2], []),
        ("Rights", ["Read, Write"], [WEIRD]),
        ("Id", ["00000003-0000-0000-0000-000000000000"], ["db01"]),
        ("VMId", ["00ABCDEF-0000-0000-0000-000000000001"], ["web02", WEIRD]),
        ("Number", [9007199254740994], ["web02"]),
        ("Number", ["9007199254740994"], ["web02"]),
        ("Ratio", ["0.5"], ["web01"]),
        ("Flag", [True], ["web01", "db01", STREET]),
        ("Flag", ["false"], ["web02", WEIRD]),
        ("Span", [90], EVERYONE),
        ("Empty", [None], EVERYONE),
        ("Empty", ["null"], []),
        ("NoSuchProperty", [None], EVERYONE),
        ("Name", [None], []),
        ("Part.Size", [2], ["db01"]),
        ("Part.NoSuch.Deeper", [None], EVERYONE),
        ("Parts.Name", ["part 1 of 0"], ["web01"]),
        ("Many", ["b"], EVERYONE),
        ("None", [None], EVERYONE),
        ("None", ["x"], []),
    ],
)
def test_where(run: Run, path: str, values: list[Any], expected: list[str]) -> None:
    assert names(run, [path, values]) == expected


def test_all_conditions_must_match(run: Run) -> None:
    assert names(run, ["State", ["Off"]], ["Flag", [True]]) == [STREET]
    assert names(run, ["State", ["Off"]], ["Name", ["web01"]]) == []


def test_a_reference_by_id_is_answered_from_an_index_with_the_same_meaning(run: Run) -> None:
    table: dict[str, Any] = {"id": "t", "call": "LabProbe\\Get-ProbeTable", "with": {"Rows": 40}}
    steps: list[dict[str, Any]] = [table]
    for row in range(1, 41):
        where = [["Id", [f"{row:08X}-0000-0000-0000-000000000000"]], ["State", ["Off", "Running", "Other"]]]
        steps.append(
            {
                "id": f"s{row}",
                "call": "LabProbe\\Get-ProbeValue",
                "with": {"Value": {"$ref": "t", "where": where}},
                "read": [["text", "Text", "text"]],
            }
        )
    other = {"$ref": "t", "where": [["VMId", ["00abcdef-0000-0000-0000-000000000001"]], ["Name", ["vm1", "vm2"]]]}
    missing = {"$ref": "t", "where": [["Id", ["ffffffff-0000-0000-0000-000000000000"]]]}
    read = [["text", "Text", "text"]]
    steps.append({"id": "other", "call": "LabProbe\\Get-ProbeValue", "with": {"Value": other}, "read": read})
    steps.append({"id": "missing", "call": "LabProbe\\Get-ProbeValue", "with": {"Value": missing}, "read": read})
    reply = run(*steps)
    assert [step["rows"][0]["text"] for step in reply["steps"][1:41]] == [f"vm{row}" for row in range(1, 41)]
    assert reply["steps"][41]["rows"] == [{"text": "vm1"}]
    assert reply["steps"][42]["status"] == "skipped"
