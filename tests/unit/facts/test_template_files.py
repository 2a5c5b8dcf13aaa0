# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which files of templates are made and removed, and what their users forbid."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.facts.disk_use import disk_users
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.facts.template_files import (
    TemplateFiles,
    template_files,
)

FOLDER = "D:\\Templates"


def machine(name: str, path: str, *parents: str) -> dict[str, t.Any]:
    return {
        "name": name,
        "state": "running",
        "disks": [
            {"slot": "scsi:0:0", "path": path, "parents": list(parents)},
            {"slot": "scsi:0:1", "path": None, "disk_number": 3},
            {"slot": "scsi:0:2", "path": "E:\\locked.vhdx", "error": "in use"},
        ],
    }


WEB = machine("web01", "D:\\VMs\\web01.vhdx", "d:/templates/SERVER-1.vhdx")


def decide(*templates: dict[str, t.Any], machines: t.Sequence[t.Any] = (WEB,), replace: t.Any = ()) -> TemplateFiles:
    return template_files(machines, templates, FOLDER, replace)


def test_who_uses_a_file() -> None:
    assert disk_users([WEB], "D:\\Templates\\server-1.vhdx") == [
        {"vm": "web01", "state": "running", "slot": "scsi:0:0", "use": "parent"}
    ]
    assert disk_users([WEB], "D:\\VMS\\WEB01.vhdx")[0]["use"] == "disk"
    assert disk_users([WEB], "D:\\Templates\\server-10.vhdx") == []
    assert disk_users([{"name": "bare"}], "D:\\a.vhdx") == []


def test_each_version_is_a_file() -> None:
    files = decide(
        {"name": "server", "version": 2, "source": "\\\\fs\\m\\server.vhdx", "size": "60 GiB", "type": None},
        {"name": "blank", "size": "1 GiB", "type": "fixed"},
    )
    assert files.paths == {"server": "D:\\Templates\\server-2.vhdx", "blank": "D:\\Templates\\blank.vhdx"}
    assert files.present == [
        {"path": "D:\\Templates\\server-2.vhdx", "size": "60 GiB", "copy_of": "\\\\fs\\m\\server.vhdx"},
        {"path": "D:\\Templates\\blank.vhdx", "size": "1 GiB", "type": "fixed"},
    ]
    assert not files.problems and not files.replaced


def test_a_retired_version_goes_when_nobody_uses_it() -> None:
    files = decide({"name": "server", "version": "3", "source": "s.vhdx", "retired": ["1", "2"]})
    assert files.absent == [{"path": "D:\\Templates\\server-2.vhdx", "state": "absent"}]
    assert files.kept == [{"path": "D:\\Templates\\server-1.vhdx", "vms": ["web01"]}]


def test_replacement_is_probed_before_the_old_file_goes() -> None:
    files = decide({"name": "server", "version": "3", "source": "s.vhdx"}, replace=["server"])
    assert files.replaced == [{"path": "D:\\Templates\\server-3.vhdx", "state": "absent"}]
    assert files.probes == [{"path": "D:\\Templates\\server-3.next.vhdx", "copy_of": "s.vhdx"}]
    assert files.present == [{"path": "D:\\Templates\\server-3.vhdx", "copy_of": "s.vhdx"}]


@pytest.mark.parametrize(
    ("templates", "replace", "words"),
    [
        ([{"name": "server", "version": "1", "source": "s"}], ["server"], "web01 would lose what is based on it"),
        ([{"name": "blank", "size": "1 GiB"}], ["blank"], "no source"),
        ([{"name": "blank", "size": "1 GiB"}], ["other"], "other, which is not declared"),
        ([{"name": "a", "size": "1 GiB"}, {"name": "A", "size": "1 GiB"}], [], "declared twice, for a and A"),
        (
            [{"name": "a", "version": "1", "size": "1"}, {"name": "a", "version": "2", "size": "1"}],
            [],
            "declared twice",
        ),
        ([{"name": "a", "version": "1", "size": "1 GiB", "retired": ["1"]}], [], "declared and retired at once"),
        ([{"name": "a/b", "size": "1 GiB"}], [], "cannot be the name"),
    ],
)
def test_what_is_refused(templates: list[dict[str, t.Any]], replace: list[str], words: str) -> None:
    problems = decide(*templates, replace=replace).problems
    assert len(problems) == 1 and words in problems[0]


def test_a_template_that_a_machine_writes_to() -> None:
    writer = machine("rogue", "D:\\Templates\\server-3.vhdx")
    (problem,) = decide({"name": "server", "version": "3", "source": "s"}, machines=[WEB, writer]).problems
    assert "the own disk of rogue" in problem
