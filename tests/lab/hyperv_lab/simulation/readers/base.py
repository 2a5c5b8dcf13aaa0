# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Readers that many types share."""

from __future__ import annotations

import typing as t
import uuid

from ...objects.enums import enum_member
from ..values import EnumMember, Reader

NO_GUID = uuid.UUID(int=0)


def on_off(value: bool) -> EnumMember:
    """The OnOffState of a truth value (On is 0, Off is 1)."""
    return enum_member("OnOffState", "On" if value else "Off")


def enum(type_name: str, attribute: str) -> Reader:
    """Read an attribute that holds the name of an enumeration's member."""
    return lambda thing: enum_member(type_name, getattr(thing, attribute))


def attribute(name: str) -> Reader:
    """Read an attribute as it is."""
    return lambda thing: getattr(thing, name)


def constant(value: t.Any) -> Reader:
    """Always the same."""
    return lambda thing: value


OBJECT: dict[str, Reader] = {
    "ComputerName": lambda thing: thing.host.name,
    "IsDeleted": lambda thing: bool(getattr(thing, "deleted", False)),
}


def _snapshot_id(part: t.Any) -> uuid.UUID:
    return NO_GUID if part.owner is part.machine else part.owner.id


def _snapshot_name(part: t.Any) -> str:
    return "" if part.owner is part.machine else str(part.owner.name)


COMPONENT: dict[str, Reader] = {
    **OBJECT,
    "IsDeleted": lambda part: bool(part.machine.deleted),
    "Id": lambda part: part.full_id,
    "Name": lambda part: part.name,
    "VMId": lambda part: part.machine.id,
    "VMName": lambda part: part.machine.name,
    "VMSnapshotId": _snapshot_id,
    "VMSnapshotName": _snapshot_name,
}
