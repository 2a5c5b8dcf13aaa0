# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Random pairs of switches as they are and as they are declared, on the simulation."""

from __future__ import annotations

import typing as t

from areas.hosts import add_machine, add_switch, host_with_adapters
from areas.interruption import converge_despite_cuts, refused_without_change
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hyperv_lab.simulation.host import Host

NICS = ("Ethernet", "Ethernet 2", "NIC [3]")
NAMES = ("lan", "LAN 2", "web[1]*", 'it\'s "Büro" $(x)')


@st.composite
def switches_there(draw: st.DrawFn) -> list[dict[str, t.Any]]:
    free = list(draw(st.permutations(NICS)))
    found = []
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4)):
        kind = draw(st.sampled_from(["private", "internal", "external"] if free else ["private", "internal"]))
        entry: dict[str, t.Any] = {"name": name, "type": kind, "notes": draw(st.sampled_from(["", "old"]))}
        if kind == "external":
            entry |= {"adapter": free.pop(), "allow_management_os": draw(st.booleans())}
        found.append(entry)
    return found


@st.composite
def switches_declared(draw: st.DrawFn) -> list[dict[str, t.Any]]:
    declared = []
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=4)):
        entry: dict[str, t.Any] = {"name": name}
        kind = draw(st.sampled_from([None, "private", "internal", "external", "absent"]))
        if kind == "absent":
            declared.append({**entry, "state": "absent"})
            continue
        if kind is not None:
            entry["type"] = kind
        if kind == "external" or (kind is None and draw(st.booleans())):
            entry["adapters"] = draw(st.lists(st.sampled_from(NICS), unique=True, min_size=1, max_size=2))
            if draw(st.booleans()):
                entry["allow_management_os"] = draw(st.booleans())
        if draw(st.booleans()):
            entry["notes"] = draw(st.sampled_from(["", "old", "new\nlines"]))
        if draw(st.booleans()):
            entry["minimum_bandwidth_mode"] = draw(st.sampled_from(["default", "weight", "absolute"]))
        declared.append(entry)
    return declared


def host_with(switches: list[dict[str, t.Any]], used: bool) -> Host:
    host = host_with_adapters(NICS)
    for entry in switches:
        add_switch(host, entry)
    if switches and used:
        add_machine(host, "web01", switch=switches[0]["name"])
    return host


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(switches_there(), switches_declared(), st.booleans())
def test_every_pair_is_reached_or_refused(
    there: list[dict[str, t.Any]], declared: list[dict[str, t.Any]], used: bool
) -> None:
    options = {"switches": declared}
    host = host_with(there, used)
    if not refused_without_change("switch", host, options):
        converge_despite_cuts("switch", host, options)
