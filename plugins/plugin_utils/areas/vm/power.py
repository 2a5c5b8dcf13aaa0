# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Power: the ways between states, and when the changes are made on the way."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from ...core.plan import PlannedStep
from ...core.setting import shown
from ...core.step import Step
from .change import Change, Changes, Place
from .declaration import POWER_STATES, VmDeclaration
from .stuck import has_plug, stuck_remedy

Action = t.Literal["start", "stop", "save", "pause", "resume", "discard", "pull"]

#: The payload file with the graceful stop, and its function.
PAYLOAD_FILE, STOP_GUEST, STOP_POWER = "vm", "Stop-Guest", "Stop-VMPower"

#: How to get from one state to another (Microsoft.HyperV.PowerShell.VMState; Microsoft Learn, Start-VM, Stop-VM,
#: Save-VM, Suspend-VM, Resume-VM, Remove-VMSavedState).
ROUTES: dict[tuple[str, str], tuple[Action, ...]] = {
    ("Off", "Running"): ("start",),
    ("Off", "Saved"): ("start", "save"),
    ("Off", "Paused"): ("start", "pause"),
    ("Running", "Off"): ("stop",),
    ("Stopping", "Off"): ("stop",),
    ("Running", "Saved"): ("save",),
    ("Running", "Paused"): ("pause",),
    ("Paused", "Off"): ("resume", "stop"),
    ("Paused", "Running"): ("resume",),
    ("Paused", "Saved"): ("resume", "save"),
    ("Saved", "Off"): ("discard",),
    ("Saved", "Running"): ("start",),
    ("Saved", "Paused"): ("start", "pause"),
}

#: ERROR_SHARING_VIOLATION, which a start meets while something has the VM's disks open.
LOCKED = -2147024864

#: How long a start waits for locked disks: after a stop in the same plan, and otherwise.
MERGE_SECONDS, LOCK_SECONDS = 600, 120

SETTLED = frozenset(POWER_STATES.values())

#: States as the module's options call them.
STATE_WORDS = {name: word for word, name in POWER_STATES.items()}


def state_word(state: str) -> str:
    """Return a state as the module's options call it, or Hyper-V's own name in lower case."""
    return STATE_WORDS.get(state, state.lower())


def arrange(vm: VmDeclaration, place: Place, state: str, found: Changes) -> tuple[list[PlannedStep], str]:
    """Put the changes and what the power state takes into one order.

    Returns:
        The steps and the state at their end. Refusals are noted in `found`.
    """
    early = [change for change in found.changes if change.early]
    later = sorted((change for change in found.changes if not change.early), key=lambda change: change.late)
    wanted = vm.power or state
    # a guest that is just shutting down, perhaps since a run that was cut, is waited for
    ends = wanted == "Off" and (has_plug(state) if vm.get("turn_off") else state == "Stopping")
    if state not in SETTLED and not ends and (later or wanted != state):
        found.refuse(
            f"{vm.member.prefix}name",
            f"VM {vm.name} is to be changed",
            f"it is in the state {state}",
            stuck_remedy(state),
        )
        return [], state
    moves = _Moves(vm, place)
    steps = _steps(early)
    possible = frozenset.intersection(*(change.states for change in later)) if later else SETTLED
    if state == "Off" or (state in possible and wanted != "Off"):
        steps += _steps(later) + moves.way(state, wanted)
    elif wanted in possible and wanted != state:
        steps += moves.way(state, wanted) + _steps(later)
    elif vm.get("restart") == "if_needed" and state == "Saved" and not vm.get("turn_off") and wanted != "Off":
        # nothing of a saved state is lost: the guest comes back, and is shut down if it must be off
        steps += moves.way("Saved", "Running", "a change needs the VM out of its saved state")
        if "Running" in possible:
            steps += _steps(later) + moves.way("Running", wanted)
            return steps, wanted
        steps += moves.way("Running", "Off", "a change needs the VM off") + _steps(later) + moves.way("Off", wanted)
    elif vm.get("restart") == "if_needed" and (state != "Saved" or vm.get("turn_off")):
        steps += moves.way(state, "Off", "a change needs the VM off") + _steps(later) + moves.way("Off", wanted)
    else:
        _refuse_restart(vm, state, later, found)
    if state == "Saved" and wanted == "Off" and not vm.get("turn_off"):
        found.refuse(
            vm.where("state"),
            f"VM {vm.name} is to be stopped",
            "it is saved, and stopping it discards what it had in memory",
            "Set turn_off: true to allow that, or run it once with state: running.",
        )
    return steps, wanted


