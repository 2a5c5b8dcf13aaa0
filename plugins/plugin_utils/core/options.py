# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Options of a task, validated against the module's documentation.

Every message has the path of the option as the user wrote it (`vms[3].disks[1].size`), and all of them come at once.
"""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from . import conversion
from .conversion import BadValue, nearest
from .documentation import Level, Option, RequiredIf, module_file, module_options
from .plain_values import is_vaulted, plain
from .plan import BadInput

#: Problems shown in one message; a fleet with a wrong word in its template has one for each VM.
SHOWN_PROBLEMS = 25

MASKED = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


class BadOptions(Exception):
    """The options do not fit the module's documentation.

    Attributes:
        problems: every problem found, in the order of the options.
    """

    def __init__(self, problems: c.Iterable[BadInput]) -> None:
        self.problems = tuple(problems)
        super().__init__(_problem_text(self.problems))


@dataclasses.dataclass(frozen=True)
class ValidOptions:
    """Options as feature areas get them.

    Attributes:
        values: documented names (never aliases), converted types, defaults filled in. Options that were left out are
        absent. secrets: entries for a batch's secrets, by option path: `{"text": ...}`, and for the mapping that a
        `password` with its
            `username` stands in `{"username": ..., "password": ...}`.
        secret_texts: every secret text, for masking.
        shown: the options as written with secrets masked, for `invocation`.
    """

    values: dict[str, t.Any]
    secrets: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict, repr=False)
    secret_texts: frozenset[str] = dataclasses.field(default_factory=frozenset, repr=False)
    shown: dict[str, t.Any] = dataclasses.field(default_factory=dict)


def validated_options(module: str, arguments: c.Mapping[str, t.Any]) -> ValidOptions:
    """Return the validated options of a module of this collection.

    Raises:
        BadOptions: with every problem.
        BadDocumentation: when the module's own documentation is wrong.
    """
    return validated(module_options(module_file(module)), arguments)


def validated(top: Level, arguments: c.Mapping[str, t.Any]) -> ValidOptions:
    """Return options validated against a documented level.

    Raises:
        BadOptions: with every problem.
    """
    work = _Validation(top)
    values = work.converted(top, arguments, "")
    values = work.completed(top, values, "")
    if work.problems:
        raise BadOptions(work.problems)
    secrets: dict[str, dict[str, str]] = {}
    if _has_secrets(top):
        _collect_secrets(top, values, "", secrets)
    texts = frozenset(entry[key] for entry in secrets.values() for key in ("text", "password") if entry.get(key))
    return ValidOptions(values, secrets, texts, _masked(top, arguments))


class _Invalid:
    """Stands for a value that has its message already, so that nothing else is said about it."""


_INVALID = _Invalid()


class _Validation:
    def __init__(self, top: Level) -> None:
        self.top = top
        self.problems: list[BadInput] = []

    def converted(self, level: Level, written: c.Mapping[t.Any, t.Any], prefix: str) -> dict[str, t.Any]:
        """Return the given options by their documented names with converted values; None counts as left out."""
        values: dict[str, t.Any] = {}
        spelt: dict[str, str] = {}
        for key, value in written.items():
            name = level.names.get(key) if isinstance(key, str) else None
            if name is None:
                self._unknown(level, key, prefix)
                continue
            if value is None:
                continue
            if name in values:
                self.problem(f"{prefix}{key}", f"is given twice: also as {spelt[name]}")
                continue
            spelt[name] = str.__str__(key)
            values[name] = self._value(level.options[name], value, f"{prefix}{name}")
        return values

    def _value(self, option: Option, value: t.Any, path: str) -> t.Any:
        kind = option.type
        try:
            if kind == "list":
                return self._list(option, value, path)
            if kind == "dict" and option.level is not None:
                return self.converted(option.level, conversion.as_mapping(value), f"{path}.")
            return self._scalar(kind, option, value)
        except BadValue as error:
            self.problem(path, _secret_safe(error, option))
            return _INVALID

    def _list(self, option: Option, value: t.Any, path: str) -> list[t.Any]:
        elements = option.elements or "raw"
        level = option.level
        result: list[t.Any] = []
        for index, element in enumerate(conversion.as_list(value, elements)):
            place = f"{path}[{index}]"
            try:
                if element is None:
                    raise BadValue("is empty: a dash with nothing behind it")
                if elements == "dict" and level is not None:
                    result.append(self.converted(level, conversion.as_mapping(element), f"{place}."))
                else:
                    result.append(self._scalar(elements, option, element))
            except BadValue as error:
                self.problem(place, _secret_safe(error, option))
                result.append(_INVALID)
        return result

    def _scalar(self, kind: str, option: Option, value: t.Any) -> t.Any:
        if is_vaulted(value):
            value = plain(value)
        if kind in ("str", "path"):
            value = conversion.as_text(value, option.choices)
        else:
            value = conversion.CONVERTERS[kind](value)
        if option.choices is not None:
            conversion.check_choice(value, option.choices)
        return value

    def completed(
        self, level: Level, values: dict[str, t.Any], prefix: str, *, is_defaults: bool = False
    ) -> dict[str, t.Any]:
        """Check what belongs together, fill defaults in, and give fleet elements what the fleet's defaults say."""
        if is_defaults:
            return values
        fleet = [name for name in values if level.options[name].like_module and level.options[name].type == "list"]
        if fleet:
            _alone(self, level, values, fleet[0], prefix)
        else:
            _exclusive(self, level, values, prefix)
        complete = {
            name: option.default
            for name, option in level.options.items()
            if option.default is not None and name not in values and (not fleet or name in level.fleet_only)
        }
        complete.update(values)
        if not fleet:
            _required(self, level, complete, values, prefix)
        fleet_defaults: dict[str, t.Any] = {}
        for name, value in values.items():
            option = level.options[name]
            if option.like_module and option.type == "dict" and isinstance(value, dict):
                fleet_defaults = merged(fleet_defaults, value)
        for name, value in values.items():
            option = level.options[name]
            if option.level is None:
                continue
            if isinstance(value, dict):
                complete[name] = self.completed(option.level, value, f"{prefix}{name}.", is_defaults=option.like_module)
            elif isinstance(value, list):
                complete[name] = [
                    self.completed(
                        option.level,
                        merged(fleet_defaults, element) if option.like_module else element,
                        f"{prefix}{name}[{index}].",
                    )
                    if isinstance(element, dict)
                    else element
                    for index, element in enumerate(value)
                ]
        return complete

    def _unknown(self, level: Level, key: t.Any, prefix: str) -> None:
        if not isinstance(key, str):
            read = "; YAML reads an unquoted on, off, yes or no as a truth value" if isinstance(key, bool) else ""
            self.problem(f"{prefix}{key}", f"is not the name of an option{read}")
            return
        near = nearest(key, level.names)
        if near is not None:
            advice = f"; did you mean {near}?"
        else:
            elsewhere = _paths_of(self.top, key)
            advice = (
                f"; there is {' and '.join(elsewhere)}" if elsewhere else f"; options here: {', '.join(level.options)}"
            )
        self.problem(f"{prefix}{key}", f"is not an option{advice}")

    def problem(self, path: str, text: str) -> None:
        """Note a problem."""
        self.problems.append(BadInput(path, text))


