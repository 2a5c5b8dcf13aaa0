# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The options of a module, read from its documentation.

`DOCUMENTATION` in `plugins/modules/NAME.py` is the only source of names, types, choices and defaults. What its schema
cannot say stands in a second constant of the same file, `ARGUMENT_RULES`, as YAML:

    mutually_exclusive: [[name, vms], [disks.size, disks.copy_of]]
    required_together: [[memory.minimum, memory.maximum]]
    required_one_of: [[name, vms]]
    required_if: [[disks.type, fixed, [disks.size]]]
    bytes: [memory.startup, disks.size]
    bits_per_second: [adapters.bandwidth]
    secret: [credential.password]
    like_module: [vms, defaults]
    fleet_only: [vms, defaults]

Options are named by dotted paths without indexes. The members of one group are options of the same level. An option
under `like_module` (a dict, or a list of dicts) takes the options of the module itself, those under `fleet_only` left
out; a dict among them gives the values that elements of a list among them leave out.
"""

from __future__ import annotations

import ast
import collections.abc as c
import dataclasses
import functools
import pathlib
import typing as t

import yaml

_PLUGINS = pathlib.Path(__file__).resolve().parents[2]
_OWN_FRAGMENTS = "datacenter.hyperv."
#: Fragments of ansible-core that document behaviour and bring no options.
_FRAGMENTS_WITHOUT_OPTIONS = ("action_common_attributes", "ansible.builtin.action_common_attributes")
_YAML_LOADER: t.Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_GROUPS = ("mutually_exclusive", "required_together", "required_one_of")
_RULES = frozenset({*_GROUPS, "required_if", "bytes", "bits_per_second", "secret", "like_module", "fleet_only"})


class BadDocumentation(Exception):
    """A module's documentation or rules contradict themselves: a defect of this collection."""


@dataclasses.dataclass(frozen=True)
class RequiredIf:
    """When `option` has `value`, all (or any) of `wanted` must be given."""

    option: str
    value: t.Any
    wanted: tuple[str, ...]
    any_of_them: bool = False


@dataclasses.dataclass
class Level:
    """The options that stand beside each other.

    Attributes:
        options: by name.
        names: every name and alias, to the name.
        mutually_exclusive, required_together, required_one_of: groups of names.
        required_if: conditions.
        fleet_only: on the module's own level, the options that only stand beside a list of many.
    """

    options: dict[str, Option] = dataclasses.field(default_factory=dict)
    names: dict[str, str] = dataclasses.field(default_factory=dict)
    mutually_exclusive: list[tuple[str, ...]] = dataclasses.field(default_factory=list)
    required_together: list[tuple[str, ...]] = dataclasses.field(default_factory=list)
    required_one_of: list[tuple[str, ...]] = dataclasses.field(default_factory=list)
    required_if: list[RequiredIf] = dataclasses.field(default_factory=list)
    fleet_only: frozenset[str] = frozenset()


@dataclasses.dataclass
class Option:
    """One documented option.

    Attributes:
        type: `str`, `int`, `float`, `bool`, `dict`, `list`, `path`, `raw`, or `bytes` and `bits_per_second` by a rule.
        elements: type of a list's elements, by the same names.
        choices: allowed values, or None.
        level: the options inside, for a dict or a list of dicts that documents them.
        like_module: whether `level` is the module's own.
    """

    name: str
    type: str
    elements: str | None = None
    choices: tuple[t.Any, ...] | None = None
    default: t.Any = None
    required: bool = False
    secret: bool = False
    level: Level | None = None
    like_module: bool = False


def module_file(module: str) -> pathlib.Path:
    """Return where a module's documentation stands."""
    return _PLUGINS / "modules" / f"{module}.py"


@functools.cache
def module_options(file: pathlib.Path) -> Level:
    """Return the options of a module file, with the rules of the same file.

    Raises:
        FileNotFoundError: when there is no such module.
        BadDocumentation: when rules name options that are not documented, and the like.
    """
    constants = _text_constants(file)
    if "DOCUMENTATION" not in constants:
        raise BadDocumentation(f"{file.name} has no DOCUMENTATION")
    documentation = yaml.load(constants["DOCUMENTATION"], Loader=_YAML_LOADER)
    options = dict(documentation.get("options") or {})
    for fragment in _as_list(documentation.get("extends_documentation_fragment")):
        for name, entry in _fragment_options(fragment, file.parent.parent / "doc_fragments").items():
            options.setdefault(name, entry)
    top = _level(options, file.name)
    rules = yaml.load(constants.get("ARGUMENT_RULES", "{}"), Loader=_YAML_LOADER) or {}
    _apply_rules(top, rules, file.name)
    return top


def _text_constants(file: pathlib.Path) -> dict[str, str]:
    constants = {}
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    constants[target.id] = node.value.value
    return constants


def _fragment_options(fragment: str, folder: pathlib.Path) -> dict[str, t.Any]:
    if fragment.startswith(_FRAGMENTS_WITHOUT_OPTIONS):
        return {}
    if not fragment.startswith(_OWN_FRAGMENTS):
        raise BadDocumentation(
            f"the documentation fragment {fragment} is not of this collection; its options would be missed"
        )
    name, _dot, section = fragment[len(_OWN_FRAGMENTS) :].partition(".")
    wanted = (section or "documentation").upper()
    for node in ast.walk(ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Constant):
            continue
        if any(isinstance(target, ast.Name) and target.id == wanted for target in node.targets):
            return dict((yaml.load(str(node.value.value), Loader=_YAML_LOADER) or {}).get("options") or {})
    raise BadDocumentation(f"the documentation fragment {fragment} does not exist")


