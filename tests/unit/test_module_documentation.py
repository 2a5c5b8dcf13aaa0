# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Examples of the modules use every option, with values that the module takes; modules say what their results count."""

from __future__ import annotations

import ast
import pathlib
import typing as t

import pytest
import yaml
from area_harness import area_of
from calls.option_paths import collect, documented

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.documentation import module_file, module_options
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.options import validated_options

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
#: `batch` is no module for playbooks: it carries what the action sends.
MODULES = sorted(file.stem for file in (REPOSITORY / "plugins" / "modules").glob("*.py") if file.stem != "batch")


def text_of(module: str, name: str) -> t.Any:
    """Return what YAML says in one of the texts of a module."""
    for node in ast.parse((REPOSITORY / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            return yaml.safe_load(ast.literal_eval(node.value))
    raise AssertionError(f"{module} has no {name}")


def examples(module: str) -> list[dict[str, t.Any]]:
    """Return the options of the example tasks of a module, also of those that register or loop."""
    key = f"datacenter.hyperv.{module}"
    return [task[key] or {} for task in text_of(module, "EXAMPLES") if key in task]


@pytest.mark.parametrize("module", MODULES)
def test_every_option_has_an_example(module: str) -> None:
    used: dict[str, set[str]] = {}
    level = module_options(module_file(module))
    for options in examples(module):
        collect(level, options, "", used)
    missing = sorted({path for path, _option in documented(level)} - set(used))
    assert not missing, f"no example of {module} uses {missing}"


@pytest.mark.parametrize("module", MODULES)
def test_examples_are_declarations_that_the_module_takes(module: str) -> None:
    for options in examples(module):
        if "{{" in str(options):  # Ansible fills these in
            continue
        area_of(module).declare(validated_options(module, options).values)


@pytest.mark.parametrize("module", MODULES)
def test_modules_point_to_each_other(module: str) -> None:
    others = {entry["module"] for entry in text_of(module, "DOCUMENTATION")["seealso"]}
    assert others
    assert others <= {f"datacenter.hyperv.{name}" for name in MODULES} - {f"datacenter.hyperv.{module}"}


@pytest.mark.parametrize("module", MODULES)
def test_modules_with_long_work_say_that_waiting_for_it_takes_exchanges(module: str) -> None:
    area = REPOSITORY / "plugins" / "plugin_utils" / "areas" / module
    is_long = any("long=" in file.read_text(encoding="utf-8") for file in area.glob("*.py"))
    said = str(text_of(module, "RETURN")["exchanges"]["description"])
    assert ("long work" in said) is is_long
