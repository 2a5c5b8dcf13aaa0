# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""docs/batch.md, "Projection"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., dict[str, Any]]

CASES: list[tuple[str, str, Any]] = [
    ("Name", "text", "web02"),
    ("State", "text", "Off"),
    ("Number", "text", "9007199254740994"),
    ("Ratio", "text", "1.5"),
    ("Flag", "text", "false"),
    ("Span", "text", "90"),
    ("When", "text", "2026-01-31T10:00:01Z"),
    ("Id", "text", "00000002-0000-0000-0000-000000000000"),
    ("Number", "integer", 9007199254740994),
    ("State", "integer", 3),
    ("Ratio", "number", 1.5),
    ("Number", "number", 9007199254740994),
    ("Flag", "boolean", False),
    ("State", "enum", "Off"),
    ("Rights", "enum", "Read"),
    ("Name", "enum", "web02"),
    ("Rights", "enums", ["Read"]),
    ("States", "enums", ["Off", "Running"]),
    ("State", "enums", ["Off"]),
    ("Id", "guid", "00000002-0000-0000-0000-000000000000"),
    ("Span", "seconds", 90),
    ("Number", "milliseconds", 9007199254740),
    ("When", "time", "2026-01-31T10:00:01Z"),
    ("Part", "type", "ProbePart"),
    ("State", "type", "ProbeState"),
    ("Name", "type", "String"),
    (".", "type", "Probe"),
    ("Many", "count", 2),
    ("None", "count", 0),
    ("Empty", "count", 0),
    ("Name", "count", 1),
    ("One", "texts", ["single"]),
    ("None", "texts", []),
    ("Many", "texts", ["a", "b"]),
    ("Name", "texts", ["web02"]),
    ("Parts.Name", "texts", ["part 0 of 1", "part 1 of 1"]),
    ("Parts.Labels", "texts", ["label 0", "label 1"]),
    ("Numbers", "integers", [1, 2]),
    ("Ids", "guids", ["00000002-0000-0000-0000-000000000000"]),
    ("Part.Name", "text", "part of 1"),
    ("Part.Size", "integer", 1),
    ("Part.Labels", "texts", []),
]
MISSING: list[tuple[str, Any]] = [
    *((kind, None) for kind in "text integer number boolean enum guid seconds milliseconds time type".split()),
    ("count", 0),
    *((kind, []) for kind in "texts integers guids enums".split()),
]


def read(run: Run, *fields: list[Any]) -> dict[str, Any]:
    """The row of the probe web02."""
    reply = run(
        {"id": "a", "call": "LabProbe\\Get-Probe", "with": {"Name": "web02"}, "expect": "one", "read": list(fields)}
    )
    assert reply["ok"], reply["error"]
    row: dict[str, Any] = reply["steps"][0]["rows"][0]
    return row


def test_every_kind(run: Run) -> None:
    row = read(run, *([f"{number}", path, kind] for number, (path, kind, _) in enumerate(CASES)))
    actual = [(path, kind, row[f"{number}"]) for number, (path, kind, _) in enumerate(CASES)]
    assert actual == CASES
    for (path, kind, _), (_, _, value) in zip(CASES, actual, strict=True):
        if kind == "boolean":
            assert value is False, path


@pytest.mark.parametrize("path", ["Empty", "NoSuchProperty", "Part.NoSuch", "Empty.Deeper"])
def test_what_is_missing_or_null(run: Run, path: str) -> None:
    row = read(run, *([kind, path, kind] for kind, _ in MISSING), ["objects", path, "objects", [["x", "X", "text"]]])
    assert row == {**dict(MISSING), "objects": []}


def test_lists_of_objects(run: Run) -> None:
    fields = [["name", "Name", "text"], ["labels", "Labels", "texts"]]
    row = read(run, ["parts", "Parts", "objects", fields], ["part", "Part", "objects", fields])
    assert row["parts"] == [
        {"name": "part 0 of 1", "labels": ["label 0"]},
        {"name": "part 1 of 1", "labels": ["label 1"]},
    ]
    assert row["part"] == [{"name": "part of 1", "labels": []}]


