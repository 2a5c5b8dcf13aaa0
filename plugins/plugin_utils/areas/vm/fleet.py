# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A fleet: the defaults merged with what each VM says itself.

- mappings (processor, memory, ...) merge option by option;
- lists of keyed things merge by their key: `disks` and `dvds` by slot, `adapters` by name, devices of the host as
  `KEYED_LISTS` says. An entry with a known key merges with that entry option by option, an entry with a new key is
  added behind the others;
- everything else, lists such as `boot_order` included, is replaced.

In paths, `{name}` stands for the VM's name. An entry of `vms` with a `count` stands for several VMs (numbering.py).
"""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from ...core.area import Options
from ...core.plan import BadInput
from ..switch.names import name_key
from .numbering import COUNT, FIRST, USERS_OWN, filled_in, numbered
from .slots import slot_key

#: Lists whose entries have a key: the option of the key, and the form in which keys are equal.
KEYED_LISTS: dict[str, tuple[str, c.Callable[[t.Any], str]]] = {
    "disks": ("slot", slot_key),
    "dvds": ("slot", slot_key),
    "adapters": ("name", lambda name: name_key(str(name))),
    "fibre_channel_adapters": ("san", lambda name: name_key(str(name))),
    "gpu_partitions": ("gpu", lambda path: str(path).lower()),
    "assignable_devices": ("location_path", lambda path: str(path).lower()),
}

FLEET_OPTIONS = ("vms", "defaults", "on_failure", "parallel")

#: Options that only an entry of `vms` can have.
ENTRY_OPTIONS = (COUNT, FIRST)


@dataclasses.dataclass(frozen=True)
class Entry:
    """An entry of a keyed list.

    Attributes:
        option: where the user wrote it: `vms[3].disks[0]`, `defaults.disks[1]`.
    """

    option: str
    values: Options


@dataclasses.dataclass(frozen=True)
class Member:
    """One VM of a task, its own options merged with the defaults.

    Attributes:
        prefix: what stands before the names of its options in messages: empty, or `vms[3].`.
        options: everything that is not a keyed list; options that were left out are absent.
        inherited: names of the options (dotted) whose value is that of the defaults.
        lists: the keyed lists that are declared.
    """

    prefix: str
    options: Options
    inherited: frozenset[str]
    lists: t.Mapping[str, tuple[Entry, ...]]

    def where(self, option: str) -> str:
        """Return the path of an option as the user wrote it."""
        name = option.partition("[")[0]
        return f"defaults.{option}" if name in self.inherited else self.prefix + option


def members(options: Options) -> tuple[Member, ...]:
    """Return the VMs of a task: one, or those of `vms`.

    Raises:
        BadInput: for options beside `vms` that belong into it, for a name in the defaults, and for keys given twice.
    """
    written = _given(options)
    if "vms" not in written:
        _refuse_entry_options(written, "")
        return (_member("", {}, {name: value for name, value in written.items() if name not in FLEET_OPTIONS}, None),)
    defaults = _given(written.get("defaults") or {})
    if "name" in defaults:
        raise BadInput("defaults.name", "VMs cannot share a name; give each of vms its own")
    _refuse_entry_options(defaults, "defaults.")
    _check_keys(defaults, "defaults.")
    found = []
    for index, entry in enumerate(written["vms"]):
        prefix = f"vms[{index}]."
        found += [_member(prefix, defaults, own, number) for own, number in numbered(_given(entry), prefix)]
    return tuple(found)


def _refuse_entry_options(options: Options, prefix: str) -> None:
    for name in ENTRY_OPTIONS:
        if name in options:
            raise BadInput(f"{prefix}{name}", "is for entries of vms")


def _member(prefix: str, defaults: Options, own: Options, number: int | None) -> Member:
    _check_keys(own, prefix)
    name = own.get("name")
    inherited = frozenset(_inherited_names(defaults, own))
    lists = {}
    for list_name in KEYED_LISTS:
        if list_name in own or list_name in defaults:
            entries = _merged_list(prefix, list_name, defaults.get(list_name), own.get(list_name))
            lists[list_name] = tuple(_filled_entry(entry, name, number) for entry in entries)
    merged = {option: value for option, value in _merged(defaults, own).items() if option not in KEYED_LISTS}
    member = Member(prefix, merged, inherited, lists)
    return dataclasses.replace(member, options=filled_in(merged, name, number, member.where))


def _filled_entry(entry: Entry, name: t.Any, number: int | None) -> Entry:
    return dataclasses.replace(
        entry, values=filled_in(entry.values, name, number, lambda option: f"{entry.option}.{option}")
    )


def _merged(base: Options, over: Options) -> dict[str, t.Any]:
    result = dict(base)
    for name, value in over.items():
        below = result.get(name)
        if isinstance(below, c.Mapping) and isinstance(value, c.Mapping):
            result[name] = _merged(below, value if name in USERS_OWN else _given(value))
        else:
            result[name] = value
    return result


def _merged_list(prefix: str, list_name: str, base: t.Any, over: t.Any) -> list[Entry]:
    key_option, key_of = KEYED_LISTS[list_name]
    if base is not None and (over is None or over == base):
        return [Entry(f"defaults.{list_name}[{index}]", _given(values)) for index, values in enumerate(base)]
    entries: dict[str, Entry] = {}
    for index, values in enumerate(base or ()):
        key = key_of(values.get(key_option))
        entries[key] = Entry(f"defaults.{list_name}[{index}]", _given(values))
    for index, values in enumerate(over):
        key = key_of(values.get(key_option))
        below = entries.get(key)
        merged = _merged(below.values, _given(values)) if below is not None else _given(values)
        entries[key] = Entry(f"{prefix}{list_name}[{index}]", merged)
    return list(entries.values())


def _check_keys(options: Options, prefix: str) -> None:
    for list_name, (key_option, key_of) in KEYED_LISTS.items():
        seen: dict[str, int] = {}
        for index, values in enumerate(options.get(list_name) or ()):
            place = f"{prefix}{list_name}[{index}].{key_option}"
            key = values.get(key_option)
            if key is None or key == "":
                raise BadInput(place, "is needed: it is the key of the entry")
            first = seen.setdefault(key_of(key), index)
            if first != index:
                raise BadInput(
                    place, f"{key} is also the {key_option} of {prefix}{list_name}[{first}]; each can be there once"
                )


def _inherited_names(defaults: Options, own: Options) -> c.Iterator[str]:
    for name, value in defaults.items():
        above = own.get(name)
        if isinstance(value, c.Mapping):
            for inner, inner_value in _given(value).items():
                if not isinstance(above, c.Mapping) or above.get(inner) in (None, inner_value):
                    yield f"{name}.{inner}"
        if above is None or above == value:
            yield name


def _given(options: t.Any) -> dict[str, t.Any]:
    return {name: value for name, value in options.items() if value is not None}
