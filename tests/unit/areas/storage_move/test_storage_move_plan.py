# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The planner on observations made by hand: what a single simulated host does not have."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.storage_move import AREA
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.storage_move.observation import (
    Drive,
    Machine,
    Observation,
)
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.virtual_disk import (
    Chain,
    Link,
    Volume,
    path_key,
)
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.slots import Slot
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.options import validated_options
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import Plan

GB = 1024**3
DISK = "D:\\web\\system.vhdx"


def machine(**changes: t.Any) -> Machine:
    folders = dict.fromkeys(("configuration_path", "checkpoints_path", "smart_paging_path"), "D:\\web")
    made = Machine("1", "web", "Running", folders, drives=(Drive(Slot("SCSI", 0, 0), DISK),))
    return dataclasses.replace(made, **changes)


def observed(*machines: Machine, **changes: t.Any) -> Observation:
    link = Link(DISK, "dynamic", 40 * GB, file_size=8 * GB)
    made = Observation(
        machines,
        {path_key(DISK): Chain(DISK, True, links=(link,))},
        {"C": Volume("C", 100 * GB, 1 * GB), "E": Volume("E", 100 * GB, 50 * GB)},
    )
    return dataclasses.replace(made, **changes)


def planned(observation: Observation, **options: t.Any) -> Plan:
    declaration = AREA.declare(validated_options("storage_move", {"name": "web", **options}).values)
    return AREA.plan(declaration, observation)


def refused(observation: Observation, **options: t.Any) -> str:
    plan = planned(observation, **options)
    assert plan.refusals and not plan.steps and plan.after == plan.before
    return "\n".join(map(str, plan.refusals))


@pytest.mark.parametrize("status", ["MigratingVirtualMachine", "MigratingPlannedVm"])
def test_a_migration_to_another_host_has_the_files(status: str) -> None:
    text = refused(observed(machine(status=("InService", status))), destination="E:\\web")
    assert "it is being migrated, and its files with it" in text


@pytest.mark.parametrize("status", ["ExportingVirtualMachine", "BackingUpVirtualMachine", "CreatingSnapshot"])
def test_hyperv_is_busy_with_the_machine(status: str) -> None:
    assert "Wait until that is over" in refused(observed(machine(status=("InService", status))), destination="E:\\w")


def test_what_is_there_already_needs_no_quiet_machine() -> None:
    busy = machine(status=("InService", "ExportingVirtualMachine"), state="Starting", replication="Resynchronizing")
    assert planned(observed(busy), disks_path="D:\\WEB", configuration_path="D:\\web\\") == planned(
        observed(machine()), disks_path="D:\\WEB", configuration_path="D:\\web\\"
    )


@pytest.mark.parametrize("state", ["InitialReplicationInProgress", "Resynchronizing", "PreparedForFailover"])
def test_replication_that_is_writing_files(state: str) -> None:
    assert f"its replication is in the state {state}" in refused(
        observed(machine(replication=state)), destination="E:\\w"
    )


@pytest.mark.parametrize("state", ["Replicating", "Suspended", "ReadyForInitialReplication", "Error"])
def test_replication_that_is_not(state: str) -> None:
    assert planned(observed(machine(replication=state)), destination="E:\\w").changed


@pytest.mark.parametrize("state", ["SavedCritical", "OffCritical", "RunningCritical", "Stopping", "FastSaved"])
def test_states_in_which_nothing_moves(state: str) -> None:
    text = refused(observed(machine(state=state)), destination="E:\\w")
    assert f"it is in the state {state}" in text
    assert ("turn_off: true" in text) is (state not in ("SavedCritical", "OffCritical"))


def test_shares_and_cluster_shared_volumes_are_not_measured() -> None:
    for destination, place in (
        ("\\\\files\\vms\\web", "\\\\files\\vms"),
        ("C:\\ClusterStorage\\Volume1\\web", "C:\\ClusterStorage\\Volume1"),
    ):
        plan = planned(observed(machine()), destination=destination)
        assert plan.changed and plan.warnings == (f"whether {place} has room for what moves there is not checked",)
    assert "volume C: has" in refused(observed(machine()), destination="C:\\ClusterStorageNot\\web")


def test_a_machine_of_a_cluster_should_stay_on_its_storage() -> None:
    member = observed(machine(clustered=True))
    (warning,) = planned(member, destination="E:\\web").warnings
    assert "failover cluster" in warning and "E:\\web" in warning
    plan = planned(member, destination="C:\\ClusterStorage\\Volume2\\web")
    assert not any("failover cluster" in text for text in plan.warnings)


def test_a_saved_state_counts() -> None:
    text = refused(observed(machine(system_files=60 * GB)), configuration_path="E:\\web")
    assert "the configuration of VM web (60 GB) is to be moved" in text


def test_a_locked_file_says_so() -> None:
    locked = {path_key(DISK): Chain(DISK, True, error="0x80070020 in use")}
    assert "cannot be read: 0x80070020" in refused(observed(machine(), chains=locked), destination="E:\\web")


def test_a_broken_chain_says_so() -> None:
    broken = {path_key(DISK): Chain(DISK, True, links=(Link(DISK, "differencing", GB),), missing_parent="D:\\t.vhdx")}
    assert "D:\\t.vhdx is not there" in refused(observed(machine(), chains=broken), destination="E:\\web")