def test_flags_are_a_list_of_names(run: Run) -> None:
    steps = {"id": "a", "call": "LabProbe\\Get-Probe", "read": [["rights", "Rights", "enums"]]}
    rows = run(steps)["steps"][0]["rows"]
    assert [row["rights"] for row in rows] == [["None"], ["Read"], ["Write"], ["Read", "Write"], ["Delete"]]


def test_without_read_there_are_no_rows(run: Run) -> None:
    step = run({"id": "a", "call": "LabProbe\\Get-Probe"})["steps"][0]
    assert step["count"] == 5
    assert "rows" not in step


def test_a_projection_of_nothing_gives_empty_rows(run: Run) -> None:
    step = run(
        {"id": "a", "call": "LabProbe\\Get-Probe", "where": [["Name", ["nobody"]]], "read": [["n", "Name", "text"]]}
    )
    assert step["steps"][0]["count"] == 0
    assert "rows" not in step["steps"][0]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("Name", "integer"),
        ("Ratio", "integer"),
        ("Flag", "integer"),
        ("When", "integer"),
        ("Name", "number"),
        ("Flag", "number"),
        ("Name", "boolean"),
        ("Number", "boolean"),
        ("State", "boolean"),
        ("Number", "enum"),
        ("Flag", "enum"),
        ("Name", "guid"),
        ("Number", "guid"),
        ("Number", "seconds"),
        ("Name", "seconds"),
        ("Name", "milliseconds"),
        ("Name", "time"),
        ("Many", "text"),
        ("Numbers", "integer"),
        ("Name", "integers"),
        ("Many", "guids"),
        ("Broken", "text"),
        ("Parts.Name", "text"),
    ],
)
def test_what_does_not_fit_is_an_error_with_the_propertys_name(run: Run, path: str, kind: str) -> None:
    reply = run({"id": "a", "call": "LabProbe\\Get-Probe", "with": {"Name": "web02"}, "read": [["x", path, kind]]})
    assert not reply["ok"]
    assert reply["error"]["kind"] == "projection"
    assert reply["error"]["property"] == path
    assert reply["steps"][0]["status"] == "failed"
    assert "rows" not in reply["steps"][0]


def test_a_property_that_cannot_be_read_is_not_null(run: Run) -> None:
    reply = run({"id": "a", "call": "LabProbe\\Get-Probe", "read": [["x", "Broken", "text"]]})
    assert reply["error"]["hresult"] == -2147023728
    reply = run({"id": "a", "call": "LabProbe\\Get-Probe", "where": [["Broken", [None]]]})
    assert reply["error"]["kind"] == "projection"
    assert reply["error"]["hresult"] == -2147023728


def test_the_name_of_a_nested_property_is_its_path(run: Run) -> None:
    fields = [["x", "Name", "integer"]]
    reply = run({"id": "a", "call": "LabProbe\\Get-Probe", "read": [["parts", "Parts", "objects", fields]]})
    assert reply["error"]["property"] == "Parts.Name"


def test_text_survives_the_reply(run: Run) -> None:
    text = "\"\\/\b\f\n\r\t\x00\x1f\x7f\u00e9\u2028\u65e5\U0001f600</script>'"
    step = {
        "id": "a",
        "call": "LabProbe\\Write-ProbeError",
        "with": {"Output": [text], "ErrorId": []},
        "read": [["n", "Name", "text"]],
    }
    reply = run(step)
    assert reply["steps"][0]["rows"][0]["n"] == text


def test_a_table_of_500_rows_with_25_fields(run: Run) -> None:
    fields = [[f"f{number}", path, kind] for number, (path, kind, _) in enumerate(CASES[:25])]
    step = {"id": "a", "call": "LabProbe\\Get-ProbeTable", "with": {"Rows": 500}, "read": fields}
    rows = run(step)["steps"][0]["rows"]
    assert [row["f0"] for row in rows] == [f"vm{number}" for number in range(1, 501)]
    assert all(len(row) == 25 for row in rows)
