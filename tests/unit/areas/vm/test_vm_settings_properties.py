# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Random pairs of settings as they are and as they are declared, with the run cut before each step."""

from __future__ import annotations

import os
import typing as t

from area_harness import SimulatedHost, run_area
from areas.interruption import converge_despite_cuts, refused_without_change
from areas.vm.setting_values import VALUES, nested
from areas.vm.vm_host import machine, simulated_host
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm import AREA
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.settings import ROW_OF
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.options import merged, validated_options
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import BadInput
from hyperv_lab.simulation.releases import RELEASES

EXAMPLES = int(os.environ.get("HYPERV_PROPERTY_EXAMPLES", "15"))
quiet = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def settings_of(draw: st.DrawFn, generation: int) -> dict[str, t.Any]:
    known = [option for option in VALUES if generation in ROW_OF[option].setting.generations]
    chosen = draw(st.lists(st.sampled_from(known), unique=True, max_size=8))
    options: dict[str, t.Any] = {"name": "web01", "generation": generation}
    for option in chosen:
        options = merged(options, nested(option, draw(st.sampled_from(VALUES[option]))))
    if "tags" in options and draw(st.booleans()):
        options["purge"] = ["tags"]
    if "tags" in options and draw(st.booleans()):
        options["tags"] = {**options["tags"], draw(st.sampled_from(["owner", "stage", "other"])): None}
    return options


@st.composite
def pairs(draw: st.DrawFn) -> tuple[dict[str, t.Any], dict[str, t.Any], str]:
    generation = draw(st.sampled_from([1, 2]))
    state = draw(st.sampled_from(["stopped", "running", "paused", "saved"]))
    wanted = draw(settings_of(generation))
    if draw(st.booleans()):
        wanted["state"] = draw(st.sampled_from(["stopped", "running", "paused", "saved"]))
        wanted["restart"] = draw(st.sampled_from(["never", "if_needed"]))
        wanted |= {"turn_off": draw(st.booleans()), "stop_timeout": 60, "on_stop_timeout": "turn_off"}
    if draw(st.booleans()):
        wanted |= {"version": "latest", "upgrade_version": draw(st.booleans())}
    if draw(st.integers(0, 3)) == 0:
        wanted |= {"name": "renamed", "renamed_from": "web01"}
    return draw(settings_of(generation)), wanted, state


def possible(options: dict[str, t.Any]) -> bool:
    try:
        AREA.declare(validated_options("vm", options).values)
    except BadInput:
        return False
    return True


@quiet
@given(pairs())
def test_every_pair_of_settings_is_reached_or_refused(
    pair: tuple[dict[str, t.Any], dict[str, t.Any], str],
) -> None:
    there, wanted, state = pair
    assume(possible(there) and possible(wanted))
    host = simulated_host()
    host.windows = RELEASES["2025"]
    host.processor_pools.append("gold")
    host.memory_pools.append("gold")
    slot = "ide:0:0" if there["generation"] == 1 else "scsi:0:0"
    disks = [{"slot": slot, "path": "D:\\{name}.vhdx", "size": "1 GB"}]
    assume(not refused_without_change("vm", host, there))
    run_area("vm", SimulatedHost(host), {**there, "disks": disks, "version": "9.0"})
    vm = machine(host, "web01")
    if state != "stopped":
        vm.start()
        host.estate.advance(60)
    if state in ("paused", "saved"):
        vm.pause() if state == "paused" else vm.save()
    if not refused_without_change("vm", host, wanted):
        converge_despite_cuts("vm", host, wanted)
