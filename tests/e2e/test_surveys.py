# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The surveys beside the playbooks are what AWX takes, and ask for nothing that the playbook does not know."""

from __future__ import annotations

import json
import re
import typing as t
from pathlib import Path

import pytest

from ansible_runs.environment import REPOSITORY

PLAYBOOKS = REPOSITORY / "playbooks"
SURVEYS = sorted((PLAYBOOKS / "surveys").glob("*.json"))
#: Question types and the keys of a question (AWX, awx/main/models/mixins.py and api/views, `SurveyJobTemplateMixin`).
TYPES = {"text", "textarea", "password", "integer", "float", "multiplechoice", "multiselect"}
KEYS = {"question_name", "question_description", "variable", "type", "required", "default", "min", "max", "choices"}


@pytest.fixture(params=SURVEYS, ids=lambda path: str(path.stem))
def survey(request: pytest.FixtureRequest) -> Path:
    """Each survey."""
    path: Path = request.param
    return path


def questions(survey: Path) -> list[dict[str, t.Any]]:
    """Return the questions of a survey."""
    content = json.loads(survey.read_text(encoding="utf-8"))
    assert set(content) == {"name", "description", "spec"}
    spec: list[dict[str, t.Any]] = content["spec"]
    return spec


def test_awx_takes_it(survey: Path) -> None:
    for question in questions(survey):
        assert set(question) == KEYS, question
        assert question["type"] in TYPES
        if question["type"] in ("multiplechoice", "multiselect"):
            assert question["default"] in question["choices"]
        elif question["type"] == "integer":
            assert question["default"] == "" or question["min"] <= question["default"] <= question["max"]
        else:
            assert question["min"] <= max(len(question["default"]), question["min"]) <= question["max"]
            assert not question["required"] or question["min"] > 0


def test_the_playbook_knows_each_variable(survey: Path) -> None:
    playbook = (PLAYBOOKS / f"{survey.stem}.yml").read_text(encoding="utf-8")
    described, name, used = playbook.partition("- name:")
    for role in re.findall(r"role: datacenter\.hyperv\.(\w+)", used):
        used += (REPOSITORY / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8")
    for question in questions(survey):
        variable = re.compile(rf"\b{question['variable']}\b")
        assert variable.search(described), f"{question['variable']} is not described"
        assert variable.search(used), f"{question['variable']} is not used"
