# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Random trees of checkpoints and random declarations, with a cut before each step.

`HYPERV_PROPERTY_EXAMPLES` asks for more examples.
"""

from __future__ import annotations

import os
import typing as t

from area_harness import SimulatedHost, run_area
from areas.checkpoint.checkpoint_host import host_with, machine
from areas.interruption import converge_despite_cuts, refused_without_change
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import BadInput
from hyperv_lab.simulation import checkpoints, virtual_disks
from hyperv_lab.simulation.machine import VirtualMachine

EXAMPLES = int(os.environ.get("HYPERV_PROPERTY_EXAMPLES", "30"))
MACHINES = ("web01", "web0*")
NAMES = ("a", "ab", "a*", "nightly 1", "it's")
KINDS = ("Standard", "Standard", "Standard", "Recovery")

quiet = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))

#: What happens to a machine before the task: (what, which checkpoint or name).
Event = tuple[str, int]


def events() -> st.SearchStrategy[list[Event]]:
    what = ["take", "take", "take", "automatic", "remove", "restore", "run", "start", "stop", "wait"]
    return st.lists(st.tuples(st.sampled_from(what), st.integers(0, 7)), max_size=9)


@st.composite
def declared(draw: st.DrawFn) -> dict[str, t.Any]:
    name = st.sampled_from(NAMES)
    state = draw(st.sampled_from(["present", "present", "absent", "applied"]))
    options: dict[str, t.Any] = {"state": state}
    if state == "present":
        if draw(st.booleans()):
            options["name"] = draw(name)
            if draw(st.booleans()):
                options["renamed_from"] = draw(name)
            if draw(st.booleans()):
                options["type"] = draw(st.sampled_from(["standard", "production"]))
        if "name" not in options or draw(st.booleans()):
            options["keep_newest"] = draw(st.integers(1, 3))
            if draw(st.booleans()):
                options["name_prefix"] = draw(st.sampled_from(["a", "nightly"]))
            if draw(st.booleans()):
                options["keep_younger_than"] = "90 minutes"
        options["duplicates"] = draw(st.sampled_from(["refuse", "newest", "oldest"]))
    elif state == "absent":
        if draw(st.booleans()):
            options["all"] = True
        else:
            options |= {"name": draw(name), "subtree": draw(st.booleans())}
        options["duplicates"] = draw(st.sampled_from(["refuse", "all"]))
        if draw(st.booleans()):
            options["kinds"] = ["standard", "automatic", "recovery"]
    else:
        options |= {"name": draw(name), "duplicates": draw(st.sampled_from(["refuse", "newest", "oldest"]))}
        options["current_state"] = draw(st.sampled_from(["refuse", "discard"]))
    return options


def live(host: t.Any, name: str, happened: list[Event]) -> None:
    """Let things happen to a machine; what Hyper-V would refuse does not happen."""
    vm = machine(host, name)
    for what, number in happened:
        chosen = vm.checkpoints[number % len(vm.checkpoints)] if vm.checkpoints else None
        if what == "take" and not vm.merges:
            checkpoints.take(vm, NAMES[number % len(NAMES)], kind=KINDS[number % len(KINDS)])
        elif what == "automatic" and not vm.merges:
            checkpoints.take(vm, "by the host", automatic=True)
        elif what == "remove" and chosen is not None:
            checkpoints.remove(chosen)
        elif what == "restore" and chosen is not None and not vm.merges:
            checkpoints.restore(chosen)
        elif what in ("start", "run") and vm.state in ("Off", "Saved") and not vm.merges:
            vm.start()
            host.estate.advance(60 if what == "run" else 1)
        elif what == "stop":
            vm.turn_off()
        elif what == "wait":
            host.estate.advance(600)
        host.estate.advance(1 if number % 2 else 1800)
        if what == "remove" and number % 3 == 0 and vm.checkpoints:
            checkpoints.remove(vm.checkpoints[0])


def disks_are_whole(host: t.Any) -> None:
    """Assert that every drive of the machines and of their checkpoints can be opened."""
    for name in MACHINES:
        vm = machine(host, name)
        assert not vm.merges
        owners: list[VirtualMachine | checkpoints.Checkpoint] = [vm, *vm.checkpoints]
        for owner in owners:
            for drive in owner.settings.disks:
                virtual_disks.chain(host, str(drive.path))


@quiet
@given(events(), declared())
def test_any_declaration_on_any_tree(happened: list[Event], options: dict[str, t.Any]) -> None:
    host = host_with(*MACHINES)
    live(host, "web01", happened)
    live(host, "web0*", happened[:3])
    others = [one.id for one in machine(host, "web0*").checkpoints]
    options = {"vm_name": "web01", **options}
    try:
        if refused_without_change("checkpoint", host, options):
            return
    except BadInput:
        return
    whole = converge_despite_cuts("checkpoint", host, options)
    run_area("checkpoint", SimulatedHost(host), options)
    host.estate.advance(3600)
    disks_are_whole(host)
    assert [one.id for one in machine(host, "web0*").checkpoints] == others
    assert whole.plan.after.keys() == {"web01"}
    if "kinds" not in options:
        kept = [one for one in machine(host).checkpoints if one.automatic or one.kind != "Standard"]
        assert len(kept) == len([one for one in whole.plan.before["web01"]["checkpoints"] if one["kind"] != "standard"])
