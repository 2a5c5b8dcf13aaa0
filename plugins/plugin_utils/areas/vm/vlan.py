# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""VLAN settings of an adapter: as declared, as observed, and as parameters of Set-VMNetworkAdapterVlan."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import re
import typing as t

from ...core.area import Options
from ...core.plan import BadInput

#: IEEE 802.1Q: 0 and 4095 are reserved; 0 as the native id of a trunk means untagged frames get no VLAN.
FIRST_VLAN, LAST_VLAN = 1, 4094

_RANGE = re.compile(r"\s*([0-9]{1,4})\s*(?:-\s*([0-9]{1,4})\s*)?")


@dataclasses.dataclass(frozen=True)
class Vlan:
    """VLAN settings.

    Attributes:
        mode: `untagged`, `access` or `trunk`; when observed also `private`.
        id: of access mode.
        native_id: of trunk mode.
        allowed_ids: of trunk mode.
    """

    mode: str
    id: int | None = None
    native_id: int | None = None
    allowed_ids: frozenset[int] | None = None

    @property
    def parameters(self) -> dict[str, t.Any]:
        """Parameters of Set-VMNetworkAdapterVlan without its target."""
        if self.mode == "access":
            return {"Access": True, "VlanId": self.id}
        if self.mode == "trunk":
            return {
                "Trunk": True,
                "NativeVlanId": self.native_id or 0,
                "AllowedVlanIdList": ranges_text(self.allowed_ids or ()),
            }
        return {"Untagged": True}

    @property
    def state(self) -> dict[str, t.Any]:
        """The settings as they stand in a managed state."""
        if self.mode == "access":
            return {"mode": "access", "id": self.id}
        if self.mode == "trunk":
            return {
                "mode": "trunk",
                "native_id": self.native_id or 0,
                "allowed_ids": ranges_text(self.allowed_ids or ()),
            }
        return {"mode": self.mode}

    def __str__(self) -> str:
        if self.mode == "access":
            return f"access {self.id}"
        if self.mode == "trunk":
            return f"trunk {ranges_text(self.allowed_ids or ())} native {self.native_id or 0}"
        return self.mode


def ranges_text(ids: c.Iterable[int]) -> str:
    """Return ids as the cmdlets write them: `ranges_text([10, 11, 12, 20])` gives `10-12,20`."""
    parts: list[list[int]] = []
    for vlan in sorted(set(ids)):
        if parts and vlan == parts[-1][1] + 1:
            parts[-1][1] = vlan
        else:
            parts.append([vlan, vlan])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)


def declared_vlan(options: Options, option: str) -> Vlan:
    """Return the VLAN settings that options declare.

    Args:
        option: path of the options in the declaration.

    Raises:
        BadInput: when ids are missing, out of range, or do not belong to the mode.
    """
    given = {name: value for name, value in options.items() if value is not None}
    mode = given.get("mode")
    if mode is None:
        mode = "trunk" if "native_id" in given or "allowed_ids" in given else "access" if "id" in given else None
    if mode is None:
        raise BadInput(f"{option}.mode", "is needed: untagged, access or trunk")
    allowed = {"untagged": set(), "access": {"id"}, "trunk": {"native_id", "allowed_ids"}}[mode]
    for name in given:
        if name != "mode" and name not in allowed:
            raise BadInput(f"{option}.{name}", f"does not belong to mode {mode}")
    if mode == "access":
        if "id" not in given:
            raise BadInput(f"{option}.id", "is needed in mode access")
        return Vlan("access", id=_checked(given["id"], f"{option}.id", FIRST_VLAN))
    if mode == "trunk":
        if not given.get("allowed_ids"):
            raise BadInput(f"{option}.allowed_ids", "is needed in mode trunk, with at least one id")
        native = _checked(given.get("native_id", 0), f"{option}.native_id", 0)
        ids: set[int] = set()
        for index, entry in enumerate(given["allowed_ids"]):
            ids.update(_range(str(entry), f"{option}.allowed_ids[{index}]"))
        return Vlan("trunk", native_id=native, allowed_ids=frozenset(ids))
    return Vlan("untagged")


def observed_vlan(mode: str, access: int | None, native: int | None, allowed: c.Iterable[int]) -> Vlan:
    """Return the VLAN settings of an observed row."""
    mode = mode.lower()
    if mode == "access":
        return Vlan("access", id=access)
    if mode == "trunk":
        return Vlan("trunk", native_id=native or 0, allowed_ids=frozenset(allowed))
    return Vlan(mode)


def _range(text: str, option: str) -> range:
    match = _RANGE.fullmatch(text)
    if match is None:
        raise BadInput(option, f"{text!r} is neither a VLAN id nor a range such as 100-120")
    first = _checked(int(match[1]), option, FIRST_VLAN)
    last = _checked(int(match[2] or match[1]), option, FIRST_VLAN)
    if last < first:
        raise BadInput(option, f"{text!r} ends before it begins")
    return range(first, last + 1)


def _checked(value: int, option: str, least: int) -> int:
    if not least <= value <= LAST_VLAN:
        raise BadInput(option, f"{value} is no VLAN id; they go from {least} to {LAST_VLAN}")
    return value
