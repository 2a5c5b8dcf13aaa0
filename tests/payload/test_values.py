# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""docs/batch.md, "Value expressions": what a cmdlet receives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., dict[str, Any]]
RECEIVED = [["type", "Type", "text"], ["text", "Text", "text"], ["count", "Count", "integer"]]
HOSTILE = [
    "it's \"quoted\" $(throw 'evaluated') $env:TEMP `n {0} %PATH%",
    "line\nbreak\r\nand\ttab \x00 nul \x1b escape",
    "wild*card? [ab] ~ # @{a=1} ; | & < >",
    "Stra\u00dfe \u0130stanbul \u65e5\u672c\u8a9e \U0001f600 \u2028",
    "#datacenter.hyperv batch:{}",
    "#datacenter.hyperv reply 5f0c2a91:{}",
    "2026-01-31T10:00:00Z",
    "/Date(0)/",
    "C:\\VMs\\web01\\disk.vhdx",
    "x" * 300,
    "",
    " leading and trailing ",
    "true",
    "0x10",
]


def received(run: Run, value: Any, *before: dict[str, Any], **request: Any) -> tuple[str, str | None, int]:
    """Type, text and number of elements that a cmdlet gets for a value expression."""
    step = {"id": "probe", "call": "LabProbe\\Get-ProbeValue", "with": {"Value": value}, "read": RECEIVED}
    reply = run(*before, step, **request)
    assert reply["ok"], reply["error"]
    row = reply["steps"][-1]["rows"][0]
    return row["type"], row["text"], row["count"]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_arrives_as_it_is(run: Run, text: str) -> None:
    assert received(run, text) == ("String", text, -1)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (0, "Int32"),
        (-5, "Int32"),
        (2**31 - 1, "Int32"),
        (2**31, "Int64"),
        (2**53 + 1, "Int64"),
        (-(2**63), "Int64"),
        (2**63, "Decimal"),
    ],
)
def test_whole_numbers_keep_every_digit(run: Run, number: int, kind: str) -> None:
    kind_received, text, _ = received(run, number)
    assert text == str(number)
    if number != -(2**63):  # PowerShell reads the digits of the least Int64 before its sign, as Decimal
        assert kind_received == kind


def test_fractions_do_not_depend_on_the_culture(run: Run) -> None:
    assert received(run, 1.5) == ("Double", "1.5", -1)


@pytest.mark.parametrize(("value", "text"), [(True, "True"), (False, "False")])
def test_booleans(run: Run, value: bool, text: str) -> None:
    assert received(run, value) == ("Boolean", text, -1)


def test_null(run: Run) -> None:
    assert received(run, None) == ("null", None, -1)


def test_lists_stay_lists(run: Run) -> None:
    assert received(run, ["one"]) == ("Object[]", "one", 1)
    assert received(run, []) == ("Object[]", "", 0)
    assert received(run, ["a", 2, True]) == ("Object[]", "a|2|True", 3)


def test_time_span(run: Run) -> None:
    assert received(run, {"$seconds": 90}) == ("TimeSpan", "00:01:30", -1)


def test_time_is_an_instant(run: Run) -> None:
    assert received(run, {"$time": "2026-01-31T10:00:00Z"}) == ("DateTime", "2026-01-31T10:00:00.0000000Z", -1)


def test_guid(run: Run) -> None:
    identifier = "0123ABCD-0000-4000-8000-0123456789AB"
    assert received(run, {"$guid": identifier}) == ("Guid", identifier.lower(), -1)


def test_table_takes_expressions(run: Run) -> None:
    value = {"$table": {"Force": True, "Reason": "it's $(1)", "Wait": {"$seconds": 60}}}
    assert received(run, value) == ("Hashtable", "Force=True;Reason=it's $(1);Wait=00:01:00", -1)


SECRETS = {"login": {"username": "LAB\\me", "password": "p$ss'w\u00f6rd"}, "key": {"text": "s3cret"}}


def test_secrets_reach_the_cmdlet_in_three_forms(run: Run) -> None:
    credential = received(run, {"$credential": "login"}, secrets=SECRETS)
    assert credential == ("PSCredential", "LAB\\me/p$ss'w\u00f6rd", -1)
    _, secure, _ = received(run, {"$secure": "key"}, secrets=SECRETS)
    assert secure == "s3cret"
    assert received(run, {"$plain": "key"}, secrets=SECRETS) == ("String", "s3cret", -1)
    assert received(run, {"$plain": "login"}, secrets=SECRETS)[1] == "p$ss'w\u00f6rd"


PROBES = {"id": "probes", "call": "LabProbe\\Get-Probe"}


def test_one_object_is_passed_as_itself(run: Run) -> None:
    value = {"$ref": "probes", "where": [["Name", ["db01"]]]}
    assert received(run, value, PROBES) == ("Probe", "db01", -1)


def test_several_objects_are_an_array(run: Run) -> None:
    value = {"$ref": "probes", "where": [["Name", ["db01", "web01"]]]}
    assert received(run, value, PROBES) == ("Object[]", "web01|db01", 2)


def test_references_are_flattened_into_a_list(run: Run) -> None:
    value = [
        {"$ref": "probes", "where": [["State", ["Running"]]]},
        "text",
        {"$ref": "probes", "where": [["Flag", [False]]]},
    ]
    kind, text, count = received(run, value, PROBES)
    assert (kind, count) == ("Object[]", 4)
    assert text is not None and text.startswith("web01|text|web02|")


def test_get_takes_a_property_and_flattens_it(run: Run) -> None:
    value = {"$ref": "probes", "where": [["Name", ["web01", "web02"]]], "get": "Many"}
    assert received(run, value, PROBES) == ("Object[]", "a|b|a|b", 4)
    value = {"$ref": "probes", "where": [["Name", ["web01"]]], "get": "Parts.Name"}
    assert received(run, value, PROBES) == ("Object[]", "part 0 of 0|part 1 of 0", 2)


def test_having_filters_what_get_gave(run: Run) -> None:
    value = {"$ref": "probes", "get": "Parts", "having": [["Size", [1]], ["Name", ["part 1 of 2"]]]}
    step = {
        "id": "probe",
        "call": "LabProbe\\Get-ProbeValue",
        "with": {"Value": value},
        "read": [["type", "Type", "text"]],
    }
    reply = run(PROBES, step)
    assert reply["steps"][1]["rows"] == [{"type": "ProbePart"}]


@pytest.mark.parametrize(
    "value",
    [
        {"$ref": "probes", "where": [["Name", ["nobody"]]]},
        {"$ref": "probes", "get": "None"},
        {"$ref": "probes", "get": "NoSuchProperty"},
        [{"$ref": "probes", "where": [["Name", ["web*"]]]}],
        ["text", {"$ref": "probes", "where": [["Name", ["nobody"]]]}],
        {"$table": {"Key": {"$ref": "probes", "where": [["Name", ["nobody"]]]}}},
    ],
)
def test_a_reference_without_object_skips_the_step(run: Run, value: Any) -> None:
    step = {"id": "probe", "call": "LabProbe\\Get-ProbeValue", "with": {"Value": value}, "read": RECEIVED}
    after = {"id": "after", "call": "LabProbe\\Get-ProbeValue", "with": {"Value": {"$ref": "probe"}}}
    reply = run(PROBES, step, after)
    assert reply["ok"]
    assert [answer["status"] for answer in reply["steps"]] == ["done", "skipped", "skipped"]
    assert reply["steps"][1]["count"] == 0
    assert "rows" not in reply["steps"][1]
