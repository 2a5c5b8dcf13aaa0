# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a playbook declares about power."""

from __future__ import annotations

import dataclasses

from ...core.area import Options
from ...core.fleet import declared_parallel
from ...core.plan import BadInput
from ..switch.names import name_key
from ..vm.declaration import check_name
from .addresses import BadNetwork, Network, network

#: Declared states after which a machine runs, so that its guest can be waited for.
RUNNING_AFTER = frozenset({"running", "resumed", "restarted", "reset"})

_WAITING = ("wait_for", "network", "port", "wait_timeout")


@dataclasses.dataclass(frozen=True)
class Member:
    """A machine of a group, and where its name stands."""

    name: str
    option: str

    @property
    def target(self) -> str:
        """The machine as people say it."""
        return f"vm {self.name}"


@dataclasses.dataclass(frozen=True)
class Group:
    """Machines that are worked on together.

    Attributes:
        wait_for: `heartbeat`, `address`, `port`, or None.
        networks: in which the address must be; none means any ordinary IPv4 address.
        wait_timeout: seconds.
        delay: seconds before the next group, if this one was changed.
    """

    members: tuple[Member, ...]
    wait_for: str | None = None
    networks: tuple[Network, ...] = ()
    port: int | None = None
    wait_timeout: int = 600
    delay: int = 0

    @property
    def needs_addresses(self) -> bool:
        """Whether the addresses of guests are asked for."""
        return self.wait_for in ("address", "port")


@dataclasses.dataclass(frozen=True)
class Declaration:
    """What a task declares.

    Attributes:
        many: whether the task used a list.
        state: the option of that name.
        stop_timeout: seconds that a guest gets.
        on_stop_timeout: `fail`, `turn_off` or `save`.
    """

    groups: tuple[Group, ...]
    many: bool
    state: str
    stop_timeout: int
    on_stop_timeout: str
    turn_off: bool
    parallel: int

    @property
    def members(self) -> tuple[Member, ...]:
        """All machines, in the order of their groups."""
        return tuple(member for group in self.groups for member in group.members)

    @property
    def names(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(member.name for member in self.members)


def declare_power(options: Options) -> Declaration:
    """Return the declaration of a task.

    Raises:
        BadInput: when options contradict each other whatever the host looks like.
    """
    state, fallback = options["state"], options.get("on_stop_timeout", "fail")
    if fallback == "save" and state != "stopped":
        raise BadInput(
            "on_stop_timeout", f"save is for state: stopped; state: {state} cannot go on from a saved machine"
        )
    seconds = options.get("stop_timeout", 300)
    if seconds < 0:
        raise BadInput("stop_timeout", f"must be at least 0, not {seconds}")
    declaration = Declaration(
        _groups(options),
        options.get("name") is None,
        state,
        seconds,
        fallback,
        bool(options.get("turn_off", False)),
        declared_parallel(options),
    )
    seen: dict[str, str] = {}
    for member in declaration.members:
        check_name(member.name, member.option)
        first = seen.setdefault(name_key(member.name), member.option)
        if first != member.option:
            raise BadInput(
                member.option, f"{member.name!r} stands at {first}, too; a machine has one place in the order"
            )
    return declaration


def _groups(options: Options) -> tuple[Group, ...]:
    common = {name: options[name] for name in _WAITING if options.get(name) is not None}
    if options.get("name") is not None:
        return (_group("", common, common, (Member(options["name"], "name"),), options),)
    if options.get("vms") is not None:
        names = [Member(name, f"vms[{index}]") for index, name in enumerate(options["vms"])]
        return (_group("", common, common, tuple(names), options),)
    groups = []
    for index, entry in enumerate(options.get("groups") or ()):
        prefix = f"groups[{index}]."
        members = [Member(name, f"{prefix}vms[{number}]") for number, name in enumerate(entry["vms"])]
        own = {name: entry[name] for name in _WAITING if entry.get(name) is not None}
        groups.append(_group(prefix, {**common, **own}, own, tuple(members), {**entry, "state": options["state"]}))
    if not groups:
        raise BadInput("groups", "is empty; there is nothing to do")
    return tuple(groups)


def _group(prefix: str, waiting: Options, own: Options, members: tuple[Member, ...], options: Options) -> Group:
    """Return a group.

    Args:
        waiting: what and how to wait for; `own` is what stands in the group itself and must make sense there.
    """
    if not members:
        raise BadInput(f"{prefix}vms", "is empty; there is nothing to do")
    wait_for, port = waiting.get("wait_for"), waiting.get("port")
    if wait_for is None:
        extra = next((name for name in ("network", "port") if name in own), None)
        if extra is not None:
            raise BadInput(f"{prefix}{extra}", "says how to wait; say what for with wait_for")
    elif options["state"] not in RUNNING_AFTER:
        raise BadInput(f"{prefix}wait_for", f"state: {options['state']} leaves no guest that could answer")
    if wait_for == "port" and port is None:
        raise BadInput(f"{prefix}port", "is needed: which port is waited for?")
    if "port" in own and wait_for != "port":
        raise BadInput(f"{prefix}port", "is for wait_for: port")
    if port is not None and not 1 <= port <= 65535:
        raise BadInput(f"{prefix}port", f"must be from 1 to 65535, not {port}")
    if "network" in own and wait_for == "heartbeat":
        raise BadInput(f"{prefix}network", "is for wait_for: address and port")
    for name, value in (("wait_timeout", waiting.get("wait_timeout")), ("delay", options.get("delay"))):
        if value is not None and value < 0:
            raise BadInput(f"{prefix}{name}", f"must be at least 0, not {value}")
    return Group(
        members,
        wait_for,
        tuple(_network(text, f"{prefix}network[{index}]") for index, text in enumerate(waiting.get("network") or ())),
        port if wait_for == "port" else None,
        waiting.get("wait_timeout", 600),
        options.get("delay") or 0,
    )


def _network(text: str, option: str) -> Network:
    try:
        return network(text)
    except BadNetwork as problem:
        raise BadInput(option, str(problem)) from problem
