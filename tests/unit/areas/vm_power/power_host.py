# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Simulated hosts with machines in power states, and runs on them that are held to what every run promises."""

from __future__ import annotations

import collections.abc as c
import typing as t

from area_harness import SimulatedHost, run_area
from areas.vm.vm_host import machine, simulated_host

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import Outcome, RunFailed
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.difference import differing_paths
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.task_result import failure
from hyperv_lab.simulation import virtual_disks
from hyperv_lab.simulation.guests import GuestSystem
from hyperv_lab.simulation.host import Host

ACTING = ("restarted", "reset")


def host_of(states: t.Mapping[str, str], guests: t.Mapping[str, GuestSystem] | None = None) -> Host:
    """Return a host with machines in these states (names of VMState), their guests up where they run."""
    host = simulated_host()
    for name in states:
        run_area("vm", SimulatedHost(host), declared(name))
        entry = host.files.find(f"D:\\{name}.vhdx")
        assert entry is not None
        virtual_disks.disk_of(entry).guest = (guests or {}).get(name, GuestSystem())
    for name, state in states.items():
        one = machine(host, name)
        if state != "Off":
            one.start()
    host.estate.advance(60)
    for name, state in states.items():
        one = machine(host, name)
        if state == "Saved":
            one.save()
        elif state == "Paused":
            one.pause()
        elif state not in ("Off", "Running"):
            one.state = state
    return host


def declared(name: str) -> dict[str, t.Any]:
    """Return a declaration of a small machine."""
    return {
        "name": name,
        "memory": {"startup": "512 MB"},
        "disks": [{"slot": "scsi:0:0", "path": f"D:\\{name}.vhdx", "size": "10 GB"}],
        "adapters": [{"name": "lan", "switch": "lan"}],
    }


def converge_power(host: Host, options: c.Mapping[str, t.Any], *, exchanges: int | None = None) -> Outcome:
    """Check, run, and run again; return the real run's outcome.

    Raises:
        AssertionError: when the check run changed something, the forecast is not what came, or the second run (but for
            states that act on every run) finds something to do.
    """
    simulated = SimulatedHost(host)
    untouched = simulated.fingerprint()
    forecast = run_area("vm_power", simulated, options, check=True)
    assert simulated.fingerprint() == untouched
    assert forecast.exchanges == 1
    done = run_area("vm_power", simulated, options)
    assert [planned.step.to_wire() for planned in done.plan.steps] == [
        planned.step.to_wire() for planned in forecast.plan.steps
    ]
    assert not differing_paths(done.plan.after, done.after)
    if exchanges is not None:
        assert done.exchanges == exchanges
    again = run_area("vm_power", simulated, options)
    if options["state"] in ACTING:
        assert again.plan.changed
    else:
        assert not again.plan.changed and again.exchanges == 1
    assert not differing_paths(done.after, again.after)
    return done


def failed_run(host: Host, options: c.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Run what must fail, and return the task's result."""
    try:
        run_area("vm_power", SimulatedHost(host), options)
    except RunFailed as failed:
        return failure(failed)
    raise AssertionError("it did not fail")


def states(host: Host) -> dict[str, str]:
    """Return the states of all machines."""
    return {one.name: one.state for one in host.machines.values()}
