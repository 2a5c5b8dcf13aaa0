# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Notes and tags, which share one property and must not lose each other."""

from __future__ import annotations

import string
import typing as t

import pytest
from area_harness import SimulatedHost, converge
from areas.vm.vm_host import machine, simulated_host
from areas.vm.vm_observations import bad_input, observation, plan, reasons, vm
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.notes import composed, plain_text, tags_of

keys = st.text(string.ascii_letters + "ä.-/ ", min_size=1, max_size=8).map(str.strip).filter(bool)
values = st.text(string.printable.replace("\n", "").replace("\r", "").replace("\x0b", "").replace("\x0c", "")).map(
    str.strip
)
texts = st.text(st.sampled_from("ab[]:\n ")).filter(lambda text: "[AnsibleTag]" not in text)


@given(texts.map(plain_text), st.dictionaries(keys, values, max_size=4))
@settings(max_examples=60)
def test_what_is_composed_reads_back(text: str, tags: dict[str, str]) -> None:
    notes = composed(text, tags)
    assert (plain_text(notes), tags_of(notes)) == (text.rstrip("\n") if tags or text.endswith("\n") else text, tags)


@pytest.mark.parametrize(
    ("notes", "text", "tags"),
    [
        ("", "", {}),
        ("a\r\nb", "a\nb", {}),
        ("[AnsibleTag] b: 2\r\na\r\n[AnsibleTag] a: x: y", "a", {"a": "x: y", "b": "2"}),
        ("[AnsibleTag]k:v\n", "", {"k": "v"}),
        ("[AnsibleTag] no colon", "[AnsibleTag] no colon", {}),
        ("[AnsibleTag] : v", "[AnsibleTag] : v", {}),
        (" [AnsibleTag] k: v", " [AnsibleTag] k: v", {}),
    ],
)
def test_lines_are_read_as_microsoft_hyperv_writes_them(notes: str, text: str, tags: dict[str, str]) -> None:
    assert (plain_text(notes), tags_of(notes)) == (text, tags)


STEPS: list[tuple[dict[str, t.Any], str]] = [
    ({"notes": "text\n"}, "text"),
    ({"tags": {"b": 1, "a": True}}, "text\n[AnsibleTag] a: true\n[AnsibleTag] b: 1"),
    ({"notes": "other\r\nline"}, "other\nline\n[AnsibleTag] a: true\n[AnsibleTag] b: 1"),
    ({"tags": {"b": 2}}, "other\nline\n[AnsibleTag] a: true\n[AnsibleTag] b: 2"),
    ({"notes": ""}, "[AnsibleTag] a: true\n[AnsibleTag] b: 2"),
    ({"tags": {"c": "x"}, "purge": ["tags"], "notes": "n"}, "n\n[AnsibleTag] c: x"),
    ({"tags": {"c": None, "d": ""}}, "n\n[AnsibleTag] d:"),
    ({"tags": {"d": None, "e": None, "f": 1}}, "n\n[AnsibleTag] f: 1"),
    ({"tags": {"f": None, "g": 2}, "purge": ["tags"]}, "n\n[AnsibleTag] g: 2"),
    ({"tags": {}, "purge": ["tags"]}, "n"),
    ({"notes": ""}, ""),
]


def test_neither_loses_the_other() -> None:
    host = simulated_host()
    converge("vm", SimulatedHost(host), {"name": "web01"})
    for options, wanted in STEPS:
        outcome = converge("vm", SimulatedHost(host), {"name": "web01", **options})
        assert outcome.plan.changed and machine(host, "web01").settings.notes == wanted
        assert not converge("vm", SimulatedHost(host), {"name": "web01", **options}).plan.changed


def test_a_tag_without_a_value_goes_and_the_others_stay() -> None:
    seen = observation(vm(settings={"tags": {"a": "1", "b": "2"}, "notes": "n"}))
    made = plan({"name": "web01", "tags": {"a": None, "c": None}}, seen)
    assert reasons(made) == ["tags.a: 1 -> none"]
    assert made.before["web01"]["tags"] == {"a": "1"} and made.after["web01"]["tags"] == {}
    fleet = plan({"defaults": {"tags": {"a": "3", "b": "2"}}, "vms": [{"name": "web01", "tags": {"a": None}}]}, seen)
    assert reasons(fleet) == ["tags.a: 1 -> none"]
    assert bad_input({"name": "web01", "tags": {"a:b": None}}).path == "tags.a:b"
    made = plan({"name": "new", "tags": {"a": None}}, observation())
    assert not any("tags" in reason for reason in reasons(made))


def test_line_ends_of_hyper_v_manager_are_no_difference() -> None:
    host = simulated_host()
    converge("vm", SimulatedHost(host), {"name": "web01", "notes": "a\nb", "tags": {"k": "v"}})
    machine(host, "web01").settings.notes = "a\r\nb\r\n[AnsibleTag] k: v\r\n"
    assert not converge("vm", SimulatedHost(host), {"name": "web01", "notes": "a\nb", "tags": {"k": "v"}}).plan.changed


def test_reasons_name_each_tag() -> None:
    seen = observation(vm(settings={"tags": {"a": "1", "b": "2"}, "notes": "n"}))
    made = plan({"name": "web01", "tags": {"a": "2", "c": ""}, "purge": ["tags"]}, seen)
    assert reasons(made) == ["tags.a: 1 -> 2", "tags.b: 2 -> none", "tags.c: none -> ''"]
    assert made.before["web01"]["tags"] == {"a": "1", "b": "2"} and made.after["web01"]["tags"] == {"a": "2", "c": ""}
    partial = plan({"name": "web01", "tags": {"a": "2"}}, seen)
    assert partial.before["web01"]["tags"] == {"a": "1"} and partial.after["web01"]["tags"] == {"a": "2"}


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"notes": "a\n[AnsibleTag] k: v"}, "notes"),
        ({"tags": {"": "v"}}, "tags."),
        ({"tags": {"a:b": "v"}}, "tags.a:b"),
        ({"tags": {" a": "v"}}, "tags. a"),
        ({"tags": {"a": "two\nlines"}}, "tags.a"),
        ({"tags": {"a": ["list"]}}, "tags.a"),
        ({"tags": {1: "v"}}, "tags.1"),
        ({"purge": ["tags"]}, "purge"),
    ],
)
def test_tags_that_no_line_can_hold(options: dict[str, t.Any], path: str) -> None:
    assert bad_input({"name": "web01", **options}).path == path
