# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which values settings can have, as far as no host is needed to say so."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ...core.area import Options
from ...core.plan import BadInput
from ...core.setting import declared_value, shown
from ...core.size import size_text
from ..virtual_disk import path_problem
from .fleet import Member
from .notes import PREFIX, key_problem, value_problem
from .settings import Row, declared_rows
from .settings.firmware import TEMPLATE_IDS, template_name
from .settings.processor import PERFORMANCE_MONITORS
from .settings.security import NEEDED

#: Options that mean something only with dynamic memory; giving one declares it.
DYNAMIC_ONLY = ("memory.minimum", "memory.maximum", "memory.buffer")

#: Options that are directories of the host.
DIRECTORIES = ("snapshot_file_location", "smart_paging_file_path")

#: The word for the configuration version that the host gives new VMs.
LATEST = "latest"

_VERSION = re.compile(r"[0-9]{1,5}\.[0-9]{1,5}", re.ASCII)

#: A named pipe of this computer or another.
_PIPE = re.compile(r"\\\\[^\\/]+\\pipe\\[^\\/]+", re.IGNORECASE)


def with_implied_settings(member: Member) -> Member:
    """Return the member with its settings in the form that rows have, and those that its others already say.

    `memory.minimum`, `maximum` and `buffer` say that memory is dynamic; what protects needs a key protector.
    """
    options = dict(member.options)
    inherited = set(member.inherited)
    for entry in declared_rows(options):
        if entry.normal is not None:
            _put(options, entry.option, entry.normal(declared_value(options, entry.option)))
    template = declared_value(options, "secure_boot_template")
    if template is not None:
        _put(options, "secure_boot_template", template_name(template))
    tags = options.get("tags")
    if tags is not None:
        options["tags"] = {key: None if value is None else tag_text(value) for key, value in tags.items()}
    if declared_value(options, "memory.dynamic") is None:
        _imply(options, inherited, DYNAMIC_ONLY, "memory.dynamic", with_values=True)
    for option, needed in NEEDED.items():
        for other in needed:
            if declared_value(options, other) is None:
                _imply(options, inherited, (option,), other)
    return dataclasses.replace(member, options=options, inherited=frozenset(inherited))


def check_settings(member: Member) -> None:
    """Check the values of all settings that a VM declares.

    Raises:
        BadInput: for a value out of range, and for values that contradict each other.
    """
    for entry in declared_rows(member.options):
        _check_value(entry, declared_value(member.options, entry.option), member.where(entry.option))
    _check_texts(member)
    _check_memory(member)
    _check_order(member, "processor.reserve", "processor.maximum", "the reserve cannot be above the maximum")
    _check_nested(member)
    _check_security(member)


def memory_problem(startup: int | None, minimum: int | None, maximum: int | None) -> tuple[str, str] | None:
    """Return the option that contradicts the others and why, or None. Amounts in bytes; None is not known."""
    pairs = (
        ("memory.minimum", minimum, startup, "the minimum cannot be above the memory at start-up"),
        ("memory.maximum", startup, maximum, "the maximum cannot be below the memory at start-up"),
        ("memory.minimum", minimum, maximum, "the minimum cannot be above the maximum"),
    )
    for option, low, high, problem in pairs:
        if low is not None and high is not None and low > high:
            return option, f"{problem}: {size_text(low)} > {size_text(high)}"
    return None


