# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Every call that the corpus of declarations leads to binds, and the corpus leaves no option and no setting out."""

from __future__ import annotations

import functools
import re

import pytest
from area_harness import SimulatedHost, run_area
from areas.vm.setting_values import VALUES
from calls import catalogue, functions, simulated
from calls.checking import all_problems, several_for_one
from calls.corpus import MODULES, TASKS
from calls.corpus_host import corpus_host
from calls.option_paths import collect, documented
from calls.setting_rows import setting_rows

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.documentation import (
    Option,
    module_file,
    module_options,
)
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.rendering import Rendering
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.step import Step

#: States that are no states: every run does it.
DONE_ANEW = ("reset", "restarted")

#: Options of which one value says all, with the reason.
ONE_VALUE: dict[str, dict[str, str]] = {
    "checkpoint": {"id": "the host chooses ids"},
    "switch": {"iov": "the lab's network adapters have no SR-IOV"},
    "vm": {
        "id": "the host chooses ids",
        "disks.physical_disk.serial": "names a disk, as its unique id and its number do",
        "disks.physical_disk.unique_id": "names a disk, as its serial number and its number do",
    },
    "vm_import": {
        "id": "the ids of exports that hold several machines",
        "vhd_source_path": "where the export has its disks",
    },
}


@functools.cache
def recorded() -> tuple[Step, ...]:
    """Run the corpus on one host and return every step that was sent."""
    host = SimulatedHost(corpus_host())
    for module, options in TASKS:
        outcome = run_area(module, host, options)
        only_waits = "wait_for" in options or "groups" in options
        assert outcome.plan.changed or module.endswith("_info") or only_waits, f"nothing to do for {module}: {options}"
        again = run_area(module, host, options)
        assert again.plan.changed is (options.get("state") in DONE_ANEW), f"the second run of {module} {options}"
    return tuple(step for batch in host.batches for step in batch.steps)


def test_every_call_binds() -> None:
    assert all_problems(recorded()) == []


def test_no_parameter_for_one_object_may_get_several() -> None:
    """The lab's hosts of tests are small: what they have once, a real host has many times."""
    assert several_for_one(recorded()) == []


def test_switches_and_truth_values_are_written_as_people_type_them() -> None:
    """`-Force` of a switch; `-Shielded $true` of a parameter that takes a truth value, and would not bind without."""
    kinds = set()
    for step in recorded():
        signature = simulated.signature_of(step.call)
        written = f"{Rendering((step,)).command(step)} "
        for name, value in step.parameters.items():
            if not isinstance(value, bool):
                continue
            parameter = signature.find(name) if signature is not None else None
            assert step.is_function or parameter is not None
            kind = parameter.type if parameter is not None else "Boolean"
            kinds.add(kind)
            if kind == "SwitchParameter":
                expected = f" -{name} " if value else f" -{name}:$false "
                assert expected in written and f" -{name} $" not in written, (
                    f"{step.call} -{name} is a switch: {written}"
                )
            else:
                assert f" -{name} ${str(value).lower()} " in written, f"{step.call} -{name} takes a value: {written}"
    assert kinds == {"SwitchParameter", "Boolean"}


def test_amounts_of_bytes_are_written_with_their_unit() -> None:
    """In these cmdlets every number from a mebibyte on is an amount of memory or of a disk."""
    large = [
        Rendering((step,)).command(step)
        for step in recorded()
        for value in step.parameters.values()
        if isinstance(value, int) and value >= 1024**2 and value % 1024**2 == 0
    ]
    assert len(large) > 20
    assert [written for written in large if re.search(r"\d{7}", re.sub(r"'[^']*'", "", written))] == []


def test_every_cmdlet_that_has_rows_is_called_with_each_of_them() -> None:
    sent = {(step.call, name) for step in recorded() for name in step.parameters}
    missing = {(row.call, row.parameter) for _, row in setting_rows() if row.parameter} - sent
    only_called = {call for _, row in setting_rows() if not row.parameter for call in (row.call, *row.calls.values())}
    assert only_called <= {step.call for step in recorded()}
    assert not missing, f"no task of the corpus sets {sorted(missing)}"


@pytest.mark.parametrize("module", MODULES)
def test_every_option_is_used(module: str) -> None:
    used, options = values(module)
    missing = sorted(set(options) - set(used))
    assert not missing, f"no task of the corpus uses {missing}"


@pytest.mark.parametrize("module", MODULES)
def test_every_option_has_another_value_too(module: str) -> None:
    """A default is the value of those tasks that leave the option out; parts of an option have values of their own."""
    used, options = values(module)
    single = {
        path
        for path, option in options.items()
        if len(used.get(path, ())) < 2 and option.default is None and option.level is None
    }
    single -= set(VALUES) if module == "vm" else set()
    assert single == set(ONE_VALUE.get(module, {}))


def values(module: str) -> tuple[dict[str, set[str]], dict[str, Option]]:
    """Return the values that the corpus gives the options of a module, and the options, by path."""
    used: dict[str, set[str]] = {}
    level = module_options(module_file(module))
    for name, options in TASKS:
        if name == module:
            collect(level, options, "", used)
    return used, dict(documented(level))


def test_the_corpus_reaches_what_checks_it() -> None:
    steps = recorded()
    assert any(step.is_function and step.call in functions.functions() for step in steps)
    assert all(simulated.signature_of(step.call) for step in steps if not step.is_function)
    assert not catalogue.PRESENT or any(catalogue.parameter_known(step.call, "Name") for step in steps)
