# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From every state to every declared one: the way, or the refusal."""

from __future__ import annotations

import pytest

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm_power.declaration import (
    Declaration,
    declare_power,
)
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm_power.ways import Obstacle, way
from hyperv_lab.objects.enums import ENUM_TYPES

REFUSED = None


def declaration(state: str, **more: object) -> Declaration:
    return declare_power({"name": "a", "state": state, **more})


@pytest.mark.parametrize(
    ("state", "wanted", "plain", "forced"),
    [
        ("Running", "running", (), ()),
        ("Off", "running", ("start",), ("start",)),
        ("Saved", "running", ("start",), ("start",)),
        ("Paused", "running", ("resume",), ("resume",)),
        ("PausedCritical", "running", ("resume",), ("resume",)),
        ("Starting", "running", REFUSED, ("turn_off", "start")),
        ("Off", "stopped", (), ()),
        ("Running", "stopped", ("ask",), ("turn_off",)),
        ("Paused", "stopped", ("resume", "ask"), ("turn_off",)),
        ("Stopping", "stopped", ("ask",), ("turn_off",)),
        ("Saved", "stopped", REFUSED, ("discard",)),
        ("Starting", "stopped", REFUSED, ("turn_off",)),
        ("RunningCritical", "stopped", REFUSED, ("turn_off",)),
        ("PausedCritical", "stopped", REFUSED, ("turn_off",)),
        ("StoppingCritical", "stopped", REFUSED, ("turn_off",)),
        ("OffCritical", "stopped", REFUSED, REFUSED),
        ("SavedCritical", "stopped", REFUSED, REFUSED),
        ("Running", "saved", ("save",), ("save",)),
        ("Paused", "saved", ("resume", "save"), ("resume", "save")),
        ("Off", "saved", (), ()),
        ("Saved", "saved", (), ()),
        ("Running", "paused", ("pause",), ("pause",)),
        ("Off", "paused", (), ()),
        ("Saved", "paused", (), ()),
        ("RunningCritical", "saved", REFUSED, REFUSED),
        ("Paused", "resumed", ("resume",), ("resume",)),
        ("PausedCritical", "resumed", ("resume",), ("resume",)),
        ("Saved", "resumed", ("start",), ("start",)),
        ("Off", "resumed", (), ()),
        ("Running", "resumed", (), ()),
        ("SavedCritical", "resumed", REFUSED, REFUSED),
        ("Running", "restarted", ("ask", "start"), ("turn_off", "start")),
        ("Paused", "restarted", ("resume", "ask", "start"), ("turn_off", "start")),
        ("Stopping", "restarted", ("ask", "start"), ("turn_off", "start")),
        ("Off", "restarted", ("start",), ("start",)),
        ("Saved", "restarted", REFUSED, ("discard", "start")),
        ("Running", "reset", ("reset",), ("reset",)),
        ("Paused", "reset", ("resume", "reset"), ("resume", "reset")),
        ("Off", "reset", ("start",), ("start",)),
        ("Saved", "reset", REFUSED, ("discard", "start")),
        ("Stopping", "reset", REFUSED, ("turn_off", "start")),
    ],
)
def test_ways(state: str, wanted: str, plain: tuple[str, ...] | None, forced: tuple[str, ...] | None) -> None:
    for expected, found in (
        (plain, way(state, declaration(wanted))),
        (forced, way(state, declaration(wanted, turn_off=True))),
    ):
        assert (None if isinstance(found, Obstacle) else found) == expected


def test_a_saved_machine_counts_as_stopped_where_saving_is_the_way_out() -> None:
    assert way("Saved", declaration("stopped", on_stop_timeout="save")) == ()


def test_gotcha_47_no_state_is_without_an_answer() -> None:
    for state in ENUM_TYPES["Microsoft.HyperV.PowerShell.VMState"].members:
        for wanted in ("running", "stopped", "saved", "paused", "resumed", "restarted", "reset"):
            for turn_off in (False, True):
                found = way(state, declaration(wanted, turn_off=turn_off))
                assert isinstance(found, tuple) or (found.what and found.remedy)


def test_official_defect_9_a_restart_is_never_a_reset() -> None:
    for state in ENUM_TYPES["Microsoft.HyperV.PowerShell.VMState"].members:
        found = way(state, declaration("restarted"))
        assert isinstance(found, Obstacle) or not {"reset", "turn_off", "discard"} & set(found)
