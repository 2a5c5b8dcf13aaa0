# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Random pairs of switches as they are and as they are declared, on the simulation."""

from __future__ import annotations

import typing as t

from areas.interruption import converge_despite_cuts, refused_without_change
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hyperv_lab.topology import load_topology

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
            entry |= {"nics": [free.pop()], "management_os": draw(st.booleans())}
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


def host_with(switches: list[dict[str, t.Any]]) -> t.Any:
    topology = {
        "clock": {"manual": True},
        "hosts": [{"name": "hv01", "nics": [{"name": name} for name in NICS], "switches": switches}],
    }
    return load_topology(topology).host("hv01")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(switches_there(), switches_declared())
def test_every_pair_is_reached_or_refused(there: list[dict[str, t.Any]], declared: list[dict[str, t.Any]]) -> None:
    options = {"switches": declared}
    if not refused_without_change("switch", host_with(there), options):
        converge_despite_cuts("switch", lambda: host_with(there), options)
