# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which VM is meant: by name, by the name it had, by id; renames and configuration versions."""

from __future__ import annotations

import typing as t

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.interruption import converge_despite_cuts, refused_without_change
from areas.vm.vm_host import machine, simulated_host
from areas.vm.vm_observations import bad_input

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import Outcome, RunFailed
from hyperv_lab.simulation.host import Host
from hyperv_lab.simulation.releases import RELEASES

MADE = {"name": "old", "path": "D:\\VMs", "disks": [{"slot": "scsi:0:0", "path": "D:\\VMs\\old.vhdx", "size": "1 GB"}]}
UNKNOWN = "00000000-0000-0000-0000-000000000001"


def host_with(*names: str, **options: t.Any) -> Host:
    host = simulated_host()
    run_area("vm", SimulatedHost(host), {"vms": [{**MADE, **options}, *({"name": name} for name in names)]})
    return host


def done(host: Host, **options: t.Any) -> Outcome:
    return converge("vm", SimulatedHost(host), options)


def refused(host: Host, **options: t.Any) -> str:
    """Return the refusals of a run that changes nothing."""
    assert refused_without_change("vm", host, options)
    with pytest.raises(RunFailed) as failed:
        run_area("vm", SimulatedHost(host), options)
    return str(failed.value)


def names(host: Host) -> list[str]:
    return sorted(vm.name for vm in host.machines.values())


def test_a_vm_is_renamed_once_and_changed_with_it() -> None:
    host = host_with("bystander")
    options = {**MADE, "name": "new [1]", "renamed_from": "OLD", "processor": {"count": 2}, "notes": "n"}
    converge_despite_cuts("vm", host, options)
    outcome = done(host, **options)
    assert [step.step.call for step in outcome.plan.steps if step.reasons][0] == "Hyper-V\\Rename-VM"
    assert outcome.plan.before["new [1]"]["name"] == "old" and outcome.result["vm"]["name"] == "new [1]"
    assert names(host) == ["bystander", "new [1]"]
    assert machine(host, "new [1]").path == "D:\\VMs\\old", "the folder keeps its name, and path is still as declared"


def test_a_running_vm_is_renamed() -> None:
    host = host_with(state="running")
    done(host, name="new", renamed_from="old")
    assert machine(host, "new").state == "Running"


def test_nothing_is_made_under_the_new_name_where_the_old_one_is() -> None:
    host = host_with()
    done(host, name="new", renamed_from="old", adapters=[{"name": "lan", "switch": "lan"}], boot_order=["adapter lan"])
    assert names(host) == ["new"]
    done(host, name="other", renamed_from="none of this name")
    assert names(host) == ["new", "other"]


def test_two_vms_are_not_one() -> None:
    host = host_with("new")
    assert "also a VM old" in refused(host, name="new", renamed_from="old")
    (vm_id,) = [str(vm.id) for vm in host.machines.values() if vm.name == "old"]
    assert "another VM of that name" in refused(host, name="new", id=vm_id)


def test_an_id_says_which_one_and_never_makes_one() -> None:
    host = host_with("second")
    vm_id = str(machine(host, "second").id)
    outcome = done(host, name="third", id="{" + vm_id.upper() + "}", boot_order=["network"], tags={"a": "b"})
    assert outcome.result["vm"]["id"] == vm_id and names(host) == ["old", "third"]
    assert machine(host, "third").settings.notes == "[AnsibleTag] a: b"
    assert "none with that id" in refused(host, name="fourth", id=UNKNOWN)
    assert not done(host, name="fourth", id=UNKNOWN, state="absent").plan.changed
    done(host, name="anything", id=vm_id, state="absent")
    assert names(host) == ["old"]


def test_ids_and_names_in_one_task() -> None:
    host = host_with("second", "third")
    vm_id = str(machine(host, "second").id)
    entries = [{"name": "2nd", "id": vm_id}, {"name": "old"}, {"name": "3rd", "renamed_from": "third"}]
    defaults = {
        "processor": {"count": 2},
        "memory": {"startup": "2 GB"},
        "secure_boot": False,
        "security": {"tpm": True},
        "integration_services": {"vss": False},
        "com2": {"debugger_mode": True},
        "adapters": [{"name": "lan", "switch": "lan"}],
        "purge": ["adapters"],
    }
    converge_despite_cuts("vm", host, {"vms": entries, "defaults": defaults})
    done(host, vms=entries, defaults=defaults)
    assert names(host) == ["2nd", "3rd", "old"]
    assert all(vm.settings.processor.count == 2 for vm in host.machines.values())


def test_one_vm_under_two_declarations() -> None:
    host = host_with()
    vm_id = str(machine(host, "old").id)
    assert "declares as well" in refused(host, vms=[{"name": "old"}, {"name": "new", "id": vm_id}])


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"name": "a", "renamed_from": "A"}, "renamed_from"),
        ({"name": "a", "renamed_from": "b\n"}, "renamed_from"),
        ({"name": "a", "id": "1"}, "id"),
        ({"name": "a", "id": UNKNOWN, "renamed_from": "b"}, "renamed_from"),
        ({"defaults": {"id": UNKNOWN}, "vms": [{"name": "a"}]}, "defaults.id"),
        ({"defaults": {"renamed_from": "x"}, "vms": [{"name": "a"}]}, "defaults.renamed_from"),
        ({"vms": [{"name": "a", "renamed_from": "b"}, {"name": "b"}]}, "vms[0].renamed_from"),
        ({"vms": [{"name": "a", "id": UNKNOWN}, {"name": "b", "id": UNKNOWN}]}, "vms[1].id"),
        ({"name": "a", "version": "nine"}, "version"),
    ],
)
def test_identities_that_cannot_be(options: dict[str, t.Any], path: str) -> None:
    assert bad_input(options).path == path


def test_a_new_vm_gets_the_declared_version() -> None:
    host = simulated_host()
    assert done(host, name="a", version="9.0").result["vm"]["version"] == "9.0"
    assert done(host, name="b", version="latest").result["vm"]["version"] == "10.0"
    assert [machine(host, name).version for name in "ab"] == ["9.0", "10.0"]
    assert "the host supports" in refused(host, name="c", version="99.0")


def test_a_version_is_raised_only_when_allowed_and_while_off() -> None:
    host = host_with(version="9.0", state="running")
    host.estate.advance(60)
    assert "upgrade_version: true" in refused(host, name="old", version="10.0")
    assert "needs it off" in refused(host, name="old", version="latest", upgrade_version=True)
    outcome = done(host, name="old", version="latest", upgrade_version=True, restart="if_needed")
    assert outcome.result["vm"] == {
        "name": "old",
        "id": str(machine(host, "old").id),
        "state": "running",
        "version": "10.0",
    }
    assert "cannot be lowered" in refused(host, name="old", version="9.0", upgrade_version=True)
    assert not done(host, name="old", version="latest").plan.changed


def test_a_version_between_is_not_reached() -> None:
    host = host_with(version="8.0")
    assert "to 10.0 only" in refused(host, name="old", version="9.0", upgrade_version=True)
    host.windows = RELEASES["2019"]
    assert done(host, name="old", version="9.0", upgrade_version=True).plan.changed


def test_many_are_renamed_by_number() -> None:
    host = host_with("old1", "old2")
    done(host, vms=[{"name": "web{number:02}", "renamed_from": "old{number}", "count": 2}])
    assert names(host) == ["old", "web01", "web02"]
