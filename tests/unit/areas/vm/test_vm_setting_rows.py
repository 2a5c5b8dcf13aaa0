# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Every row of settings on the simulation: set, changed, left alone; hot or not, as the row says; reported where the
release lacks it.
"""

from __future__ import annotations

import typing as t

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.vm.setting_values import VALUES, nested, value_in
from areas.vm.vm_host import machine, simulated_host

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.settings import ROW_OF, ROWS, Row
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.settings.guest import SET_SERVICES
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import RunFailed
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.options import merged
from hyperv_lab.simulation.host import Host
from hyperv_lab.simulation.releases import RELEASES

GB = 1024**3
OPTIONS = sorted(ROW_OF)
EVERYTHING = {
    "name": ["web01"],
    "gather": ["settings", "security", "key_protector", "integration_services", "com_ports", "disks", "boot_order"],
}
CHANGING = [option for option in OPTIONS if VALUES[option][0] != VALUES[option][1]]


@pytest.fixture(scope="module", params=[1, 2], ids=["generation 1", "generation 2"])
def made(request: pytest.FixtureRequest) -> tuple[int, Host]:
    """A host with a VM with a disk that boots, and another VM that must stay as it is."""
    generation = t.cast("int", request.param)
    host = simulated_host()
    host.windows = RELEASES["2025"]
    host.processor_pools.append("gold")
    host.memory_pools.append("gold")
    slot = "ide:0:0" if generation == 1 else "scsi:0:0"
    disks = [{"slot": slot, "path": "D:\\{name}.vhdx", "size": "1 GB"}]
    vms = {"generation": generation, "memory": {"startup": "1 GB"}}
    entries = [{"name": "web01", "disks": disks}, {"name": "web01 *"}]
    run_area("vm", SimulatedHost(host), {"defaults": vms, "vms": entries})
    return generation, host


def fresh(made: tuple[int, Host]) -> Host:
    """Return a copy of the host for one test."""
    return made[1].estate.snapshot().host("hv01")


def facts(host: Host) -> dict[str, t.Any]:
    return t.cast("dict[str, t.Any]", run_area("vm_info", SimulatedHost(host), EVERYTHING).result["vms"][0])


def other(host: Host) -> object:
    return run_area("vm_info", SimulatedHost(host), {"name": ["web01 *"]}).result["vms"]


def test_every_row_has_values() -> None:
    assert sorted(VALUES) == OPTIONS


@pytest.mark.parametrize("option", OPTIONS)
def test_a_setting_is_set_changed_and_left_alone(made: tuple[int, Host], option: str) -> None:
    row = ROW_OF[option]
    host = fresh(made)
    options = {"name": "web01", **nested(option, VALUES[option][0])}
    if option == "secure_boot_template":
        options["secure_boot"] = True
    if made[0] not in row.setting.generations:
        with pytest.raises(RunFailed, match=rf"{option}: {row.lacking}"):
            run_area("vm", SimulatedHost(host), options)
        return
    bystander = other(host)
    for value in VALUES[option]:
        options = {"name": "web01", **nested(option, value)}
        outcome = converge("vm", SimulatedHost(host), options)
        assert outcome.plan.changed is (value_in(outcome.plan.before["web01"], option) != value)
        assert value_in(outcome.result["vm"], option) == value
        assert value_in(facts(host), option) == value
    before = facts(host)
    converge("vm", SimulatedHost(host), {"name": "web01", "automatic_start": {"delay": 7}})
    after = facts(host)
    before["automatic_start"]["delay"] = after["automatic_start"]["delay"]
    assert after == before, "a setting that was left out was changed"
    assert other(host) == bystander, "another VM was changed"


def ready(host: Host, option: str) -> None:
    """Bring the VM into a state from which the first value can be set, and let its guest boot."""
    if option == "security.shielded":
        converge("vm", SimulatedHost(host), {"name": "web01", "security": {"tpm": True}})
    if option in ("memory.minimum", "memory.maximum", "memory.buffer"):
        memory = {"startup": "1 GB", "minimum": "1 GB", "maximum": "1 GB"}
        converge("vm", SimulatedHost(host), {"name": "web01", "memory": memory})
    machine(host, "web01").start()
    host.estate.advance(60)


@pytest.mark.parametrize("option", CHANGING)
def test_a_running_vm_is_changed_hot_or_only_with_a_restart(made: tuple[int, Host], option: str) -> None:
    row: Row = ROW_OF[option]
    if made[0] not in row.setting.generations:
        return
    host = fresh(made)
    ready(host, option)
    booted = machine(host, "web01").epoch
    options = {"name": "web01", **nested(option, VALUES[option][0])}
    hot = "Running" in row.setting.states or option in ("memory.startup", "memory.minimum", "memory.maximum")
    if hot:
        converge("vm", SimulatedHost(host), options)
        assert machine(host, "web01").epoch == booted, "the VM was restarted for nothing"
        return
    with pytest.raises(RunFailed) as refused:
        run_area("vm", SimulatedHost(host), options)
    assert "needs it off" in str(refused.value) and "restart: if_needed" in str(refused.value)
    outcome = converge("vm", SimulatedHost(host), {**options, "restart": "if_needed"})
    assert outcome.result["vm"]["state"] == "running" and machine(host, "web01").epoch > booted


@pytest.mark.parametrize("option", CHANGING)
def test_the_lab_agrees_with_the_states_of_a_row(made: tuple[int, Host], option: str) -> None:
    """A row that needs the VM off for nothing would restart it for nothing."""
    row = ROW_OF[option]
    if made[0] not in row.setting.generations or "Running" in row.setting.states or row.setting.call == SET_SERVICES:
        return
    if option in ("memory.startup", "memory.minimum", "memory.maximum"):
        return  # the values decide
    host = fresh(made)
    ready(host, option)
    options = {"name": "web01", **nested(option, VALUES[option][0]), "restart": "if_needed"}
    plan = run_area("vm", SimulatedHost(host), options, check=True).plan
    only_changes = [step for step in plan.steps if step.step.call.partition("-")[0] != "Hyper-V\\Start"]
    only_changes = [step for step in only_changes if step.step.call != "Stop-Guest"]
    reply = SimulatedHost(host).exchange(_batch(only_changes))
    assert reply.error is not None and str(reply.error.error_id).startswith("InvalidState")


def _batch(steps: t.Sequence[t.Any]) -> t.Any:
    from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.batch import Batch

    return Batch(steps=tuple(planned.step for planned in steps), lock=None)


@pytest.mark.parametrize("option", [row.option for row in ROWS if row.setting.since_build > 14393])
def test_gotcha_17_what_the_release_lacks_is_refused_before_anything_is_changed(
    made: tuple[int, Host], option: str
) -> None:
    row = ROW_OF[option]
    host = fresh(made)
    host.windows = RELEASES["2016"]
    lacking = [value for value in VALUES[option] if value != row.unread]
    options = {"name": "web01", "notes": "x", **nested(option, lacking[0])}
    untouched = SimulatedHost(host).fingerprint()
    with pytest.raises(RunFailed) as refused:
        run_area("vm", SimulatedHost(host), options)
    text = str(refused.value)
    assert option in text and "build 14393" in text and f"-{row.setting.parameter}" in text
    if row.unread is not None:
        outcome = converge("vm", SimulatedHost(host), {"name": "web01", **nested(option, row.unread)})
        assert not outcome.plan.changed, "what the release lacks is off, and is as declared"
    assert SimulatedHost(host).fingerprint() == untouched


@pytest.mark.parametrize("size", [1, 12])
def test_a_fleet_with_every_setting_takes_two_exchanges_and_then_one(size: int) -> None:
    defaults: dict[str, t.Any] = {"memory": {"startup": 2 * GB}}
    for option in OPTIONS:
        if ROW_OF[option].setting.generations == (1,) or option.startswith("memory.") or option.endswith("_pool"):
            continue
        if option not in ("secure_boot", "com1.path", "com2.path", "snapshot_file_location"):
            defaults = merged(defaults, nested(option, VALUES[option][0]))
    defaults["snapshot_file_location"] = "D:\\Checkpoints\\{name}"
    host = simulated_host()
    host.windows = RELEASES["2025"]
    simulated = SimulatedHost(host)
    options = {"defaults": defaults, "vms": [{"name": f"node{number}"} for number in range(size)]}
    outcome = converge("vm", simulated, options)
    assert outcome.exchanges == 2 and len(outcome.observed) == 11, [step.call for step in outcome.observed]
    assert machine(host, "node0").snapshot_path == "D:\\Checkpoints\\node0"
