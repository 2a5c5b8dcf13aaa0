# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The ways of a machine to a declared state: actions in order, or what stands in between."""

from __future__ import annotations

import dataclasses
import typing as t

from ..vm.power import ROUTES, SETTLED
from ..vm.stuck import has_plug
from .declaration import Declaration

Action = t.Literal["start", "ask", "turn_off", "save", "save_now", "pause", "resume", "discard", "reset"]

#: The state in which each action leaves a machine.
GOALS: dict[Action, str] = {
    "start": "Running",
    "ask": "Off",
    "turn_off": "Off",
    "save": "Saved",
    "save_now": "Saved",
    "pause": "Paused",
    "resume": "Running",
    "discard": "Off",
    "reset": "Running",
}

#: States that pass by themselves (Microsoft.HyperV.PowerShell.VMState).
PASSING = frozenset({"Starting", "Stopping", "Reset", "Saving", "Pausing", "Resuming", "FastSaving"})

#: What an option `state` asks for, as Hyper-V names it; the others are decided by the state before.
_WANTED = {"running": "Running", "stopped": "Off", "saved": "Saved", "paused": "Paused"}


@dataclasses.dataclass(frozen=True)
class Obstacle:
    """Why there is no way.

    Attributes:
        path: the option that it is about, without a prefix.
    """

    path: str
    what: str
    remedy: str


def way(state: str, declaration: Declaration) -> tuple[Action, ...] | Obstacle:
    """Return the actions that bring a machine from a state to the declared one.

    Args:
        state: name of a VMState. One that passes by itself counts as stuck, except that a guest that is just shutting
            down is on its way to `stopped` and `restarted`.
    """
    wanted = declaration.state
    if wanted == "stopped":
        return _stopping(state, declaration)
    if wanted in ("restarted", "reset"):
        return _restarting(state, declaration)
    if wanted == "resumed":
        return _checked(("resume",) if state.startswith("Paused") else ("start",) if state == "Saved" else (), state)
    goal = _WANTED[wanted]
    # a machine that is off is not started to be saved or paused, and one that is saved not to be paused
    if state == goal or (goal != "Running" and state in ("Off", "Saved")):
        return ()
    if state == "PausedCritical" and goal == "Running":
        return ("resume",)
    if state not in SETTLED:
        return _forced(state, declaration, ("start",)) if goal == "Running" else _stuck(state)
    return t.cast("tuple[Action, ...]", ROUTES[state, goal])


def _stopping(state: str, declaration: Declaration) -> tuple[Action, ...] | Obstacle:
    if state == "Off" or (state == "Saved" and declaration.on_stop_timeout == "save"):
        return ()
    if state == "Saved":
        return ("discard",) if declaration.turn_off else _saved()
    if declaration.turn_off and state in ("Running", "Paused"):
        return ("turn_off",)
    if state in ("Running", "Stopping") and not declaration.turn_off:
        return ("ask",)
    if state == "Paused":
        return ("resume", "ask")
    return _forced(state, declaration, ())


def _restarting(state: str, declaration: Declaration) -> tuple[Action, ...] | Obstacle:
    if state == "Off":
        return ("start",)
    if state == "Saved":
        return ("discard", "start") if declaration.turn_off else _saved()
    if declaration.state == "reset":
        # Restart-VM takes running machines only
        ways: dict[str, tuple[Action, ...]] = {"Running": ("reset",), "Paused": ("resume", "reset")}
        return ways.get(state) or _forced(state, declaration, ("start",))
    stopping = _stopping(state, declaration)
    return stopping if isinstance(stopping, Obstacle) else (*stopping, "start")


def _forced(state: str, declaration: Declaration, then: tuple[Action, ...]) -> tuple[Action, ...] | Obstacle:
    """Pull the plug of a machine that is stuck, where that is allowed and there is a plug to pull."""
    if not has_plug(state) or not declaration.turn_off:
        return _stuck(state)
    return ("turn_off", *then)


def _checked(actions: tuple[Action, ...], state: str) -> tuple[Action, ...] | Obstacle:
    return actions if actions or state in ("Running", "Off") else _stuck(state)


def _saved() -> Obstacle:
    return Obstacle(
        "state",
        "it is saved, and stopping it discards what it had in memory",
        "Set turn_off: true to allow that, or run it once with state: running.",
    )


def _stuck(state: str) -> Obstacle:
    if state.endswith("Critical"):
        what = f"it is in the state {state}: the host does not reach its files, or their volume is full"
        remedy = "Bring its storage back first. Where it only has to stop, turn_off: true pulls its plug."
    else:
        what = f"it is in the state {state}, and did not leave it by itself"
        remedy = "Wait for its end, or set turn_off: true to pull its plug (state: stopped, restarted or running)."
    return Obstacle("state", what, remedy)