def tag_text(value: t.Any) -> str:
    """Return the value of a tag as text; YAML's truth values as it writes them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _put(options: dict[str, t.Any], option: str, value: t.Any) -> None:
    group, _dot, name = option.rpartition(".")
    if group:
        options[group] = {**(options.get(group) or {}), name: value}
    else:
        options[name] = value


def _imply(
    options: dict[str, t.Any],
    inherited: set[str],
    implying: tuple[str, ...],
    implied: str,
    *,
    with_values: bool = False,
) -> None:
    """Declare `implied` where one of the others is true, or with `with_values` has any value."""
    for option in implying:
        value = declared_value(options, option)
        if value is True or (with_values and value is not None):
            _put(options, implied, True)
            if option in inherited:
                inherited.add(implied)
            return


def _check_value(entry: Row, value: t.Any, option: str) -> None:
    text = size_text(value) if entry.unit == "bytes" else shown(value)
    if entry.limits is not None and not entry.limits[0] <= value <= entry.limits[1]:
        low, high = (size_text(limit) if entry.unit == "bytes" else str(limit) for limit in entry.limits)
        raise BadInput(option, f"{text} is out of range; it goes from {low} to {high}")
    if entry.multiple_of > 1 and value % entry.multiple_of:
        raise BadInput(option, f"{text} is not a multiple of {size_text(entry.multiple_of)}")


def _check_texts(member: Member) -> None:
    options: Options = member.options
    version = options.get("version")
    if version is not None and version != LATEST and not _VERSION.fullmatch(version):
        raise BadInput(
            member.where("version"), f"{version!r} is no configuration version, such as '9.0', and not {LATEST}"
        )
    for option in DIRECTORIES:
        path = declared_value(options, option)
        problem = path_problem(path) if path is not None else None
        if problem is not None:
            raise BadInput(member.where(option), problem)
    for option in ("com1.path", "com2.path"):
        path = declared_value(options, option)
        if path and not _PIPE.fullmatch(path):
            raise BadInput(
                member.where(option),
                f"{path} is not a named pipe; write \\\\.\\pipe\\NAME, or an empty text for none",
            )
    for option in ("processor.resource_pool", "memory.resource_pool"):
        pool = declared_value(options, option)
        if pool is not None and not pool.strip():
            raise BadInput(member.where(option), "is empty; the pool of everything is called Primordial")
    template = declared_value(options, "secure_boot_template")
    if template is not None and template_name(template) is None:
        raise BadInput(
            member.where("secure_boot_template"),
            f"{template!r} is neither one of {', '.join(TEMPLATE_IDS)} nor the id of a template",
        )
    monitors = declared_value(options, "processor.performance_monitoring") or []
    if "pebs" in monitors and "pmu" not in monitors:
        raise BadInput(member.where("processor.performance_monitoring"), "pebs needs pmu beside it")
    for word in monitors:
        if word.lower() not in PERFORMANCE_MONITORS:
            raise BadInput(
                member.where("processor.performance_monitoring"),
                f"{word!r} is not one of: {', '.join(PERFORMANCE_MONITORS)}",
            )
    notes = declared_value(options, "notes")
    if notes is not None and any(line.startswith(PREFIX) for line in re.split(r"\r\n|\r|\n", notes)):
        raise BadInput(
            member.where("notes"), f"has a line that begins with {PREFIX}, which is a tag; declare it in tags"
        )
    for key, value in (declared_value(options, "tags") or {}).items():
        problem = key_problem(key)
        if problem is None and value is not None:  # without a value: the tag goes
            of_list = isinstance(value, (dict, list))
            problem = "the value of a tag is a text" if of_list else value_problem(tag_text(value))
        if problem is not None:
            raise BadInput(f"{member.where('tags')}.{key}", problem)


def _check_memory(member: Member) -> None:
    options: Options = member.options
    if declared_value(options, "memory.dynamic") is False:
        for option in DYNAMIC_ONLY:
            if declared_value(options, option) is not None:
                raise BadInput(
                    member.where(option), "is for dynamic memory, and memory.dynamic is false; leave one of them out"
                )
    problem = memory_problem(
        declared_value(options, "memory.startup"),
        declared_value(options, "memory.minimum"),
        declared_value(options, "memory.maximum"),
    )
    if problem is not None:
        raise BadInput(member.where(problem[0]), problem[1])


def _check_order(member: Member, low: str, high: str, problem: str) -> None:
    least, most = declared_value(member.options, low), declared_value(member.options, high)
    if least is not None and most is not None and least > most:
        raise BadInput(member.where(low), f"{problem}: {least} > {most}")


def _check_nested(member: Member) -> None:
    """Nested virtualization and dynamic memory exclude each other (compute-hyperv, packer, MSLab)."""
    options: Options = member.options
    dynamic = declared_value(options, "memory.dynamic") is True or any(
        declared_value(options, option) is not None for option in DYNAMIC_ONLY
    )
    if dynamic and declared_value(options, "processor.expose_virtualization_extensions"):
        raise BadInput(
            member.where("processor.expose_virtualization_extensions"),
            "nested virtualization needs static memory, and memory is declared dynamic; declare memory.dynamic: false",
        )


def _check_security(member: Member) -> None:
    options: Options = member.options
    if declared_value(options, "security.key_protector") is False:
        raise BadInput(
            member.where("security.key_protector"), "a key protector cannot be taken away again; leave the option out"
        )
    if declared_value(options, "security.shielded"):
        for option in ("security.tpm", "security.encrypt_state_and_migration_traffic", "secure_boot"):
            if declared_value(options, option) is False:
                raise BadInput(member.where(option), "is false, and a shielded VM has it; leave one of them out")