def _level(options: c.Mapping[str, t.Any], place: str) -> Level:
    level = Level()
    for name, entry in options.items():
        inner = entry.get("suboptions")
        choices = entry.get("choices")
        level.options[name] = Option(
            name=name,
            type=entry.get("type", "str"),
            elements=entry.get("elements"),
            choices=tuple(choices) if choices is not None else None,
            default=entry.get("default"),
            required=bool(entry.get("required", False)),
            level=_level(inner, f"{place}: {name}") if inner else None,
        )
        for spelling in (name, *_as_list(entry.get("aliases"))):
            if level.names.setdefault(spelling, name) != name:
                raise BadDocumentation(f"{place}: {spelling} names two options")
    return level


def _apply_rules(top: Level, rules: c.Mapping[str, t.Any], place: str) -> None:
    unknown = sorted(set(rules) - _RULES)
    if unknown:
        raise BadDocumentation(f"{place}: ARGUMENT_RULES has unknown keys: {', '.join(unknown)}")
    for kind in ("bytes", "bits_per_second"):
        for path in _as_list(rules.get(kind)):
            option = _option_at(top, path, place)
            if option.type == "list":
                option.elements = kind
            else:
                option.type = kind
    for path in _as_list(rules.get("secret")):
        _option_at(top, path, place).secret = True
    for kind in _GROUPS:
        for group in _groups(rules.get(kind)):
            parent, names = _same_level(group, place)
            level = _level_at(top, parent, place)
            _must_exist(level, names, place)
            getattr(level, kind).append(names)
    for entry in _groups(rules.get("required_if")):
        option, value, wanted, *rest = entry
        parent, names = _same_level((option, *wanted), place)
        level = _level_at(top, parent, place)
        _must_exist(level, names, place)
        level.required_if.append(RequiredIf(names[0], value, names[1:], bool(rest and rest[0])))
    _attach_module_level(top, rules, place)


def _attach_module_level(top: Level, rules: c.Mapping[str, t.Any], place: str) -> None:
    paths = _as_list(rules.get("like_module"))
    if not paths:
        return
    fleet_only = set(_as_list(rules.get("fleet_only")))
    _must_exist(top, tuple(fleet_only), place)
    top.fleet_only = frozenset(fleet_only)
    inner = Level(
        options={name: option for name, option in top.options.items() if name not in fleet_only},
        names={spelling: name for spelling, name in top.names.items() if name not in fleet_only},
    )
    for kind in _GROUPS:
        setattr(inner, kind, [group for group in getattr(top, kind) if not fleet_only.intersection(group)])
    # "a name or a list of many" means for each of the many: a name.
    singles = [tuple(name for name in group if name not in fleet_only) for group in top.required_one_of]
    inner.required_one_of = [group for group in singles if group]
    inner.required_if = [rule for rule in top.required_if if not fleet_only.intersection((rule.option, *rule.wanted))]
    for path in paths:
        if path not in fleet_only:
            raise BadDocumentation(f"{place}: {path} is under like_module and so must be under fleet_only")
        option = _option_at(top, path, place)
        option.level = inner
        option.like_module = True
        if option.type == "list":
            option.elements = "dict"


def _groups(entry: t.Any) -> c.Iterator[list[t.Any]]:
    """Yield groups with full paths, from a list of groups or from a mapping of a level's path to its groups."""
    if not isinstance(entry, c.Mapping):
        yield from _as_list(entry)
        return
    for path, groups in entry.items():
        prefix = f"{path}." if path else ""
        for group in groups:
            if len(group) >= 3 and isinstance(group[2], list):
                yield [prefix + group[0], group[1], [prefix + name for name in group[2]], *group[3:]]
            else:
                yield [prefix + name for name in group]


def _same_level(paths: c.Sequence[str], place: str) -> tuple[str, tuple[str, ...]]:
    split = [path.rpartition(".") for path in paths]
    parents = {parent for parent, _dot, _name in split}
    if len(parents) != 1:
        raise BadDocumentation(f"{place}: {', '.join(paths)} do not stand beside each other")
    return parents.pop(), tuple(name for _parent, _dot, name in split)


def _level_at(top: Level, path: str, place: str) -> Level:
    if not path:
        return top
    level = _option_at(top, path, place).level
    if level is None:
        raise BadDocumentation(f"{place}: {path} has no options inside")
    return level


def _option_at(top: Level, path: str, place: str) -> Option:
    level: Level | None = top
    option: Option | None = None
    for part in path.split("."):
        option = level.options.get(part) if level is not None else None
        if option is None:
            raise BadDocumentation(f"{place}: ARGUMENT_RULES names {path}, which is not documented")
        level = option.level
    if option is None:
        raise AssertionError("the caller has checked this")
    return option


def _must_exist(level: Level, names: tuple[str, ...], place: str) -> None:
    for name in names:
        if name not in level.options:
            raise BadDocumentation(f"{place}: ARGUMENT_RULES names {name}, which is not documented there")


def _as_list(value: t.Any) -> list[t.Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]