def stopping_steps(vm: VmDeclaration, place: Place, state: str, reason: str) -> list[PlannedStep]:
    """Return the steps that stop a VM; a saved state is discarded."""
    return _Moves(vm, place).way(state, "Off", reason)


class _Moves:
    """Makes the steps of power changes."""

    def __init__(self, vm: VmDeclaration, place: Place) -> None:
        self._vm = vm
        self._place = place
        self._count = 0
        self._stopped = False

    def way(self, state: str, wanted: str, reason: str = "") -> list[PlannedStep]:
        """Return the steps from one state to another."""
        if state == wanted:
            return []
        # what is stuck between two states has one way out: its plug
        actions = ROUTES.get((state, wanted), ("stop",)) if wanted == "Off" else ROUTES[state, wanted]
        if self._vm.get("turn_off") and "stop" in actions:
            actions = ("stop",) if state in SETTLED else ("pull",)
        text = f"state: {state_word(state)} -> {state_word(wanted)}" + (f", because {reason}" if reason else "")
        last = len(actions) - 1
        planned = [
            self._place.planned(self._step(action), *([text] if number == last else []))
            for number, action in enumerate(actions)
        ]
        # a guest takes its time, and what comes after it must not be left undone when the connection is lost meanwhile
        return [dataclasses.replace(one, long=one.step.call == STOP_GUEST) for one in planned]

    def _step(self, action: Action) -> Step:
        self._count += 1
        name, vm = f"{action}{self._count}", self._place.vm
        self._stopped = self._stopped or action in ("stop", "pull", "discard")
        if action == "stop" and not self._vm.get("turn_off"):
            return self._place.step(
                name,
                STOP_GUEST,
                {"VM": vm, "Seconds": self._vm.get("stop_timeout"), "OnTimeout": self._vm.get("on_stop_timeout")},
            )
        call, parameters = {
            "start": ("Hyper-V\\Start-VM", {}),
            "stop": ("Hyper-V\\Stop-VM", {"TurnOff": True, "Force": True}),
            "pull": (STOP_POWER, {}),
            "save": ("Hyper-V\\Save-VM", {}),
            "pause": ("Hyper-V\\Suspend-VM", {}),
            "resume": ("Hyper-V\\Resume-VM", {}),
            "discard": ("Hyper-V\\Remove-VMSavedState", {}),
        }[action]
        step = self._place.step(name, call, {"VM": vm, **t.cast("dict[str, t.Any]", parameters)})
        if action == "start":
            # when a VM has stopped, its automatic checkpoint is merged, which locks its disks (minikube #6776)
            seconds = MERGE_SECONDS if self._stopped else LOCK_SECONDS
            step = dataclasses.replace(step, retry={"hresults": [LOCKED], "seconds": seconds, "every_seconds": 2})
        return step


def _steps(changes: c.Iterable[Change]) -> list[PlannedStep]:
    return [step for change in changes for step in change.steps]


def _refuse_restart(vm: VmDeclaration, state: str, changes: c.Sequence[Change], found: Changes) -> None:
    blocked = [change for change in changes if state not in change.states]
    reasons = "; ".join(reason for change in blocked for reason in change.blocked_in(state))
    if state == "Saved":
        remedy = (
            "Set restart: if_needed to let this task restore it, shut it down for that and save it again, or bring it "
            "out of the saved state first (state: running)."
        )
    else:
        remedy = "Set restart: if_needed to let this task stop it for that and start it again, or state: stopped."
    found.refuse(
        blocked[0].option if blocked else vm.where("state"),
        f"VM {vm.name} is to get {reasons or shown(state_word(state))}",
        f"it is {state_word(state)}, and that needs it off",
        remedy,
    )