def _has_secrets(level: Level) -> bool:
    return any(
        option.secret or (option.level is not None and not option.like_module and _has_secrets(option.level))
        for option in level.options.values()
    )


def _collect_secrets(
    level: Level, values: c.Mapping[str, t.Any], prefix: str, secrets: dict[str, dict[str, str]]
) -> None:
    for name, value in values.items():
        option = level.options[name]
        path = f"{prefix}{name}"
        elements = value if isinstance(value, list) else [value]
        for index, element in enumerate(elements):
            place = f"{path}[{index}]" if isinstance(value, list) else path
            if option.level is not None and isinstance(element, dict):
                _collect_secrets(option.level, element, f"{place}.", secrets)
            elif option.secret:
                secrets[place] = {"text": str(element)}
        username = values.get("username")
        if option.secret and name == "password" and prefix and isinstance(username, str):
            secrets[prefix.rstrip(".")] = {"username": username, "password": str(value)}


def merged(base: c.Mapping[str, t.Any], over: c.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return `base` with the values of `over` laid over it: mappings inside each other, everything else replaced."""
    result = dict(base)
    for name, value in over.items():
        below = result.get(name)
        result[name] = merged(below, value) if isinstance(value, dict) and isinstance(below, dict) else value
    return result


def _exclusive(work: _Validation, level: Level, given: c.Mapping[str, t.Any], prefix: str) -> None:
    for group in level.mutually_exclusive:
        present = [name for name in group if name in given]
        if len(present) > 1:
            work.problem(
                f"{prefix}{present[0]}", f"cannot stand beside {_listed(present[1:], 'and')}; give one of them only"
            )


def _alone(work: _Validation, level: Level, given: c.Mapping[str, t.Any], fleet: str, prefix: str) -> None:
    """Options of a single thing beside the list of many would be read by nobody."""
    defaults = next(
        (name for name, option in level.options.items() if option.like_module and option.type == "dict"), None
    )
    for name in given:
        if name not in level.fleet_only:
            place = f"its entries, or into {defaults}" if defaults is not None else "its entries"
            work.problem(f"{prefix}{name}", f"cannot stand beside {fleet}; write it into {place}")


def _required(
    work: _Validation, level: Level, complete: c.Mapping[str, t.Any], given: c.Mapping[str, t.Any], prefix: str
) -> None:
    for name, option in level.options.items():
        if option.required and name not in complete:
            work.problem(f"{prefix}{name}", "is required")
    for group in level.required_together:
        missing = [name for name in group if name not in given]
        if missing and len(missing) < len(group):
            present = next(name for name in group if name in given)
            work.problem(f"{prefix}{present}", f"needs {_listed(missing, 'and')} beside it")
    for group in level.required_one_of:
        if not any(name in given for name in group):
            if len(group) == 1:
                work.problem(f"{prefix}{group[0]}", "is required")
            else:
                work.problem(prefix.rstrip(".") or group[0], f"one of these is required: {_listed(group, 'or')}")
    for rule in level.required_if:
        _required_if(work, rule, complete, prefix)


def _required_if(work: _Validation, rule: RequiredIf, complete: c.Mapping[str, t.Any], prefix: str) -> None:
    if complete.get(rule.option) != rule.value:
        return
    missing = [name for name in rule.wanted if name not in complete]
    if rule.any_of_them and len(missing) < len(rule.wanted):
        return
    because = f"when {rule.option} is {plain(rule.value)}"
    if rule.any_of_them and missing:
        work.problem(
            prefix.rstrip(".") or rule.wanted[0], f"one of these is required {because}: {_listed(missing, 'or')}"
        )
    elif not rule.any_of_them:
        for name in missing:
            work.problem(f"{prefix}{name}", f"is required {because}")


def _listed(names: c.Sequence[str], word: str) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"


def _paths_of(level: Level, name: str, prefix: str = "") -> list[str]:
    found = [prefix + known for known in level.options if known == name]
    for option in level.options.values():
        if option.level is not None and not option.like_module:
            found += _paths_of(option.level, name, f"{prefix}{option.name}.")
    return found


def _secret_safe(error: BadValue, option: Option) -> str:
    return "has not the documented type" if option.secret else str(error)


def _masked(level: Level, written: c.Mapping[t.Any, t.Any]) -> dict[str, t.Any]:
    shown: dict[str, t.Any] = {}
    for key, value in written.items():
        name = level.names.get(key) if isinstance(key, str) else None
        option = level.options[name] if name is not None else None
        if option is None or value is None:
            continue
        if option.secret:
            shown[str(key)] = MASKED
        elif option.level is not None and isinstance(value, c.Mapping):
            shown[str(key)] = _masked(option.level, value)
        elif option.level is not None and isinstance(value, (list, tuple)):
            inner = option.level
            shown[str(key)] = [
                _masked(inner, entry) if isinstance(entry, c.Mapping) else plain(entry) for entry in value
            ]
        else:
            shown[str(key)] = plain(value)
    return shown


def _problem_text(problems: c.Sequence[BadInput]) -> str:
    if len(problems) == 1:
        return str(problems[0])
    lines = [f"- {problem}" for problem in problems[:SHOWN_PROBLEMS]]
    if len(problems) > SHOWN_PROBLEMS:
        lines.append(f"- and {len(problems) - SHOWN_PROBLEMS} more")
    return f"{len(problems)} problems in the options:\n" + "\n".join(lines)
